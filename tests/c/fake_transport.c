/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "aos_http_io.h"
#include "ossi_crc64.h"
#include "ossi_mem.h"

/* Bodies come and go in small pieces, so that joins are passed. */
#define S_PIECE 7

static const fake_answer_t s_plain_answer = {.status = 200};
static const fake_answer_t *s_answer = &s_plain_answer;
static fake_request_t s_seen;

static void s_free_pairs(fake_pair_t *pairs) {
    for (int i = 0; i < FAKE_MAX_PAIRS; i++) {
        free(pairs[i].name);
        free(pairs[i].value);
    }
}

static void s_forget_request(void) {
    int count = s_seen.count;
    free(s_seen.proto);
    free(s_seen.host);
    free(s_seen.uri);
    free(s_seen.resource);
    free(s_seen.signed_url);
    free(s_seen.body);
    s_free_pairs(s_seen.headers);
    s_free_pairs(s_seen.params);
    memset(&s_seen, 0, sizeof(s_seen));
    s_seen.count = count;
}

/* Counts what fails, so that the caller looks once. */
static char *s_copy(const char *text, int *failed) {
    char *copy = text == NULL ? NULL : strdup(text);
    *failed += text != NULL && copy == NULL;
    return copy;
}

static void s_copy_pairs(const aos_table_t *table, fake_pair_t *pairs, int *failed) {
    if (table == NULL) {
        return;
    }
    const apr_array_header_t *entries = apr_table_elts(table);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)(const void *)entries->elts;
    for (int i = 0; i < entries->nelts && i < FAKE_MAX_PAIRS; i++) {
        pairs[i].name = s_copy(entry[i].key, failed);
        pairs[i].value = s_copy(entry[i].val, failed);
    }
}

static int s_remember(const aos_http_request_t *req) {
    int failed = 0;
    s_forget_request();
    s_seen.count++;
    s_seen.method = req->method;
    s_seen.proto = s_copy(req->proto, &failed);
    s_seen.host = s_copy(req->host, &failed);
    s_seen.uri = s_copy(req->uri, &failed);
    s_seen.resource = s_copy(req->resource, &failed);
    s_seen.signed_url = s_copy(req->signed_url, &failed);
    s_copy_pairs(req->headers, s_seen.headers, &failed);
    s_copy_pairs(req->query_params, s_seen.params, &failed);
    s_seen.body_len = req->body_len;
    s_seen.body = calloc(1, (size_t)req->body_len + 1);
    return failed > 0 || s_seen.body == NULL ? AOSE_OUT_MEMORY : AOSE_OK;
}

static int s_take_body(aos_http_request_t *req) {
    int64_t done = 0;
    while (done < req->body_len) {
        int64_t left = req->body_len - done;
        int n = req->read_body(req, s_seen.body + done, left < S_PIECE ? (int)left : S_PIECE);
        if (n <= 0) {
            return AOSE_READ_BODY_ERROR;
        }
        req->crc64 = ossi_crc64(req->crc64, s_seen.body + done, (size_t)n);
        done += n;
        if (req->progress_callback != NULL) {
            req->progress_callback(done, req->body_len);
        }
    }
    return AOSE_OK;
}

static int s_give_headers(aos_http_response_t *resp) {
    for (int i = 0; s_answer->headers[i] != NULL; i += 2) {
        /* Like the real one: checked, so that lack of memory is told. */
        if (ossi_table_add(resp->pool, resp->headers, s_answer->headers[i],
                           strlen(s_answer->headers[i]), s_answer->headers[i + 1],
                           strlen(s_answer->headers[i + 1])) != AOSE_OK) {
            return AOSE_OUT_MEMORY;
        }
    }
    return AOSE_OK;
}

static int s_give_body(aos_http_response_t *resp) {
    const char *body = s_answer->body != NULL ? s_answer->body : "";
    size_t total = strlen(body);
    for (size_t at = 0; at < total;) {
        size_t n = total - at < S_PIECE ? total - at : S_PIECE;
        int rc = aos_http_is_ok(resp->status) ? resp->write_body(resp, body + at, (int)n)
                                              : aos_write_http_body_memory(resp, body + at, (int)n);
        if (rc != (int)n) {
            return rc == AOSE_OUT_MEMORY ? rc : AOSE_WRITE_BODY_ERROR;
        }
        resp->crc64 = ossi_crc64(resp->crc64, body + at, n);
        at += n;
        if (resp->progress_callback != NULL) {
            resp->progress_callback((int64_t)at, (int64_t)total);
        }
    }
    return s_answer->rc_after_body;
}

