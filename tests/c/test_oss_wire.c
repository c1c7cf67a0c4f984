/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <stdlib.h>
#include <unistd.h>

#include "aos_http_io.h"
#include "ossi_crc64.h"
#include "tiny_server.h"

/*
 * The operations through the real transport, against a server of raw bytes: what goes over the
 * wire, and what becomes of answers that end too soon.
 */
#define HEAD_ID "HTTP/1.1 200 OK\r\nx-oss-request-id: 5C3D9175B6FC201293AD1234\r\n"

static tiny_server_t *s_server;
static oss_request_options_t *s_options;
static aos_string_t s_bucket;
static aos_string_t s_key;
static tiny_script_t s_script;
static aos_http_transport_create_pt s_real_create;
static aos_http_transport_perform_pt s_real_perform;

static void s_begin(const tiny_step_t *steps) {
    char endpoint[32];
    s_script.steps = steps;
    s_server = tiny_server_start(&s_script, 1);
    (void)snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%d", tiny_server_port(s_server));
    s_options = fake_begin("x");
    aos_http_transport_create = s_real_create;
    aos_http_transport_perform = s_real_perform;
    s_options->config->endpoint = fake_string(apr_pstrdup(s_options->pool, endpoint));
    s_bucket = fake_string("bkt");
    s_key = fake_string("a.txt");
}

static void s_end(void) {
    tiny_server_stop(s_server);
    fake_end(s_options);
}

static int s_count(const char *text, const char *part) {
    int count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

/* A put is one request: its length said, not chunked, one Authorization, also the second time. */
static void test_put(void) {
    static const tiny_step_t steps[] = {{TINY_READ, NULL, 0},
                                        TINY_TEXT(HEAD_ID "Content-Length: 2\r\n\r\nok"),
                                        {TINY_AGAIN, NULL, 0}};
    s_begin(steps);
    aos_table_t *headers = aos_table_make(s_options->pool, 1);
    apr_table_set(headers, OSS_CALLBACK, "e30=");
    for (size_t i = 0; i < 2; i++) {
        aos_list_t body;
        aos_list_t answer;
        fake_body(s_options->pool, &body, "content");
        aos_status_t *s = oss_do_put_object_from_buffer(s_options, &s_bucket, &s_key, &body,
                                                        headers, NULL, NULL, NULL, &answer);
        CHECK_INT(s->code, 200);
        CHECK_STR(s->req_id, "5C3D9175B6FC201293AD1234");
        CHECK_STR(fake_text(s_options->pool, &answer), "ok");
        const tiny_request_t *seen = tiny_server_request(s_server, i);
        CHECK(seen != NULL);
        if (seen != NULL) {
            CHECK_INT(s_count(seen->head, "\r\nAuthorization: OSS test-id:"), 1);
            CHECK_INT(s_count(seen->head, "\r\nContent-Length: 7\r\n"), 1);
            CHECK_INT(s_count(seen->head, "\r\nContent-Type: text/plain\r\n"), 1);
            CHECK_INT(s_count(seen->head, "\r\nx-oss-callback: e30=\r\n"), 1);
            CHECK_INT(s_count(seen->head, "Transfer-Encoding"), 0);
            CHECK_STR(seen->body, "content");
        }
    }
    s_end();
}

/* Every request that posts without a body says so, and has the type that it signed. */
static void test_initiate(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT(HEAD_ID "Content-Length: 89\r\n\r\n<InitiateMultipartUploadResult><UploadId>I"
                          "</UploadId></InitiateMultipartUploadResult>     "),
        {TINY_CLOSE, NULL, 0}};
    s_begin(steps);
    aos_string_t id;
    aos_status_t *s = oss_init_multipart_upload(s_options, &s_bucket, &s_key, &id, NULL, NULL);
    CHECK_INT(s->code, 200);
    CHECK_STR(id.data, "I");
    const tiny_request_t *seen = tiny_server_request(s_server, 0);
    CHECK(seen != NULL && s_count(seen->head, "\r\nContent-Length: 0\r\n") == 1);
    CHECK(seen != NULL && s_count(seen->head, "\r\nContent-Type: text/plain\r\n") == 1);
    CHECK(seen != NULL && s_count(seen->head, "POST /bkt") == 1);
    s_end();
}

/* An answer cut at any byte is no success, in memory or in a file, with or without CRC. */
static void test_cut_everywhere(void) {
    static const char answer[] = HEAD_ID "Content-Length: 5\r\n\r\nhello";
    char path[FAKE_PATH_SIZE];
    fake_make_dir(path);
    const char *name = "/file";
    for (size_t cut = 0; cut <= sizeof(answer) - 1; cut++) {
        const tiny_step_t steps[] = {
            {TINY_READ, NULL, 0}, {TINY_SEND, answer, cut}, {TINY_CLOSE, NULL, 0}};
        int is_whole = cut == sizeof(answer) - 1;
        s_begin(steps);
        aos_list_t buffer;
        aos_string_t file = fake_string(apr_pstrcat(s_options->pool, path, name, NULL));
        s_options->ctl->options->enable_crc = (int)(cut % 2);
        aos_status_t *s =
            oss_get_object_to_buffer(s_options, &s_bucket, &s_key, NULL, NULL, &buffer, NULL);
        CHECK_INT(aos_status_is_ok(s), is_whole);
        CHECK_INT(aos_list_empty(&buffer), !is_whole);
        s = oss_get_object_to_file(s_options, &s_bucket, &s_key, NULL, NULL, &file, NULL);
        CHECK_INT(aos_status_is_ok(s), is_whole);
        CHECK_INT(access(file.data, F_OK) == 0, is_whole);
        CHECK(!is_whole || unlink(file.data) == 0);
        s_end();
    }
    CHECK(rmdir(path) == 0);
}

