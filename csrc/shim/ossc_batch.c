/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_batch_own.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "ossc_pool.h"
#include "ossi_mem.h"

#define S_MOST_ITEMS 65536
#define S_WAIT_MS    100

/* --- opening --- */

static int s_open_lanes(ossc_batch_t *batch, const ossc_settings_t *settings,
                        const ossc_credentials_t *credentials, ossi_session_t *session) {
    ossc_batch_own_t *own = batch->own;
    int rc = AOSE_OK;
    for (int i = 0; rc == AOSE_OK && i < own->width; i++) {
        ossc_lane_t *lane = &own->lanes[i];
        rc = ossc_request_open(&lane->request, settings, credentials, session);
        if (rc == AOSE_OK) {
            lane->batch = batch;
            lane->request->call->tick_arg = lane;
            own->idle[own->idle_count++] = lane;
        }
    }
    return rc;
}

static int s_make_lists(ossc_batch_t *batch) {
    ossc_batch_own_t *own = batch->own;
    size_t width = (size_t)own->width;
    size_t items = own->most_items * OSSC_BATCH_CHUNKS;
    ossc_entry_t *entries = ossi_alloc(own->pool, items * sizeof(*entries));
    own->lanes = ossi_alloc(own->pool, width * sizeof(*own->lanes));
    own->idle = ossi_alloc(own->pool, width * sizeof(ossc_lane_t *));
    own->parked = ossi_alloc(own->pool, width * sizeof(ossc_lane_t *));
    batch->items = ossi_alloc(own->pool, items * sizeof(*batch->items));
    batch->settled = ossi_alloc(own->pool, items * sizeof(*batch->settled));
    batch->odd = ossi_alloc(own->pool, items * sizeof(*batch->odd));
    for (size_t i = 0; entries != NULL && i < OSSC_BATCH_CHUNKS; i++) {
        own->chunks[i].base = i * own->most_items;
        own->chunks[i].entries = entries + own->chunks[i].base;
    }
    return entries != NULL && own->lanes != NULL && own->idle != NULL && own->parked != NULL &&
           batch->items != NULL && batch->settled != NULL && batch->odd != NULL;
}

static ossc_batch_t *s_make_batch(apr_pool_t *pool, int width, size_t most_items,
                                  size_t arena_size) {
    ossc_batch_t *batch = ossi_alloc(pool, sizeof(*batch));
    ossc_batch_own_t *own = ossi_alloc(pool, sizeof(*own));
    if (batch == NULL || own == NULL) {
        return NULL;
    }
    batch->own = own;
    own->pool = pool;
    own->width = width;
    own->most_items = most_items;
    own->arena_size = arena_size;
    for (int i = 0; i < OSSC_BATCH_ARENAS; i++) {
        batch->arenas[i] = apr_palloc(pool, arena_size);
        if (batch->arenas[i] == NULL) {
            return NULL;
        }
    }
    own->arena = batch->arenas[0];
    return s_make_lists(batch) ? batch : NULL;
}

int ossc_batch_open(ossc_batch_t **out, const ossc_settings_t *settings,
                    const ossc_credentials_t *credentials, ossi_session_t *session, int width,
                    int most_items, size_t arena_size) {
    if (width < 1 || width > OSSI_MAX_WIDTH || most_items < 1 || most_items > S_MOST_ITEMS ||
        arena_size < 1 || arena_size > INT_MAX) {
        return AOSE_INVALID_ARGUMENT;
    }
    apr_pool_t *pool = ossc_pool_take();
    if (pool == NULL) {
        return AOSE_OUT_MEMORY;
    }
    ossc_batch_t *batch = s_make_batch(pool, width, (size_t)most_items, arena_size);
    if (batch == NULL) {
        ossc_pool_give(pool);
        return AOSE_OUT_MEMORY;
    }
    batch->own->max_memory_size = settings->max_memory_size;
    batch->own->session = session;
    batch->own->many = ossi_many_create(session, width);
    int rc = batch->own->many == NULL ? AOSE_OUT_MEMORY
                                      : s_open_lanes(batch, settings, credentials, session);
    if (rc != AOSE_OK) {
        ossc_batch_close(&batch);
        return rc;
    }
    *out = batch;
    return AOSE_OK;
}

void ossc_batch_close(ossc_batch_t **batch) {
    if (*batch != NULL) {
        ossc_batch_own_t *own = (*batch)->own;
        ossi_many_release(own->many);
        for (int i = 0; i < own->width; i++) {
            ossc_request_close(&own->lanes[i].request);
        }
        ossc_pool_give(own->pool);
        *batch = NULL;
    }
}

