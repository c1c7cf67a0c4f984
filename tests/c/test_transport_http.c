/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "aos_list.h"
#include "check.h"
#include "ossi_crc64.h"
#include "transport_case.h"

/* What becomes of a connection: when it is used again, and what a request is when it breaks. */

#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

#define LARGE ((size_t)32 * 1024 * 1024)

static const tiny_step_t s_hello[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_AGAIN, NULL, 0}};

static char s_bytes[32 * 1024 * 1024];

/* A connection is used again when both sides keep it open and all agree on where the answer ended.
 */
static void s_test_kept(void) {
    static const struct {
        http_method_e method;
        int kept;
        const char *answer;
    } s_rows[] = {
        {HTTP_GET, 1, OK_5},
        {HTTP_GET, 1, "HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngone"},
        {HTTP_GET, 1, "HTTP/1.1 204 No\r\n\r\n"},
        {HTTP_HEAD, 1, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"},
        {HTTP_GET, 1, "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n"},
        {HTTP_GET, 1, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\n"},
        {HTTP_GET, 0, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {HTTP_GET, 0, "HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 0\r\n\r\n"},
        {HTTP_HEAD, 0, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"},
        {HTTP_GET, 0,
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {HTTP_GET, 0, OK_0 "\r\n"},
        {HTTP_GET, 0, OK_5 OK_5},
        {HTTP_HEAD, 0, OK_5},
    };
    for (size_t i = 0; i < sizeof(s_rows) / sizeof(s_rows[0]); i++) {
        const tiny_step_t steps[] = {{TINY_READ, NULL, 0},
                                     {TINY_SEND, s_rows[i].answer, strlen(s_rows[i].answer)},
                                     {TINY_AGAIN, NULL, 0}};
        transport_case_t c;
        case_open1(&c, steps);
        for (int turn = 0; turn < 3; turn++) {
            case_request(&c, s_rows[i].method, "key");
            CHECK_INT(case_perform(&c), AOSE_OK);
            CHECK_INT(c.call.connections_made, turn == 0 || !s_rows[i].kept);
        }
        if (tiny_server_connections(c.server) != (s_rows[i].kept ? 1 : 3)) {
            fprintf(stderr, "answer %zu: ", i);
            CHECK_INT(tiny_server_connections(c.server), s_rows[i].kept ? 1 : 3);
        }
        case_close(&c);
    }
}

/* Bytes that come behind an answer when it was taken already are no part of the next one. */
static void s_test_late_garbage(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_WAIT, NULL, 0}, TINY_TEXT(OK_0),
        {TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_CLOSE, NULL, 0}};
    const tiny_script_t scripts[] = {{s_steps}, {s_hello}};
    transport_case_t c;
    case_open(&c, scripts, 2);
    CHECK_INT(case_perform(&c), AOSE_OK);
    tiny_server_tell(c.server);
    /* A request may be quicker than the garbage, which is then its answer: nobody can tell. */
    for (int i = 0; i < 3 && tiny_server_connections(c.server) == 1; i++) {
        case_request(&c, HTTP_GET, "key");
        CHECK_INT(case_perform(&c), AOSE_OK);
    }
    case_request(&c, HTTP_GET, "key");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_STR(case_text(&c), "hello");
    CHECK_INT(tiny_server_connections(c.server), 2);
    case_close(&c);
}

/* A server that says that all is well before it has read all is sent the rest all the same. */
static void s_test_early_success(void) {
    static const tiny_step_t s_steps[] = {{TINY_READ_HEAD, NULL, 0},
                                          TINY_TEXT(OK_5),
                                          {TINY_READ_HEAD, NULL, 0}, /* up to the body's end */
                                          {TINY_AGAIN, NULL, 0}};
    size_t n = 8 * 1024 * 1024;
    transport_case_t c;
    case_open1(&c, s_steps);
    for (size_t i = 0; i < 2; i++) {
        memset(s_bytes, 'x', n);
        memcpy(s_bytes + n - 4, "\r\n\r\n", 4);
        case_request(&c, HTTP_PUT, "key");
        case_body(&c, s_bytes, n);
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.resp->status, 200);
        CHECK_STR(case_text(&c), "hello");
        CHECK_INT(c.call.sent_bytes, n);
        CHECK(c.req->crc64 == ossi_crc64(0, s_bytes, n));
        CHECK(tiny_server_await(c.server, 2 * i + 2));
        CHECK(strlen(case_head(&c, 2 * i + 1)) == n);
    }
    CHECK_INT(tiny_server_connections(c.server), 1);
    case_close(&c);
}

/* One that does, and then breaks off, has not taken it. */
static void s_test_early_success_cut(void) {
    static const tiny_step_t s_length[] = {
        {TINY_READ_HEAD, NULL, 0}, TINY_TEXT(OK_5), {TINY_RESET, NULL, 0}};
    static const tiny_step_t s_until_close[] = {{TINY_READ_HEAD, NULL, 0},
                                                TINY_TEXT("HTTP/1.1 200 OK\r\n\r\nhello"),
                                                {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t *const s_scripts[] = {s_length, s_until_close};
    for (size_t i = 0; i < 2; i++) {
        transport_case_t c;
        case_open1(&c, s_scripts[i]);
        case_request(&c, HTTP_PUT, "key");
        case_body(&c, s_bytes, LARGE);
        CHECK_INT(case_perform(&c), AOSE_CONNECTION_FAILED);
        CHECK(c.call.failure == OSSI_FAIL_CONNECTION || c.call.failure == OSSI_FAIL_SHORT_BODY);
        /* An orderly end, if it is seen before the next bytes are refused, is no error. */
        CHECK(c.call.os_error == ECONNRESET || c.call.os_error == EPIPE ||
              (c.call.os_error == 0 && s_scripts[i] == s_until_close));
        case_close(&c);
    }
}

/* A refusal that waits behind a broken connection is still read. */
static void s_test_refused_and_reset(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ_HEAD, NULL, 0},
        TINY_TEXT("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"),
        {TINY_PAUSE, NULL, 30},
        {TINY_CLOSE, NULL, 0}};
    for (int i = 0; i < 10; i++) {
        transport_case_t c;
        case_open1(&c, s_steps);
        case_request(&c, HTTP_PUT, "key");
        case_body(&c, s_bytes, LARGE);
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.resp->status, 403);
        CHECK_STR(case_text(&c), "no");
        CHECK_INT(c.call.failure, OSSI_FAIL_NONE);
        case_close(&c);
    }
}

/* A large body that a kept connection breaks under is sent again, and counted once. */
static void s_test_stale_large(void) {
    static const tiny_step_t s_dies[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_READ_HEAD, NULL, 0}, {TINY_RESET, NULL, 0}};
    const tiny_script_t scripts[] = {{s_dies}, {s_hello}};
    size_t n = 6 * 1024 * 1024 + 5;
    for (size_t i = 0; i < n; i++) {
        s_bytes[i] = (char)(i * 2654435761u >> 11);
    }
    transport_case_t c;
    case_open(&c, scripts, 2);
    CHECK_INT(case_perform(&c), AOSE_OK);
    case_request(&c, HTTP_PUT, "second");
    case_body(&c, s_bytes, 5);
    case_body(&c, s_bytes + 5, n - 5);
    CHECK_INT(case_perform(&c), AOSE_OK);
    const tiny_request_t *r = tiny_server_request(c.server, 2);
    CHECK(r != NULL && r->body_len == n && memcmp(r->body, s_bytes, n) == 0);
    CHECK(c.req->crc64 == ossi_crc64(0, s_bytes, n));
    CHECK_INT(c.call.sent_bytes, n);
    CHECK_INT(c.req->consumed_bytes, n);
    CHECK_INT(c.call.connections_made, 1);
    CHECK_INT(c.call.os_error, 0);
    CHECK_INT(tiny_server_connections(c.server), 2);
    case_close(&c);
}

