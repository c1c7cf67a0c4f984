/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "aos_list.h"
#include "check.h"
#include "ossi_crc64.h"
#include "transport_case.h"

#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-oss-request-id: ID\r\n\r\nhello"
#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static const tiny_step_t s_hello[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_AGAIN, NULL, 0}};
static const tiny_step_t s_empty[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_0), {TINY_AGAIN, NULL, 0}};

/* A GET brings status, headers, body, its CRC and the times. */
static void s_test_get(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.resp->status, 200);
    CHECK_STR(case_text(&c), "hello");
    CHECK_INT(c.resp->body_len, 5);
    CHECK_INT(c.resp->content_length, 5);
    CHECK_STR(apr_table_get(c.resp->headers, "X-Oss-Request-Id"), "ID");
    CHECK(c.resp->crc64 == ossi_crc64(0, "hello", 5));
    CHECK_INT(c.call.failure, OSSI_FAIL_NONE);
    CHECK_INT(c.call.connections_made, 1);
    CHECK_INT(c.call.received_bytes, 5);
    CHECK_INT(c.call.announced_bytes, 5);
    CHECK_INT(c.t->state, TRANS_STATE_DONE);
    const aos_http_controller_ex_t *ctl = c.t->controller;
    CHECK(ctl->start_time > 0 && ctl->first_byte_time >= ctl->start_time);
    CHECK(ctl->finish_time >= ctl->first_byte_time);
    CHECK(strncmp(case_head(&c, 0), "GET /key HTTP/1.1\r\n", 19) == 0);
    CHECK(case_has_line(&c, 0, "User-Agent: " AOS_VER "(Compatible Unknown)"));
    CHECK(strstr(case_head(&c, 0), "Expect") == NULL);
    case_close(&c);
}

/* HEAD and DELETE carry no body and wait for none. */
static void s_test_bodiless(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 1234567\r\n\r\n"),
        {TINY_READ, NULL, 0}, TINY_TEXT("HTTP/1.1 204 No Content\r\n\r\n"),
        {TINY_READ, NULL, 0}, TINY_TEXT("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"),
        {TINY_READ, NULL, 0}, TINY_TEXT(OK_5),
        {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    static const http_method_e s_methods[] = {HTTP_HEAD, HTTP_DELETE, HTTP_GET, HTTP_GET};
    static const int s_statuses[] = {200, 204, 304, 200};
    static const char *const s_lines[] = {"HEAD /k HTTP/1.1", "DELETE /k HTTP/1.1",
                                          "GET /k HTTP/1.1", "GET /k HTTP/1.1"};
    for (size_t i = 0; i < 4; i++) {
        case_request(&c, s_methods[i], "k");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.resp->status, s_statuses[i]);
        CHECK(case_has_line(&c, i, s_lines[i]));
        CHECK(strstr(case_head(&c, i), "Content-Length") == NULL);
    }
    CHECK_STR(case_text(&c), "hello");
    CHECK_INT(tiny_server_connections(c.server), 1);
    case_close(&c);
}

/* A body made of several buffers is sent whole, with its length and nothing chunked, and the
 * caller's list stays as it was. */
static void s_send_pieces(http_method_e method, const char *line) {
    transport_case_t c;
    case_open1(&c, s_empty);
    case_request(&c, method, "key");
    case_body(&c, "one,", 4);
    case_body(&c, "", 0);
    case_body(&c, "two", 3);
    CHECK_INT(case_perform(&c), AOSE_OK);
    const tiny_request_t *r = tiny_server_request(c.server, 0);
    CHECK(r != NULL && r->body_len == 7 && memcmp(r->body, "one,two", 7) == 0);
    CHECK(case_has_line(&c, 0, line));
    CHECK(case_has_line(&c, 0, "Content-Length: 7"));
    CHECK(strcasestr(case_head(&c, 0), "Transfer-Encoding") == NULL);
    CHECK(strcasestr(case_head(&c, 0), "Content-Type") == NULL);
    CHECK(strcasestr(case_head(&c, 0), "Expect") == NULL);
    CHECK(c.req->crc64 == ossi_crc64(0, "one,two", 7));
    CHECK_INT(c.req->consumed_bytes, 7);
    CHECK_INT(c.call.sent_bytes, 7);
    CHECK_INT(aos_buf_list_len(&c.req->body), 7);
    case_close(&c);
}

static void s_test_put(void) {
    s_send_pieces(HTTP_PUT, "PUT /key HTTP/1.1");
}

