/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_batch.h"

#include <string.h>
#include <time.h>

#include "ossc_own.h"
#include "ossc_pool.h"
#include "ossi_mem.h"

#define S_MOST_ITEMS 65536
#define S_TICK_MS    100

/* One connection's worth of a batch: a request record that serves item after item. */
typedef struct s_lane {
    ossc_batch_t *batch;
    ossc_request_t *request;
    aos_http_transport_t *t;
    aos_http_request_t *req;
    aos_http_response_t *resp;
    size_t item;
    size_t room; /* bytes of the arena that are kept for its answer */
} s_lane_t;

struct ossc_batch_own {
    apr_pool_t *pool;
    ossi_session_t *session;
    int width;
    size_t most_items;
    s_lane_t *lanes;
    s_lane_t **idle; /* a stack */
    int idle_count;
    size_t promised; /* of the arena, to what is under way */
    size_t expected; /* of an answer: the largest so far */
    int64_t finished;
};

/* A run: what the items have in common, and how far it is. */
typedef struct s_run {
    int function;
    const char *texts;
    size_t texts_size;
    const char *key; /* of the next item */
    const char *keys_end;
    size_t next;
    size_t count;
    const void *const *bodies;
    const size_t *sizes;
    const volatile int *cancel_when;
    int is_ended;
} s_run_t;

/* --- the arena --- */

/* NULL when there is no room. */
static unsigned char *s_place(ossc_batch_t *batch, size_t n, int64_t *at) {
    if (n > batch->arena_size - batch->arena_used) {
        return NULL;
    }
    *at = (int64_t)batch->arena_used;
    batch->arena_used += n;
    return batch->arena + *at;
}

/* Gives memory of the arena to a body that the scratch memory is too small for. */
static void *s_allocate(void *arg, size_t size) {
    s_lane_t *lane = arg;
    ossc_item_t *item = &lane->batch->items[lane->item];
    void *memory = s_place(lane->batch, size, &item->body_at);
    item->state = memory == NULL ? OSSC_ITEM_TOO_LARGE : item->state;
    return memory;
}

static int s_copy(ossc_batch_t *batch, const void *data, size_t n, int64_t *at) {
    unsigned char *place = s_place(batch, n, at);
    if (place == NULL) {
        return -1;
    }
    if (n > 0) {
        memcpy(place, data, n);
    }
    return 0;
}

/* --- opening --- */

static int s_open_lanes(ossc_batch_t *batch, const ossc_settings_t *settings,
                        const ossc_credentials_t *credentials) {
    ossc_batch_own_t *own = batch->own;
    int rc = AOSE_OK;
    for (int i = 0; rc == AOSE_OK && i < own->width; i++) {
        s_lane_t *lane = &own->lanes[i];
        rc = ossc_request_open(&lane->request, settings, credentials, own->session);
        if (rc == AOSE_OK) {
            lane->batch = batch;
            lane->request->allocate = s_allocate;
            lane->request->call->tick_arg = lane;
            own->idle[own->idle_count++] = lane;
        }
    }
    return rc;
}

static ossc_batch_t *s_create(apr_pool_t *pool, int width, size_t most_items, size_t arena_size) {
    ossc_batch_t *batch = ossi_alloc(pool, sizeof(*batch));
    ossc_batch_own_t *own = ossi_alloc(pool, sizeof(*own));
    size_t lanes = (size_t)width;
    if (batch == NULL || own == NULL) {
        return NULL;
    }
    batch->own = own;
    own->pool = pool;
    own->width = width;
    own->most_items = most_items;
    own->lanes = ossi_alloc(pool, lanes * sizeof(*own->lanes));
    own->idle = ossi_alloc(pool, lanes * sizeof(*own->idle));
    batch->items = ossi_alloc(pool, most_items * sizeof(*batch->items));
    batch->arena = apr_palloc(pool, arena_size);
    batch->arena_size = arena_size;
    int whole =
        own->lanes != NULL && own->idle != NULL && batch->items != NULL && batch->arena != NULL;
    return whole ? batch : NULL;
}

int ossc_batch_open(ossc_batch_t **out, const ossc_settings_t *settings,
                    const ossc_credentials_t *credentials, ossi_session_t *session, int width,
                    int most_items, size_t arena_size) {
    if (width < 1 || width > OSSI_MAX_WIDTH || most_items < 1 || most_items > S_MOST_ITEMS) {
        return AOSE_INVALID_ARGUMENT;
    }
    apr_pool_t *pool = ossc_pool_take();
    if (pool == NULL) {
        return AOSE_OUT_MEMORY;
    }
    ossc_batch_t *batch = s_create(pool, width, (size_t)most_items, arena_size);
    if (batch == NULL) {
        ossc_pool_give(pool);
        return AOSE_OUT_MEMORY;
    }
    batch->own->session = session;
    int rc = s_open_lanes(batch, settings, credentials);
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
        for (int i = 0; i < own->width; i++) {
            ossc_request_close(&own->lanes[i].request);
        }
        ossc_pool_give(own->pool);
        *batch = NULL;
    }
}

