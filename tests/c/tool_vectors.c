/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs single steps of the SDK on records of any bytes, for tests that hold published values
 * against the results. On stdin: records, each a count of fields and the fields, each a length and
 * its bytes; counts and lengths are 4 bytes, big-endian. The first field names the step (see
 * s_steps), the others are its arguments; a table is a decimal count of pairs, then name and value
 * of each. On stdout: a record for each, the step's return code in decimal and, when that is 0, its
 * results. Malformed input ends the program with status 2.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "aos_crc64.h"
#include "aos_util.h"
#include "oss_auth.h"
#include "oss_util.h"
#include "ossi_mem.h"
#include "ossi_sign.h"
#include "ossi_str.h"
#include "ossi_text.h"

#define S_MAX_RESULTS   4
#define S_MAX_FIELDS    1024
#define S_DECIMAL_SIZE  24 /* a 64-bit number and its terminator */
#define S_HINT          "x-ossc-additional-headers"
#define S_LARGEST_FIELD (64 * 1024 * 1024)

/* A record that is worked on: arguments left to take, and results so far. */
typedef struct s_record {
    apr_pool_t *pool;
    aos_string_t fields[S_MAX_FIELDS];
    size_t count;
    size_t next;
    aos_string_t results[S_MAX_RESULTS];
    size_t result_count;
} s_record_t;

/* The arguments that every signing step begins with. */
typedef struct s_request {
    ossi_sign_input_t in;
    aos_string_t token;
    apr_table_t *headers;
    apr_table_t *params;
} s_request_t;

typedef int (*s_step_fn)(s_record_t *record);

static _Noreturn void s_die(const char *what) {
    (void)fprintf(stderr, "tool_vectors: %s\n", what);
    exit(2);
}

static void *s_need(void *memory) {
    if (memory == NULL) {
        s_die("out of memory");
    }
    return memory;
}

static void s_check(int rc) {
    if (rc != AOSE_OK) {
        s_die("out of memory");
    }
}

/* --- records --- */

static int s_read_u32(uint32_t *out) {
    unsigned char bytes[4];
    size_t got = fread(bytes, 1, sizeof bytes, stdin);
    if (got == 0) {
        return 0;
    }
    if (got != sizeof bytes) {
        s_die("a number is cut");
    }
    *out = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    return 1;
}

static void s_read_field(apr_pool_t *pool, aos_string_t *field) {
    uint32_t n = 0;
    if (!s_read_u32(&n) || n > S_LARGEST_FIELD) {
        s_die("a field is cut or too long");
    }
    field->data = s_need(ossi_alloc(pool, (size_t)n + 1));
    field->len = (int)n;
    if (n > 0 && fread(field->data, 1, n, stdin) != n) {
        s_die("a field is cut");
    }
}

static int s_read_record(s_record_t *record) {
    uint32_t count = 0;
    if (!s_read_u32(&count)) {
        return 0;
    }
    if (count == 0 || count > S_MAX_FIELDS) {
        s_die("a record has no fields, or too many");
    }
    record->count = count;
    record->next = 0;
    record->result_count = 0;
    for (size_t i = 0; i < count; i++) {
        s_read_field(record->pool, &record->fields[i]);
    }
    return 1;
}

static void s_write(const void *data, size_t n) {
    if (n > 0 && fwrite(data, 1, n, stdout) != n) {
        s_die("cannot write");
    }
}

static void s_write_u32(size_t n) {
    unsigned char bytes[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
                              (unsigned char)(n >> 8), (unsigned char)n};
    s_write(bytes, sizeof bytes);
}

static void s_write_field(const char *data, size_t n) {
    s_write_u32(n);
    s_write(data, n);
}

static void s_write_record(const s_record_t *record, int rc) {
    char code[S_DECIMAL_SIZE];
    size_t count = rc == AOSE_OK ? record->result_count : 0;
    int digits = snprintf(code, sizeof code, "%d", rc);
    if (digits < 0) {
        s_die("cannot write a number");
    }
    s_write_u32(count + 1);
    s_write_field(code, (size_t)digits);
    for (size_t i = 0; i < count; i++) {
        s_write_field(record->results[i].data, (size_t)record->results[i].len);
    }
}