static void s_test_post(void) {
    s_send_pieces(HTTP_POST, "POST /key HTTP/1.1");
}

/* PUT and POST without a body say so. */
static void s_test_empty_bodies(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    for (size_t i = 0; i < 2; i++) {
        case_request(&c, i == 0 ? HTTP_PUT : HTTP_POST, "key");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK(case_has_line(&c, i, "Content-Length: 0"));
    }
    case_close(&c);
}

/* All methods one after the other on one handle leave nothing of each other behind. */
static void s_test_methods_in_turn(void) {
    static const char *const s_names[] = {"GET", "HEAD", "PUT", "POST", "DELETE"};
    transport_case_t c;
    case_open1(&c, s_empty);
    size_t n = 0;
    for (int first = 0; first < 5; first++) {
        for (int second = 0; second < 5; second++) {
            case_request(&c, (http_method_e)first, "k");
            CHECK_INT(case_perform(&c), AOSE_OK);
            case_request(&c, (http_method_e)second, "k");
            if (second == HTTP_PUT) {
                case_body(&c, "abc", 3);
            }
            CHECK_INT(case_perform(&c), AOSE_OK);
            const char *head = case_head(&c, n + 1);
            CHECK(strncmp(head, s_names[second], strlen(s_names[second])) == 0);
            CHECK_INT(case_has_line(&c, n + 1, "Content-Length: 3"), second == HTTP_PUT);
            CHECK_INT(case_has_line(&c, n + 1, "Content-Length: 0"), second == HTTP_POST);
            n += 2;
        }
    }
    CHECK_INT(tiny_server_connections(c.server), 1);
    case_close(&c);
}

static int64_t s_progress_calls;
static int64_t s_progress_done;
static int64_t s_progress_total;

static void s_on_progress(int64_t done, int64_t total) {
    CHECK(done >= s_progress_done);
    s_progress_calls++;
    s_progress_done = done;
    s_progress_total = total;
}

/* A large body goes up and comes down whole, with progress. */
static void s_test_large(void) {
    static const size_t s_size = 3 * 1024 * 1024 + 17;
    const tiny_step_t steps[] = {{TINY_READ, NULL, 0},
                                 TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 3145745\r\n\r\n"),
                                 {TINY_FILL, NULL, 3145745},
                                 {TINY_CLOSE, NULL, 0}};
    char *bytes = malloc(s_size);
    CHECK(bytes != NULL);
    for (size_t i = 0; i < s_size; i++) {
        bytes[i] = (char)(i * 2654435761u >> 13);
    }
    transport_case_t c;
    case_open1(&c, steps);
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, bytes, s_size);
    s_progress_calls = s_progress_done = 0;
    c.req->progress_callback = s_on_progress;
    CHECK_INT(case_perform(&c), AOSE_OK);
    const tiny_request_t *r = tiny_server_request(c.server, 0);
    CHECK(r != NULL && r->body_len == s_size && memcmp(r->body, bytes, s_size) == 0);
    CHECK(c.req->crc64 == ossi_crc64(0, bytes, s_size));
    CHECK_INT(s_progress_done, s_size);
    CHECK_INT(s_progress_total, s_size);
    CHECK(s_progress_calls > 1);
    CHECK_INT(c.resp->body_len, 3145745);
    CHECK_INT(aos_buf_list_len(&c.resp->body), 3145745);
    case_close(&c);
    free(bytes);
}

static int s_short_reader(aos_http_request_t *req, char *buffer, int len) {
    (void)len;
    if (req->user_data != NULL) {
        return 0;
    }
    req->user_data = req;
    memcpy(buffer, "abc", 3);
    return 3;
}

static int s_failing_reader(aos_http_request_t *req, char *buffer, int len) {
    (void)req;
    (void)buffer;
    (void)len;
    return -5;
}

