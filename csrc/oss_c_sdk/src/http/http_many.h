/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_MANY_H
#define OSSI_HTTP_MANY_H

#include "http_turn.h"
#include "http_watch.h"

/*
 * The loop that performs requests: several at once, or one as the case of a single lane. What is
 * added runs in a lane until it is finished, and stays there until it is taken.
 */
typedef struct ossi_lane {
    ossi_exchange_t x;
    ossi_watch_t watch;
    ossi_request_t request;
    ossi_link_t *link; /* NULL: the request ended before it had one */
    ossi_turn_t turn;  /* zeroed while the link is being connected */
    struct ossi_lane *next;
    struct ossi_lane *prev;
} ossi_lane_t;

struct ossi_many {
    apr_pool_t *pool; /* its own memory, NULL when it is the caller's */
    ossi_session_t *session;
    ossi_hub_t *hub; /* NULL: none needed yet, or put aside after a fork */
    int width;
    int room;               /* lanes in `empty` */
    ossi_lane_t *empty;     /* a stack */
    ossi_lane_t *running;   /* linked both ways */
    ossi_lane_t *finished;  /* the first one first */
    ossi_lane_t **last_end; /* where the next finished one is linked */
    int added;              /* running ones that have no link yet */
    int is_eager;           /* some connection has bytes that no socket tells of */
    int64_t looked_ms;      /* when the limits were looked at */
    int64_t due_ms;         /* when they must be again */
};

/* In memory of the caller's: `lanes` are as many as `width`. */
void ossi_many_begin(ossi_many_t *many, ossi_session_t *session, ossi_lane_t *lanes, int width);

/* Ends what is under way and gives the connections back; the memory stays. */
void ossi_many_end(ossi_many_t *many);

#endif
