/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "oss_auth.h"

static apr_pool_t *s_pool;
static oss_config_t s_config;
static oss_request_options_t s_options;

#define V1_URL                                                                                     \
    "http://examplebucket.oss-cn-hangzhou.aliyuncs.com/hello.txt"                                  \
    "?Expires=1709251259&OSSAccessKeyId=STS.NUvectorTokenKeyId0001"                                \
    "&Signature=9I6mpFFFoyLxMfVPg%2BxZPBhtzQM%3D"                                                  \
    "&security-token=CAISexampleToken%2Bwith%2Fslash%3Dand%2Bplus%3D%3D"

#define V4_URL                                                                                     \
    "http://examplebucket.oss-ap-southeast-1.aliyuncs.com/hello.txt"                               \
    "?x-oss-credential=STS.NUvectorTokenKeyId0001%2F20240229%2Fap-southeast-1%2Foss"               \
    "%2Faliyun_v4_request&x-oss-date=20240229T235959Z&x-oss-expires=60"                            \
    "&x-oss-security-token=CAISexampleToken%2Bwith%2Fslash%3Dand%2Bplus%3D%3D"                     \
    "&x-oss-signature=6910754733c13411849e31bed035ff3c4dcf70912e51b55f12eadec3d8cb72d0"            \
    "&x-oss-signature-version=OSS4-HMAC-SHA256"

#define RTMP_URL                                                                                   \
    "rtmp://examplebucket.oss-cn-hangzhou.aliyuncs.com/live/rtmp-ch1?Expires=1709251259"           \
    "&OSSAccessKeyId=LTAI5tVectorKeyIdAAAAAA&Signature=8TmOkqzzBP5hlXXdxRUz80shBRY%3D"             \
    "&playlistName=play.m3u8"

static apr_table_t *s_table(const char *const *pairs) {
    apr_table_t *table = apr_table_make(s_pool, 8);
    for (; *pairs != NULL; pairs += 2) {
        apr_table_addn(table, pairs[0], pairs[1]);
    }
    return table;
}

#define TABLE(...) s_table((const char *const[]){__VA_ARGS__, NULL})

static char *s_text(const char *text) {
    return (char *)(uintptr_t)text;
}

static void s_use_sts(int version) {
    memset(&s_config, 0, sizeof(s_config));
    aos_str_set(&s_config.access_key_id, "STS.NUvectorTokenKeyId0001");
    aos_str_set(&s_config.access_key_secret, "StsSecretForVectors0000000000001");
    aos_str_set(&s_config.sts_token, "CAISexampleToken+with/slash=and+plus==");
    aos_str_set(&s_config.region, "ap-southeast-1");
    s_config.signature_version = version;
    s_options = (oss_request_options_t){.config = &s_config, .pool = s_pool};
}

static aos_http_request_t s_request(const char *host, const char *uri, const char *resource) {
    aos_http_request_t req;
    memset(&req, 0, sizeof(req));
    req.method = HTTP_GET;
    req.proto = s_text("http://");
    req.host = s_text(host);
    req.uri = s_text(uri);
    req.resource = s_text(resource);
    req.pool = s_pool;
    return req;
}

static aos_http_request_t s_hello(const char *host) {
    return s_request(host, "hello.txt", "examplebucket/hello.txt");
}

/* The URL, or NULL; checks the code. */
static const char *s_url(aos_http_request_t *req, const char *expires, int expected) {
    aos_string_t url = aos_null_string, until = aos_null_string;
    aos_str_set(&until, expires);
    CHECK_INT(oss_get_signed_url(&s_options, req, &until, &url), expected);
    CHECK_INT(url.len, url.data == NULL ? 0 : (int)strlen(url.data));
    return url.data;
}

static void test_v1_vector_with_token(void) {
    s_use_sts(1);
    aos_http_request_t req = s_hello("examplebucket.oss-cn-hangzhou.aliyuncs.com");
    CHECK_STR(s_url(&req, "1709251259", AOSE_OK), V1_URL);
    req.proto = s_text("");
    CHECK_STR(s_url(&req, "1709251259", AOSE_OK), V1_URL);
    req.uri = s_text("/hello.txt");
    CHECK_STR(s_url(&req, "1709251259", AOSE_OK), V1_URL);
}

