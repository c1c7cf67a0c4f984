/* SPDX-License-Identifier: Apache-2.0 */
#include "oss_auth.h"

#include "ossi_auth.h"
#include "ossi_mem.h"
#include "ossi_pairs.h"
#include "ossi_str.h"
#include "ossi_text.h"

#define S_LONGEST_LIFE 604800 /* seconds */

#define S_V1_ID        "OSSAccessKeyId"
#define S_V1_EXPIRES   "Expires"
#define S_V1_SIGNATURE "Signature"
#define S_V1_TOKEN     "security-token"

#define S_V4_VERSION    "x-oss-signature-version"
#define S_V4_CREDENTIAL "x-oss-credential"
#define S_V4_DATE       "x-oss-date"
#define S_V4_EXPIRES    "x-oss-expires"
#define S_V4_TOKEN      "x-oss-security-token"
#define S_V4_ADDITIONAL "x-oss-additional-headers"
#define S_V4_SIGNATURE  "x-oss-signature"

/* What a URL says itself, so that a caller's parameters of these names are left out. */
static const char *const s_v1_names[] = {S_V1_ID, S_V1_EXPIRES, S_V1_SIGNATURE, NULL};
static const char *const s_v1_sts_names[] = {S_V1_ID, S_V1_EXPIRES, S_V1_SIGNATURE, S_V1_TOKEN,
                                             NULL};
static const char *const s_v4_names[] = {
    S_V4_VERSION, S_V4_CREDENTIAL, S_V4_DATE,      S_V4_EXPIRES,
    S_V4_TOKEN,   S_V4_ADDITIONAL, S_V4_SIGNATURE, NULL};
static const char *const s_v4_header_names[] = {S_V4_DATE, OSSI_ADDITIONAL_HEADERS, OSSI_PRODUCT,
                                                OSSI_RESOURCE, NULL};

/* V1: the caller's parameters and the token, without the three others; and their signature. */
static int s_v1_sign(apr_pool_t *pool, const oss_config_t *config, const aos_http_request_t *req,
                     const aos_string_t *expires, apr_table_t **params, aos_string_t *signature) {
    ossi_sign_input_t in;
    ossi_auth_hints_t hints;
    aos_string_t text;
    int64_t seconds = 0;
    int has_token = !aos_string_is_empty(&config->sts_token);
    ossi_auth_hints(req->headers, &hints);
    int rc = ossi_auth_expires(expires, &seconds);
    if (rc == AOSE_OK) {
        rc = ossi_auth_input(pool, req, config, &hints, &in);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_copy_table(pool, req->query_params, has_token ? s_v1_sts_names : s_v1_names,
                                  1, params);
    }
    if (rc == AOSE_OK && has_token) {
        rc = ossi_auth_add(*params, S_V1_TOKEN, &config->sts_token);
    }
    const char *date = rc == AOSE_OK ? aos_pstrdup(pool, expires) : NULL;
    if (date == NULL) {
        return rc == AOSE_OK ? AOSE_OUT_MEMORY : rc;
    }
    in.params = *params;
    rc = ossi_v1_string_to_sign(pool, &in, date, &text);
    return rc == AOSE_OK ? ossi_v1_signature(pool, &config->access_key_secret, &text, signature)
                         : rc;
}

static int s_v1_url(apr_pool_t *pool, const oss_config_t *config, const aos_http_request_t *req,
                    const aos_string_t *expires, aos_string_t *url) {
    apr_table_t *params = NULL;
    aos_string_t signature;
    int rc = s_v1_sign(pool, config, req, expires, &params, &signature);
    if (rc == AOSE_OK) {
        rc = ossi_auth_add(params, S_V1_ID, &config->access_key_id);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_add(params, S_V1_EXPIRES, expires);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_add(params, S_V1_SIGNATURE, &signature);
    }
    return rc == AOSE_OK ? ossi_auth_url(pool, req, AOS_HTTP_PREFIX, params, url) : rc;
}

/* The signing time: the request's x-oss-date, else now. */
static int s_v4_stamp(const aos_http_request_t *req, char stamp[OSSI_ISO_BASIC_SIZE],
                      int64_t *seconds) {
    const char *given = req->headers == NULL ? NULL : apr_table_get(req->headers, S_V4_DATE);
    *seconds = apr_time_sec(apr_time_now());
    int rc = given == NULL ? AOSE_OK : ossi_parse_iso_basic(given, seconds);
    return rc == AOSE_OK ? ossi_iso_basic(*seconds, stamp) : rc;
}

