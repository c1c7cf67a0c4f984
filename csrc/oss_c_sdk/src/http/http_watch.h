/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_WATCH_H
#define OSSI_HTTP_WATCH_H

#include "http_session.h"

/* No wait is longer, so that cancel flags are seen in time. */
#define OSSI_MAX_WAIT_MS 100

/* Time limits, ticks and cancel flags of one request, by ossi_clock_ms(). */
typedef struct ossi_watch {
    int64_t start_ms;
    int64_t tick_ms;     /* of the last tick */
    int64_t progress_ms; /* when a byte was last seen to move */
    int64_t seen_bytes;
    int64_t seen_sent;
    /* the lowest speed that is borne */
    int64_t second_ms;    /* when the second under way began; 0: not connected yet */
    int64_t second_bytes; /* moved before it */
    int64_t slow_ms;      /* since when it has been too slow; 0: it is not */
} ossi_watch_t;

void ossi_watch_begin(ossi_watch_t *w, int64_t now_ms);

/* 1 when one of the call's cancel flags is set. */
int ossi_is_cancelled(const ossi_call_t *call);

/* Ticks when it is time, and fails the exchange when it must not go on. Returns 1 when it failed.
 * The tick may fork: the link's hub is looked at afterwards. */
int ossi_watch_look(ossi_watch_t *w, ossi_exchange_t *x, const ossi_link_t *link, int64_t now_ms);

/* When the next look is due, OSSI_MAX_WAIT_MS from now at the latest. */
int64_t ossi_watch_due_ms(const ossi_watch_t *w, const ossi_call_t *call, int64_t now_ms);

#endif
