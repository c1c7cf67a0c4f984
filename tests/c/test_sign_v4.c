/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <pthread.h>

#include "aos_define.h"
#include "ossi_sign.h"

static apr_pool_t *s_pool;

static apr_table_t *s_table(const char *const *pairs) {
    apr_table_t *table = apr_table_make(s_pool, 8);
    for (; *pairs != NULL; pairs += 2) {
        apr_table_add(table, pairs[0], pairs[1]);
    }
    return table;
}

#define TABLE(...) s_table((const char *const[]){__VA_ARGS__, NULL})

static ossi_sign_input_t s_input(void) {
    ossi_sign_input_t in = {.method = "PUT",
                            .resource = "/",
                            .region = "cn-hangzhou",
                            .product = "oss",
                            .access_key_id = aos_string("ak"),
                            .access_key_secret = aos_string("sk")};
    return in;
}

static const char *s_request_of(const ossi_sign_input_t *in) {
    aos_string_t out = aos_null_string;
    CHECK_INT(ossi_v4_canonical_request(s_pool, in, &out), AOSE_OK);
    return out.data;
}

/* The check value of the protocol, section 5, step by step. */
static void test_published_example(void) {
    static const char stamp[] = "20221016T091431Z";
    aos_string_t request, text, signature, authorization;
    ossi_sign_input_t in = s_input();
    in.resource = "/oss-bucket-test/"
                  "test-sign-V4/-!@#$%^&*()/abcdefjhijklmnoqprstuvwxyz/123456789";
    in.headers = TABLE("x-oss-head1", "value", "Content-Type", "application/octet-stream",
                       "x-oss-date", stamp, "x-oss-content-sha256", "UNSIGNED-PAYLOAD");
    CHECK_INT(ossi_v4_canonical_request(s_pool, &in, &request), AOSE_OK);
    CHECK_STR(request.data,
              "PUT\n/oss-bucket-test/test-sign-V4/-%21%40%23%24%25%5E%26%2A%28%29/"
              "abcdefjhijklmnoqprstuvwxyz/123456789\n\ncontent-type:application/octet-stream\n"
              "x-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:20221016T091431Z\n"
              "x-oss-head1:value\n\n\nUNSIGNED-PAYLOAD");
    CHECK_INT(ossi_v4_string_to_sign(s_pool, &in, stamp, &request, &text), AOSE_OK);
    CHECK(strncmp(text.data,
                  "OSS4-HMAC-SHA256\n20221016T091431Z\n"
                  "20221016/cn-hangzhou/oss/aliyun_v4_request\n",
                  77) == 0);
    CHECK_INT(ossi_v4_signature(s_pool, &in, stamp, &text, &signature), AOSE_OK);
    CHECK_STR(signature.data, "5028172a0a3806285979896982bee6e36e915cbf428ee7100a809e1f0ff43b64");
    CHECK_INT(ossi_v4_authorization(s_pool, &in, stamp, &authorization), AOSE_OK);
    CHECK_STR(authorization.data,
              "OSS4-HMAC-SHA256 Credential=ak/20221016/cn-hangzhou/oss/aliyun_v4_request,"
              "Signature=5028172a0a3806285979896982bee6e36e915cbf428ee7100a809e1f0ff43b64");
}

static void test_nothing_but_what_must_be(void) {
    ossi_sign_input_t in = s_input();
    CHECK_STR(s_request_of(&in), "PUT\n/\n\n\n\nUNSIGNED-PAYLOAD");
}

static void test_query_is_encoded_then_sorted(void) {
    ossi_sign_input_t in = s_input();
    aos_string_t query;
    in.params = TABLE("z", "1", "\xc3\xa4", "2", "prefix", "a/b c", "Prefix", "d", "acl", "", "z",
                      "0", "a+b", "=&");
    CHECK_INT(ossi_v4_canonical_query(s_pool, in.params, &query), AOSE_OK);
    CHECK_STR(query.data, "%C3%A4=2&Prefix=d&a%2Bb=%3D%26&acl&prefix=a%2Fb%20c&z=0&z=1");
    CHECK_INT(ossi_v4_canonical_query(s_pool, NULL, &query), AOSE_OK);
    CHECK_STR(query.data, "");
}

