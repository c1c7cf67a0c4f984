/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include <unistd.h>

#include "aos_list.h"
#include "check.h"
#include "ossi_crc64.h"
#include "transport_case.h"

/* Callbacks of a request that fork: the child's copy of the request ends without a byte moved, the
 * parent's goes on as if nothing had been. */

#define SIZE ((size_t)3 * 1024 * 1024)

static const tiny_step_t s_steps[] = {
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\n"),
    {TINY_FILL, NULL, 3145728},
    {TINY_AGAIN, NULL, 0}};

static char s_bytes[3 * 1024 * 1024];
static int s_calls_left;
static pid_t s_child;

static void s_maybe_fork(void) {
    if (--s_calls_left == 0) {
        s_child = fork();
    }
}

static void s_on_progress(int64_t done, int64_t total) {
    (void)done;
    (void)total;
    s_maybe_fork();
}

static int s_on_body(aos_http_response_t *resp, const char *buffer, int len) {
    (void)resp;
    (void)buffer;
    s_maybe_fork();
    return len;
}

static int s_on_read(aos_http_request_t *req, char *buffer, int len) {
    int64_t left = req->body_len - req->consumed_bytes;
    int n = left < len ? (int)left : len;
    memcpy(buffer, s_bytes + req->consumed_bytes, (size_t)n);
    s_maybe_fork();
    return n;
}

static int s_on_tick(void *arg, int64_t done, int64_t total) {
    (void)arg;
    (void)done;
    (void)total;
    s_maybe_fork();
    return 0;
}

typedef enum forker { IN_TICK, IN_SINK, IN_PROGRESS, IN_UPLOAD_PROGRESS, IN_SOURCE } forker_t;

static void s_prepare(transport_case_t *c, forker_t forker, size_t size) {
    case_request(c, forker < IN_UPLOAD_PROGRESS ? HTTP_GET : HTTP_PUT, "key");
    c->resp->write_body = forker == IN_SINK ? s_on_body : c->resp->write_body;
    c->resp->progress_callback = forker == IN_PROGRESS ? s_on_progress : NULL;
    c->req->progress_callback = forker == IN_UPLOAD_PROGRESS ? s_on_progress : NULL;
    c->call.tick = forker == IN_TICK ? s_on_tick : NULL;
    c->call.tick_interval_ms = 1;
    if (forker == IN_SOURCE) {
        c->req->type = BODY_IN_CALLBACK;
        c->req->read_body = s_on_read;
        c->req->body_len = (int64_t)size;
    } else if (forker == IN_UPLOAD_PROGRESS) {
        case_body(c, s_bytes, size);
    }
}

/* The child's copy has ended, and it can make requests of its own. */
static int s_in_child(transport_case_t *c) {
    const char *reason = c->t->controller->reason;
    if (c->rc != AOSE_CONNECTION_FAILED || reason == NULL || strstr(reason, "forked") == NULL) {
        return 1;
    }
    case_request(c, HTTP_GET, "child");
    if (case_perform(c) != AOSE_OK || c->call.connections_made != 1 ||
        c->call.received_bytes != (int64_t)SIZE) {
        return 2;
    }
    ossi_session_release(c->session);
    return 0;
}

static void s_fork_in(forker_t forker, size_t size, int call, int is_kept) {
    transport_case_t c;
    case_open1(&c, s_steps);
    if (is_kept) {
        CHECK_INT(case_perform(&c), AOSE_OK);
    }
    s_prepare(&c, forker, size);
    s_calls_left = call;
    s_child = -1;
    (void)case_perform(&c);
    if (s_child == 0) {
        _exit(s_in_child(&c));
    }
    CHECK_INT(c.rc, AOSE_OK);
    CHECK_INT(c.call.received_bytes, SIZE);
    CHECK_INT(c.call.connections_made, !is_kept);
    CHECK(c.req->crc64 == ossi_crc64(0, s_bytes, (size_t)c.req->body_len));
    CHECK(s_child > 0 || forker == IN_TICK); /* which may be quicker than its clock */
    int status = -1;
    if (s_child > 0) {
        CHECK_INT(waitpid(s_child, &status, 0), s_child);
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), 0);
    }
    case_request(&c, HTTP_GET, "parent");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 0);
    case_close(&c);
}

static void s_test_tick(void) {
    s_fork_in(IN_TICK, 0, 1, 0);
}

static void s_test_sink(void) {
    s_fork_in(IN_SINK, 0, 1, 0);
    s_fork_in(IN_SINK, 0, 3, 1);
}

static void s_test_progress(void) {
    s_fork_in(IN_PROGRESS, 0, 1, 1);
    s_fork_in(IN_PROGRESS, 0, 2, 0);
}

/* Of a small body, which is sent with the head, and of a large one. */
static void s_test_upload_progress(void) {
    s_fork_in(IN_UPLOAD_PROGRESS, 100, 1, 0);
    s_fork_in(IN_UPLOAD_PROGRESS, 100, 1, 1);
    s_fork_in(IN_UPLOAD_PROGRESS, SIZE, 1, 1);
    s_fork_in(IN_UPLOAD_PROGRESS, SIZE, 2, 0);
}

static void s_test_source(void) {
    s_fork_in(IN_SOURCE, 100, 1, 1);
    s_fork_in(IN_SOURCE, SIZE, 1, 0);
    s_fork_in(IN_SOURCE, SIZE, 3, 1);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"tick", s_test_tick},         {"sink", s_test_sink},
        {"progress", s_test_progress}, {"upload_progress", s_test_upload_progress},
        {"source", s_test_source},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