static int s_perform(aos_http_transport_t *t) {
    int rc = s_remember(t->req);
    t->controller->reason = NULL;
    if (rc == AOSE_OK) {
        rc = s_take_body(t->req);
    }
    if (rc == AOSE_OK) {
        rc = s_answer->rc;
        t->controller->reason = (char *)s_answer->reason;
    }
    if (rc == AOSE_OK) {
        t->resp->status = s_answer->status;
        rc = s_give_headers(t->resp);
    }
    return rc == AOSE_OK ? s_give_body(t->resp) : rc;
}

static aos_http_transport_t *s_create(aos_pool_t *p) {
    return ossi_alloc(p, sizeof(aos_http_transport_t));
}

void fake_install(void) {
    aos_http_transport_create = s_create;
    aos_http_transport_perform = s_perform;
}

void fake_forget(void) {
    s_forget_request();
    s_seen.count = 0;
    s_answer = &s_plain_answer;
}

oss_request_options_t *fake_begin(const char *endpoint) {
    oss_request_options_t *options = oss_request_options_create(NULL);
    if (options == NULL) {
        abort();
    }
    fake_forget();
    fake_install();
    options->config = oss_config_create(options->pool);
    options->ctl = aos_http_controller_create(options->pool, 0);
    if (options->config == NULL || options->ctl == NULL) {
        abort();
    }
    options->config->endpoint = fake_string(endpoint);
    options->config->access_key_id = fake_string("test-id");
    options->config->access_key_secret = fake_string("test-secret");
    return options;
}

void fake_end(oss_request_options_t *options) {
    apr_pool_destroy(options->pool);
    fake_forget();
}

void fake_lay(const fake_answer_t *answer) {
    s_answer = answer;
}

const fake_request_t *fake_seen(void) {
    return &s_seen;
}

const char *fake_header(const char *name) {
    for (int i = 0; i < FAKE_MAX_PAIRS && s_seen.headers[i].name != NULL; i++) {
        if (strcasecmp(s_seen.headers[i].name, name) == 0) {
            return s_seen.headers[i].value;
        }
    }
    return NULL;
}

int fake_header_count(const char *name) {
    int count = 0;
    for (int i = 0; i < FAKE_MAX_PAIRS && s_seen.headers[i].name != NULL; i++) {
        count += strcasecmp(s_seen.headers[i].name, name) == 0;
    }
    return count;
}

const char *fake_param(const char *name) {
    for (int i = 0; i < FAKE_MAX_PAIRS && s_seen.params[i].name != NULL; i++) {
        if (strcmp(s_seen.params[i].name, name) == 0) {
            return s_seen.params[i].value;
        }
    }
    return NULL;
}

void fake_body(aos_pool_t *pool, aos_list_t *list, const char *text) {
    aos_buf_t *b = aos_buf_pack(pool, text, (int)strlen(text));
    if (b == NULL) {
        abort();
    }
    aos_list_init(list);
    aos_list_add_tail(&b->node, list);
}

const char *fake_text(aos_pool_t *pool, aos_list_t *list) {
    return aos_buf_list_content(pool, list);
}

static void s_temporary(char path[FAKE_PATH_SIZE]) {
    const char *folder = getenv("TMPDIR");
    int n = snprintf(path, FAKE_PATH_SIZE, "%s/ossc-XXXXXX", folder != NULL ? folder : P_tmpdir);
    if (n < 0 || n >= FAKE_PATH_SIZE) {
        abort();
    }
}

void fake_make_dir(char path[FAKE_PATH_SIZE]) {
    s_temporary(path);
    if (mkdtemp(path) == NULL) {
        abort();
    }
}

void fake_make_file(char path[FAKE_PATH_SIZE], const char *content) {
    size_t n = strlen(content);
    s_temporary(path);
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, content, n) != (ssize_t)n || close(fd) != 0) {
        abort();
    }
}

aos_string_t fake_string(const char *text) {
    aos_string_t s = {(int)strlen(text), (char *)text};
    return s;
}
