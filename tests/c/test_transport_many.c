/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "ossi_crc64.h"
#include "transport_case.h"

#define OK_5  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define WIDTH 8

static const tiny_step_t s_hello[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_AGAIN, NULL, 0}};
static const tiny_step_t s_hello_once[] = {
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
    {TINY_CLOSE, NULL, 0}};
static const tiny_step_t s_missing[] = {
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngone"),
    {TINY_CLOSE, NULL, 0}};
static const tiny_step_t s_reset[] = {{TINY_READ, NULL, 0}, {TINY_RESET, NULL, 0}};
static const tiny_step_t s_silent[] = {
    {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0}, TINY_TEXT(OK_5), {TINY_CLOSE, NULL, 0}};
static const tiny_step_t s_half[] = {{TINY_READ, NULL, 0},
                                     TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"),
                                     {TINY_WAIT, NULL, 0},
                                     {TINY_CLOSE, NULL, 0}};

/* Requests that run together; c is the server's and its session's. */
typedef struct batch {
    transport_case_t c;
    ossi_many_t *many;
    transport_case_t lanes[WIDTH];
    int order[WIDTH]; /* of finishing */
    int taken;
} batch_t;

static void s_open(batch_t *b, const tiny_script_t *scripts, size_t count, int width) {
    memset(b, 0, sizeof(*b));
    case_open(&b->c, scripts, count);
    b->many = ossi_many_create(b->c.session, width);
    CHECK(b->many != NULL);
    CHECK_INT(ossi_many_room(b->many), width);
}

static void s_close(batch_t *b) {
    ossi_many_release(b->many);
    case_close(&b->c);
}

/* The i-th lane's records, not yet added. */
static transport_case_t *s_lane(batch_t *b, int i, http_method_e method) {
    transport_case_t *lane = &b->lanes[i];
    *lane = b->c;
    case_request(lane, method, apr_psprintf(b->c.pool, "key-%d", i));
    return lane;
}

static void s_add(batch_t *b, int i) {
    CHECK_INT(ossi_many_add(b->many, b->lanes[i].t, &b->lanes[i].call), AOSE_OK);
}

/* Adds the i-th and waits until the server has read it: connections are accepted in this order. */
static void s_send(batch_t *b, int i) {
    size_t before = tiny_server_requests(b->c.server);
    s_add(b, i);
    for (int turn = 0; turn < 500 && tiny_server_requests(b->c.server) == before; turn++) {
        CHECK_INT(ossi_many_run(b->many, 10), AOSE_OK);
    }
}

static int s_index(const batch_t *b, const aos_http_transport_t *t) {
    for (int i = 0; i < WIDTH; i++) {
        if (b->lanes[i].t == t) {
            return i;
        }
    }
    return -1;
}

/* Runs and takes until so many were taken in all, at most 5 s. */
static void s_take(batch_t *b, int count) {
    long until = case_now_ms() + 5000;
    while (b->taken < count && case_now_ms() < until) {
        CHECK_INT(ossi_many_run(b->many, 1000), AOSE_OK);
        ossi_call_t *call = NULL;
        int code = 1;
        aos_http_transport_t *t = ossi_many_take(b->many, &call, &code);
        while (t != NULL) {
            int i = s_index(b, t);
            CHECK(i >= 0 && call == &b->lanes[i].call);
            CHECK_INT(t->controller->error_code, code);
            CHECK_INT(t->controller->reason != NULL, code != AOSE_OK);
            b->lanes[i].rc = code;
            b->order[b->taken++] = i;
            t = ossi_many_take(b->many, &call, &code);
        }
    }
    CHECK_INT(b->taken, count);
}

static void s_check_hello(transport_case_t *lane) {
    CHECK_INT(lane->rc, AOSE_OK);
    CHECK_INT(lane->call.failure, OSSI_FAIL_NONE);
    CHECK_INT(lane->resp->status, 200);
    CHECK_STR(case_text(lane), "hello");
    CHECK(lane->resp->crc64 == ossi_crc64(0, "hello", 5));
    CHECK(lane->call.received_crc64 == lane->resp->crc64);
    CHECK_INT(lane->t->state, TRANS_STATE_DONE);
}

