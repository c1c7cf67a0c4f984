/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "aos_buf.h"
#include "aos_log.h"
#include "aos_util.h"
#include "failing_malloc.h"
#include "oss_auth.h"
#include "ossi_digest.h"
#include "ossi_mem.h"
#include "ossi_sign.h"
#include "ossi_str.h"
#include "ossi_xml.h"

/* Each allocation of each builder of base, hash and auth fails once: the result is right or the
 * failure is said, and nothing crashes. */

/* A body that judges by a code and a text: the failure is one of memory, or the text is right. */
static int s_is_right(int rc, const char *text, const char *expected) {
    if (rc == AOSE_OK) {
        return text != NULL && strcmp(text, expected) == 0;
    }
    return failing_malloc_has_failed() && (rc == AOSE_OUT_MEMORY || rc == AOSE_INTERNAL_ERROR);
}

/* The same where the failure is a NULL. */
static int s_is_right_or_null(const char *text, const char *expected) {
    return text == NULL ? failing_malloc_has_failed() : strcmp(text, expected) == 0;
}

static int s_grow_text(apr_pool_t *pool, void *arg) {
    ossi_str_t s;
    char *text = NULL;
    (void)arg;
    ossi_str_init(&s, pool, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        ossi_str_add_encoded(&s, "/", 1, 0);
    }
    int rc = ossi_str_take(&s, &text, NULL);
    return rc == AOSE_OK ? strlen(text) == 60000
                         : rc == AOSE_OUT_MEMORY && text == NULL && failing_malloc_has_failed();
}

static int s_take_empty_text(apr_pool_t *pool, void *arg) {
    ossi_str_t s;
    char *text = NULL;
    (void)arg;
    ossi_str_init(&s, pool, 10);
    int rc = ossi_str_take(&s, &text, NULL);
    return s_is_right(rc, text, "");
}

static int s_copy(apr_pool_t *pool, void *arg) {
    (void)arg;
    return s_is_right_or_null(ossi_dupz(pool, "text"), "text");
}

static int s_fill_table(apr_pool_t *pool, void *arg) {
    apr_table_t *table = NULL;
    (void)arg;
    int rc = ossi_table_make(pool, &table);
    for (int i = 0; rc == AOSE_OK && i < 100; i++) {
        int before = apr_table_elts(table)->nelts;
        rc = ossi_table_add(pool, table, "name", 4, "value", 5);
        if (rc != AOSE_OK && apr_table_elts(table)->nelts != before) {
            return 0;
        }
    }
    if (rc == AOSE_OK) {
        rc = ossi_table_set(NULL, table, "Name", "one");
        if (rc != AOSE_OK && apr_table_elts(table)->nelts != 100) {
            return 0;
        }
    }
    if (rc == AOSE_OK) {
        rc = aos_table_set_int64(table, "name", -12345);
    }
    return s_is_right(rc, rc == AOSE_OK ? apr_table_get(table, "name") : NULL, "-12345");
}

static int s_wipe(apr_pool_t *pool, void *arg) {
    static char secret[16];
    (void)arg;
    memset(secret, 'x', sizeof(secret));
    apr_pool_t *child = NULL;
    int rc = ossi_pool_create(&child, pool);
    if (rc == AOSE_OK) {
        rc = ossi_wipe_with_pool(child, secret, sizeof(secret) - 1);
        apr_pool_destroy(child);
    }
    return s_is_right(rc, rc == AOSE_OK ? secret + 14 : NULL, "") && secret[15] == 'x';
}

typedef struct item {
    aos_list_t node;
    aos_string_t key;
} item_t;

typedef struct answer {
    aos_list_t items;
} answer_t;

static void *s_create_item(apr_pool_t *pool) {
    return ossi_alloc(pool, sizeof(item_t));
}

