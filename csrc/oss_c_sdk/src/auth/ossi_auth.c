/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_auth.h"

#include "aos_util.h"
#include "ossi_mem.h"
#include "ossi_pairs.h"
#include "ossi_str.h"
#include "ossi_text.h"

int ossi_auth_is_anonymous(const oss_config_t *config) {
    return aos_string_is_empty(&config->access_key_id) &&
           aos_string_is_empty(&config->access_key_secret);
}

void ossi_auth_hints(const apr_table_t *headers, ossi_auth_hints_t *hints) {
    *hints = (ossi_auth_hints_t){NULL, NULL, NULL};
    if (headers != NULL) {
        hints->additional = apr_table_get(headers, OSSI_ADDITIONAL_HEADERS);
        hints->product = apr_table_get(headers, OSSI_PRODUCT);
        hints->resource = apr_table_get(headers, OSSI_RESOURCE);
    }
}

static int s_resource(apr_pool_t *pool, const char *resource, const char **out) {
    size_t n = strlen(resource);
    char *text = n < OSSI_MAX_CANONICAL ? apr_palloc(pool, n + 2) : NULL;
    if (text == NULL) {
        return n < OSSI_MAX_CANONICAL ? AOSE_OUT_MEMORY : AOSE_OVER_MEMORY;
    }
    text[0] = '/';
    memcpy(text + 1, resource, n + 1);
    *out = text;
    return AOSE_OK;
}

int ossi_auth_input(apr_pool_t *pool, const aos_http_request_t *req, const oss_config_t *config,
                    const ossi_auth_hints_t *hints, ossi_sign_input_t *in) {
    int is_box = !aos_string_is_empty(&config->cloudbox_id);
    const aos_string_t *region = is_box ? &config->cloudbox_id : &config->region;
    const char *resource = hints->resource != NULL ? hints->resource : req->resource;
    *in = (ossi_sign_input_t){
        .method = aos_http_method_to_string(req->method),
        .headers = req->headers,
        .params = req->query_params,
        .additional_headers = hints->additional,
        .access_key_id = config->access_key_id,
        .access_key_secret = config->access_key_secret,
        .product = is_box ? "oss-cloudbox" : "oss",
    };
    in->region = aos_string_is_empty(region) ? "" : aos_pstrdup(pool, region);
    if (in->region == NULL) {
        return AOSE_OUT_MEMORY;
    }
    if (hints->product != NULL) {
        in->product = hints->product;
    }
    return s_resource(pool, resource == NULL ? "" : resource, &in->resource);
}

static int s_is_left(const char *name, const char *const *left, int exact) {
    for (; *left != NULL; left++) {
        if (exact ? strcmp(name, *left) == 0 : ossi_equal_nocase(name, *left)) {
            return 1;
        }
    }
    return 0;
}

int ossi_auth_copy_table(apr_pool_t *pool, const apr_table_t *source, const char *const *left,
                         int exact, apr_table_t **copy) {
    ossi_pairs_t pairs;
    int rc = ossi_table_make(pool, copy);
    if (rc == AOSE_OK) {
        rc = ossi_pairs_from_table(pool, source, NULL, NULL, &pairs);
    }
    for (size_t i = 0; rc == AOSE_OK && i < pairs.count; i++) {
        const ossi_pair_t *pair = &pairs.items[i];
        if (!s_is_left(pair->name, left, exact)) {
            rc = ossi_table_add(NULL, *copy, pair->name, strlen(pair->name), pair->value,
                                pair->value_len);
        }
    }
    return rc;
}

int ossi_auth_add(apr_table_t *table, const char *name, const aos_string_t *value) {
    size_t n = aos_string_is_empty(value) ? 0 : (size_t)value->len;
    return ossi_table_add(NULL, table, name, strlen(name), value->data, n);
}

static size_t s_without_port(const char *host, const char *port) {
    size_t n = strlen(host);
    size_t port_len = strlen(port);
    return n > port_len && strcmp(host + n - port_len, port) == 0 ? n - port_len : n;
}

int ossi_auth_add_host(apr_pool_t *pool, const aos_http_request_t *req, const char *additional,
                       apr_table_t *headers) {
    if (additional == NULL || req->host == NULL || !ossi_v4_lists(additional, "host") ||
        apr_table_get(headers, "Host") != NULL) {
        return AOSE_OK;
    }
    int is_tls = req->proto != NULL && ossi_equal_nocase(req->proto, AOS_HTTPS_PREFIX);
    size_t n = s_without_port(req->host, is_tls ? ":443" : ":80");
    return ossi_table_add(pool, headers, "Host", strlen("Host"), req->host, n);
}

int ossi_auth_expires(const aos_string_t *expires, int64_t *seconds) {
    return aos_string_is_empty(expires)
               ? AOSE_INVALID_ARGUMENT
               : ossi_parse_i64(expires->data, (size_t)expires->len, seconds);
}

int ossi_auth_url(apr_pool_t *pool, const aos_http_request_t *req, const char *proto,
                  const apr_table_t *params, aos_string_t *url) {
    aos_string_t query;
    ossi_str_t s;
    const char *path = req->uri == NULL ? "" : req->uri;
    if (req->host == NULL || req->host[0] == '\0') {
        return AOSE_INVALID_ARGUMENT;
    }
    int rc = ossi_v4_canonical_query(pool, params, &query);
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_str_init(&s, pool, OSSI_MAX_URL);
    ossi_str_addz(&s, req->proto == NULL || req->proto[0] == '\0' ? proto : req->proto);
    ossi_str_addz(&s, req->host);
    if (path[0] != '/') {
        ossi_str_addc(&s, '/');
    }
    ossi_str_add_encoded(&s, path, strlen(path), 1);
    if (query.len > 0) {
        ossi_str_addc(&s, '?');
        ossi_str_add(&s, query.data, (size_t)query.len);
    }
    return ossi_str_take_string(&s, url);
}
