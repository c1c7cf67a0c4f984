/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <limits.h>
#include <stdlib.h>

#include "aos_http_io.h"

/* What the bucket, key and URI rules make of an endpoint. */
typedef struct s_uri_row {
    const char *endpoint;
    int is_cname;
    const char *proto; /* NULL: the endpoint is invalid */
    const char *host;
    const char *object_uri;
    const char *bucket_uri;
} s_uri_row_t;

static const s_uri_row_t s_uri_rows[] = {
    {"oss-x.com", 0, "http://", "bkt.oss-x.com", "a/b", ""},
    {"http://oss-x.com", 0, "http://", "bkt.oss-x.com", "a/b", ""},
    {"HTTPS://oss-x.com", 0, "https://", "bkt.oss-x.com", "a/b", ""},
    {"https://oss-x.com:8443/path?q#f", 0, "https://", "bkt.oss-x.com:8443", "a/b", ""},
    {"oss-x.com#f", 0, "http://", "bkt.oss-x.com", "a/b", ""},
    {"oss-x.com?q", 0, "http://", "bkt.oss-x.com", "a/b", ""},
    {"img.example.com", 1, "http://", "img.example.com", "a/b", ""},
    {"127.0.0.1:80", 0, "http://", "127.0.0.1:80", "bkt/a/b", "bkt/"},
    {"127.0.0.1", 1, "http://", "127.0.0.1", "bkt/a/b", "bkt/"},
    {"http://[::1]:8080/", 0, "http://", "[::1]:8080", "bkt/a/b", "bkt/"},
    {"[fe80::1]", 0, "http://", "[fe80::1]", "bkt/a/b", "bkt/"},
    {"0.0.0.0", 0, "http://", "0.0.0.0", "bkt/a/b", "bkt/"},
    {"localhost:9000", 0, "http://", "bkt.localhost:9000", "a/b", ""},
    {"127.1", 0, "http://", "bkt.127.1", "a/b", ""},
    {"0x7f000001", 0, "http://", "bkt.0x7f000001", "a/b", ""},
    {"1.2.3.256", 0, "http://", "bkt.1.2.3.256", "a/b", ""},
    {"oss_x.com", 0, "http://", "bkt.oss_x.com", "a/b", ""},
    {"", 0, NULL, NULL, NULL, NULL},
    {"http://", 0, NULL, NULL, NULL, NULL},
    {"https:///key", 0, NULL, NULL, NULL, NULL},
    {"user@oss-x.com", 0, NULL, NULL, NULL, NULL},
    {"http://user:pw@oss-x.com", 0, NULL, NULL, NULL, NULL},
    {"ftp://oss-x.com", 0, NULL, NULL, NULL, NULL},
    {"oss-x.com:", 0, NULL, NULL, NULL, NULL},
    {"oss-x.com:0", 0, NULL, NULL, NULL, NULL},
    {"oss-x.com:65536", 0, NULL, NULL, NULL, NULL},
    {"oss-x.com:80x", 0, NULL, NULL, NULL, NULL},
    {"oss-x.com:80\r\nX: y", 0, NULL, NULL, NULL, NULL},
    {"oss x.com", 0, NULL, NULL, NULL, NULL},
    {"oss-x.com\\@evil.com", 0, NULL, NULL, NULL, NULL},
    {"[::1", 0, NULL, NULL, NULL, NULL},
    {"[::1]x", 0, NULL, NULL, NULL, NULL},
    {"[]", 0, NULL, NULL, NULL, NULL},
    {"[127.0.0.1]", 0, NULL, NULL, NULL, NULL},
    {"::1", 0, NULL, NULL, NULL, NULL},
};