/* Large and small bodies in turn on one connection, whatever is set on its socket for the large. */
static void s_test_large_and_small(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n"),
        {TINY_FILL, NULL, 1048576 - 1000},
        {TINY_PAUSE, NULL, 5},
        {TINY_FILL, NULL, 1000},
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
        {TINY_PAUSE, NULL, 5},
        TINY_TEXT("o"),
        {TINY_PAUSE, NULL, 5},
        TINY_TEXT("k"),
        {TINY_AGAIN, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    long start = case_now_ms();
    for (int i = 0; i < 40; i++) {
        case_request(&c, HTTP_GET, "key");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.call.received_bytes, i % 2 == 0 ? 1048576 : 2);
        CHECK_INT(c.call.connections_made, i == 0);
    }
    CHECK(case_now_ms() - start < 1200); /* nobody waits for more than there is */
    case_close(&c);
}

/* Connections that are in use, unread bytes waiting on them, are left alone when libcurl makes
 * another one and looks, as it does once in a second, which of its others are dead. */
static void s_test_neighbours(void) {
    static const tiny_step_t s_slow[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"),
        {TINY_PAUSE, NULL, 300},
        TINY_TEXT("world"),
        {TINY_AGAIN, NULL, 0}};
    const tiny_script_t scripts[] = {{s_slow}, {s_hello}};
    const struct timespec a_second = {.tv_sec = 1, .tv_nsec = 100000000};
    transport_case_t c;
    case_open(&c, scripts, 2);
    ossi_many_t *many = ossi_many_create(c.session, 2);
    CHECK(many != NULL);
    transport_case_t slow = c;
    case_request(&slow, HTTP_GET, "slow");
    CHECK_INT(ossi_many_add(many, slow.t, &slow.call), AOSE_OK);
    for (int i = 0; i < 100 && slow.resp->status == 0; i++) {
        CHECK_INT(ossi_many_run(many, 2), AOSE_OK);
    }
    CHECK_INT(nanosleep(&a_second, NULL), 0);
    transport_case_t other = c;
    case_request(&other, HTTP_GET, "other");
    CHECK_INT(ossi_many_add(many, other.t, &other.call), AOSE_OK);
    for (int taken = 0; taken < 2; taken += ossi_many_take(many, NULL, NULL) != NULL) {
        CHECK_INT(ossi_many_run(many, 100), AOSE_OK);
    }
    CHECK_INT(slow.call.failure, OSSI_FAIL_NONE);
    CHECK_STR(case_text(&slow), "helloworld");
    CHECK_INT(other.call.failure, OSSI_FAIL_NONE);
    CHECK_STR(case_text(&other), "hello");
    ossi_many_release(many);
    CHECK_INT(tiny_server_connections(c.server), 2);
    case_close(&c);
}

