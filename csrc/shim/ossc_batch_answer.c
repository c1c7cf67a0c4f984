/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_batch_own.h"

#include <string.h>

ossc_item_t *ossc_lane_item(const ossc_lane_t *lane) {
    return &lane->batch->items[lane->chunk->base + lane->at];
}

/* The CRC-64 of the bytes that moved against the server's, where it is of the same bytes. */
static void s_check_crc(const ossc_lane_t *lane, aos_status_t *status) {
    int is_put = lane->chunk->function == OSSC_PUT_FROM_BUFFER;
    if (status->code / 100 == 2 && has_crc_in_response(lane->resp) &&
        (is_put || ossc_is_whole(lane->req, lane->resp))) {
        /* The status holds what it returns. */
        (void)oss_check_crc_consistent(is_put ? lane->req->crc64 : lane->resp->crc64,
                                       lane->resp->headers, status);
    }
}

static int s_is_success(const ossc_request_t *r) {
    const ossc_outcome_t *out = &r->outcome;
    return r->call->failure == OSSI_FAIL_NONE && out->status / 100 == 2 && out->status != 203 &&
           out->code / 100 == 2;
}

void ossc_lane_finish(ossc_lane_t *lane, int code) {
    ossc_request_t *r = lane->request;
    ossc_item_t *item = ossc_lane_item(lane);
    aos_status_t status = {.code = ossc_settle(r, lane->t, code)};
    if (status.code == AOSE_OK) {
        status.code = lane->resp->status;
        s_check_crc(lane, &status);
    }
    r->answer_headers = lane->resp->headers;
    oss_fill_read_response_body(lane->resp, &r->own->answer_body);
    /* What it says of the scratch memory is looked at when the answer is kept. */
    (void)ossc_finish(r, &status);
    lane->is_done = s_is_success(r);
    if (r->outcome.head_size < 0) {
        r->outcome.facts &= OSSC_FACT_RESENT | OSSC_FACT_KEPT; /* not all headers were seen */
    }
    *item = (ossc_item_t){.failure = (int64_t)r->call->failure, .os_error = r->call->os_error};
}

/* --- into the arena --- */

static int64_t s_place(ossc_batch_own_t *own, const void *data, size_t n) {
    size_t at = own->arena_used;
    own->arena_used += n;
    if (n > 0) {
        memcpy(own->arena + at, data, n);
    }
    return (int64_t)at;
}

static int s_is_in_arena(const ossc_lane_t *lane) {
    const ossc_own_t *own = lane->request->own;
    return own->sink == OSSC_SINK_BYTES && own->window.memory != NULL &&
           own->window.memory != lane->request->scratch + OSSC_SCRATCH_HEAD;
}

/* Why it failed, as far as that is said in words; of a refusal, what was signed. */
static const char *s_words(const ossc_lane_t *lane) {
    const ossc_request_t *r = lane->request;
    const char *words = r->call->failure != OSSI_FAIL_NONE ? r->reason : r->error_message;
    words = r->signed_text != NULL ? r->signed_text : words;
    return words != NULL && !lane->is_done ? words : "";
}

/* Sizes of what is kept: a head that did not fit in the scratch memory is in the table. */
static size_t s_measure(const ossc_lane_t *lane, ossc_item_t *item) {
    const ossc_request_t *r = lane->request;
    const aos_list_t *cursor = NULL;
    const void *data = NULL;
    size_t n = 0;
    if (item->outcome.head_size < 0) {
        item->outcome.head_size = 0;
        for (int i = 0; i < ossc_table_size(r->answer_headers); i++) {
            const char *name = NULL;
            const char *value = NULL;
            ossc_table_entry(r->answer_headers, i, &name, &value);
            item->outcome.head_size += (int64_t)(strlen(name) + strlen(value) + 2);
        }
    }
    if (r->error_body != NULL) {
        item->outcome.body_size = (int64_t)r->error_body_size;
    } else if (!lane->is_done && item->outcome.status / 100 == 2) {
        item->outcome.body_size = 0;
    } else if (s_is_in_arena(lane)) {
        item->outcome.body_size = (int64_t)r->own->window.used;
    } else if (item->outcome.body_size < 0) {
        item->outcome.body_size = 0;
        while (ossc_list_next(r->answer_body, &cursor, &data, &n)) {
            item->outcome.body_size += (int64_t)n;
        }
    }
    item->reason_size = (int64_t)strlen(s_words(lane));
    size_t body = s_is_in_arena(lane) ? 0 : (size_t)item->outcome.body_size;
    return (size_t)item->outcome.head_size + (size_t)item->reason_size + body;
}

static void s_place_head(const ossc_lane_t *lane, ossc_item_t *item) {
    ossc_batch_own_t *own = lane->batch->own;
    const ossc_request_t *r = lane->request;
    if (r->outcome.head_size >= 0) {
        item->head_at = s_place(own, r->scratch, (size_t)item->outcome.head_size);
        return;
    }
    item->head_at = (int64_t)own->arena_used;
    for (int i = 0; i < ossc_table_size(r->answer_headers); i++) {
        const char *name = NULL;
        const char *value = NULL;
        ossc_table_entry(r->answer_headers, i, &name, &value);
        (void)s_place(own, name, strlen(name) + 1);
        (void)s_place(own, value, strlen(value) + 1);
    }
}

static void s_place_body(const ossc_lane_t *lane, ossc_item_t *item) {
    ossc_batch_own_t *own = lane->batch->own;
    const ossc_request_t *r = lane->request;
    const aos_list_t *cursor = NULL;
    const void *data = NULL;
    size_t n = 0;
    if (item->outcome.body_size == 0) {
        return;
    }
    if (s_is_in_arena(lane)) {
        item->body_at = (int64_t)(r->own->window.memory - own->arena);
        return;
    }
    if (r->error_body != NULL) {
        item->body_at = s_place(own, r->error_body, r->error_body_size);
    } else if (r->outcome.body_size >= 0) {
        item->body_at =
            s_place(own, r->scratch + OSSC_SCRATCH_HEAD, (size_t)item->outcome.body_size);
    } else {
        item->body_at = (int64_t)own->arena_used;
        while (ossc_list_next(r->answer_body, &cursor, &data, &n)) {
            (void)s_place(own, data, n);
        }
    }
}

ossc_kept_t ossc_lane_keep(ossc_lane_t *lane) {
    ossc_batch_own_t *own = lane->batch->own;
    ossc_item_t *item = ossc_lane_item(lane);
    item->outcome = lane->request->outcome;
    size_t n = s_measure(lane, item);
    if (n > ossc_lane_room(lane)) {
        return n > own->arena_size || s_is_in_arena(lane) ? OSSC_NEVER : OSSC_NO_ROOM;
    }
    ossc_lane_promise(lane, 0);
    s_place_head(lane, item);
    if (item->reason_size > 0) {
        item->reason_at = s_place(own, s_words(lane), (size_t)item->reason_size);
    }
    s_place_body(lane, item);
    return OSSC_KEPT;
}
