/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <stdlib.h>
#include <unistd.h>

#include "aos_http_io.h"
#include "ossi_crc64.h"
#include "scratch.h"

static oss_request_options_t *s_options;
static aos_string_t s_bucket;
static aos_string_t s_key;
static char s_dir[FAKE_PATH_SIZE];

static void s_begin(void) {
    s_options = fake_begin("oss-x.com");
    s_bucket = fake_string("bkt");
    s_key = fake_string("dir/a.txt");
}

static void s_end(void) {
    fake_end(s_options);
}

/* --- files of a test --- */

static const char *s_path(const char *name) {
    return apr_pstrcat(s_options->pool, s_dir, "/", name, NULL);
}

static const char *s_crc(const char *text) {
    return apr_psprintf(s_options->pool, "%" APR_UINT64_T_FMT, ossi_crc64(0, text, strlen(text)));
}

static aos_status_t *s_put(const char *text, aos_table_t *headers, aos_table_t **resp_headers,
                           aos_list_t *resp_body) {
    aos_list_t body;
    fake_body(s_options->pool, &body, text);
    return oss_do_put_object_from_buffer(s_options, &s_bucket, &s_key, &body, headers, NULL, NULL,
                                         resp_headers, resp_body);
}

/* --- upload --- */

/* A put sends the body once, signed, with the type of its key, and gives headers and body back. */
static void test_put_buffer(void) {
    s_begin();
    aos_table_t *resp_headers = NULL;
    aos_list_t resp_body;
    fake_answer_t answer = {.status = 200,
                            .headers = {"ETag", "\"E\"", OSS_HASH_CRC64_ECMA, s_crc("some text")},
                            .body = "{\"a\":1}"};
    fake_lay(&answer);
    aos_status_t *s = s_put("some text", NULL, &resp_headers, &resp_body);
    CHECK_INT(s->code, 200);
    CHECK_STR(s->error_code, NULL);
    CHECK_INT(fake_seen()->method, HTTP_PUT);
    CHECK_STR(fake_seen()->host, "bkt.oss-x.com");
    CHECK_STR(fake_seen()->uri, "dir/a.txt");
    CHECK_STR(fake_seen()->resource, "bkt/dir/a.txt");
    CHECK_STR(fake_seen()->body, "some text");
    CHECK_STR(fake_header("Content-Type"), "text/plain");
    CHECK(strncmp(fake_header("Authorization"), "OSS test-id:", 12) == 0);
    CHECK_STR(apr_table_get(resp_headers, "etag"), "\"E\"");
    CHECK_STR(fake_text(s_options->pool, &resp_body), "{\"a\":1}");
    s_end();
}

/* A body of many buffers, empty ones among them, goes out in order; the caller's list is empty. */
static void test_put_many_buffers(void) {
    s_begin();
    static const char *const pieces[] = {"one ", "", "two ", "three and a longer one"};
    aos_list_t body;
    aos_list_init(&body);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        aos_buf_t *b = aos_buf_pack(s_options->pool, pieces[i], (int)strlen(pieces[i]));
        aos_list_add_tail(&b->node, &body);
    }
    CHECK_INT(oss_put_object_from_buffer(s_options, &s_bucket, &s_key, &body, NULL, NULL)->code,
              200);
    CHECK_STR(fake_seen()->body, "one two three and a longer one");
    CHECK(aos_list_empty(&body));
    s_end();
}

/* A given Content-Type stays. */
static void test_put_given_type(void) {
    s_begin();
    aos_table_t *headers = aos_table_make(s_options->pool, 1);
    apr_table_set(headers, "content-type", "a/b");
    CHECK_INT(s_put("x", headers, NULL, NULL)->code, 200);
    CHECK_STR(fake_header("Content-Type"), "a/b");
    CHECK_INT(fake_header_count("Content-Type"), 1);
    s_end();
}

