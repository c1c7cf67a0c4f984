/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "transport_case.h"

#include <string.h>

#include "ossi_crc64.h"

#define S_HEAD(status, length) "HTTP/1.1 " status "\r\nContent-Length: " length "\r\n\r\n"

static unsigned char s_memory[16];

/* What does not fit in. */
static char s_rest[16];
static size_t s_rest_size;

static int s_write(aos_http_response_t *resp, const char *bytes, int n) {
    (void)resp;
    memcpy(s_rest + s_rest_size, bytes, (size_t)n);
    s_rest_size += (size_t)n;
    return n;
}

static ossi_window_t s_window(size_t size, int is_large) {
    memset(s_memory, '.', sizeof(s_memory));
    s_rest_size = 0;
    return (ossi_window_t){.memory = s_memory, .size = size, .is_large = is_large};
}

/* A body goes into the window, whole, with its CRC-64; nothing is written behind it. */
static void test_a_body_that_fits(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(S_HEAD("200 OK", "5") "hello"), {TINY_CLOSE, NULL, 0}};
    for (int mode = 0; mode < 3; mode++) {
        transport_case_t c;
        case_open1(&c, steps);
        ossi_window_t window = s_window(5, mode == 1);
        aos_http_request_options_t options = {.enable_crc = mode != 2};
        c.t->controller->options = &options;
        c.call.window = &window;
        c.resp->write_body = s_write;
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(window.used, 5);
        CHECK_MEM(s_memory, "hello..", 7);
        CHECK_INT(s_rest_size, 0);
        CHECK(c.resp->crc64 == (mode != 2 ? ossi_crc64(0, "hello", 5) : 0));
        case_close(&c);
    }
}

/* A piece that does not fit goes to write_body, which sees to it. */
static void test_a_body_that_does_not_fit(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(S_HEAD("200 OK", "5") "hello"), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, steps);
    ossi_window_t window = s_window(4, 0);
    c.call.window = &window;
    c.resp->write_body = s_write;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(window.used, 0);
    CHECK_MEM(s_memory, ".....", 5);
    CHECK_MEM(s_rest, "hello", 5);
    CHECK(c.resp->crc64 == ossi_crc64(0, "hello", 5));
    case_close(&c);
}

/* An error's body is none of the caller's. */
static void test_an_error_stays_out(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(S_HEAD("404 No", "5") "hello"), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, steps);
    ossi_window_t window = s_window(16, 0);
    c.call.window = &window;
    c.resp->write_body = s_write;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.resp->status, 404);
    CHECK_INT(window.used, 0);
    CHECK_MEM(s_memory, ".....", 5);
    CHECK_STR(case_text(&c), "hello");
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"a_body_that_fits", test_a_body_that_fits},
        {"a_body_that_does_not_fit", test_a_body_that_does_not_fit},
        {"an_error_stays_out", test_an_error_stays_out},
    };
    return check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
