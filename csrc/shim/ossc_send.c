/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_shim.h"

#include "ossi_mem.h"

static void s_init(ossc_request_t *r, http_method_e method, aos_http_request_t **req,
                   aos_http_response_t **resp) {
    if (r->key != NULL) {
        oss_init_object_request(r->options, r->bucket, r->key, method, req, r->params, r->headers,
                                NULL, 0, resp);
    } else if (r->bucket != NULL) {
        oss_init_bucket_request(r->options, r->bucket, method, req, r->params, r->headers, resp);
    } else {
        oss_init_service_request(r->options, method, req, r->params, r->headers, resp);
    }
}

/* Compressed on request: the service's CRC is that of the object as stored. */
static int s_is_recoded(const aos_http_request_t *req, const aos_http_response_t *resp) {
    return apr_table_get(req->headers, "Accept-Encoding") != NULL &&
           apr_table_get(resp->headers, "Content-Encoding") != NULL;
}

aos_status_t *ossc_request_send(ossc_request_t *request, int method) {
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    s_init(request, (http_method_e)method, &req, &resp);
    if (req == NULL || resp == NULL) {
        return oss_process_request(request->options, req, resp);
    }
    if (!aos_list_empty(request->body)) {
        oss_write_request_body_from_buffer(request->body, req);
    }
    aos_status_t *status = oss_process_request(request->options, req, resp);
    oss_fill_read_response_header(resp, &request->answer_headers);
    oss_fill_read_response_body(resp, request->answer_body);
    if (method == HTTP_GET && request->key != NULL && status->code == 200 &&
        is_enable_crc(request->options) && has_crc_in_response(resp) &&
        !has_range_or_process_in_request(req) && !s_is_recoded(req, resp)) {
        (void)oss_check_crc_consistent(resp->crc64, resp->headers, status);
    }
    return status;
}

/* Path style is the transport's doing; a URL that somebody else will use needs it in the URI. */
static int s_path_style_uri(const ossc_request_t *r, aos_http_request_t *req) {
    if (!r->call->path_style) {
        return AOSE_OK;
    }
    req->uri = ossi_dupz(r->pool, req->resource);
    return req->uri == NULL ? AOSE_OUT_MEMORY : AOSE_OK;
}

const char *ossc_request_presign(ossc_request_t *request, int method, int64_t expires) {
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    aos_string_t text;
    aos_string_t url;
    s_init(request, (http_method_e)method, &req, &resp);
    if (req == NULL || s_path_style_uri(request, req) != AOSE_OK) {
        return NULL;
    }
    char digits[24];
    (void)apr_snprintf(digits, sizeof digits, "%" APR_INT64_T_FMT, expires);
    aos_str_set(&text, digits);
    req->normalize_url = 1;
    if (oss_get_signed_url(request->options, req, &text, &url) != AOSE_OK) {
        return NULL;
    }
    return ossi_dup(request->pool, url.data, (size_t)url.len);
}

const char *ossc_request_authorization(ossc_request_t *request, int method) {
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    s_init(request, (http_method_e)method, &req, &resp);
    if (req == NULL || oss_sign_request(req, request->options->config) != AOSE_OK) {
        return NULL;
    }
    return apr_table_get(req->headers, "Authorization");
}

const char *ossc_string_text(const aos_string_t *string) {
    return string->data;
}

int ossc_table_size(const aos_table_t *table) {
    return table == NULL ? 0 : apr_table_elts(table)->nelts;
}

void ossc_table_entry(const aos_table_t *table, int index, const char **name, const char **value) {
    const apr_table_entry_t *entries =
        (const apr_table_entry_t *)(const void *)apr_table_elts(table)->elts;
    *name = entries[index].key;
    *value = entries[index].val;
}

int ossc_list_next(const aos_list_t *list, const aos_list_t **cursor, const void **data,
                   size_t *n) {
    const aos_list_t *next = *cursor == NULL ? list->next : (*cursor)->next;
    if (next == list || next == NULL) {
        return 0;
    }
    const aos_buf_t *buffer = aos_list_entry(next, aos_buf_t, node);
    *cursor = next;
    *data = buffer->pos;
    *n = (size_t)(buffer->last - buffer->pos);
    return 1;
}