/* Bodies from a callback: whole, too short, failing. */
static void s_test_callback_body(void) {
    static const struct {
        aos_read_http_body_pt read;
        int64_t len;
        int rc;
        ossi_failure_t failure;
    } s_cases[] = {{s_short_reader, 3, AOSE_OK, OSSI_FAIL_NONE},
                   {s_short_reader, 4, AOSE_READ_BODY_ERROR, OSSI_FAIL_SOURCE},
                   {s_failing_reader, 4, AOSE_READ_BODY_ERROR, OSSI_FAIL_SOURCE},
                   {NULL, 4, AOSE_INVALID_ARGUMENT, OSSI_FAIL_INVALID},
                   {s_short_reader, -1, AOSE_INVALID_ARGUMENT, OSSI_FAIL_INVALID}};
    transport_case_t c;
    case_open1(&c, s_empty);
    for (size_t i = 0; i < sizeof(s_cases) / sizeof(s_cases[0]); i++) {
        case_request(&c, HTTP_PUT, "key");
        c.req->type = BODY_IN_CALLBACK;
        c.req->read_body = s_cases[i].read;
        c.req->body_len = s_cases[i].len;
        c.req->crc64 = 77;
        CHECK_INT(case_perform(&c), s_cases[i].rc);
        CHECK_INT(c.call.failure, s_cases[i].failure);
        CHECK_INT(c.req->crc64 == 77, s_cases[i].rc != AOSE_OK);
    }
    case_close(&c);
}

/* A body list shorter than announced is an error, a longer one is cut. */
static void s_test_list_and_length(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, "abcdef", 6);
    c.req->body_len = 7;
    CHECK_INT(case_perform(&c), AOSE_READ_BODY_ERROR);
    CHECK_INT(c.call.failure, OSSI_FAIL_SOURCE);
    c.req->body_len = 4;
    CHECK_INT(case_perform(&c), AOSE_OK);
    size_t last = tiny_server_requests(c.server) - 1;
    CHECK_STR(tiny_server_request(c.server, last)->body, "abcd");
    case_request(&c, HTTP_GET, "key");
    case_body(&c, "abc", 3);
    CHECK_INT(case_perform(&c), AOSE_INVALID_ARGUMENT);
    case_close(&c);
}

static apr_file_t *s_file(aos_pool_t *pool, const char *text) {
    char name[] = "/tmp/ossc_test_XXXXXX";
    apr_file_t *file = NULL;
    apr_size_t n = strlen(text);
    CHECK_INT(apr_file_mktemp(&file, name, 0, pool), APR_SUCCESS);
    CHECK_INT(apr_file_write_full(file, text, n, NULL), APR_SUCCESS);
    return file;
}

/* A range of a file is sent; one that reaches past the file's end is an error, not a short body. */
static void s_test_file_body(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    apr_file_t *file = s_file(c.pool, "0123456789");
    for (int i = 0; i < 2; i++) {
        case_request(&c, HTTP_PUT, "key");
        c.req->type = BODY_IN_FILE;
        c.req->read_body = aos_read_http_body_file;
        c.req->file_buf = aos_create_file_buf(c.pool);
        c.req->file_buf->file = file;
        c.req->file_buf->file_pos = 3;
        c.req->file_buf->file_last = i == 0 ? 8 : 12;
        c.req->body_len = i == 0 ? 5 : 9;
        CHECK_INT(case_perform(&c), i == 0 ? AOSE_OK : AOSE_READ_BODY_ERROR);
        CHECK_INT(c.call.failure, i == 0 ? OSSI_FAIL_NONE : OSSI_FAIL_SOURCE);
        CHECK_INT(c.req->file_buf->file_pos, 3);
    }
    CHECK_STR(tiny_server_request(c.server, 0)->body, "34567");
    CHECK_INT(apr_file_close(file), APR_SUCCESS);
    case_close(&c);
}

/* Chunked answers, interim answers, trailers, folded and repeated headers. */
static void s_test_answer_forms(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT(
            "HTTP/1.1 100 Continue\r\nx-interim: 1\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n"
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nx-a:  one \r\nx-A: two\r\n"
            "x-f: first\r\n \t second\r\nx-empty:\r\n\r\n"
            "3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nx-trailer: t\r\n\r\n"),
        {TINY_READ, NULL, 0},
        TINY_TEXT(OK_5),
        {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_STR(case_text(&c), "hello");
    CHECK_INT(c.resp->content_length, -1);
    CHECK_INT(c.call.announced_bytes, -1);
    CHECK_STR(apr_table_get(c.resp->headers, "x-interim"), NULL);
    CHECK_STR(apr_table_get(c.resp->headers, "Link"), NULL);
    CHECK_STR(apr_table_get(c.resp->headers, "x-trailer"), NULL);
    CHECK_STR(apr_table_get(c.resp->headers, "x-f"), "first second");
    CHECK_STR(apr_table_get(c.resp->headers, "x-empty"), "");
    const apr_array_header_t *all = apr_table_elts(c.resp->headers);
    const apr_table_entry_t *entry = (const void *)all->elts;
    CHECK_INT(all->nelts, 5);
    CHECK_STR(entry[1].val, "one");
    CHECK_STR(entry[2].val, "two");
    case_request(&c, HTTP_GET, "key");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 0);
    case_close(&c);
}

