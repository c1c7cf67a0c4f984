/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "check.h"
#include "ossi_crc64.h"
#include "transport_case.h"

#define HEAD_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"

/* Sends the first k bytes of the answer and closes or resets, for every k: always an error. */
static void s_cut_everywhere(const char *answer, size_t whole, tiny_kind_t end) {
    for (size_t k = 0; k < whole; k++) {
        const tiny_step_t steps[] = {{TINY_READ, NULL, 0}, {TINY_SEND, answer, k}, {end, NULL, 0}};
        ossi_failure_t failure = case_failure_of(steps, NULL);
        if (failure != OSSI_FAIL_CONNECTION && failure != OSSI_FAIL_SHORT_BODY &&
            failure != OSSI_FAIL_PROTOCOL) {
            fprintf(stderr, "cut at %zu of %zu: ", k, whole);
            CHECK_INT(failure, OSSI_FAIL_CONNECTION);
        }
    }
}

static void s_test_cut_length(void) {
    static const char s_answer[] = HEAD_5 "x-a: b\r\n\r\nhello";
    s_cut_everywhere(s_answer, sizeof(s_answer) - 1, TINY_CLOSE);
    s_cut_everywhere(s_answer, sizeof(s_answer) - 1, TINY_RESET);
}

static void s_test_cut_chunked(void) {
    static const char s_answer[] =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    s_cut_everywhere(s_answer, sizeof(s_answer) - 1, TINY_CLOSE);
}

static void s_test_cut_error_status(void) {
    static const char s_answer[] = "HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngone";
    s_cut_everywhere(s_answer, sizeof(s_answer) - 1, TINY_CLOSE);
}

static void s_test_cut_interim(void) {
    static const char s_answer[] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n";
    s_cut_everywhere(s_answer, sizeof(s_answer) - 1, TINY_CLOSE);
}

/* A cut body is a short body, by its own name, and leaves the status readable. */
static void s_test_short_body(void) {
    static const tiny_step_t s_short[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(HEAD_5 "\r\nhel"), {TINY_CLOSE, NULL, 0}};
    int status = 0;
    CHECK_INT(case_failure_of(s_short, &status), OSSI_FAIL_SHORT_BODY);
    CHECK_INT(status, 200);
}

/* Answers that are not HTTP as it should be. */
static void s_test_not_http(void) {
    static const char *const s_answers[] = {
        "SSH-2.0-OpenSSH\r\n\r\n",
        "hello",
        "\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
        HEAD_5 "no colon here\r\n\r\nhello",
        HEAD_5 ": no name\r\n\r\nhello",
        HEAD_5 "a b: c\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n folded first: 1\r\nContent-Length: 0\r\n\r\n",
        HEAD_5 " 0\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhello",
        HEAD_5 "Content-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof(s_answers) / sizeof(s_answers[0]); i++) {
        const tiny_step_t steps[] = {{TINY_READ, NULL, 0},
                                     {TINY_SEND, s_answers[i], strlen(s_answers[i])},
                                     {TINY_CLOSE, NULL, 0}};
        ossi_failure_t failure = case_failure_of(steps, NULL);
        if (failure != OSSI_FAIL_PROTOCOL) {
            fprintf(stderr, "answer %zu: ", i);
            CHECK_INT(failure, OSSI_FAIL_PROTOCOL);
        }
    }
}

/* A zero byte in a header is refused. */
static void s_test_nul_in_header(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(HEAD_5 "x-a: b\0c\r\n\r\nhello"), {TINY_CLOSE, NULL, 0}};
    CHECK_INT(case_failure_of(s_steps, NULL), OSSI_FAIL_PROTOCOL);
}

