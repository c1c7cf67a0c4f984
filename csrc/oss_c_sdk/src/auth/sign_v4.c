/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_sign.h"

#include <string.h>

#include "ossi_digest.h"
#include "ossi_mem.h"
#include "ossi_pairs.h"
#include "ossi_str.h"
#include "ossi_text.h"

#define S_ALGORITHM "OSS4-HMAC-SHA256"
#define S_REQUEST   "aliyun_v4_request"
#define S_DAY       8 /* of the stamp's characters */
#define S_HEX_SIZE  (2 * OSSI_SHA256_SIZE)

/* What mostly suffices. */
#define S_REQUEST_ROOM       768
#define S_TEXT_ROOM          256
#define S_AUTHORIZATION_ROOM 384

static size_t s_length(const aos_string_t *s) {
    return aos_string_is_empty(s) ? 0 : (size_t)s->len;
}

static int s_is_always_signed(const char *name) {
    return ossi_has_prefix_nocase(name, "x-oss-") || ossi_equal_nocase(name, "content-type") ||
           ossi_equal_nocase(name, "content-md5");
}

/* The next name of a list joined by ';', without blanks around it; 0 at the end. */
static int s_next_name(const char **list, const char **name, size_t *n) {
    const char *p = *list;
    p += strspn(p, "; \t");
    size_t len = strcspn(p, ";");
    *list = p + len;
    while (len > 0 && (p[len - 1] == ' ' || p[len - 1] == '\t')) {
        len--;
    }
    *name = p;
    *n = len;
    return len > 0;
}

int ossi_v4_lists(const char *list, const char *name) {
    const char *each = NULL;
    size_t n = 0, name_len = list[0] == '\0' ? 0 : strlen(name);
    while (s_next_name(&list, &each, &n)) {
        size_t i = 0;
        while (i < n && n == name_len && ossi_lower(each[i]) == ossi_lower(name[i])) {
            i++;
        }
        if (i == n) {
            return 1;
        }
    }
    return 0;
}

static int s_is_additional(const char *name, const void *list) {
    return !s_is_always_signed(name) && ossi_v4_lists(list, name);
}

int ossi_v4_additional_headers(apr_pool_t *pool, const ossi_sign_input_t *in, aos_string_t *out) {
    ossi_pairs_t names;
    ossi_str_t s;
    const char *list = in->additional_headers == NULL ? "" : in->additional_headers;
    if (list[0] == '\0') {
        static char s_none[] = "";
        *out = (aos_string_t){0, s_none};
        return AOSE_OK;
    }
    int rc = ossi_pairs_from_table(pool, in->headers, s_is_additional, list, &names);
    if (rc == AOSE_OK) {
        rc = ossi_pairs_as_headers(pool, &names);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_pairs_sort(&names);
    ossi_str_init(&s, pool, OSSI_MAX_CANONICAL);
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i].name;
        if (i > 0 && strcmp(name, names.items[i - 1].name) == 0) {
            continue;
        }
        if (i > 0) {
            ossi_str_addc(&s, ';');
        }
        ossi_str_addz(&s, name);
    }
    return ossi_str_take_string(&s, out);
}

static int s_query(apr_pool_t *pool, const apr_table_t *params, ossi_pairs_t *pairs) {
    int rc = ossi_pairs_from_table(pool, params, NULL, NULL, pairs);
    if (rc == AOSE_OK) {
        rc = ossi_pairs_encode(pool, pairs);
    }
    if (rc == AOSE_OK) {
        ossi_pairs_sort(pairs);
    }
    return rc;
}

int ossi_v4_canonical_query(apr_pool_t *pool, const apr_table_t *params, aos_string_t *out) {
    ossi_pairs_t pairs;
    ossi_str_t s;
    int rc = s_query(pool, params, &pairs);
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_str_init(&s, pool, OSSI_MAX_CANONICAL);
    ossi_pairs_write_query(&pairs, &s);
    return ossi_str_take_string(&s, out);
}

static int s_is_signed(const char *name, const void *list) {
    return s_is_always_signed(name) || ossi_v4_lists(list, name);
}

static int s_signed_headers(apr_pool_t *pool, const ossi_sign_input_t *in,
                            const aos_string_t *additional, ossi_pairs_t *pairs) {
    int rc = ossi_pairs_from_table(pool, in->headers, s_is_signed, additional->data, pairs);
    if (rc == AOSE_OK) {
        rc = ossi_pairs_as_headers(pool, pairs);
    }
    if (rc == AOSE_OK) {
        ossi_pairs_sort(pairs);
    }
    return rc;
}

