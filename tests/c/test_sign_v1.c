/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdlib.h>

#include "aos_define.h"
#include "ossi_mem.h"
#include "ossi_sign.h"
#include "ossi_str.h"

static apr_pool_t *s_pool;

static apr_table_t *s_table(const char *const *pairs) {
    apr_table_t *table = apr_table_make(s_pool, 8);
    for (; *pairs != NULL; pairs += 2) {
        apr_table_add(table, pairs[0], pairs[1]);
    }
    return table;
}

#define TABLE(...) s_table((const char *const[]){__VA_ARGS__, NULL})

static aos_string_t s_string(const char *text) {
    aos_string_t s;
    aos_str_set(&s, text);
    return s;
}

static const char *s_text_of(const ossi_sign_input_t *in, const char *date) {
    aos_string_t out = aos_null_string;
    CHECK_INT(ossi_v1_string_to_sign(s_pool, in, date, &out), AOSE_OK);
    CHECK_INT(out.len, out.data == NULL ? -1 : (int)strlen(out.data));
    return out.data;
}

/* The example of the service's documentation. */
static void test_published_example(void) {
    ossi_sign_input_t in = {.method = "PUT",
                            .resource = "/oss-example/nelson",
                            .access_key_id = s_string("44CF9590006BF252F707"),
                            .access_key_secret =
                                s_string("OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV")};
    in.headers = TABLE(
        "Content-Md5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=", "Content-Type", "text/html",
        "Date", "Thu, 17 Nov 2005 18:49:58 GMT", "Host", "oss-example.oss-cn-hangzhou.aliyuncs.com",
        "X-OSS-Meta-Author", "foo@bar.com", "X-OSS-Magic", "abracadabra");
    const char *date = "Thu, 17 Nov 2005 18:49:58 GMT";
    aos_string_t text = s_string(s_text_of(&in, date)), signature, authorization;
    CHECK_STR(text.data, "PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\ntext/html\n"
                         "Thu, 17 Nov 2005 18:49:58 GMT\nx-oss-magic:abracadabra\n"
                         "x-oss-meta-author:foo@bar.com\n/oss-example/nelson");
    CHECK_INT(ossi_v1_signature(s_pool, &in.access_key_secret, &text, &signature), AOSE_OK);
    CHECK_STR(signature.data, "26NBxoKdsyly4EDv6inkoDft/yA=");
    CHECK_INT(ossi_v1_authorization(s_pool, &in, date, &authorization), AOSE_OK);
    CHECK_STR(authorization.data, "OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA=");
}

static void test_nothing_but_what_must_be(void) {
    ossi_sign_input_t in = {.method = "GET", .resource = "/"};
    CHECK_STR(s_text_of(&in, "d"), "GET\n\n\nd\n/");
    CHECK_STR(s_text_of(&in, NULL), "GET\n\n\n\n/");
}

static void test_headers_sort_by_byte_and_lose_blanks(void) {
    ossi_sign_input_t in = {.method = "GET", .resource = "/b/k"};
    in.headers = TABLE("x-oss-meta-a10", "1", "X-OSS-Meta-a9", " \t2\t ", "x-oss-meta-a", "",
                       "x-oss-meta-a-b", "a b", "x-oss", "no", "x-ossc-other", "no",
                       "Content-Type-X", "no", "content-TYPE", "t");
    CHECK_STR(s_text_of(&in, "d"), "GET\n\nt\nd\nx-oss-meta-a:\nx-oss-meta-a-b:a b\n"
                                   "x-oss-meta-a10:1\nx-oss-meta-a9:2\n/b/k");
}

static void test_sub_resources(void) {
    ossi_sign_input_t in = {.method = "GET", .resource = "/b/a key?&"};
    in.params = TABLE("uploadId", "U/1 2", "prefix", "no", "acl", "", "versionId", "v", "Acl", "no",
                      "x-oss-process", "p", "partNumber", "10", "callback", "c", "Expires", "no",
                      "security-token", "t");
    CHECK_STR(s_text_of(&in, "d"), "GET\n\n\nd\n/b/a key?&?acl&callback=c&partNumber=10&"
                                   "security-token=t&uploadId=U/1 2&versionId=v&x-oss-process=p");
}

static void test_duplicates_stay_sorted_by_value(void) {
    ossi_sign_input_t in = {.method = "GET", .resource = "/"};
    in.headers = TABLE("x-oss-a", "2", "X-Oss-A", "1");
    in.params = TABLE("acl", "b", "acl", "", "acl", "a");
    CHECK_STR(s_text_of(&in, "d"), "GET\n\n\nd\nx-oss-a:1\nx-oss-a:2\n/?acl&acl=a&acl=b");
}

static void test_sub_resource_names(void) {
    static const char *yes[] = {"acl",
                                "accessPoint",
                                "x-oss-write-get-object-response",
                                "delete",
                                "continuation-token",
                                "wormId",
                                "withHashContext",
                                "cname",
                                "MetaQuery",
                                "seal",
                                "cleanRestoredObject",
                                "userDefinedLogFieldsConfig"};
    static const char *no[] = {"",        "ACL", "prefix", "list-type",      "Signature", "acl ",
                               "Expires", "zzz", "marker", "OSSAccessKeyId", "uploadid",  "sealed"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        CHECK_INT(ossi_v1_is_sub_resource(yes[i]), 1);
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        CHECK_INT(ossi_v1_is_sub_resource(no[i]), 0);
    }
}

static void test_strings_are_taken_by_their_length(void) {
    ossi_sign_input_t in = {.method = "PUT", .resource = "/oss-example/nelson"};
    aos_string_t authorization, exact;
    in.access_key_id = (aos_string_t){2, (char *)"id and more"};
    in.access_key_secret = (aos_string_t){6, (char *)"secret and more"};
    CHECK_INT(ossi_v1_authorization(s_pool, &in, "d", &authorization), AOSE_OK);
    in.access_key_id = s_string("id");
    in.access_key_secret = s_string("secret");
    CHECK_INT(ossi_v1_authorization(s_pool, &in, "d", &exact), AOSE_OK);
    CHECK_STR(authorization.data, exact.data);
}

static void test_texts_have_a_ceiling(void) {
    ossi_sign_input_t in = {.method = "GET"};
    aos_string_t out = aos_string("same");
    char *resource = malloc(OSSI_MAX_CANONICAL + 1);
    CHECK(resource != NULL);
    if (resource != NULL) {
        memset(resource, '/', OSSI_MAX_CANONICAL);
        resource[OSSI_MAX_CANONICAL] = '\0';
        in.resource = resource;
        CHECK_INT(ossi_v1_string_to_sign(s_pool, &in, "d", &out), AOSE_OVER_MEMORY);
        CHECK_STR(out.data, "same");
    }
    free(resource);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"published_example", test_published_example},
        {"nothing_but_what_must_be", test_nothing_but_what_must_be},
        {"headers_sort_by_byte_and_lose_blanks", test_headers_sort_by_byte_and_lose_blanks},
        {"sub_resources", test_sub_resources},
        {"duplicates_stay_sorted_by_value", test_duplicates_stay_sorted_by_value},
        {"sub_resource_names", test_sub_resource_names},
        {"strings_are_taken_by_their_length", test_strings_are_taken_by_their_length},
        {"texts_have_a_ceiling", test_texts_have_a_ceiling},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
