/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_SESSION_H
#define OSSI_HTTP_SESSION_H

#include "http_handle.h"

/*
 * Who uses which handle. One lock guards all sessions; it is held for list work only, never while
 * libcurl runs.
 *
 * After a fork the child has the parent's sessions, empty: the handles it inherited share sockets
 * with the parent, so they are put aside for ever, neither used nor closed (closing one would say
 * goodbye on the parent's TLS connection).
 */

/*
 * The idle handle used last, or a new one; `session` NULL means the process's own. On success *out
 * is the calling thread's until ossi_session_give(). Returns AOSE_OK, AOSE_OUT_MEMORY, or
 * AOSE_FAILED_INITIALIZE when the process has no session of its own (ossi_transport_start).
 */
int ossi_session_take(ossi_session_t *session, ossi_handle_t **out);

/* Ends the use: the handle is kept when `reusable` and there is room for it, else freed. */
void ossi_session_give(ossi_handle_t *handle, int reusable);

/* 0 in a process forked while the handle was in use: then it must not be touched any more, only
 * given back. */
int ossi_session_owns(const ossi_handle_t *handle);

#endif