/* --- one item --- */

/* As the SDK's own upload does: the type is by the key's name unless it is given. */
static int s_prepare_put(s_lane_t *lane, const s_run_t *run) {
    ossc_own_t *own = lane->request->own;
    int rc = ossc_borrow_body(lane->request, run->bodies[lane->item], run->sizes[lane->item]);
    if (rc == AOSE_OK && apr_table_get(lane->req->headers, OSS_CONTENT_TYPE) == NULL) {
        rc = ossi_table_set(own->pool, lane->req->headers, OSS_CONTENT_TYPE,
                            get_content_type(own->key.data));
    }
    if (rc == AOSE_OK) {
        oss_write_request_body_from_buffer(&own->body, lane->req);
    }
    return rc;
}

static int s_prepare(s_lane_t *lane, const s_run_t *run, const char *key, size_t key_len) {
    ossc_request_t *r = lane->request;
    ossc_own_t *own = r->own;
    int is_put = run->function == OSSC_PUT_FROM_BUFFER;
    int rc = ossc_read_texts(r, run->texts, run->texts_size);
    if (rc != AOSE_OK) {
        return rc;
    }
    own->key.data = (char *)(uintptr_t)key; /* nobody writes there */
    own->key.len = (int)key_len;
    ossc_init_exchange(r, is_put ? HTTP_PUT : HTTP_GET, &lane->req, &lane->resp);
    lane->t = ossi_transport_create(own->pool);
    if (lane->req == NULL || lane->resp == NULL || lane->t == NULL) {
        return AOSE_OUT_MEMORY;
    }
    own->sink = is_put ? OSSC_SINK_ANSWER : OSSC_SINK_BYTES;
    rc = is_put ? s_prepare_put(lane, run) : AOSE_OK;
    if (rc == AOSE_OK) {
        rc = oss_sign_request(lane->req, own->options->config);
    }
    if (rc == AOSE_OK) {
        lane->t->pool = own->pool;
        lane->t->req = lane->req;
        lane->t->resp = lane->resp;
        ossc_attach_exchange(r, lane->t);
        r->call->cancel_when = run->cancel_when;
    }
    return rc;
}

static void s_rest(s_lane_t *lane) {
    ossc_batch_own_t *own = lane->batch->own;
    ossc_request_reset(lane->request);
    own->promised -= lane->room;
    lane->room = 0;
    own->idle[own->idle_count++] = lane;
}

/* Before anything was sent. */
static void s_refuse(s_lane_t *lane, int code) {
    ossc_item_t *item = &lane->batch->items[lane->item];
    item->state = OSSC_ITEM_FAILED;
    item->outcome.code = code;
    item->finished = lane->batch->own->finished++;
    s_rest(lane);
}

static const char *s_next_key(s_run_t *run, size_t *n) {
    const char *key = run->key;
    size_t left = (size_t)(run->keys_end - key);
    const char *stop = left > 0 ? memchr(key, '\0', left) : NULL;
    if (stop == NULL) {
        return NULL;
    }
    *n = (size_t)(stop - key);
    run->key = stop + 1;
    return key;
}

/* Begins items while there are connections and room for their answers. */
static void s_feed(ossc_batch_t *batch, s_run_t *run, ossi_many_t *many) {
    ossc_batch_own_t *own = batch->own;
    while (run->next < run->count && own->idle_count > 0 && !run->is_ended) {
        size_t free = batch->arena_size - batch->arena_used;
        if (own->promised + own->expected > free) {
            return;
        }
        size_t n = 0;
        const char *key = s_next_key(run, &n);
        s_lane_t *lane = own->idle[--own->idle_count];
        lane->item = run->next++;
        lane->room = own->expected;
        own->promised += lane->room;
        int rc = key == NULL ? AOSE_INVALID_ARGUMENT : s_prepare(lane, run, key, n);
        if (rc == AOSE_OK) {
            rc = ossi_many_add(many, lane->t, lane->request->call);
        }
        if (rc != AOSE_OK) {
            s_refuse(lane, rc);
        }
    }
}

/* The CRC-64 of the bytes that moved against the server's, where it is of the same bytes. */
static int s_crc_code(const s_lane_t *lane, const s_run_t *run) {
    aos_status_t *status = aos_status_create(lane->request->own->pool);
    int is_put = run->function == OSSC_PUT_FROM_BUFFER;
    int status_code = lane->resp->status;
    if (status == NULL) {
        return AOSE_OUT_MEMORY;
    }
    status->code = status_code;
    if (status_code / 100 == 2 && has_crc_in_response(lane->resp) &&
        (is_put || ossc_is_whole(lane->req, lane->resp))) {
        (void)oss_check_crc_consistent(is_put ? lane->req->crc64 : lane->resp->crc64,
                                       lane->resp->headers, status);
    }
    return status->code;
}

