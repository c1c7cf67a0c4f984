/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "ossi_crc64.h"
#include "transport_case.h"

#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static const tiny_step_t s_hello[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_AGAIN, NULL, 0}};

/* Answers once, then reads one more request and drops the connection without a word. */
static const tiny_step_t s_dies[] = {
    {TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_READ, NULL, 0}, {TINY_RESET, NULL, 0}};

/* Requests one after the other share one connection; the count says which made it. */
static void s_test_reuse(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    for (int i = 0; i < 20; i++) {
        case_request(&c, i % 3 == 0 ? HTTP_PUT : HTTP_GET, "key");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.call.connections_made, i == 0);
    }
    CHECK_INT(tiny_server_connections(c.server), 1);
    case_close(&c);
}

/* After a failure the connection is not used again. */
static void s_test_no_reuse_after_failure(void) {
    static const tiny_step_t s_half[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhe"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("stale bytes"),
        {TINY_CLOSE, NULL, 0}};
    const tiny_script_t scripts[] = {{s_half}, {s_hello}};
    transport_case_t c;
    case_open(&c, scripts, 2);
    c.call.total_timeout_ms = 100;
    CHECK_INT(case_perform(&c), AOSE_REQUEST_TIMEOUT);
    case_request(&c, HTTP_GET, "key");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_STR(case_text(&c), "hello");
    CHECK_INT(tiny_server_connections(c.server), 2);
    case_close(&c);
}

/* A kept connection that dies under a request is replaced, body and CRC from the start. */
static void s_test_stale(void) {
    const tiny_script_t scripts[] = {{s_dies}, {s_hello}};
    static const http_method_e s_methods[] = {HTTP_GET, HTTP_PUT, HTTP_POST, HTTP_DELETE};
    for (size_t i = 0; i < 4; i++) {
        transport_case_t c;
        case_open(&c, scripts, 2);
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.call.resent, 0);
        case_request(&c, s_methods[i], "second");
        if (s_methods[i] == HTTP_PUT || s_methods[i] == HTTP_POST) {
            case_body(&c, "ab", 2);
            case_body(&c, "c", 1);
        }
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK(c.req->crc64 == ossi_crc64(0, "abc", (size_t)c.req->body_len));
        CHECK_INT(c.resp->status, 200);
        CHECK_INT(tiny_server_connections(c.server), 2);
        CHECK_INT(tiny_server_requests(c.server), 3);
        CHECK_STR(tiny_server_request(c.server, 2)->body, c.req->body_len > 0 ? "abc" : "");
        CHECK_INT(c.req->consumed_bytes, c.req->body_len);
        CHECK_INT(c.call.resent, 1);
        case_request(&c, HTTP_GET, "third");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.call.resent, 0);
        case_close(&c);
    }
}

/* A request that must not be sent twice never uses a kept connection, so it is not sent again. */
static void s_test_once(void) {
    const tiny_script_t scripts[] = {{s_dies}, {s_hello}};
    transport_case_t c;
    case_open(&c, scripts, 2);
    CHECK_INT(case_perform(&c), AOSE_OK);
    case_request(&c, HTTP_POST, "second");
    c.call.once = 1;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 1);
    CHECK_INT(tiny_server_request(c.server, 1)->connection, 1);
    CHECK_INT(tiny_server_requests(c.server), 2);
    case_close(&c);
    static const tiny_step_t s_drops[] = {{TINY_READ, NULL, 0}, {TINY_CLOSE, NULL, 0}};
    const tiny_script_t dropping[] = {{s_hello}, {s_drops}};
    static const http_method_e s_methods[] = {HTTP_POST, HTTP_DELETE, HTTP_PUT};
    for (size_t i = 0; i < 3; i++) {
        case_open(&c, dropping, 2);
        CHECK_INT(case_perform(&c), AOSE_OK);
        case_request(&c, s_methods[i], "second");
        c.call.once = 1;
        CHECK_INT(case_perform(&c), AOSE_CONNECTION_FAILED);
        CHECK_INT(tiny_server_requests(c.server), 2);
        CHECK_INT(tiny_server_connections(c.server), 2);
        case_close(&c);
    }
}