/* The CRC of what was sent is compared, on success only, and only when it is switched on. */
static void test_put_crc(void) {
    s_begin();
    fake_answer_t wrong = {.status = 200, .headers = {OSS_HASH_CRC64_ECMA, "1"}};
    fake_answer_t error = {.status = 500, .headers = {OSS_HASH_CRC64_ECMA, "1"}};
    fake_lay(&wrong);
    aos_status_t *s = s_put("x", NULL, NULL, NULL);
    CHECK_INT(s->code, AOSE_CRC_INCONSISTENT_ERROR);
    CHECK_STR(s->error_code, "InconsistentError");
    fake_lay(&error);
    CHECK_INT(s_put("x", NULL, NULL, NULL)->code, 500);
    s_options->ctl->options->enable_crc = 0;
    fake_lay(&wrong);
    CHECK_INT(s_put("x", NULL, NULL, NULL)->code, 200);
    s_end();
}

/* A failed callback keeps 203 and success, and says in the texts that and why it failed. */
static void test_put_callback_failed(void) {
    s_begin();
    aos_list_t resp_body;
    const char *xml = "<Error><Code>CallbackFailed</Code><Message>Error status : 301.</Message>"
                      "</Error>";
    fake_answer_t answer = {.status = 203, .headers = {"x-oss-request-id", "R"}, .body = xml};
    fake_lay(&answer);
    aos_status_t *s = s_put("x", NULL, NULL, &resp_body);
    CHECK_INT(s->code, 203);
    CHECK(aos_status_is_ok(s));
    CHECK_STR(s->error_code, "CallbackFailed");
    CHECK_STR(s->error_msg, "Error status : 301.");
    CHECK_STR(s->req_id, "R");
    CHECK_STR(fake_text(s_options->pool, &resp_body), xml);
    s_end();
}

/* Early returns leave valid empty results, whatever the variables held. */
static void test_early_returns(void) {
    s_begin();
    aos_table_t *resp_headers = (aos_table_t *)(void *)&s_key;
    aos_list_t resp_body = {(aos_list_t *)(void *)&s_key, NULL};
    s_bucket = fake_string("Bad_Bucket");
    aos_status_t *s = s_put("x", NULL, &resp_headers, &resp_body);
    CHECK_INT(s->code, AOSE_INVALID_ARGUMENT);
    CHECK_STR(s->error_code, "BucketNameInvalidError");
    CHECK(s != oss_get_bucket_name_invalid_error());
    CHECK_INT(apr_table_elts(resp_headers)->nelts, 0);
    CHECK(aos_list_empty(&resp_body));
    s_bucket = fake_string("bkt");
    s_key = fake_string("");
    s = s_put("x", NULL, &resp_headers, &resp_body);
    CHECK_STR(s->error_code, "ObjectNameInvalidError");
    s_key = fake_string("k");
    s = oss_do_put_object_from_buffer(s_options, &s_bucket, &s_key, NULL, NULL, NULL, NULL,
                                      &resp_headers, &resp_body);
    CHECK_STR(s->error_code, "ClientError");
    CHECK_INT(fake_seen()->count, 0);
    s_end();
}

/* A file's body, whole; its name tells the type; a missing or odd file is told before sending. */
static void test_put_file(void) {
    s_begin();
    fake_make_dir(s_dir);
    aos_string_t name = fake_string(s_path("up.html"));
    scratch_write(name.data, "<p>file</p> longer than a piece");
    int open_before = scratch_open_files();
    CHECK_INT(oss_put_object_from_file(s_options, &s_bucket, &s_key, &name, NULL, NULL)->code, 200);
    CHECK_STR(fake_seen()->body, "<p>file</p> longer than a piece");
    CHECK_STR(fake_header("Content-Type"), "text/html");
    CHECK_INT(scratch_open_files(), open_before);
    const aos_string_t odd[] = {
        fake_string(s_path("missing")), fake_string(s_dir), {3, (char *)"a\0b"}, {0, NULL}};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        aos_table_t *headers = NULL;
        aos_status_t *s =
            oss_put_object_from_file(s_options, &s_bucket, &s_key, &odd[i], NULL, &headers);
        CHECK_INT(s->code, AOSE_OPEN_FILE_ERROR);
        CHECK_STR(s->error_code, "OpenFileFail");
        CHECK(headers != NULL);
    }
    aos_status_t *s = oss_put_object_from_file(s_options, &s_bucket, &s_key, NULL, NULL, NULL);
    CHECK_STR(s->error_code, "OpenFileFail");
    CHECK_INT(fake_seen()->count, 1);
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

