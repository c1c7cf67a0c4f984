/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
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

/* NULL when it is not there. */
static const char *s_read(const char *path) {
    char *text = apr_pcalloc(s_options->pool, 4096);
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        return NULL;
    }
    size_t n = fread(text, 1, 4095, f);
    CHECK(ferror(f) == 0 && fclose(f) == 0);
    text[n] = '\0';
    return text;
}

static const char *s_crc(const char *text) {
    return apr_psprintf(s_options->pool, "%" APR_UINT64_T_FMT, ossi_crc64(0, text, strlen(text)));
}

static aos_status_t *s_get_file(const char *path, aos_table_t *headers) {
    aos_string_t name = fake_string(path);
    return oss_get_object_to_file(s_options, &s_bucket, &s_key, headers, NULL, &name, NULL);
}

/* --- download to a file --- */

/* A whole object appears under the name, with the permissions that a new or the old file has. */
static void test_get_file(void) {
    s_begin();
    fake_make_dir(s_dir);
    struct stat info;
    fake_answer_t answer = {.status = 200,
                            .headers = {OSS_HASH_CRC64_ECMA, s_crc("the content")},
                            .body = "the content"};
    fake_lay(&answer);
    mode_t mask = umask(027);
    int open_before = scratch_open_files();
    CHECK_INT(s_get_file(s_path("new"), NULL)->code, 200);
    CHECK_STR(s_read(s_path("new")), "the content");
    CHECK(stat(s_path("new"), &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0640);
    scratch_write(s_path("old"), "what was there before, and longer");
    CHECK(chmod(s_path("old"), 0600) == 0);
    CHECK_INT(s_get_file(s_path("old"), NULL)->code, 200);
    CHECK_STR(s_read(s_path("old")), "the content");
    CHECK(stat(s_path("old"), &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0600);
    CHECK(chmod(s_path("old"), 0666) == 0);
    CHECK_INT(s_get_file(s_path("old"), NULL)->code, 200);
    CHECK(stat(s_path("old"), &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0666);
    CHECK_INT(scratch_open_files(), open_before);
    (void)umask(mask);
    CHECK_INT(scratch_remove(s_dir), 2);
    s_end();
}

/* Whatever fails, the file is as it was and nothing is left beside it. */
static void test_get_file_failures(void) {
    static const struct {
        fake_answer_t answer;
        int code;
        const char *error_code;
    } rows[] = {
        {{.status = 404, .body = "<Error><Code>NoSuchKey</Code></Error>"}, 404, "NoSuchKey"},
        {{.status = 200, .headers = {"x-oss-hash-crc64ecma", "1"}, .body = "data"},
         AOSE_CRC_INCONSISTENT_ERROR,
         "InconsistentError"},
        {{.status = 200, .body = "half", .rc_after_body = AOSE_INTERNAL_ERROR},
         AOSE_INTERNAL_ERROR,
         "HttpIoError"},
        {{.rc = AOSE_FAILED_CONNECT}, AOSE_FAILED_CONNECT, "HttpIoError"},
        {{.status = 304}, 304, "UnknownError"},
    };
    s_begin();
    fake_make_dir(s_dir);
    int open_before = scratch_open_files();
    scratch_write(s_path("old"), "old");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_lay(&rows[i].answer);
        aos_status_t *s = s_get_file(s_path("old"), NULL);
        CHECK_INT(s->code, rows[i].code);
        CHECK_STR(s->error_code, rows[i].error_code);
        CHECK_STR(s_read(s_path("old")), "old");
        s = s_get_file(s_path("new"), NULL);
        CHECK_INT(s->code, rows[i].code);
        CHECK_STR(s_read(s_path("new")), NULL);
    }
    CHECK_INT(scratch_open_files(), open_before);
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

/* A file that cannot be made is told before anything is sent, with errno. */
static void test_get_file_cannot_open(void) {
    s_begin();
    fake_make_dir(s_dir);
    CHECK(mkdir(s_path("sub"), 0700) == 0);
    aos_status_t *s = s_get_file(s_path("sub"), NULL);
    CHECK_INT(s->code, AOSE_OPEN_FILE_ERROR);
    CHECK_STR(s->error_code, "OpenFileFail");
    CHECK_STR(s->error_msg, "The target is not a regular file (errno 21: Is a directory).");
    s = s_get_file(s_path("none/x"), NULL);
    CHECK_INT(s->code, AOSE_OPEN_FILE_ERROR);
    CHECK_STR(s->error_msg,
              "The temporary file cannot be created (errno 2: No such file or directory).");
    CHECK_INT(s_get_file("/dev/null", NULL)->code, AOSE_OPEN_FILE_ERROR);
    CHECK_INT(s_get_file("", NULL)->code, AOSE_OPEN_FILE_ERROR);
    s = oss_get_object_to_file(s_options, &s_bucket, &s_key, NULL, NULL, NULL, NULL);
    CHECK_INT(s->code, AOSE_OPEN_FILE_ERROR);
    CHECK_INT(fake_seen()->count, 0);
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

/* The folder goes while the answer comes: the rename fails and says so. */
static void s_remove_folder(int64_t done, int64_t total) {
    (void)done;
    (void)total;
    const char *moved = apr_pstrcat(s_options->pool, s_dir, "-moved", NULL);
    (void)rename(s_dir, moved);
}

static void test_get_file_rename_fails(void) {
    s_begin();
    fake_make_dir(s_dir);
    const char *moved = apr_pstrcat(s_options->pool, s_dir, "-moved", NULL);
    fake_answer_t answer = {.status = 200, .headers = {"x-oss-request-id", "ID"}, .body = "data"};
    fake_lay(&answer);
    aos_string_t name = fake_string(s_path("x"));
    aos_status_t *s = oss_do_get_object_to_file(s_options, &s_bucket, &s_key, NULL, NULL, &name,
                                                s_remove_folder, NULL);
    CHECK_INT(s->code, AOSE_FILE_WRITE_ERROR);
    CHECK_STR(s->error_code, "RenameFileFail");
    CHECK(strstr(s->error_msg, "errno 2") != NULL);
    CHECK_STR(s->req_id, "ID");
    CHECK(rename(moved, s_dir) == 0);
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

static int s_limit_file_size(rlim_t bytes) {
    struct rlimit limit;
    int rc = getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    return rc == 0 ? setrlimit(RLIMIT_FSIZE, &limit) : rc;
}

/* A disk that takes no more (here: a limit on file sizes) comes out with its errno. */
static void test_write_fails(void) {
    s_begin();
    fake_make_dir(s_dir);
    fake_answer_t answer = {.status = 200, .body = "more than four bytes"};
    fake_lay(&answer);
    scratch_write(s_path("x"), "old");
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    CHECK_INT(s_limit_file_size(4), 0);
    aos_status_t *s = s_get_file(s_path("x"), NULL);
    CHECK_INT(s_limit_file_size(RLIM_INFINITY), 0);
    CHECK_INT(s->code, AOSE_FILE_WRITE_ERROR);
    CHECK_STR(s->error_code, "WriteFileFail");
    CHECK_STR(s->error_msg, "The file cannot be written (errno 27: File too large).");
    CHECK_STR(s_read(s_path("x")), "old");
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

static aos_status_t *s_inner;

static void s_download_again(int64_t done, int64_t total) {
    if (s_inner == NULL && done < total) {
        s_inner = s_get_file(s_path("x"), NULL);
    }
}

/* Two downloads of one file at the same time do not meet: each is whole. */
static void test_two_at_once(void) {
    s_begin();
    fake_make_dir(s_dir);
    fake_answer_t answer = {.status = 200, .body = "some bytes in several pieces"};
    aos_string_t name = fake_string(s_path("x"));
    fake_lay(&answer);
    s_inner = NULL;
    aos_status_t *s = oss_do_get_object_to_file(s_options, &s_bucket, &s_key, NULL, NULL, &name,
                                                s_download_again, NULL);
    CHECK_INT(s->code, 200);
    CHECK(s_inner != NULL && s_inner->code == 200);
    CHECK_STR(s_read(s_path("x")), "some bytes in several pieces");
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

/* By URL the same file path is taken, and a file's fixed ".tmp" neighbour is nobody's business. */
static void test_by_url(void) {
    s_begin();
    fake_make_dir(s_dir);
    aos_string_t url = fake_string("http://bkt.oss-x.com/k?Signature=a%2Fb");
    aos_string_t name = fake_string(s_path("x"));
    fake_answer_t answer = {.status = 200, .body = "whole"};
    fake_answer_t error = {.status = 403, .body = "<Error><Code>AccessDenied</Code></Error>"};
    scratch_write(s_path("x.tmp"), "another program's");
    fake_lay(&answer);
    CHECK_INT(oss_get_object_to_file_by_url(s_options, &url, NULL, NULL, &name, NULL)->code, 200);
    CHECK_STR(fake_seen()->signed_url, url.data);
    CHECK_STR(s_read(name.data), "whole");
    fake_lay(&error);
    CHECK_INT(oss_get_object_to_file_by_url(s_options, &url, NULL, NULL, &name, NULL)->code, 403);
    CHECK_STR(s_read(name.data), "whole");
    CHECK_STR(s_read(s_path("x.tmp")), "another program's");
    CHECK_INT(scratch_remove(s_dir), 2);
    s_end();
}

/* A name of the longest kind works too, and a symbolic link is replaced, not followed. */
static void test_odd_names(void) {
    s_begin();
    fake_make_dir(s_dir);
    char longest[256];
    memset(longest, 'n', sizeof(longest) - 1);
    longest[255] = '\0';
    fake_answer_t answer = {.status = 200, .body = "whole"};
    fake_lay(&answer);
    CHECK_INT(s_get_file(s_path(longest), NULL)->code, 200);
    CHECK_STR(s_read(s_path(longest)), "whole");
    scratch_write(s_path("target"), "old");
    CHECK(symlink("target", s_path("link")) == 0);
    CHECK_INT(s_get_file(s_path("link"), NULL)->code, 200);
    CHECK_STR(s_read(s_path("link")), "whole");
    CHECK_STR(s_read(s_path("target")), "old");
    CHECK_INT(scratch_remove(s_dir), 3);
    s_end();
}

/* The public rename: only for a success, and a failure is told. */
static void test_temp_file_rename(void) {
    s_begin();
    fake_make_dir(s_dir);
    aos_status_t ok = {.code = 200};
    aos_status_t bad = {.code = 404, .error_code = (char *)"NoSuchKey"};
    scratch_write(s_path("a"), "a");
    CHECK_INT(oss_temp_file_rename(&ok, s_path("a"), s_path("b"), NULL), AOSE_OK);
    CHECK_STR(s_read(s_path("b")), "a");
    CHECK_INT(oss_temp_file_rename(&bad, s_path("b"), s_path("c"), NULL), AOSE_OK);
    CHECK_STR(bad.error_code, "NoSuchKey");
    CHECK_STR(s_read(s_path("b")), NULL);
    scratch_write(s_path("a"), "a");
    CHECK_INT(oss_temp_file_rename(&ok, s_path("a"), s_path("none/b"), NULL),
              AOSE_FILE_WRITE_ERROR);
    CHECK_STR(ok.error_code, "RenameFileFail");
    CHECK_INT(scratch_remove(s_dir), 0);
    s_end();
}

/* The generic request's sinks write to a file directly. */
static void test_response_to_file(void) {
    s_begin();
    fake_make_dir(s_dir);
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    aos_string_t name = fake_string(s_path("x"));
    fake_answer_t answer = {.status = 200, .body = "some content"};
    fake_lay(&answer);
    oss_init_object_request(s_options, &s_bucket, &s_key, HTTP_GET, &req, NULL, NULL, NULL, 0,
                            &resp);
    CHECK_INT(oss_init_read_response_body_to_file(s_options->pool, &name, resp), AOSE_OK);
    CHECK_INT(oss_process_request(s_options, req, resp)->code, 200);
    CHECK_STR(s_read(name.data), "some content");
    name = fake_string(s_path("none/x"));
    CHECK_INT(oss_init_read_response_body_to_file(s_options->pool, &name, resp),
              AOSE_OPEN_FILE_ERROR);
    CHECK_INT(scratch_remove(s_dir), 1);
    s_end();
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"get_file", test_get_file},
        {"get_file_failures", test_get_file_failures},
        {"get_file_cannot_open", test_get_file_cannot_open},
        {"get_file_rename_fails", test_get_file_rename_fails},
        {"write_fails", test_write_fails},
        {"two_at_once", test_two_at_once},
        {"by_url", test_by_url},
        {"odd_names", test_odd_names},
        {"temp_file_rename", test_temp_file_rename},
        {"response_to_file", test_response_to_file},
    };
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