/* A write that must not meet an object is not sent again either, but has no connection of its own
 * for that. */
static void s_test_must_not_overwrite(void) {
    static const tiny_step_t s_drops[] = {{TINY_READ, NULL, 0},
                                          TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                                          {TINY_READ, NULL, 0},
                                          {TINY_CLOSE, NULL, 0}};
    const tiny_script_t scripts[] = {{s_drops}, {s_hello}};
    static const struct {
        const char *name;
        const char *value;
        int rc;
    } rows[] = {{"x-oss-forbid-overwrite", "true", AOSE_CONNECTION_FAILED},
                {"X-OSS-Forbid-Overwrite", "True", AOSE_CONNECTION_FAILED},
                {"x-oss-forbid-overwrite", "false", AOSE_OK}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        transport_case_t c;
        case_open(&c, scripts, 2);
        CHECK_INT(case_perform(&c), AOSE_OK);
        case_request(&c, HTTP_PUT, "second");
        apr_table_set(c.req->headers, rows[i].name, rows[i].value);
        CHECK_INT(case_perform(&c), rows[i].rc);
        CHECK_INT(tiny_server_requests(c.server), rows[i].rc == AOSE_OK ? 3 : 2);
        CHECK_INT(tiny_server_request(c.server, 1)->connection, 0);
        CHECK_INT(tiny_server_connections(c.server), rows[i].rc == AOSE_OK ? 2 : 1);
        case_close(&c);
    }
}

static int s_read_once(aos_http_request_t *req, char *buffer, int len) {
    (void)len;
    (void)req;
    memcpy(buffer, "abc", 3);
    return 3;
}

/* A body that cannot be read twice is not sent twice either: the caller is told. */
static void s_test_stale_callback_body(void) {
    const tiny_script_t scripts[] = {{s_dies}, {s_hello}};
    transport_case_t c;
    case_open(&c, scripts, 2);
    CHECK_INT(case_perform(&c), AOSE_OK);
    case_request(&c, HTTP_PUT, "second");
    c.req->type = BODY_IN_CALLBACK;
    c.req->read_body = s_read_once;
    c.req->body_len = 3;
    CHECK_INT(case_perform(&c), AOSE_CONNECTION_FAILED);
    CHECK_INT(c.call.failure, OSSI_FAIL_CONNECTION);
    CHECK_INT(c.call.resent, 0);
    CHECK_INT(tiny_server_requests(c.server), 2);
    case_close(&c);
}

static int s_read_anywhere(aos_http_request_t *req, char *buffer, int len) {
    static const char s_bytes[] = "abcdef";
    int64_t at = req->consumed_bytes;
    int n = len < 2 ? len : 2; /* in several pieces */
    n = req->body_len - at < n ? (int)(req->body_len - at) : n;
    memcpy(buffer, s_bytes + at, (size_t)n);
    return n;
}

/* One that reads at an offset is: what was said of its CRC and progress begins afresh. */
static void s_test_stale_rewindable_body(void) {
    const tiny_script_t scripts[] = {{s_dies}, {s_hello}};
    transport_case_t c;
    case_open(&c, scripts, 2);
    CHECK_INT(case_perform(&c), AOSE_OK);
    case_request(&c, HTTP_PUT, "second");
    c.req->type = BODY_IN_CALLBACK;
    c.req->read_body = s_read_anywhere;
    c.req->body_len = 6;
    c.call.rewindable = 1;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.resp->status, 200);
    CHECK_INT(tiny_server_requests(c.server), 3);
    CHECK_STR(tiny_server_request(c.server, 1)->body, "abcdef");
    CHECK_STR(tiny_server_request(c.server, 2)->body, "abcdef");
    CHECK(c.req->crc64 == ossi_crc64(0, "abcdef", 6));
    CHECK_INT(c.call.sent_bytes, 6);
    case_close(&c);
}

