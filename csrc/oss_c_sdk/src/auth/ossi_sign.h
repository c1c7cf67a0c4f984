/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_SIGN_H
#define OSSI_SIGN_H

#include <stdint.h>

#include <apr_pools.h>
#include <apr_tables.h>

#include "aos_string.h"
#include "ossi_digest.h"

/*
 * Signature V1 and V4 (protocol sections 4 to 6) as a staircase: each step is a function with a
 * text as its result, so that published vectors test each step. Names and values are bytes; sorting
 * is by byte of the name, then of the value; query names keep their case; duplicates stay. All
 * return AOSE_OK or a negative code with *out untouched. Results are in the pool. Thread-safe.
 */
typedef struct ossi_sign_input {
    const char *method;         /* "GET" */
    const char *resource;       /* "/", "/bucket/", "/bucket/key": not encoded, zero-terminated */
    const apr_table_t *headers; /* may be NULL */
    const apr_table_t *params;  /* query, decoded, NULL values count as empty; may be NULL */
    const char *additional_headers; /* V4: names joined by ';' in any case and order, or NULL */
    aos_string_t access_key_id;
    aos_string_t access_key_secret;
    const char *region;  /* V4: "cn-hangzhou", or the box id of a cloud box */
    const char *product; /* V4: "oss" or "oss-cloudbox" */
} ossi_sign_input_t;

/* 1 when V1 signs this query name (protocol appendix B). */
int ossi_v1_is_sub_resource(const char *name);

/* `date` is the Date line's text: the date header's value, or Expires of a URL. */
int ossi_v1_string_to_sign(apr_pool_t *pool, const ossi_sign_input_t *in, const char *date,
                           aos_string_t *out);
int ossi_v1_signature(apr_pool_t *pool, const aos_string_t *secret, const aos_string_t *text,
                      aos_string_t *out);

/* "OSS AccessKeyId:Signature"; and all the steps in one. */
int ossi_v1_header(apr_pool_t *pool, const aos_string_t *access_key_id,
                   const aos_string_t *signature, aos_string_t *out);
int ossi_v1_authorization(apr_pool_t *pool, const ossi_sign_input_t *in, const char *date,
                          aos_string_t *out);

/* 1 when a list of names joined by ';' has this one, in any case. */
int ossi_v4_lists(const char *list, const char *name);

/* The names of in->additional_headers that are signed: present, not signed anyway, lower case,
 * sorted, by ';'. */
int ossi_v4_additional_headers(apr_pool_t *pool, const ossi_sign_input_t *in, aos_string_t *out);

/* "a=1&b": encoded, sorted by encoded name and value; what V4 signs and what a URL may carry. */
int ossi_v4_canonical_query(apr_pool_t *pool, const apr_table_t *params, aos_string_t *out);
int ossi_v4_canonical_request(apr_pool_t *pool, const ossi_sign_input_t *in, aos_string_t *out);

/* `stamp` is "20231203T121212Z", else AOSE_INVALID_ARGUMENT, as an empty region is. The scope is
 * "20231203/cn-hangzhou/oss/aliyun_v4_request". */
int ossi_v4_scope(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                  aos_string_t *out);
int ossi_v4_string_to_sign(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                           const aos_string_t *canonical_request, aos_string_t *out);
int ossi_v4_signature(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                      const aos_string_t *text, aos_string_t *out);

/*
 * The key that a day's signatures are made with, ready for use. A few keys of before are kept, for
 * all threads; forgetting them only costs time. The caller wipes *out.
 */
int ossi_v4_key(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                ossi_mac_key_t *out);
void ossi_v4_forget_keys(void);

/* The last three steps in one: the signature of a request. */
int ossi_v4_sign(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                 aos_string_t *out);

/* All in one: "OSS4-HMAC-SHA256 Credential=…[,AdditionalHeaders=…],Signature=…". */
int ossi_v4_authorization(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                          aos_string_t *out);

#endif
