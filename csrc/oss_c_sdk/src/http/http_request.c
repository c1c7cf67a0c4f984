/* SPDX-License-Identifier: Apache-2.0 */
#include "http_request.h"

#include <string.h>

#include "http_answer.h"
#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_text.h"

static const char s_agent_name[] = "User-Agent";
static const char s_expect[] = "Expect";
static const char s_agent_default[] = AOS_VER "(Compatible Unknown)";

static int s_invalid(ossi_exchange_t *x, const char *reason) {
    ossi_exchange_fail(x, OSSI_FAIL_INVALID, reason);
    return x->code;
}

static int s_is_empty(const char *text) {
    return text == NULL || text[0] == '\0';
}

static int s_has_control(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text <= ' ' || *text == 0x7f) {
            return 1;
        }
    }
    return 0;
}

static int s_is_host_byte(char c) {
    int alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alnum || (c != '\0' && strchr("-._:[]", c) != NULL);
}

static int s_is_host(const char *host) {
    const char *p = host;
    while (s_is_host_byte(*p)) {
        p++;
    }
    return p > host && *p == '\0';
}

static int s_is_http(const char *url) {
    return ossi_has_prefix_nocase(url, AOS_HTTP_PREFIX) ||
           ossi_has_prefix_nocase(url, AOS_HTTPS_PREFIX);
}

static int s_finish(ossi_exchange_t *x, ossi_str_t *s, char **text) {
    int rc = ossi_str_take(s, text, NULL);
    if (rc == AOSE_OUT_MEMORY) {
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
    } else if (rc != AOSE_OK) {
        ossi_exchange_fail(x, OSSI_FAIL_INVALID, "the request's URL is too long");
    }
    return x->code;
}

static void s_add_query(ossi_str_t *s, const apr_table_t *params) {
    const apr_array_header_t *all = apr_table_elts(params);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)(const void *)all->elts;
    char separator = '?';
    for (int i = 0; i < all->nelts; i++) {
        if (entry[i].key == NULL) {
            continue;
        }
        ossi_str_addc(s, separator);
        ossi_str_add_encoded(s, entry[i].key, strlen(entry[i].key), 0);
        if (!s_is_empty(entry[i].val)) {
            ossi_str_addc(s, '=');
            ossi_str_add_encoded(s, entry[i].val, strlen(entry[i].val), 0);
        }
        separator = '&';
    }
}

static int s_add_path(ossi_exchange_t *x, ossi_str_t *s) {
    const ossi_call_t *call = x->call;
    const char *path = call->path_style ? x->req->resource : x->req->uri;
    path = path != NULL ? path : "";
    if (path[0] != '/' || call->path_style) {
        ossi_str_addc(s, '/');
    }
    if (!call->path_encoded) {
        ossi_str_add_encoded(s, path, strlen(path), 1);
        return AOSE_OK;
    }
    if (s_has_control(path) || strpbrk(path, "?#") != NULL) {
        return s_invalid(x, "the request's path is not percent-encoded");
    }
    ossi_str_addz(s, path);
    return AOSE_OK;
}

static int s_build_url(ossi_exchange_t *x, char **url) {
    const aos_http_request_t *req = x->req;
    const char *proto = s_is_empty(req->proto) ? AOS_HTTP_PREFIX : req->proto;
    if (!ossi_equal_nocase(proto, AOS_HTTP_PREFIX) && !ossi_equal_nocase(proto, AOS_HTTPS_PREFIX)) {
        return s_invalid(x, "the request's protocol is neither http nor https");
    }
    if (req->host == NULL || !s_is_host(req->host)) {
        return s_invalid(x, "the request's host is not a host name");
    }
    ossi_str_t s;
    ossi_str_init(&s, x->t->pool, OSSI_MAX_URL);
    ossi_str_addz(&s, proto);
    ossi_str_addz(&s, req->host);
    if (s_add_path(x, &s) != AOSE_OK) {
        return x->code;
    }
    if (req->query_params != NULL) {
        s_add_query(&s, req->query_params);
    }
    return s_finish(x, &s, url);
}

static int s_url(ossi_exchange_t *x, char **url) {
    *url = x->req->signed_url;
    if (s_is_empty(*url)) {
        return s_build_url(x, url);
    }
    if (!s_is_http(*url) || s_has_control(*url)) {
        return s_invalid(x, "the signed URL is not a URL of http or https");
    }
    return strlen(*url) <= OSSI_MAX_URL ? AOSE_OK : s_invalid(x, "the request's URL is too long");
}