/* Each ends in its own way and at its own time, and none disturbs another. */
static void s_test_mixed(void) {
    const tiny_script_t scripts[] = {{s_half}, {s_silent}, {s_hello_once}, {s_missing}, {s_reset}};
    batch_t b;
    s_open(&b, scripts, 5, WIDTH);
    for (int i = 0; i < 5; i++) {
        transport_case_t *lane = s_lane(&b, i, HTTP_GET);
        lane->call.stall_timeout_ms = i == 0 ? 250 : 0;
        lane->call.total_timeout_ms = i == 1 ? 600 : 0;
        s_send(&b, i);
        CHECK_INT(ossi_many_room(b.many), WIDTH - (i < 2 ? i + 1 : 3));
        s_take(&b, i < 2 ? 0 : i - 1);
    }
    s_take(&b, 5);
    CHECK_INT(ossi_many_room(b.many), WIDTH);
    static const int s_order[] = {2, 3, 4, 0, 1};
    for (int i = 0; i < 5; i++) {
        CHECK_INT(b.order[i], s_order[i]);
    }
    CHECK_INT(b.lanes[0].rc, AOSE_REQUEST_TIMEOUT);
    CHECK(strstr(b.lanes[0].t->controller->reason, "moved") != NULL);
    CHECK(b.lanes[0].call.received_crc64 == ossi_crc64(0, "he", 2));
    CHECK_INT(b.lanes[0].resp->crc64, 0);
    CHECK_INT(b.lanes[1].rc, AOSE_REQUEST_TIMEOUT);
    CHECK(strstr(b.lanes[1].t->controller->reason, "longer") != NULL);
    s_check_hello(&b.lanes[2]);
    CHECK_INT(b.lanes[3].rc, AOSE_OK);
    CHECK_INT(b.lanes[3].resp->status, 404);
    CHECK_STR(case_text(&b.lanes[3]), "gone");
    CHECK_INT(b.lanes[3].call.received_crc64, 0);
    CHECK_INT(b.lanes[4].rc, AOSE_CONNECTION_FAILED);
    s_close(&b);
}

/* Batch after batch runs over the same connections, and so do single requests between them. */
static void s_test_reuse(void) {
    const tiny_script_t script = {s_hello};
    batch_t b;
    s_open(&b, &script, 1, WIDTH);
    for (int round = 0; round < 4; round++) {
        b.taken = 0;
        for (int i = 0; i < WIDTH; i++) {
            transport_case_t *lane = s_lane(&b, i, i % 2 == 0 ? HTTP_GET : HTTP_PUT);
            if (lane->req->method == HTTP_PUT) {
                case_body(lane, "abc", 3);
            }
            s_add(&b, i);
        }
        CHECK_INT(ossi_many_room(b.many), 0);
        CHECK_INT(ossi_many_add(b.many, b.c.t, &b.c.call), AOSE_INVALID_ARGUMENT);
        s_take(&b, WIDTH);
        for (int i = 0; i < WIDTH; i++) {
            s_check_hello(&b.lanes[i]);
            CHECK_INT(b.lanes[i].call.connections_made, round == 0);
        }
        ossi_many_release(b.many);
        case_request(&b.c, HTTP_GET, "single");
        CHECK_INT(case_perform(&b.c), AOSE_OK);
        CHECK_INT(b.c.call.connections_made, 0);
        b.many = ossi_many_create(b.c.session, WIDTH);
        CHECK(b.many != NULL);
    }
    CHECK_INT(tiny_server_connections(b.c.server), WIDTH);
    CHECK_INT(tiny_server_requests(b.c.server), 4 * (WIDTH + 1));
    s_close(&b);
}

/* One lane is free again as soon as its request is taken: many requests, few connections. */
static void s_test_stream(void) {
    const tiny_script_t script = {s_hello};
    batch_t b;
    s_open(&b, &script, 1, 2);
    int added = 0;
    int taken = 0;
    while (taken < 100) {
        for (; added < 100 && ossi_many_room(b.many) > 0; added++) {
            (void)s_lane(&b, added % WIDTH, HTTP_GET);
            s_add(&b, added % WIDTH);
        }
        CHECK_INT(ossi_many_run(b.many, 100), AOSE_OK);
        int code = 1;
        for (; ossi_many_take(b.many, NULL, &code) != NULL; taken++) {
            CHECK_INT(code, AOSE_OK);
        }
    }
    CHECK_INT(tiny_server_connections(b.c.server), 2);
    s_close(&b);
}

