/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_log.h"

#include <string.h>

#include "ossi_text.h"

/* A name counts only where no character of a name stands before it. */
static const char *const s_names[] = {
    "authorization",      "proxy-authorization",  "signature",       "x-oss-signature",
    "security-token",     "x-oss-security-token", "security_token",  "securitytoken",
    "access-key-secret",  "access_key_secret",    "accesskeysecret", "oss_access_key_secret",
    "ossaccesskeysecret",
};

typedef struct s_text {
    const char *p;
    const char *end;
} s_text_t;

static int s_is_name(char c) {
    return (c >= '0' && c <= '9') || (ossi_lower(c) >= 'a' && ossi_lower(c) <= 'z') || c == '-' ||
           c == '_';
}

static int s_is_secret_name(const char *p, size_t n) {
    for (size_t i = 0; i < sizeof(s_names) / sizeof(s_names[0]); i++) {
        size_t k = 0;
        while (k < n && ossi_lower(p[k]) == s_names[i][k]) {
            k++;
        }
        if (k == n && s_names[i][n] == '\0') {
            return 1;
        }
    }
    return 0;
}

static int s_is_line_end(char c) {
    return c == '\r' || c == '\n' || c == '\0';
}

static int s_ends_value(char separator, char c) {
    if (s_is_line_end(c)) {
        return 1;
    }
    if (separator == ':') {
        return 0;
    }
    return strchr(separator == '=' ? " \t&,;\"'<" : "<", c) != NULL;
}

/* From just behind a name: where its secret begins and ends, or 0 when nothing follows. */
static int s_find_value(s_text_t rest, s_text_t *value) {
    const char *p = rest.p;
    while (p < rest.end && (*p == '"' || *p == '\'' || *p == ' ')) {
        p++;
    }
    if (p == rest.end || (*p != ':' && *p != '=' && *p != '>')) {
        return 0;
    }
    char separator = *p++;
    while (p < rest.end && (*p == ' ' || *p == '\t' || *p == '"' || *p == '\'')) {
        p++;
    }
    value->p = p;
    while (p < rest.end && !s_ends_value(separator, *p)) {
        p++;
    }
    value->end = p;
    return value->end > value->p;
}

static size_t s_put(char *out, size_t size, size_t done, const char *p, size_t n) {
    size_t fits = n < size - done ? n : size - done;
    memcpy(out + done, p, fits);
    return done + fits;
}

size_t ossi_log_redact(const char *text, size_t n, char *out, size_t size) {
    const char *p = text, *end = text + n;
    size_t done = 0;
    while (p < end) {
        const char *start = p;
        s_text_t value;
        while (p < end && s_is_name(*p)) {
            p++;
        }
        if (p > start && s_is_secret_name(start, (size_t)(p - start)) &&
            s_find_value((s_text_t){p, end}, &value)) {
            done = s_put(out, size, done, start, (size_t)(value.p - start));
            done = s_put(out, size, done, "***", 3);
            p = value.end;
        } else if (p == start) {
            done = s_put(out, size, done, p++, 1);
        } else {
            done = s_put(out, size, done, start, (size_t)(p - start));
        }
    }
    return done;
}