static void s_check_valid_row(const s_uri_row_t *row) {
    oss_request_options_t *options = fake_begin(row->endpoint);
    aos_string_t bucket = fake_string("bkt");
    aos_string_t object = fake_string("a/b");
    aos_http_request_t *req = aos_http_request_create(options->pool);
    options->config->is_cname = row->is_cname;
    oss_get_object_uri(options, &bucket, &object, req);
    CHECK_STR(req->proto, row->proto);
    CHECK_STR(req->host, row->host);
    CHECK_STR(req->uri, row->object_uri);
    CHECK_STR(req->resource, "bkt/a/b");
    oss_get_bucket_uri(options, &bucket, req);
    CHECK_STR(req->host, row->host);
    CHECK_STR(req->uri, row->bucket_uri);
    CHECK_STR(req->resource, "bkt/");
    fake_end(options);
}

static void s_check_invalid_row(const s_uri_row_t *row) {
    oss_request_options_t *options = fake_begin(row->endpoint);
    aos_string_t bucket = fake_string("bkt");
    aos_table_t *headers = NULL;
    aos_status_t *s = oss_head_bucket(options, &bucket, &headers);
    CHECK_INT(s->code, AOSE_INVALID_ARGUMENT);
    CHECK_STR(s->error_code, "ClientError");
    CHECK_STR(s->error_msg, "The endpoint is invalid.");
    CHECK(headers != NULL);
    CHECK_INT(fake_seen()->count, 0);
    fake_end(options);
}

/* Each kind of endpoint leads where protocol section 1 says, and a bad one leads nowhere. */
static void test_uris(void) {
    for (size_t i = 0; i < sizeof(s_uri_rows) / sizeof(s_uri_rows[0]); i++) {
        if (s_uri_rows[i].proto != NULL) {
            s_check_valid_row(&s_uri_rows[i]);
        } else {
            s_check_invalid_row(&s_uri_rows[i]);
        }
    }
}

/* A key may begin with '/': its own one stands behind that of the path, in requests and URLs. */
static void test_key_with_a_leading_slash(void) {
    static const struct {
        const char *endpoint;
        const char *uri;
        const char *url;
    } rows[] = {
        {"oss-x.com", "//k", "http://bkt.oss-x.com//k?"},
        {"127.0.0.1", "bkt//k", "http://127.0.0.1/bkt//k?"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        oss_request_options_t *options = fake_begin(rows[i].endpoint);
        aos_string_t bucket = fake_string("bkt");
        aos_string_t object = fake_string("/k");
        aos_http_request_t *req = aos_http_request_create(options->pool);
        CHECK_INT(oss_head_object(options, &bucket, &object, NULL, NULL)->code, 200);
        CHECK_STR(fake_seen()->uri, rows[i].uri);
        CHECK_STR(fake_seen()->resource, "bkt//k");
        int64_t soon = (int64_t)apr_time_sec(apr_time_now()) + 60;
        const char *url = oss_gen_signed_url(options, &bucket, &object, soon, req);
        CHECK(url != NULL && strncmp(url, rows[i].url, strlen(rows[i].url)) == 0);
        fake_end(options);
    }
}

/* The service level has the endpoint's host and nothing else, also with an IP or a CNAME. */
static void test_service_uri(void) {
    static const char *const endpoints[] = {"oss-x.com", "127.0.0.1:80"};
    for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
        oss_request_options_t *options = fake_begin(endpoints[i]);
        aos_http_request_t *req = NULL;
        aos_http_response_t *resp = NULL;
        oss_init_service_request(options, HTTP_GET, &req, NULL, NULL, &resp);
        CHECK_INT(oss_process_request(options, req, resp)->code, 200);
        CHECK_STR(fake_seen()->host, endpoints[i]);
        CHECK_STR(fake_seen()->uri, "");
        CHECK_STR(fake_seen()->resource, "");
        fake_end(options);
    }
}

/* An endpoint whose length ends before its text does is taken by its length. */
static void test_endpoint_length(void) {
    oss_request_options_t *options = fake_begin("oss-x.com.evil.example");
    aos_string_t bucket = fake_string("bkt");
    options->config->endpoint.len = 9;
    CHECK_INT(oss_head_bucket(options, &bucket, NULL)->code, 200);
    CHECK_STR(fake_seen()->host, "bkt.oss-x.com");
    options->config->endpoint.data = NULL;
    CHECK_INT(oss_head_bucket(options, &bucket, NULL)->code, AOSE_INVALID_ARGUMENT);
    fake_end(options);
}