/* One flag ends one, a shared flag ends all that look at it, and the rest goes on. */
static void s_test_cancel(void) {
    const tiny_script_t scripts[] = {{s_silent}, {s_silent}, {s_silent}, {s_silent}};
    volatile int all = 0;
    batch_t b;
    s_open(&b, scripts, 4, 4);
    for (int i = 0; i < 4; i++) {
        s_lane(&b, i, HTTP_GET)->call.cancel_when = i == 2 ? NULL : &all;
        s_send(&b, i);
    }
    b.lanes[1].call.cancel = 1;
    long start = case_now_ms();
    s_take(&b, 1);
    CHECK_INT(b.order[0], 1);
    all = 1;
    s_take(&b, 3);
    CHECK(case_now_ms() - start < 400);
    for (int i = 0; i < 4; i++) {
        if (i != 2) {
            CHECK_INT(b.lanes[i].rc, AOSE_ABORT_CALLBACK);
            CHECK_INT(b.lanes[i].call.failure, OSSI_FAIL_CANCELLED);
        }
    }
    for (int i = 0; i < 4; i++) {
        tiny_server_tell(b.c.server);
    }
    s_take(&b, 4);
    CHECK_INT(b.order[3], 2);
    s_check_hello(&b.lanes[2]);
    s_close(&b);
}

/* What fails at once is taken like everything else, the flag that was set before included. */
static void s_test_at_once(void) {
    const tiny_script_t script = {s_hello};
    const volatile int set = 1;
    batch_t b;
    s_open(&b, &script, 1, 4);
    s_lane(&b, 0, HTTP_GET)->req->host = apr_pstrdup(b.c.pool, "a host");
    s_lane(&b, 1, HTTP_GET)->call.cancel_when = &set;
    CHECK(s_lane(&b, 2, HTTP_GET) != NULL);
    for (int i = 0; i < 3; i++) {
        s_add(&b, i);
    }
    s_take(&b, 3);
    CHECK_INT(b.lanes[0].call.failure, OSSI_FAIL_INVALID);
    CHECK_INT(b.lanes[1].call.failure, OSSI_FAIL_CANCELLED);
    s_check_hello(&b.lanes[2]);
    CHECK_INT(tiny_server_requests(b.c.server), 1);
    s_close(&b);
}

/* A release ends what is under way; the connections that were idle stay the session's. */
static void s_test_release(void) {
    const tiny_script_t scripts[] = {{s_silent}, {s_hello}};
    batch_t b;
    s_open(&b, scripts, 2, 4);
    for (int i = 0; i < 2; i++) {
        CHECK(s_lane(&b, i, HTTP_GET) != NULL);
        s_send(&b, i);
    }
    s_take(&b, 1);
    CHECK_INT(b.order[0], 1);
    (void)s_lane(&b, 2, HTTP_GET);
    s_add(&b, 2);
    ossi_many_release(b.many);
    b.many = NULL;
    for (int i = 0; i < 3; i += 2) {
        CHECK_INT(b.lanes[i].call.failure, OSSI_FAIL_CANCELLED);
        CHECK_INT(b.lanes[i].t->state, TRANS_STATE_ABORT);
        CHECK_INT(b.lanes[i].t->controller->error_code, AOSE_ABORT_CALLBACK);
    }
    case_request(&b.c, HTTP_GET, "single");
    CHECK_INT(case_perform(&b.c), AOSE_OK);
    CHECK_INT(b.c.call.connections_made, 0);
    CHECK_INT(tiny_server_connections(b.c.server), 2);
    s_close(&b);
}

/* Widths, missing records, no session, nothing to do. */
static void s_test_bounds(void) {
    const tiny_script_t script = {s_hello};
    batch_t b;
    s_open(&b, &script, 1, 1);
    CHECK(ossi_many_create(b.c.session, 0) == NULL);
    CHECK(ossi_many_create(b.c.session, -1) == NULL);
    CHECK(ossi_many_create(b.c.session, OSSI_MAX_WIDTH + 1) == NULL);
    ossi_many_t *widest = ossi_many_create(NULL, OSSI_MAX_WIDTH);
    CHECK(widest != NULL);
    CHECK_INT(ossi_many_room(widest), OSSI_MAX_WIDTH);
    ossi_many_release(widest);
    CHECK_INT(ossi_many_add(b.many, NULL, &b.c.call), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossi_many_add(b.many, b.c.t, NULL), AOSE_INVALID_ARGUMENT);
    long start = case_now_ms();
    CHECK_INT(ossi_many_run(b.many, 1000), AOSE_OK);
    CHECK(case_now_ms() - start < 50);
    CHECK(ossi_many_take(b.many, NULL, NULL) == NULL);
    CHECK_INT(ossi_many_room(b.many), 1);
    s_close(&b);
}

