/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "oss_auth.h"
#include "ossi_mem.h"
#include "ossi_text.h"

static apr_pool_t *s_pool;

static apr_table_t *s_table(const char *const *pairs) {
    apr_table_t *table = apr_table_make(s_pool, 8);
    for (; *pairs != NULL; pairs += 2) {
        apr_table_add(table, pairs[0], pairs[1]);
    }
    return table;
}

#define TABLE(...) s_table((const char *const[]){__VA_ARGS__, NULL})

static int s_count(const apr_table_t *table, const char *name) {
    const apr_array_header_t *entries = apr_table_elts(table);
    int count = 0;
    for (int i = 0; i < entries->nelts; i++) {
        count += ossi_equal_nocase(((const apr_table_entry_t *)entries->elts)[i].key, name);
    }
    return count;
}

static oss_config_t s_config(int version) {
    oss_config_t config;
    memset(&config, 0, sizeof(config));
    aos_str_set(&config.access_key_id, "ak");
    aos_str_set(&config.access_key_secret, "sk");
    aos_str_set(&config.region, "cn-hangzhou");
    config.signature_version = version;
    return config;
}

static aos_http_request_t s_request(http_method_e method, const char *resource,
                                    apr_table_t *headers) {
    aos_http_request_t req;
    memset(&req, 0, sizeof(req));
    req.method = method;
    req.resource = (char *)(uintptr_t)resource;
    req.headers = headers;
    req.pool = s_pool;
    return req;
}

/* The token that signing puts among the headers does not outlive them. Their memory is kept by the
 * allocator, so that it can be looked at. */
static void test_tokens_are_wiped_with_the_headers(void) {
    for (int version = 1; version <= 4; version += 3) {
        apr_allocator_t *allocator = NULL;
        apr_pool_t *root = NULL, *pool = NULL;
        apr_table_t *headers = NULL;
        oss_config_t config = s_config(version);
        aos_str_set(&config.sts_token, "token");
        CHECK_INT(apr_allocator_create(&allocator), APR_SUCCESS);
        CHECK_INT(apr_pool_create_ex(&root, NULL, NULL, allocator), APR_SUCCESS);
        CHECK_INT(ossi_pool_create(&pool, root), AOSE_OK);
        CHECK_INT(ossi_table_make(pool, &headers), AOSE_OK);
        aos_http_request_t req = s_request(HTTP_GET, "bucket/key", headers);
        CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
        const char *token = apr_table_get(headers, "x-oss-security-token");
        CHECK_STR(token, "token");
        apr_pool_destroy(pool);
        CHECK_MEM(token, "\0\0\0\0\0", 6);
        apr_pool_destroy(root);
        apr_allocator_destroy(allocator);
    }
}

static const char s_v4_key[] = "oss-bucket-test/test-sign-V4/-!@#$%^&*()/"
                               "abcdefjhijklmnoqprstuvwxyz/123456789";
static const char s_v4_value[] =
    "OSS4-HMAC-SHA256 Credential=ak/20221016/cn-hangzhou/oss/aliyun_v4_request,"
    "Signature=5028172a0a3806285979896982bee6e36e915cbf428ee7100a809e1f0ff43b64";

static void test_v4_check_value(void) {
    oss_config_t config = s_config(4);
    aos_http_request_t req =
        s_request(HTTP_PUT, s_v4_key,
                  TABLE("x-oss-head1", "value", "Content-Type", "application/octet-stream",
                        "x-oss-date", "20221016T091431Z"));
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_STR(apr_table_get(req.headers, "Authorization"), s_v4_value);
    CHECK_STR(apr_table_get(req.headers, "x-oss-content-sha256"), "UNSIGNED-PAYLOAD");
    CHECK_INT(s_count(req.headers, "Date"), 0);
}

static void test_a_table_signed_twice_has_one_of_each(void) {
    for (int version = 1; version <= 4; version += 3) {
        oss_config_t config = s_config(version);
        aos_http_request_t req =
            s_request(HTTP_GET, "b/k", TABLE("authorization", "old", "a", "b"));
        aos_str_set(&config.sts_token, "token");
        CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
        CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
        CHECK_INT(s_count(req.headers, "Authorization"), 1);
        CHECK(strcmp(apr_table_get(req.headers, "Authorization"), "old") != 0);
        CHECK_INT(s_count(req.headers, "x-oss-security-token"), 1);
        CHECK_INT(s_count(req.headers, "Date"), version == 4 ? 0 : 1);
        CHECK_INT(s_count(req.headers, "x-oss-date"), version == 4 ? 1 : 0);
        CHECK_INT(s_count(req.headers, "x-oss-content-sha256"), version == 4 ? 1 : 0);
    }
}