/* --- its parts --- */

/* Without the port that the scheme has anyway (RFC 9110 section 4.2.3). */
static size_t s_without_own_port(const char *authority, size_t n, const char *port) {
    size_t len = strlen(port);
    return n > len && memcmp(authority + n - len, port, len) == 0 ? n - len : n;
}

static int s_is_authority(const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!s_is_host_byte(text[i])) {
            return 0;
        }
    }
    return n > 0;
}

/* The URL's scheme was checked. */
static int s_split(ossi_exchange_t *x, const char *url, ossi_request_t *request) {
    int is_tls = ossi_has_prefix_nocase(url, AOS_HTTPS_PREFIX);
    const char *authority = url + strlen(is_tls ? AOS_HTTPS_PREFIX : AOS_HTTP_PREFIX);
    size_t n = strcspn(authority, "/?#");
    if (!s_is_authority(authority, n)) {
        return s_invalid(x, "the URL's host is not a host name");
    }
    const char *path = authority + n;
    *request = (ossi_request_t){
        .url = url,
        .origin_len = (size_t)(path - url),
        .is_tls = is_tls,
        .authority = authority,
        .authority_len = s_without_own_port(authority, n, is_tls ? ":443" : ":80"),
        .path = path,
        .path_len = strcspn(path, "#"),
    };
    return AOSE_OK;
}

/* --- the head --- */

static int s_is_blank_text(const char *text) {
    return s_is_empty(text) || text[strspn(text, " \t")] == '\0';
}

/* Lines that are written here, or that say nothing. */
static int s_left_out(const char *name, const char *value) {
    if (ossi_equal_nocase(name, "Content-Length") || ossi_equal_nocase(name, "Transfer-Encoding")) {
        return 1;
    }
    return (ossi_equal_nocase(name, s_expect) || ossi_equal_nocase(name, "Host")) &&
           s_is_blank_text(value);
}

static const char *s_agent(const ossi_exchange_t *x) {
    const aos_http_transport_options_t *options = x->t->options;
    return options != NULL && !s_is_empty(options->user_agent) ? options->user_agent
                                                               : s_agent_default;
}

static int s_check(ossi_exchange_t *x, const char *name, const char *value) {
    if (name == NULL || !ossi_is_header_name(name, strlen(name)) ||
        (value != NULL && value[strcspn(value, "\r\n")] != '\0')) {
        return s_invalid(x, "a header of the request cannot be sent");
    }
    if (strlen(name) + (value != NULL ? strlen(value) : 0) > OSSI_MAX_HEADER_LINE) {
        return s_invalid(x, "a header of the request is too long");
    }
    return AOSE_OK;
}

static int s_check_headers(ossi_exchange_t *x, ossi_request_t *request) {
    const apr_array_header_t *all = apr_table_elts(x->req->headers);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)(const void *)all->elts;
    for (int i = 0; i < all->nelts; i++) {
        const char *name = entry[i].key;
        const char *value = entry[i].val;
        if (s_check(x, name, value) != AOSE_OK) {
            return x->code;
        }
        if (s_left_out(name, value)) {
            continue;
        }
        request->lines_len += strlen(name) + (value != NULL ? strlen(value) : 0) + sizeof(": \r\n");
        request->has_agent |= ossi_equal_nocase(name, s_agent_name);
        request->has_host |= ossi_equal_nocase(name, "Host");
        request->has_expect |= ossi_equal_nocase(name, s_expect);
    }
    return request->lines_len <= OSSI_MAX_HEADERS
               ? AOSE_OK
               : s_invalid(x, "the request's headers are too large");
}

int ossi_request_check(ossi_exchange_t *x, ossi_request_t *request) {
    char *url = NULL;
    if (s_url(x, &url) != AOSE_OK || s_split(x, url, request) != AOSE_OK ||
        (x->req->headers != NULL && s_check_headers(x, request) != AOSE_OK)) {
        return x->code;
    }
    return s_check(x, s_agent_name, s_agent(x));
}

/* The room was made for what is added. */
static void s_add(ossi_request_head_t *out, const char *bytes, size_t n) {
    if (n > 0) {
        memcpy(out->text + out->len, bytes, n);
        out->len += n;
    }
}

static void s_addz(ossi_request_head_t *out, const char *text) {
    s_add(out, text, strlen(text));
}