static int s_read_xml(apr_pool_t *pool, void *arg) {
    static const char text[] =
        "<?xml version=\"1.0\"?><R xmlns=\"n\"><I><K>a</K></I><I><K>b</K></I>"
        "<I a=\"b\"><K>c</K><L>&amp;</L></I></R>";
    static const ossi_xml_field_t item_fields[] = {
        {"K", OSSI_XML_TEXT, offsetof(item_t, key), NULL, NULL},
        {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
    };
    static const ossi_xml_field_t fields[] = {
        {"R/I", OSSI_XML_LIST, offsetof(answer_t, items), s_create_item, item_fields},
        {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
    };
    aos_buf_t buf = {.pos = (uint8_t *)(uintptr_t)text,
                     .last = (uint8_t *)(uintptr_t)text + sizeof(text) - 1};
    aos_list_t body;
    answer_t answer;
    (void)arg;
    aos_list_init(&body);
    aos_list_add_tail(&buf.node, &body);
    aos_list_init(&answer.items);
    int rc = ossi_xml_read(pool, &body, "R", fields, &answer);
    return s_is_right(
        rc, rc == AOSE_OK ? aos_list_get_last(&answer.items, item_t, node)->key.data : NULL, "c");
}

static int s_fill_buffers(apr_pool_t *pool, void *arg) {
    aos_list_t list;
    (void)arg;
    aos_list_init(&list);
    aos_buf_t *b = aos_create_buf(pool, 2), *packed = aos_buf_pack(pool, "tail", 4);
    if (b == NULL || packed == NULL) {
        return failing_malloc_has_failed();
    }
    aos_buf_append_string(pool, b, "head-", 5);
    if (aos_buf_size(b) != 5) {
        return aos_buf_size(b) == 0 && failing_malloc_has_failed();
    }
    aos_list_add_tail(&b->node, &list);
    aos_list_add_tail(&packed->node, &list);
    return s_is_right_or_null(aos_buf_list_content(pool, &list), "head-tail");
}

static int s_open_file(apr_pool_t *pool, void *path) {
    aos_file_buf_t *fb = aos_create_file_buf(pool);
    if (fb == NULL) {
        return failing_malloc_has_failed();
    }
    int rc = aos_open_file_for_range_read(pool, path, 1, 2, fb);
    return rc == AOSE_OK ? fb->file_last == 2 : s_is_right(rc, NULL, "");
}

static int s_query_string(apr_pool_t *pool, void *table) {
    aos_string_t query = aos_null_string;
    int rc = aos_query_params_to_string(pool, table, &query);
    return s_is_right(rc, query.data, "?acl&b=%2F");
}

static int s_digests(apr_pool_t *pool, void *arg) {
    uint8_t out[OSSI_SHA256_SIZE];
    char first[2] = "";
    (void)arg;
    int rc = ossi_sha256("abc", 3, out);
    if (rc == AOSE_OK) {
        rc = ossi_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, out);
    }
    first[0] = (char)out[0];
    if (rc == AOSE_OK && aos_md5(pool, "a", 1) == NULL) {
        return failing_malloc_has_failed();
    }
    return s_is_right(rc, first, "\xef");
}

static const char s_v4_authorization[] =
    "OSS4-HMAC-SHA256 Credential=ak/20221016/cn-hangzhou/oss/aliyun_v4_request,"
    "Signature=5028172a0a3806285979896982bee6e36e915cbf428ee7100a809e1f0ff43b64";

static oss_config_t s_config(int version) {
    oss_config_t config;
    memset(&config, 0, sizeof(config));
    aos_str_set(&config.access_key_id, "ak");
    aos_str_set(&config.access_key_secret, "sk");
    aos_str_set(&config.region, "cn-hangzhou");
    config.signature_version = version;
    return config;
}

static aos_http_request_t s_request(apr_pool_t *pool) {
    aos_http_request_t req;
    memset(&req, 0, sizeof(req));
    req.method = HTTP_PUT;
    req.resource = (char *)(uintptr_t)"oss-bucket-test/test-sign-V4/-!@#$%^&*()/"
                                      "abcdefjhijklmnoqprstuvwxyz/123456789";
    req.uri = req.resource;
    req.host = (char *)(uintptr_t)"host";
    req.pool = pool;
    return req;
}

static int s_sign_v4(apr_pool_t *pool, void *arg) {
    oss_config_t config = s_config(4);
    aos_http_request_t req = s_request(pool);
    (void)arg;
    ossi_v4_forget_keys();
    int rc = ossi_table_make(pool, &req.headers);
    if (rc == AOSE_OK) {
        rc = ossi_table_set(NULL, req.headers, "x-oss-head1", "value");
    }
    if (rc == AOSE_OK) {
        rc = ossi_table_set(NULL, req.headers, "Content-Type", "application/octet-stream");
    }
    if (rc == AOSE_OK) {
        rc = ossi_table_set(NULL, req.headers, "x-oss-date", "20221016T091431Z");
    }
    if (rc == AOSE_OK) {
        rc = oss_sign_request(&req, &config);
        if (rc != AOSE_OK && apr_table_get(req.headers, "Authorization") != NULL) {
            return 0;
        }
    }
    return s_is_right(rc, rc == AOSE_OK ? apr_table_get(req.headers, "Authorization") : NULL,
                      s_v4_authorization);
}

static int s_sign_v1(apr_pool_t *pool, void *arg) {
    oss_config_t config = s_config(1);
    aos_http_request_t req = s_request(pool);
    (void)arg;
    aos_str_set(&config.sts_token, "token");
    int rc = oss_sign_request(&req, &config);
    return s_is_right(rc, rc == AOSE_OK ? apr_table_get(req.headers, "x-oss-security-token") : NULL,
                      "token");
}

static int s_signed_headers(apr_pool_t *pool, void *arg) {
    oss_config_t config = s_config(1);
    aos_http_request_t req = s_request(pool);
    aos_string_t resource = aos_string("/b/k"), text = aos_string("text");
    (void)arg;
    int rc = oss_get_signed_headers(pool, &config.access_key_id, &config.access_key_secret,
                                    &resource, &req);
    if (rc == AOSE_OK) {
        oss_sign_headers(pool, &text, &config.access_key_id, &config.access_key_secret,
                         req.headers);
    }
    const char *value = rc == AOSE_OK ? apr_table_get(req.headers, "Authorization") : NULL;
    if (rc == AOSE_OK && value == NULL) {
        return failing_malloc_has_failed();
    }
    return s_is_right(rc, value, "OSS ak:py/IhtpPZGlVnrhLh9ZDBffFBjE=");
}

/* The URLs are compared with those of a run without failures. */
typedef struct url {
    int version;
    char expected[1024];
} url_t;

static int s_presign(apr_pool_t *pool, void *arg) {
    url_t *wanted = arg;
    oss_config_t config = s_config(wanted->version);
    oss_request_options_t options = {.config = &config, .pool = pool};
    aos_http_request_t req = s_request(pool);
    aos_string_t expires = aos_string("1665911771"), url = aos_null_string;
    int rc = ossi_table_make(pool, &req.headers);
    aos_str_set(&config.sts_token, "token");
    if (rc == AOSE_OK) {
        rc = ossi_table_set(NULL, req.headers, "x-oss-date", "20221016T091431Z");
    }
    if (rc == AOSE_OK) {
        rc = wanted->version == 0
                 ? oss_get_rtmp_signed_url(&options, &req, &expires, &expires, NULL, &url)
                 : oss_get_signed_url(&options, &req, &expires, &url);
    }
    if (rc == AOSE_OK && wanted->expected[0] == '\0') {
        return snprintf(wanted->expected, sizeof(wanted->expected), "%s", url.data) > 0;
    }
    return s_is_right(rc, url.data, wanted->expected);
}

static int s_url_signature(apr_pool_t *pool, void *arg) {
    oss_config_t config = s_config(1);
    oss_request_options_t options = {.config = &config, .pool = pool};
    aos_http_request_t req = s_request(pool);
    aos_string_t expires = aos_string("1"), signature = aos_null_string;
    (void)arg;
    int rc = get_oss_request_signature(&options, &req, &expires, &signature);
    return rc == AOSE_OK ? signature.len == 28 : s_is_right(rc, NULL, "");
}

static int s_log(apr_pool_t *pool, void *arg) {
    (void)pool;
    (void)arg;
    aos_error_log("%s", "a line is made without memory");
    return 1;
}

static void s_drop(const char *message, int len) {
    CHECK(message[len - 1] == '\n');
}

static void s_check(const char *name, failing_malloc_body_t body, void *arg, unsigned long least) {
    unsigned long failures = failing_malloc_run(body, arg);
    printf("     %s: %lu failures\n", name, failures);
    if (failures < least) {
        check_fail(__FILE__, __LINE__, name);
    }
}

static apr_pool_t *s_pool;

static void test_base(void) {
    char path[] = "test_oom_base.XXXXXX";
    apr_file_t *file = NULL;
    apr_table_t *table = apr_table_make(s_pool, 2);
    apr_table_add(table, "acl", "");
    apr_table_add(table, "b", "/");
    CHECK_INT(apr_file_mktemp(&file, path, 0, s_pool), APR_SUCCESS);
    CHECK_INT(apr_file_write_full(file, "0123", 4, NULL), APR_SUCCESS);
    s_check("grow_text", s_grow_text, NULL, 10);
    s_check("take_empty_text", s_take_empty_text, NULL, 1);
    s_check("copy", s_copy, NULL, 1);
    s_check("fill_table", s_fill_table, NULL, 100);
    s_check("wipe", s_wipe, NULL, 2);
    s_check("read_xml", s_read_xml, NULL, 10);
    s_check("fill_buffers", s_fill_buffers, NULL, 5);
    s_check("open_file", s_open_file, path, 2);
    s_check("query_string", s_query_string, table, 1);
}

static void test_hash(void) {
    CHECK(s_digests(s_pool, NULL));
    s_check("digests", s_digests, NULL, 3);
}

static void test_auth(void) {
    static url_t rtmp, v1 = {.version = 1}, v4 = {.version = 4};
    CHECK(s_presign(s_pool, &rtmp) && s_presign(s_pool, &v1) && s_presign(s_pool, &v4));
    s_check("sign_v4", s_sign_v4, NULL, 20);
    s_check("sign_v1", s_sign_v1, NULL, 10);
    s_check("signed_headers", s_signed_headers, NULL, 10);
    s_check("presign_v1", s_presign, &v1, 30);
    s_check("presign_v4", s_presign, &v4, 50);
    s_check("presign_rtmp", s_presign, &rtmp, 20);
    s_check("url_signature", s_url_signature, NULL, 8);
}

static void test_log_needs_no_memory(void) {
    CHECK(s_log(s_pool, NULL));
    CHECK_INT((long long)failing_malloc_run(s_log, NULL), 0);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"base", test_base},
        {"hash", test_hash},
        {"auth", test_auth},
        {"log_needs_no_memory", test_log_needs_no_memory},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    aos_log_set_print(s_drop);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