static void test_a_missing_table_is_made(void) {
    for (int version = 1; version <= 4; version += 3) {
        oss_config_t config = s_config(version);
        aos_http_request_t req = s_request(HTTP_GET, "", NULL);
        CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
        CHECK(req.headers != NULL);
        CHECK_INT(s_count(req.headers, "Authorization"), 1);
    }
}

static void test_v1_dates(void) {
    oss_config_t config = s_config(0);
    aos_http_request_t with_date = s_request(HTTP_GET, "b/k", TABLE("date", "D"));
    aos_http_request_t with_oss = s_request(HTTP_GET, "b/k", TABLE("x-oss-date", "O"));
    aos_http_request_t with_both =
        s_request(HTTP_GET, "b/k", TABLE("Date", "x", "X-Oss-Date", "O"));
    CHECK_INT(oss_sign_request(&with_date, &config), AOSE_OK);
    CHECK_STR(apr_table_get(with_date.headers, "Date"), "D");
    CHECK_INT(oss_sign_request(&with_oss, &config), AOSE_OK);
    CHECK(apr_table_get(with_oss.headers, "Date") == NULL);
    CHECK_INT(oss_sign_request(&with_both, &config), AOSE_OK);
    CHECK_STR(apr_table_get(with_both.headers, "Authorization"),
              apr_table_get(with_oss.headers, "Authorization"));
    CHECK(strncmp(apr_table_get(with_both.headers, "Authorization"), "OSS ak:", 7) == 0);
}

static void test_anonymous_requests_stay_as_they_are(void) {
    for (int version = 1; version <= 4; version += 3) {
        oss_config_t config = s_config(version);
        aos_http_request_t req =
            s_request(HTTP_GET, "b/k", TABLE("a", "b", "X-Ossc-Additional-Headers", "a"));
        aos_str_null(&config.access_key_id);
        aos_str_set(&config.access_key_secret, "");
        aos_str_set(&config.sts_token, "token");
        CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
        CHECK_INT(apr_table_elts(req.headers)->nelts, 1);
    }
}

static void test_cloud_boxes(void) {
    oss_config_t config = s_config(4);
    aos_http_request_t req = s_request(HTTP_GET, "b/k", TABLE("x-oss-date", "20221016T091431Z"));
    aos_str_set(&config.cloudbox_id, "cb-123");
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK(strstr(apr_table_get(req.headers, "Authorization"),
                 "=ak/20221016/cb-123/oss-cloudbox/aliyun_v4_request,") != NULL);
}

static void test_additional_headers_hint_is_taken_out(void) {
    oss_config_t config = s_config(4);
    aos_http_request_t req = s_request(
        HTTP_GET, "b/k",
        TABLE("Host", "h", "Range", "r", "x-ossc-additional-headers", "range;host;absent"));
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_INT(s_count(req.headers, "x-ossc-additional-headers"), 0);
    CHECK(strstr(apr_table_get(req.headers, "Authorization"),
                 ",AdditionalHeaders=host;range,Signature=") != NULL);
    config.signature_version = 1;
    apr_table_set(req.headers, "x-ossc-additional-headers", "host");
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_INT(s_count(req.headers, "x-ossc-additional-headers"), 0);
}

/* The check values were computed by another implementation, from a bucket's name and a key. */
static void test_requests_of_sister_products(void) {
    static const struct {
        http_method_e method;
        const char *product, *resource, *param, *value, *type, *signed_as;
    } rows[] = {
        {HTTP_POST, NULL, "acs:ossvector:cn-hangzhou:123:bucket/", "putVectors", "",
         "application/json",
         "oss/aliyun_v4_request,"
         "Signature=00031bec84505d10847c5d9e47c60e31f14433994f09c477288b74a32f2d042c"},
        {HTTP_GET, "oss", "acs:ossvector:cn-hangzhou::/", "prefix", "a", NULL,
         "oss/aliyun_v4_request,"
         "Signature=0c5be246842f56e3182d3cb60dbe229345b193f65da47bd765841d9cd1afc5ce"},
        {HTTP_PUT, "osstables",
         "acs:osstables:cn-hangzhou:123:bucket/demo/tables/"
         "acs:osstables:cn-hangzhou:123:bucket/demo/ns",
         NULL, NULL, "application/json",
         "osstables/aliyun_v4_request,"
         "Signature=6ed2bc11d44536a77a77d40180e6a68250b376fbbd3e293c36e84e40adf525f1"},
        {HTTP_GET, "osstables", "acs:osstables:cn-hangzhou::bucket//buckets", "max", "1", NULL,
         "osstables/aliyun_v4_request,"
         "Signature=1ecd046effef0ce5a60dcc494b8568c293bf12fe6611ce10c6ff69598299c5d8"},
    };
    oss_config_t config = s_config(4);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        apr_table_t *headers =
            TABLE("x-oss-date", "20221016T091431Z", "X-Ossc-Resource", rows[i].resource);
        aos_http_request_t req = s_request(rows[i].method, "bucket-123/", headers);
        req.query_params = apr_table_make(s_pool, 1);
        if (rows[i].product != NULL) {
            apr_table_set(headers, "x-ossc-product", rows[i].product);
        }
        if (rows[i].type != NULL) {
            apr_table_set(headers, "Content-Type", rows[i].type);
        }
        if (rows[i].param != NULL) {
            apr_table_set(req.query_params, rows[i].param, rows[i].value);
        }
        CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
        CHECK_STR(apr_table_get(headers, "Authorization"),
                  apr_psprintf(s_pool, "OSS4-HMAC-SHA256 Credential=ak/20221016/cn-hangzhou/%s",
                               rows[i].signed_as));
        CHECK_STR(req.resource, rows[i].resource);
        CHECK_INT(s_count(headers, "x-ossc-product") + s_count(headers, "x-ossc-resource"), 0);
    }
}