static aos_string_t *s_take(s_record_t *record) {
    if (record->next == record->count) {
        s_die("a step has too few arguments");
    }
    return &record->fields[record->next++];
}

static const char *s_take_text(s_record_t *record) {
    return s_take(record)->data;
}

static uint64_t s_take_u64(s_record_t *record) {
    const aos_string_t *text = s_take(record);
    uint64_t value = 0;
    if (ossi_parse_u64(text->data, (size_t)text->len, &value) != AOSE_OK) {
        s_die("an argument is no number");
    }
    return value;
}

static apr_table_t *s_take_table(s_record_t *record) {
    apr_table_t *table = NULL;
    s_check(ossi_table_make(record->pool, &table));
    for (uint64_t left = s_take_u64(record); left > 0; left--) {
        const aos_string_t *name = s_take(record), *value = s_take(record);
        s_check(ossi_table_add(NULL, table, name->data, (size_t)name->len, value->data,
                               (size_t)value->len));
    }
    return table;
}

static void s_give(s_record_t *record, const char *data, size_t n) {
    aos_string_t *result = &record->results[record->result_count++];
    result->data = s_need(ossi_dup(record->pool, data, n));
    result->len = (int)n;
}

static void s_give_string(s_record_t *record, const aos_string_t *text) {
    s_give(record, text->data, (size_t)text->len);
}

static void s_give_u64(s_record_t *record, uint64_t value) {
    char text[S_DECIMAL_SIZE];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    if (n < 0) {
        s_die("cannot write a number");
    }
    s_give(record, text, (size_t)n);
}

/* --- signatures --- */

static void s_take_request(s_record_t *record, s_request_t *request) {
    ossi_sign_input_t *in = &request->in;
    in->access_key_id = *s_take(record);
    in->access_key_secret = *s_take(record);
    request->token = *s_take(record);
    in->region = s_take_text(record);
    in->product = s_take_text(record);
    in->method = s_take_text(record);
    in->resource = s_take_text(record);
    in->additional_headers = s_take_text(record);
    request->headers = s_take_table(record);
    request->params = s_take_table(record);
    in->headers = request->headers;
    in->params = request->params;
}

/* request, date -> string to sign, signature, Authorization */
static int s_v1_header(s_record_t *record) {
    s_request_t request;
    aos_string_t text, signature, authorization;
    s_take_request(record, &request);
    const char *date = s_take_text(record);
    int rc = ossi_v1_string_to_sign(record->pool, &request.in, date, &text);
    if (rc == AOSE_OK) {
        s_give_string(record, &text);
        rc = ossi_v1_signature(record->pool, &request.in.access_key_secret, &text, &signature);
    }
    if (rc == AOSE_OK) {
        s_give_string(record, &signature);
        rc = ossi_v1_authorization(record->pool, &request.in, date, &authorization);
    }
    if (rc == AOSE_OK) {
        s_give_string(record, &authorization);
    }
    return rc;
}

/* request, stamp -> canonical request, string to sign, signature, Authorization */
static int s_v4_header(s_record_t *record) {
    s_request_t request;
    aos_string_t canonical, text, signature, authorization;
    s_take_request(record, &request);
    const char *stamp = s_take_text(record);
    int rc = ossi_v4_canonical_request(record->pool, &request.in, &canonical);
    if (rc == AOSE_OK) {
        s_give_string(record, &canonical);
        rc = ossi_v4_string_to_sign(record->pool, &request.in, stamp, &canonical, &text);
    }
    if (rc == AOSE_OK) {
        s_give_string(record, &text);
        rc = ossi_v4_signature(record->pool, &request.in, stamp, &text, &signature);
    }
    if (rc == AOSE_OK) {
        s_give_string(record, &signature);
        rc = ossi_v4_authorization(record->pool, &request.in, stamp, &authorization);
    }
    if (rc == AOSE_OK) {
        s_give_string(record, &authorization);
    }
    return rc;
}

