/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aos_http_io.h"
#include "failing_malloc.h"
#include "ossi_mem.h"

/*
 * Each operation with each of its allocations failing in turn: it ends with its right result or
 * with a failure that is told, never in a crash, and leaves no file behind.
 */
static char s_dir[FAKE_PATH_SIZE];
#define S_PATH_SIZE (FAKE_PATH_SIZE + 16)

static aos_string_t s_bucket;
static aos_string_t s_key;
static aos_string_t s_id;

typedef struct s_work {
    oss_request_options_t *options;
    aos_table_t *headers;
    aos_table_t *resp_headers;
    aos_list_t list;
    aos_list_t resp_body;
    aos_buf_t buffer;
} s_work_t;

typedef aos_status_t *(*s_operation_t)(s_work_t *work);

typedef struct s_case {
    const char *name;
    s_operation_t operation;
    fake_answer_t answer;
    int signature_version;
} s_case_t;

static uint8_t s_content[] = "content of an object";

static int s_prepare(s_work_t *work, apr_pool_t *pool, const s_case_t *c) {
    work->options = oss_request_options_create(pool);
    if (work->options == NULL || ossi_table_make(pool, &work->headers) != AOSE_OK ||
        ossi_table_set(pool, work->headers, "x-oss-meta-a", "b") != AOSE_OK) {
        return 0;
    }
    oss_request_options_t *options = work->options;
    options->config = oss_config_create(pool);
    options->ctl = aos_http_controller_create(pool, 0);
    if (options->config == NULL || options->ctl == NULL) {
        return 0;
    }
    options->config->endpoint = fake_string("oss-x.com");
    options->config->access_key_id = fake_string("test-id");
    options->config->access_key_secret = fake_string("test-secret");
    options->config->sts_token = fake_string("test-token");
    options->config->signature_version = c->signature_version;
    options->config->region = fake_string("cn-x");
    work->buffer.start = work->buffer.pos = s_content;
    work->buffer.last = work->buffer.end = s_content + sizeof(s_content) - 1;
    aos_list_init(&work->list);
    aos_list_add_tail(&work->buffer.node, &work->list);
    return 1;
}

/* All that a caller may read after any return is readable. */
static size_t s_read_results(const aos_status_t *s, const s_work_t *work) {
    size_t total = 0;
    total += s->error_code != NULL ? strlen(s->error_code) : 0;
    total += s->error_msg != NULL ? strlen(s->error_msg) : 0;
    total += s->req_id != NULL ? strlen(s->req_id) : 0;
    if (work->resp_headers != NULL) {
        total += (size_t)apr_table_elts(work->resp_headers)->nelts;
    }
    return total + (size_t)aos_list_empty(&work->resp_body);
}

static int s_run_case(apr_pool_t *pool, void *arg) {
    const s_case_t *c = arg;
    s_work_t work;
    memset(&work, 0, sizeof(work));
    aos_list_init(&work.resp_body);
    fake_lay(&c->answer);
    if (!s_prepare(&work, pool, c)) {
        return failing_malloc_has_failed();
    }
    aos_status_t *s = c->operation(&work);
    if (s == NULL || s_read_results(s, &work) > 10000) {
        return 0;
    }
    if (s->code == c->answer.status) {
        return 1;
    }
    int is_told = s->code < 0 && s->error_code != NULL && failing_malloc_has_failed();
    if (!is_told) {
        check_int(__FILE__, __LINE__, c->name, s->code, c->answer.status);
    }
    return is_told;
}

/* --- the operations --- */

static aos_status_t *s_put_buffer(s_work_t *w) {
    return oss_do_put_object_from_buffer(w->options, &s_bucket, &s_key, &w->list, w->headers, NULL,
                                         NULL, &w->resp_headers, &w->resp_body);
}