/* Nothing of a sister product's request is left to be sent unsigned either. */
static void test_hints_of_anonymous_requests_are_taken_out(void) {
    oss_config_t config = s_config(4);
    aos_http_request_t req =
        s_request(HTTP_GET, "b/", TABLE("x-ossc-product", "p", "x-ossc-resource", "r", "a", "b"));
    aos_str_null(&config.access_key_id);
    aos_str_null(&config.access_key_secret);
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_INT(apr_table_elts(req.headers)->nelts, 1);
    CHECK_STR(req.resource, "b/");
}

static void test_host_is_put_where_it_is_to_be_signed(void) {
    static const struct {
        const char *proto, *host, *sent;
    } rows[] = {
        {"http://", "b.example.com", "b.example.com"},
        {"http://", "b.example.com:80", "b.example.com"},
        {"https://", "b.example.com:443", "b.example.com"},
        {"https://", "b.example.com:80", "b.example.com:80"},
        {"http://", "[::1]:9000", "[::1]:9000"},
        {NULL, "127.0.0.1:8080", "127.0.0.1:8080"},
    };
    oss_config_t config = s_config(4);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        aos_http_request_t req =
            s_request(HTTP_GET, "b/k", TABLE("x-ossc-additional-headers", "Host"));
        req.proto = (char *)(uintptr_t)rows[i].proto;
        req.host = (char *)(uintptr_t)rows[i].host;
        CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
        CHECK_STR(apr_table_get(req.headers, "Host"), rows[i].sent);
        CHECK(strstr(apr_table_get(req.headers, "Authorization"), ",AdditionalHeaders=host,") !=
              NULL);
    }
    aos_http_request_t req =
        s_request(HTTP_GET, "b/k", TABLE("x-ossc-additional-headers", "range;hosts"));
    req.host = (char *)(uintptr_t)"h";
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_INT(s_count(req.headers, "Host"), 0);
}

static void test_the_signed_text_can_be_told_behind(void) {
    static const char s_v4[] =
        "OSS4-HMAC-SHA256\n20221016T091431Z\n20221016/cn-hangzhou/oss/aliyun_v4_request\n";
    oss_config_t config = s_config(4);
    aos_string_t text = {-1, NULL};
    aos_http_request_t req = s_request(HTTP_GET, "b/k",
                                       TABLE("x-oss-date", "20221016T091431Z", "Range", "r",
                                             "x-ossc-additional-headers", "range"));
    CHECK_INT(oss_get_signed_text(s_pool, &req, &config, &text), AOSE_INVALID_ARGUMENT);
    CHECK_INT(text.len, -1);
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_INT(oss_get_signed_text(s_pool, &req, &config, &text), AOSE_OK);
    CHECK(strncmp(text.data, s_v4, strlen(s_v4)) == 0);
    CHECK(strstr(text.data, "\nGET\n/b/k\n\nrange:r\n") != NULL);
    CHECK(strstr(text.data, "\n\nrange\nUNSIGNED-PAYLOAD") != NULL);
    req =
        s_request(HTTP_GET, "b/k", TABLE("x-ossc-product", "osstables", "x-ossc-resource", "r/k"));
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_INT(oss_get_signed_text(s_pool, &req, &config, &text), AOSE_OK);
    CHECK(strstr(text.data, "/cn-hangzhou/osstables/aliyun_v4_request\n") != NULL);
    CHECK(strstr(text.data, "\nGET\n/r/k\n\n") != NULL);
    config.signature_version = 1;
    req = s_request(HTTP_GET, "b/k", TABLE("Date", "d"));
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_INT(oss_get_signed_text(s_pool, &req, &config, &text), AOSE_OK);
    CHECK_STR(text.data, "GET\n\n\nd\n/b/k");
    apr_table_unset(req.headers, "Date");
    CHECK_INT(oss_get_signed_text(s_pool, &req, &config, &text), AOSE_INVALID_ARGUMENT);
}