/* Names are valid by their length and characters, NUL included among the bad ones. */
static void test_names(void) {
    static const struct {
        const char *name;
        int valid;
    } buckets[] = {{"abc", 1}, {"a-c", 1}, {"0a9", 1}, {"ab", 0}, {"-ab", 0}, {"ab-", 0},
                   {"aBc", 0}, {"a_c", 0}, {"a.c", 0}, {"", 0},   {"a c", 0}, {"a/c", 0}};
    char longest[65];
    memset(longest, 'a', sizeof(longest));
    longest[64] = '\0';
    for (size_t i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++) {
        aos_string_t name = fake_string(buckets[i].name);
        CHECK_INT(oss_is_valid_bucket_name(&name), buckets[i].valid);
    }
    aos_string_t name = {63, longest};
    CHECK(oss_is_valid_bucket_name(&name));
    name.len = 64;
    CHECK(!oss_is_valid_bucket_name(&name));
    CHECK(!oss_is_valid_bucket_name(NULL));
}

static void test_object_names(void) {
    char key[1025];
    memset(key, 'k', sizeof(key));
    aos_string_t name = {1023, key};
    CHECK(oss_is_valid_object_name(&name));
    name.len = 1024;
    CHECK(!oss_is_valid_object_name(&name));
    name.len = 0;
    CHECK(!oss_is_valid_object_name(&name));
    name.len = 10;
    key[5] = '\0';
    CHECK(!oss_is_valid_object_name(&name));
    CHECK(!oss_is_valid_object_name(NULL));
    name.data = NULL;
    CHECK(!oss_is_valid_object_name(&name));
    name = fake_string("?x");
    CHECK(oss_is_valid_object_name(&name));
    CHECK(oss_is_valid_object_name_ex(&name, 0));
    CHECK(!oss_is_valid_object_name_ex(&name, 1));
}

static void test_hosts(void) {
    CHECK(is_valid_ip("127.0.0.1"));
    CHECK(is_valid_ip("[::1]"));
    CHECK(!is_valid_ip("::1"));
    CHECK(!is_valid_ip("1"));
    CHECK(!is_valid_ip("127.1"));
    CHECK(!is_valid_ip("127.0.0.1.1"));
    CHECK(!is_valid_ip(""));
    CHECK(!is_valid_ip(NULL));
    CHECK(oss_is_valid_host("a-b.c_d"));
    CHECK(oss_is_valid_host("[::1]"));
    CHECK(!oss_is_valid_host("a b"));
    CHECK(!oss_is_valid_host(""));
    CHECK(!oss_is_valid_host(NULL));
}

/* The two public helpers on endpoints. */
static void test_endpoint_helpers(void) {
    oss_request_options_t *options = fake_begin("x");
    aos_string_t endpoint = fake_string("https://a.b:1/c?d");
    oss_preprocess_endpoint(&endpoint);
    CHECK_INT(endpoint.len, (int)strlen("https://a.b:1"));
    endpoint = fake_string("a.b");
    oss_preprocess_endpoint(&endpoint);
    CHECK_INT(endpoint.len, 3);
    oss_preprocess_endpoint(NULL);
    aos_string_t authority = fake_string("u@p@host:80");
    CHECK_STR(oss_get_host_from_authority(options, &authority), "host");
    authority = fake_string("[::1]:80");
    CHECK_STR(oss_get_host_from_authority(options, &authority), "[::1]");
    authority.data = NULL;
    CHECK_STR(oss_get_host_from_authority(options, &authority), "");
    fake_end(options);
}