/* An answer that ends with the connection and announces nothing is taken as it is. */
static void s_test_until_close(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT("HTTP/1.0 200 OK\r\n\r\nhello"), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_STR(case_text(&c), "hello");
    case_close(&c);
}

static int s_sink_calls;

static int s_count_sink(aos_http_response_t *resp, const char *buffer, int len) {
    (void)resp;
    (void)buffer;
    s_sink_calls++;
    return len;
}

/* A redirect is not followed, and no status but 2xx opens the sink. */
static void s_test_status_gate(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 4\r\n\r\nmove"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 206 Partial\r\nContent-Length: 4\r\n\r\npart"),
        {TINY_CLOSE, NULL, 0}};
    static const int s_statuses[] = {302, 404, 503, 206};
    static const char *const s_bodies[] = {"move", "gone", "busy", ""};
    transport_case_t c;
    case_open1(&c, s_steps);
    s_sink_calls = 0;
    for (size_t i = 0; i < 4; i++) {
        case_request(&c, HTTP_GET, "key");
        c.resp->type = BODY_IN_CALLBACK;
        c.resp->write_body = s_count_sink;
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.resp->status, s_statuses[i]);
        CHECK_STR(case_text(&c), s_bodies[i]);
        CHECK_INT(s_sink_calls, i == 3);
        CHECK_INT(c.resp->crc64 != 0, i == 3);
    }
    case_close(&c);
}

/* A controller that failed once is clean for its next request. */
static void s_test_controller_again(void) {
    static const tiny_step_t s_reset[] = {{TINY_READ, NULL, 0}, {TINY_RESET, NULL, 0}};
    const tiny_script_t scripts[] = {{s_reset}, {s_hello}};
    transport_case_t c;
    case_open(&c, scripts, 2);
    CHECK_INT(case_perform(&c), AOSE_CONNECTION_FAILED);
    CHECK_INT(c.t->controller->error_code, AOSE_CONNECTION_FAILED);
    CHECK(c.t->controller->reason != NULL);
    int64_t first = c.t->controller->start_time;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.t->controller->error_code, AOSE_OK);
    CHECK_STR(c.t->controller->reason, NULL);
    CHECK(c.t->controller->start_time >= first && c.t->controller->first_byte_time > 0);
    case_close(&c);
}

/* With the CRC switched off none is computed. */
static void s_test_no_crc(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    c.t->controller->options->enable_crc = 0;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(c.resp->crc64 == 0);
    case_close(&c);
}

/* Records that cannot be performed are refused, the library's text is there. */
static void s_test_arguments(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(ossi_transport_perform(NULL, NULL), AOSE_INVALID_ARGUMENT);
    c.t->req = NULL;
    CHECK_INT(case_perform(&c), AOSE_INVALID_ARGUMENT);
    c.t->req = c.req;
    CHECK_INT(case_perform(&c), AOSE_OK);
    c.req->consumed_bytes = 5;
    c.req->method = (http_method_e)9;
    CHECK_INT(case_perform(&c), AOSE_INVALID_ARGUMENT);
    CHECK_INT(c.resp->status, 0);
    CHECK_INT(c.resp->content_length, -1);
    CHECK(apr_is_empty_table(c.resp->headers));
    CHECK_INT(c.call.announced_bytes, -1);
    CHECK_INT(c.call.sent_bytes, 0);
    c.req->method = HTTP_GET;
    c.t->controller->options = NULL;
    c.resp->headers = NULL;
    CHECK_INT(ossi_transport_perform(c.t, NULL), AOSE_OK);
    CHECK(strncmp(ossi_transport_version(), "libcurl/", 8) == 0);
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"get", s_test_get},
        {"bodiless", s_test_bodiless},
        {"put", s_test_put},
        {"post", s_test_post},
        {"empty_bodies", s_test_empty_bodies},
        {"methods_in_turn", s_test_methods_in_turn},
        {"large", s_test_large},
        {"callback_body", s_test_callback_body},
        {"list_and_length", s_test_list_and_length},
        {"file_body", s_test_file_body},
        {"answer_forms", s_test_answer_forms},
        {"until_close", s_test_until_close},
        {"status_gate", s_test_status_gate},
        {"controller_again", s_test_controller_again},
        {"no_crc", s_test_no_crc},
        {"arguments", s_test_arguments},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