static void test_which_headers_are_signed(void) {
    ossi_sign_input_t in = s_input();
    in.headers = TABLE("Date", "no", "Content-Type-X", "no", "Content-MD5X", "no", "Content-Md5",
                       " m ", "X-OSS-Meta-a10", "1", "x-oss-meta-a9", "2", "x-ossc-other", "no",
                       "Authorization", "no");
    CHECK_STR(s_request_of(&in), "PUT\n/\n\ncontent-md5:m\nx-oss-meta-a10:1\nx-oss-meta-a9:2\n"
                                 "\n\nUNSIGNED-PAYLOAD");
}

static void test_additional_headers(void) {
    static const struct {
        const char *asked, *used;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {"range;host", "host;range"},
        {" Range ; HOST ;; range;", "host;range"},
        {"absent;host", "host"},
        {"x-oss-meta-a;content-type;content-md5;host", "host"},
        {"hos;hostt;ran", ""},
        {";", ""},
    };
    ossi_sign_input_t in = s_input();
    in.headers = TABLE("Host", "h", "Range", "bytes=0-1", "x-oss-meta-a", "1", "Content-Type", "t",
                       "range", "again");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        aos_string_t used = aos_null_string;
        in.additional_headers = cases[i].asked;
        CHECK_INT(ossi_v4_additional_headers(s_pool, &in, &used), AOSE_OK);
        CHECK_STR(used.data, cases[i].used);
    }
    in.additional_headers = "HOST";
    CHECK_STR(s_request_of(&in), "PUT\n/\n\ncontent-type:t\nhost:h\nx-oss-meta-a:1\n\nhost\n"
                                 "UNSIGNED-PAYLOAD");
}

static void test_authorization_names_additional_headers(void) {
    aos_string_t out = aos_null_string;
    ossi_sign_input_t in = s_input();
    in.headers = TABLE("abc", "1", "Host", "h");
    in.additional_headers = "host;ABC";
    CHECK_INT(ossi_v4_authorization(s_pool, &in, "20221016T091431Z", &out), AOSE_OK);
    CHECK(strstr(out.data, "/aliyun_v4_request,AdditionalHeaders=abc;host,Signature=") != NULL);
}

static void test_payload_hash_is_the_headers(void) {
    ossi_sign_input_t in = s_input();
    in.headers = TABLE("X-Oss-Content-Sha256", "abc");
    CHECK_STR(s_request_of(&in), "PUT\n/\n\nx-oss-content-sha256:abc\n\n\nabc");
}

static void test_refused_stamps_and_regions(void) {
    aos_string_t out = aos_string("same"), text = aos_string("text");
    ossi_sign_input_t in = s_input();
    CHECK_INT(ossi_v4_scope(s_pool, &in, "20221016", &out), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossi_v4_scope(s_pool, &in, "", &out), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossi_v4_string_to_sign(s_pool, &in, "x", &text, &out), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossi_v4_signature(s_pool, &in, "x", &text, &out), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossi_v4_authorization(s_pool, &in, "x", &out), AOSE_INVALID_ARGUMENT);
    in.region = "";
    CHECK_INT(ossi_v4_authorization(s_pool, &in, "20221016T091431Z", &out), AOSE_INVALID_ARGUMENT);
    CHECK_STR(out.data, "same");
}

/* 1,023 bytes that all need escaping, as key, as parameter and as its name. */
static void test_longest_key_with_every_byte_escaped(void) {
    char key[1 + 1023 + 1];
    aos_string_t request;
    ossi_sign_input_t in = s_input();
    memset(key, 0xE4, sizeof(key));
    key[0] = '/';
    key[sizeof(key) - 1] = '\0';
    in.resource = key;
    in.params = TABLE(key + 1, key);
    CHECK_INT(ossi_v4_canonical_request(s_pool, &in, &request), AOSE_OK);
    CHECK_INT(request.len, strlen("PUT\n/") + 3 * 1023 + 1 + 3 * 1023 + 1 + 3 * 1024 +
                               strlen("\n\n\nUNSIGNED-PAYLOAD"));
}

static void test_long_secrets(void) {
    char secret[201];
    aos_string_t a, b, text = aos_string("text");
    ossi_sign_input_t in = s_input();
    memset(secret, 's', sizeof(secret));
    in.access_key_secret = (aos_string_t){200, secret};
    CHECK_INT(ossi_v4_signature(s_pool, &in, "20221016T091431Z", &text, &a), AOSE_OK);
    in.access_key_secret.len = 201;
    CHECK_INT(ossi_v4_signature(s_pool, &in, "20221016T091431Z", &text, &b), AOSE_OK);
    CHECK(strcmp(a.data, b.data) != 0);
    CHECK_INT(a.len, 64);
}