static void test_failures_leave_no_old_signature(void) {
    oss_config_t config = s_config(4);
    aos_http_request_t req =
        s_request(HTTP_GET, "b/k", TABLE("x-oss-date", "yesterday", "Authorization", "old"));
    CHECK_INT(oss_sign_request(&req, &config), AOSE_INVALID_ARGUMENT);
    CHECK_INT(s_count(req.headers, "Authorization"), 0);
    apr_table_unset(req.headers, "x-oss-date");
    aos_str_null(&config.region);
    CHECK_INT(oss_sign_request(&req, &config), AOSE_INVALID_ARGUMENT);
    CHECK_INT(s_count(req.headers, "Authorization"), 0);
}

static void test_strings_are_taken_by_their_length(void) {
    oss_config_t config = s_config(4);
    aos_http_request_t req =
        s_request(HTTP_PUT, s_v4_key,
                  TABLE("x-oss-head1", "value", "Content-Type", "application/octet-stream",
                        "x-oss-date", "20221016T091431Z"));
    config.access_key_id = (aos_string_t){2, (char *)"ak-more"};
    config.access_key_secret = (aos_string_t){2, (char *)"sk-more"};
    config.region = (aos_string_t){11, (char *)"cn-hangzhou-more"};
    CHECK_INT(oss_sign_request(&req, &config), AOSE_OK);
    CHECK_STR(apr_table_get(req.headers, "Authorization"), s_v4_value);
}

static const char s_v1_date[] = "Thu, 17 Nov 2005 18:49:58 GMT";
static const char s_v1_value[] = "OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA=";

static apr_table_t *s_v1_headers(void) {
    return TABLE("Content-Md5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=", "Content-Type",
                 "text/html", "Date", s_v1_date, "X-OSS-Meta-Author", "foo@bar.com", "X-OSS-Magic",
                 "abracadabra");
}

static void test_v1_by_its_public_steps(void) {
    aos_string_t id = aos_string("44CF9590006BF252F707"), text = aos_null_string;
    aos_string_t secret = aos_string("OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV");
    aos_string_t resource = aos_string("/oss-example/nelson");
    apr_table_t *headers = s_v1_headers();
    CHECK_INT(oss_get_string_to_sign(s_pool, HTTP_PUT, &resource, headers, NULL, &text), AOSE_OK);
    apr_table_set(headers, "Authorization", "old");
    oss_sign_headers(s_pool, &text, &id, &secret, headers);
    CHECK_STR(apr_table_get(headers, "authorization"), s_v1_value);
    CHECK_INT(s_count(headers, "Authorization"), 1);
    aos_http_request_t req = s_request(HTTP_PUT, "ignored", s_v1_headers());
    CHECK_INT(oss_get_signed_headers(s_pool, &id, &secret, &resource, &req), AOSE_OK);
    CHECK_STR(apr_table_get(req.headers, "Authorization"), s_v1_value);
    req.headers = NULL;
    CHECK_INT(oss_get_signed_headers(s_pool, &id, &secret, &resource, &req), AOSE_OK);
    CHECK_INT(s_count(req.headers, "Date"), 1);
}

static void test_v1_string_without_anything(void) {
    aos_string_t text = aos_null_string, none = aos_null_string;
    CHECK_INT(oss_get_string_to_sign(s_pool, HTTP_DELETE, &none, NULL, NULL, &text), AOSE_OK);
    CHECK_STR(text.data, "DELETE\n\n\n\n");
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"v4_check_value", test_v4_check_value},
        {"tokens_are_wiped_with_the_headers", test_tokens_are_wiped_with_the_headers},
        {"a_table_signed_twice_has_one_of_each", test_a_table_signed_twice_has_one_of_each},
        {"a_missing_table_is_made", test_a_missing_table_is_made},
        {"v1_dates", test_v1_dates},
        {"anonymous_requests_stay_as_they_are", test_anonymous_requests_stay_as_they_are},
        {"cloud_boxes", test_cloud_boxes},
        {"additional_headers_hint_is_taken_out", test_additional_headers_hint_is_taken_out},
        {"requests_of_sister_products", test_requests_of_sister_products},
        {"hints_of_anonymous_requests_are_taken_out",
         test_hints_of_anonymous_requests_are_taken_out},
        {"host_is_put_where_it_is_to_be_signed", test_host_is_put_where_it_is_to_be_signed},
        {"the_signed_text_can_be_told_behind", test_the_signed_text_can_be_told_behind},
        {"failures_leave_no_old_signature", test_failures_leave_no_old_signature},
        {"strings_are_taken_by_their_length", test_strings_are_taken_by_their_length},
        {"v1_by_its_public_steps", test_v1_by_its_public_steps},
        {"v1_string_without_anything", test_v1_string_without_anything},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