/* A request that leads nowhere (its endpoint was invalid) gets no URL. */
static void test_without_a_host(void) {
    s_use_sts(1);
    aos_http_request_t req = s_hello(NULL);
    CHECK_STR(s_url(&req, "1709251259", AOSE_INVALID_ARGUMENT), NULL);
    req.host = s_text("");
    CHECK_STR(s_url(&req, "1709251259", AOSE_INVALID_ARGUMENT), NULL);
}

static void test_v1_leaves_out_what_the_url_says_itself(void) {
    s_use_sts(0);
    aos_http_request_t req = s_hello("examplebucket.oss-cn-hangzhou.aliyuncs.com");
    req.query_params =
        TABLE("Signature", "old", "Expires", "1", "OSSAccessKeyId", "x", "security-token", "old");
    CHECK_STR(s_url(&req, "1709251259", AOSE_OK), V1_URL);
    CHECK_INT(apr_table_elts(req.query_params)->nelts, 4);
}

static void test_v1_signature_alone(void) {
    aos_string_t signature = aos_null_string, expires = aos_string("1709251259");
    s_use_sts(1);
    aos_http_request_t req = s_hello("host");
    CHECK_INT(get_oss_request_signature(&s_options, &req, &expires, &signature), AOSE_OK);
    CHECK_STR(signature.data, "9I6mpFFFoyLxMfVPg+xZPBhtzQM=");
    CHECK_INT(get_oss_request_signature(&s_options, &req, &s_config.region, &signature),
              AOSE_INVALID_ARGUMENT);
}

static void test_v4_vector_with_token(void) {
    s_use_sts(4);
    aos_http_request_t req = s_hello("examplebucket.oss-ap-southeast-1.aliyuncs.com");
    req.headers = TABLE("X-Oss-Date", "20240229T235959Z");
    CHECK_STR(s_url(&req, "1709251259", AOSE_OK), V4_URL);
    CHECK_INT(apr_table_elts(req.headers)->nelts, 1);
    CHECK(req.query_params == NULL);
    req.query_params = TABLE("x-oss-signature", "old", "x-oss-date", "old");
    CHECK_STR(s_url(&req, "1709251259", AOSE_OK), V4_URL);
    CHECK_INT(apr_table_elts(req.query_params)->nelts, 2);
}

static void test_v4_lifetimes(void) {
    static const struct {
        const char *expires;
        int rc;
    } cases[] = {
        {"1709251200", AOSE_OK},
        {"1709251199", AOSE_INVALID_ARGUMENT},
        {"1709251198", AOSE_INVALID_ARGUMENT},
        {"1709855999", AOSE_OK},
        {"1709856000", AOSE_INVALID_ARGUMENT},
        {"9223372036854775807", AOSE_INVALID_ARGUMENT},
        {"9223372036854775808", AOSE_INVALID_ARGUMENT},
        {"-1", AOSE_INVALID_ARGUMENT},
        {"soon", AOSE_INVALID_ARGUMENT},
        {"", AOSE_INVALID_ARGUMENT},
    };
    s_use_sts(4);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        aos_http_request_t req = s_hello("host");
        req.headers = TABLE("x-oss-date", "20240229T235959Z");
        const char *url = s_url(&req, cases[i].expires, cases[i].rc);
        CHECK((url != NULL) == (cases[i].rc == AOSE_OK));
    }
}

static void test_v4_time_is_now_without_a_date(void) {
    char expires[AOS_MAX_INT64_STRING_LEN];
    s_use_sts(4);
    aos_http_request_t req = s_hello("host");
    snprintf(expires, sizeof(expires), "%lld", (long long)apr_time_sec(apr_time_now()) + 1000);
    const char *url = s_url(&req, expires, AOSE_OK);
    CHECK(url != NULL &&
          (strstr(url, "x-oss-expires=1000&") != NULL || strstr(url, "x-oss-expires=99") != NULL));
    CHECK(req.headers == NULL);
}

static void test_v4_additional_headers_go_into_the_query(void) {
    s_use_sts(4);
    aos_http_request_t req = s_hello("host");
    req.headers = TABLE("x-oss-date", "20240229T235959Z", "Host", "host", "Range", "r",
                        "x-ossc-additional-headers", "Range;host;absent");
    const char *url = s_url(&req, "1709251259", AOSE_OK);
    CHECK(url != NULL && strstr(url, "?x-oss-additional-headers=host%3Brange&") != NULL);
    CHECK_INT(apr_table_elts(req.headers)->nelts, 4);
}

