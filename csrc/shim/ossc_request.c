/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_own.h"

#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "ossc_pool.h"
#include "ossi_mem.h"

/* A borrowed body travels in pieces whose length fits the SDK's int. */
#define S_PIECE ((size_t)1 << 30)

static atomic_long s_live_requests;

/* --- opening --- */

static int s_set_text(apr_pool_t *pool, aos_string_t *out, const char *text) {
    size_t n = text != NULL ? strlen(text) : 0;
    if (text == NULL || n > INT_MAX) {
        return text == NULL ? AOSE_OK : AOSE_INVALID_ARGUMENT;
    }
    out->data = ossi_dup(pool, text, n);
    out->len = out->data != NULL ? (int)n : 0;
    return out->data != NULL ? AOSE_OK : AOSE_OUT_MEMORY;
}

static int s_set_secret(apr_pool_t *pool, aos_string_t *out, const char *text) {
    int rc = s_set_text(pool, out, text);
    if (rc != AOSE_OK || text == NULL) {
        return rc;
    }
    return ossi_wipe_with_pool(pool, out->data, (size_t)out->len);
}

static int s_configure(ossc_own_t *own, const ossc_settings_t *settings,
                       const ossc_credentials_t *credentials) {
    apr_pool_t *pool = own->lasting;
    oss_config_t *config = oss_config_create(pool);
    if (config == NULL) {
        return AOSE_OUT_MEMORY;
    }
    own->options->config = config;
    config->is_cname = settings->is_cname || settings->path_style;
    config->signature_version = settings->signature_version;
    int rc = s_set_text(pool, &config->endpoint, settings->endpoint);
    if (rc == AOSE_OK) {
        rc = s_set_text(pool, &config->region, settings->region);
    }
    if (rc == AOSE_OK) {
        rc = s_set_text(pool, &config->cloudbox_id, settings->cloud_box_id);
    }
    if (rc == AOSE_OK) {
        rc = s_set_text(pool, &config->access_key_id, credentials->access_key_id);
    }
    if (rc == AOSE_OK) {
        rc = s_set_secret(pool, &config->access_key_secret, credentials->access_key_secret);
    }
    if (rc == AOSE_OK) {
        rc = s_set_secret(pool, &config->sts_token, credentials->security_token);
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

/* A controller and options of the record's own: nothing of it is shared with the process. */
static int s_control(ossc_request_t *r, const ossc_settings_t *settings) {
    ossc_own_t *own = r->own;
    apr_pool_t *pool = own->lasting;
    aos_http_controller_t *controller = aos_http_controller_create(pool, 0);
    aos_http_request_options_t *http = aos_http_request_options_create(pool);
    if (controller == NULL || http == NULL) {
        return AOSE_OUT_MEMORY;
    }
    int failed = 0;
    controller->options = http;
    controller->user_data = r;
    controller->pool = own->pool;
    http->speed_limit = 0;
    http->speed_time = 0;
    http->connect_timeout = settings->connect_timeout_s;
    http->dns_cache_timeout = settings->dns_cache_timeout_s;
    http->max_memory_size = settings->max_memory_size;
    http->verify_ssl = settings->verify_tls;
    http->proxy_host = s_copy(pool, settings->proxy_host, &failed);
    http->proxy_auth = s_copy(pool, settings->proxy_auth, &failed);
    http->ca_file = s_copy(pool, settings->ca_file, &failed);
    http->ca_path = s_copy(pool, settings->ca_path, &failed);
    own->transport.user_agent = s_copy(pool, settings->user_agent, &failed);
    own->options->ctl = controller;
    if (failed || http->proxy_auth == NULL) {
        return failed ? AOSE_OUT_MEMORY : AOSE_OK;
    }
    return ossi_wipe_with_pool(pool, http->proxy_auth, strlen(http->proxy_auth));
}

/* All that is asked of one request only, as it is before anything is. */
static void s_forget(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    *r->call = (ossi_call_t){.session = own->session,
                             .network = own->network,
                             .stall_timeout_ms = own->stall_timeout_ms,
                             .total_timeout_ms = own->total_timeout_ms,
                             .path_style = own->path_style,
                             .tick = r->call->tick,
                             .tick_arg = r->call->tick_arg};
    apr_table_clear(own->headers);
    apr_table_clear(own->params);
    aos_list_init(&own->body);
    aos_list_init(&own->parts);
    aos_list_init(&own->answer_body);
    own->options->ctl->options->enable_crc = 1;
    own->sink = OSSC_SINK_ANSWER;
    own->window = (ossi_window_t){0};
    own->source_fd = -1;
    own->sink_size = 0;
    own->prefault = NULL;
    own->writer = NULL;
    ((aos_http_controller_ex_t *)own->options->ctl)->reason = NULL; /* it is in the pool */
    r->part_number = 0;
    r->position = 0;
    r->init_crc = 0;
    r->without_crc = 0;
    r->answer_headers = NULL;
    r->error_code = r->error_message = r->reason = r->error_body = r->upload_id_made = NULL;
    r->signed_text = NULL;
    r->error_body_size = 0;
    r->sink_error = 0;
}

static int s_prepare(ossc_request_t *r, const ossc_settings_t *settings,
                     const ossc_credentials_t *credentials, ossi_session_t *session) {
    ossc_own_t *own = r->own;
    int failed = 0;
    r->call = ossi_alloc(own->lasting, sizeof(*r->call));
    r->scratch = apr_palloc(own->lasting, OSSC_SCRATCH_HEAD + OSSC_SCRATCH_BODY);
    own->options = oss_request_options_create(own->lasting);
    if (r->call == NULL || r->scratch == NULL || own->options == NULL ||
        ossi_pool_create(&own->pool, own->lasting) != AOSE_OK ||
        ossi_table_make(own->lasting, &own->headers) != AOSE_OK ||
        ossi_table_make(own->lasting, &own->params) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    own->session = session;
    own->stall_timeout_ms = settings->stall_timeout_ms;
    own->total_timeout_ms = settings->total_timeout_ms;
    own->path_style = settings->path_style;
    own->additional_headers = s_copy(own->lasting, settings->additional_headers, &failed);
    own->options->pool = own->pool;
    r->answer_body = &own->answer_body;
    int rc = failed ? AOSE_OUT_MEMORY : s_configure(own, settings, credentials);
    if (rc == AOSE_OK && settings->network != NULL) {
        rc = ossi_network_copy(own->lasting, settings->network, &own->network);
    }
    if (rc == AOSE_OK) {
        rc = s_control(r, settings);
    }
    if (rc == AOSE_OK) {
        s_forget(r);
    }
    return rc;
}

int ossc_request_open(ossc_request_t **out, const ossc_settings_t *settings,
                      const ossc_credentials_t *credentials, ossi_session_t *session) {
    apr_pool_t *pool = ossc_pool_take();
    if (pool == NULL) {
        return AOSE_OUT_MEMORY;
    }
    ossc_request_t *r = ossi_alloc(pool, sizeof(*r));
    ossc_own_t *own = ossi_alloc(pool, sizeof(*own));
    if (r != NULL && own != NULL) {
        r->own = own;
        own->lasting = pool;
        if (s_prepare(r, settings, credentials, session) == AOSE_OK) {
            *out = r;
            return AOSE_OK;
        }
    }
    ossc_pool_give(pool);
    return AOSE_OUT_MEMORY;
}

void ossc_request_reset(ossc_request_t *request) {
    ossc_own_t *own = request->own;
    s_forget(request);
    apr_pool_clear(own->pool);
    if (own->is_under_way) {
        own->is_under_way = 0;
        (void)atomic_fetch_sub(&s_live_requests, 1);
    }
}

void ossc_request_close(ossc_request_t **request) {
    if (*request != NULL) {
        ossc_request_reset(*request);
        ossc_pool_give((*request)->own->lasting);
        *request = NULL;
    }
}

long ossc_live_requests(void) {
    return atomic_load(&s_live_requests);
}

/* --- what a request says --- */

/* The next text of a block; NULL at its end, or where it is not terminated. */
static const char *s_next(const char **at, const char *end, size_t *n) {
    const char *text = *at;
    const char *stop = text < end ? memchr(text, '\0', (size_t)(end - text)) : NULL;
    if (stop == NULL) {
        return NULL;
    }
    *n = (size_t)(stop - text);
    *at = stop + 1;
    return text;
}

static int s_read_string(const char **at, const char *end, aos_string_t *out) {
    size_t n = 0;
    const char *text = s_next(at, end, &n);
    if (text == NULL || n > INT_MAX) {
        return AOSE_INVALID_ARGUMENT;
    }
    out->data = (char *)(uintptr_t)text; /* the SDK's record has no const; nobody writes there */
    out->len = (int)n;
    return AOSE_OK;
}

/* Pairs up to an empty name or the end of the block. */
static int s_read_pairs(apr_pool_t *pool, const char **at, const char *end, apr_table_t *table) {
    int rc = AOSE_OK;
    size_t name_len = 0;
    size_t value_len = 0;
    while (rc == AOSE_OK && *at < end) {
        const char *name = s_next(at, end, &name_len);
        if (name == NULL || name_len == 0) {
            return name == NULL ? AOSE_INVALID_ARGUMENT : AOSE_OK;
        }
        const char *value = s_next(at, end, &value_len);
        rc = value == NULL ? AOSE_INVALID_ARGUMENT
                           : ossi_table_add(pool, table, name, name_len, value, value_len);
    }
    return rc;
}

int ossc_read_texts(ossc_request_t *request, const char *texts, size_t size) {
    ossc_own_t *own = request->own;
    const char *end = texts + size;
    aos_string_t *strings[] = {&own->bucket, &own->key, &own->upload_id, &own->path};
    int rc = AOSE_OK;
    if (!own->is_under_way) {
        own->is_under_way = 1;
        (void)atomic_fetch_add(&s_live_requests, 1);
    }
    for (size_t i = 0; rc == AOSE_OK && i < sizeof(strings) / sizeof(strings[0]); i++) {
        rc = s_read_string(&texts, end, strings[i]);
    }
    if (rc == AOSE_OK) {
        rc = s_read_pairs(own->pool, &texts, end, own->headers);
    }
    if (rc == AOSE_OK && own->additional_headers != NULL &&
        apr_table_get(own->headers, OSSC_ADDITIONAL_HEADERS) == NULL) {
        rc = ossi_table_set(own->pool, own->headers, OSSC_ADDITIONAL_HEADERS,
                            own->additional_headers);
    }
    return rc == AOSE_OK ? s_read_pairs(own->pool, &texts, end, own->params) : rc;
}

int ossc_borrow_body(ossc_request_t *request, const void *data, size_t n) {
    const char *at = data;
    do {
        size_t piece = n < S_PIECE ? n : S_PIECE;
        aos_buf_t *buffer = aos_buf_pack(request->own->pool, at, (int)piece);
        if (buffer == NULL) {
            return AOSE_OUT_MEMORY;
        }
        aos_list_add_tail(&buffer->node, &request->own->body);
        at += piece;
        n -= piece;
    } while (n > 0);
    return AOSE_OK;
}

int ossc_request_part(ossc_request_t *request, int part_number, const char *etag, size_t n) {
    apr_pool_t *pool = request->own->pool;
    oss_complete_part_content_t *part = oss_create_complete_part_content(pool);
    char number[12];
    if (part == NULL) {
        return AOSE_OUT_MEMORY;
    }
    if (n > INT_MAX || memchr(etag, 0, n) != NULL) {
        return AOSE_INVALID_ARGUMENT;
    }
    int digits = apr_snprintf(number, sizeof(number), "%d", part_number);
    part->part_number.data = ossi_dup(pool, number, (size_t)digits);
    part->part_number.len = digits;
    part->etag.data = ossi_dup(pool, etag, n);
    part->etag.len = (int)n;
    if (part->part_number.data == NULL || part->etag.data == NULL) {
        return AOSE_OUT_MEMORY;
    }
    aos_list_add_tail(&part->node, &request->own->parts);
    return AOSE_OK;
}