static int s_v4_add_credential(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                               apr_table_t *params) {
    aos_string_t scope, credential;
    ossi_str_t s;
    int rc = ossi_v4_scope(pool, in, stamp, &scope);
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_str_init(&s, pool, OSSI_MAX_URL);
    ossi_str_add(&s, in->access_key_id.data,
                 aos_string_is_empty(&in->access_key_id) ? 0 : (size_t)in->access_key_id.len);
    ossi_str_addc(&s, '/');
    ossi_str_add(&s, scope.data, (size_t)scope.len);
    rc = ossi_str_take_string(&s, &credential);
    return rc == AOSE_OK ? ossi_auth_add(params, S_V4_CREDENTIAL, &credential) : rc;
}

static int s_v4_add_params(apr_pool_t *pool, const oss_config_t *config,
                           const ossi_sign_input_t *in, const char *stamp, int64_t life,
                           apr_table_t *params) {
    aos_string_t additional;
    int rc = ossi_v4_additional_headers(pool, in, &additional);
    if (rc == AOSE_OK && additional.len > 0) {
        rc = ossi_auth_add(params, S_V4_ADDITIONAL, &additional);
    }
    if (rc == AOSE_OK && !aos_string_is_empty(&config->sts_token)) {
        rc = ossi_auth_add(params, S_V4_TOKEN, &config->sts_token);
    }
    if (rc == AOSE_OK) {
        rc = ossi_table_set(NULL, params, S_V4_VERSION, "OSS4-HMAC-SHA256");
    }
    if (rc == AOSE_OK) {
        rc = ossi_table_set(NULL, params, S_V4_DATE, stamp);
    }
    if (rc == AOSE_OK) {
        rc = aos_table_add_int64(params, S_V4_EXPIRES, life);
    }
    return rc == AOSE_OK ? s_v4_add_credential(pool, in, stamp, params) : rc;
}

static int s_v4_url(apr_pool_t *pool, const oss_config_t *config, const aos_http_request_t *req,
                    const aos_string_t *expires, aos_string_t *url) {
    ossi_sign_input_t in;
    ossi_auth_hints_t hints;
    aos_string_t signature;
    apr_table_t *params = NULL, *headers = NULL;
    char stamp[OSSI_ISO_BASIC_SIZE];
    int64_t until = 0, from = 0;
    ossi_auth_hints(req->headers, &hints);
    int rc = ossi_auth_expires(expires, &until);
    if (rc == AOSE_OK) {
        rc = s_v4_stamp(req, stamp, &from);
    }
    if (rc == AOSE_OK && (until <= from || until - from > S_LONGEST_LIFE)) {
        rc = AOSE_INVALID_ARGUMENT;
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_input(pool, req, config, &hints, &in);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_copy_table(pool, req->query_params, s_v4_names, 1, &params);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_copy_table(pool, req->headers, s_v4_header_names, 0, &headers);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    in.headers = headers;
    in.params = params;
    rc = ossi_auth_add_host(pool, req, in.additional_headers, headers);
    if (rc == AOSE_OK) {
        rc = s_v4_add_params(pool, config, &in, stamp, until - from, params);
    }
    if (rc == AOSE_OK) {
        rc = ossi_v4_sign(pool, &in, stamp, &signature);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_add(params, S_V4_SIGNATURE, &signature);
    }
    return rc == AOSE_OK ? ossi_auth_url(pool, req, AOS_HTTP_PREFIX, params, url) : rc;
}

static int s_take(apr_pool_t *pool, const aos_string_t *from, aos_string_t *to) {
    char *copy = aos_pstrdup(pool, from);
    if (copy == NULL) {
        return AOSE_OUT_MEMORY;
    }
    to->data = copy;
    to->len = from->len;
    return AOSE_OK;
}

int get_oss_request_signature(const oss_request_options_t *options, aos_http_request_t *req,
                              const aos_string_t *expires, aos_string_t *signature) {
    apr_pool_t *scratch = NULL;
    apr_table_t *params = NULL;
    aos_string_t made;
    if (ossi_pool_create(&scratch, options->pool) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    int rc = s_v1_sign(scratch, options->config, req, expires, &params, &made);
    if (rc == AOSE_OK) {
        rc = s_take(options->pool, &made, signature);
    }
    apr_pool_destroy(scratch);
    return rc;
}

int oss_get_signed_url(const oss_request_options_t *options, aos_http_request_t *req,
                       const aos_string_t *expires, aos_string_t *auth_url) {
    const oss_config_t *config = options->config;
    apr_pool_t *scratch = NULL;
    aos_string_t made;
    if (ossi_auth_is_anonymous(config)) {
        return AOSE_INVALID_ARGUMENT;
    }
    if (ossi_pool_create(&scratch, options->pool) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    int rc = config->signature_version == 4 ? s_v4_url(scratch, config, req, expires, &made)
                                            : s_v1_url(scratch, config, req, expires, &made);
    if (rc == AOSE_OK) {
        rc = s_take(options->pool, &made, auth_url);
    }
    apr_pool_destroy(scratch);
    return rc;
}