/* Progress of an upload is told as it goes. */
static int64_t s_progress_done;
static int64_t s_progress_total;

static void s_progress(int64_t done, int64_t total) {
    CHECK(done > s_progress_done);
    s_progress_done = done;
    s_progress_total = total;
}

static void test_progress(void) {
    s_begin();
    aos_list_t body;
    s_progress_done = 0;
    fake_body(s_options->pool, &body, "twenty bytes of text");
    CHECK_INT(oss_do_put_object_from_buffer(s_options, &s_bucket, &s_key, &body, NULL, NULL,
                                            s_progress, NULL, NULL)
                  ->code,
              200);
    CHECK_INT(s_progress_done, 20);
    CHECK_INT(s_progress_total, 20);
    fake_answer_t answer = {.status = 200, .body = "thirteen byte"};
    fake_lay(&answer);
    s_progress_done = 0;
    CHECK_INT(oss_do_get_object_to_buffer(s_options, &s_bucket, &s_key, NULL, NULL, &body,
                                          s_progress, NULL)
                  ->code,
              200);
    CHECK_INT(s_progress_done, 13);
    s_end();
}

/* --- append --- */

/* The CRC of an append goes on from the caller's; the plain forms compare nothing. */
static void test_append(void) {
    s_begin();
    aos_list_t body;
    fake_answer_t answer = {.status = 200, .headers = {OSS_HASH_CRC64_ECMA, s_crc("abcdef")}};
    fake_lay(&answer);
    fake_body(s_options->pool, &body, "def");
    aos_status_t *s =
        oss_do_append_object_from_buffer(s_options, &s_bucket, &s_key, 3, ossi_crc64(0, "abc", 3),
                                         &body, NULL, NULL, NULL, NULL, NULL);
    CHECK_INT(s->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_POST);
    CHECK_STR(fake_param("append"), "");
    CHECK_STR(fake_param("position"), "3");
    CHECK_STR(fake_header("Content-Type"), "text/plain");
    fake_body(s_options->pool, &body, "def");
    s = oss_do_append_object_from_buffer(s_options, &s_bucket, &s_key, 3, 0, &body, NULL, NULL,
                                         NULL, NULL, NULL);
    CHECK_INT(s->code, AOSE_CRC_INCONSISTENT_ERROR);
    fake_body(s_options->pool, &body, "other");
    s = oss_append_object_from_buffer(s_options, &s_bucket, &s_key, INT64_MAX, &body, NULL, NULL);
    CHECK_INT(s->code, 200);
    CHECK_STR(fake_param("position"), "9223372036854775807");
    fake_body(s_options->pool, &body, "other");
    s = oss_append_object_from_buffer(s_options, &s_bucket, &s_key, -1, &body, NULL, NULL);
    CHECK_INT(s->code, AOSE_INVALID_ARGUMENT);
    CHECK_STR(s->error_msg, "The position is negative.");
    CHECK_INT(fake_seen()->count, 3);
    s_end();
}