/* The proxy goes into the controller's own options and pool, never into the process's defaults. */
static void test_resolve(void) {
    oss_request_options_t *options = fake_begin("x");
    aos_http_controller_t *other = aos_http_controller_create(options->pool, 0);
    aos_pool_t *short_lived = NULL;
    CHECK(aos_pool_create(&short_lived, NULL) == APR_SUCCESS);
    oss_config_resolve(short_lived, options->config, options->ctl);
    CHECK_STR(options->ctl->options->proxy_host, NULL);
    options->config->proxy_host = fake_string("proxy.local");
    options->config->proxy_port = 3128;
    options->config->proxy_user = fake_string("user");
    options->config->proxy_passwd = fake_string("pass:word");
    options->ctl->options->connect_timeout = 77;
    oss_config_resolve(short_lived, options->config, options->ctl);
    apr_pool_destroy(short_lived);
    CHECK_STR(options->ctl->options->proxy_host, "proxy.local:3128");
    CHECK_STR(options->ctl->options->proxy_auth, "user:pass:word");
    CHECK_INT(options->ctl->options->connect_timeout, 77);
    CHECK_STR(other->options->proxy_host, NULL);
    CHECK_STR(aos_default_http_request_options->proxy_host, NULL);
    CHECK_STR(aos_default_http_request_options->proxy_auth, NULL);
    fake_end(options);
}

/* A caller's tables stay as they were, and a second call signs afresh: one Authorization. */
static void test_tables_are_not_changed(void) {
    oss_request_options_t *options = fake_begin("oss-x.com");
    aos_string_t bucket = fake_string("bkt");
    aos_string_t key = fake_string("k");
    aos_table_t *headers = aos_table_make(options->pool, 4);
    aos_table_t *params = aos_table_make(options->pool, 4);
    apr_table_set(headers, "x-oss-meta-a", "1");
    apr_table_set(params, "versionId", "v");
    for (int i = 0; i < 2; i++) {
        aos_list_t body;
        fake_body(options->pool, &body, "data");
        aos_status_t *s = oss_do_append_object_from_buffer(options, &bucket, &key, 0, 0, &body,
                                                           headers, params, NULL, NULL, NULL);
        CHECK_INT(s->code, 200);
        CHECK_INT(fake_header_count("Authorization"), 1);
        CHECK_INT(fake_header_count("Content-Type"), 1);
        CHECK_STR(fake_header("x-oss-meta-a"), "1");
        CHECK_STR(fake_param("versionId"), "v");
        CHECK_STR(fake_param("append"), "");
        CHECK_INT(apr_table_elts(headers)->nelts, 1);
        CHECK_INT(apr_table_elts(params)->nelts, 1);
    }
    fake_end(options);
}

/* The same request may be processed twice. */
static void test_process_twice(void) {
    oss_request_options_t *options = fake_begin("oss-x.com");
    aos_string_t bucket = fake_string("bkt");
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    oss_init_bucket_request(options, &bucket, HTTP_GET, &req, NULL, NULL, &resp);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(oss_process_request(options, req, resp)->code, 200);
        CHECK_INT(fake_header_count("Authorization"), 1);
        CHECK_INT(fake_header_count("Date"), 1);
    }
    fake_end(options);
}

/* What could not be built is told by a status, not by a crash. */
static void test_unbuilt_requests(void) {
    oss_request_options_t *options = fake_begin("oss-x.com");
    aos_http_request_t *req = aos_http_request_create(options->pool);
    aos_http_response_t *resp = aos_http_response_create(options->pool);
    CHECK_INT(oss_process_request(options, NULL, resp)->code, AOSE_OUT_MEMORY);
    CHECK_INT(oss_process_request(options, req, NULL)->code, AOSE_OUT_MEMORY);
    CHECK_INT(oss_process_request(options, req, resp)->code, AOSE_OUT_MEMORY);
    CHECK_INT(oss_process_signed_request(options, NULL, NULL)->code, AOSE_OUT_MEMORY);
    CHECK_INT(oss_send_request(NULL, req, resp)->code, AOSE_OUT_MEMORY);
    options->config->signature_version = 4;
    aos_string_t bucket = fake_string("bkt");
    aos_status_t *s = oss_head_bucket(options, &bucket, NULL);
    CHECK_INT(s->code, AOSE_INVALID_ARGUMENT);
    CHECK_STR(s->error_code, "ClientError");
    options->ctl = NULL;
    s = oss_head_bucket(options, &bucket, NULL);
    CHECK_INT(s->code, AOSE_INVALID_ARGUMENT);
    CHECK(!is_enable_crc(options) && !is_verify_object_strict(options));
    CHECK_INT(fake_seen()->count, 0);
    fake_end(options);
}

