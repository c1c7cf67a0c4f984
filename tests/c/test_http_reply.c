/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_http_io.h"
#include "aos_list.h"
#include "check.h"
#include "ossi_str.h"
#include "reply_case.h"

/* The framing of answers alone: bytes in pieces of any size in, and what they were taken for out.
 */

#define OK      "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

/* An answer, and what it is. */
typedef struct form {
    http_method_e method;
    const char *bytes;
    size_t n;
    ossi_failure_t failure;
    int status;
    const char *body;
    size_t rest; /* bytes behind it */
    int keeps;   /* another request may follow */
    int is_cut;  /* it ends with the connection */
} form_t;

#define FORM(method, bytes) (method), (bytes), sizeof(bytes) - 1
#define GOOD(method, bytes, status, body, keeps)                                                   \
    {FORM(method, bytes), OSSI_FAIL_NONE, (status), (body), 0, (keeps), 0}
#define BAD(bytes, failure, status) {FORM(HTTP_GET, bytes), (failure), (status), NULL, 0, 0, 0}

static const form_t s_forms[] = {
    GOOD(HTTP_GET, OK "Content-Length: 5\r\n\r\nhello", 200, "hello", 1),
    GOOD(HTTP_GET, OK "Content-Length: 0\r\n\r\n", 200, "", 1),
    GOOD(HTTP_GET, OK "content-length:\t05 \r\nCONTENT-LENGTH: 5\r\n\r\nhello", 200, "hello", 1),
    GOOD(HTTP_GET, "HTTP/1.1 200\nContent-Length: 2\n\nok", 200, "ok", 1),
    GOOD(HTTP_GET, "HTTP/1.1   206 \r\nx-f: a\r\n\t b\r\n c\r\nContent-Length: 2\r\n\r\nok", 206,
         "ok", 1),
    GOOD(HTTP_HEAD, OK "Content-Length: 99\r\n\r\n", 200, "", 1),
    GOOD(HTTP_HEAD, OK "Transfer-Encoding: chunked\r\n\r\n", 200, "", 1),
    GOOD(HTTP_HEAD, "HTTP/1.1 404 No\r\n\r\n", 404, "", 1),
    GOOD(HTTP_GET, "HTTP/1.1 204 No\r\nContent-Length: 7\r\n\r\n", 204, "", 1),
    GOOD(HTTP_GET, "HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n", 304, "", 1),
    GOOD(HTTP_GET, "HTTP/1.1 999 Odd\r\nContent-Length: 1\r\n\r\nx", 999, "x", 1),
    GOOD(HTTP_GET, OK "Connection: Close\r\nContent-Length: 1\r\n\r\nx", 200, "x", 0),
    GOOD(HTTP_GET, OK "Connection: a, \tclose ,b\r\nContent-Length: 1\r\n\r\nx", 200, "x", 0),
    GOOD(HTTP_GET, OK "Connection: keep-alive\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         200, "", 0),
    GOOD(HTTP_GET, OK "Connection: closed, enclose\r\nContent-Length: 1\r\n\r\nx", 200, "x", 1),
    GOOD(HTTP_GET, OK "Connection:\r\nContent-Length: 1\r\n\r\nx", 200, "x", 1),
    GOOD(HTTP_GET, "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", 0),
    GOOD(HTTP_GET, "HTTP/1.0 200 OK\r\nConnection: x,Keep-Alive\r\nContent-Length: 1\r\n\r\nx", 200,
         "x", 1),
    GOOD(HTTP_GET, "HTTP/1.9 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", 1),
    GOOD(HTTP_GET, CHUNKED "0\r\n\r\n", 200, "", 1),
    GOOD(HTTP_GET, CHUNKED "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, "hello", 1),
    GOOD(HTTP_GET, CHUNKED "0005 ; a=\"b\"\r\nhello\r\n000;x\r\n\r\n", 200, "hello", 1),
    GOOD(HTTP_GET, CHUNKED "a\n0123456789\nA\n0123456789\n0\n\n", 200, "01234567890123456789", 1),
    GOOD(HTTP_GET, CHUNKED "2\r\n\r\n\r\n0\r\nContent-Length: 9\r\nConnection: close\r\n\r\n", 200,
         "\r\n", 1),
    GOOD(HTTP_GET,
         OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200,
         "hello", 0),
    GOOD(HTTP_GET,
         "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
         "1\r\nx\r\n0\r\n\r\n",
         200, "x", 0),
    GOOD(HTTP_GET,
         "HTTP/1.1 100 Continue\r\nConnection: close\r\nContent-Length: 9\r\n\r\n"
         "HTTP/1.1 103 Early\r\n\r\n" OK "Content-Length: 5\r\n\r\nhello",
         200, "hello", 1),
    GOOD(HTTP_GET, "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngone\r\n0\r\n\r\n",
         404, "gone", 1),
    {FORM(HTTP_GET, OK "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"), OSSI_FAIL_NONE, 200, "ok",
     17, 1, 0},
    {FORM(HTTP_GET, CHUNKED "2\r\nok\r\n0\r\n\r\n\r\n"), OSSI_FAIL_NONE, 200, "ok", 2, 1, 0},
    {FORM(HTTP_HEAD, OK "Content-Length: 3\r\n\r\nabc"), OSSI_FAIL_NONE, 200, "", 3, 1, 0},
    {FORM(HTTP_GET, OK "\r\nhello"), OSSI_FAIL_NONE, 200, "hello", 0, 0, 1},
    {FORM(HTTP_GET, "HTTP/1.0 404 No\r\nConnection: keep-alive\r\n\r\ngone"), OSSI_FAIL_NONE, 404,
     "gone", 0, 0, 1},
    BAD("", OSSI_FAIL_CONNECTION, 0),
    BAD("HTTP/1.1 200 OK", OSSI_FAIL_CONNECTION, 0),
    BAD(OK "Content-Length: 5\r\n", OSSI_FAIL_CONNECTION, 200),
    BAD("HTTP/1.1 100 Continue\r\n\r\n", OSSI_FAIL_CONNECTION, 0),
    BAD(OK "Content-Length: 6\r\n\r\nhello", OSSI_FAIL_SHORT_BODY, 200),
    BAD(OK "Content-Length: 9223372036854775807\r\n\r\nhello", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "7fffffffffffffff\r\nhello", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "5\r\nhello\r\n0\r\n\r", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "5\r\nhello\r\n0\r\nx: y\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "8000000000000000\r\nx\r\n0\r\n\r\n", OSSI_FAIL_PROTOCOL, 200),
    BAD(CHUNKED "10000000000000005\r\nhello\r\n0\r\n\r\n", OSSI_FAIL_PROTOCOL, 200),
    BAD(CHUNKED "\r\n5\r\nhello\r\n0\r\n\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "-1\r\nx\r\n0\r\n\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "0x1\r\nx\r\n0\r\n\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED " 1\r\nx\r\n0\r\n\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "1\0\r\nx\r\n0\r\n\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "1\r\nxy\r\n0\r\n\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(CHUNKED "1\r\nx0\r\n\r\n", OSSI_FAIL_SHORT_BODY, 200),
    BAD(OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "Transfer-Encoding: identity\r\n\r\nx", OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "Content-Length: 5, 5\r\n\r\nhello", OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "Content-Length: 1\r\n 5\r\n\r\nhello", OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "Content-Length: 9223372036854775808\r\n\r\nhello", OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "x: a\r\n b\rc\r\n\r\n", OSSI_FAIL_PROTOCOL, 200),
    BAD(OK "x: a\rb\r\n\r\n", OSSI_FAIL_PROTOCOL, 200),
    BAD("HTTP/1.1\t200 OK\r\n\r\n", OSSI_FAIL_PROTOCOL, 0),
    BAD("HTTP/2 200 OK\r\n\r\n", OSSI_FAIL_PROTOCOL, 0),
    BAD("HTTP/1.10 200 OK\r\n\r\n", OSSI_FAIL_PROTOCOL, 0),
    BAD("HTTP/1.1 -20 OK\r\n\r\n", OSSI_FAIL_PROTOCOL, 0),
    BAD("HTTP/1.1 20\r\n\r\n", OSSI_FAIL_PROTOCOL, 0),
    BAD("\r\nHTTP/1.1 200 OK\r\n\r\n", OSSI_FAIL_PROTOCOL, 0),
    BAD("http/1.1 200 OK\r\n\r\n", OSSI_FAIL_PROTOCOL, 0),
    BAD("HTTP/1.1 101 Switch\r\n\r\n", OSSI_FAIL_PROTOCOL, 101),
};

#define S_FORMS (sizeof(s_forms) / sizeof(s_forms[0]))

/* --- tests --- */

/* Each form is what it should be. */
static void s_test_forms(void) {
    for (size_t i = 0; i < S_FORMS; i++) {
        const form_t *form = &s_forms[i];
        int before = check_failures;
        reply_case_t k;
        reply_begin(&k, form->method, 0);
        reply_feed(&k, form->bytes, form->n);
        CHECK_INT(reply_goes_on(&k), form->is_cut || (form->failure != OSSI_FAIL_NONE &&
                                                      k.x.failure == OSSI_FAIL_NONE));
        reply_cut(&k);
        CHECK_INT(k.x.failure, form->failure);
        CHECK_INT(k.x.resp->status, form->status);
        if (form->failure == OSSI_FAIL_NONE) {
            const char *body = aos_buf_list_content(k.pool, &k.x.resp->body);
            CHECK_STR(body != NULL ? body : "", form->body);
            CHECK_INT(k.rest_len, form->rest);
            CHECK_INT(ossi_reply_keeps_open(&k.reply, &k.x), form->keeps);
        }
        if (check_failures != before) {
            fprintf(stderr, "  form %zu: %s\n", i, form->bytes);
        }
        reply_end(&k);
    }
}

static void s_check_same(const form_t *form, const char *expected, apr_pool_t *pool,
                         reply_cuts_t cuts) {
    int before = check_failures;
    CHECK_STR(reply_take(pool, form->method, form->bytes, form->n, cuts), expected);
    if (check_failures != before) {
        fprintf(stderr, "  in pieces of %zu, %zu: %s\n", cuts.first, cuts.step, form->bytes);
    }
}

/* However its bytes are cut, an answer is the same, also straight into memory. */
static void s_test_any_cut(void) {
    for (size_t i = 0; i < S_FORMS; i++) {
        const form_t *form = &s_forms[i];
        apr_pool_t *pool = NULL;
        CHECK_INT(apr_pool_create(&pool, NULL), APR_SUCCESS);
        const char *whole =
            reply_take(pool, form->method, form->bytes, form->n, (reply_cuts_t){.first = form->n});
        for (size_t at = 0; at < form->n; at++) {
            s_check_same(form, whole, pool, (reply_cuts_t){.first = at});
            s_check_same(form, whole, pool, (reply_cuts_t){.first = at, .room = form->n});
        }
        for (size_t step = 1; step < 4; step++) {
            s_check_same(form, whole, pool, (reply_cuts_t){.step = step});
            s_check_same(form, whole, pool, (reply_cuts_t){.step = step, .room = form->n});
        }
        apr_pool_destroy(pool);
    }
}

/* An answer that was cut off is none, unless it ends with the connection. */
static void s_test_cut_off(void) {
    for (size_t i = 0; i < S_FORMS; i++) {
        const form_t *form = &s_forms[i];
        const char *end = strstr(form->bytes, "\r\n\r\n");
        size_t head = end != NULL ? (size_t)(end - form->bytes) + 4 : 0;
        for (size_t n = 0; n + form->rest < form->n; n++) {
            reply_case_t k;
            reply_begin(&k, form->method, 0);
            reply_feed(&k, form->bytes, n);
            reply_cut(&k);
            int is_whole = k.x.failure == OSSI_FAIL_NONE;
            if (is_whole != (form->is_cut && n >= head)) {
                fprintf(stderr, "  %zu of %s: ", n, form->bytes);
                CHECK_INT(is_whole, 0);
            }
            reply_end(&k);
        }
    }
}

/* Lines have one bound, in whatever pieces they come. */
static void s_test_long_lines(void) {
    static const char *const s_starts[] = {"HTTP/1.1 200 ", OK "x: ", CHUNKED "5;",
                                           CHUNKED "0\r\nx:", CHUNKED "1\r\nx"};
    static const char *const s_ends[] = {"\r\nContent-Length: 0\r\n\r\n",
                                         "\r\nContent-Length: 0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n",
                                         "\r\n\r\n", "\r\n0\r\n\r\n"};
    apr_pool_t *pool = NULL;
    CHECK_INT(apr_pool_create(&pool, NULL), APR_SUCCESS);
    for (size_t i = 0; i < 10; i++) {
        size_t fill = i < 5 ? OSSI_MAX_HEADER_LINE - 20 : OSSI_MAX_HEADER_LINE + 1;
        char *text = apr_palloc(pool, fill + 1);
        memset(text, ' ', fill);
        text[fill] = '\0';
        text = apr_pstrcat(pool, s_starts[i % 5], text, s_ends[i % 5], NULL);
        size_t n = strlen(text);
        const char *whole = reply_take(pool, HTTP_GET, text, n, (reply_cuts_t){.first = n});
        CHECK_INT(strncmp(whole, "failure 0", 9) == 0, i < 4);
        CHECK_STR(reply_take(pool, HTTP_GET, text, n, (reply_cuts_t){.step = 4000}), whole);
    }
    apr_pool_destroy(pool);
}

/* A header that is gone on with again and again costs no memory to speak of. */
static void s_test_folds(void) {
    apr_pool_t *pool = NULL;
    CHECK_INT(apr_pool_create(&pool, NULL), APR_SUCCESS);
    char *line = apr_palloc(pool, 600);
    memset(line, 'x', 599);
    line[599] = '\0';
    ossi_str_t s;
    ossi_str_init(&s, pool, 1024 * 1024);
    ossi_str_addz(&s, OK "x: y\r\n");
    for (int i = 0; i < 400; i++) {
        ossi_str_addc(&s, ' ');
        ossi_str_addz(&s, line);
        ossi_str_addz(&s, "\r\n");
    }
    ossi_str_addz(&s, "Content-Length: 0\r\n\r\n");
    char *text = NULL;
    size_t n = 0;
    CHECK_INT(ossi_str_take(&s, &text, &n), AOSE_OK);
    const char *told = reply_take(pool, HTTP_GET, text, n, (reply_cuts_t){.first = n});
    CHECK(strstr(told, "headers are too large") != NULL);
    apr_pool_destroy(pool);
}

/* --- mutated answers --- */

static uint64_t s_state;

static size_t s_random(size_t below) {
    s_state ^= s_state << 13;
    s_state ^= s_state >> 7;
    s_state ^= s_state << 17;
    return below > 0 ? (size_t)(s_state >> 20) % below : 0;
}

#define S_ROOM 2048

/* Puts n bytes at `at`, as far as there is room. */
static size_t s_insert(char *text, size_t len, size_t at, const char *bytes, size_t n) {
    if (len + n > S_ROOM) {
        return len;
    }
    memmove(text + at + n, text + at, len - at);
    memcpy(text + at, bytes, n);
    return len + n;
}

static size_t s_mutate(char *text, size_t len) {
    static const char *const s_words[] = {"\r\n",
                                          "\n",
                                          "\r",
                                          "\r\n\r\n",
                                          "0\r\n\r\n",
                                          "Content-Length: 3\r\n",
                                          ":",
                                          " ",
                                          "Transfer-Encoding: chunked\r\n",
                                          "HTTP/1.1 200 OK\r\n",
                                          "Connection: close\r\n",
                                          ";",
                                          "ffffffffffffffff",
                                          "7fffffffffffffff",
                                          "18446744073709551616",
                                          "-1",
                                          "\t",
                                          "HTTP/1.0 ",
                                          "HTTP/1.1 100 C\r\n\r\n",
                                          "HTTP/1.1 204 N\r\n",
                                          ",",
                                          "3\r\nabc\r\n"};
    char copy[64];
    size_t at = s_random(len + 1);
    size_t n = s_random(sizeof(copy));
    const char *word = s_words[s_random(sizeof(s_words) / sizeof(s_words[0]))];
    switch (s_random(5)) {
    case 0: /* another byte */
        if (at < len) {
            text[at] = (char)s_random(256);
        }
        return len;
    case 1: /* some left out */
        n = n < len - at ? n : len - at;
        memmove(text + at, text + at + n, len - at - n);
        return len - n;
    case 2: /* some twice */
        n = n < len - at ? n : len - at;
        memcpy(copy, text + at, n);
        return s_insert(text, len, s_random(len + 1), copy, n);
    default:
        return s_insert(text, len, at, word, strlen(word));
    }
}

/* Whatever comes, it ends, and the same in whatever pieces it comes. */
static void s_test_mutated(void) {
    static const http_method_e s_methods[] = {HTTP_GET, HTTP_HEAD, HTTP_PUT};
    s_state = 88172645463325252ULL;
    for (int i = 0; i < 6000 && check_failures == 0; i++) {
        apr_pool_t *pool = NULL;
        CHECK_INT(apr_pool_create(&pool, NULL), APR_SUCCESS);
        const form_t *form = &s_forms[s_random(S_FORMS)];
        char text[S_ROOM];
        size_t len = form->n;
        memcpy(text, form->bytes, len);
        for (size_t changes = 1 + s_random(6); changes > 0; changes--) {
            len = s_mutate(text, len);
        }
        http_method_e method = s_methods[s_random(3)];
        const char *whole = reply_take(pool, method, text, len, (reply_cuts_t){.first = len});
        for (size_t room = 0; room <= S_ROOM; room += S_ROOM) {
            reply_cuts_t cuts = {.first = s_random(len + 1), .step = s_random(40), .room = room};
            CHECK_STR(reply_take(pool, method, text, len, cuts), whole);
        }
        if (check_failures > 0) {
            fprintf(stderr, "  round %d: %.*s\n", i, (int)len, text);
        }
        apr_pool_destroy(pool);
    }
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"forms", s_test_forms},           {"any_cut", s_test_any_cut}, {"cut_off", s_test_cut_off},
        {"long_lines", s_test_long_lines}, {"folds", s_test_folds},     {"mutated", s_test_mutated},
    };
    CHECK_INT(aos_http_io_initialize("test", 0), AOSE_OK);
    int rc = check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