/* Everything of an answer that Python reads, into the arena. */
static int s_keep(s_lane_t *lane, ossc_item_t *item) {
    ossc_batch_t *batch = lane->batch;
    const ossc_request_t *r = lane->request;
    const char *reason = r->reason != NULL ? r->reason : "";
    const unsigned char *body = r->scratch + OSSC_SCRATCH_HEAD;
    if (item->outcome.head_size < 0 ||
        s_copy(batch, r->scratch, (size_t)item->outcome.head_size, &item->head_at) != 0) {
        return -1;
    }
    item->reason_size = (int64_t)strlen(reason);
    if (item->failure != OSSI_FAIL_NONE &&
        s_copy(batch, reason, (size_t)item->reason_size, &item->reason_at) != 0) {
        return -1;
    }
    if (r->error_body != NULL) {
        item->outcome.body_size = (int64_t)r->error_body_size;
        return s_copy(batch, r->error_body, r->error_body_size, &item->body_at);
    }
    if (r->own->sink == OSSC_SINK_BYTES && r->own->window.memory != NULL &&
        r->own->window.memory != body) {
        item->outcome.body_size = (int64_t)r->own->window.used; /* it is there already */
        return 0;
    }
    return item->outcome.body_size < 0
               ? -1
               : s_copy(batch, body, (size_t)item->outcome.body_size, &item->body_at);
}

static void s_finish(s_lane_t *lane, const s_run_t *run, int code) {
    ossc_batch_t *batch = lane->batch;
    ossc_batch_own_t *own = batch->own;
    ossc_request_t *r = lane->request;
    ossc_item_t *item = &batch->items[lane->item];
    aos_status_t status = {.code = code != AOSE_OK ? code : s_crc_code(lane, run)};
    ossc_settle(r, lane->t, code);
    r->answer_headers = lane->resp->headers;
    oss_fill_read_response_body(lane->resp, &r->own->answer_body);
    int is_done = ossc_finish(r, &status);
    item->outcome = r->outcome;
    item->failure = r->call->failure;
    item->os_error = r->call->os_error;
    item->finished = own->finished++;
    if (item->state == OSSC_ITEM_TOO_LARGE || s_keep(lane, item) != 0) {
        item->state = OSSC_ITEM_TOO_LARGE;
    } else {
        item->state = is_done ? OSSC_ITEM_DONE : OSSC_ITEM_FAILED;
    }
    int64_t took = item->outcome.head_size + item->outcome.body_size;
    if (took > 0 && (size_t)took > own->expected && item->state != OSSC_ITEM_TOO_LARGE) {
        own->expected = (size_t)took;
    }
    s_rest(lane);
}

/* --- the run --- */

static int64_t s_now_ms(void) {
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0
               ? (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000
               : 0;
}

/* Begins nothing more; what is under way ends as cancelled. */
static void s_end(ossc_batch_t *batch, s_run_t *run) {
    run->is_ended = 1;
    for (int i = 0; i < batch->own->width; i++) {
        batch->own->lanes[i].request->call->cancel = 1;
    }
}

static void s_loop(ossc_batch_t *batch, s_run_t *run, ossi_many_t *many,
                   int (*tick)(void *arg, int64_t done, int64_t total), void *tick_arg) {
    ossc_batch_own_t *own = batch->own;
    int64_t ticked = s_now_ms();
    for (;;) {
        s_feed(batch, run, many);
        if (own->idle_count == own->width) {
            return;
        }
        (void)ossi_many_run(many, S_TICK_MS); /* it has no failure of its own */
        int code = AOSE_OK;
        ossi_call_t *call = NULL;
        while (ossi_many_take(many, &call, &code) != NULL) {
            s_finish(call->tick_arg, run, code);
        }
        int64_t now = s_now_ms();
        if (now - ticked >= S_TICK_MS && !run->is_ended) {
            ticked = now;
            int must_end = tick != NULL && tick(tick_arg, own->finished, (int64_t)run->count) != 0;
            if (must_end || (run->cancel_when != NULL && *run->cancel_when)) {
                s_end(batch, run);
            }
        }
    }
}

int ossc_batch_run(ossc_batch_t *batch, int function, const char *texts, size_t texts_size,
                   const char *keys, size_t keys_size, size_t count, const void *const *bodies,
                   const size_t *sizes, const volatile int *cancel_when,
                   int (*tick)(void *arg, int64_t done, int64_t total), void *tick_arg) {
    ossc_batch_own_t *own = batch->own;
    s_run_t run = {.function = function,
                   .texts = texts,
                   .texts_size = texts_size,
                   .key = keys,
                   .keys_end = keys + keys_size,
                   .count = count,
                   .bodies = bodies,
                   .sizes = sizes,
                   .cancel_when = cancel_when};
    if (count > own->most_items ||
        (function != OSSC_GET_TO_BUFFER && function != OSSC_PUT_FROM_BUFFER)) {
        return AOSE_INVALID_ARGUMENT;
    }
    ossi_many_t *many = ossi_many_create(own->session, own->width);
    if (many == NULL) {
        return AOSE_OUT_MEMORY;
    }
    memset(batch->items, 0, count * sizeof(*batch->items));
    batch->arena_used = 0;
    own->finished = 0;
    s_loop(batch, &run, many, tick, tick_arg);
    ossi_many_release(many);
    return AOSE_OK;
}
