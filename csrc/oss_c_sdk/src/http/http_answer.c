/* SPDX-License-Identifier: Apache-2.0 */
#include "http_answer.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "aos_http_io.h"
#include "ossi_crc64.h"
#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_text.h"

/* How much of an unwanted body is read to keep the connection before it is given up. */
#define OSSI_MAX_DROPPED_BODY (16 * 1024 * 1024)

/* RFC 9110 section 5.6.2: one bit for each byte that a token may have, by the byte's value. */
static const uint32_t s_token_bytes[8] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff};

static const char s_too_large[] = "the answer's headers are too large";
static const char s_too_long[] = "the answer went on past its announced length";

int ossi_is_header_name(const char *name, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned c = (unsigned char)name[i];
        if ((s_token_bytes[c / 32] >> (c % 32) & 1U) == 0) {
            return 0;
        }
    }
    return n > 0;
}

static int s_is_blank(char c) {
    return c == ' ' || c == '\t';
}

static size_t s_without_line_end(const char *line, size_t n) {
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) {
        n--;
    }
    return n;
}

static void s_trim(const char **text, size_t *n) {
    while (*n > 0 && s_is_blank((*text)[*n - 1])) {
        (*n)--;
    }
    while (*n > 0 && s_is_blank(**text)) {
        (*text)++;
        (*n)--;
    }
}

int ossi_header_split(const char *line, size_t n, const char **name, size_t *name_len,
                      const char **value, size_t *value_len) {
    n = s_without_line_end(line, n);
    const char *colon = n > 0 ? memchr(line, ':', n) : NULL;
    if (colon == NULL || memchr(line, '\0', n) != NULL || memchr(line, '\r', n) != NULL) {
        return -1;
    }
    *name = line;
    *name_len = (size_t)(colon - line);
    *value = colon + 1;
    *value_len = n - *name_len - 1;
    s_trim(name, name_len);
    s_trim(value, value_len);
    return ossi_is_header_name(*name, *name_len) ? 0 : -1;
}

static apr_pool_t *s_pool(const ossi_exchange_t *x) {
    return x->resp->pool != NULL ? x->resp->pool : x->t->pool;
}

static void s_forget_headers(ossi_exchange_t *x) {
    apr_table_clear(x->resp->headers);
    x->answer.announced = -1;
    x->answer.complete = 0;
    x->answer.is_chunked = 0;
    x->answer.closes = 0;
    x->answer.keeps_open = 0;
    x->resp->content_length = -1;
    x->resp->status = 0;
}

void ossi_answer_again(ossi_exchange_t *x) {
    int64_t wire_bytes = x->answer.wire_bytes;
    uint64_t first_crc = x->answer.first_crc;
    s_forget_headers(x);
    aos_list_init(&x->resp->body);
    x->resp->body_len = 0;
    x->resp->crc64 = first_crc;
    x->answer = (ossi_answer_t){.announced = -1, .first_crc = first_crc, .wire_bytes = wire_bytes};
}

int ossi_answer_begin(ossi_exchange_t *x) {
    aos_http_response_t *resp = x->resp;
    x->answer.announced = -1;
    resp->content_length = -1;
    resp->status = 0;
    if (resp->body.next == NULL) {
        resp->body.next = resp->body.prev = &resp->body;
    }
    if (resp->headers == NULL && ossi_table_make(s_pool(x), &resp->headers) != AOSE_OK) {
        resp->headers = NULL;
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
        return x->code;
    }
    apr_table_clear(resp->headers);
    x->answer.first_crc = resp->crc64;
    return AOSE_OK;
}

static int s_refuse(ossi_exchange_t *x, const char *reason) {
    ossi_exchange_fail(x, OSSI_FAIL_PROTOCOL, reason);
    return -1;
}

static int s_no_memory(ossi_exchange_t *x) {
    ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
    return -1;
}

static int s_status_line(ossi_exchange_t *x, const char *line, size_t n) {
    const char *space = n > 8 && memcmp(line, "HTTP/1.", 7) == 0 ? line + 8 : NULL;
    const char *end = line + n;
    if (space != NULL && (line[7] < '0' || line[7] > '9' || *space != ' ')) {
        space = NULL;
    }
    while (space != NULL && space < end && *space == ' ') {
        space++;
    }
    uint64_t status = 0;
    if (space == NULL || end - space < 3 || (end - space > 3 && space[3] != ' ') ||
        ossi_parse_u64(space, 3, &status) != AOSE_OK || status < 100) {
        return s_refuse(x, "the answer is not HTTP");
    }
    s_forget_headers(x);
    x->resp->status = (int)status;
    x->answer.minor = line[7] - '0';
    x->answer.in_headers = 1;
    return 0;
}

