/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_REPLY_CASE_H
#define OSSC_TESTS_REPLY_CASE_H

#include "http_exchange.h"
#include "http_reply.h"

/* One answer whose bytes are taken without a connection. */
typedef struct reply_case {
    apr_pool_t *pool;
    ossi_exchange_t x;
    ossi_call_t call;
    ossi_window_t window;
    ossi_reply_t reply;
    char *rest; /* what was not taken yet, in memory of that very size */
    size_t rest_len;
} reply_case_t;

/* `room`: of a window that the body is put into; 0: it is kept in resp->body. */
void reply_begin(reply_case_t *k, http_method_e method, size_t room);
void reply_end(reply_case_t *k);

/* 1 while more of the answer is wanted. */
int reply_goes_on(const reply_case_t *k);

/* One piece that has come. What is looked at lies in memory of its size. */
void reply_feed(reply_case_t *k, const char *bytes, size_t n);

/* The connection's end, unless the answer has come to its own before. */
void reply_cut(reply_case_t *k);

/* How an answer's bytes come. */
typedef struct reply_cuts {
    size_t first; /* bytes of the first piece */
    size_t step;  /* of the others; 0: all the rest */
    size_t room;  /* as for reply_begin() */
} reply_cuts_t;

/* All that can be seen of an answer, its connection ended behind it, as a text in the pool. */
const char *reply_take(apr_pool_t *pool, http_method_e method, const char *bytes, size_t n,
                       reply_cuts_t cuts);

#endif
