/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_HUB_H
#define OSSI_HTTP_HUB_H

#include "http_handle.h"

/*
 * The connections of one thread at a time, with the handles that use them: libcurl's multi handle,
 * driven socket by socket. A hub belongs to the thread that took it from its session.
 *
 * The state of libcurl is looked at and changed here alone, with forks held off. After a fork the
 * child must not call anything of an inherited hub (ossi_session_owns()).
 */

struct pollfd;

/* A growing list of numbers or records in the hub's pool. */
typedef struct ossi_hub_list {
    void *items;
    size_t count;
    size_t cap;
} ossi_hub_list_t;

typedef struct ossi_hub {
    apr_pool_t *pool;
    void *multi;             /* CURLM */
    ossi_handle_t *spare;    /* a stack of idle handles */
    ossi_hub_list_t sockets; /* int: all that are open */
    ossi_hub_list_t watched; /* struct pollfd: those libcurl waits for */
    ossi_hub_list_t ready;   /* struct pollfd: what a wait has found */
    int64_t timer_ms;        /* when libcurl wants to be called without a socket; -1: never */
    int width;               /* the most requests at once it was made ready for */
    int spoiled;             /* not to be kept */
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

/* An idle handle or a new one, NULL without memory; and back. What is not reusable is freed. */
ossi_handle_t *ossi_hub_take(ossi_hub_t *hub);
void ossi_hub_give(ossi_hub_t *hub, ossi_handle_t *handle, int reusable);

/* Begins and ends the transfer that was prepared on a handle. All of them return 0 or a CURLMcode.
 */
int ossi_hub_start(ossi_hub_t *hub, const ossi_handle_t *handle);
int ossi_hub_stop(ossi_hub_t *hub, const ossi_handle_t *handle);

/* What libcurl wants to do without waiting. */
int ossi_hub_act(ossi_hub_t *hub);

/* Waits until a socket is ready or the time has come for libcurl, at most wait_ms, and moves what
 * can be moved. */
int ossi_hub_wait(ossi_hub_t *hub, int wait_ms);

/* The next handle whose transfer has ended, with its CURLcode; NULL when there is none. */
ossi_handle_t *ossi_hub_ended(ossi_hub_t *hub, int *curl_code);

/* Bytes that this handle's connection has handed to the system and its peer has not taken. */
int64_t ossi_hub_unsent(const ossi_hub_t *hub, const ossi_handle_t *handle);

#endif
