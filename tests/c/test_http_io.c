/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdlib.h>

#include "aos_http_io.h"
#include "aos_list.h"
#include "check.h"
#include "tiny_server.h"

static aos_pool_t *s_pool(void) {
    aos_pool_t *pool = NULL;
    CHECK_INT(aos_pool_create(&pool, NULL), APR_SUCCESS);
    return pool;
}

/* Start and stop are counted; what they publish is there in between. */
static void s_test_initialize(void) {
    aos_http_io_deinitialize();
    CHECK_INT(aos_http_io_initialize("mine", 0), AOSE_OK);
    CHECK_INT(aos_http_io_initialize("ignored", 0), AOSE_OK);
    CHECK(aos_global_pool != NULL && aos_stderr_file != NULL);
    CHECK_STR(aos_default_http_transport_options->user_agent, AOS_VER "(Compatible mine)");
    aos_http_io_deinitialize();
    CHECK(aos_global_pool != NULL);
    CHECK_STR(aos_default_http_transport_options->user_agent, AOS_VER "(Compatible mine)");
    aos_pool_t *pool = s_pool();
    CHECK(aos_pcalloc(pool, 10) != NULL);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    CHECK(aos_global_pool == NULL && aos_stderr_file == NULL);
    CHECK_STR(aos_default_http_transport_options->user_agent, AOS_VER "(Compatible Unknown)");
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    CHECK_STR(aos_default_http_transport_options->user_agent, AOS_VER "(Compatible Unknown)");
    aos_http_io_deinitialize();
    aos_http_io_deinitialize();
}

/* The library's end is not the end of APR for others. */
static void s_test_apr_of_others(void) {
    CHECK_INT(apr_initialize(), APR_SUCCESS);
    aos_pool_t *pool = s_pool();
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_http_io_deinitialize();
    CHECK_STR(apr_pstrdup(pool, "alive"), "alive");
    aos_pool_destroy(pool);
    apr_terminate();
}

/* A user agent longer than any fixed buffer is kept whole. */
static void s_test_long_agent(void) {
    char *info = malloc(5001);
    CHECK(info != NULL);
    memset(info, 'a', 5000);
    info[5000] = '\0';
    CHECK_INT(aos_http_io_initialize(info, 0), AOSE_OK);
    CHECK_INT(strlen(aos_default_http_transport_options->user_agent),
              5000 + strlen(AOS_VER "(Compatible )"));
    aos_http_io_deinitialize();
    free(info);
}

static void *s_start_and_stop(void *arg) {
    for (int i = 0; i < 50; i++) {
        if (aos_http_io_initialize("t", 0) != AOSE_OK || aos_global_pool == NULL) {
            *(int *)arg += 1;
        }
        aos_http_io_deinitialize();
    }
    return NULL;
}