/* --- laying out --- */

static int s_enter_keys(ossc_chunk_t *chunk, const char *keys, size_t keys_size, size_t count) {
    const char *end = keys + keys_size;
    for (size_t i = 0; i < count; i++) {
        const char *stop = keys < end ? memchr(keys, '\0', (size_t)(end - keys)) : NULL;
        if (stop == NULL || stop - keys > INT_MAX) {
            return AOSE_INVALID_ARGUMENT;
        }
        chunk->entries[i] = (ossc_entry_t){.key = keys, .key_len = (size_t)(stop - keys)};
        keys = stop + 1;
    }
    return AOSE_OK;
}

int ossc_batch_begin(ossc_batch_t *batch, int chunk, int function, const char *keys,
                     size_t keys_size, size_t count, const void *const *bodies,
                     const size_t *sizes) {
    ossc_batch_own_t *own = batch->own;
    int is_put = function == OSSC_PUT_FROM_BUFFER;
    if (chunk < 0 || chunk >= OSSC_BATCH_CHUNKS || own->chunks[chunk].left > 0) {
        return AOSE_INVALID_ARGUMENT;
    }
    ossc_chunk_t *c = &own->chunks[chunk];
    c->count = c->first = 0;
    if ((!is_put && function != OSSC_GET_TO_BUFFER) || count > own->most_items ||
        (is_put && count > 0 && (bodies == NULL || sizes == NULL)) ||
        s_enter_keys(c, keys, keys_size, count) != AOSE_OK) {
        return AOSE_INVALID_ARGUMENT;
    }
    memset(batch->items + c->base, 0, count * sizeof(*batch->items));
    c->function = function;
    c->count = c->left = count;
    c->turn = own->turns++;
    c->bodies = bodies;
    c->sizes = sizes;
    own->left += count;
    return AOSE_OK;
}

/* NULL where there is no such item. */
static ossc_chunk_t *s_chunk_at(const ossc_batch_t *batch, size_t index) {
    ossc_batch_own_t *own = batch->own;
    size_t n = index / own->most_items;
    return n < OSSC_BATCH_CHUNKS && index - own->chunks[n].base < own->chunks[n].count
               ? &own->chunks[n]
               : NULL;
}

void ossc_batch_limit(ossc_batch_t *batch, size_t index, int64_t timeout_ms) {
    ossc_chunk_t *chunk = s_chunk_at(batch, index);
    if (chunk != NULL) {
        chunk->entries[index - chunk->base].timeout_ms = timeout_ms;
    }
}

static void s_wait_again(ossc_chunk_t *chunk, size_t at) {
    chunk->entries[at].is_begun = 0;
    chunk->first = at < chunk->first ? at : chunk->first;
}

int ossc_batch_again(ossc_batch_t *batch, size_t index) {
    ossc_chunk_t *chunk = s_chunk_at(batch, index);
    if (chunk == NULL || batch->items[index].state == OSSC_ITEM_WAITING) {
        return 0;
    }
    batch->items[index] = (ossc_item_t){.state = OSSC_ITEM_WAITING};
    chunk->left++;
    batch->own->left++;
    s_wait_again(chunk, index - chunk->base);
    return 1;
}

/* --- the end of an item --- */

static void s_rest(ossc_lane_t *lane) {
    ossc_batch_own_t *own = lane->batch->own;
    ossc_request_reset(lane->request);
    ossc_lane_promise(lane, 0);
    own->in_arena -= lane->is_in_arena;
    lane->is_in_arena = 0;
    own->idle[own->idle_count++] = lane;
}

static void s_settle(ossc_lane_t *lane, ossc_item_state_t state) {
    ossc_batch_t *batch = lane->batch;
    int64_t index = (int64_t)(lane->chunk->base + lane->at);
    ossc_lane_item(lane)->state = state;
    batch->settled[batch->settled_count++] = index;
    if (state != OSSC_ITEM_DONE) {
        batch->odd[batch->odd_count++] = index;
    }
    lane->chunk->left--;
    batch->own->left--;
    s_rest(lane);
}

/* Without an answer: before anything was sent, or too large to be kept. */
static void s_refuse(ossc_lane_t *lane, int code, ossi_failure_t failure) {
    *ossc_lane_item(lane) = (ossc_item_t){.outcome = {.code = code}, .failure = (int64_t)failure};
    s_settle(lane, OSSC_ITEM_FAILED);
}

