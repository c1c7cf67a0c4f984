/* SPDX-License-Identifier: Apache-2.0 */
#include "http_reply.h"

#include <string.h>

#include "http_answer.h"
#include "ossi_str.h"

static const char s_not_http[] = "the answer is not HTTP";
static const char s_bad_chunk[] = "the answer's body has a malformed chunk";

static int s_fail(ossi_exchange_t *x, ossi_failure_t failure, const char *reason) {
    ossi_exchange_fail(x, failure, reason);
    return -1;
}

/* 1 when the answer may begin with these bytes. */
static int s_may_be_http(const char *bytes, size_t n) {
    static const char s_http[] = "HTTP/";
    size_t seen = n < sizeof(s_http) - 1 ? n : sizeof(s_http) - 1;
    return memcmp(bytes, s_http, seen) == 0;
}

static int s_is_first_line(const ossi_reply_t *reply, const ossi_exchange_t *x) {
    return reply->phase == OSSI_REPLY_HEAD && !x->answer.in_headers;
}

/* How the body is delimited, from the first that says (RFC 9112 section 6.3). */
static void s_begin_body(ossi_reply_t *reply, const ossi_exchange_t *x) {
    if (ossi_answer_is_bodiless(x)) {
        reply->phase = OSSI_REPLY_DONE;
    } else if (x->answer.is_chunked) {
        reply->phase = OSSI_REPLY_CHUNK_SIZE;
    } else if (x->answer.announced < 0) {
        reply->phase = OSSI_REPLY_UNTIL_CLOSE;
    } else {
        reply->left = x->answer.announced;
        reply->phase = reply->left > 0 ? OSSI_REPLY_FIXED : OSSI_REPLY_DONE;
    }
}

static int s_hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "1a2b", and perhaps an extension that nobody uses. A length past the largest is none. */
static int s_chunk_size(ossi_reply_t *reply, ossi_exchange_t *x, const char *line, size_t n) {
    int64_t size = 0;
    size_t i = 0;
    for (int digit = 0; i < n && (digit = s_hex_digit(line[i])) >= 0; i++) {
        if (size > (INT64_MAX >> 4)) {
            return s_fail(x, OSSI_FAIL_PROTOCOL, s_bad_chunk);
        }
        size = size * 16 + digit;
    }
    if (i == 0 || memchr("\r\n \t;", line[i], 5) == NULL) {
        return s_fail(x, OSSI_FAIL_SHORT_BODY, s_bad_chunk);
    }
    reply->left = size;
    reply->phase = size > 0 ? OSSI_REPLY_CHUNK_DATA : OSSI_REPLY_TRAILERS;
    return 0;
}

static int s_is_empty(const char *line, size_t n) {
    return n == 1 || (n == 2 && line[0] == '\r');
}

static int s_line(ossi_reply_t *reply, ossi_exchange_t *x, const char *line, size_t n) {
    switch (reply->phase) {
    case OSSI_REPLY_CHUNK_SIZE:
        return s_chunk_size(reply, x, line, n);
    case OSSI_REPLY_CHUNK_END:
        reply->phase = OSSI_REPLY_CHUNK_SIZE;
        return s_is_empty(line, n) ? 0 : s_fail(x, OSSI_FAIL_SHORT_BODY, s_bad_chunk);
    case OSSI_REPLY_TRAILERS:
        if (s_is_empty(line, n)) {
            reply->phase = OSSI_REPLY_DONE;
        }
        return ossi_answer_line(x, line, n);
    default:
        break;
    }
    x->t->state = TRANS_STATE_HEADER;
    if (ossi_answer_line(x, line, n) != 0) {
        return -1;
    }
    if (x->answer.complete) {
        s_begin_body(reply, x);
    }
    return 0;
}

/* The next line, if all of it is there. */
static int s_take_line(ossi_reply_t *reply, ossi_exchange_t *x, const char *bytes, size_t n,
                       size_t *taken) {
    const char *end = memchr(bytes, '\n', n);
    size_t len = end != NULL ? (size_t)(end - bytes) + 1 : n;
    *taken = 0;
    if (s_is_first_line(reply, x) && !s_may_be_http(bytes, len)) {
        return s_fail(x, OSSI_FAIL_PROTOCOL, s_not_http);
    }
    if (len > OSSI_MAX_HEADER_LINE) {
        return s_fail(x, OSSI_FAIL_PROTOCOL, "the answer's headers are too large");
    }
    if (end == NULL) {
        return 0;
    }
    *taken = len;
    return s_line(reply, x, bytes, len);
}