/* Threads may start and stop at the same time. */
static void s_test_threads(void) {
    pthread_t threads[4];
    int failures[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, s_start_and_stop, &failures[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        CHECK_INT(failures[i], 0);
    }
    CHECK(aos_global_pool == NULL);
}

/* The defaults are the documented ones, and each controller has a copy of its own. */
static void s_test_options(void) {
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_pool_t *pool = s_pool();
    aos_http_controller_t *a = aos_http_controller_create(pool, 0);
    aos_http_controller_t *b = aos_http_controller_create(pool, 1);
    CHECK(a != NULL && b != NULL && a->options != b->options);
    CHECK(a->options != aos_default_http_request_options);
    CHECK_INT(a->options->connect_timeout, 10);
    CHECK_INT(a->options->speed_limit, 1024);
    CHECK_INT(a->options->speed_time, 15);
    CHECK_INT(a->options->dns_cache_timeout, 60);
    CHECK_INT(a->options->max_memory_size, 1024 * 1024 * 1024);
    CHECK_INT(a->options->enable_crc, 1);
    CHECK_INT(a->options->verify_ssl, 1);
    CHECK_INT(a->options->verify_object_strict, 1);
    CHECK_STR(a->options->proxy_host, NULL);
    a->options->connect_timeout = 3;
    a->options->proxy_host = apr_pstrdup(pool, "proxy");
    CHECK_INT(b->options->connect_timeout, 10);
    CHECK_STR(b->options->proxy_host, NULL);
    CHECK_INT(aos_default_http_request_options->connect_timeout, 10);
    CHECK_STR(aos_http_controller_get_reason(a), "");
    CHECK_INT(b->owner, 1);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
}

/* Defaults that a program sets are copied, texts included; NULL brings the built-in ones back. */
static void s_test_set_defaults(void) {
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_pool_t *pool = s_pool();
    char host[] = "proxy:1";
    aos_http_request_options_t mine = {.connect_timeout = 7, .proxy_host = host};
    aos_set_default_request_options(&mine);
    aos_http_controller_t *ctl = aos_http_controller_create(NULL, 0);
    CHECK(ctl != NULL && ctl->pool != NULL);
    host[0] = 'X';
    CHECK_INT(ctl->options->connect_timeout, 7);
    CHECK_STR(ctl->options->proxy_host, "proxy:1");
    aos_set_default_request_options(NULL);
    CHECK_INT(aos_http_request_options_create(pool)->connect_timeout, 10);
    aos_http_transport_options_t agent = {.user_agent = host};
    aos_set_default_transport_options(&agent);
    CHECK(aos_curl_http_transport_create(pool)->options == &agent);
    aos_set_default_transport_options(NULL);
    CHECK(aos_default_http_transport_options != NULL);
    aos_pool_destroy(ctl->pool);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
}

/* Requests and answers begin empty, reading and writing memory. */
static void s_test_records(void) {
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_pool_t *pool = s_pool();
    aos_http_request_t *req = aos_http_request_create(pool);
    aos_http_response_t *resp = aos_http_response_create(pool);
    CHECK(req != NULL && resp != NULL);
    CHECK_INT(req->method, HTTP_GET);
    CHECK(req->read_body == aos_read_http_body_memory && req->type == BODY_IN_MEMORY);
    CHECK(aos_list_empty(&req->body) && aos_list_empty(&resp->body));
    CHECK(aos_is_empty_table(req->headers) && aos_is_empty_table(req->query_params));
    CHECK(resp->write_body == aos_write_http_body_memory && resp->type == BODY_IN_MEMORY);
    CHECK_INT(resp->content_length, -1);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
}

/* The reader takes the list's bytes in order, whatever the buffer's size. */
static void s_test_read_memory(void) {
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_pool_t *pool = s_pool();
    for (int size = 1; size <= 12; size++) {
        static const char *const s_parts[] = {"one", "", "three", "x"};
        aos_http_request_t *req = aos_http_request_create(pool);
        for (size_t i = 0; i < 4; i++) {
            aos_buf_t *b = aos_buf_pack(pool, s_parts[i], (int)strlen(s_parts[i]));
            aos_list_add_tail(&b->node, &req->body);
        }
        char text[32] = {0};
        int done = 0;
        int n = 0;
        while ((n = aos_read_http_body_memory(req, text + done, size)) > 0) {
            CHECK(n <= size);
            done += n;
        }
        CHECK_INT(n, 0);
        CHECK_STR(text, "onethreex");
    }
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
}

/* The writer fills buffers before it takes more, and never takes more than a little on trust. */
static void s_test_write_memory(void) {
    static const int64_t s_announced[] = {-1, 0, 10, 300000, 1099511627776};
    char piece[7001];
    for (size_t i = 0; i < sizeof(piece); i++) {
        piece[i] = (char)(i * 31);
    }
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    for (size_t i = 0; i < 5; i++) {
        aos_pool_t *pool = s_pool();
        aos_http_response_t *resp = aos_http_response_create(pool);
        resp->status = 200;
        resp->content_length = s_announced[i];
        for (int n = 0; n < 50; n++) {
            CHECK_INT(aos_write_http_body_memory(resp, piece, sizeof(piece)), sizeof(piece));
        }
        CHECK_INT(aos_write_http_body_memory(resp, piece, 0), 0);
        CHECK_INT(resp->body_len, 50 * 7001);
        CHECK_INT(aos_buf_list_len(&resp->body), 50 * 7001);
        const char *all = aos_buf_list_content(pool, &resp->body);
        for (int n = 0; n < 50; n++) {
            CHECK_MEM(all + n * 7001, piece, sizeof(piece));
        }
        int buffers = 0;
        for (aos_list_t *node = resp->body.next; node != &resp->body; node = node->next) {
            const aos_buf_t *b = (const void *)node;
            CHECK(b->end - b->start <= 64 * 1024 * 1024);
            buffers++;
        }
        CHECK(buffers <= 8);
        aos_pool_destroy(pool);
    }
    aos_http_io_deinitialize();
}

/* An answer of a known size lies in one buffer of that size. */
static void s_test_write_known(void) {
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_pool_t *pool = s_pool();
    aos_http_response_t *resp = aos_http_response_create(pool);
    resp->content_length = 100000;
    char piece[1000] = {0};
    for (int n = 0; n < 100; n++) {
        CHECK_INT(aos_write_http_body_memory(resp, piece, sizeof(piece)), sizeof(piece));
    }
    const aos_buf_t *b = (const void *)resp->body.next;
    CHECK(resp->body.next == resp->body.prev);
    CHECK_INT(b->end - b->start, 100000);
    CHECK_INT(b->last - b->pos, 100000);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
}

static aos_file_buf_t *s_temp_file(aos_pool_t *pool) {
    char name[] = "/tmp/ossc_test_XXXXXX";
    aos_file_buf_t *fb = aos_create_file_buf(pool);
    CHECK(fb != NULL);
    CHECK_INT(apr_file_mktemp(&fb->file, name, 0, pool), APR_SUCCESS);
    return fb;
}

/* What the file writer wrote, the file reader reads, range by range. */
static void s_test_files(void) {
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_pool_t *pool = s_pool();
    aos_http_response_t *resp = aos_http_response_create(pool);
    aos_http_request_t *req = aos_http_request_create(pool);
    char text[16] = {0};
    CHECK_INT(aos_write_http_body_file(resp, "x", 1), AOSE_INVALID_ARGUMENT);
    CHECK_INT(aos_read_http_body_file(req, text, 1), AOSE_INVALID_ARGUMENT);
    resp->file_buf = s_temp_file(pool);
    CHECK_INT(aos_write_http_body_file(resp, "01234", 5), 5);
    CHECK_INT(aos_write_http_body_file(resp, "56789", 5), 5);
    CHECK_INT(resp->body_len, 10);
    CHECK_INT(resp->file_buf->file_last, 10);
    req->file_buf = resp->file_buf;
    req->file_buf->file_pos = 2;
    req->file_buf->file_last = 9;
    CHECK_INT(aos_read_http_body_file(req, text, 4), 4);
    CHECK_INT(aos_read_http_body_file(req, text + 4, 10), 3);
    CHECK_INT(aos_read_http_body_file(req, text + 7, 4), 0);
    CHECK_STR(text, "2345678");
    req->file_buf->file_last = 99;
    CHECK_INT(aos_read_http_body_file(req, text, 10), 1);
    CHECK_INT(aos_read_http_body_file(req, text, 10), 0);
    CHECK_INT(apr_file_close(req->file_buf->file), APR_SUCCESS);
    req->file_buf->file_pos = 0;
    CHECK_INT(aos_read_http_body_file(req, text, 10), AOSE_FILE_READ_ERROR);
    CHECK_INT(aos_write_http_body_file(resp, "x", 1), AOSE_FILE_WRITE_ERROR);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
}

/* Header lines are split at the colon and trimmed; other lines are no headers. */
static void s_test_headers_parse(void) {
    CHECK_INT(aos_http_io_initialize(NULL, 0), AOSE_OK);
    aos_pool_t *pool = s_pool();
    aos_table_t *headers = aos_table_make(pool, 4);
    static const char *const s_lines[] = {
        "A: b\r\n", "a:c",  "E:\r\n", "T \t:\t v w \t\r\n", "HTTP/1.1 200 OK\r\n", "\r\n",
        ": x\r\n",  "none", ""};
    for (size_t i = 0; i < sizeof(s_lines) / sizeof(s_lines[0]); i++) {
        size_t n = strlen(s_lines[i]);
        char *line = malloc(n > 0 ? n : 1);
        CHECK(line != NULL);
        memcpy(line, s_lines[i], n);
        aos_curl_response_headers_parse(pool, headers, line, (int)n);
        free(line);
    }
    const apr_array_header_t *all = aos_table_elts(headers);
    const aos_table_entry_t *entry = (const void *)all->elts;
    CHECK_INT(all->nelts, 4);
    CHECK_STR(entry[0].val, "b");
    CHECK_STR(entry[1].val, "c");
    CHECK_STR(entry[2].val, "");
    CHECK_STR(entry[3].key, "T");
    CHECK_STR(entry[3].val, "v w");
    aos_curl_response_headers_parse(pool, headers, NULL, 3);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
}

static int s_calls;

static int s_fake_perform(aos_http_transport_t *t) {
    s_calls++;
    t->resp->status = 299;
    CHECK(t->options == aos_default_http_transport_options);
    return AOSE_OK;
}

/* Sending goes through the transport in force, by default over the network. */
static void s_test_send_request(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        {TINY_READ, NULL, 0},
        {TINY_CLOSE, NULL, 0}};
    static const tiny_script_t s_script = {s_steps};
    CHECK_INT(aos_http_io_initialize("send", 0), AOSE_OK);
    tiny_server_t *server = tiny_server_start(&s_script, 1);
    aos_pool_t *pool = s_pool();
    aos_http_controller_t *ctl = aos_http_controller_create(pool, 0);
    aos_http_request_t *req = aos_http_request_create(pool);
    aos_http_response_t *resp = aos_http_response_create(pool);
    req->host = apr_psprintf(pool, "127.0.0.1:%d", tiny_server_port(server));
    ctl->options = NULL;
    CHECK_INT(aos_http_send_request(ctl, req, resp), AOSE_OK);
    CHECK_INT(resp->status, 200);
    CHECK(ctl->options != NULL && ctl->options != aos_default_http_request_options);
    CHECK(strstr(tiny_server_request(server, 0)->head, AOS_VER "(Compatible send)\r\n") != NULL);
    aos_http_transport_perform = s_fake_perform;
    CHECK_INT(aos_http_send_request(ctl, req, resp), AOSE_OK);
    aos_http_transport_perform = aos_curl_http_transport_perform;
    CHECK_INT(s_calls, 1);
    CHECK_INT(resp->status, 299);
    CHECK_INT(aos_http_send_request(NULL, req, resp), AOSE_INVALID_ARGUMENT);
    req->host = apr_pstrdup(pool, "a b");
    CHECK_INT(aos_http_send_request(ctl, req, resp), AOSE_INVALID_ARGUMENT);
    CHECK(strlen(aos_http_controller_get_reason(ctl)) > 0);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    tiny_server_stop(server);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"initialize", s_test_initialize},
        {"apr_of_others", s_test_apr_of_others},
        {"long_agent", s_test_long_agent},
        {"threads", s_test_threads},
        {"options", s_test_options},
        {"set_defaults", s_test_set_defaults},
        {"records", s_test_records},
        {"read_memory", s_test_read_memory},
        {"write_memory", s_test_write_memory},
        {"write_known", s_test_write_known},
        {"files", s_test_files},
        {"headers_parse", s_test_headers_parse},
        {"send_request", s_test_send_request},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