/* request, stamp, text -> V4 signature of the text, as of a form's policy */
static int s_v4_text(s_record_t *record) {
    s_request_t request;
    aos_string_t signature;
    s_take_request(record, &request);
    const char *stamp = s_take_text(record);
    int rc = ossi_v4_signature(record->pool, &request.in, stamp, s_take(record), &signature);
    if (rc == AOSE_OK) {
        s_give_string(record, &signature);
    }
    return rc;
}

static http_method_e s_method(const char *name) {
    static const http_method_e methods[] = {HTTP_GET, HTTP_HEAD, HTTP_PUT, HTTP_POST, HTTP_DELETE};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(aos_http_method_to_string(methods[i]), name) == 0) {
            return methods[i];
        }
    }
    s_die("not a method");
}

/* The same request as the SDK's public functions know it. */
static aos_http_request_t *s_public_request(s_record_t *record, const s_request_t *from,
                                            oss_request_options_t **options) {
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    *options = s_need(oss_request_options_create(record->pool));
    oss_config_t *config = s_need(oss_config_create(record->pool));
    (*options)->config = config;
    config->access_key_id = from->in.access_key_id;
    config->access_key_secret = from->in.access_key_secret;
    config->sts_token = from->token;
    if (strcmp(from->in.product, "oss-cloudbox") == 0) {
        aos_str_set(&config->cloudbox_id, from->in.region);
    } else {
        aos_str_set(&config->region, from->in.region);
    }
    oss_init_request(*options, s_method(from->in.method), &req, from->params, from->headers, &resp);
    s_need(req);
    req->resource = (char *)(uintptr_t)(from->in.resource + 1);
    if (from->in.additional_headers[0] != '\0') {
        s_check(ossi_table_set(NULL, req->headers, S_HINT, from->in.additional_headers));
    }
    return req;
}

/* request, version -> Authorization that oss_sign_request sets, the text that it signed */
static int s_sign(s_record_t *record) {
    s_request_t request;
    oss_request_options_t *options = NULL;
    aos_string_t signed_text;
    s_take_request(record, &request);
    aos_http_request_t *req = s_public_request(record, &request, &options);
    options->config->signature_version = (int)s_take_u64(record);
    int rc = oss_sign_request(req, options->config);
    if (rc == AOSE_OK) {
        const char *text = s_need((void *)(uintptr_t)apr_table_get(req->headers, "Authorization"));
        s_give(record, text, strlen(text));
        rc = oss_get_signed_text(record->pool, req, options->config, &signed_text);
    }
    if (rc == AOSE_OK) {
        s_give_string(record, &signed_text);
    }
    return rc;
}

/* With its first '/', which the vectors leave out. */
static char *s_path(s_record_t *record) {
    return s_need(apr_pstrcat(record->pool, "/", s_take(record)->data, NULL));
}

/* request, version, host, path, expires -> URL that oss_get_signed_url makes */
static int s_presign(s_record_t *record) {
    s_request_t request;
    oss_request_options_t *options = NULL;
    aos_string_t url;
    s_take_request(record, &request);
    aos_http_request_t *req = s_public_request(record, &request, &options);
    options->config->signature_version = (int)s_take_u64(record);
    req->host = s_take(record)->data;
    req->uri = s_path(record);
    req->proto = NULL;
    int rc = oss_get_signed_url(options, req, s_take(record), &url);
    if (rc == AOSE_OK) {
        s_give_string(record, &url);
    }
    return rc;
}

/* request, host, path, expires, playlist -> URL that oss_get_rtmp_signed_url makes */
static int s_rtmp(s_record_t *record) {
    s_request_t request;
    oss_request_options_t *options = NULL;
    aos_string_t url;
    s_take_request(record, &request);
    aos_http_request_t *req = s_public_request(record, &request, &options);
    req->host = s_take(record)->data;
    req->uri = s_path(record);
    req->proto = NULL;
    const aos_string_t *expires = s_take(record);
    int rc = oss_get_rtmp_signed_url(options, req, expires, s_take(record), request.params, &url);
    if (rc == AOSE_OK) {
        s_give_string(record, &url);
    }
    return rc;
}

/* --- encodings and digests --- */

