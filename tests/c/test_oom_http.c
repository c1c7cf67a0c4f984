/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "aos_http_io.h"
#include "aos_list.h"
#include "failing_malloc.h"
#include "ossi_mem.h"
#include "ossi_transport.h"
#include "tiny_server.h"

/*
 * Each allocation of a start, of the records and of whole exchanges fails once, libcurl's and APR's
 * included: the result is complete or the failure is said, and nothing crashes.
 */
static const tiny_step_t s_steps[] = {
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-f: a\r\n b\r\n\r\nhello"),
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngone\r\n0\r\n\r\n"),
    {TINY_AGAIN, NULL, 0}};
static const tiny_script_t s_script = {s_steps};
static tiny_server_t *s_server;

static int s_initialize(apr_pool_t *pool, void *arg) {
    (void)pool;
    (void)arg;
    int rc = aos_http_io_initialize("test", 0);
    if (rc != AOSE_OK) {
        return failing_malloc_has_failed() && aos_global_pool == NULL;
    }
    aos_http_io_deinitialize();
    return aos_global_pool == NULL;
}

static int s_records(apr_pool_t *pool, void *arg) {
    (void)arg;
    int whole = aos_http_controller_create(pool, 0) != NULL &&
                aos_http_request_create(pool) != NULL && aos_http_response_create(pool) != NULL &&
                aos_curl_http_transport_create(pool) != NULL;
    return whole || failing_malloc_has_failed();
}

static int s_own_pool(apr_pool_t *pool, void *arg) {
    (void)pool;
    (void)arg;
    aos_http_controller_t *ctl = aos_http_controller_create(NULL, 0);
    if (ctl == NULL) {
        return failing_malloc_has_failed();
    }
    apr_pool_destroy(ctl->pool);
    return 1;
}

static int s_write_body(apr_pool_t *pool, void *arg) {
    (void)arg;
    char piece[5000] = {0};
    aos_http_response_t *resp = aos_http_response_create(pool);
    for (int i = 0; resp != NULL && i < 20; i++) {
        int rc = aos_write_http_body_memory(resp, piece, sizeof(piece));
        if (rc != (int)sizeof(piece)) {
            return rc == AOSE_OUT_MEMORY && failing_malloc_has_failed();
        }
    }
    return resp != NULL ? resp->body_len == 100000 : failing_malloc_has_failed();
}

/* The failures that an exchange may end with when memory runs out somewhere in it: libcurl tells
 * some of its own as a failed connection or as a protocol's error. */
static int s_is_memory_failure(const ossi_call_t *call) {
    switch (call->failure) {
    case OSSI_FAIL_MEMORY:
    case OSSI_FAIL_RESOLVE:
    case OSSI_FAIL_CONNECT:
    case OSSI_FAIL_CONNECTION:
    case OSSI_FAIL_SHORT_BODY:
    case OSSI_FAIL_PROTOCOL:
    case OSSI_FAIL_INTERNAL:
        return failing_malloc_has_failed();
    case OSSI_FAIL_NONE:
    case OSSI_FAIL_TLS:
    case OSSI_FAIL_TIMEOUT:
    case OSSI_FAIL_SOURCE:
    case OSSI_FAIL_SINK:
    case OSSI_FAIL_TOO_BIG:
    case OSSI_FAIL_CANCELLED:
    case OSSI_FAIL_INVALID:
        break;
    }
    return 0;
}

/* The records of a request, NULL without memory. */
static aos_http_transport_t *s_request(apr_pool_t *pool, http_method_e method) {
    aos_http_transport_t *t = ossi_transport_create(pool);
    aos_http_controller_t *ctl = aos_http_controller_create(pool, 0);
    aos_http_request_t *req = aos_http_request_create(pool);
    aos_http_response_t *resp = aos_http_response_create(pool);
    aos_buf_t *b = aos_buf_pack(pool, "abc", 3);
    if (t == NULL || ctl == NULL || req == NULL || resp == NULL || b == NULL ||
        ossi_table_set(pool, req->headers, "x-oss-meta-a", "v") != AOSE_OK ||
        ossi_table_set(pool, req->query_params, "acl", "1/2") != AOSE_OK) {
        return NULL;
    }
    static char s_host[32];
    int n = snprintf(s_host, sizeof(s_host), "127.0.0.1:%d", tiny_server_port(s_server));
    CHECK(n > 0 && n < (int)sizeof(s_host));
    req->host = s_host;
    req->method = method;
    if (method == HTTP_PUT) {
        aos_list_add_tail(&b->node, &req->body);
        req->body_len = 3;
    }
    t->req = req;
    t->resp = resp;
    t->pool = pool;
    t->controller = (aos_http_controller_ex_t *)ctl;
    return t;
}

