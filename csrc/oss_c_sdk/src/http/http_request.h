/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_REQUEST_H
#define OSSI_HTTP_REQUEST_H

#include "http_exchange.h"

/*
 * The request's URL and head. Both functions fail the exchange (OSSI_FAIL_INVALID,
 * OSSI_FAIL_MEMORY) and return its code.
 */

/* What was found good to be sent: a URL and its parts, which point into it, and what the caller's
 * headers take and bring. */
typedef struct ossi_request {
    const char *url;
    size_t origin_len; /* of "scheme://host[:port]", where it begins */
    int is_tls;
    const char *authority; /* "host[:port]", the port left out where it is the scheme's own */
    size_t authority_len;
    const char *path; /* with its query, without a fragment; may be empty or begin with '?' */
    size_t path_len;
    size_t lines_len; /* of the caller's header lines, at most */
    int has_agent;
    int has_host;
    int has_expect;
} ossi_request_t;

/* Of req->signed_url, or of the URL made of proto, host, path and query_params. */
int ossi_request_check(ossi_exchange_t *x, ossi_request_t *request);

/* The text of a request's head, and room behind it. It may hold secrets: ossi_request_head_wipe()
 * when it is sent. */
typedef struct ossi_request_head {
    char *text;
    size_t len;
    size_t cap;
} ossi_request_head_t;

/* How a head is written. */
typedef struct ossi_head_style {
    const char *proxy_line; /* whole, line end included: sent to a proxy that is asked for the whole
                               URL; NULL: not to such a proxy. "" when it has no more to say. */
    int without_expect;     /* 1: an Expect of the caller's is left out */
    size_t room;            /* bytes to be had behind it */
} ossi_head_style_t;

/* `out` is zeroed or was used before with the same pool: its memory is used again, and what is too
 * small replaced. */
int ossi_request_head(ossi_exchange_t *x, const ossi_request_t *request,
                      const ossi_head_style_t *style, apr_pool_t *pool, ossi_request_head_t *out);

void ossi_request_head_wipe(ossi_request_head_t *head);

#endif
