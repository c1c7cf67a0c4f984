/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_OSS_AUTH_H
#define OSS_C_SDK_OSS_AUTH_H

#include "oss_define.h"

AOS_CPP_START

/*
 * Signatures V1 and V4 of requests and URLs. All are thread-safe as long as each thread has its own
 * request and pool. Functions that return an int return AOSE_OK, AOSE_OUT_MEMORY, AOSE_OVER_MEMORY
 * (a text past its ceiling), AOSE_INVALID_ARGUMENT or AOSE_INTERNAL_ERROR (libcrypto refused), and
 * leave their result untouched after a failure. Results are in the pool. Strings are taken by their
 * `len`. Nothing is logged of keys and tokens.
 *
 * `req->resource` is what is signed: "" for the service, "bucket/", or "bucket/key", not encoded.
 */

/*
 * Signs a request: V4 when config->signature_version is 4, else V1. With an empty key id and secret
 * nothing is signed. It sets in req->headers (made if NULL):
 *   Authorization          in place of any that is there, so that a table can be used again
 *   Date                   V1, unless Date or x-oss-date is there
 *   x-oss-date             V4, unless it is there
 *   x-oss-content-sha256   V4, "UNSIGNED-PAYLOAD" unless it is there
 *   x-oss-security-token   when config->sts_token is not empty
 * V4 needs config->region, or config->cloudbox_id, which stands for the region of a cloud box
 * (AOSE_INVALID_ARGUMENT).
 *
 * An addition of this implementation: a header "x-ossc-additional-headers" whose value lists header
 * names joined by ';' ("host;range") is taken out of the table, and V4 signs those of them that the
 * table has. Where it names Host and the table has none, req->host is put there. Two more are taken
 * out for the requests of OSS's sister products: "x-ossc-product" is what V4's scope names in place
 * of "oss", and "x-ossc-resource" is signed in place of req->resource, which it becomes.
 */
OSS_API int oss_sign_request(aos_http_request_t *req, const oss_config_t *config);

/*
 * Another addition: the text that oss_sign_request() signed, from the request as it left it, to be
 * held against what a server says that it computed. V1: the string to sign. V4: the string to sign,
 * which has four lines, a newline, and the canonical request that its last line is the digest of.
 * AOSE_INVALID_ARGUMENT for a request that is not signed. A security token is in it: it is wiped
 * with the pool.
 */
OSS_API int oss_get_signed_text(aos_pool_t *p, const aos_http_request_t *req,
                                const oss_config_t *config, aos_string_t *text);

/* V1's string to sign; `canon_res` begins with '/'. The tables may be NULL. The date is that of the
 * headers x-oss-date or Date. */
OSS_API int oss_get_string_to_sign(aos_pool_t *p, http_method_e method,
                                   const aos_string_t *canon_res, const aos_table_t *headers,
                                   const aos_table_t *params, aos_string_t *signstr);

/* V1: sets Authorization for a string to sign, in place of any that is there. After a failure there
 * is none, and an error is logged. */
OSS_API void oss_sign_headers(aos_pool_t *p, const aos_string_t *signstr,
                              const aos_string_t *access_key_id,
                              const aos_string_t *access_key_secret, aos_table_t *headers);

/* V1: sets Date, unless it or x-oss-date is there, and Authorization, in req->headers. */
OSS_API int oss_get_signed_headers(aos_pool_t *p, const aos_string_t *access_key_id,
                                   const aos_string_t *access_key_secret,
                                   const aos_string_t *canon_res, aos_http_request_t *req);

/* V1: the signature of a URL, in base64, not percent-encoded. `expires` is decimal Unix seconds.
 * The STS token of the configuration is signed as the query parameter security-token. */
OSS_API int get_oss_request_signature(const oss_request_options_t *options, aos_http_request_t *req,
                                      const aos_string_t *expires, aos_string_t *signature);

/*
 * A URL that is its own permission until `expires`, decimal Unix seconds (V4: 1 to 604800 seconds
 * from the signing time, else AOSE_INVALID_ARGUMENT): req->proto ("http://" if empty), req->host
 * (AOSE_INVALID_ARGUMENT without one), req->uri percent-encoded but for its slashes, with a first
 * '/' added unless it has one, and the parameters of req->query_params and of the signature,
 * sorted. The headers of req->headers that are signed (x-oss-*, Content-Type, Content-MD5, V4's
 * additional ones) must be sent by whoever uses the URL. With V4, x-oss-date in req->headers is the
 * signing time, else now; it becomes a parameter, not a signed header; and
 * x-ossc-additional-headers and its kin work as above, but that req->resource stays; Host is signed
 * as an HTTP client will send it. The request's tables are not changed. Without credentials it is
 * AOSE_INVALID_ARGUMENT.
 */
OSS_API int oss_get_signed_url(const oss_request_options_t *options, aos_http_request_t *req,
                               const aos_string_t *expires, aos_string_t *auth_url);

/* Of an RTMP push URL (always V1): `canon_res` is "/bucket/channel"; `params` (may be NULL) are
 * signed but for OSSAccessKeyId, Expires and Signature. */
OSS_API int oss_get_rtmp_string_to_sign(aos_pool_t *p, const aos_string_t *expires,
                                        const aos_string_t *canon_res, const aos_table_t *params,
                                        aos_string_t *signstr);

/* The signature in base64 over "/" + req->resource, req->query_params and the STS token. */
OSS_API int get_oss_rtmp_request_signature(const oss_request_options_t *options,
                                           aos_http_request_t *req, const aos_string_t *expires,
                                           aos_string_t *signature);

/* The push URL: req->proto ("rtmp://" if empty), req->host, req->uri ("live/channel") with a first
 * '/' added unless it has one, and `params` (may be NULL), `play_list_name` (may be NULL or empty)
 * as playlistName, the STS token as security-token, and the signature. The tables are not changed.
 */
OSS_API int oss_get_rtmp_signed_url(const oss_request_options_t *options, aos_http_request_t *req,
                                    const aos_string_t *expires, const aos_string_t *play_list_name,
                                    aos_table_t *params, aos_string_t *signed_url);

AOS_CPP_END

#endif