static int s_open_files(void) {
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

/* A connection that is not used again is closed, although its server would keep it. */
static void s_test_closed(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
        {TINY_READ, NULL, 0}, /* until the other side closes it */
        {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    ossi_many_t *many = ossi_many_create(c.session, 1); /* has its hub all the time */
    CHECK(many != NULL);
    int before = s_open_files();
    for (int i = 0; i < 100; i++) {
        case_request(&c, HTTP_GET, "key");
        CHECK_INT(ossi_many_add(many, c.t, &c.call), AOSE_OK);
        while (ossi_many_take(many, NULL, NULL) == NULL) {
            CHECK_INT(ossi_many_run(many, 100), AOSE_OK);
        }
        CHECK_INT(c.call.failure, OSSI_FAIL_NONE);
    }
    CHECK_INT(tiny_server_connections(c.server), 100);
    CHECK(s_open_files() - before < 80); /* of both sides; the server's may take a while */
    ossi_many_release(many);
    case_close(&c);
}

#define WIDEST OSSI_MAX_WIDTH

/* As many at once as there can be, twice over the same connections. */
static void s_test_widest(void) {
    static transport_case_t s_lanes[WIDEST];
    transport_case_t c;
    case_open1(&c, s_hello);
    ossi_session_t *session = ossi_session_create(WIDEST);
    CHECK(session != NULL);
    for (int round = 0; round < 2; round++) {
        ossi_many_t *many = ossi_many_create(session, WIDEST);
        CHECK(many != NULL);
        for (int i = 0; i < WIDEST; i++) {
            s_lanes[i] = c;
            case_request(&s_lanes[i], HTTP_GET, "key");
            CHECK_INT(ossi_many_add(many, s_lanes[i].t, &s_lanes[i].call), AOSE_OK);
        }
        for (int taken = 0; taken < WIDEST;) {
            int code = AOSE_FAILED_CONNECT;
            if (ossi_many_take(many, NULL, &code) != NULL) {
                CHECK_INT(code, AOSE_OK);
                taken++;
            } else {
                CHECK_INT(ossi_many_run(many, 100), AOSE_OK);
            }
        }
        for (int i = 0; i < WIDEST; i++) {
            CHECK_STR(case_text(&s_lanes[i]), "hello");
            CHECK_INT(s_lanes[i].call.connections_made, round == 0);
        }
        ossi_many_release(many);
    }
    CHECK_INT(tiny_server_connections(c.server), WIDEST);
    ossi_session_release(session);
    case_close(&c);
}

static void s_on_alarm(int number) {
    (void)number;
}

/* Signals that break off system calls break off nothing else. */
static void s_test_interrupted(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ_SLOW, NULL, 512 * 1024},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\n"),
        {TINY_FILL, NULL, 3145728},
        {TINY_AGAIN, NULL, 0}};
    struct sigaction action = {.sa_handler = s_on_alarm};
    struct sigaction before;
    sigset_t alarms;
    CHECK_INT(sigemptyset(&alarms), 0);
    CHECK_INT(sigaddset(&alarms, SIGALRM), 0);
    CHECK_INT(pthread_sigmask(SIG_BLOCK, &alarms, NULL), 0);
    transport_case_t c;
    case_open1(&c, s_steps); /* its threads leave the signal to this one */
    CHECK_INT(sigaction(SIGALRM, &action, &before), 0);
    const struct itimerval often = {{0, 300}, {0, 300}};
    const struct itimerval never = {{0, 0}, {0, 0}};
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, s_bytes, 3 * 1024 * 1024);
    CHECK_INT(setitimer(ITIMER_REAL, &often, NULL), 0);
    CHECK_INT(pthread_sigmask(SIG_UNBLOCK, &alarms, NULL), 0);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(setitimer(ITIMER_REAL, &never, NULL), 0);
    CHECK_INT(c.call.received_bytes, 3145728);
    CHECK_INT(sigaction(SIGALRM, &before, NULL), 0);
    case_close(&c);
}

static int64_t s_last_done;

static int s_long_limits_tick(void *arg, int64_t done, int64_t total) {
    (void)arg;
    (void)total;
    s_last_done = done;
    return 0;
}

/* Limits as long as they can be said are no limits. */
static void s_test_endless_limits(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    c.call.total_timeout_ms = INT64_MAX;
    c.call.stall_timeout_ms = INT64_MAX;
    c.call.tick = s_long_limits_tick;
    c.call.tick_interval_ms = 0x7fffffff;
    c.t->controller->options->speed_limit = 1;
    c.t->controller->options->speed_time = 0x7fffffff;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_STR(case_text(&c), "hello");
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"kept", s_test_kept},
        {"late_garbage", s_test_late_garbage},
        {"early_success", s_test_early_success},
        {"early_success_cut", s_test_early_success_cut},
        {"refused_and_reset", s_test_refused_and_reset},
        {"stale_large", s_test_stale_large},
        {"large_and_small", s_test_large_and_small},
        {"neighbours", s_test_neighbours},
        {"closed", s_test_closed},
        {"widest", s_test_widest},
        {"interrupted", s_test_interrupted},
        {"endless_limits", s_test_endless_limits},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
