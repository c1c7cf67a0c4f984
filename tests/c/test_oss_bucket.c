/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <stdlib.h>

#include "aos_http_io.h"

/* A bucket is made with its ACL, without a body when no class is said. */
static void test_create(void) {
    oss_request_options_t *options = fake_begin("oss-x.com");
    aos_string_t bucket = fake_string("bkt");
    aos_table_t *headers = NULL;
    fake_answer_t answer = {.status = 200, .headers = {"Location", "/bkt"}};
    fake_lay(&answer);
    CHECK_INT(oss_create_bucket(options, &bucket, OSS_ACL_PUBLIC_READ, &headers)->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_PUT);
    CHECK_STR(fake_seen()->host, "bkt.oss-x.com");
    CHECK_STR(fake_seen()->uri, "");
    CHECK_STR(fake_seen()->resource, "bkt/");
    CHECK_STR(fake_header("x-oss-acl"), "public-read");
    CHECK_INT(fake_seen()->body_len, 0);
    CHECK_STR(apr_table_get(headers, "location"), "/bkt");
    CHECK_INT(oss_create_bucket(options, &bucket, (oss_acl_e)77, NULL)->code, 200);
    CHECK_STR(fake_header("x-oss-acl"), NULL);
    fake_end(options);
}

/* A storage class is sent as XML. */
static void test_create_with_class(void) {
    oss_request_options_t *options = fake_begin("oss-x.com");
    aos_string_t bucket = fake_string("bkt");
    aos_status_t *s = oss_create_bucket_with_storage_class(options, &bucket, OSS_ACL_PRIVATE,
                                                           OSS_STORAGE_CLASS_IA, NULL);
    CHECK_INT(s->code, 200);
    CHECK_STR(fake_seen()->body, "<CreateBucketConfiguration><StorageClass>IA</StorageClass>"
                                 "</CreateBucketConfiguration>");
    CHECK_STR(fake_header("Content-Type"), "application/xml");
    CHECK_STR(fake_header("x-oss-acl"), "private");
    fake_end(options);
}

static void test_head_and_delete(void) {
    oss_request_options_t *options = fake_begin("127.0.0.1:1");
    aos_string_t bucket = fake_string("bkt");
    aos_table_t *headers = NULL;
    CHECK_INT(oss_head_bucket(options, &bucket, &headers)->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_HEAD);
    CHECK_STR(fake_seen()->uri, "bkt/");
    fake_answer_t answer = {.status = 409, .body = "<Error><Code>BucketNotEmpty</Code></Error>"};
    fake_lay(&answer);
    aos_status_t *s = oss_delete_bucket(options, &bucket, &headers);
    CHECK_INT(s->code, 409);
    CHECK_STR(s->error_code, "BucketNotEmpty");
    CHECK_INT(fake_seen()->method, HTTP_DELETE);
    fake_end(options);
}

/* Bad names are told before anything is sent. */
static void test_bad_names(void) {
    oss_request_options_t *options = fake_begin("oss-x.com");
    aos_string_t bucket = fake_string("x");
    aos_table_t *headers = NULL;
    CHECK_STR(oss_create_bucket(options, &bucket, OSS_ACL_PRIVATE, &headers)->error_code,
              "BucketNameInvalidError");
    CHECK(headers != NULL);
    CHECK_STR(oss_head_bucket(options, NULL, NULL)->error_code, "BucketNameInvalidError");
    CHECK_STR(oss_delete_bucket(options, &bucket, NULL)->error_code, "BucketNameInvalidError");
    CHECK_INT(fake_seen()->count, 0);
    fake_end(options);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"create", test_create},
        {"create_with_class", test_create_with_class},
        {"head_and_delete", test_head_and_delete},
        {"bad_names", test_bad_names},
    };
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
