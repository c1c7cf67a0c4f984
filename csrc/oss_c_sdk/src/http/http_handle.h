/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_HANDLE_H
#define OSSI_HTTP_HANDLE_H

#include "http_exchange.h"
#include "http_request.h"

/* The longest text libcurl explains a failure with, CURL_ERROR_SIZE. */
#define OSSI_ERROR_TEXT_SIZE 256

/* What was set last and is still set: options are not set twice. */
typedef struct ossi_handle_options {
    int known; /* 0: only the constants are */
    http_method_e method;
    int large_body;
    int connect_timeout;
    int dns_cache_timeout;
    int speed_limit;
    int speed_time;
    int fresh_connect;
} ossi_handle_options_t;

/*
 * libcurl's easy handle: it serves one request after the other, over the connections of its hub.
 * libcurl's callbacks are given the handle, and find the request through `exchange`, so an idle
 * handle holds no pointer into a finished request.
 */
typedef struct ossi_handle {
    apr_pool_t *pool;
    void *easy;                 /* CURL */
    ossi_exchange_t *exchange;  /* NULL while idle */
    ossi_request_lines_t lines; /* the request's; the memory is used again */
    ossi_handle_options_t set;
    int tailored; /* options are set that only a reset takes back */
    char error_text[OSSI_ERROR_TEXT_SIZE];
    struct ossi_handle *next; /* http_hub.c's */
} ossi_handle_t;

/* libcurl for the process, counted by libcurl. Not thread-safe: the session's lock is held. */
int ossi_curl_start(void);
void ossi_curl_stop(void);

ossi_handle_t *ossi_handle_create(void); /* NULL without memory */
void ossi_handle_free(ossi_handle_t *handle);

/* Sets what the exchange's request needs. Fails the exchange, or returns AOSE_OK. */
int ossi_handle_prepare(ossi_handle_t *handle, ossi_exchange_t *x, const char *url);

/* Forgets the request, its secrets overwritten. Touches nothing of libcurl, so a forked child may
 * call it. */
void ossi_handle_forget(ossi_handle_t *handle);

/* Makes a handle that has forgotten its request ready for another one. Returns 0, or -1 when it
 * cannot serve any more; *was_reset says that the options its owner set are gone. */
int ossi_handle_renew(ossi_handle_t *handle, int *was_reset);

#endif