static void test_append_file(void) {
    s_begin();
    fake_make_dir(s_dir);
    aos_string_t name = fake_string(s_path("part.css"));
    scratch_write(name.data, "def");
    fake_answer_t answer = {.status = 200, .headers = {OSS_HASH_CRC64_ECMA, s_crc("abcdef")}};
    fake_lay(&answer);
    aos_status_t *s =
        oss_do_append_object_from_file(s_options, &s_bucket, &s_key, 3, ossi_crc64(0, "abc", 3),
                                       &name, NULL, NULL, NULL, NULL, NULL);
    CHECK_INT(s->code, 200);
    CHECK_STR(fake_header("Content-Type"), "text/css");
    s = oss_append_object_from_file(s_options, &s_bucket, &s_key, 0, &name, NULL, NULL);
    CHECK_INT(s->code, 200);
    CHECK_STR(fake_seen()->body, "def");
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

/* --- download --- */

/* A get fills the list on success only; an error's XML never comes as data. */
static void test_get_buffer(void) {
    s_begin();
    aos_list_t buffer = {(aos_list_t *)(void *)&s_key, NULL};
    aos_table_t *headers = NULL;
    fake_answer_t answer = {
        .status = 200,
        .headers = {OSS_HASH_CRC64_ECMA, s_crc("content of the object"), "ETag", "\"E\""},
        .body = "content of the object"};
    fake_lay(&answer);
    aos_status_t *s =
        oss_get_object_to_buffer(s_options, &s_bucket, &s_key, NULL, NULL, &buffer, &headers);
    CHECK_INT(s->code, 200);
    CHECK_STR(fake_text(s_options->pool, &buffer), "content of the object");
    CHECK_STR(apr_table_get(headers, "ETag"), "\"E\"");
    fake_answer_t error = {.status = 404, .body = "<Error><Code>NoSuchKey</Code></Error>"};
    fake_lay(&error);
    s = oss_get_object_to_buffer(s_options, &s_bucket, &s_key, NULL, NULL, &buffer, NULL);
    CHECK_INT(s->code, 404);
    CHECK_STR(s->error_code, "NoSuchKey");
    CHECK(aos_list_empty(&buffer));
    fake_answer_t cut = {.status = 200, .body = "half", .rc_after_body = AOSE_INTERNAL_ERROR};
    fake_lay(&cut);
    s = oss_get_object_to_buffer(s_options, &s_bucket, &s_key, NULL, NULL, &buffer, NULL);
    CHECK_INT(s->code, AOSE_INTERNAL_ERROR);
    CHECK(aos_list_empty(&buffer));
    s_end();
}

static int s_get_with(const char *header, const char *value, const char *param, int status,
                      const char *encoding) {
    aos_table_t *headers = aos_table_make(s_options->pool, 1);
    aos_table_t *params = aos_table_make(s_options->pool, 1);
    aos_list_t buffer;
    fake_answer_t answer = {.status = status,
                            .headers = {OSS_HASH_CRC64_ECMA, "1", "Content-Encoding", encoding},
                            .body = "data"};
    if (header != NULL) {
        apr_table_set(headers, header, value);
    }
    if (param != NULL) {
        apr_table_set(params, param, "image/resize");
    }
    fake_lay(&answer);
    return oss_get_object_to_buffer(s_options, &s_bucket, &s_key, headers, params, &buffer, NULL)
        ->code;
}

/* The whole object's CRC is compared with the answer only when the answer is the whole object. */
static void test_get_crc(void) {
    s_begin();
    CHECK_INT(s_get_with(NULL, NULL, NULL, 200, ""), AOSE_CRC_INCONSISTENT_ERROR);
    CHECK_INT(s_get_with("range", "bytes=0-3", NULL, 206, ""), 206);
    CHECK_INT(s_get_with("Range", "bytes=0-3", NULL, 200, ""), 200);
    CHECK_INT(s_get_with(NULL, NULL, NULL, 206, ""), 206);
    CHECK_INT(s_get_with(NULL, NULL, "X-OSS-Process", 200, ""), 200);
    CHECK_INT(s_get_with("Accept-Encoding", "gzip", NULL, 200, "gzip"), 200);
    CHECK_INT(s_get_with(NULL, NULL, NULL, 403, ""), 403);
    s_options->ctl->options->enable_crc = 0;
    CHECK_INT(s_get_with(NULL, NULL, NULL, 200, ""), 200);
    s_end();
}

/* Data whose CRC differs is not handed out. */
static void test_get_crc_keeps_data_back(void) {
    s_begin();
    aos_list_t buffer;
    fake_answer_t answer = {.status = 200, .headers = {OSS_HASH_CRC64_ECMA, "1"}, .body = "data"};
    fake_lay(&answer);
    aos_status_t *s =
        oss_get_object_to_buffer(s_options, &s_bucket, &s_key, NULL, NULL, &buffer, NULL);
    CHECK_INT(s->code, AOSE_CRC_INCONSISTENT_ERROR);
    CHECK(aos_list_empty(&buffer));
    s_end();
}

/* --- the rest --- */

static void test_head_meta_delete(void) {
    s_begin();
    aos_table_t *headers = NULL;
    fake_answer_t answer = {.status = 200, .headers = {"Content-Length", "5"}};
    fake_lay(&answer);
    CHECK_INT(oss_head_object(s_options, &s_bucket, &s_key, NULL, &headers)->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_HEAD);
    CHECK_STR(apr_table_get(headers, "content-length"), "5");
    CHECK_INT(oss_get_object_meta(s_options, &s_bucket, &s_key, &headers)->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_HEAD);
    CHECK_STR(fake_param("objectMeta"), "");
    fake_answer_t gone = {.status = 204};
    fake_lay(&gone);
    CHECK_INT(oss_delete_object(s_options, &s_bucket, &s_key, &headers)->code, 204);
    CHECK_INT(fake_seen()->method, HTTP_DELETE);
    CHECK_STR(fake_seen()->uri, "dir/a.txt");
    s_end();
}

/* An object function without a usable key never becomes a request on the bucket. */
static void test_no_key_no_request(void) {
    s_begin();
    aos_string_t empty = fake_string("");
    CHECK_STR(oss_delete_object(s_options, &s_bucket, &empty, NULL)->error_code,
              "ObjectNameInvalidError");
    CHECK_STR(oss_delete_object(s_options, &s_bucket, NULL, NULL)->error_code,
              "ObjectNameInvalidError");
    CHECK_STR(oss_delete_object(s_options, NULL, &s_key, NULL)->error_code,
              "BucketNameInvalidError");
    CHECK_INT(fake_seen()->count, 0);
    s_end();
}

/* The source's key is encoded, slashes too; its names are checked like the target's. */
static void test_copy(void) {
    s_begin();
    aos_string_t bucket = fake_string("src");
    aos_string_t key = fake_string("d/\xe9\x94\xae +%.txt");
    aos_table_t *headers = aos_table_make(s_options->pool, 1);
    apr_table_set(headers, "x-oss-metadata-directive", "REPLACE");
    CHECK_INT(oss_copy_object(s_options, &bucket, &key, &s_bucket, &s_key, headers, NULL)->code,
              200);
    CHECK_INT(fake_seen()->method, HTTP_PUT);
    CHECK_STR(fake_header("x-oss-copy-source"), "/src/d%2F%E9%94%AE%20%2B%25.txt");
    CHECK_STR(fake_header("x-oss-metadata-directive"), "REPLACE");
    CHECK_STR(fake_header("Content-Type"), "text/plain");
    aos_string_t bad = fake_string("");
    CHECK_STR(oss_copy_object(s_options, &bad, &key, &s_bucket, &s_key, NULL, NULL)->error_msg,
              "The source bucket's name is invalid.");
    CHECK_STR(oss_copy_object(s_options, &bucket, &bad, &s_bucket, &s_key, NULL, NULL)->error_msg,
              "The source object's name is invalid.");
    CHECK_INT(fake_seen()->count, 1);
    s_end();
}

/* The longest key, every byte of it escaped, fits a copy source. */
static void test_copy_longest(void) {
    s_begin();
    char text[1024];
    memset(text, '\xe9', sizeof(text) - 1);
    text[1023] = '\0';
    aos_string_t key = fake_string(text);
    CHECK_INT(oss_copy_object(s_options, &s_bucket, &key, &s_bucket, &key, NULL, NULL)->code, 200);
    CHECK_INT(strlen(fake_header("x-oss-copy-source")), 5 + 3 * 1023);
    s_options->config->signature_version = 4;
    s_options->config->region = fake_string("cn-x");
    CHECK_INT(oss_copy_object(s_options, &s_bucket, &key, &s_bucket, &key, NULL, NULL)->code, 200);
    s_end();
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"put_buffer", test_put_buffer},
        {"put_many_buffers", test_put_many_buffers},
        {"put_given_type", test_put_given_type},
        {"put_crc", test_put_crc},
        {"put_callback_failed", test_put_callback_failed},
        {"early_returns", test_early_returns},
        {"put_file", test_put_file},
        {"progress", test_progress},
        {"append", test_append},
        {"append_file", test_append_file},
        {"get_buffer", test_get_buffer},
        {"get_crc", test_get_crc},
        {"get_crc_keeps_data_back", test_get_crc_keeps_data_back},
        {"head_meta_delete", test_head_meta_delete},
        {"no_key_no_request", test_no_key_no_request},
        {"copy", test_copy},
        {"copy_longest", test_copy_longest},
    };
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