static int s_content_length(ossi_exchange_t *x, const char *value, size_t n) {
    int64_t length = 0;
    if (ossi_parse_i64(value, n, &length) != AOSE_OK ||
        (x->answer.announced >= 0 && x->answer.announced != length)) {
        return s_refuse(x, "the answer's Content-Length is not a length");
    }
    x->answer.announced = length;
    return 0;
}

static aos_table_entry_t *s_last_header(const ossi_exchange_t *x) {
    const apr_array_header_t *all = apr_table_elts(x->resp->headers);
    return all->nelts > 0 ? (aos_table_entry_t *)(void *)all->elts + (all->nelts - 1) : NULL;
}

/* A line that begins with a blank goes on with the header before it (RFC 9112 section 5.2). */
static int s_folded_line(ossi_exchange_t *x, const char *line, size_t n) {
    aos_table_entry_t *last = s_last_header(x);
    if (last == NULL || memchr(line, '\0', n) != NULL || memchr(line, '\r', n) != NULL ||
        ossi_equal_nocase(last->key, "Content-Length") ||
        ossi_equal_nocase(last->key, "Transfer-Encoding")) {
        return s_refuse(x, "the answer has a malformed header");
    }
    s_trim(&line, &n);
    ossi_str_t joined;
    ossi_str_init(&joined, s_pool(x), OSSI_MAX_HEADER_LINE);
    ossi_str_addz(&joined, last->val);
    ossi_str_addc(&joined, ' ');
    ossi_str_add(&joined, line, n);
    char *text = NULL;
    int rc = ossi_str_take(&joined, &text, NULL);
    if (rc != AOSE_OK) {
        return rc == AOSE_OVER_MEMORY ? s_refuse(x, s_too_large) : s_no_memory(x);
    }
    last->val = text;
    return 0;
}

/* 1 when a comma-separated list has the word. */
static int s_lists(const char *list, size_t n, const char *word) {
    size_t len = strlen(word);
    const char *end = list + n;
    while (list < end) {
        const char *comma = memchr(list, ',', (size_t)(end - list));
        const char *item = list;
        size_t item_len = (size_t)((comma != NULL ? comma : end) - list);
        s_trim(&item, &item_len);
        if (item_len == len && ossi_has_prefix_nocase(item, word)) {
            return 1;
        }
        list = comma != NULL ? comma + 1 : end;
    }
    return 0;
}

/* Only what "chunked" does to a body is undone (RFC 9112 section 6.1). */
static int s_transfer_coding(ossi_exchange_t *x, const char *value, size_t n) {
    static const char s_chunked[] = "chunked";
    if (x->answer.is_chunked || n != sizeof(s_chunked) - 1 ||
        !ossi_has_prefix_nocase(value, s_chunked)) {
        return s_refuse(x, "the answer has an unknown transfer coding");
    }
    x->answer.is_chunked = 1;
    return 0;
}

/* The headers that say how long the message and the connection are. */
static int s_frame(ossi_exchange_t *x, const char *name, size_t name_len, const char *value,
                   size_t n) {
    static const char s_length[] = "Content-Length";
    static const char s_coding[] = "Transfer-Encoding";
    static const char s_connection[] = "Connection";
    if (name_len == sizeof(s_length) - 1 && ossi_equal_nocase(name, s_length)) {
        return s_content_length(x, value, n);
    }
    if (name_len == sizeof(s_coding) - 1 && ossi_equal_nocase(name, s_coding)) {
        return s_transfer_coding(x, value, n);
    }
    if (name_len == sizeof(s_connection) - 1 && ossi_equal_nocase(name, s_connection)) {
        x->answer.closes |= s_lists(value, n, "close");
        x->answer.keeps_open |= s_lists(value, n, "keep-alive");
    }
    return 0;
}

static int s_header(ossi_exchange_t *x, const char *line, size_t n) {
    const char *name = NULL;
    const char *value = NULL;
    size_t name_len = 0;
    size_t value_len = 0;
    if (ossi_header_split(line, n, &name, &name_len, &value, &value_len) != 0) {
        return s_refuse(x, "the answer has a malformed header");
    }
    if (ossi_table_add(s_pool(x), x->resp->headers, name, name_len, value, value_len) != AOSE_OK) {
        return s_no_memory(x);
    }
    const aos_table_entry_t *added = s_last_header(x);
    return added != NULL ? s_frame(x, added->key, name_len, value, value_len) : 0;
}