/* Its answer fits in no arena. A get is harmless to ask again, in another way. */
static void s_give_up(ossc_lane_t *lane) {
    if (lane->chunk->function == OSSC_GET_TO_BUFFER) {
        *ossc_lane_item(lane) = (ossc_item_t){.state = OSSC_ITEM_TOO_LARGE};
        s_settle(lane, OSSC_ITEM_TOO_LARGE);
    } else {
        s_refuse(lane, AOSE_OVER_MEMORY, OSSI_FAIL_TOO_BIG);
    }
}

/* A get that failed because its body has no room in this arena; 0 where that is not why. */
static size_t s_need(const ossc_lane_t *lane) {
    const ossc_batch_own_t *own = lane->batch->own;
    int64_t length = lane->request->call->announced_bytes;
    size_t need = 0;
    int is_alone = own->arena_used == 0 && own->promised == lane->room;
    if (lane->chunk->function != OSSC_GET_TO_BUFFER || length < 0 || is_alone ||
        (own->max_memory_size > 0 && length > own->max_memory_size) ||
        ossi_size_add((size_t)length, OSSC_SCRATCH_HEAD, &need) != 0) {
        return 0;
    }
    return need <= own->arena_size ? need : 0;
}

/* Of the large answers the next one's size is guessed, so that few are begun in vain. */
static void s_learn(ossc_lane_t *lane) {
    ossc_batch_own_t *own = lane->batch->own;
    int64_t length = lane->request->call->announced_bytes;
    size_t size = 0;
    if (length > OSSC_SCRATCH_BODY && (uint64_t)length < own->arena_size) {
        size = (size_t)length + OSSC_SCRATCH_HEAD;
    }
    own->expected = size > own->expected / 2 ? size : own->expected / 2;
    own->expected = own->expected > OSSC_SCRATCH_BODY ? own->expected : 0;
}

static void s_keep(ossc_lane_t *lane) {
    ossc_batch_own_t *own = lane->batch->own;
    switch (ossc_lane_keep(lane)) {
    case OSSC_KEPT:
        s_settle(lane, lane->is_done ? OSSC_ITEM_DONE : OSSC_ITEM_FAILED);
        break;
    case OSSC_NO_ROOM:
        own->is_full = 1;
        ossc_lane_promise(lane, 0);
        own->parked[own->parked_count++] = lane;
        break;
    case OSSC_NEVER:
        s_give_up(lane);
        break;
    }
}

/* Where memory ran out inside libcurl, nothing more is begun with the connections it left. */
static void s_doubt(ossc_batch_own_t *own, const ossi_call_t *call) {
    if (call->failure == OSSI_FAIL_MEMORY || call->failure == OSSI_FAIL_INTERNAL) {
        own->is_full = own->is_spoiled = 1;
    }
}

static void s_finish(ossc_lane_t *lane, int code) {
    ossc_batch_own_t *own = lane->batch->own;
    own->active--;
    s_doubt(own, lane->request->call);
    s_learn(lane);
    if (lane->request->call->failure != OSSI_FAIL_TOO_BIG) {
        ossc_lane_finish(lane, code);
        s_keep(lane);
        return;
    }
    size_t need = s_need(lane);
    if (need == 0) {
        s_give_up(lane);
        return;
    }
    own->is_full = 1;
    lane->chunk->entries[lane->at].need = need;
    s_wait_again(lane->chunk, lane->at);
    s_rest(lane);
}

/* --- the run --- */

static int s_is_ended(const ossc_batch_own_t *own) {
    return own->cancel_when != NULL && __atomic_load_n(own->cancel_when, __ATOMIC_RELAXED) != 0;
}

static int s_has_waiting(ossc_chunk_t *chunk) {
    while (chunk->first < chunk->count && chunk->entries[chunk->first].is_begun) {
        chunk->first++;
    }
    return chunk->first < chunk->count;
}

/* The oldest chunk with an item that waits, which is its first; NULL where none does. */
static ossc_chunk_t *s_next_waiting(ossc_batch_own_t *own) {
    ossc_chunk_t *found = NULL;
    for (int i = 0; i < OSSC_BATCH_CHUNKS; i++) {
        ossc_chunk_t *chunk = &own->chunks[i];
        if ((found == NULL || chunk->turn < found->turn) && s_has_waiting(chunk)) {
            found = chunk;
        }
    }
    return found;
}