static aos_string_t s_file(const char *name, char path[S_PATH_SIZE]) {
    (void)snprintf(path, S_PATH_SIZE, "%s/%s", s_dir, name);
    return fake_string(path);
}

static aos_status_t *s_put_file(s_work_t *w) {
    char path[S_PATH_SIZE];
    aos_string_t file = s_file("source", path);
    return oss_do_put_object_from_file(w->options, &s_bucket, &s_key, &file, w->headers, NULL, NULL,
                                       &w->resp_headers, &w->resp_body);
}

static aos_status_t *s_append(s_work_t *w) {
    return oss_do_append_object_from_buffer(w->options, &s_bucket, &s_key, 5, 0, &w->list,
                                            w->headers, NULL, NULL, &w->resp_headers,
                                            &w->resp_body);
}

static aos_status_t *s_append_file(s_work_t *w) {
    char path[S_PATH_SIZE];
    aos_string_t file = s_file("source", path);
    return oss_append_object_from_file(w->options, &s_bucket, &s_key, 5, &file, w->headers,
                                       &w->resp_headers);
}

static aos_status_t *s_get_buffer(s_work_t *w) {
    return oss_get_object_to_buffer(w->options, &s_bucket, &s_key, w->headers, NULL, &w->resp_body,
                                    &w->resp_headers);
}

static aos_status_t *s_get_file(s_work_t *w) {
    char path[S_PATH_SIZE];
    aos_string_t file = s_file("sink", path);
    aos_status_t *s = oss_get_object_to_file(w->options, &s_bucket, &s_key, w->headers, NULL, &file,
                                             &w->resp_headers);
    int is_there = access(path, F_OK) == 0;
    CHECK_INT(is_there, aos_status_is_ok(s));
    CHECK(!is_there || unlink(path) == 0);
    return s;
}

static aos_status_t *s_head(s_work_t *w) {
    return oss_head_object(w->options, &s_bucket, &s_key, w->headers, &w->resp_headers);
}

static aos_status_t *s_meta(s_work_t *w) {
    return oss_get_object_meta(w->options, &s_bucket, &s_key, &w->resp_headers);
}

static aos_status_t *s_delete(s_work_t *w) {
    return oss_delete_object(w->options, &s_bucket, &s_key, &w->resp_headers);
}

static aos_status_t *s_bad_name(s_work_t *w) {
    aos_string_t bad = fake_string("");
    aos_status_t *s = oss_delete_object(w->options, &s_bucket, &bad, &w->resp_headers);
    CHECK(s->code == AOSE_INVALID_ARGUMENT || failing_malloc_has_failed());
    return s->code == AOSE_INVALID_ARGUMENT ? aos_status_dup(w->options->pool, s) : s;
}

static aos_status_t *s_copy(s_work_t *w) {
    return oss_copy_object(w->options, &s_bucket, &s_key, &s_bucket, &s_key, w->headers,
                           &w->resp_headers);
}

static aos_status_t *s_get_by_url(s_work_t *w) {
    aos_string_t url = fake_string("http://bkt.oss-x.com/k?Signature=x");
    return oss_get_object_to_buffer_by_url(w->options, &url, w->headers, NULL, &w->resp_body,
                                           &w->resp_headers);
}

static aos_status_t *s_put_by_url(s_work_t *w) {
    aos_string_t url = fake_string("http://bkt.oss-x.com/k?Signature=x");
    return oss_put_object_from_buffer_by_url(w->options, &url, &w->list, w->headers,
                                             &w->resp_headers);
}

static aos_status_t *s_initiate(s_work_t *w) {
    aos_string_t id = {0, NULL};
    aos_status_t *s =
        oss_init_multipart_upload(w->options, &s_bucket, &s_key, &id, w->headers, &w->resp_headers);
    CHECK_INT(aos_status_is_ok(s), id.data != NULL && strcmp(id.data, "ID") == 0);
    return s;
}

