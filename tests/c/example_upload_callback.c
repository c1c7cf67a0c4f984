/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uploads a text and has the service tell an application of it (an upload callback), then prints
 * what the application answered. A program for any SDK with these public names. Its settings are in
 * the environment:
 *
 *   OSS_ENDPOINT OSS_ACCESS_KEY_ID OSS_ACCESS_KEY_SECRET OSS_BUCKET OSS_OBJECT CALLBACK_URL
 *
 * It ends with 0 when the object is stored and the application has answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oss_api.h"
#include "aos_http_io.h"

/* The service puts the values in before it sends this to the application. */
#define CALLBACK_BODY "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}"

typedef struct settings {
    const char *endpoint;
    const char *access_key_id;
    const char *access_key_secret;
    const char *bucket;
    const char *object;
    const char *callback_url;
} settings_t;

static const char object_content[] = "More than just cloud.";

static int read_setting(const char *name, const char **value) {
    *value = getenv(name);
    if (*value == NULL || **value == '\0') {
        fprintf(stderr, "the environment lacks %s\n", name);
        return 0;
    }
    return 1;
}

static int read_settings(settings_t *settings) {
    return read_setting("OSS_ENDPOINT", &settings->endpoint) &&
           read_setting("OSS_ACCESS_KEY_ID", &settings->access_key_id) &&
           read_setting("OSS_ACCESS_KEY_SECRET", &settings->access_key_secret) &&
           read_setting("OSS_BUCKET", &settings->bucket) &&
           read_setting("OSS_OBJECT", &settings->object) &&
           read_setting("CALLBACK_URL", &settings->callback_url);
}

static int init_options(oss_request_options_t *options, const settings_t *settings) {
    options->config = oss_config_create(options->pool);
    options->ctl = aos_http_controller_create(options->pool, 0);
    if (options->config == NULL || options->ctl == NULL) {
        return 0;
    }
    aos_str_set(&options->config->endpoint, (char *)settings->endpoint);
    aos_str_set(&options->config->access_key_id, (char *)settings->access_key_id);
    aos_str_set(&options->config->access_key_secret, (char *)settings->access_key_secret);
    options->config->is_cname = 0;
    return 1;
}

/* Whether the URL can stand in JSON as it is. */
static int is_plain_url(const char *url) {
    for (const char *c = url; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20) {
            fprintf(stderr, "CALLBACK_URL holds a character that a URL must escape\n");
            return 0;
        }
    }
    return 1;
}

/* The callback's JSON in base64, as the header wants it; NULL without memory. */
static char *encode_callback(aos_pool_t *p, const char *url) {
    char *b64_buf = NULL;
    size_t size = 0;
    int b64_len = 0;
    char *json =
        apr_pstrcat(p, "{\"callbackUrl\":\"", url, "\",\"callbackBody\":\"", CALLBACK_BODY,
                    "\",\"callbackBodyType\":\"application/x-www-form-urlencoded\"}", NULL);
    size = json != NULL ? strlen(json) : 0;
    b64_buf = json != NULL ? aos_pcalloc(p, 4 * ((size + 2) / 3) + 1) : NULL;
    if (b64_buf == NULL) {
        return NULL;
    }
    b64_len = aos_base64_encode((const unsigned char *)json, (int)size, b64_buf);
    b64_buf[b64_len] = '\0';
    return b64_buf;
}

/* The buffers of an answer's body, one after the other; NULL without memory. */
static char *join_body(aos_pool_t *p, aos_list_t *resp_body) {
    aos_buf_t *content = NULL;
    int64_t len = aos_buf_list_len(resp_body);
    int64_t pos = 0;
    char *buf = aos_pcalloc(p, (apr_size_t)(len + 1));
    if (buf == NULL) {
        return NULL;
    }
    buf[len] = '\0';
    aos_list_for_each_entry(aos_buf_t, content, resp_body, node) {
        int64_t size = aos_buf_size(content);
        memcpy(buf + pos, content->pos, (size_t)size);
        pos += size;
    }
    return buf;
}

static void print_failure(const aos_status_t *s) {
    printf("put object from buffer failed: code %d, %s, %s, request %s\n", s->code,
           s->error_code != NULL ? s->error_code : "no error code",
           s->error_msg != NULL ? s->error_msg : "no message",
           s->req_id != NULL ? s->req_id : "without an id");
}

/* 203: the object is stored, but the application was not reached or did not answer well. */
static int print_result(aos_pool_t *p, aos_status_t *s, aos_list_t *resp_body) {
    int is_done = aos_status_is_ok(s) && s->code != 203;
    const char *answer = join_body(p, resp_body);
    if (is_done) {
        printf("put object from buffer succeeded\n");
    } else {
        print_failure(s);
    }
    printf("%s\n", answer != NULL ? answer : "");
    return is_done;
}

static int put_object(aos_pool_t *p, const settings_t *settings) {
    aos_string_t bucket;
    aos_string_t object;
    aos_list_t resp_body;
    aos_list_t buffer;
    aos_table_t *resp_headers = NULL;
    aos_table_t *headers = NULL;
    oss_request_options_t *options = oss_request_options_create(p);
    if (options == NULL || !init_options(options, settings)) {
        return 0;
    }
    aos_str_set(&bucket, (char *)settings->bucket);
    aos_str_set(&object, (char *)settings->object);
    aos_list_init(&resp_body);
    aos_list_init(&buffer);
    aos_buf_t *content =
        aos_buf_pack(options->pool, object_content, (int)(sizeof(object_content) - 1));
    char *callback = encode_callback(p, settings->callback_url);
    if (content == NULL || callback == NULL) {
        return 0;
    }
    aos_list_add_tail(&content->node, &buffer);
    headers = aos_table_make(p, 1);
    apr_table_set(headers, OSS_CALLBACK, callback);
    aos_status_t *s = oss_do_put_object_from_buffer(options, &bucket, &object, &buffer, headers,
                                                    NULL, NULL, &resp_headers, &resp_body);
    return print_result(p, s, &resp_body);
}

int main(void) {
    settings_t settings;
    aos_pool_t *p = NULL;
    int is_done = 0;
    if (!read_settings(&settings) || !is_plain_url(settings.callback_url)) {
        return 2;
    }
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    if (aos_pool_create(&p, NULL) == APR_SUCCESS) {
        is_done = put_object(p, &settings);
        aos_pool_destroy(p);
    }
    aos_http_io_deinitialize();
    return is_done ? 0 : 1;
}