/* A chunk without a size, and chunks that end before the announced length. */
static void s_test_bad_chunks(void) {
    static const tiny_step_t s_no_size[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"),
        {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t s_short[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "5\r\nhello\r\n0\r\n\r\n"),
        {TINY_CLOSE, NULL, 0}};
    CHECK_INT(case_failure_of(s_no_size, NULL), OSSI_FAIL_SHORT_BODY);
    CHECK_INT(case_failure_of(s_short, NULL), OSSI_FAIL_SHORT_BODY);
}

/* A part of an object ends where it says, with or without a length; what says nothing that is a
 * range is as long as it likes. */
static void s_test_past_the_range(void) {
    static const struct {
        const char *range;
        ossi_failure_t failure;
    } s_rows[] = {
        {"Content-Range: bytes 0-4/9\r\n", OSSI_FAIL_NONE},
        {"Content-Range: bytes 0-3/9\r\n", OSSI_FAIL_PROTOCOL},
        {"content-range: BYTES 8-8/9\r\n", OSSI_FAIL_PROTOCOL},
        {"Content-Range: bytes 0-8/*\r\n", OSSI_FAIL_NONE},
        {"Content-Range: bytes 4-0/9\r\n", OSSI_FAIL_NONE},
        {"Content-Range: bytes 0-9223372036854775807/9\r\n", OSSI_FAIL_NONE},
        {"Content-Range: bytes 0-99999999999999999999/9\r\n", OSSI_FAIL_NONE},
        {"Content-Range: bytes -/\r\n", OSSI_FAIL_NONE},
        {"Content-Range: bytes 3\r\n", OSSI_FAIL_NONE},
        {"Content-Range: bytes\r\n", OSSI_FAIL_NONE},
        {"Content-Range: items 0-0/9\r\n", OSSI_FAIL_NONE},
        {"", OSSI_FAIL_NONE},
    };
    static const char *const s_bodies[] = {
        "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        "Content-Length: 5\r\n\r\nhello"};
    size_t rows = sizeof(s_rows) / sizeof(s_rows[0]);
    for (size_t i = 0; i < 2 * rows; i++) {
        char answer[256];
        int n = snprintf(answer, sizeof(answer), "HTTP/1.1 206 Partial Content\r\n%s%s",
                         s_rows[i % rows].range, s_bodies[i / rows]);
        CHECK(n > 0 && n < (int)sizeof(answer));
        const tiny_step_t steps[] = {
            {TINY_READ, NULL, 0}, {TINY_SEND, answer, (size_t)n}, {TINY_CLOSE, NULL, 0}};
        CHECK_INT(case_failure_of(steps, NULL), s_rows[i % rows].failure);
    }
}

static char *s_repeat(const char *line, size_t times) {
    size_t n = strlen(line);
    char *text = malloc(n * times + 1);
    CHECK(text != NULL);
    for (size_t i = 0; i < times; i++) {
        memcpy(text + i * n, line, n);
    }
    text[n * times] = '\0';
    return text;
}

/* Sends `lines` after a status line. */
static ossi_failure_t s_header_bomb(const char *first, const char *lines) {
    const tiny_step_t steps[] = {{TINY_READ, NULL, 0},
                                 {TINY_SEND, first, strlen(first)},
                                 {TINY_SEND, lines, strlen(lines)},
                                 TINY_TEXT("Content-Length: 0\r\n\r\n"),
                                 {TINY_CLOSE, NULL, 0}};
    return case_failure_of(steps, NULL);
}

/* Too many headers, too many bytes of them, one too long, and interim answers without end. */
static void s_test_header_bombs(void) {
    static const char s_ok[] = "HTTP/1.1 200 OK\r\n";
    char *many = s_repeat("a: b\r\n", 600);
    char *some = s_repeat("a: b\r\n", 400);
    char *value = s_repeat("0123456789", 2000);
    char *wide = malloc(20100);
    CHECK(wide != NULL);
    (void)snprintf(wide, 20100, "x-wide: %s\r\n", value);
    char *bytes = s_repeat(wide, 20);
    char *line = s_repeat("0123456789", 7000);
    char *huge = s_repeat("0123456789", 20000);
    char *interim = s_repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000);
    CHECK_INT(s_header_bomb(s_ok, many), OSSI_FAIL_PROTOCOL);
    CHECK_INT(s_header_bomb(s_ok, some), OSSI_FAIL_NONE);
    CHECK_INT(s_header_bomb(s_ok, wide), OSSI_FAIL_NONE);
    CHECK_INT(s_header_bomb(s_ok, bytes), OSSI_FAIL_PROTOCOL);
    CHECK_INT(s_header_bomb("HTTP/1.1 200 OK\r\nx: ", line), OSSI_FAIL_PROTOCOL);
    CHECK_INT(s_header_bomb("HTTP/1.1 200 OK\r\nx: ", huge), OSSI_FAIL_PROTOCOL);
    CHECK_INT(s_header_bomb("", huge), OSSI_FAIL_PROTOCOL);
    CHECK_INT(s_header_bomb("", interim), OSSI_FAIL_PROTOCOL);
    free(many);
    free(some);
    free(value);
    free(wide);
    free(bytes);
    free(line);
    free(huge);
    free(interim);
}

/* Of an error's body a bounded part is kept, the rest read past; one without end is left. */
static void s_test_error_bodies(void) {
    static const tiny_step_t s_large[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\n"),
        {TINY_FILL, NULL, 1000000},
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 500 Oops\r\nContent-Length: 100000000\r\n\r\n"),
        {TINY_FILL, NULL, 100000000},
        {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_large);
    for (int i = 0; i < 2; i++) {
        case_request(&c, HTTP_GET, "key");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.call.failure, OSSI_FAIL_NONE);
        CHECK_INT(c.resp->status, 500);
        CHECK_INT(aos_buf_list_len(&c.resp->body), 256 * 1024);
        CHECK(i == 0 ? c.call.received_bytes == 1000000 : c.call.received_bytes < 20000000);
    }
    case_close(&c);
}

/* A body larger than max_memory_size is refused, announced or not, and only in memory. */
static void s_test_max_memory(void) {
    static const tiny_step_t s_announced[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(HEAD_5 "\r\nhello"), {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t s_chunked[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t *const s_scripts[] = {s_announced, s_chunked};
    static const int64_t s_limits[] = {0, 4, 5};
    for (size_t i = 0; i < 6; i++) {
        transport_case_t c;
        case_open1(&c, s_scripts[i % 2]);
        c.t->controller->options->max_memory_size = s_limits[i / 2];
        int refused = s_limits[i / 2] == 4;
        CHECK_INT(case_perform(&c), refused ? AOSE_OVER_MEMORY : AOSE_OK);
        CHECK_INT(c.call.failure, refused ? OSSI_FAIL_TOO_BIG : OSSI_FAIL_NONE);
        CHECK_STR(case_text(&c), refused ? "" : "hello");
        case_close(&c);
    }
}

static long s_peak_kib(void) {
    struct rusage usage;
    CHECK_INT(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* A length that is announced and never comes costs no such memory. */
static void s_test_huge_announced(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\nsmall"),
        {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    c.t->controller->options->max_memory_size = 0;
    long before = s_peak_kib();
    CHECK_INT(case_perform(&c), AOSE_CONNECTION_FAILED);
    CHECK_INT(c.call.failure, OSSI_FAIL_SHORT_BODY);
    CHECK_INT(c.call.announced_bytes, 1099511627776);
    CHECK_STR(case_text(&c), "small");
    CHECK(s_peak_kib() - before < 80 * 1024);
    case_close(&c);
}

static int s_sink_answer;

static int s_bad_sink(aos_http_response_t *resp, const char *buffer, int len) {
    (void)resp;
    (void)buffer;
    errno = ENOSPC;
    return s_sink_answer < 0 ? s_sink_answer : len - 1;
}

/* Whatever a sink returns but the length ends the request, with its errno. */
static void s_test_bad_sink(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(HEAD_5 "\r\nhello"), {TINY_CLOSE, NULL, 0}};
    static const struct {
        int answer;
        int rc;
        ossi_failure_t failure;
    } s_cases[] = {
        {0, AOSE_WRITE_BODY_ERROR, OSSI_FAIL_SINK},
        {-1, AOSE_WRITE_BODY_ERROR, OSSI_FAIL_SINK},
        {AOSE_OUT_MEMORY, AOSE_OUT_MEMORY, OSSI_FAIL_MEMORY},
        {AOSE_OVER_MEMORY, AOSE_OVER_MEMORY, OSSI_FAIL_TOO_BIG},
        {AOSE_SELECT_OBJECT_CRC_ERROR, AOSE_SELECT_OBJECT_CRC_ERROR, OSSI_FAIL_SINK},
    };
    transport_case_t c;
    case_open1(&c, s_steps);
    for (size_t i = 0; i < sizeof(s_cases) / sizeof(s_cases[0]); i++) {
        case_request(&c, HTTP_GET, "key");
        c.resp->write_body = s_bad_sink;
        s_sink_answer = s_cases[i].answer;
        CHECK_INT(case_perform(&c), s_cases[i].rc);
        CHECK_INT(c.call.failure, s_cases[i].failure);
        CHECK_INT(c.call.os_error, ENOSPC);
        CHECK(c.resp->crc64 == 0);
    }
    CHECK_INT(tiny_server_connections(c.server), 5);
    case_request(&c, HTTP_GET, "key");
    c.resp->write_body = NULL;
    CHECK_INT(case_perform(&c), AOSE_WRITE_BODY_ERROR);
    case_close(&c);
}

/* An upload refused before its end still brings the refusal. */
static void s_test_early_refusal(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ_HEAD, NULL, 0},
        TINY_TEXT("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"),
        {TINY_WAIT, NULL, 0},
        {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    case_request(&c, HTTP_PUT, "key");
    size_t n = 32 * 1024 * 1024;
    char *bytes = calloc(1, n);
    CHECK(bytes != NULL);
    case_body(&c, bytes, n);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.resp->status, 403);
    CHECK_STR(case_text(&c), "no");
    CHECK(c.call.sent_bytes < (int64_t)n);
    case_close(&c);
    free(bytes);
}

/* Nobody listens; the name does not resolve; TLS is spoken to a server that speaks none. */
static void s_test_no_connection(void) {
    static const tiny_step_t s_plain[] = {
        {TINY_READ_HEAD, NULL, 0}, TINY_TEXT("not TLS\r\n"), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_plain);
    c.req->host = apr_pstrdup(c.pool, "127.0.0.1:1");
    CHECK_INT(case_perform(&c), AOSE_FAILED_CONNECT);
    CHECK_INT(c.call.failure, OSSI_FAIL_CONNECT);
    CHECK_INT(c.call.os_error, ECONNREFUSED);
    case_request(&c, HTTP_GET, "key");
    /* A label past 63 characters: refused by the resolver without asking anybody. */
    char label[65] = {0};
    memset(label, 'a', 64);
    c.req->host = label;
    CHECK_INT(case_perform(&c), AOSE_NAME_LOOKUP_ERROR);
    CHECK_INT(c.call.failure, OSSI_FAIL_RESOLVE);
    case_request(&c, HTTP_GET, "key");
    c.req->proto = apr_pstrdup(c.pool, "https://");
    c.t->controller->options->ca_file = apr_pstrdup(c.pool, "/nonexistent/ca.pem");
    case_perform(&c);
    CHECK_INT(c.rc, AOSE_FAILED_VERIFICATION);
    CHECK_INT(c.call.failure, OSSI_FAIL_TLS);
    case_close(&c);
}

/* The CRC of the bytes that came is told, whatever became of the request: a cut body's goes on from
 * the first value, other bodies leave it as it was. */
static void s_test_received_crc(void) {
    static const struct {
        const char *answer;
        const char *body; /* what came of a 2xx one */
        ossi_failure_t failure;
    } s_rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", OSSI_FAIL_NONE},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "hello", OSSI_FAIL_SHORT_BODY},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "", OSSI_FAIL_SHORT_BODY},
        {"HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nhello", "", OSSI_FAIL_NONE},
        {"HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nhello", "", OSSI_FAIL_SHORT_BODY},
    };
    for (size_t i = 0; i < 2 * sizeof(s_rows) / sizeof(s_rows[0]); i++) {
        size_t row = i / 2;
        uint64_t first = i % 2 == 0 ? 0 : ossi_crc64(0, "before", 6);
        const tiny_step_t steps[] = {{TINY_READ, NULL, 0},
                                     {TINY_SEND, s_rows[row].answer, strlen(s_rows[row].answer)},
                                     {TINY_CLOSE, NULL, 0}};
        transport_case_t c;
        case_open1(&c, steps);
        c.resp->crc64 = first;
        (void)case_perform(&c);
        CHECK_INT(c.call.failure, s_rows[row].failure);
        uint64_t crc = ossi_crc64(first, s_rows[row].body, strlen(s_rows[row].body));
        CHECK(c.call.received_crc64 == crc);
        CHECK(c.resp->crc64 == (c.rc == AOSE_OK ? crc : first));
        case_close(&c);
    }
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"cut_length", s_test_cut_length},
        {"cut_chunked", s_test_cut_chunked},
        {"cut_error_status", s_test_cut_error_status},
        {"cut_interim", s_test_cut_interim},
        {"short_body", s_test_short_body},
        {"not_http", s_test_not_http},
        {"nul_in_header", s_test_nul_in_header},
        {"bad_chunks", s_test_bad_chunks},
        {"past_the_range", s_test_past_the_range},
        {"header_bombs", s_test_header_bombs},
        {"error_bodies", s_test_error_bodies},
        {"max_memory", s_test_max_memory},
        {"huge_announced", s_test_huge_announced},
        {"bad_sink", s_test_bad_sink},
        {"early_refusal", s_test_early_refusal},
        {"no_connection", s_test_no_connection},
        {"received_crc", s_test_received_crc},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