static aos_status_t *s_part(s_work_t *w) {
    return oss_do_upload_part_from_buffer(w->options, &s_bucket, &s_key, &s_id, 3, &w->list, NULL,
                                          w->headers, NULL, &w->resp_headers, &w->resp_body);
}

static aos_status_t *s_part_file(s_work_t *w) {
    char path[S_PATH_SIZE];
    oss_upload_file_t range = {.filename = s_file("source", path), .file_pos = 1, .file_last = 4};
    return oss_upload_part_from_file(w->options, &s_bucket, &s_key, &s_id, 3, &range,
                                     &w->resp_headers);
}

static aos_status_t *s_part_copy(s_work_t *w) {
    oss_upload_part_copy_params_t params = {.source_bucket = s_bucket,
                                            .source_object = s_key,
                                            .dest_bucket = s_bucket,
                                            .dest_object = s_key,
                                            .upload_id = s_id,
                                            .part_num = 2,
                                            .range_end = 10};
    return oss_upload_part_copy(w->options, &params, w->headers, &w->resp_headers);
}

static aos_status_t *s_abort(s_work_t *w) {
    return oss_abort_multipart_upload(w->options, &s_bucket, &s_key, &s_id, &w->resp_headers);
}

static aos_status_t *s_complete(s_work_t *w) {
    oss_complete_part_content_t part = {.part_number = fake_string("1"),
                                        .etag = fake_string("\"E\"")};
    aos_list_t parts;
    aos_list_init(&parts);
    aos_list_add_tail(&part.node, &parts);
    return oss_do_complete_multipart_upload(w->options, &s_bucket, &s_key, &s_id, &parts,
                                            w->headers, NULL, &w->resp_headers, &w->resp_body);
}

static aos_status_t *s_list_parts(s_work_t *w) {
    oss_list_upload_part_params_t params = {.max_ret = 10, .truncated = 1};
    params.part_number_marker = fake_string("1");
    aos_list_init(&params.part_list);
    aos_status_t *s =
        oss_list_upload_part(w->options, &s_bucket, &s_key, &s_id, &params, &w->resp_headers);
    CHECK_INT(aos_status_is_ok(s), !aos_list_empty(&params.part_list));
    return s;
}

static aos_status_t *s_create_bucket(s_work_t *w) {
    return oss_create_bucket_with_storage_class(w->options, &s_bucket, OSS_ACL_PRIVATE,
                                                OSS_STORAGE_CLASS_IA, &w->resp_headers);
}

static aos_status_t *s_head_bucket(s_work_t *w) {
    return oss_head_bucket(w->options, &s_bucket, &w->resp_headers);
}

/* Not an operation with a status: it is one when the URL is there. */
static aos_status_t *s_presign(s_work_t *w) {
    static aos_status_t done = {.code = 200};
    static aos_status_t failed = {.code = AOSE_OUT_MEMORY, .error_code = (char *)"none"};
    aos_http_request_t *req = aos_http_request_create(w->options->pool);
    char *url = NULL;
    if (req != NULL) {
        url = oss_gen_signed_url(w->options, &s_bucket, &s_key, apr_time_sec(apr_time_now()) + 60,
                                 req);
    }
    return url != NULL && strstr(url, "bkt.oss-x.com") != NULL ? &done : &failed;
}

/* The same for what was signed: it is all there, or nothing is. */
static aos_status_t *s_signed_text(s_work_t *w) {
    static aos_status_t done = {.code = 200};
    static aos_status_t failed = {.code = AOSE_OUT_MEMORY, .error_code = (char *)"none"};
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    aos_string_t text = {0, NULL};
    if (ossi_table_set(w->options->pool, w->headers, "x-ossc-additional-headers", "host") !=
            AOSE_OK ||
        ossi_table_set(w->options->pool, w->headers, "x-ossc-product", "osstables") != AOSE_OK) {
        return &failed;
    }
    oss_init_object_request(w->options, &s_bucket, &s_key, HTTP_GET, &req, NULL, w->headers, NULL,
                            0, &resp);
    if (req == NULL || req->host == NULL || oss_sign_request(req, w->options->config) != AOSE_OK ||
        oss_get_signed_text(w->options->pool, req, w->options->config, &text) != AOSE_OK) {
        return &failed;
    }
    CHECK(strstr(text.data, "x-oss-security-token:test-token\n") != NULL);
    CHECK((strstr(text.data, "\nhost:bkt.oss-x.com\n") != NULL) ==
          (w->options->config->signature_version == 4));
    return &done;
}

