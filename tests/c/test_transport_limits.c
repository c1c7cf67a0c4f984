/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "transport_case.h"

#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

/* Reads the request and never answers. */
static const tiny_step_t s_silent[] = {
    {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0}, {TINY_CLOSE, NULL, 0}};

/* Begins an answer and stops in the middle of its body. */
static const tiny_step_t s_half[] = {{TINY_READ, NULL, 0},
                                     TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"),
                                     {TINY_WAIT, NULL, 0},
                                     {TINY_CLOSE, NULL, 0}};

static void s_check_ended(transport_case_t *c, ossi_failure_t failure, int rc, long least,
                          long most) {
    long start = case_now_ms();
    CHECK_INT(case_perform(c), rc);
    long took = case_now_ms() - start;
    CHECK_INT(c->call.failure, failure);
    CHECK_INT(c->t->state, TRANS_STATE_ABORT);
    if (took < least || took > most) {
        fprintf(stderr, "took %ld ms: ", took);
        CHECK(took >= least && took <= most);
    }
}

/* Without a byte for the stall limit the request ends, before and inside the body. */
static void s_test_stall(void) {
    transport_case_t c;
    case_open1(&c, s_silent);
    c.call.stall_timeout_ms = 200;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 190, 500);
    case_close(&c);
    case_open1(&c, s_half);
    c.call.stall_timeout_ms = 200;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 190, 500);
    CHECK_INT(c.resp->status, 200);
    case_close(&c);
}

/* A stall limit is not a total one: an answer that drips is not stalled. */
static void s_test_drip(void) {
    static const tiny_step_t s_steps[] = {{TINY_READ, NULL, 0},
                                          {TINY_PAUSE, NULL, 150},
                                          TINY_TEXT("HTTP/1.1 200 OK\r\n"),
                                          {TINY_PAUSE, NULL, 150},
                                          TINY_TEXT("Content-Length: 3\r\n\r\n"),
                                          {TINY_PAUSE, NULL, 150},
                                          TINY_TEXT("a"),
                                          {TINY_PAUSE, NULL, 150},
                                          TINY_TEXT("b"),
                                          {TINY_PAUSE, NULL, 150},
                                          TINY_TEXT("c"),
                                          {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    c.call.stall_timeout_ms = 400;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_STR(case_text(&c), "abc");
    case_close(&c);
    case_open1(&c, s_steps);
    c.call.stall_timeout_ms = 400;
    c.call.total_timeout_ms = 420;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 400, 700);
    case_close(&c);
}

/* A peer that reads slowly is not a stalled one, although the system has taken the whole body. */
static void s_test_slow_upload(void) {
    static const tiny_step_t s_steps[] = {{TINY_READ_SLOW, NULL, 128 * 1024},
                                          TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                                          {TINY_CLOSE, NULL, 0}};
    size_t n = 4 * 1024 * 1024;
    char *bytes = calloc(1, n);
    CHECK(bytes != NULL);
    transport_case_t c;
    case_open1(&c, s_steps);
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, bytes, n);
    c.call.stall_timeout_ms = 500;
    long start = case_now_ms();
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_now_ms() - start > 600);
    case_close(&c);
    free(bytes);
}

/* A peer that does not read at all is. */
static void s_test_stalled_upload(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ_HEAD, NULL, 0}, {TINY_WAIT, NULL, 0}, {TINY_CLOSE, NULL, 0}};
    size_t n = 32 * 1024 * 1024;
    char *bytes = calloc(1, n);
    CHECK(bytes != NULL);
    transport_case_t c;
    case_open1(&c, s_steps);
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, bytes, n);
    c.call.stall_timeout_ms = 300;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 290, 1500);
    case_close(&c);
    free(bytes);
}

/* The whole request has a limit of its own. */
static void s_test_total(void) {
    transport_case_t c;
    case_open1(&c, s_half);
    c.call.total_timeout_ms = 250;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 240, 450);
    case_close(&c);
}

/* A port whose queue is full: connecting to it hangs. The caller closes the three. */
static int s_open_full_port(int fds[3]) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fds[0] >= 0);
    CHECK_INT(bind(fds[0], (struct sockaddr *)&at, size), 0);
    CHECK_INT(listen(fds[0], 0), 0);
    CHECK_INT(getsockname(fds[0], (struct sockaddr *)&at, &size), 0);
    for (int i = 1; i < 3; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        CHECK(fds[i] >= 0);
        CHECK(connect(fds[i], (struct sockaddr *)&at, size) == 0 || errno == EINPROGRESS);
    }
    return ntohs(at.sin_port);
}

/* Connecting has its limit, and can be cancelled by the tick and cut by the stall limit. */
static void s_test_connect_timeout(void) {
    transport_case_t c;
    int fds[3];
    case_open1(&c, s_silent);
    char *host = apr_psprintf(c.pool, "127.0.0.1:%d", s_open_full_port(fds));
    c.req->host = host;
    c.t->controller->options->connect_timeout = 1;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 900, 1500);
    case_request(&c, HTTP_GET, "key");
    c.req->host = host;
    c.call.stall_timeout_ms = 200;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 190, 500);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(close(fds[i]), 0);
    }
    case_close(&c);
}

