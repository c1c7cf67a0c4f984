/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <stdlib.h>
#include <unistd.h>

#include "aos_http_io.h"

static oss_request_options_t *s_options;
static aos_string_t s_bucket;
static aos_string_t s_key;

static void s_begin(void) {
    s_options = fake_begin("oss-x.com");
    s_bucket = fake_string("bkt");
    s_key = fake_string("dir/a.txt");
}

static void s_end(void) {
    fake_end(s_options);
}

/* A presigned URL goes out as it is, with nothing added to the headers. */
static void test_by_url(void) {
    s_begin();
    aos_string_t url = fake_string("http://bkt.oss-x.com/a%20b?x-oss-Process=i&Signature=x%3D");
    aos_string_t plain = fake_string("http://bkt.oss-x.com/a");
    aos_list_t list;
    fake_answer_t answer = {.status = 200, .headers = {OSS_HASH_CRC64_ECMA, "1"}, .body = "data"};
    fake_lay(&answer);
    aos_status_t *s = oss_get_object_to_buffer_by_url(s_options, &url, NULL, NULL, &list, NULL);
    CHECK_INT(s->code, 200);
    CHECK_STR(fake_seen()->signed_url, url.data);
    CHECK_STR(fake_text(s_options->pool, &list), "data");
    CHECK_INT(fake_header_count("Authorization") + fake_header_count("Date"), 0);
    s = oss_get_object_to_buffer_by_url(s_options, &plain, NULL, NULL, &list, NULL);
    CHECK_INT(s->code, AOSE_CRC_INCONSISTENT_ERROR);
    fake_body(s_options->pool, &list, "x");
    s = oss_put_object_from_buffer_by_url(s_options, &plain, &list, NULL, NULL);
    CHECK_INT(s->code, AOSE_CRC_INCONSISTENT_ERROR);
    CHECK_INT(fake_header_count("Content-Type"), 0);
    CHECK_INT(fake_seen()->method, HTTP_PUT);
    CHECK_INT(oss_head_object_by_url(s_options, &plain, NULL, NULL)->code, 200);
    CHECK_INT(oss_get_object_meta_by_url(s_options, &plain, NULL)->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_HEAD);
    int count = fake_seen()->count;
    CHECK_INT(oss_head_object_by_url(s_options, NULL, NULL, NULL)->code, AOSE_INVALID_ARGUMENT);
    CHECK_INT(fake_seen()->count, count);
    s_end();
}

static void test_put_file_by_url(void) {
    s_begin();
    char path[FAKE_PATH_SIZE];
    fake_make_file(path, "content");
    aos_string_t url = fake_string("http://bkt.oss-x.com/a");
    aos_string_t name = fake_string(path);
    CHECK_INT(oss_put_object_from_file_by_url(s_options, &url, &name, NULL, NULL)->code, 200);
    CHECK_STR(fake_seen()->body, "content");
    CHECK_INT(fake_header_count("Content-Type"), 0);
    CHECK(unlink(path) == 0);
    s_end();
}

/* URLs are made for good names only, and say where and until when. */
static void test_signed_url(void) {
    s_begin();
    aos_http_request_t *req = aos_http_request_create(s_options->pool);
    aos_string_t question = fake_string("?x");
    aos_string_t bad = fake_string("B");
    char *url = oss_gen_signed_url(s_options, &s_bucket, &s_key, 1893456000, req);
    CHECK(url != NULL && strncmp(url, "http://bkt.oss-x.com/dir/a.txt?", 31) == 0);
    CHECK(url != NULL && strstr(url, "Expires=1893456000") != NULL);
    CHECK(oss_gen_signed_url(s_options, &s_bucket, &question, 1893456000, req) == NULL);
    s_options->ctl->options->verify_object_strict = 0;
    CHECK(oss_gen_signed_url(s_options, &s_bucket, &question, 1893456000, req) != NULL);
    CHECK(oss_gen_signed_url(s_options, &bad, &s_key, 1893456000, req) == NULL);
    CHECK(oss_gen_signed_url(s_options, &s_bucket, &s_key, -1, req) == NULL);
    s_options->config->endpoint = fake_string("user@host");
    CHECK(oss_gen_signed_url(s_options, &s_bucket, &s_key, 1893456000, req) == NULL);
    s_end();
}

/* RTMP: the published vector, whatever scheme the endpoint has. */
static void test_rtmp_url(void) {
    static const char *const endpoints[] = {"oss-cn-hangzhou.aliyuncs.com",
                                            "https://oss-cn-hangzhou.aliyuncs.com",
                                            "http://oss-cn-hangzhou.aliyuncs.com/"};
    const char *start = "rtmp://examplebucket.oss-cn-hangzhou.aliyuncs.com/live/rtmp-ch1?";
    for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
        oss_request_options_t *options = fake_begin(endpoints[i]);
        aos_string_t bucket = fake_string("examplebucket");
        aos_string_t channel = fake_string("rtmp-ch1");
        aos_string_t playlist = fake_string("play.m3u8");
        options->config->access_key_id = fake_string("LTAI5tVectorKeyIdAAAAAA");
        options->config->access_key_secret = fake_string("vEcToRsEcReT0123456789abcdefgh");
        const char *url =
            oss_gen_rtmp_signed_url(options, &bucket, &channel, &playlist, 1709251259);
        CHECK(url != NULL && strncmp(url, start, strlen(start)) == 0);
        CHECK(url != NULL && strstr(url, "Signature=8TmOkqzzBP5hlXXdxRUz80shBRY%3D") != NULL);
        CHECK(url != NULL && strstr(url, "playlistName=play.m3u8") != NULL);
        CHECK(oss_gen_rtmp_signed_url(options, &bucket, &channel, NULL, 1709251259) != NULL);
        CHECK(oss_gen_rtmp_signed_url(options, &bucket, &channel, NULL, -1) == NULL);
        fake_end(options);
    }
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"by_url", test_by_url},
        {"put_file_by_url", test_put_file_by_url},
        {"signed_url", test_signed_url},
        {"rtmp_url", test_rtmp_url},
    };
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