static void test_v4_signs_the_host_that_clients_send(void) {
    s_use_sts(4);
    aos_http_request_t req = s_hello("host:80");
    req.headers =
        TABLE("x-oss-date", "20240229T235959Z", "x-ossc-additional-headers", "host;absent");
    const char *first = s_url(&req, "1709251259", AOSE_OK);
    CHECK(first != NULL && strstr(first, "?x-oss-additional-headers=host&") != NULL);
    CHECK_INT(apr_table_elts(req.headers)->nelts, 2);
    apr_table_set(req.headers, "Host", "host");
    const char *second = s_url(&req, "1709251259", AOSE_OK);
    CHECK_STR(second, first);
}

static void test_v4_cloud_box(void) {
    s_use_sts(4);
    aos_str_set(&s_config.cloudbox_id, "cb-1");
    aos_http_request_t req = s_hello("host");
    req.headers = TABLE("x-oss-date", "20240229T235959Z");
    const char *url = s_url(&req, "1709251259", AOSE_OK);
    CHECK(url != NULL && strstr(url, "%2F20240229%2Fcb-1%2Foss-cloudbox%2F") != NULL);
}

static void test_v4_signs_for_sister_products(void) {
    s_use_sts(4);
    aos_http_request_t req = s_hello("host");
    req.headers = TABLE("x-oss-date", "20240229T235959Z");
    const char *usual = s_url(&req, "1709251259", AOSE_OK);
    apr_table_set(req.headers, "x-ossc-product", "oss");
    apr_table_set(req.headers, "x-ossc-resource", req.resource);
    CHECK_STR(s_url(&req, "1709251259", AOSE_OK), usual);
    apr_table_set(req.headers, "x-ossc-resource", "acs:x:y::/");
    const char *other = s_url(&req, "1709251259", AOSE_OK);
    CHECK(other != NULL && usual != NULL && strcmp(other, usual) != 0);
    CHECK(other != NULL && strstr(other, "http://host/hello.txt?") == other);
    apr_table_set(req.headers, "x-ossc-product", "osstables");
    other = s_url(&req, "1709251259", AOSE_OK);
    CHECK(other != NULL && strstr(other, "%2Fosstables%2Faliyun_v4_request&") != NULL);
    CHECK(other != NULL && strstr(other, "ossc") == NULL);
    CHECK_INT(apr_table_elts(req.headers)->nelts, 3);
}

static void test_paths_are_encoded_but_for_slashes(void) {
    for (int version = 1; version <= 4; version += 3) {
        s_use_sts(version);
        aos_http_request_t req = s_request("h:8080", "a b/../c?d#\xe4", "b/a b/../c?d#\xe4");
        req.headers = TABLE("x-oss-date", "20240229T235959Z");
        req.proto = s_text("https://");
        const char *url = s_url(&req, "1709251259", AOSE_OK);
        CHECK(url != NULL && strncmp(url, "https://h:8080/a%20b/../c%3Fd%23%E4?", 36) == 0);
    }
}

static void test_names_that_differ_in_case_both_stay(void) {
    s_use_sts(4);
    aos_http_request_t req = s_hello("host");
    req.headers = TABLE("x-oss-date", "20240229T235959Z");
    req.query_params = TABLE("b", "2", "B", "1", "acl", "");
    const char *url = s_url(&req, "1709251259", AOSE_OK);
    CHECK(url != NULL && strstr(url, "?B=1&acl&b=2&x-oss-credential=") != NULL);
}

static void test_no_url_without_credentials(void) {
    s_use_sts(4);
    aos_str_null(&s_config.access_key_id);
    aos_str_null(&s_config.access_key_secret);
    aos_http_request_t req = s_hello("host");
    CHECK(s_url(&req, "1709251259", AOSE_INVALID_ARGUMENT) == NULL);
}

