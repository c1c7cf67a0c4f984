/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_TURN_H
#define OSSI_HTTP_TURN_H

#include "http_link.h"
#include "http_reply.h"

/* One request and its answer on a connected link. Zeroed before it begins. */
typedef struct ossi_turn {
    ossi_reply_t reply;
    const unsigned char *piece; /* what is being sent, `left` bytes of it yet */
    size_t left;
    int sending;      /* something of the request is to be sent yet */
    int is_cut;       /* not all of it was, nor will be: refused, or the connection failed */
    int asks_leave;   /* the body waits for an interim answer, */
    int64_t leave_ms; /* at most until then */
    int has_received;
    int is_alone; /* nothing else is waited for meanwhile */
} ossi_turn_t;

typedef enum ossi_turn_state {
    OSSI_TURN_GOES_ON,
    OSSI_TURN_ENDED, /* with the exchange failed or its answer whole */
    OSSI_TURN_STALE  /* the connection, a kept one, ended before a byte of the answer came */
} ossi_turn_state_t;

/* Writes the request's head. Fails the exchange, or returns AOSE_OK. */
int ossi_turn_begin(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                    const ossi_request_t *request);

/* Sends and receives what can be without waiting, within bounds. After a fork in a callback of the
 * request nothing more is moved. */
ossi_turn_state_t ossi_turn_move(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                                 const ossi_request_t *request, int readable);

/* 1 when it has to be moved although its socket tells nothing. */
int ossi_turn_is_due(const ossi_turn_t *turn, const ossi_link_t *link);

/* The events (of poll) that it waits for. */
short ossi_turn_events(const ossi_turn_t *turn);

/* 1 when the link may be used again after it has ended. */
int ossi_turn_keeps_link(const ossi_turn_t *turn, const ossi_exchange_t *x,
                         const ossi_link_t *link);

#endif
