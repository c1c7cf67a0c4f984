/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "transport_case.h"

#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static const tiny_step_t s_hello[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_AGAIN, NULL, 0}};

/* Says nothing to whatever it is sent. */
static const tiny_step_t s_silent[] = {
    {TINY_READ_HEAD, NULL, 0}, {TINY_WAIT, NULL, 0}, {TINY_CLOSE, NULL, 0}};

static void s_check_no_connection(const ossi_call_t *call) {
    CHECK_INT(call->resolved_us, 0);
    CHECK_INT(call->connected_us, 0);
    CHECK_INT(call->secured_us, 0);
}

/* The request that makes a connection tells how long that took; the next one has it for nothing. */
static void s_test_kept(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(c.call.resolved_us > 0);
    CHECK(c.call.connected_us >= c.call.resolved_us);
    CHECK_INT(c.call.secured_us, 0);
    CHECK_INT(c.call.was_kept, 0);
    CHECK(c.call.first_byte_us > 0);
    CHECK(c.call.total_us >= c.call.first_byte_us);
    /* Without a fresh call: what the last request left in it goes. */
    c.resp->status = 0;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 0);
    CHECK_INT(c.call.was_kept, 1);
    s_check_no_connection(&c.call);
    CHECK(c.call.first_byte_us > 0);
    CHECK(c.call.total_us >= c.call.first_byte_us);
    case_close(&c);
}

/* One that takes the place of a dead one was made for the request. */
static void s_test_replaced(void) {
    static const tiny_step_t s_dies[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_READ, NULL, 0}, {TINY_RESET, NULL, 0}};
    const tiny_script_t scripts[] = {{s_dies}, {s_hello}};
    transport_case_t c;
    case_open(&c, scripts, 2);
    CHECK_INT(case_perform(&c), AOSE_OK);
    case_request(&c, HTTP_GET, "key");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 1);
    CHECK(c.call.connected_us > 0);
    case_close(&c);
}

/* How far a request came that failed shows in what is 0. */
static void s_test_failures(void) {
    static const struct {
        const char *proto;
        const char *host; /* NULL: the server */
        ossi_failure_t failure;
        int resolved;
        int connected;
    } s_rows[] = {
        {"http://", "a..b", OSSI_FAIL_RESOLVE, 0, 0},
        {"http://", "127.0.0.1:1", OSSI_FAIL_CONNECT, 1, 0},
        {"http://", NULL, OSSI_FAIL_TIMEOUT, 1, 1},
        {"https://", NULL, OSSI_FAIL_TIMEOUT, 1, 1},
    };
    for (size_t i = 0; i < sizeof(s_rows) / sizeof(s_rows[0]); i++) {
        transport_case_t c;
        case_open1(&c, s_silent);
        c.req->proto = apr_pstrdup(c.pool, s_rows[i].proto);
        if (s_rows[i].host != NULL) {
            c.req->host = apr_pstrdup(c.pool, s_rows[i].host);
        }
        c.call.total_timeout_ms = 150;
        CHECK(case_perform(&c) != AOSE_OK);
        CHECK_INT(c.call.failure, s_rows[i].failure);
        CHECK_INT(c.call.resolved_us > 0, s_rows[i].resolved);
        CHECK_INT(c.call.connected_us > 0, s_rows[i].connected);
        CHECK_INT(c.call.secured_us, 0);
        CHECK_INT(c.call.first_byte_us, 0);
        CHECK_INT(c.call.total_us >= 100000, s_rows[i].failure == OSSI_FAIL_TIMEOUT);
        case_close(&c);
    }
}

/* What is given up before anything is done says that it had nothing. */
static void s_test_never_begun(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(case_perform(&c), AOSE_OK);
    c.call.cancel = 1;
    CHECK_INT(case_perform(&c), AOSE_ABORT_CALLBACK);
    s_check_no_connection(&c.call);
    CHECK_INT(c.call.was_kept, 0);
    CHECK_INT(c.call.first_byte_us, 0);
    CHECK(c.call.total_us >= 0);
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"kept", s_test_kept},
        {"replaced", s_test_replaced},
        {"failures", s_test_failures},
        {"never_begun", s_test_never_begun},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
