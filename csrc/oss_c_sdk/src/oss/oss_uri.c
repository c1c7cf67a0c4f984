/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_uri.h"

#include <string.h>

#include "ossi_mem.h"
#include "ossi_names.h"
#include "ossi_str.h"
#include "ossi_text.h"

#define S_MAX_PORT 65535

static const char s_empty[] = "";

typedef struct s_endpoint {
    const char *proto;
    const char *authority; /* host and port */
    size_t authority_len;
    size_t host_len; /* of the authority */
} s_endpoint_t;

static size_t s_scheme_len(const char *text) {
    if (ossi_has_prefix_nocase(text, AOS_HTTPS_PREFIX)) {
        return sizeof(AOS_HTTPS_PREFIX) - 1;
    }
    return ossi_has_prefix_nocase(text, AOS_HTTP_PREFIX) ? sizeof(AOS_HTTP_PREFIX) - 1 : 0;
}

static int s_is_any(char c, const char *set) {
    for (; *set != '\0'; set++) {
        if (c == *set) {
            return 1;
        }
    }
    return c == '\0';
}

static size_t s_until_any(const char *text, size_t n, const char *stops) {
    size_t i = 0;
    while (i < n && !s_is_any(text[i], stops)) {
        i++;
    }
    return i;
}

static size_t s_host_len(const char *authority, size_t n) {
    if (n > 0 && authority[0] == '[') {
        size_t closing = s_until_any(authority, n, "]");
        return closing < n ? closing + 1 : n;
    }
    return s_until_any(authority, n, ":");
}

/* Nothing, or a colon and a number. */
static int s_is_port(const char *text, size_t n) {
    uint64_t port = 0;
    if (n == 0) {
        return 1;
    }
    return text[0] == ':' && ossi_parse_u64(text + 1, n - 1, &port) == AOSE_OK && port > 0 &&
           port <= S_MAX_PORT;
}

/* A user in front of the host fails too: '@' is in no host name. */
static int s_split(const aos_string_t *endpoint, s_endpoint_t *out) {
    if (!ossi_is_plain_text(endpoint)) {
        return AOSE_INVALID_ARGUMENT;
    }
    size_t scheme = s_scheme_len(endpoint->data);
    if (scheme > (size_t)endpoint->len) {
        return AOSE_INVALID_ARGUMENT;
    }
    out->proto = scheme == sizeof(AOS_HTTPS_PREFIX) - 1 ? AOS_HTTPS_PREFIX : AOS_HTTP_PREFIX;
    out->authority = endpoint->data + scheme;
    out->authority_len = s_until_any(out->authority, (size_t)endpoint->len - scheme, "/?#");
    out->host_len = s_host_len(out->authority, out->authority_len);
    int is_valid = ossi_is_host(out->authority, out->host_len) &&
                   s_is_port(out->authority + out->host_len, out->authority_len - out->host_len);
    return is_valid ? AOSE_OK : AOSE_INVALID_ARGUMENT;
}

void oss_preprocess_endpoint(aos_string_t *endpoint) {
    if (endpoint == NULL || endpoint->data == NULL || endpoint->len <= 0) {
        return;
    }
    size_t scheme = s_scheme_len(endpoint->data);
    if (scheme < (size_t)endpoint->len) {
        size_t rest = (size_t)endpoint->len - scheme;
        endpoint->len = (int)(scheme + s_until_any(endpoint->data + scheme, rest, "/?#"));
    }
}

char *oss_get_host_from_authority(const oss_request_options_t *options, aos_string_t *authority) {
    if (authority == NULL || authority->data == NULL || authority->len <= 0) {
        return ossi_dupz(options->pool, "");
    }
    const char *begin = authority->data;
    size_t n = (size_t)authority->len;
    size_t user = n;
    while (user > 0 && begin[user - 1] != '@') {
        user--;
    }
    begin += user;
    n -= user;
    return ossi_dup(options->pool, begin, s_host_len(begin, n));
}

