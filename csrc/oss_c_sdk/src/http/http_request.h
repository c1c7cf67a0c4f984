/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_REQUEST_H
#define OSSI_HTTP_REQUEST_H

#include "http_exchange.h"

/*
 * The request's URL and header lines, checked: what comes out of here can be given to libcurl as it
 * is. Both fail the exchange (OSSI_FAIL_INVALID, OSSI_FAIL_MEMORY) and return its code.
 */

/* req->signed_url as it is, or the URL made of proto, host, path and query_params. */
int ossi_request_url(ossi_exchange_t *x, char **url);

/* The header lines in libcurl's form ("Name: value", "Name;" for an empty value, "Expect:" to leave
 * one out). They may hold secrets: call ossi_request_lines_wipe() when libcurl is done with them.
 */
typedef struct ossi_request_lines {
    void *list; /* struct curl_slist, one for each line */
    char *text; /* all lines in one block */
    size_t text_len;
    /* what there is room for */
    size_t list_cap;
    size_t text_cap;
} ossi_request_lines_t;

/* `out` is zeroed or was used before with the same pool: its memory is used again, and what is too
 * small replaced. */
int ossi_request_lines(ossi_exchange_t *x, apr_pool_t *pool, ossi_request_lines_t *out);
void ossi_request_lines_wipe(ossi_request_lines_t *lines);

#endif