/* After a failure the same controller serves again. */
static void test_controller_recovers(void) {
    static const tiny_step_t reset[] = {{TINY_READ, NULL, 0}, {TINY_RESET, NULL, 0}};
    static const tiny_step_t good[] = {{TINY_READ, NULL, 0},
                                       TINY_TEXT(HEAD_ID "Content-Length: 0\r\n\r\n"),
                                       {TINY_CLOSE, NULL, 0}};
    static const tiny_script_t scripts[] = {{reset}, {good}};
    char endpoint[32];
    s_begin(good);
    tiny_server_t *other = tiny_server_start(scripts, 2);
    (void)snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%d", tiny_server_port(other));
    s_options->config->endpoint = fake_string(endpoint);
    aos_status_t *s = oss_head_bucket(s_options, &s_bucket, NULL);
    CHECK(s->code < 0);
    CHECK_STR(s->error_code, "HttpIoError");
    CHECK(s->error_msg != NULL);
    CHECK_INT(oss_head_bucket(s_options, &s_bucket, NULL)->code, 200);
    tiny_server_stop(other);
    s_end();
}

/* HEAD: the error comes by header, and there is no body to wait for. */
static void test_head_error(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 404 Not Found\r\nContent-Length: 200\r\n"
                  "x-oss-err: PEVycm9yPjxDb2RlPk5vU3VjaEtleTwvQ29kZT48L0Vycm9yPg==\r\n\r\n"),
        {TINY_AGAIN, NULL, 0}};
    s_begin(steps);
    aos_status_t *s = oss_head_object(s_options, &s_bucket, &s_key, NULL, NULL);
    CHECK_INT(s->code, 404);
    CHECK_STR(s->error_code, "NoSuchKey");
    s_end();
}

/* The longest key, every byte of it escaped, goes out whole with either signature and by URL. */
static void test_longest_key(void) {
    static const tiny_step_t steps[] = {{TINY_READ, NULL, 0},
                                        TINY_TEXT(HEAD_ID "Content-Length: 0\r\n\r\n"),
                                        {TINY_AGAIN, NULL, 0}};
    char key[1024];
    s_begin(steps);
    memset(key, '\xe9', sizeof(key) - 1);
    key[1023] = '\0';
    s_key = fake_string(key);
    s_options->config->region = fake_string("cn-x");
    for (int version = 1; version <= 4; version += 3) {
        s_options->config->signature_version = version;
        CHECK_INT(oss_delete_object(s_options, &s_bucket, &s_key, NULL)->code, 200);
        const tiny_request_t *seen =
            tiny_server_request(s_server, tiny_server_requests(s_server) - 1);
        CHECK_INT(s_count(seen->head, "%E9"), 1023);
        aos_http_request_t *req = aos_http_request_create(s_options->pool);
        const char *url = oss_gen_signed_url(s_options, &s_bucket, &s_key,
                                             apr_time_sec(apr_time_now()) + 100, req);
        CHECK(url != NULL);
        aos_string_t text = fake_string(url != NULL ? url : "");
        CHECK_INT(oss_head_object_by_url(s_options, &text, NULL, NULL)->code, 200);
    }
    s_end();
}

/* An append's CRC goes on from the caller's through the real transport too. */
static void test_append_crc(void) {
    char answer[256];
    (void)snprintf(answer, sizeof(answer),
                   HEAD_ID "x-oss-hash-crc64ecma: %llu\r\nContent-Length: 0\r\n\r\n",
                   (unsigned long long)ossi_crc64(0, "abcdef", 6));
    const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, {TINY_SEND, answer, strlen(answer)}, {TINY_AGAIN, NULL, 0}};
    aos_list_t body;
    s_begin(steps);
    fake_body(s_options->pool, &body, "def");
    aos_status_t *s =
        oss_do_append_object_from_buffer(s_options, &s_bucket, &s_key, 3, ossi_crc64(0, "abc", 3),
                                         &body, NULL, NULL, NULL, NULL, NULL);
    CHECK_INT(s->code, 200);
    fake_body(s_options->pool, &body, "xyz");
    s = oss_do_append_object_from_buffer(s_options, &s_bucket, &s_key, 3, ossi_crc64(0, "abc", 3),
                                         &body, NULL, NULL, NULL, NULL, NULL);
    CHECK_INT(s->code, AOSE_CRC_INCONSISTENT_ERROR);
    s_end();
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"put", test_put},
        {"initiate", test_initiate},
        {"cut_everywhere", test_cut_everywhere},
        {"controller_recovers", test_controller_recovers},
        {"head_error", test_head_error},
        {"longest_key", test_longest_key},
        {"append_crc", test_append_crc},
    };
    s_real_create = aos_http_transport_create;
    s_real_perform = aos_http_transport_perform;
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