/* A wait lasts as long as it was told to, and never longer than 100 ms. */
static void s_test_wait(void) {
    const tiny_script_t script = {s_silent};
    static const int s_waits[] = {0, 30, 1000};
    batch_t b;
    s_open(&b, &script, 1, 2);
    CHECK(s_lane(&b, 0, HTTP_GET) != NULL);
    s_send(&b, 0);
    for (size_t i = 0; i < 3; i++) {
        int asked = s_waits[i] < 100 ? s_waits[i] : 100;
        long start = case_now_ms();
        CHECK_INT(ossi_many_run(b.many, s_waits[i]), AOSE_OK);
        long took = case_now_ms() - start;
        CHECK(took >= asked - 10 && took <= asked + 60);
        CHECK(ossi_many_take(b.many, NULL, NULL) == NULL);
    }
    s_close(&b);
}

static int s_in_child(batch_t *b) {
    int before = check_failures;
    s_take(b, 2);
    for (int i = 0; i < 2; i++) {
        const char *reason = b->lanes[i].t->controller->reason;
        if (b->lanes[i].rc != AOSE_CONNECTION_FAILED || strstr(reason, "forked") == NULL) {
            return 1;
        }
    }
    /* The third connection answers at once. */
    (void)s_lane(b, 2, HTTP_GET);
    s_add(b, 2);
    s_take(b, 3);
    int right = b->lanes[2].rc == AOSE_OK && b->lanes[2].call.connections_made == 1;
    ossi_many_release(b->many);
    ossi_session_release(b->c.session);
    return right && check_failures == before ? 0 : 2;
}

/* In a child what was under way ends, the parent's goes on, and both can go on with more. */
static void s_test_fork(void) {
    const tiny_script_t scripts[] = {{s_silent}, {s_silent}, {s_hello}};
    batch_t b;
    s_open(&b, scripts, 3, 4);
    for (int i = 0; i < 2; i++) {
        CHECK(s_lane(&b, i, HTTP_GET) != NULL);
        s_send(&b, i);
    }
    pid_t child = fork();
    if (child == 0) {
        _exit(s_in_child(&b));
    }
    CHECK(child > 0);
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    tiny_server_tell(b.c.server);
    tiny_server_tell(b.c.server);
    s_take(&b, 2);
    s_check_hello(&b.lanes[0]);
    s_check_hello(&b.lanes[1]);
    s_close(&b);
}

/* A stalled upload is seen although another one's bytes move. */
static void s_test_stalled_beside_moving(void) {
    static const tiny_step_t s_slow[] = {
        {TINY_READ_SLOW, NULL, 64 * 1024}, TINY_TEXT(OK_5), {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t s_deaf[] = {
        {TINY_READ_HEAD, NULL, 0}, {TINY_WAIT, NULL, 0}, {TINY_CLOSE, NULL, 0}};
    static char s_bytes[32 * 1024 * 1024];
    const tiny_script_t scripts[] = {{s_deaf}, {s_slow}};
    batch_t b;
    s_open(&b, scripts, 2, 2);
    for (int i = 0; i < 2; i++) {
        transport_case_t *lane = s_lane(&b, i, HTTP_PUT);
        case_body(lane, s_bytes, i == 0 ? sizeof(s_bytes) : 4 * 1024 * 1024);
        lane->call.stall_timeout_ms = 400;
        s_add(&b, i);
        for (int turn = 0; turn < 100 && tiny_server_connections(b.c.server) == i; turn++) {
            CHECK_INT(ossi_many_run(b.many, 10), AOSE_OK);
        }
    }
    s_take(&b, 2);
    CHECK_INT(b.order[0], 0);
    CHECK_INT(b.lanes[0].rc, AOSE_REQUEST_TIMEOUT);
    s_check_hello(&b.lanes[1]);
    s_close(&b);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"mixed", s_test_mixed},     {"reuse", s_test_reuse},
        {"stream", s_test_stream},   {"cancel", s_test_cancel},
        {"at_once", s_test_at_once}, {"release", s_test_release},
        {"bounds", s_test_bounds},   {"wait", s_test_wait},
        {"fork", s_test_fork},       {"stalled_beside_moving", s_test_stalled_beside_moving},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
