/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_AUTH_H
#define OSSI_AUTH_H

#include "oss_auth.h"
#include "ossi_sign.h"

/* What the public signing functions share. All return AOSE_OK or a negative code; memory is the
 * pool's; nothing here writes into a caller's record or table. */

/* Request headers that say how a request is signed; never sent. V4's additional headers; the
 * product that V4's scope names; and what is signed in place of req->resource, as that is written.
 */
#define OSSI_ADDITIONAL_HEADERS "x-ossc-additional-headers"
#define OSSI_PRODUCT            "x-ossc-product"
#define OSSI_RESOURCE           "x-ossc-resource"

/* Their values, borrowed; NULL where there is none. */
typedef struct ossi_auth_hints {
    const char *additional;
    const char *product;
    const char *resource;
} ossi_auth_hints_t;

/* The hints among headers (NULL: none). */
void ossi_auth_hints(const apr_table_t *headers, ossi_auth_hints_t *hints);

/* 1 when neither key id nor secret is set: such requests go unsigned. */
int ossi_auth_is_anonymous(const oss_config_t *config);

/* Fills `in` from a request: tables and hints borrowed, "/" + the resource, region and product as a
 * cloud box or a region has them ("" without either); hints go before what the request says. */
int ossi_auth_input(apr_pool_t *pool, const aos_http_request_t *req, const oss_config_t *config,
                    const ossi_auth_hints_t *hints, ossi_sign_input_t *in);

/* A table with copies of the entries of `source` (NULL: none), without those that the list `left`
 * (ending with NULL) names in any case, or, when exact is not 0, in this case. */
int ossi_auth_copy_table(apr_pool_t *pool, const apr_table_t *source, const char *const *left,
                         int exact, apr_table_t **copy);

/* Adds an entry whose value is a string record; an empty one is an empty value. */
int ossi_auth_add(apr_table_t *table, const char *name, const aos_string_t *value);

/* Adds Host to `headers`, a request's or a copy of them, where the list `additional` (NULL: none)
 * names it and it is not there: as every HTTP client says it, without its scheme's own port. */
int ossi_auth_add_host(apr_pool_t *pool, const aos_http_request_t *req, const char *additional,
                       apr_table_t *headers);

/* Decimal Unix seconds. */
int ossi_auth_expires(const aos_string_t *expires, int64_t *seconds);

/* Scheme (`proto` when the request has none), host, encoded uri, with a first '/' added unless it
 * has one, "?" + sorted params. AOSE_INVALID_ARGUMENT without a host. */
int ossi_auth_url(apr_pool_t *pool, const aos_http_request_t *req, const char *proto,
                  const apr_table_t *params, aos_string_t *url);

#endif