static int s_give_encoded(s_record_t *record, const aos_string_t *text, int keep_slash) {
    ossi_str_t s;
    char *encoded = NULL;
    size_t n = 0;
    ossi_str_init(&s, record->pool, OSSI_MAX_URL);
    ossi_str_add_encoded(&s, text->data, (size_t)text->len, keep_slash);
    int rc = ossi_str_take(&s, &encoded, &n);
    if (rc == AOSE_OK) {
        s_give(record, encoded, n);
    }
    return rc;
}

/* text -> component form, path form */
static int s_encode(s_record_t *record) {
    const aos_string_t *text = s_take(record);
    int rc = s_give_encoded(record, text, 0);
    return rc == AOSE_OK ? s_give_encoded(record, text, 1) : rc;
}

/* data -> base64, and what that decodes to */
static int s_base64(s_record_t *record) {
    const aos_string_t *data = s_take(record);
    size_t n = (size_t)data->len;
    char *text = s_need(ossi_alloc(record->pool, 4 * ((n + 2) / 3)));
    uint8_t *decoded = s_need(ossi_alloc(record->pool, n + 3));
    size_t decoded_len = 0;
    int len = aos_base64_encode((const unsigned char *)data->data, data->len, text);
    int rc = ossi_base64_decode(text, (size_t)len, decoded, &decoded_len);
    if (rc == AOSE_OK) {
        s_give(record, text, (size_t)len);
        s_give(record, (const char *)decoded, decoded_len);
    }
    return rc;
}

/* previous value, data -> CRC-64 */
static int s_crc(s_record_t *record) {
    uint64_t before = s_take_u64(record);
    const aos_string_t *data = s_take(record);
    s_give_u64(record, aos_crc64(before, data->data, (size_t)data->len));
    return AOSE_OK;
}

/* CRC-64 of A, of B, length of B -> CRC-64 of both */
static int s_combine(s_record_t *record) {
    uint64_t first = s_take_u64(record), second = s_take_u64(record);
    s_give_u64(record, aos_crc64_combine(first, second, s_take_u64(record)));
    return AOSE_OK;
}

/* key, message -> HMAC-SHA1, HMAC-SHA256 */
static int s_hmac(s_record_t *record) {
    const aos_string_t *key = s_take(record), *message = s_take(record);
    unsigned char sha1[20];
    char sha256[32];
    HMAC_SHA1(sha1, (const unsigned char *)key->data, key->len,
              (const unsigned char *)message->data, message->len);
    aos_HMAC_SHA256(sha256, key->data, key->len, message->data, message->len);
    s_give(record, (const char *)sha1, sizeof sha1);
    s_give(record, sha256, sizeof sha256);
    return AOSE_OK;
}

static const struct {
    const char *name;
    s_step_fn run;
} s_steps[] = {
    {"v1_header", s_v1_header}, {"v4_header", s_v4_header}, {"v4_text", s_v4_text},
    {"sign", s_sign},           {"presign", s_presign},     {"rtmp", s_rtmp},
    {"encode", s_encode},       {"base64", s_base64},       {"crc", s_crc},
    {"combine", s_combine},     {"hmac", s_hmac},
};

static void s_run(s_record_t *record) {
    const char *name = s_take_text(record);
    for (size_t i = 0; i < sizeof s_steps / sizeof s_steps[0]; i++) {
        if (strcmp(s_steps[i].name, name) == 0) {
            int rc = s_steps[i].run(record);
            if (record->next != record->count) {
                s_die("a step has too many arguments");
            }
            s_write_record(record, rc);
            return;
        }
    }
    s_die("no such step");
}

int main(void) {
    static s_record_t record;
    if (apr_initialize() != APR_SUCCESS || ossi_pool_create(&record.pool, NULL) != AOSE_OK) {
        s_die("APR does not start");
    }
    while (s_read_record(&record)) {
        s_run(&record);
        apr_pool_clear(record.pool);
    }
    apr_pool_destroy(record.pool);
    apr_terminate();
    if (fflush(stdout) != 0) {
        s_die("cannot write");
    }
    return 0;
}
