/* SPDX-License-Identifier: Apache-2.0 */
#include "http_request.h"

#include <string.h>

#include <curl/curl.h>

#include "http_answer.h"
#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_text.h"

static const char s_no_expect[] = "Expect:";

/* libcurl asks for leave to send a body only where it is larger (older versions: than 1 KiB). Each
 * line costs libcurl some thousand instructions, so the one that forbids it is not sent in vain. */
#define S_MAX_UNASKED 1024
static const char s_agent_name[] = "User-Agent";
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

static int s_is_host(const char *host) {
    for (const char *p = host; *p != '\0'; p++) {
        int alnum =
            (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');
        if (!alnum && strchr("-._:[]", *p) == NULL) {
            return 0;
        }
    }
    return host[0] != '\0';
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
    const char *path = x->call->path_style ? req->resource : req->uri;
    path = path != NULL ? path : "";
    if (path[0] != '/' || x->call->path_style) {
        ossi_str_addc(&s, '/');
    }
    ossi_str_add_encoded(&s, path, strlen(path), 1);
    if (req->query_params != NULL) {
        s_add_query(&s, req->query_params);
    }
    return s_finish(x, &s, url);
}

int ossi_request_url(ossi_exchange_t *x, char **url) {
    if (s_is_empty(x->req->signed_url)) {
        return s_build_url(x, url);
    }
    if (!s_is_http(x->req->signed_url) || s_has_control(x->req->signed_url)) {
        return s_invalid(x, "the signed URL is not a URL of http or https");
    }
    if (strlen(x->req->signed_url) > OSSI_MAX_URL) {
        return s_invalid(x, "the request's URL is too long");
    }
    *url = x->req->signed_url;
    return AOSE_OK;
}

static int s_is_blank_text(const char *text) {
    return s_is_empty(text) || text[strspn(text, " \t")] == '\0';
}

/* Lines that libcurl writes itself, or that say nothing. */
static int s_left_out(const char *name, const char *value) {
    if (ossi_equal_nocase(name, "Content-Length") || ossi_equal_nocase(name, "Transfer-Encoding")) {
        return 1;
    }
    return (ossi_equal_nocase(name, "Expect") || ossi_equal_nocase(name, "Host")) &&
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

/* "Name: value" or "Name;"; the sizes of both include the terminator. */
static size_t s_line_size(const char *name, const char *value) {
    return s_is_blank_text(value) ? strlen(name) + 2 : strlen(name) + strlen(value) + 3;
}

/* The next line's place, linked behind the one before. */
static void s_link(ossi_request_lines_t *out, size_t *count, size_t size) {
    struct curl_slist *list = out->list;
    list[*count] = (struct curl_slist){.data = out->text + out->text_len};
    if (*count > 0) {
        list[*count - 1].next = &list[*count];
    }
    (*count)++;
    out->text_len += size;
}

static void s_put(ossi_request_lines_t *out, size_t *count, const char *name, const char *value) {
    char *line = out->text + out->text_len;
    size_t name_len = strlen(name);
    size_t value_len = s_is_blank_text(value) ? 0 : strlen(value);
    memcpy(line, name, name_len);
    if (value_len == 0) {
        memcpy(line + name_len, ";", 2);
        s_link(out, count, name_len + 2);
    } else {
        memcpy(line + name_len, ": ", 2);
        memcpy(line + name_len + 2, value, value_len + 1);
        s_link(out, count, name_len + value_len + 3);
    }
}

typedef struct ossi_line_plan {
    size_t bytes;
    size_t count;
    int has_agent;
    int has_expect;
} ossi_line_plan_t;

static int s_plan(ossi_exchange_t *x, ossi_line_plan_t *plan) {
    const apr_array_header_t *all = apr_table_elts(x->req->headers);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)(const void *)all->elts;
    for (int i = 0; i < all->nelts; i++) {
        if (s_check(x, entry[i].key, entry[i].val) != AOSE_OK) {
            return x->code;
        }
        if (s_left_out(entry[i].key, entry[i].val)) {
            continue;
        }
        plan->bytes += s_line_size(entry[i].key, entry[i].val);
        plan->count++;
        plan->has_agent |= ossi_equal_nocase(entry[i].key, s_agent_name);
        plan->has_expect |= ossi_equal_nocase(entry[i].key, "Expect");
    }
    return plan->bytes <= OSSI_MAX_HEADERS ? AOSE_OK
                                           : s_invalid(x, "the request's headers are too large");
}

static void s_write(const ossi_exchange_t *x, const ossi_line_plan_t *plan,
                    ossi_request_lines_t *out) {
    size_t count = 0;
    if (x->req->headers != NULL) {
        const apr_array_header_t *all = apr_table_elts(x->req->headers);
        const apr_table_entry_t *entry = (const apr_table_entry_t *)(const void *)all->elts;
        for (int i = 0; i < all->nelts; i++) {
            if (!s_left_out(entry[i].key, entry[i].val)) {
                s_put(out, &count, entry[i].key, entry[i].val);
            }
        }
    }
    if (!plan->has_agent) {
        s_put(out, &count, s_agent_name, s_agent(x));
    }
    if (!plan->has_expect && x->req->body_len > S_MAX_UNASKED) {
        memcpy(out->text + out->text_len, s_no_expect, sizeof(s_no_expect));
        s_link(out, &count, sizeof(s_no_expect));
    }
}

/* Room that at least doubles, so that what is left behind in the pool stays small. */
static void *s_room(apr_pool_t *pool, void *old, size_t *cap, size_t needed, size_t item_size) {
    if (needed <= *cap) {
        return old;
    }
    size_t most = needed > 2 * *cap ? needed : 2 * *cap;
    void *items = ossi_alloc(pool, most * item_size);
    *cap = items != NULL ? most : *cap;
    return items;
}

int ossi_request_lines(ossi_exchange_t *x, apr_pool_t *pool, ossi_request_lines_t *out) {
    ossi_line_plan_t plan = {0};
    if (x->req->headers != NULL && s_plan(x, &plan) != AOSE_OK) {
        return x->code;
    }
    if (s_check(x, s_agent_name, s_agent(x)) != AOSE_OK) {
        return x->code;
    }
    plan.bytes += s_line_size(s_agent_name, s_agent(x)) + sizeof(s_no_expect);
    void *list = s_room(pool, out->list, &out->list_cap, plan.count + 2, sizeof(struct curl_slist));
    out->list = list != NULL ? list : out->list;
    void *text = s_room(pool, out->text, &out->text_cap, plan.bytes, 1);
    out->text = text != NULL ? text : out->text;
    if (list == NULL || text == NULL) {
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
        return x->code;
    }
    s_write(x, &plan, out);
    return AOSE_OK;
}

void ossi_request_lines_wipe(ossi_request_lines_t *lines) {
    if (lines->text_len > 0) {
        ossi_wipe(lines->text, lines->text_len);
        lines->text_len = 0;
    }
}
