/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_EXCHANGE_H
#define OSSI_HTTP_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "ossi_transport.h"

/*
 * One request under way: what the parts of the engine share. It belongs to the thread that performs
 * it and is touched by no other, the cancel flags excepted.
 */

/* Where the request's body comes from. */
typedef enum ossi_source_kind {
    OSSI_SOURCE_MEMORY, /* req->body, read by a cursor of its own */
    OSSI_SOURCE_FILE,   /* req->file_buf, read at offsets */
    OSSI_SOURCE_CALLBACK
} ossi_source_kind_t;

typedef struct ossi_source {
    ossi_source_kind_t kind;
    const aos_list_t *node;  /* memory: the buffer under the cursor */
    size_t offset;           /* memory: bytes taken of it */
    uint64_t first_crc;      /* req->crc64 before the first byte */
    int64_t first_file_last; /* file: where the range ended when the request began */
} ossi_source_t;

/* What has come of the answer. */
typedef struct ossi_answer {
    int in_headers; /* a status line came, its empty line did not yet */
    int complete;   /* the final status and all its headers are there */
    int stopped;    /* enough of an error's body was seen: the rest is not wanted */
    /* what the headers say of the message (RFC 9112 sections 6 and 9.3) */
    int is_chunked;
    int closes;     /* nothing follows on this connection */
    int keeps_open; /* something may, although the version is 1.0 */
    int minor;      /* of the version */
    size_t header_bytes;
    size_t header_count;
    int64_t announced; /* -1: no Content-Length */
    int64_t most;      /* what Content-Range has room for; -1: none, or nothing to go by */
    int64_t received;
    int64_t kept; /* of a body whose status is not 2xx */
    uint64_t first_crc;
    int64_t wire_bytes; /* headers and body */
} ossi_answer_t;

typedef struct ossi_exchange {
    aos_http_transport_t *t;
    aos_http_request_t *req;
    aos_http_response_t *resp;
    ossi_call_t *call; /* never NULL here */
    const aos_http_request_options_t *options;
    ossi_source_t source;
    ossi_answer_t answer;
    int64_t sent; /* bytes of head and body that the connection has taken */
    /* the first failure; later ones are its consequences */
    ossi_failure_t failure;
    int code; /* the AOSE_ code of it */
    int os_error;
    const char *reason; /* static text, or NULL: libcurl's */
} ossi_exchange_t;

/* Keeps the failure unless there is one already. `reason` is static text or NULL. */
void ossi_exchange_fail(ossi_exchange_t *x, ossi_failure_t failure, const char *reason);

/* The same with a code other than the failure's usual one. */
void ossi_exchange_fail_code(ossi_exchange_t *x, ossi_failure_t failure, int code,
                             const char *reason);

/* The AOSE_ code that a failure is reported as. */
int ossi_failure_code(ossi_failure_t failure);

/* The request is at its end: its times into the controller and the call. */
void ossi_exchange_stop_clock(ossi_exchange_t *x);

/* 1 when this request carries a body or says that it is empty. */
int ossi_exchange_sends_body(const ossi_exchange_t *x);

/* Milliseconds of a clock that only goes forward, costs next to nothing and is some milliseconds
 * coarse: for limits and ticks. */
int64_t ossi_clock_ms(void);

#endif