int ossi_answer_is_bodiless(const ossi_exchange_t *x) {
    int status = x->resp->status;
    return x->req->method == HTTP_HEAD || status == 204 || status == 304;
}

static int s_over_memory(const ossi_exchange_t *x, int64_t length) {
    int64_t most = x->options->max_memory_size;
    return most > 0 && length > most && x->resp->status / 100 == 2 &&
           x->resp->write_body == aos_write_http_body_memory;
}

static int s_too_big(ossi_exchange_t *x) {
    ossi_exchange_fail(x, OSSI_FAIL_TOO_BIG, "the answer's body is larger than max_memory_size");
    return -1;
}

/* How many bytes "bytes FIRST-LAST/SIZE" has room for; -1: it says something else. A part of an
 * object has an end, also where nobody knew it beforehand. */
static int64_t s_room_in_range(const char *range) {
    static const char s_unit[] = "bytes ";
    if (range == NULL || strncasecmp(range, s_unit, sizeof(s_unit) - 1) != 0) {
        return -1;
    }
    const char *first = range + sizeof(s_unit) - 1;
    const char *dash = strchr(first, '-');
    const char *slash = dash != NULL ? strchr(dash, '/') : NULL;
    uint64_t from = 0;
    uint64_t to = 0;
    if (slash == NULL || ossi_parse_u64(first, (size_t)(dash - first), &from) != AOSE_OK ||
        ossi_parse_u64(dash + 1, (size_t)(slash - dash - 1), &to) != AOSE_OK || to < from ||
        to >= INT64_MAX) {
        return -1;
    }
    return (int64_t)(to - from) + 1;
}

static int s_headers_end(ossi_exchange_t *x) {
    ossi_answer_t *answer = &x->answer;
    answer->in_headers = 0;
    if (x->resp->status == 101) {
        return s_refuse(x, "the answer switches to another protocol");
    }
    if (x->resp->status < 200) {
        s_forget_headers(x);
        return 0;
    }
    answer->complete = 1;
    x->resp->content_length = answer->announced;
    answer->most = x->resp->status != 206
                       ? -1
                       : s_room_in_range(apr_table_get(x->resp->headers, "Content-Range"));
    if (ossi_answer_is_bodiless(x)) {
        return 0;
    }
    if (answer->most >= 0 && answer->announced > answer->most) {
        return s_refuse(x, "the answer is longer than the range that it names");
    }
    return s_over_memory(x, answer->announced) ? s_too_big(x) : 0;
}

int ossi_answer_line(ossi_exchange_t *x, const char *line, size_t n) {
    ossi_answer_t *answer = &x->answer;
    answer->wire_bytes += (int64_t)n;
    if (x->t->controller->first_byte_time == 0) {
        x->t->controller->first_byte_time = apr_time_now();
    }
    answer->header_bytes += n;
    answer->header_count++;
    if (answer->header_bytes > OSSI_MAX_HEADERS || answer->header_count > OSSI_MAX_HEADER_COUNT) {
        return s_refuse(x, s_too_large);
    }
    n = s_without_line_end(line, n);
    if (answer->complete) {
        return 0; /* a trailer */
    }
    if (!answer->in_headers) {
        return s_status_line(x, line, n);
    }
    if (n == 0) {
        return s_headers_end(x);
    }
    return s_is_blank(line[0]) ? s_folded_line(x, line, n) : s_header(x, line, n);
}

static int s_sink_failed(ossi_exchange_t *x, int result, int os_error) {
    x->os_error = os_error;
    if (result == AOSE_OUT_MEMORY) {
        return s_no_memory(x);
    }
    if (result == AOSE_OVER_MEMORY) {
        return s_too_big(x);
    }
    int code = result == AOSE_SELECT_OBJECT_CRC_ERROR ? result : AOSE_WRITE_BODY_ERROR;
    ossi_exchange_fail_code(x, OSSI_FAIL_SINK, code, "the answer's body could not be stored");
    return -1;
}

/* Copies a piece into the window; 0 when it does not fit, or there is none. */
static int s_copy(ossi_exchange_t *x, const char *bytes, size_t n) {
    ossi_window_t *window = x->call->window;
    if (window == NULL || n > window->size - window->used) {
        return 0;
    }
    unsigned char *to = window->memory + window->used;
    uint64_t *crc = &x->resp->crc64;
    if (!x->options->enable_crc) {
        memcpy(to, bytes, n);
    } else if (window->is_large) {
        *crc = ossi_crc64_copy_uncached(*crc, to, bytes, n);
    } else {
        *crc = ossi_crc64_copy(*crc, to, bytes, n);
    }
    window->used += n;
    return 1;
}