static int64_t s_part_size(int64_t file_size, int64_t part_size) {
    oss_get_part_size(file_size, &part_size);
    return part_size;
}

/* 10000 parts hold the file, and no size divides by zero. */
static void test_part_size(void) {
    static const int64_t mib = 1024 * 1024;
    CHECK_INT(s_part_size(100, 0), mib);
    CHECK_INT(s_part_size(100, -5), mib);
    CHECK_INT(s_part_size(0, 7), 7);
    CHECK_INT(s_part_size(-1, 7), 7);
    CHECK_INT(s_part_size(10000 * mib, mib), mib);
    CHECK_INT(s_part_size(10000 * mib + 1, mib), mib + 1);
    CHECK_INT(s_part_size(10001, 1), 2);
    CHECK_INT(s_part_size(INT64_MAX, 1), INT64_MAX / 10000 + 1);
    oss_get_part_size(100, NULL);
}

/* Types by suffix, wherever the caller has not said one. */
static void test_content_type(void) {
    oss_request_options_t *options = fake_begin("x");
    aos_table_t *headers = aos_table_make(options->pool, 2);
    CHECK_STR(get_content_type("a.TXT"), "text/plain");
    CHECK_STR(get_content_type("a"), "application/octet-stream");
    CHECK_STR(get_content_type(NULL), "application/octet-stream");
    CHECK_STR(get_content_type_by_suffix("html"), "text/html");
    CHECK_STR(get_content_type_by_suffix("doc"), "application/msword");
    CHECK_STR(get_content_type_by_suffix(NULL), "application/octet-stream");
    CHECK_STR(get_content_type_by_suffix("averyveryverylongsuffix"), "application/octet-stream");
    set_content_type("a.png", "b.txt", headers);
    CHECK_STR(apr_table_get(headers, "content-type"), "image/png");
    set_content_type(NULL, "b.txt", headers);
    CHECK_STR(apr_table_get(headers, "content-type"), "image/png");
    apr_table_clear(headers);
    set_content_type(NULL, "b.txt", headers);
    CHECK_STR(apr_table_get(headers, "content-type"), "text/plain");
    set_content_type(NULL, "b.txt", NULL);
    fake_end(options);
}

static const char *s_range(aos_pool_t *pool, int64_t offset, int64_t size) {
    aos_table_t *headers = aos_table_make(pool, 1);
    oss_headers_add_range(pool, headers, offset, size);
    return apr_table_get(headers, "Range");
}

static void test_range(void) {
    oss_request_options_t *options = fake_begin("x");
    CHECK_STR(s_range(options->pool, 0, 1), "bytes=0-0");
    CHECK_STR(s_range(options->pool, 5, 10), "bytes=5-14");
    CHECK_STR(s_range(options->pool, 5, 0), "bytes=5-");
    CHECK_STR(s_range(options->pool, 5, -1), "bytes=5-");
    CHECK_STR(s_range(options->pool, INT64_MAX, 2), "bytes=9223372036854775807-");
    CHECK_STR(s_range(options->pool, -1, 2), NULL);
    fake_end(options);
}

/* The CRC check keeps an error that is already there, and takes junk for a difference. */
static void test_crc_check(void) {
    oss_request_options_t *options = fake_begin("x");
    aos_table_t *headers = aos_table_make(options->pool, 1);
    aos_status_t ok = {.code = 200};
    aos_status_t bad = {.code = 404, .error_code = (char *)"NoSuchKey"};
    CHECK_INT(oss_check_crc_consistent(1, headers, &ok), AOSE_OK);
    apr_table_set(headers, OSS_HASH_CRC64_ECMA, "18446744073709551615");
    CHECK_INT(oss_check_crc_consistent(UINT64_MAX, headers, &ok), AOSE_OK);
    CHECK_INT(oss_check_crc_consistent(1, headers, &bad), AOSE_OK);
    CHECK_STR(bad.error_code, "NoSuchKey");
    CHECK_INT(oss_check_crc_consistent(1, headers, &ok), AOSE_CRC_INCONSISTENT_ERROR);
    CHECK_INT(ok.code, AOSE_CRC_INCONSISTENT_ERROR);
    CHECK_STR(ok.error_code, "InconsistentError");
    ok.code = 200;
    apr_table_set(headers, OSS_HASH_CRC64_ECMA, "1x");
    CHECK_INT(oss_check_crc_consistent(1, headers, &ok), AOSE_CRC_INCONSISTENT_ERROR);
    fake_end(options);
}