static int s_is_right(const aos_http_transport_t *t, const ossi_call_t *call, int code) {
    if (code != AOSE_OK) {
        return s_is_memory_failure(call) && t->controller->error_code == code;
    }
    return (t->resp->status == 200 && t->resp->body_len == 5) ||
           (t->resp->status == 404 && t->resp->body_len == 4);
}

static int s_exchange(apr_pool_t *pool, ossi_session_t *session, http_method_e method) {
    aos_http_transport_t *t = s_request(pool, method);
    if (t == NULL) {
        return failing_malloc_has_failed();
    }
    ossi_call_t call = {.session = session, .total_timeout_ms = 5000};
    return s_is_right(t, &call, ossi_transport_perform(t, &call));
}

/* On a new session and connection, then again on the kept one. */
static int s_exchanges(apr_pool_t *pool, void *arg) {
    const http_method_e *method = arg;
    ossi_session_t *session = ossi_session_create(2);
    if (session == NULL) {
        return failing_malloc_has_failed();
    }
    int right = s_exchange(pool, session, *method) && s_exchange(pool, session, *method);
    ossi_session_release(session);
    return right;
}

#define S_TOGETHER 3

static int s_batch(apr_pool_t *pool, ossi_many_t *many) {
    ossi_call_t calls[S_TOGETHER];
    int added = 0;
    int right = 1;
    for (; added < S_TOGETHER; added++) {
        aos_http_transport_t *t = s_request(pool, added == 1 ? HTTP_PUT : HTTP_GET);
        calls[added] = (ossi_call_t){.total_timeout_ms = 5000};
        if (t == NULL) {
            right = failing_malloc_has_failed();
            break;
        }
        if (ossi_many_add(many, t, &calls[added]) != AOSE_OK) {
            return 0;
        }
    }
    for (int taken = 0; taken < added;) {
        ossi_call_t *call = NULL;
        int code = AOSE_OK;
        const aos_http_transport_t *t = ossi_many_take(many, &call, &code);
        if (t != NULL) {
            right &= s_is_right(t, call, code);
            taken++;
        } else if (ossi_many_run(many, 100) != AOSE_OK) {
            return 0;
        }
    }
    return right;
}

/* Several at once, on new connections and on the kept ones. */
static int s_batches(apr_pool_t *pool, void *arg) {
    (void)arg;
    ossi_session_t *session = ossi_session_create(4);
    ossi_many_t *many = session != NULL ? ossi_many_create(session, S_TOGETHER) : NULL;
    int right = failing_malloc_has_failed();
    if (many != NULL) {
        right = s_batch(pool, many) && s_batch(pool, many);
    }
    ossi_many_release(many);
    ossi_session_release(session);
    return right;
}

static void s_run(failing_malloc_body_t body, void *arg, unsigned long least) {
    unsigned long failures = failing_malloc_run(body, arg);
    CHECK(failures >= least);
}

static void s_test_initialize(void) {
    s_run(s_initialize, NULL, 2);
}

static void s_test_records(void) {
    s_run(s_records, NULL, 6);
    s_run(s_own_pool, NULL, 2);
    s_run(s_write_body, NULL, 5);
}

static void s_test_exchanges(void) {
    http_method_e methods[] = {HTTP_GET, HTTP_PUT};
    s_server = tiny_server_start(&s_script, 1);
    tiny_server_forget(s_server);
    for (size_t i = 0; i < 2; i++) {
        s_run(s_exchanges, &methods[i], 50);
    }
    tiny_server_stop(s_server);
}

static void s_test_batches(void) {
    s_server = tiny_server_start(&s_script, 1);
    tiny_server_forget(s_server);
    s_run(s_batches, NULL, 150);
    tiny_server_stop(s_server);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"initialize", s_test_initialize},
        {"records", s_test_records},
        {"exchanges", s_test_exchanges},
        {"batches", s_test_batches},
    };
    CHECK_INT(apr_initialize(), APR_SUCCESS);
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