static int s_write(ossi_exchange_t *x, const char *bytes, size_t n) {
    aos_http_response_t *resp = x->resp;
    if (x->options->enable_crc) {
        resp->crc64 = ossi_crc64(resp->crc64, bytes, n);
    }
    while (n > 0) {
        int piece = n < INT_MAX ? (int)n : INT_MAX;
        errno = 0;
        int stored = resp->write_body != NULL ? resp->write_body(resp, bytes, piece) : -1;
        if (stored != piece) {
            return s_sink_failed(x, stored, errno);
        }
        bytes += piece;
        n -= (size_t)piece;
    }
    return 0;
}

static void s_report(const ossi_exchange_t *x) {
    if (x->resp->progress_callback != NULL) {
        int64_t total = x->answer.announced >= 0 ? x->answer.announced : 0;
        x->resp->progress_callback(x->answer.received, total);
    }
}

static int s_store(ossi_exchange_t *x, const char *bytes, size_t n) {
    if (x->answer.announced >= 0 && x->answer.received > x->answer.announced) {
        return s_refuse(x, s_too_long);
    }
    if (x->answer.most >= 0 && x->answer.received > x->answer.most) {
        return s_refuse(x, "the answer went on past the range that it named");
    }
    if (s_over_memory(x, x->answer.received)) {
        return s_too_big(x);
    }
    if (!s_copy(x, bytes, n) && s_write(x, bytes, n) != 0) {
        return -1;
    }
    s_report(x);
    return 0;
}

unsigned char *ossi_answer_place(const ossi_exchange_t *x, size_t *room) {
    const ossi_window_t *window = x->call->window;
    /* A large window is copied into around the caches, which costs less than what the system does.
     */
    if (window == NULL || window->is_large || !x->answer.complete || x->resp->status / 100 != 2 ||
        x->resp->write_body == aos_write_http_body_memory) {
        return NULL;
    }
    *room = window->size - window->used;
    return *room > 0 ? window->memory + window->used : NULL;
}

void ossi_answer_placed(ossi_exchange_t *x, size_t n) {
    ossi_window_t *window = x->call->window;
    if (x->options->enable_crc) {
        x->resp->crc64 = ossi_crc64(x->resp->crc64, window->memory + window->used, n);
    }
    window->used += n;
    x->answer.wire_bytes += (int64_t)n;
    x->answer.received += (int64_t)n;
    s_report(x);
}

static int s_keep_error(ossi_exchange_t *x, const char *bytes, size_t n) {
    ossi_answer_t *answer = &x->answer;
    int64_t room = OSSI_MAX_ERROR_BODY - answer->kept;
    int piece = (int)((uint64_t)room < n ? (size_t)room : n);
    if (piece > 0) {
        if (aos_write_http_body_memory(x->resp, bytes, piece) != piece) {
            return s_no_memory(x);
        }
        answer->kept += piece;
    }
    if (answer->received - answer->kept > OSSI_MAX_DROPPED_BODY) {
        answer->stopped = 1;
        return -1;
    }
    return 0;
}

int ossi_answer_body(ossi_exchange_t *x, const char *bytes, size_t n) {
    if (!x->answer.complete) {
        return s_refuse(x, "the answer is not HTTP");
    }
    x->answer.wire_bytes += (int64_t)n;
    x->answer.received += (int64_t)n;
    return x->resp->status / 100 == 2 ? s_store(x, bytes, n) : s_keep_error(x, bytes, n);
}

void ossi_answer_end(ossi_exchange_t *x) {
    const ossi_answer_t *answer = &x->answer;
    if (!answer->complete) {
        ossi_exchange_fail(x, OSSI_FAIL_CONNECTION,
                           "the connection ended before the answer's headers did");
    } else if (ossi_answer_is_bodiless(x) || answer->stopped || answer->announced < 0) {
        return;
    } else if (answer->received < answer->announced) {
        ossi_exchange_fail(x, OSSI_FAIL_SHORT_BODY, "the answer ended before its announced length");
    } else if (answer->received > answer->announced) {
        ossi_exchange_fail(x, OSSI_FAIL_PROTOCOL, s_too_long);
    }
}
