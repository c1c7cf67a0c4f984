/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_TRANSPORT_CASE_H
#define OSSC_TESTS_TRANSPORT_CASE_H

#include "aos_http_io.h"
#include "ossi_transport.h"
#include "tiny_server.h"

/* One test's server, session and records. */
typedef struct transport_case {
    tiny_server_t *server;
    ossi_session_t *session;
    aos_pool_t *pool;
    aos_http_request_t *req;
    aos_http_response_t *resp;
    aos_http_transport_t *t;
    ossi_call_t call;
    int rc;
} transport_case_t;

/* Starts the SDK, a server that plays the scripts and a session, and makes a GET of /key ready. */
void case_open(transport_case_t *c, const tiny_script_t *scripts, size_t count);

/* The same with one script for every connection. */
void case_open1(transport_case_t *c, const tiny_step_t *steps);

void case_close(transport_case_t *c);

/* Fresh records (and a zeroed call) for another request in the same pool. */
void case_request(transport_case_t *c, http_method_e method, const char *uri);

/* The request's body: borrowed bytes. */
void case_body(transport_case_t *c, const char *bytes, size_t n);

/* Performs; the result is in c->rc and returned. */
int case_perform(transport_case_t *c);

/* The body in resp->body as a zero-terminated text. */
const char *case_text(transport_case_t *c);

/* The head of the n-th request the server read, "" when there was none. */
const char *case_head(transport_case_t *c, size_t index);

/* 1 when the head has this line (without its line end). */
int case_has_line(transport_case_t *c, size_t index, const char *line);

/* Milliseconds of a clock that only goes forward. */
long case_now_ms(void);

/* Runs one request against one script; returns its failure. For tables of answers. */
ossi_failure_t case_failure_of(const tiny_step_t *steps, int *status);

#endif
