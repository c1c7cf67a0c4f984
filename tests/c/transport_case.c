/* SPDX-License-Identifier: Apache-2.0 */
#include "transport_case.h"

#include <time.h>

#include "aos_buf.h"
#include "aos_list.h"
#include "check.h"

void case_request(transport_case_t *c, http_method_e method, const char *uri) {
    c->t = ossi_transport_create(c->pool);
    c->req = aos_http_request_create(c->pool);
    c->resp = aos_http_response_create(c->pool);
    aos_http_controller_t *controller = aos_http_controller_create(c->pool, 0);
    CHECK(c->t != NULL && c->req != NULL && c->resp != NULL && controller != NULL);
    c->req->method = method;
    c->req->host = apr_psprintf(c->pool, "127.0.0.1:%d", tiny_server_port(c->server));
    c->req->proto = AOS_HTTP_PREFIX;
    c->req->uri = apr_pstrdup(c->pool, uri);
    c->t->req = c->req;
    c->t->resp = c->resp;
    c->t->pool = c->pool;
    c->t->controller = (aos_http_controller_ex_t *)controller;
    c->call = (ossi_call_t){.session = c->session};
}

void case_open(transport_case_t *c, const tiny_script_t *scripts, size_t count) {
    memset(c, 0, sizeof(*c));
    CHECK_INT(aos_http_io_initialize("test", 0), AOSE_OK);
    c->server = tiny_server_start(scripts, count);
    c->session = ossi_session_create(8);
    CHECK(c->session != NULL);
    CHECK_INT(apr_pool_create(&c->pool, NULL), APR_SUCCESS);
    case_request(c, HTTP_GET, "key");
}

void case_open1(transport_case_t *c, const tiny_step_t *steps) {
    static tiny_script_t script;
    script.steps = steps;
    case_open(c, &script, 1);
}

void case_close(transport_case_t *c) {
    ossi_session_release(c->session);
    tiny_server_stop(c->server);
    apr_pool_destroy(c->pool);
    aos_http_io_deinitialize();
}

void case_body(transport_case_t *c, const char *bytes, size_t n) {
    aos_buf_t *b = aos_buf_pack(c->pool, bytes, (int)n);
    CHECK(b != NULL);
    aos_list_add_tail(&b->node, &c->req->body);
    c->req->body_len += (int64_t)n;
}

int case_perform(transport_case_t *c) {
    c->rc = ossi_transport_perform(c->t, &c->call);
    return c->rc;
}

const char *case_text(transport_case_t *c) {
    const char *text = aos_buf_list_content(c->pool, &c->resp->body);
    return text != NULL ? text : "";
}

const char *case_head(transport_case_t *c, size_t index) {
    const tiny_request_t *r = tiny_server_request(c->server, index);
    return r != NULL ? r->head : "";
}

int case_has_line(transport_case_t *c, size_t index, const char *line) {
    const char *at = strstr(case_head(c, index), line);
    size_t n = strlen(line);
    return at != NULL && strncmp(at + n, "\r\n", 2) == 0 &&
           (at == case_head(c, index) || at[-1] == '\n');
}

long case_now_ms(void) {
    struct timespec t;
    CHECK_INT(clock_gettime(CLOCK_MONOTONIC, &t), 0);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

ossi_failure_t case_failure_of(const tiny_step_t *steps, int *status) {
    transport_case_t c;
    case_open1(&c, steps);
    c.call.stall_timeout_ms = 3000;
    int rc = case_perform(&c);
    CHECK_INT(rc == AOSE_OK, c.call.failure == OSSI_FAIL_NONE);
    CHECK_INT(c.t->controller->error_code, rc);
    CHECK_INT(c.t->controller->reason != NULL, rc != AOSE_OK);
    ossi_failure_t failure = c.call.failure;
    if (status != NULL) {
        *status = c.resp->status;
    }
    case_close(&c);
    return failure;
}