static void s_line(ossi_request_head_t *out, const char *name, const char *value, size_t n) {
    s_addz(out, name);
    s_add(out, ": ", n > 0 ? 2 : 1);
    s_add(out, value, n);
    s_add(out, "\r\n", 2);
}

static const char *s_method(http_method_e method) {
    static const char *const s_names[] = {
        [HTTP_GET] = "GET ",   [HTTP_HEAD] = "HEAD ",     [HTTP_PUT] = "PUT ",
        [HTTP_POST] = "POST ", [HTTP_DELETE] = "DELETE ", [OSSI_HTTP_OPTIONS] = "OPTIONS ",
    };
    return s_names[method];
}

static void s_request_line(const ossi_exchange_t *x, const ossi_request_t *request, int is_proxied,
                           ossi_request_head_t *out) {
    s_addz(out, s_method(x->req->method));
    if (is_proxied) {
        s_add(out, request->url, request->origin_len);
    }
    if (request->path_len == 0 || request->path[0] != '/') {
        s_add(out, "/", 1);
    }
    s_add(out, request->path, request->path_len);
    s_addz(out, " HTTP/1.1\r\n");
}

static void s_callers_lines(const ossi_exchange_t *x, const ossi_head_style_t *style,
                            ossi_request_head_t *out) {
    const apr_array_header_t *all = apr_table_elts(x->req->headers);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)(const void *)all->elts;
    for (int i = 0; i < all->nelts; i++) {
        const char *value = entry[i].val;
        int unwanted = style->without_expect && ossi_equal_nocase(entry[i].key, s_expect);
        if (!unwanted && !s_left_out(entry[i].key, value)) {
            s_line(out, entry[i].key, value, s_is_blank_text(value) ? 0 : strlen(value));
        }
    }
}

static void s_length_line(const ossi_exchange_t *x, ossi_request_head_t *out) {
    char digits[20];
    size_t n = 0;
    uint64_t left = (uint64_t)x->req->body_len;
    do {
        digits[sizeof(digits) - ++n] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    s_line(out, "Content-Length", digits + sizeof(digits) - n, n);
}

static void s_write(const ossi_exchange_t *x, const ossi_request_t *request,
                    const ossi_head_style_t *style, ossi_request_head_t *out) {
    s_request_line(x, request, style->proxy_line != NULL, out);
    if (!request->has_host) {
        s_line(out, "Host", request->authority, request->authority_len);
    }
    if (style->proxy_line != NULL) {
        s_addz(out, style->proxy_line);
    }
    if (!request->has_agent) {
        s_line(out, s_agent_name, s_agent(x), strlen(s_agent(x)));
    }
    if (x->req->headers != NULL) {
        s_callers_lines(x, style, out);
    }
    if (ossi_exchange_sends_body(x)) {
        s_length_line(x, out);
    }
    s_add(out, "\r\n", 2);
}

/* The request line, and the lines that are always there. */
static size_t s_fixed_size(const ossi_exchange_t *x, const ossi_request_t *request,
                           const ossi_head_style_t *style) {
    static const char s_constant[] = "DELETE / HTTP/1.1\r\nHost: \r\nUser-Agent: \r\n"
                                     "Content-Length: 18446744073709551615\r\n\r\n";
    size_t proxy = style->proxy_line != NULL ? strlen(style->proxy_line) : 0;
    return sizeof(s_constant) + request->origin_len + request->path_len + request->authority_len +
           strlen(s_agent(x)) + proxy;
}

/* Room that at least doubles, so that what is left behind in the pool stays small. */
static int s_reserve(apr_pool_t *pool, ossi_request_head_t *out, size_t needed) {
    if (needed <= out->cap) {
        return 0;
    }
    size_t most = needed > 2 * out->cap ? needed : 2 * out->cap;
    char *text = apr_palloc(pool, most);
    if (text == NULL) {
        return -1;
    }
    out->text = text;
    out->cap = most;
    return 0;
}

int ossi_request_head(ossi_exchange_t *x, const ossi_request_t *request,
                      const ossi_head_style_t *style, apr_pool_t *pool, ossi_request_head_t *out) {
    out->len = 0;
    size_t size = request->lines_len + s_fixed_size(x, request, style) + style->room;
    if (s_reserve(pool, out, size) != 0) {
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
        return x->code;
    }
    s_write(x, request, style, out);
    return AOSE_OK;
}

void ossi_request_head_wipe(ossi_request_head_t *head) {
    if (head->len > 0) {
        ossi_wipe(head->text, head->len);
        head->len = 0;
    }
}