static void test_rtmp_vector(void) {
    aos_string_t url = aos_null_string, signature = aos_null_string;
    aos_string_t expires = aos_string("1709251259"), playlist = aos_string("play.m3u8");
    s_use_sts(4);
    aos_str_set(&s_config.access_key_id, "LTAI5tVectorKeyIdAAAAAA");
    aos_str_set(&s_config.access_key_secret, "vEcToRsEcReT0123456789abcdefgh");
    aos_str_null(&s_config.sts_token);
    aos_http_request_t req = s_request("examplebucket.oss-cn-hangzhou.aliyuncs.com",
                                       "live/rtmp-ch1", "examplebucket/rtmp-ch1");
    req.proto = NULL;
    CHECK_INT(oss_get_rtmp_signed_url(&s_options, &req, &expires, &playlist, NULL, &url), AOSE_OK);
    CHECK_STR(url.data, RTMP_URL);
    apr_table_t *params = TABLE("playlistName", "other", "Signature", "old");
    CHECK_INT(oss_get_rtmp_signed_url(&s_options, &req, &expires, &playlist, params, &url),
              AOSE_OK);
    CHECK_STR(url.data, RTMP_URL);
    CHECK_INT(apr_table_elts(params)->nelts, 2);
    req.query_params = TABLE("playlistName", "play.m3u8");
    CHECK_INT(get_oss_rtmp_request_signature(&s_options, &req, &expires, &signature), AOSE_OK);
    CHECK_STR(signature.data, "8TmOkqzzBP5hlXXdxRUz80shBRY=");
}

static void test_rtmp_text(void) {
    aos_string_t text = aos_null_string, expires = aos_string("17"), bad = aos_string("x");
    aos_string_t resource = aos_string("/b/channel");
    apr_table_t *params = TABLE("b", "2", "a", "1 /", "Expires", "no", "Signature", "no",
                                "OSSAccessKeyId", "no", "security-token", "t");
    CHECK_INT(oss_get_rtmp_string_to_sign(s_pool, &expires, &resource, params, &text), AOSE_OK);
    CHECK_STR(text.data, "17\na:1 /\nb:2\nsecurity-token:t\n/b/channel");
    CHECK_INT(oss_get_rtmp_string_to_sign(s_pool, &expires, &resource, NULL, &text), AOSE_OK);
    CHECK_STR(text.data, "17\n/b/channel");
    CHECK_INT(oss_get_rtmp_string_to_sign(s_pool, &bad, &resource, NULL, &text),
              AOSE_INVALID_ARGUMENT);
}

static void test_rtmp_token_is_sent_and_signed(void) {
    aos_string_t with = aos_null_string, without = aos_null_string, expires = aos_string("17");
    s_use_sts(1);
    aos_http_request_t req = s_request("host", "live/c", "b/c");
    CHECK_INT(oss_get_rtmp_signed_url(&s_options, &req, &expires, NULL, NULL, &with), AOSE_OK);
    CHECK(strstr(with.data, "&security-token=CAISexampleToken%2Bwith") != NULL);
    CHECK_INT(get_oss_rtmp_request_signature(&s_options, &req, &expires, &with), AOSE_OK);
    aos_str_null(&s_config.sts_token);
    CHECK_INT(get_oss_rtmp_request_signature(&s_options, &req, &expires, &without), AOSE_OK);
    CHECK(strcmp(with.data, without.data) != 0);
    aos_str_null(&s_config.access_key_id);
    aos_str_null(&s_config.access_key_secret);
    CHECK_INT(oss_get_rtmp_signed_url(&s_options, &req, &expires, NULL, NULL, &with),
              AOSE_INVALID_ARGUMENT);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"v1_vector_with_token", test_v1_vector_with_token},
        {"without_a_host", test_without_a_host},
        {"v1_leaves_out_what_the_url_says_itself", test_v1_leaves_out_what_the_url_says_itself},
        {"v1_signature_alone", test_v1_signature_alone},
        {"v4_vector_with_token", test_v4_vector_with_token},
        {"v4_lifetimes", test_v4_lifetimes},
        {"v4_time_is_now_without_a_date", test_v4_time_is_now_without_a_date},
        {"v4_additional_headers_go_into_the_query", test_v4_additional_headers_go_into_the_query},
        {"v4_signs_the_host_that_clients_send", test_v4_signs_the_host_that_clients_send},
        {"v4_cloud_box", test_v4_cloud_box},
        {"v4_signs_for_sister_products", test_v4_signs_for_sister_products},
        {"paths_are_encoded_but_for_slashes", test_paths_are_encoded_but_for_slashes},
        {"names_that_differ_in_case_both_stay", test_names_that_differ_in_case_both_stay},
        {"no_url_without_credentials", test_no_url_without_credentials},
        {"rtmp_vector", test_rtmp_vector},
        {"rtmp_text", test_rtmp_text},
        {"rtmp_token_is_sent_and_signed", test_rtmp_token_is_sent_and_signed},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
