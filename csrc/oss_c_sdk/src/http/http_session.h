/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_SESSION_H
#define OSSI_HTTP_SESSION_H

#include "http_hub.h"

/*
 * Who uses which hub. One lock guards all sessions; it is held for list work only, never while
 * libcurl runs.
 *
 * After a fork the child has the parent's sessions, empty: the hubs it inherited share sockets with
 * the parent, so they are put aside for ever, neither used nor closed (closing one would say
 * goodbye on the parent's TLS connection).
 */

/*
 * An idle hub or a new one, for `width` requests at the same time: a single request is given the
 * one used last, several are given that with the most connections. `session` NULL means the
 * process's own. On success *out is the calling thread's until ossi_session_give(). Returns
 * AOSE_OK, AOSE_OUT_MEMORY, or AOSE_FAILED_INITIALIZE when the process has no session of its own
 * (ossi_transport_start).
 */
int ossi_session_take(ossi_session_t *session, int width, ossi_hub_t **out);

/* Ends the use: the hub is kept unless it is spoiled or has too many connections, and those idle
 * for the longest time make room for it. */
void ossi_session_give(ossi_hub_t *hub);

/* 0 in a process forked while the hub was in use: then it must not be touched any more, only given
 * back. */
int ossi_session_owns(const ossi_hub_t *hub);

#endif
