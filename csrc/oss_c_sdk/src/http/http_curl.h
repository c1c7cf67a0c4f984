/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_CURL_H
#define OSSI_HTTP_CURL_H

/* libcurl for the process, counted by libcurl. Not thread-safe: the session's lock is held. */
int ossi_curl_start(void);
void ossi_curl_stop(void);

/* Around all that is done with libcurl: holds forks off (ossi_fork.h), and keeps the SIGPIPE of a
 * connection that breaks from the program. They nest. */
void ossi_curl_enter(void);
void ossi_curl_leave(void);

#endif