/* "FIRST" + separator + "SECOND"; each may be empty. */
static char *s_join(apr_pool_t *pool, const aos_string_t *first, char separator, const char *second,
                    size_t second_len) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_URL);
    ossi_str_add(&s, first->data, (size_t)first->len);
    ossi_str_addc(&s, separator);
    ossi_str_add(&s, second, second_len);
    return ossi_str_take(&s, &text, NULL) == AOSE_OK ? text : NULL;
}

static char *s_resource(apr_pool_t *pool, const aos_string_t *bucket, const aos_string_t *object) {
    if (bucket == NULL) {
        return (char *)s_empty;
    }
    if (object == NULL) {
        return s_join(pool, bucket, '/', "", 0);
    }
    return s_join(pool, bucket, '/', object->data, (size_t)object->len);
}

/* The first '/' of a path may be left out, the one that a key begins with may not. */
static char *s_object_path(apr_pool_t *pool, const aos_string_t *object) {
    static const aos_string_t s_nothing = {0, NULL};
    size_t n = (size_t)object->len;
    return n > 0 && object->data[0] == '/' ? s_join(pool, &s_nothing, '/', object->data, n)
                                           : ossi_dup(pool, object->data, n);
}

static void s_mark_without_memory(aos_http_request_t *req) {
    req->uri = NULL;
    req->resource = NULL;
    req->host = NULL;
}

/* The three ways to say which bucket (protocol section 1). */
static void s_address(const oss_request_options_t *options, const s_endpoint_t *endpoint,
                      const aos_string_t *bucket, const aos_string_t *object,
                      aos_http_request_t *req) {
    int is_path_style = bucket != NULL && ossi_is_ip(endpoint->authority, endpoint->host_len);
    int is_virtual_host = bucket != NULL && !is_path_style && !options->config->is_cname;
    if (is_virtual_host) {
        req->host =
            s_join(options->pool, bucket, '.', endpoint->authority, endpoint->authority_len);
    } else {
        req->host = ossi_dup(options->pool, endpoint->authority, endpoint->authority_len);
    }
    if (is_path_style) {
        req->uri = req->resource;
    } else if (object != NULL) {
        req->uri = s_object_path(options->pool, object);
    } else {
        req->uri = (char *)s_empty;
    }
    if (req->host == NULL || req->uri == NULL) {
        s_mark_without_memory(req);
    }
}

void ossi_fill_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                   const aos_string_t *object, aos_http_request_t *req) {
    s_endpoint_t endpoint;
    s_mark_without_memory(req);
    req->proto = (char *)AOS_HTTP_PREFIX;
    req->resource = s_resource(options->pool, bucket, object);
    if (req->resource == NULL) {
        return;
    }
    if (options->config == NULL || s_split(&options->config->endpoint, &endpoint) != AOSE_OK) {
        req->uri = (char *)s_empty;
        return;
    }
    req->proto = (char *)endpoint.proto;
    s_address(options, &endpoint, bucket, object, req);
}

void oss_get_object_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                        const aos_string_t *object, aos_http_request_t *req) {
    ossi_fill_uri(options, bucket, object, req);
}

void oss_get_bucket_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                        aos_http_request_t *req) {
    ossi_fill_uri(options, bucket, NULL, req);
}

void ossi_fill_rtmp_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                        const aos_string_t *channel, aos_http_request_t *req) {
    const aos_string_t live = {4, (char *)"live"};
    ossi_fill_uri(options, bucket, channel, req);
    if (ossi_is_addressed(req)) {
        req->proto = (char *)AOS_RTMP_PREFIX;
        req->uri = s_join(options->pool, &live, '/', channel->data, (size_t)channel->len);
    }
}

int ossi_is_addressed(const aos_http_request_t *req) {
    return req->uri != NULL && req->resource != NULL && req->host != NULL;
}
