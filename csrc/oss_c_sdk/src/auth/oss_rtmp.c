/* SPDX-License-Identifier: Apache-2.0 */
#include "oss_auth.h"

#include "ossi_auth.h"
#include "ossi_mem.h"
#include "ossi_pairs.h"
#include "ossi_str.h"

#define S_ID        "OSSAccessKeyId"
#define S_EXPIRES   "Expires"
#define S_SIGNATURE "Signature"
#define S_TOKEN     "security-token"
#define S_PLAYLIST  "playlistName"

static int s_is_signed(const char *name, const void *arg) {
    (void)arg;
    return strcmp(name, S_ID) != 0 && strcmp(name, S_EXPIRES) != 0 &&
           strcmp(name, S_SIGNATURE) != 0;
}

int oss_get_rtmp_string_to_sign(aos_pool_t *p, const aos_string_t *expires,
                                const aos_string_t *canon_res, const aos_table_t *params,
                                aos_string_t *signstr) {
    ossi_pairs_t pairs;
    ossi_str_t s;
    int64_t seconds = 0;
    int rc = ossi_auth_expires(expires, &seconds);
    if (rc == AOSE_OK) {
        rc = ossi_pairs_from_table(p, params, s_is_signed, NULL, &pairs);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_pairs_sort(&pairs);
    ossi_str_init(&s, p, OSSI_MAX_CANONICAL);
    ossi_str_add(&s, expires->data, (size_t)expires->len);
    ossi_str_addc(&s, '\n');
    ossi_pairs_write_headers(&pairs, &s);
    if (!aos_string_is_empty(canon_res)) {
        ossi_str_add(&s, canon_res->data, (size_t)canon_res->len);
    }
    return ossi_str_take_string(&s, signstr);
}

static int s_signature(apr_pool_t *pool, const oss_config_t *config, const aos_http_request_t *req,
                       const aos_string_t *expires, const apr_table_t *params,
                       aos_string_t *signature) {
    aos_string_t resource, text;
    ossi_str_t s;
    ossi_str_init(&s, pool, OSSI_MAX_CANONICAL);
    ossi_str_addc(&s, '/');
    ossi_str_addz(&s, req->resource);
    int rc = ossi_str_take_string(&s, &resource);
    if (rc == AOSE_OK) {
        rc = oss_get_rtmp_string_to_sign(pool, expires, &resource, params, &text);
    }
    return rc == AOSE_OK ? ossi_v1_signature(pool, &config->access_key_secret, &text, signature)
                         : rc;
}

/* What is signed and sent: the given parameters, playlist and token in place of theirs. */
static int s_params(apr_pool_t *pool, const oss_config_t *config, const apr_table_t *given,
                    const aos_string_t *playlist, apr_table_t **params) {
    const char *left[] = {S_ID, S_EXPIRES, S_SIGNATURE, NULL, NULL, NULL};
    size_t n = 3;
    if (!aos_string_is_empty(playlist)) {
        left[n++] = S_PLAYLIST;
    }
    if (!aos_string_is_empty(&config->sts_token)) {
        left[n++] = S_TOKEN;
    }
    int rc = ossi_auth_copy_table(pool, given, left, 1, params);
    if (rc == AOSE_OK && !aos_string_is_empty(playlist)) {
        rc = ossi_auth_add(*params, S_PLAYLIST, playlist);
    }
    if (rc == AOSE_OK && !aos_string_is_empty(&config->sts_token)) {
        rc = ossi_auth_add(*params, S_TOKEN, &config->sts_token);
    }
    return rc;
}

int get_oss_rtmp_request_signature(const oss_request_options_t *options, aos_http_request_t *req,
                                   const aos_string_t *expires, aos_string_t *signature) {
    apr_table_t *params = NULL;
    int rc = s_params(options->pool, options->config, req->query_params, NULL, &params);
    return rc == AOSE_OK
               ? s_signature(options->pool, options->config, req, expires, params, signature)
               : rc;
}

static int s_url(apr_pool_t *pool, const oss_config_t *config, const aos_http_request_t *req,
                 const aos_string_t *expires, apr_table_t *params, aos_string_t *url) {
    aos_string_t signature;
    int rc = s_signature(pool, config, req, expires, params, &signature);
    if (rc == AOSE_OK) {
        rc = ossi_auth_add(params, S_ID, &config->access_key_id);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_add(params, S_EXPIRES, expires);
    }
    if (rc == AOSE_OK) {
        rc = ossi_auth_add(params, S_SIGNATURE, &signature);
    }
    return rc == AOSE_OK ? ossi_auth_url(pool, req, AOS_RTMP_PREFIX, params, url) : rc;
}

int oss_get_rtmp_signed_url(const oss_request_options_t *options, aos_http_request_t *req,
                            const aos_string_t *expires, const aos_string_t *play_list_name,
                            aos_table_t *params, aos_string_t *signed_url) {
    apr_table_t *all = NULL;
    if (ossi_auth_is_anonymous(options->config)) {
        return AOSE_INVALID_ARGUMENT;
    }
    int rc = s_params(options->pool, options->config, params, play_list_name, &all);
    return rc == AOSE_OK ? s_url(options->pool, options->config, req, expires, all, signed_url)
                         : rc;
}
