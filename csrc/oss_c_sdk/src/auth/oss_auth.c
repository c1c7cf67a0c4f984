/* SPDX-License-Identifier: Apache-2.0 */
#include "oss_auth.h"

#include "aos_log.h"
#include "aos_util.h"
#include "ossi_auth.h"
#include "ossi_mem.h"
#include "ossi_pairs.h"
#include "ossi_str.h"
#include "ossi_text.h"

#define S_AUTHORIZATION  "Authorization"
#define S_DATE           "Date"
#define S_OSS_DATE       "x-oss-date"
#define S_CONTENT_SHA256 "x-oss-content-sha256"
#define S_SECURITY_TOKEN "x-oss-security-token"

/* After apr_table_unset(), which a name that is there needs. */
static int s_put(apr_table_t *table, const char *name, const aos_string_t *value) {
    return ossi_table_add(NULL, table, name, strlen(name), value->data, (size_t)value->len);
}

static int s_add(apr_table_t *table, const char *name, const char *value) {
    return ossi_table_add(NULL, table, name, strlen(name), value, strlen(value));
}

/* The same for a secret: the table's copy does not outlive the table. */
static int s_set_secret(apr_table_t *table, const char *name, const aos_string_t *value) {
    apr_table_unset(table, name);
    int rc = s_put(table, name, value);
    char *copy = rc == AOSE_OK ? (char *)(uintptr_t)apr_table_get(table, name) : NULL;
    return copy == NULL ? rc : ossi_wipe_with_pool(apr_table_elts(table)->pool, copy, strlen(copy));
}

/* The text of V1's Date line: x-oss-date, else Date, which is set to now where it is absent. */
static int s_v1_date(apr_table_t *headers, const char **date) {
    char now[OSSI_HTTP_DATE_SIZE];
    int rc = AOSE_OK;
    *date = apr_table_get(headers, S_OSS_DATE);
    if (*date == NULL) {
        *date = apr_table_get(headers, S_DATE);
    }
    if (*date == NULL) {
        rc = ossi_http_date(apr_time_sec(apr_time_now()), now);
        if (rc == AOSE_OK) {
            rc = s_add(headers, S_DATE, now);
        }
        *date = rc == AOSE_OK ? apr_table_get(headers, S_DATE) : NULL;
    }
    return rc;
}

static int s_sign_v1(apr_pool_t *pool, const ossi_sign_input_t *in, apr_table_t *headers) {
    const char *date = NULL;
    aos_string_t authorization;
    int rc = s_v1_date(headers, &date);
    if (rc == AOSE_OK) {
        rc = ossi_v1_authorization(pool, in, date, &authorization);
    }
    return rc == AOSE_OK ? s_put(headers, S_AUTHORIZATION, &authorization) : rc;
}

static int s_sign_v4(apr_pool_t *pool, const ossi_sign_input_t *in, apr_table_t *headers) {
    aos_string_t authorization;
    char now[OSSI_ISO_BASIC_SIZE];
    const char *stamp = apr_table_get(headers, S_OSS_DATE);
    int rc = AOSE_OK;
    if (stamp == NULL) {
        rc = ossi_iso_basic(apr_time_sec(apr_time_now()), now);
        if (rc == AOSE_OK) {
            rc = s_add(headers, S_OSS_DATE, now);
        }
        stamp = now;
    }
    if (rc == AOSE_OK && apr_table_get(headers, S_CONTENT_SHA256) == NULL) {
        rc = s_add(headers, S_CONTENT_SHA256, "UNSIGNED-PAYLOAD");
    }
    if (rc == AOSE_OK) {
        rc = ossi_v4_authorization(pool, in, stamp, &authorization);
    }
    return rc == AOSE_OK ? s_put(headers, S_AUTHORIZATION, &authorization) : rc;
}