static void test_enumerations(void) {
    CHECK_STR(get_oss_acl_str(OSS_ACL_PUBLIC_READ_WRITE), "public-read-write");
    CHECK_STR(get_oss_acl_str((oss_acl_e)99), NULL);
    CHECK_STR(get_oss_storage_class_str(OSS_STORAGE_CLASS_COLD_ARCHIVE), "ColdArchive");
    CHECK_STR(get_oss_storage_class_str(OSS_STORAGE_CLASS_BUTT), NULL);
    CHECK_STR(get_oss_storage_class_str((oss_storage_class_type_e)99), NULL);
}

/* Temporary names differ each time, stay in the folder, and fit a long name's folder too. */
static void test_temporary_name(void) {
    oss_request_options_t *options = fake_begin("x");
    char longest[261] = "dir/";
    memset(longest + 4, 'n', 255);
    aos_string_t name = fake_string("dir/file");
    aos_string_t first = {0, NULL};
    aos_string_t second = {0, NULL};
    CHECK_INT(oss_get_temporary_file_name(options->pool, &name, &first), AOSE_OK);
    CHECK_INT(oss_get_temporary_file_name(options->pool, &name, &second), AOSE_OK);
    CHECK(strncmp(first.data, "dir/file.", 9) == 0);
    CHECK_INT(first.len, (int)strlen("dir/file.0123456789abcdef.tmp"));
    CHECK(strcmp(first.data, second.data) != 0);
    name = fake_string(longest);
    CHECK_INT(oss_get_temporary_file_name(options->pool, &name, &first), AOSE_OK);
    CHECK_INT(first.len, (int)strlen("dir/.0123456789abcdef.tmp"));
    name.len = 0;
    CHECK_INT(oss_get_temporary_file_name(options->pool, &name, &first), AOSE_INVALID_ARGUMENT);
    fake_end(options);
}

/* Options without a pool have one of their own. */
static void test_options(void) {
    oss_request_options_t *own = oss_request_options_create(NULL);
    CHECK(own != NULL && own->pool != NULL && own->config == NULL && own->ctl == NULL);
    oss_request_options_t *inside = oss_request_options_create(own->pool);
    CHECK(inside->pool == own->pool);
    oss_list_upload_part_params_t *params = oss_create_list_upload_part_params(own->pool);
    CHECK_INT(params->max_ret, 1000);
    CHECK_INT(params->truncated, 1);
    CHECK(aos_list_empty(&params->part_list));
    aos_table_t *table = aos_table_create_if_null(own, NULL, 5);
    CHECK(table != NULL && aos_table_create_if_null(own, table, 5) == table);
    apr_pool_destroy(own->pool);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"uris", test_uris},
        {"key_with_a_leading_slash", test_key_with_a_leading_slash},
        {"service_uri", test_service_uri},
        {"endpoint_length", test_endpoint_length},
        {"names", test_names},
        {"object_names", test_object_names},
        {"hosts", test_hosts},
        {"endpoint_helpers", test_endpoint_helpers},
        {"resolve", test_resolve},
        {"tables_are_not_changed", test_tables_are_not_changed},
        {"process_twice", test_process_twice},
        {"unbuilt_requests", test_unbuilt_requests},
        {"part_size", test_part_size},
        {"content_type", test_content_type},
        {"range", test_range},
        {"crc_check", test_crc_check},
        {"enumerations", test_enumerations},
        {"temporary_name", test_temporary_name},
        {"options", test_options},
    };
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