/* A session keeps so many connections at most; the ones used last stay. */
static void s_test_most_idle(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    ossi_session_t *two = ossi_session_create(2);
    ossi_many_t *many = ossi_many_create(two, 2);
    ossi_many_t *more = ossi_many_create(two, 1);
    CHECK(two != NULL && many != NULL && more != NULL);
    ossi_call_t calls[3] = {{0}};
    for (int i = 0; i < 3; i++) {
        case_request(&c, HTTP_GET, "key");
        CHECK_INT(ossi_many_add(i < 2 ? many : more, c.t, &calls[i]), AOSE_OK);
    }
    for (int taken = 0; taken < 3;) {
        CHECK_INT(ossi_many_run(many, 10), AOSE_OK);
        CHECK_INT(ossi_many_run(more, 10), AOSE_OK);
        taken += ossi_many_take(many, NULL, NULL) != NULL;
        taken += ossi_many_take(more, NULL, NULL) != NULL;
    }
    CHECK_INT(tiny_server_connections(c.server), 3);
    ossi_many_release(more);
    ossi_many_release(many); /* no room for all three: the single one goes */
    case_request(&c, HTTP_GET, "key");
    c.call.session = two;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 0);
    CHECK_INT(tiny_server_connections(c.server), 3);
    ossi_session_release(two);
    case_close(&c);
}

/* A connection the server closed while it was idle is noticed. */
static void s_test_closed_while_idle(void) {
    static const tiny_step_t s_once[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_once);
    for (int i = 0; i < 5; i++) {
        case_request(&c, HTTP_PUT, "key");
        case_body(&c, "abc", 3);
        CHECK_INT(case_perform(&c), AOSE_OK);
    }
    CHECK_INT(tiny_server_connections(c.server), 5);
    case_close(&c);
}

/* Without room for idle connections each request makes its own; without a session of its own a
 * call uses the process's. */
static void s_test_sessions(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    ossi_session_t *none = ossi_session_create(-1);
    CHECK(none != NULL);
    ossi_session_t *const s_by[] = {none, none, NULL, NULL, c.session, c.session};
    static const int s_made[] = {1, 1, 1, 0, 1, 0};
    for (size_t i = 0; i < 6; i++) {
        case_request(&c, HTTP_GET, "key");
        c.call.session = s_by[i];
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.call.connections_made, s_made[i]);
    }
    ossi_session_release(none);
    ossi_session_release(NULL);
    case_close(&c);
}

/* Without a start there is no session of the process's, and that is said. */
static void s_test_not_started(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(ossi_transport_start(), AOSE_OK);
    ossi_transport_stop();
    aos_http_io_deinitialize();
    c.call.session = NULL;
    CHECK_INT(case_perform(&c), AOSE_FAILED_INITIALIZE);
    CHECK_INT(c.call.failure, OSSI_FAIL_INTERNAL);
    c.call.session = c.session;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    case_close(&c);
}

typedef struct worker {
    transport_case_t *c;
    int failures;
} worker_t;

static void s_one_of_many(worker_t *w, aos_pool_t *pool, int i) {
    aos_http_controller_t *controller = aos_http_controller_create(pool, 0);
    aos_http_transport_t *t = ossi_transport_create(pool);
    t->req = aos_http_request_create(pool);
    t->resp = aos_http_response_create(pool);
    t->pool = pool;
    t->controller = (aos_http_controller_ex_t *)controller;
    t->req->host = w->c->req->host;
    t->req->uri = apr_psprintf(pool, "key-%d", i);
    ossi_call_t call = {.session = w->c->session};
    int good = ossi_transport_perform(t, &call) == AOSE_OK && t->resp->body_len == 5;
    w->failures += !good;
}

static void *s_work(void *arg) {
    worker_t *w = arg;
    for (int i = 0; i < 50; i++) {
        apr_pool_t *pool = NULL;
        if (apr_pool_create(&pool, NULL) != APR_SUCCESS) {
            w->failures++;
            continue;
        }
        s_one_of_many(w, pool, i);
        apr_pool_destroy(pool);
    }
    return NULL;
}

