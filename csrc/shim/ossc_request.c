/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_shim.h"

#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "ossc_pool.h"
#include "ossi_mem.h"

/* A borrowed body travels in pieces whose length fits the SDK's int. */
#define S_PIECE ((size_t)1 << 30)

static atomic_long s_live_requests;

static int s_set_string(apr_pool_t *pool, aos_string_t *out, const char *text, size_t n) {
    if (n > INT_MAX || memchr(text, 0, n) != NULL) {
        return AOSE_INVALID_ARGUMENT;
    }
    char *copy = ossi_dup(pool, text, n);
    if (copy == NULL) {
        return AOSE_OUT_MEMORY;
    }
    out->data = copy;
    out->len = (int)n;
    return AOSE_OK;
}

static int s_set_text(apr_pool_t *pool, aos_string_t *out, const char *text) {
    return text == NULL ? AOSE_OK : s_set_string(pool, out, text, strlen(text));
}

static int s_set_secret(apr_pool_t *pool, aos_string_t *out, const char *text) {
    int rc = s_set_text(pool, out, text);
    if (rc != AOSE_OK || text == NULL) {
        return rc;
    }
    return ossi_wipe_with_pool(pool, out->data, (size_t)out->len);
}

static int s_name(apr_pool_t *pool, aos_string_t **out, const char *text, size_t n) {
    aos_string_t *string = ossi_alloc(pool, sizeof *string);
    if (string == NULL) {
        return AOSE_OUT_MEMORY;
    }
    int rc = s_set_string(pool, string, text, n);
    if (rc == AOSE_OK) {
        *out = string;
    }
    return rc;
}

static int s_configure(ossc_request_t *r, const ossc_settings_t *settings,
                       const ossc_credentials_t *credentials) {
    oss_config_t *config = oss_config_create(r->pool);
    if (config == NULL) {
        return AOSE_OUT_MEMORY;
    }
    r->options->config = config;
    config->is_cname = settings->is_cname || settings->path_style;
    config->signature_version = settings->signature_version;
    int rc = s_set_text(r->pool, &config->endpoint, settings->endpoint);
    if (rc == AOSE_OK) {
        rc = s_set_text(r->pool, &config->region, settings->region);
    }
    if (rc == AOSE_OK) {
        rc = s_set_text(r->pool, &config->access_key_id, credentials->access_key_id);
    }
    if (rc == AOSE_OK) {
        rc = s_set_secret(r->pool, &config->access_key_secret, credentials->access_key_secret);
    }
    if (rc == AOSE_OK) {
        rc = s_set_secret(r->pool, &config->sts_token, credentials->security_token);
    }
    return rc;
}

static char *s_copy(apr_pool_t *pool, const char *text, int *failed) {
    if (text == NULL) {
        return NULL;
    }
    char *copy = ossi_dupz(pool, text);
    *failed |= copy == NULL;
    return copy;
}

/* A controller and options of the request's own: nothing of it is shared with the process. */
static int s_control(ossc_request_t *r, const ossc_settings_t *settings) {
    aos_http_controller_t *controller = aos_http_controller_create(r->pool, 0);
    aos_http_request_options_t *http = aos_http_request_options_create(r->pool);
    if (controller == NULL || http == NULL) {
        return AOSE_OUT_MEMORY;
    }
    int failed = 0;
    controller->options = http;
    controller->user_data = r;
    http->speed_limit = 0;
    http->speed_time = 0;
    http->connect_timeout = settings->connect_timeout_s;
    http->max_memory_size = settings->max_memory_size;
    http->enable_crc = 1;
    http->verify_ssl = settings->verify_tls;
    http->proxy_host = s_copy(r->pool, settings->proxy_host, &failed);
    http->proxy_auth = s_copy(r->pool, settings->proxy_auth, &failed);
    http->ca_file = s_copy(r->pool, settings->ca_file, &failed);
    http->ca_path = s_copy(r->pool, settings->ca_path, &failed);
    r->options->ctl = controller;
    if (failed || http->proxy_auth == NULL) {
        return failed ? AOSE_OUT_MEMORY : AOSE_OK;
    }
    return ossi_wipe_with_pool(r->pool, http->proxy_auth, strlen(http->proxy_auth));
}

