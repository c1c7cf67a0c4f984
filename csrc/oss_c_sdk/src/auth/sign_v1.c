/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_sign.h"

#include "ossi_digest.h"
#include "ossi_mem.h"
#include "ossi_pairs.h"
#include "ossi_str.h"
#include "ossi_text.h"

static int s_is_oss_header(const char *name, const void *arg) {
    (void)arg;
    return ossi_has_prefix_nocase(name, "x-oss-");
}

static int s_is_sub_resource(const char *name, const void *arg) {
    (void)arg;
    return ossi_v1_is_sub_resource(name);
}

static void s_add_line(ossi_str_t *s, const apr_table_t *headers, const char *name) {
    ossi_str_addz(s, headers == NULL ? NULL : apr_table_get(headers, name));
    ossi_str_addc(s, '\n');
}

int ossi_v1_string_to_sign(apr_pool_t *pool, const ossi_sign_input_t *in, const char *date,
                           aos_string_t *out) {
    ossi_pairs_t headers, params;
    ossi_str_t s;
    int rc = ossi_pairs_from_table(pool, in->headers, s_is_oss_header, NULL, &headers);
    if (rc == AOSE_OK) {
        rc = ossi_pairs_as_headers(pool, &headers);
    }
    if (rc == AOSE_OK) {
        rc = ossi_pairs_from_table(pool, in->params, s_is_sub_resource, NULL, &params);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_pairs_sort(&headers);
    ossi_pairs_sort(&params);
    ossi_str_init(&s, pool, OSSI_MAX_CANONICAL);
    ossi_str_addz(&s, in->method);
    ossi_str_addc(&s, '\n');
    s_add_line(&s, in->headers, "Content-MD5");
    s_add_line(&s, in->headers, "Content-Type");
    ossi_str_addz(&s, date);
    ossi_str_addc(&s, '\n');
    ossi_pairs_write_headers(&headers, &s);
    ossi_str_addz(&s, in->resource);
    if (params.count > 0) {
        ossi_str_addc(&s, '?');
        ossi_pairs_write_query(&params, &s);
    }
    return ossi_str_take_string(&s, out);
}

int ossi_v1_signature(apr_pool_t *pool, const aos_string_t *secret, const aos_string_t *text,
                      aos_string_t *out) {
    uint8_t mac[OSSI_SHA1_SIZE];
    char base64[4 * ((OSSI_SHA1_SIZE + 2) / 3)];
    ossi_str_t s;
    int rc = ossi_hmac_sha1(secret->data, aos_string_is_empty(secret) ? 0 : (size_t)secret->len,
                            text->data, (size_t)text->len, mac);
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_str_init(&s, pool, sizeof(base64));
    ossi_str_add(&s, base64, ossi_base64(mac, sizeof(mac), base64));
    return ossi_str_take_string(&s, out);
}

int ossi_v1_header(apr_pool_t *pool, const aos_string_t *access_key_id,
                   const aos_string_t *signature, aos_string_t *out) {
    ossi_str_t s;
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_addz(&s, "OSS ");
    ossi_str_add(&s, access_key_id->data,
                 aos_string_is_empty(access_key_id) ? 0 : (size_t)access_key_id->len);
    ossi_str_addc(&s, ':');
    ossi_str_add(&s, signature->data, (size_t)signature->len);
    return ossi_str_take_string(&s, out);
}

int ossi_v1_authorization(apr_pool_t *pool, const ossi_sign_input_t *in, const char *date,
                          aos_string_t *out) {
    aos_string_t text, signature;
    int rc = ossi_v1_string_to_sign(pool, in, date, &text);
    if (rc == AOSE_OK) {
        rc = ossi_v1_signature(pool, &in->access_key_secret, &text, &signature);
        ossi_wipe(text.data, (size_t)text.len); /* a security token is among its headers */
    }
    return rc == AOSE_OK ? ossi_v1_header(pool, &in->access_key_id, &signature, out) : rc;
}