static aos_status_t *s_presign_rtmp(s_work_t *w) {
    static aos_status_t done = {.code = 200};
    static aos_status_t failed = {.code = AOSE_OUT_MEMORY, .error_code = (char *)"none"};
    aos_string_t playlist = fake_string("p.m3u8");
    char *url = oss_gen_rtmp_signed_url(w->options, &s_bucket, &s_key, &playlist, 1893456000);
    return url != NULL && strstr(url, "/live/key.txt") != NULL ? &done : &failed;
}

/* With a proxy: either it is set or nothing goes out. */
static aos_status_t *s_resolve(s_work_t *w) {
    w->options->config->proxy_host = fake_string("proxy");
    w->options->config->proxy_port = 8080;
    w->options->config->proxy_user = fake_string("user");
    w->options->config->proxy_passwd = fake_string("password");
    oss_config_resolve(w->options->pool, w->options->config, w->options->ctl);
    const aos_http_request_options_t *http = w->options->ctl->options;
    CHECK(http == NULL || strcmp(http->proxy_host, "proxy:8080") == 0);
    CHECK(http == NULL || strcmp(http->proxy_auth, "user:password") == 0);
    return oss_head_bucket(w->options, &s_bucket, &w->resp_headers);
}

static aos_status_t *s_generic(s_work_t *w) {
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    oss_init_object_request(w->options, &s_bucket, &s_key, HTTP_POST, &req, w->headers, w->headers,
                            NULL, 0, &resp);
    if (req != NULL) {
        oss_write_request_body_from_buffer(&w->list, req);
    }
    aos_status_t *s = oss_process_request(w->options, req, resp);
    oss_fill_read_response_header(resp, &w->resp_headers);
    oss_fill_read_response_body(resp, &w->resp_body);
    return s;
}

#define ANSWER_OK                                                                                  \
    {.status = 200, .headers = {"ETag", "\"E\"", "x-oss-request-id", "R"}, .body = "b"}
#define ANSWER_ERROR                                                                               \
    {.status = 404,                                                                                \
     .headers = {"x-oss-request-id", "R"},                                                         \
     .body = "<Error><Code>NoSuchKey</Code><Message>m</Message></Error>"}

