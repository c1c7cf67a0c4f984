/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <stdlib.h>

#include "aos_http_io.h"
#include "ossi_status.h"

static const char s_xml[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n"
                            "  <Code>NoSuchKey</Code>\n  <Message>It is not there.</Message>\n"
                            "  <Deep><Code>Wrong</Code></Deep>\n</Error>";

static oss_request_options_t *s_options(void) {
    return fake_begin("oss-cn-hangzhou.aliyuncs.com");
}

static aos_status_t *s_head(oss_request_options_t *options, const fake_answer_t *answer) {
    aos_string_t bucket = fake_string("bucket");
    aos_string_t key = fake_string("key");
    fake_lay(answer);
    return oss_head_object(options, &bucket, &key, NULL, NULL);
}

static aos_status_t *s_get(oss_request_options_t *options, const fake_answer_t *answer) {
    aos_string_t bucket = fake_string("bucket");
    aos_string_t key = fake_string("key");
    aos_list_t body;
    fake_lay(answer);
    return oss_get_object_to_buffer(options, &bucket, &key, NULL, NULL, &body, NULL);
}

/* The inline tests of a status and which failures are worth another try. */
static void test_predicates(void) {
    static const struct {
        int code;
        int ok;
        int retry;
    } rows[] = {
        {200, 1, 0},  {203, 1, 0},  {206, 1, 0},  {299, 1, 0},  {300, 0, 0},  {199, 0, 0},
        {404, 0, 0},  {500, 0, 1},  {503, 0, 1},  {600, 0, 0},  {0, 0, 0},    {-992, 0, 1},
        {-995, 0, 1}, {-998, 0, 1}, {-986, 0, 1}, {-996, 0, 0}, {-990, 0, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        aos_status_t s = {.code = rows[i].code};
        CHECK_INT(aos_status_is_ok(&s), rows[i].ok);
        CHECK_INT(aos_http_is_ok(rows[i].code), rows[i].ok);
        CHECK_INT(aos_should_retry(&s), rows[i].retry);
    }
    CHECK_INT(aos_should_retry(NULL), 0);
}

/* An XML error's own Code and Message become the texts, not those of a deeper element. */
static void test_xml_error(void) {
    oss_request_options_t *options = s_options();
    fake_answer_t answer = {
        .status = 404, .headers = {"x-oss-request-id", "5C3D9175B6FC201293AD1234"}, .body = s_xml};
    aos_status_t *s = s_get(options, &answer);
    CHECK_INT(s->code, 404);
    CHECK_STR(s->error_code, "NoSuchKey");
    CHECK_STR(s->error_msg, "It is not there.");
    CHECK_STR(s->req_id, "5C3D9175B6FC201293AD1234");
    fake_end(options);
}

/* A body that is no such XML still gives the status, its first 256 bytes, and the request id. */
static void test_other_bodies(void) {
    static const struct {
        const char *body;
        const char *code;
        const char *message;
    } rows[] = {
        {NULL, "UnknownError", NULL},
        {"", "UnknownError", NULL},
        {"<html>\r\n<b>Bad\x01\xc3\xa9</b></html>", "UnknownError",
         "<html>  <b>Bad??\?</b></html>"},
        {"<Error><Message>m</Message></Error>", "UnknownError", "m"},
        {"<Error><Code>C</Code></Error>", "C", NULL},
        {"<Error><Code>C</Code>", "UnknownError", "<Error><Code>C</Code>"},
        {"<!DOCTYPE Error [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>", "UnknownError",
         "<!DOCTYPE Error [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        oss_request_options_t *options = s_options();
        fake_answer_t answer = {
            .status = 502, .headers = {"x-img-request-id", "IMG"}, .body = rows[i].body};
        aos_status_t *s = s_get(options, &answer);
        CHECK_INT(s->code, 502);
        CHECK_STR(s->error_code, rows[i].code);
        CHECK_STR(s->error_msg, rows[i].message);
        CHECK_STR(s->req_id, "IMG");
        fake_end(options);
    }
}

/* A page of a megabyte is cut, whatever its length (the excerpt holds 256 bytes). */
static void test_long_page(void) {
    oss_request_options_t *options = s_options();
    static char page[1 << 20];
    memset(page, 'x', sizeof(page) - 1);
    fake_answer_t answer = {.status = 500, .body = page};
    aos_status_t *s = s_get(options, &answer);
    CHECK_INT(s->code, 500);
    CHECK(s->error_msg != NULL && strlen(s->error_msg) == 256);
    CHECK_STR(s->req_id, "");
    fake_end(options);
}

/* The error of a HEAD comes out of x-oss-err; one that does not decode is no error of its own. */
static void test_head_error(void) {
    char base64[512];
    int n = aos_base64_encode((const unsigned char *)s_xml, (int)strlen(s_xml), base64);
    base64[n] = '\0';
    oss_request_options_t *options = s_options();
    fake_answer_t answer = {.status = 404, .headers = {"x-oss-err", base64}};
    aos_status_t *s = s_head(options, &answer);
    CHECK_INT(s->code, 404);
    CHECK_STR(s->error_code, "NoSuchKey");
    CHECK_STR(s->error_msg, "It is not there.");
    static const char *const bad[] = {"", "!!!!", "QQ", "PEVycm9yPg=="};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fake_answer_t other = {.status = 403, .headers = {"x-oss-err", bad[i]}};
        s = s_head(options, &other);
        CHECK_INT(s->code, 403);
        CHECK_STR(s->error_code, "UnknownError");
        CHECK_STR(s->error_msg, NULL);
    }
    fake_end(options);
}

/* 304 has no body and is no success. */
static void test_not_modified(void) {
    oss_request_options_t *options = s_options();
    fake_answer_t answer = {.status = 304, .headers = {"ETag", "\"E\""}};
    aos_status_t *s = s_get(options, &answer);
    CHECK_INT(s->code, 304);
    CHECK(!aos_status_is_ok(s));
    CHECK_STR(s->error_code, "UnknownError");
    fake_end(options);
}

/* Without an answer the code is the transport's and the message its reason. */
static void test_transport_failure(void) {
    oss_request_options_t *options = s_options();
    fake_answer_t answer = {.rc = AOSE_NAME_LOOKUP_ERROR, .reason = "Could not resolve host"};
    aos_status_t *s = s_get(options, &answer);
    CHECK_INT(s->code, AOSE_NAME_LOOKUP_ERROR);
    CHECK_STR(s->error_code, "HttpIoError");
    CHECK_STR(s->error_msg, "Could not resolve host");
    CHECK_STR(s->req_id, "");
    fake_answer_t cut = {.status = 200,
                         .headers = {"x-oss-request-id", "ID"},
                         .body = "half",
                         .rc_after_body = AOSE_INTERNAL_ERROR};
    s = s_get(options, &cut);
    CHECK_INT(s->code, AOSE_INTERNAL_ERROR);
    CHECK_STR(s->req_id, "ID");
    fake_end(options);
}

/* One failure does not stick to the controller. */
static void test_failure_does_not_stick(void) {
    oss_request_options_t *options = s_options();
    fake_answer_t failure = {.rc = AOSE_FAILED_CONNECT, .reason = "refused"};
    fake_answer_t success = {.status = 200};
    CHECK_INT(s_get(options, &failure)->code, AOSE_FAILED_CONNECT);
    CHECK_INT(s_get(options, &success)->code, 200);
    fake_end(options);
}

/* parse_from_body fills what it is given or a new record, and leaves a success without texts. */
static void test_parse_from_body(void) {
    oss_request_options_t *options = s_options();
    aos_list_t body;
    aos_status_t s = {.code = 1, .error_code = (char *)"old"};
    fake_body(options->pool, &body, s_xml);
    CHECK(aos_status_parse_from_body(options->pool, &body, 200, &s) == &s);
    CHECK_INT(s.code, 200);
    CHECK_STR(s.error_code, NULL);
    aos_status_t *made = aos_status_parse_from_body(options->pool, &body, 409, NULL);
    CHECK_INT(made->code, 409);
    CHECK_STR(made->error_code, "NoSuchKey");
    made = aos_status_parse_from_body(options->pool, NULL, 500, NULL);
    CHECK_STR(made->error_code, "UnknownError");
    fake_end(options);
}

/* A copy has everything, the request id too, in memory of its own. */
static void test_dup(void) {
    oss_request_options_t *options = s_options();
    aos_status_t s = {404, (char *)"A", NULL, (char *)"ID"};
    aos_status_t *copy = aos_status_dup(options->pool, &s);
    CHECK_INT(copy->code, 404);
    CHECK_STR(copy->error_code, "A");
    CHECK_STR(copy->error_msg, NULL);
    CHECK_STR(copy->req_id, "ID");
    CHECK(copy->error_code != s.error_code && copy->req_id != s.req_id);
    aos_status_set(copy, -1, "B", "C");
    CHECK_STR(copy->error_code, "B");
    CHECK_STR(copy->req_id, "ID");
    CHECK_STR(s.error_code, "A");
    fake_end(options);
}

/* The shared records say what they are for. */
static void test_shared(void) {
    CHECK_INT(ossi_status_no_memory()->code, AOSE_OUT_MEMORY);
    CHECK_STR(oss_get_bucket_name_invalid_error()->error_code, "BucketNameInvalidError");
    CHECK_STR(oss_get_bucket_name_invalid_error()->error_msg,
              "The bucket name is invalid, please check.");
    CHECK_STR(oss_get_object_name_invalid_error()->error_code, "ObjectNameInvalidError");
    CHECK_INT(oss_get_object_name_invalid_error()->code, AOSE_INVALID_ARGUMENT);
    CHECK_STR(oss_get_object_name_invalid_error()->req_id, NULL);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"predicates", test_predicates},
        {"xml_error", test_xml_error},
        {"other_bodies", test_other_bodies},
        {"long_page", test_long_page},
        {"head_error", test_head_error},
        {"not_modified", test_not_modified},
        {"transport_failure", test_transport_failure},
        {"failure_does_not_stick", test_failure_does_not_stick},
        {"parse_from_body", test_parse_from_body},
        {"dup", test_dup},
        {"shared", test_shared},
    };
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