static int s_request(apr_pool_t *pool, const ossi_sign_input_t *in, const aos_string_t *additional,
                     aos_string_t *out) {
    ossi_pairs_t headers, query;
    ossi_str_t s;
    int rc = s_query(pool, in->params, &query);
    if (rc == AOSE_OK) {
        rc = s_signed_headers(pool, in, additional, &headers);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    const char *payload =
        in->headers == NULL ? NULL : apr_table_get(in->headers, "x-oss-content-sha256");
    ossi_str_init(&s, pool, OSSI_MAX_CANONICAL);
    ossi_str_expect(&s, S_REQUEST_ROOM);
    ossi_str_addz(&s, in->method);
    ossi_str_addc(&s, '\n');
    ossi_str_add_encoded(&s, in->resource, strlen(in->resource), 1);
    ossi_str_addc(&s, '\n');
    ossi_pairs_write_query(&query, &s);
    ossi_str_addc(&s, '\n');
    ossi_pairs_write_headers(&headers, &s);
    ossi_str_addc(&s, '\n');
    ossi_str_add(&s, additional->data, (size_t)additional->len);
    ossi_str_addc(&s, '\n');
    ossi_str_addz(&s, payload == NULL ? "UNSIGNED-PAYLOAD" : payload);
    return ossi_str_take_string(&s, out);
}

int ossi_v4_canonical_request(apr_pool_t *pool, const ossi_sign_input_t *in, aos_string_t *out) {
    aos_string_t additional;
    int rc = ossi_v4_additional_headers(pool, in, &additional);
    return rc == AOSE_OK ? s_request(pool, in, &additional, out) : rc;
}

int ossi_v4_scope(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                  aos_string_t *out) {
    int64_t seconds = 0;
    ossi_str_t s;
    if (ossi_parse_iso_basic(stamp, &seconds) != AOSE_OK || in->region[0] == '\0') {
        return AOSE_INVALID_ARGUMENT;
    }
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_add(&s, stamp, S_DAY);
    ossi_str_addc(&s, '/');
    ossi_str_addz(&s, in->region);
    ossi_str_addc(&s, '/');
    ossi_str_addz(&s, in->product);
    ossi_str_addz(&s, "/" S_REQUEST);
    return ossi_str_take_string(&s, out);
}

static int s_text(apr_pool_t *pool, const char *stamp, const aos_string_t *scope,
                  const aos_string_t *request, aos_string_t *out) {
    uint8_t digest[OSSI_SHA256_SIZE];
    char hex[S_HEX_SIZE];
    ossi_str_t s;
    int rc = ossi_sha256(request->data, s_length(request), digest);
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_hex(digest, sizeof(digest), hex);
    ossi_str_init(&s, pool, OSSI_MAX_CANONICAL);
    ossi_str_expect(&s, S_TEXT_ROOM);
    ossi_str_addz(&s, S_ALGORITHM "\n");
    ossi_str_addz(&s, stamp);
    ossi_str_addc(&s, '\n');
    ossi_str_add(&s, scope->data, (size_t)scope->len);
    ossi_str_addc(&s, '\n');
    ossi_str_add(&s, hex, sizeof(hex));
    return ossi_str_take_string(&s, out);
}

int ossi_v4_string_to_sign(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                           const aos_string_t *canonical_request, aos_string_t *out) {
    aos_string_t scope;
    int rc = ossi_v4_scope(pool, in, stamp, &scope);
    return rc == AOSE_OK ? s_text(pool, stamp, &scope, canonical_request, out) : rc;
}

/* `stamp` has been looked at. */
static int s_signature(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                       const aos_string_t *text, aos_string_t *out) {
    uint8_t digest[OSSI_SHA256_SIZE];
    char hex[S_HEX_SIZE];
    ossi_mac_key_t key;
    ossi_str_t s;
    int rc = ossi_v4_key(pool, in, stamp, &key);
    if (rc != AOSE_OK) {
        return rc;
    }
    rc = ossi_mac(&key, text->data, s_length(text), digest);
    ossi_wipe(&key, sizeof(key));
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_hex(digest, sizeof(digest), hex);
    ossi_str_init(&s, pool, sizeof(hex));
    ossi_str_add(&s, hex, sizeof(hex));
    return ossi_str_take_string(&s, out);
}

int ossi_v4_signature(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                      const aos_string_t *text, aos_string_t *out) {
    int64_t seconds = 0;
    int rc = ossi_parse_iso_basic(stamp, &seconds);
    return rc == AOSE_OK ? s_signature(pool, in, stamp, text, out) : rc;
}

static int s_sign(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                  const aos_string_t *scope, const aos_string_t *additional, aos_string_t *out) {
    aos_string_t request, text;
    int rc = s_request(pool, in, additional, &request);
    if (rc == AOSE_OK) {
        rc = s_text(pool, stamp, scope, &request, &text);
        ossi_wipe(request.data, s_length(&request)); /* a security token is among its headers */
    }
    return rc == AOSE_OK ? s_signature(pool, in, stamp, &text, out) : rc;
}

/* What is signed with: looked at once, used twice. */
static int s_frame(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                   aos_string_t *scope, aos_string_t *additional) {
    int rc = ossi_v4_scope(pool, in, stamp, scope);
    return rc == AOSE_OK ? ossi_v4_additional_headers(pool, in, additional) : rc;
}

int ossi_v4_sign(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                 aos_string_t *out) {
    aos_string_t scope, additional;
    int rc = s_frame(pool, in, stamp, &scope, &additional);
    return rc == AOSE_OK ? s_sign(pool, in, stamp, &scope, &additional, out) : rc;
}

int ossi_v4_authorization(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                          aos_string_t *out) {
    aos_string_t scope, additional, signature;
    ossi_str_t s;
    int rc = s_frame(pool, in, stamp, &scope, &additional);
    if (rc == AOSE_OK) {
        rc = s_sign(pool, in, stamp, &scope, &additional, &signature);
    }
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_expect(&s, S_AUTHORIZATION_ROOM);
    ossi_str_addz(&s, S_ALGORITHM " Credential=");
    ossi_str_add(&s, in->access_key_id.data, s_length(&in->access_key_id));
    ossi_str_addc(&s, '/');
    ossi_str_add(&s, scope.data, (size_t)scope.len);
    if (additional.len > 0) {
        ossi_str_addz(&s, ",AdditionalHeaders=");
        ossi_str_add(&s, additional.data, (size_t)additional.len);
    }
    ossi_str_addz(&s, ",Signature=");
    ossi_str_add(&s, signature.data, (size_t)signature.len);
    return ossi_str_take_string(&s, out);
}