static void s_less(ossi_reply_t *reply, size_t n) {
    if (reply->phase == OSSI_REPLY_UNTIL_CLOSE) {
        return;
    }
    reply->left -= (int64_t)n;
    if (reply->left == 0) {
        reply->phase =
            reply->phase == OSSI_REPLY_CHUNK_DATA ? OSSI_REPLY_CHUNK_END : OSSI_REPLY_DONE;
    }
}

static int s_take_body(ossi_reply_t *reply, ossi_exchange_t *x, const char *bytes, size_t n,
                       size_t *taken) {
    int bounded = reply->phase != OSSI_REPLY_UNTIL_CLOSE;
    *taken = bounded && (uint64_t)reply->left < n ? (size_t)reply->left : n;
    x->t->state = TRANS_STATE_BODY_IN;
    if (ossi_answer_body(x, bytes, *taken) != 0) {
        return -1;
    }
    s_less(reply, *taken);
    return 0;
}

static int s_takes_lines(const ossi_reply_t *reply) {
    return reply->phase != OSSI_REPLY_FIXED && reply->phase != OSSI_REPLY_CHUNK_DATA &&
           reply->phase != OSSI_REPLY_UNTIL_CLOSE;
}

int ossi_reply_take(ossi_reply_t *reply, ossi_exchange_t *x, const char *bytes, size_t n,
                    size_t *taken) {
    size_t done = 0;
    int rc = 0;
    *taken = 0;
    while (done < n && reply->phase != OSSI_REPLY_DONE) {
        size_t piece = 0;
        rc = s_takes_lines(reply) ? s_take_line(reply, x, bytes + done, n - done, &piece)
                                  : s_take_body(reply, x, bytes + done, n - done, &piece);
        if (rc != 0 || piece == 0) {
            break;
        }
        done += piece;
    }
    *taken = done;
    if (rc == 0 && reply->phase == OSSI_REPLY_DONE) {
        ossi_answer_end(x);
        rc = x->failure == OSSI_FAIL_NONE ? 0 : -1;
    }
    return rc;
}

void ossi_reply_placed(ossi_reply_t *reply, ossi_exchange_t *x, size_t n) {
    x->t->state = TRANS_STATE_BODY_IN;
    ossi_answer_placed(x, n);
    s_less(reply, n);
    if (reply->phase == OSSI_REPLY_DONE) {
        ossi_answer_end(x);
    }
}

void ossi_reply_cut(ossi_reply_t *reply, ossi_exchange_t *x, const char *rest, size_t n) {
    if (s_is_first_line(reply, x) && !s_may_be_http(rest, n)) {
        ossi_exchange_fail(x, OSSI_FAIL_PROTOCOL, s_not_http);
    } else if (reply->phase == OSSI_REPLY_UNTIL_CLOSE) {
        reply->phase = OSSI_REPLY_DONE;
    } else if (x->answer.complete) {
        ossi_exchange_fail(x, OSSI_FAIL_SHORT_BODY, "the answer ended before its announced length");
    }
    ossi_answer_end(x);
}

/* 1 when all agree on where the body ended. Of who tells a length and a coding too, or a coding in
 * a version that has none, nobody knows what follows (RFC 9112 section 6.1). */
static int s_is_delimited(const ossi_answer_t *answer) {
    return answer->is_chunked ? answer->announced < 0 && answer->minor > 0 : answer->announced >= 0;
}

int ossi_reply_keeps_open(const ossi_reply_t *reply, const ossi_exchange_t *x) {
    const ossi_answer_t *answer = &x->answer;
    return reply->phase == OSSI_REPLY_DONE && !answer->closes &&
           (answer->minor > 0 || answer->keeps_open) &&
           (ossi_answer_is_bodiless(x) || s_is_delimited(answer));
}