/* The values stay in the table's memory. */
static void s_take_hints(apr_table_t *headers, ossi_auth_hints_t *hints) {
    ossi_auth_hints(headers, hints);
    if (hints->additional != NULL) {
        apr_table_unset(headers, OSSI_ADDITIONAL_HEADERS);
    }
    if (hints->product != NULL) {
        apr_table_unset(headers, OSSI_PRODUCT);
    }
    if (hints->resource != NULL) {
        apr_table_unset(headers, OSSI_RESOURCE);
    }
}

int oss_sign_request(aos_http_request_t *req, const oss_config_t *config) {
    ossi_sign_input_t in;
    ossi_auth_hints_t hints;
    int rc = req->headers == NULL ? ossi_table_make(req->pool, &req->headers) : AOSE_OK;
    if (rc != AOSE_OK) {
        return rc;
    }
    s_take_hints(req->headers, &hints);
    if (ossi_auth_is_anonymous(config)) {
        return AOSE_OK;
    }
    apr_table_unset(req->headers, S_AUTHORIZATION);
    rc = ossi_auth_input(req->pool, req, config, &hints, &in);
    if (rc == AOSE_OK && !aos_string_is_empty(&config->sts_token)) {
        rc = s_set_secret(req->headers, S_SECURITY_TOKEN, &config->sts_token);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    if (hints.resource != NULL) {
        req->resource = (char *)(uintptr_t)hints.resource; /* the record has no const */
    }
    if (config->signature_version != 4) {
        return s_sign_v1(req->pool, &in, req->headers);
    }
    rc = ossi_auth_add_host(req->pool, req, hints.additional, req->headers);
    return rc == AOSE_OK ? s_sign_v4(req->pool, &in, req->headers) : rc;
}

/* The names that a V4 signature lists; NULL for none. */
static int s_listed(apr_pool_t *p, const char *authorization, const char **names) {
    static const char s_field[] = ",AdditionalHeaders=";
    const char *found = strstr(authorization, s_field);
    *names = NULL;
    if (found == NULL) {
        return AOSE_OK;
    }
    found += sizeof(s_field) - 1;
    *names = ossi_dup(p, found, strcspn(found, ","));
    return *names == NULL ? AOSE_OUT_MEMORY : AOSE_OK;
}

/* The product that a V4 signature's scope names; NULL for none. */
static int s_product(apr_pool_t *p, const char *authorization, const char **product) {
    const char *end = strstr(authorization, "/aliyun_v4_request,");
    const char *begin = end;
    *product = NULL;
    if (end == NULL) {
        return AOSE_OK;
    }
    while (begin > authorization && begin[-1] != '/') {
        begin--;
    }
    *product = ossi_dup(p, begin, (size_t)(end - begin));
    return *product == NULL ? AOSE_OUT_MEMORY : AOSE_OK;
}

static int s_v4_text(apr_pool_t *p, const ossi_sign_input_t *in, aos_string_t *out) {
    aos_string_t request, text;
    ossi_str_t s;
    const char *stamp = apr_table_get(in->headers, S_OSS_DATE);
    int rc = stamp == NULL ? AOSE_INVALID_ARGUMENT : ossi_v4_canonical_request(p, in, &request);
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_str_init(&s, p, OSSI_MAX_CANONICAL);
    rc = ossi_v4_string_to_sign(p, in, stamp, &request, &text);
    if (rc == AOSE_OK) {
        ossi_str_expect(&s, (size_t)text.len + (size_t)request.len + 1);
        ossi_str_add(&s, text.data, (size_t)text.len);
        ossi_str_addc(&s, '\n');
        ossi_str_add(&s, request.data, (size_t)request.len);
        rc = ossi_str_take_string(&s, out);
    }
    ossi_wipe(request.data, (size_t)request.len);
    return rc;
}

static int s_v1_text(apr_pool_t *p, const ossi_sign_input_t *in, aos_string_t *out) {
    const char *date = apr_table_get(in->headers, S_OSS_DATE);
    if (date == NULL) {
        date = apr_table_get(in->headers, S_DATE);
    }
    return date == NULL ? AOSE_INVALID_ARGUMENT : ossi_v1_string_to_sign(p, in, date, out);
}

int oss_get_signed_text(aos_pool_t *p, const aos_http_request_t *req, const oss_config_t *config,
                        aos_string_t *text) {
    ossi_sign_input_t in;
    ossi_auth_hints_t hints;
    aos_string_t made;
    const char *authorization =
        req->headers == NULL ? NULL : apr_table_get(req->headers, S_AUTHORIZATION);
    if (authorization == NULL) {
        return AOSE_INVALID_ARGUMENT;
    }
    ossi_auth_hints(NULL, &hints);
    int rc = s_listed(p, authorization, &hints.additional);
    if (rc == AOSE_OK) {
        rc = s_product(p, authorization, &hints.product);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_input(p, req, config, &hints, &in);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    rc = config->signature_version == 4 ? s_v4_text(p, &in, &made) : s_v1_text(p, &in, &made);
    if (rc == AOSE_OK) {
        rc = ossi_wipe_with_pool(p, made.data, (size_t)made.len);
    }
    if (rc == AOSE_OK) {
        *text = made;
    }
    return rc;
}

int oss_get_string_to_sign(aos_pool_t *p, http_method_e method, const aos_string_t *canon_res,
                           const aos_table_t *headers, const aos_table_t *params,
                           aos_string_t *signstr) {
    ossi_sign_input_t in = {
        .method = aos_http_method_to_string(method),
        .resource = aos_string_is_empty(canon_res) ? "" : aos_pstrdup(p, canon_res),
        .headers = headers,
        .params = params,
    };
    const char *date = headers == NULL ? NULL : apr_table_get(headers, S_OSS_DATE);
    if (in.resource == NULL) {
        return AOSE_OUT_MEMORY;
    }
    if (date == NULL && headers != NULL) {
        date = apr_table_get(headers, S_DATE);
    }
    return ossi_v1_string_to_sign(p, &in, date, signstr);
}

static int s_sign_headers(apr_pool_t *p, const aos_string_t *signstr, const aos_string_t *id,
                          const aos_string_t *secret, apr_table_t *headers) {
    aos_string_t signature, authorization;
    int rc = ossi_v1_signature(p, secret, signstr, &signature);
    if (rc == AOSE_OK) {
        rc = ossi_v1_header(p, id, &signature, &authorization);
    }
    return rc == AOSE_OK ? s_put(headers, S_AUTHORIZATION, &authorization) : rc;
}

void oss_sign_headers(aos_pool_t *p, const aos_string_t *signstr, const aos_string_t *access_key_id,
                      const aos_string_t *access_key_secret, aos_table_t *headers) {
    apr_table_unset(headers, S_AUTHORIZATION);
    int rc = s_sign_headers(p, signstr, access_key_id, access_key_secret, headers);
    if (rc != AOSE_OK) {
        aos_error_log("cannot sign the request, code %d", rc);
    }
}

int oss_get_signed_headers(aos_pool_t *p, const aos_string_t *access_key_id,
                           const aos_string_t *access_key_secret, const aos_string_t *canon_res,
                           aos_http_request_t *req) {
    const char *date = NULL;
    aos_string_t text;
    int rc = req->headers == NULL ? ossi_table_make(p, &req->headers) : AOSE_OK;
    if (rc == AOSE_OK) {
        apr_table_unset(req->headers, S_AUTHORIZATION);
        rc = s_v1_date(req->headers, &date);
    }
    if (rc == AOSE_OK) {
        rc = oss_get_string_to_sign(p, req->method, canon_res, req->headers, req->query_params,
                                    &text);
    }
    return rc == AOSE_OK ? s_sign_headers(p, &text, access_key_id, access_key_secret, req->headers)
                         : rc;
}
