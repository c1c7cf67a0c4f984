/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_HANDLE_H
#define OSSI_HTTP_HANDLE_H

#include "http_exchange.h"
#include "http_request.h"

/* The longest text libcurl explains a failure with, CURL_ERROR_SIZE. */
#define OSSI_ERROR_TEXT_SIZE 256

/* Open sockets of one handle that are watched for unsent bytes. */
#define OSSI_MAX_SOCKETS 8

/*
 * A pair of libcurl handles that serves one request after the other; the connections live in the
 * multi handle. libcurl's callbacks are given the handle, and find the request through `exchange`,
 * so an idle handle holds no pointer into a finished request.
 */
typedef struct ossi_handle {
    apr_pool_t *pool;
    void *easy;                /* CURL */
    void *multi;               /* CURLM */
    ossi_exchange_t *exchange; /* NULL while idle */
    int sockets[OSSI_MAX_SOCKETS];
    int socket_count;
    int tailored; /* options are set that only a reset takes back */
    char error_text[OSSI_ERROR_TEXT_SIZE];
    /* http_session.c's */
    struct ossi_handle *next;
    struct ossi_handle *prev;
    ossi_session_t *session;
    unsigned generation;
} ossi_handle_t;

/* libcurl for the process, counted by libcurl. Not thread-safe: the session's lock is held. */
int ossi_curl_start(void);
void ossi_curl_stop(void);

ossi_handle_t *ossi_handle_create(void); /* NULL without memory */
void ossi_handle_free(ossi_handle_t *handle);

/* Sets what the exchange's request needs. Fails the exchange, or returns AOSE_OK. The lines and the
 * URL must live until ossi_handle_clear(). */
int ossi_handle_prepare(ossi_handle_t *handle, ossi_exchange_t *x, const char *url,
                        const ossi_request_lines_t *lines);

/* Forgets the request. Returns 0 when the handle can serve another one. */
int ossi_handle_clear(ossi_handle_t *handle);

/* Bytes handed to the system and not yet taken by the peers. */
int64_t ossi_handle_unsent(const ossi_handle_t *handle);

#endif