static int s_prepare(ossc_request_t *r, const ossc_settings_t *settings,
                     const ossc_credentials_t *credentials, ossi_session_t *session) {
    r->source_fd = -1;
    r->options = oss_request_options_create(r->pool);
    r->upload_id = ossi_alloc(r->pool, sizeof *r->upload_id);
    r->body = ossi_alloc(r->pool, sizeof *r->body);
    r->parts = ossi_alloc(r->pool, sizeof *r->parts);
    r->answer_body = ossi_alloc(r->pool, sizeof *r->answer_body);
    r->call = ossi_alloc(r->pool, sizeof *r->call);
    if (r->options == NULL || r->upload_id == NULL || r->body == NULL || r->parts == NULL ||
        r->answer_body == NULL || r->call == NULL) {
        return AOSE_OUT_MEMORY;
    }
    aos_list_init(r->body);
    aos_list_init(r->parts);
    aos_list_init(r->answer_body);
    r->call->session = session;
    r->call->stall_timeout_ms = settings->stall_timeout_ms;
    r->call->total_timeout_ms = settings->total_timeout_ms;
    r->call->path_style = settings->path_style;
    int rc = ossi_table_make(r->pool, &r->headers);
    if (rc == AOSE_OK) {
        rc = ossi_table_make(r->pool, &r->params);
    }
    if (rc == AOSE_OK) {
        rc = s_configure(r, settings, credentials);
    }
    return rc == AOSE_OK ? s_control(r, settings) : rc;
}

int ossc_request_open(ossc_request_t **out, const ossc_settings_t *settings,
                      const ossc_credentials_t *credentials, ossi_session_t *session) {
    apr_pool_t *pool = ossc_pool_take();
    if (pool == NULL) {
        return AOSE_OUT_MEMORY;
    }
    ossc_request_t *r = ossi_alloc(pool, sizeof *r);
    if (r != NULL) {
        r->pool = pool;
        if (s_prepare(r, settings, credentials, session) == AOSE_OK) {
            (void)atomic_fetch_add(&s_live_requests, 1);
            *out = r;
            return AOSE_OK;
        }
    }
    ossc_pool_give(pool);
    return AOSE_OUT_MEMORY;
}

void ossc_request_close(ossc_request_t **request) {
    if (*request != NULL) {
        (void)atomic_fetch_sub(&s_live_requests, 1);
        ossc_pool_give((*request)->pool);
        *request = NULL;
    }
}

long ossc_live_requests(void) {
    return atomic_load(&s_live_requests);
}

int ossc_request_bucket(ossc_request_t *request, const char *name, size_t n) {
    return s_name(request->pool, &request->bucket, name, n);
}

int ossc_request_key(ossc_request_t *request, const char *key, size_t n) {
    return s_name(request->pool, &request->key, key, n);
}

int ossc_request_upload_id(ossc_request_t *request, const char *id, size_t n) {
    return s_name(request->pool, &request->upload_id, id, n);
}

int ossc_request_path(ossc_request_t *request, const char *path, size_t n) {
    return s_name(request->pool, &request->path, path, n);
}

static int s_add(ossc_request_t *r, apr_table_t *table, const char *name, size_t name_len,
                 const char *value, size_t value_len) {
    if (memchr(name, 0, name_len) != NULL || memchr(value, 0, value_len) != NULL) {
        return AOSE_INVALID_ARGUMENT;
    }
    return ossi_table_add(r->pool, table, name, name_len, value, value_len);
}

int ossc_request_header(ossc_request_t *request, const char *name, size_t name_len,
                        const char *value, size_t value_len) {
    return s_add(request, request->headers, name, name_len, value, value_len);
}

int ossc_request_param(ossc_request_t *request, const char *name, size_t name_len,
                       const char *value, size_t value_len) {
    return s_add(request, request->params, name, name_len, value, value_len);
}

int ossc_request_part(ossc_request_t *request, int part_number, const char *etag, size_t n) {
    oss_complete_part_content_t *part = oss_create_complete_part_content(request->pool);
    char number[12];
    if (part == NULL) {
        return AOSE_OUT_MEMORY;
    }
    int digits = apr_snprintf(number, sizeof number, "%d", part_number);
    int rc = s_set_string(request->pool, &part->part_number, number, (size_t)digits);
    if (rc == AOSE_OK) {
        rc = s_set_string(request->pool, &part->etag, etag, n);
    }
    if (rc == AOSE_OK) {
        aos_list_add_tail(&part->node, request->parts);
    }
    return rc;
}

int ossc_request_body(ossc_request_t *request, const void *data, size_t n) {
    const char *at = data;
    do {
        size_t piece = n < S_PIECE ? n : S_PIECE;
        aos_buf_t *buffer = aos_buf_pack(request->pool, at, (int)piece);
        if (buffer == NULL) {
            return AOSE_OUT_MEMORY;
        }
        aos_list_add_tail(&buffer->node, request->body);
        at += piece;
        n -= piece;
    } while (n > 0);
    return AOSE_OK;
}

void ossc_request_without_crc(ossc_request_t *request) {
    request->options->ctl->options->enable_crc = 0;
}

void ossc_request_finish(ossc_request_t *request, const aos_status_t *status) {
    request->code = status->code;
    request->error_code = status->error_code;
    request->error_message = status->error_msg;
    request->reason = aos_http_controller_get_reason(request->options->ctl);
}