static void s_start(ossc_lane_t *lane, ossc_chunk_t *chunk, size_t room) {
    ossc_batch_own_t *own = lane->batch->own;
    lane->chunk = chunk;
    lane->at = chunk->first;
    chunk->entries[lane->at].is_begun = 1;
    ossc_lane_promise(lane, room);
    int rc = own->many == NULL ? AOSE_OUT_MEMORY : ossc_lane_prepare(lane);
    if (rc == AOSE_OK) {
        rc = ossi_many_add(own->many, lane->t, lane->request->call);
    }
    if (rc == AOSE_OK) {
        own->active++;
    } else {
        s_refuse(lane, rc, rc == AOSE_OUT_MEMORY ? OSSI_FAIL_MEMORY : OSSI_FAIL_NONE);
    }
}

/* Begins items while there are connections and room for their answers. */
static void s_feed(ossc_batch_t *batch) {
    ossc_batch_own_t *own = batch->own;
    while (own->idle_count > 0 && !own->is_full && !s_is_ended(own)) {
        ossc_chunk_t *chunk = s_next_waiting(own);
        if (chunk == NULL) {
            return;
        }
        const ossc_entry_t *entry = &chunk->entries[chunk->first];
        size_t room = entry->need > 0 ? entry->need : own->expected;
        size_t taken = own->arena_used + own->promised;
        room = room < own->arena_size ? room : own->arena_size;
        if (taken > 0 && room > own->arena_size - taken) {
            return;
        }
        s_start(own->idle[--own->idle_count], chunk, room);
    }
}

/* Whether there is a use for another chunk, and a place. */
static int s_is_hungry(ossc_batch_own_t *own) {
    int has_place = 0;
    for (int i = 0; i < OSSC_BATCH_CHUNKS; i++) {
        has_place |= own->chunks[i].left == 0;
    }
    return has_place && own->idle_count > 0 && !own->is_full && !s_is_ended(own) &&
           s_next_waiting(own) == NULL;
}

/* The answers that waited for room come with the next run. */
int ossc_batch_empty(ossc_batch_t *batch, int arena) {
    ossc_batch_own_t *own = batch->own;
    if (own->in_arena > 0 || arena < 0 || arena >= OSSC_BATCH_ARENAS) {
        return 0;
    }
    own->arena = batch->arenas[arena];
    own->arena_used = 0;
    own->is_full = own->is_spoiled && own->active > 0;
    if (own->is_spoiled && own->active == 0) {
        ossi_many_release(own->many);
        own->many = ossi_many_create(own->session, own->width);
        own->is_spoiled = 0;
    }
    return 1;
}

static void s_keep_parked(ossc_batch_own_t *own) {
    int parked = own->parked_count;
    own->parked_count = 0;
    for (int i = 0; i < parked; i++) {
        s_keep(own->parked[i]);
    }
}

static int64_t s_now_ms(void) {
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0
               ? (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000
               : 0;
}

int ossc_batch_run(ossc_batch_t *batch, const char *texts, size_t texts_size, int slice_ms,
                   int is_more, const volatile int *cancel_when) {
    ossc_batch_own_t *own = batch->own;
    int64_t until = s_now_ms() + slice_ms;
    own->texts = texts;
    own->texts_size = texts_size;
    own->cancel_when = cancel_when;
    batch->settled_count = batch->odd_count = 0;
    if (!own->is_full) {
        s_keep_parked(own);
    }
    for (;;) {
        s_feed(batch);
        if (own->active == 0) {
            break;
        }
        if (is_more && batch->settled_count > 0 && s_is_hungry(own)) {
            return OSSC_BATCH_HUNGRY;
        }
        int64_t rest_ms = until - s_now_ms();
        if (rest_ms <= 0) {
            return OSSC_BATCH_MORE;
        }
        /* It has no failure of its own. */
        (void)ossi_many_run(own->many, rest_ms < S_WAIT_MS ? (int)rest_ms : S_WAIT_MS);
        int code = AOSE_OK;
        ossi_call_t *call = NULL;
        while (ossi_many_take(own->many, &call, &code) != NULL) {
            s_finish(call->tick_arg, code);
        }
    }
    if (own->left == 0) {
        return OSSC_BATCH_DONE;
    }
    return s_is_ended(own) ? OSSC_BATCH_ENDED : OSSC_BATCH_FULL;
}
