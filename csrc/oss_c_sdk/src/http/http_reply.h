/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_REPLY_H
#define OSSI_HTTP_REPLY_H

#include "http_exchange.h"

/*
 * Where an HTTP/1.1 message begins and ends in a connection's bytes (RFC 9112 sections 6 and 7):
 * lines go to the answer as lines, what is the body's as pieces of it.
 */
typedef enum ossi_reply_phase {
    OSSI_REPLY_HEAD,
    OSSI_REPLY_FIXED, /* a body of `left` bytes more */
    OSSI_REPLY_UNTIL_CLOSE,
    OSSI_REPLY_CHUNK_SIZE,
    OSSI_REPLY_CHUNK_DATA, /* `left` bytes more */
    OSSI_REPLY_CHUNK_END,
    OSSI_REPLY_TRAILERS,
    OSSI_REPLY_DONE
} ossi_reply_phase_t;

typedef struct ossi_reply {
    ossi_reply_phase_t phase;
    int64_t left;
} ossi_reply_t;

/* Takes what it can of n bytes, and says how many in *taken: the rest, an incomplete line, comes
 * again with what follows it, or belongs to no answer when the phase is OSSI_REPLY_DONE. Returns
 * 0, or -1 when the request must end: with the exchange failed, or with answer.stopped set. */
int ossi_reply_take(ossi_reply_t *reply, ossi_exchange_t *x, const char *bytes, size_t n,
                    size_t *taken);

/* n bytes of a body of fixed length, or of one that ends with the connection, were put where they
 * belong. */
void ossi_reply_placed(ossi_reply_t *reply, ossi_exchange_t *x, size_t n);

/* The connection has ended, `rest` (n bytes) being left of what was not taken: fails the exchange
 * unless that is the end of the answer, too. */
void ossi_reply_cut(ossi_reply_t *reply, ossi_exchange_t *x, const char *rest, size_t n);

/* 1 when another request may follow on this connection. */
int ossi_reply_keeps_open(const ossi_reply_t *reply, const ossi_exchange_t *x);

#endif
