/* SPDX-License-Identifier: Apache-2.0 */
#include "reply_case.h"

#include <stdlib.h>

#include "aos_http_io.h"
#include "aos_list.h"
#include "check.h"
#include "http_answer.h"

static int s_no_sink(aos_http_response_t *resp, const char *buffer, int len) {
    (void)resp;
    (void)buffer;
    (void)len;
    return -1;
}

/* `room`: of a window that the body is put into; 0: it is kept in resp->body. */
void reply_begin(reply_case_t *k, http_method_e method, size_t room) {
    memset(k, 0, sizeof(*k));
    CHECK_INT(apr_pool_create(&k->pool, NULL), APR_SUCCESS);
    aos_http_transport_t *t = ossi_transport_create(k->pool);
    CHECK(t != NULL);
    t->pool = k->pool;
    t->req = aos_http_request_create(k->pool);
    t->resp = aos_http_response_create(k->pool);
    t->controller = (aos_http_controller_ex_t *)aos_http_controller_create(k->pool, 0);
    CHECK(t->req != NULL && t->resp != NULL && t->controller != NULL);
    t->req->method = method;
    k->x = (ossi_exchange_t){.t = t, .req = t->req, .resp = t->resp, .call = &k->call};
    t->controller->options->max_memory_size = 0;
    k->x.options = t->controller->options;
    if (room > 0) {
        k->window = (ossi_window_t){.memory = malloc(room), .size = room};
        CHECK(k->window.memory != NULL);
        k->call.window = &k->window;
        t->resp->write_body = s_no_sink;
    }
    CHECK_INT(ossi_answer_begin(&k->x), AOSE_OK);
}

void reply_end(reply_case_t *k) {
    free(k->rest);
    free(k->window.memory);
    apr_pool_destroy(k->pool);
}

int reply_goes_on(const reply_case_t *k) {
    return k->x.failure == OSSI_FAIL_NONE && !k->x.answer.stopped &&
           k->reply.phase != OSSI_REPLY_DONE;
}

/* Straight into the window what may go there, as a link does. */
static size_t s_place(reply_case_t *k, const char *bytes, size_t n) {
    ossi_reply_phase_t phase = k->reply.phase;
    size_t room = 0;
    if (k->rest_len > 0 || (phase != OSSI_REPLY_FIXED && phase != OSSI_REPLY_UNTIL_CLOSE)) {
        return 0;
    }
    unsigned char *place = ossi_answer_place(&k->x, &room);
    if (place == NULL) {
        return 0;
    }
    n = n < room ? n : room;
    if (phase == OSSI_REPLY_FIXED && (uint64_t)k->reply.left < n) {
        n = (size_t)k->reply.left;
    }
    memcpy(place, bytes, n);
    ossi_reply_placed(&k->reply, &k->x, n);
    return n;
}

/* One piece that has come; it and what is left of those before lie in memory of their size. */
void reply_feed(reply_case_t *k, const char *bytes, size_t n) {
    while (n > 0 && reply_goes_on(k)) {
        size_t placed = s_place(k, bytes, n);
        bytes += placed;
        n -= placed;
        if (placed > 0) {
            continue;
        }
        size_t taken = 0;
        char *all = malloc(k->rest_len + n);
        CHECK(all != NULL);
        if (k->rest_len > 0) {
            memcpy(all, k->rest, k->rest_len);
        }
        memcpy(all + k->rest_len, bytes, n);
        size_t len = k->rest_len + n;
        int rc = ossi_reply_take(&k->reply, &k->x, all, len, &taken);
        CHECK(taken <= len);
        CHECK_INT(rc != 0, k->x.failure != OSSI_FAIL_NONE || k->x.answer.stopped);
        free(k->rest);
        k->rest_len = len - taken;
        k->rest = malloc(k->rest_len > 0 ? k->rest_len : 1);
        CHECK(k->rest != NULL);
        memcpy(k->rest, all + taken, k->rest_len);
        free(all);
        return;
    }
    k->rest_len += n; /* behind its end */
}

void reply_cut(reply_case_t *k) {
    if (reply_goes_on(k)) {
        ossi_reply_cut(&k->reply, &k->x, k->rest != NULL ? k->rest : "", k->rest_len);
        CHECK(!reply_goes_on(k) || k->x.failure != OSSI_FAIL_NONE);
    }
}

/* All that can be seen of an answer, as a text. */
static const char *s_told(reply_case_t *k, apr_pool_t *pool) {
    const ossi_exchange_t *x = &k->x;
    const char *body = aos_buf_list_content(k->pool, &x->resp->body);
    size_t body_len = body != NULL ? strlen(body) : 0;
    if (k->call.window != NULL && x->resp->status / 100 == 2) {
        body = (const char *)k->window.memory;
        body_len = k->window.used;
    }
    char *text = apr_psprintf(pool,
                              "failure %d (%s) status %d length %" APR_INT64_T_FMT
                              " crc %" APR_UINT64_T_HEX_FMT " keeps %d rest %d\n",
                              (int)x->failure, x->reason != NULL ? x->reason : "", x->resp->status,
                              x->resp->content_length, x->resp->crc64,
                              x->failure == OSSI_FAIL_NONE && ossi_reply_keeps_open(&k->reply, x),
                              x->failure == OSSI_FAIL_NONE ? (int)k->rest_len : 0);
    const apr_array_header_t *all = apr_table_elts(x->resp->headers);
    const apr_table_entry_t *entry = (const void *)all->elts;
    for (int i = 0; i < all->nelts; i++) {
        text = apr_pstrcat(pool, text, entry[i].key, ": ", entry[i].val, "\n", NULL);
    }
    return apr_pstrcat(pool, text, "\n", apr_pstrmemdup(pool, body != NULL ? body : "", body_len),
                       NULL);
}

const char *reply_take(apr_pool_t *pool, http_method_e method, const char *bytes, size_t n,
                       reply_cuts_t cuts) {
    reply_case_t k;
    reply_begin(&k, method, cuts.room);
    size_t at = cuts.first < n ? cuts.first : n;
    reply_feed(&k, bytes, at);
    while (at < n) {
        size_t piece = cuts.step > 0 && cuts.step < n - at ? cuts.step : n - at;
        reply_feed(&k, bytes + at, piece);
        at += piece;
    }
    reply_cut(&k);
    const char *told = s_told(&k, pool);
    reply_end(&k);
    return told;
}
