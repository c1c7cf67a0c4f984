/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_batch_own.h"

#include "ossi_mem.h"

/* What is kept free in the arena for the head behind a body that is there already. */
#define S_HEAD ((size_t)OSSC_SCRATCH_HEAD)

/* --- the arena --- */

size_t ossc_lane_room(const ossc_lane_t *lane) {
    const ossc_batch_own_t *own = lane->batch->own;
    return own->arena_size - own->arena_used - (own->promised - lane->room);
}

void ossc_lane_promise(ossc_lane_t *lane, size_t room) {
    ossc_batch_own_t *own = lane->batch->own;
    own->promised = own->promised - lane->room + room;
    lane->room = room;
}

/* Memory for a body that the scratch memory is too small for; s_write_first() saw to the room. */
static void *s_allocate(void *arg, size_t size) {
    ossc_lane_t *lane = arg;
    ossc_batch_own_t *own = lane->batch->own;
    size_t room = ossc_lane_room(lane);
    if (room < S_HEAD || size > room - S_HEAD) {
        return NULL;
    }
    unsigned char *memory = own->arena + own->arena_used;
    own->arena_used += size;
    own->in_arena += !lane->is_in_arena;
    lane->is_in_arena = 1;
    ossc_lane_promise(lane, S_HEAD);
    return memory;
}

static int64_t s_smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* The settings' limit where it is smaller; 0 there is none. */
static void s_limit(const ossc_lane_t *lane, int64_t most) {
    int64_t settled = lane->batch->own->max_memory_size;
    lane->request->own->options->ctl->options->max_memory_size =
        settled > 0 ? s_smaller(settled, most) : most;
}

/* The first piece of a 2xx body: the limit is what is left of the arena by now. */
static int s_write_first(aos_http_response_t *response, const char *data, int n) {
    const ossc_request_t *r = response->user_data;
    ossc_lane_t *lane = r->call->tick_arg;
    size_t room = ossc_lane_room(lane);
    size_t most = room > S_HEAD ? room - S_HEAD : 0;
    s_limit(lane, most > OSSC_SCRATCH_BODY ? (int64_t)most : OSSC_SCRATCH_BODY);
    response->write_body = lane->write_body;
    return lane->write_body(response, data, n);
}

/* --- the request --- */

/* As the SDK's own upload does: the type is by the key's name unless it is given. */
static int s_prepare_put(ossc_lane_t *lane) {
    const ossc_chunk_t *chunk = lane->chunk;
    ossc_own_t *own = lane->request->own;
    int rc = ossc_borrow_body(lane->request, chunk->bodies[lane->at], chunk->sizes[lane->at]);
    if (rc == AOSE_OK && apr_table_get(lane->req->headers, OSS_CONTENT_TYPE) == NULL) {
        rc = ossi_table_set(own->pool, lane->req->headers, OSS_CONTENT_TYPE,
                            get_content_type(own->key.data));
    }
    if (rc == AOSE_OK) {
        oss_write_request_body_from_buffer(&own->body, lane->req);
    }
    return rc;
}

static int s_make_records(ossc_lane_t *lane, http_method_e method) {
    ossc_own_t *own = lane->request->own;
    ossc_init_exchange(lane->request, method, &lane->req, &lane->resp);
    lane->t = ossi_transport_create(own->pool);
    if (lane->req == NULL || lane->resp == NULL || lane->t == NULL || lane->req->uri == NULL ||
        lane->req->resource == NULL) {
        return AOSE_OUT_MEMORY;
    }
    lane->t->pool = own->pool;
    lane->t->req = lane->req;
    lane->t->resp = lane->resp;
    return lane->req->host == NULL ? AOSE_INVALID_ARGUMENT : AOSE_OK;
}

/* How much of its answer is kept, and where. */
static void s_attach(ossc_lane_t *lane) {
    const ossc_batch_own_t *batch = lane->batch->own;
    ossc_own_t *own = lane->request->own;
    const ossc_entry_t *entry = &lane->chunk->entries[lane->at];
    s_limit(lane, (int64_t)batch->arena_size);
    lane->request->allocate = s_allocate;
    own->sink = lane->chunk->function == OSSC_GET_TO_BUFFER ? OSSC_SINK_BYTES : OSSC_SINK_ANSWER;
    ossc_attach_exchange(lane->request, lane->t);
    if (own->sink == OSSC_SINK_BYTES) {
        lane->write_body = lane->resp->write_body;
        lane->resp->write_body = s_write_first;
    }
    lane->request->call->cancel_when = batch->cancel_when;
    if (entry->timeout_ms > 0) {
        lane->request->call->total_timeout_ms = entry->timeout_ms;
    }
}

int ossc_lane_prepare(ossc_lane_t *lane) {
    const ossc_batch_own_t *batch = lane->batch->own;
    const ossc_entry_t *entry = &lane->chunk->entries[lane->at];
    ossc_request_t *r = lane->request;
    int is_put = lane->chunk->function == OSSC_PUT_FROM_BUFFER;
    int rc = ossc_read_texts(r, batch->texts, batch->texts_size);
    if (rc != AOSE_OK || entry->key_len == 0) {
        return rc != AOSE_OK ? rc : AOSE_INVALID_ARGUMENT;
    }
    r->own->key.data = (char *)(uintptr_t)entry->key; /* nobody writes there */
    r->own->key.len = (int)entry->key_len;
    rc = s_make_records(lane, is_put ? HTTP_PUT : HTTP_GET);
    if (rc == AOSE_OK && is_put) {
        rc = s_prepare_put(lane);
    }
    if (rc == AOSE_OK) {
        rc = oss_sign_request(lane->req, r->own->options->config);
    }
    if (rc == AOSE_OK) {
        s_attach(lane);
    }
    return rc;
}