static const s_case_t s_cases[] = {
    {"put_buffer", s_put_buffer, ANSWER_OK, 1},
    {"put_buffer_v4", s_put_buffer, ANSWER_OK, 4},
    {"put_buffer_error", s_put_buffer, ANSWER_ERROR, 1},
    {"put_callback_failed",
     s_put_buffer,
     {.status = 203, .body = "<Error><Code>CallbackFailed</Code></Error>"},
     1},
    {"put_file", s_put_file, ANSWER_OK, 1},
    {"append", s_append, ANSWER_OK, 1},
    {"append_file", s_append_file, ANSWER_OK, 1},
    {"get_buffer", s_get_buffer, ANSWER_OK, 1},
    {"get_buffer_error", s_get_buffer, ANSWER_ERROR, 1},
    {"get_buffer_page", s_get_buffer, {.status = 502, .body = "<html>bad</html>"}, 1},
    {"get_file", s_get_file, ANSWER_OK, 1},
    {"get_file_error", s_get_file, ANSWER_ERROR, 1},
    {"head", s_head, ANSWER_OK, 1},
    {"head_error",
     s_head,
     {.status = 404, .headers = {"x-oss-err", "PEVycm9yPjxDb2RlPkE8L0NvZGU+PC9FcnJvcj4="}},
     1},
    {"meta", s_meta, ANSWER_OK, 1},
    {"delete", s_delete, {.status = 204}, 1},
    {"bad_name", s_bad_name, {.status = AOSE_INVALID_ARGUMENT}, 1},
    {"copy", s_copy, ANSWER_OK, 1},
    {"get_by_url", s_get_by_url, ANSWER_OK, 1},
    {"put_by_url", s_put_by_url, ANSWER_OK, 1},
    {"initiate",
     s_initiate,
     {.status = 200,
      .body = "<InitiateMultipartUploadResult><UploadId>ID</UploadId>"
              "</InitiateMultipartUploadResult>"},
     1},
    {"part", s_part, ANSWER_OK, 1},
    {"part_file", s_part_file, ANSWER_OK, 1},
    {"part_copy", s_part_copy, ANSWER_OK, 1},
    {"abort", s_abort, {.status = 204}, 1},
    {"complete", s_complete, ANSWER_OK, 1},
    {"list_parts",
     s_list_parts,
     {.status = 200,
      .body = "<ListPartsResult><IsTruncated>false</IsTruncated><Part><PartNumber>2</PartNumber>"
              "<ETag>E</ETag></Part></ListPartsResult>"},
     1},
    {"create_bucket", s_create_bucket, ANSWER_OK, 1},
    {"head_bucket", s_head_bucket, ANSWER_OK, 1},
    {"presign", s_presign, ANSWER_OK, 1},
    {"presign_v4", s_presign, ANSWER_OK, 4},
    {"presign_rtmp", s_presign_rtmp, ANSWER_OK, 1},
    {"signed_text", s_signed_text, ANSWER_OK, 1},
    {"signed_text_v4", s_signed_text, ANSWER_OK, 4},
    {"resolve", s_resolve, ANSWER_OK, 1},
    {"generic", s_generic, ANSWER_OK, 4},
};

static int s_entries(const char *path) {
    int count = 0;
    DIR *d = opendir(path);
    CHECK(d != NULL);
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        count++;
    }
    CHECK(closedir(d) == 0);
    return count;
}

/* libcrypto prepares itself at its first use, and never again when that fails. */
static void s_warm_up(void) {
    apr_pool_t *pool = NULL;
    CHECK_INT(ossi_pool_create(&pool, NULL), AOSE_OK);
    CHECK(s_run_case(pool, (void *)&s_cases[0]));
    CHECK(s_run_case(pool, (void *)&s_cases[1]));
    apr_pool_destroy(pool);
}

static void test_every_operation(void) {
    fake_install();
    s_warm_up();
    for (size_t i = 0; i < sizeof(s_cases) / sizeof(s_cases[0]); i++) {
        int open_before = s_entries("/proc/self/fd");
        unsigned long failures = failing_malloc_run(s_run_case, (void *)&s_cases[i]);
        CHECK_INT(s_entries("/proc/self/fd"), open_before);
        CHECK_INT(s_entries(s_dir), 3);
        if (failures < 5) {
            check_fail(__FILE__, __LINE__, s_cases[i].name);
        }
        fake_forget();
    }
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {{"every_operation", test_every_operation}};
    char path[S_PATH_SIZE];
    s_bucket = fake_string("bkt");
    s_key = fake_string("key.txt");
    s_id = fake_string("0004B9");
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    fake_make_dir(s_dir);
    FILE *source = fopen(s_file("source", path).data, "w");
    if (source == NULL || fputs("content of a file", source) < 0 || fclose(source) != 0) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    if (unlink(path) != 0 || rmdir(s_dir) != 0) {
        rc = 1;
    }
    aos_http_io_deinitialize();
    return rc;
}