/* Many threads on one session: every request right, no more connections than threads. */
static void s_test_threads(void) {
    transport_case_t c;
    pthread_t threads[8];
    worker_t workers[8];
    case_open1(&c, s_hello);
    for (size_t i = 0; i < 8; i++) {
        workers[i] = (worker_t){.c = &c};
        CHECK_INT(pthread_create(&threads[i], NULL, s_work, &workers[i]), 0);
    }
    for (size_t i = 0; i < 8; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        CHECK_INT(workers[i].failures, 0);
    }
    CHECK_INT(tiny_server_requests(c.server), 400);
    CHECK(tiny_server_connections(c.server) <= 8);
    case_close(&c);
}

static void *s_release(void *arg) {
    transport_case_t *c = arg;
    CHECK(tiny_server_await(c->server, 1));
    ossi_session_release(c->session);
    c->session = NULL;
    tiny_server_tell(c->server);
    return NULL;
}

/* A session released under a request lets it finish. */
static void s_test_release_while_busy(void) {
    static const tiny_step_t s_waits[] = {
        {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0}, TINY_TEXT(OK_5), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    pthread_t thread;
    case_open1(&c, s_waits);
    CHECK_INT(pthread_create(&thread, NULL, s_release, &c), 0);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_STR(case_text(&c), "hello");
    CHECK_INT(pthread_join(thread, NULL), 0);
    case_close(&c);
}

static int s_in_child(transport_case_t *c) {
    for (int i = 0; i < 2; i++) {
        case_request(c, HTTP_GET, "child");
        if (case_perform(c) != AOSE_OK || c->call.connections_made != (i == 0) ||
            strcmp(case_text(c), "hello") != 0) {
            return 1;
        }
    }
    ossi_session_release(c->session);
    return 0;
}

static void s_await_child(pid_t child) {
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
}

/* A child makes its own connection, keeps it, and leaves the parent's alone. */
static void s_test_fork(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(case_perform(&c), AOSE_OK);
    pid_t child = fork();
    if (child == 0) {
        _exit(s_in_child(&c));
    }
    CHECK(child > 0);
    s_await_child(child);
    case_request(&c, HTTP_GET, "parent");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 0);
    CHECK_STR(case_text(&c), "hello");
    CHECK_INT(tiny_server_connections(c.server), 2);
    CHECK_INT(tiny_server_requests(c.server), 4);
    CHECK_INT(tiny_server_request(c.server, 3)->connection, 0);
    case_close(&c);
}

static pid_t s_forked;

static int s_fork_in_tick(void *arg, int64_t done, int64_t total) {
    (void)done;
    (void)total;
    if (s_forked == -1) {
        s_forked = fork();
        if (s_forked != 0) {
            tiny_server_tell(arg);
        }
    }
    return 0;
}

/* A fork from inside a request: the child's copy of it ends, the parent's goes on. */
static void s_test_fork_in_request(void) {
    static const tiny_step_t s_waits[] = {
        {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0}, TINY_TEXT(OK_5), {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_waits);
    s_forked = -1;
    c.call.tick = s_fork_in_tick;
    c.call.tick_arg = c.server;
    c.call.tick_interval_ms = 10;
    int rc = case_perform(&c);
    if (s_forked == 0) {
        const char *reason = c.t->controller->reason;
        int told = reason != NULL && strstr(reason, "forked") != NULL;
        _exit(rc == AOSE_CONNECTION_FAILED && told ? 0 : 1);
    }
    CHECK_INT(rc, AOSE_OK);
    CHECK(s_forked > 0);
    s_await_child(s_forked);
    CHECK_INT(tiny_server_requests(c.server), 1);
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"reuse", s_test_reuse},
        {"no_reuse_after_failure", s_test_no_reuse_after_failure},
        {"stale", s_test_stale},
        {"once", s_test_once},
        {"must_not_overwrite", s_test_must_not_overwrite},
        {"stale_callback_body", s_test_stale_callback_body},
        {"stale_rewindable_body", s_test_stale_rewindable_body},
        {"most_idle", s_test_most_idle},
        {"closed_while_idle", s_test_closed_while_idle},
        {"sessions", s_test_sessions},
        {"not_started", s_test_not_started},
        {"threads", s_test_threads},
        {"release_while_busy", s_test_release_while_busy},
        {"fork", s_test_fork},
        {"fork_in_request", s_test_fork_in_request},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
