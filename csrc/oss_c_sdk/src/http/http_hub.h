/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_HUB_H
#define OSSI_HTTP_HUB_H

#include "http_link.h"

/*
 * The connections of one thread at a time: the idle ones, those that are being made, by libcurl's
 * multi handle, and those in use. A hub belongs to the thread that took it from its session.
 *
 * The state of libcurl is looked at and changed with forks held off. After a fork the child must
 * not call anything of an inherited hub (ossi_session_owns()).
 */

struct pollfd;

/* A growing list in the hub's pool. */
typedef struct ossi_hub_list {
    void *items;
    size_t count;
    size_t cap;
} ossi_hub_list_t;

typedef struct ossi_hub {
    apr_pool_t *pool;
    void *multi;       /* CURLM */
    void *share;       /* CURLSH: sessions of TLS, for all links */
    ossi_link_t *idle; /* the one used last first */
    int idle_count;
    ossi_hub_list_t watched; /* struct pollfd: the sockets to wait for, */
    ossi_hub_list_t owners;  /* ossi_link_t *: whose they are; NULL: libcurl's */
    ossi_hub_list_t ready;   /* struct pollfd: what a wait has found of libcurl's */
    int64_t timer_ms;        /* when libcurl wants to be called without a socket; -1: never */
    int width;               /* the most requests at once it was made ready for */
    int spoiled;             /* not to be kept */
    int left_open;           /* connections that close with the hub (http_hub.c) */
    /* http_session.c's */
    struct ossi_hub *next;
    struct ossi_hub *prev;
    ossi_session_t *session;
    unsigned generation;
    int weight; /* open connections when it became idle, at least 1 */
} ossi_hub_t;

ossi_hub_t *ossi_hub_create(void); /* NULL without memory */

/* Closes the connections. */
void ossi_hub_free(ossi_hub_t *hub);

/* So many requests at once will keep their connections. */
void ossi_hub_widen(ossi_hub_t *hub, int width);

/* An idle link that serves the exchange, or NULL. */
ossi_link_t *ossi_hub_take(ossi_hub_t *hub, const ossi_exchange_t *x,
                           const ossi_request_t *request);

/* Begins to connect a new link for the exchange. NULL with the exchange failed. */
ossi_link_t *ossi_hub_connect(ossi_hub_t *hub, ossi_exchange_t *x, const ossi_request_t *request);

/* A link back, to be kept or closed. Returns 0 or a CURLMcode. */
int ossi_hub_give(ossi_hub_t *hub, ossi_link_t *link, int reusable);

/* The events (of poll) that the link's socket is waited for with. Returns -1 without memory. */
int ossi_hub_watch(ossi_hub_t *hub, ossi_link_t *link, short events);

/* Waits until a socket is ready or the time has come for libcurl, at most wait_ms, and lets libcurl
 * connect. Returns 0 or a CURLMcode. */
int ossi_hub_wait(ossi_hub_t *hub, int wait_ms);

/* What the last wait has found of a link's socket, events of poll; asked once. */
short ossi_hub_found(ossi_hub_t *hub, ossi_link_t *link);

/* The next link that libcurl has connected, or failed to, with its CURLcode; NULL when there is
 * none. */
ossi_link_t *ossi_hub_connected(ossi_hub_t *hub, int *curl_code);

#endif