/* The options' low speed limit works through the same path. */
static void s_test_low_speed(void) {
    transport_case_t c;
    case_open1(&c, s_half);
    c.t->controller->options->speed_limit = 1000;
    c.t->controller->options->speed_time = 1;
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 900, 3500);
    case_close(&c);
}

static void *s_cancel_later(void *arg) {
    transport_case_t *c = arg;
    CHECK(tiny_server_await(c->server, 1));
    __atomic_store_n(&c->call.cancel, 1, __ATOMIC_RELAXED);
    return NULL;
}

/* Another thread's cancel flag ends a stalled request within 300 ms. */
static void s_test_cancel(void) {
    transport_case_t c;
    pthread_t thread;
    case_open1(&c, s_silent);
    CHECK_INT(pthread_create(&thread, NULL, s_cancel_later, &c), 0);
    s_check_ended(&c, OSSI_FAIL_CANCELLED, AOSE_ABORT_CALLBACK, 0, 300);
    CHECK_INT(pthread_join(thread, NULL), 0);
    case_request(&c, HTTP_GET, "key");
    c.call.cancel = 1;
    s_check_ended(&c, OSSI_FAIL_CANCELLED, AOSE_ABORT_CALLBACK, 0, 50);
    CHECK_INT(c.call.announced_bytes, -1);
    CHECK_INT(tiny_server_requests(c.server), 1);
    case_close(&c);
}

static void *s_set_later(void *arg) {
    transport_case_t *c = arg;
    CHECK(tiny_server_await(c->server, 1));
    __atomic_store_n((volatile int *)c->call.cancel_when, 1, __ATOMIC_RELAXED);
    return NULL;
}

/* The same by a flag that calls share. */
static void s_test_cancel_when(void) {
    transport_case_t c;
    pthread_t thread;
    volatile int flag = 0;
    case_open1(&c, s_half);
    c.call.cancel_when = &flag;
    CHECK_INT(pthread_create(&thread, NULL, s_set_later, &c), 0);
    s_check_ended(&c, OSSI_FAIL_CANCELLED, AOSE_ABORT_CALLBACK, 0, 300);
    CHECK_INT(pthread_join(thread, NULL), 0);
    case_request(&c, HTTP_GET, "key");
    c.call.cancel_when = &flag;
    s_check_ended(&c, OSSI_FAIL_CANCELLED, AOSE_ABORT_CALLBACK, 0, 50);
    CHECK_INT(tiny_server_requests(c.server), 1);
    case_close(&c);
}

typedef struct tick_log {
    int calls;
    int cancel_at;
    int64_t done;
    int64_t total;
} tick_log_t;

static int s_on_tick(void *arg, int64_t done, int64_t total) {
    tick_log_t *log = arg;
    log->calls++;
    log->done = done;
    log->total = total;
    return log->calls == log->cancel_at;
}

/* The tick comes at its interval, knows how far the request is, and can end it. */
static void s_test_tick(void) {
    transport_case_t c;
    tick_log_t log = {.cancel_at = 5};
    case_open1(&c, s_half);
    c.call.tick = s_on_tick;
    c.call.tick_arg = &log;
    c.call.tick_interval_ms = 40;
    s_check_ended(&c, OSSI_FAIL_CANCELLED, AOSE_ABORT_CALLBACK, 180, 450);
    CHECK_INT(log.calls, 5);
    CHECK_INT(log.done, 2);
    CHECK_INT(log.total, 5);
    case_close(&c);
}

/* While a body is sent the tick speaks of it. */
static void s_test_tick_sending(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ_HEAD, NULL, 0}, {TINY_WAIT, NULL, 0}, {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    tick_log_t log = {.cancel_at = 1};
    case_open1(&c, s_steps);
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, "abc", 3);
    c.call.tick = s_on_tick;
    c.call.tick_arg = &log;
    s_check_ended(&c, OSSI_FAIL_CANCELLED, AOSE_ABORT_CALLBACK, 90, 300);
    CHECK_INT(log.done, 3);
    CHECK_INT(log.total, 3);
    case_close(&c);
}

/* A short request is never ticked. */
static void s_test_no_tick(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    tick_log_t log = {0};
    case_open1(&c, s_steps);
    c.call.tick = s_on_tick;
    c.call.tick_arg = &log;
    c.call.tick_interval_ms = 2000;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(log.calls, 0);
    case_close(&c);
}

/* Waiting costs no processor time to speak of. */
static void s_test_idle_cpu(void) {
    transport_case_t c;
    case_open1(&c, s_silent);
    c.call.stall_timeout_ms = 1000;
    struct timespec before;
    struct timespec after;
    CHECK_INT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before), 0);
    s_check_ended(&c, OSSI_FAIL_TIMEOUT, AOSE_REQUEST_TIMEOUT, 900, 1400);
    CHECK_INT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after), 0);
    long used = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    CHECK(used < 30);
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"stall", s_test_stall},
        {"drip", s_test_drip},
        {"slow_upload", s_test_slow_upload},
        {"stalled_upload", s_test_stalled_upload},
        {"total", s_test_total},
        {"connect_timeout", s_test_connect_timeout},
        {"low_speed", s_test_low_speed},
        {"cancel", s_test_cancel},
        {"cancel_when", s_test_cancel_when},
        {"tick", s_test_tick},
        {"tick_sending", s_test_tick_sending},
        {"no_tick", s_test_no_tick},
        {"idle_cpu", s_test_idle_cpu},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