typedef struct secret {
    const char *secret;
    const char *region;
    const char *product;
    const char *stamp;
} secret_t;

/* Parts that differ in one place each, and parts whose joined text is the same. */
static const secret_t s_secrets[] = {
    {"sk", "cn-hangzhou", "oss", "20221016T091431Z"},
    {"sl", "cn-hangzhou", "oss", "20221016T091431Z"},
    {"sk", "cn-beijing", "oss", "20221016T091431Z"},
    {"sk", "cn-hangzhou", "oss-cloudbox", "20221016T091431Z"},
    {"sk", "cn-hangzhou", "oss", "20221017T091431Z"},
    {"", "cn-hangzhou", "oss", "20221016T091431Z"},
    {"ossk", "cn-hangzhou", "", "20221016T091431Z"},
    {"k", "cn-hangzhou", "osss", "20221016T091431Z"},
    {"sk", "cn-hangzho", "uoss", "20221016T091431Z"},
};

#define S_SECRETS (sizeof(s_secrets) / sizeof(s_secrets[0]))

static void s_sign(apr_pool_t *pool, const secret_t *secret, char out[65]) {
    ossi_sign_input_t in = s_input();
    aos_string_t signature = aos_null_string;
    in.access_key_secret = (aos_string_t){(int)strlen(secret->secret), (char *)secret->secret};
    in.region = secret->region;
    in.product = secret->product;
    int rc = ossi_v4_sign(pool, &in, secret->stamp, &signature);
    (void)snprintf(out, 65, "%s", rc == AOSE_OK ? signature.data : "");
}

/* However often others are used in between. */
static void test_no_key_is_taken_for_another(void) {
    char expected[S_SECRETS][65];
    for (size_t i = 0; i < S_SECRETS; i++) {
        ossi_v4_forget_keys();
        s_sign(s_pool, &s_secrets[i], expected[i]);
        CHECK_INT(strlen(expected[i]), 64);
        for (size_t k = 0; k < i; k++) {
            CHECK(strcmp(expected[i], expected[k]) != 0);
        }
    }
    for (size_t i = 0; i < 7 * S_SECRETS; i++) {
        char now[65];
        size_t k = i * 3 % S_SECRETS;
        s_sign(s_pool, &s_secrets[k], now);
        CHECK_STR(now, expected[k]);
        s_sign(s_pool, &s_secrets[k], now);
        CHECK_STR(now, expected[k]);
    }
}

static char s_expected[S_SECRETS][65];

static void *s_sign_many(void *wrong) {
    apr_pool_t *pool = NULL;
    if (apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        *(int *)wrong = 1;
        return NULL;
    }
    for (size_t i = 0; i < 3000; i++) {
        char now[65];
        s_sign(pool, &s_secrets[i % S_SECRETS], now);
        *(int *)wrong += strcmp(now, s_expected[i % S_SECRETS]) != 0;
        if (i % 500 == 0) {
            ossi_v4_forget_keys();
        }
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void test_threads_share_keys(void) {
    pthread_t threads[4];
    int wrong[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < S_SECRETS; i++) {
        s_sign(s_pool, &s_secrets[i], s_expected[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, s_sign_many, &wrong[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        CHECK_INT(wrong[i], 0);
    }
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"published_example", test_published_example},
        {"nothing_but_what_must_be", test_nothing_but_what_must_be},
        {"query_is_encoded_then_sorted", test_query_is_encoded_then_sorted},
        {"which_headers_are_signed", test_which_headers_are_signed},
        {"additional_headers", test_additional_headers},
        {"authorization_names_additional_headers", test_authorization_names_additional_headers},
        {"payload_hash_is_the_headers", test_payload_hash_is_the_headers},
        {"refused_stamps_and_regions", test_refused_stamps_and_regions},
        {"longest_key_with_every_byte_escaped", test_longest_key_with_every_byte_escaped},
        {"long_secrets", test_long_secrets},
        {"no_key_is_taken_for_another", test_no_key_is_taken_for_another},
        {"threads_share_keys", test_threads_share_keys},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
