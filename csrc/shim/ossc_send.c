/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_own.h"

#include "ossi_mem.h"

static void s_take_answer(ossc_request_t *request, aos_http_response_t *resp) {
    oss_fill_read_response_header(resp, &request->answer_headers);
    oss_fill_read_response_body(resp, &request->own->answer_body);
}

/* The bytes of an object that came, against the server's CRC-64. */
static void s_check_got(const ossc_own_t *own, const aos_http_request_t *req,
                        const aos_http_response_t *resp, aos_status_t *status) {
    if (status->code == 200 && is_enable_crc(own->options) && has_crc_in_response(resp) &&
        ossc_is_whole(req, resp)) {
        /* The status holds what it returns. */
        (void)oss_check_crc_consistent(resp->crc64, resp->headers, status);
    }
}

aos_status_t *ossc_send(ossc_request_t *request, int method) {
    ossc_own_t *own = request->own;
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    ossc_init_exchange(request, (http_method_e)method, &req, &resp);
    if (req == NULL || resp == NULL) {
        return oss_process_request(own->options, req, resp);
    }
    if (!aos_list_empty(&own->body)) {
        oss_write_request_body_from_buffer(&own->body, req);
    }
    aos_status_t *status = oss_process_request(own->options, req, resp);
    s_take_answer(request, resp);
    if (method == HTTP_GET && own->key.len > 0) {
        s_check_got(own, req, resp, status);
    }
    return status;
}

aos_status_t *ossc_send_url(ossc_request_t *request, int method) {
    ossc_own_t *own = request->own;
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    int has_body = !aos_list_empty(&own->body) || own->source_fd >= 0;
    apr_table_unset(own->headers, OSSC_ADDITIONAL_HEADERS);
    if (method == HTTP_GET && own->sink == OSSC_SINK_ANSWER) {
        own->sink = OSSC_SINK_BYTES;
    }
    oss_init_signed_url_request(own->options, &own->path, (http_method_e)method, &req, NULL,
                                own->headers, &resp);
    if (req == NULL || resp == NULL) {
        return oss_process_signed_request(own->options, req, resp);
    }
    if (!aos_list_empty(&own->body)) {
        oss_write_request_body_from_buffer(&own->body, req);
    }
    aos_status_t *status = oss_process_signed_request(own->options, req, resp);
    s_take_answer(request, resp);
    if (method == HTTP_GET) {
        s_check_got(own, req, resp, status);
    } else if (method == HTTP_PUT && has_body && is_enable_crc(own->options)) {
        (void)oss_check_crc_consistent(req->crc64, resp->headers, status);
    }
    return status;
}

/* Path style is the transport's doing; a URL that somebody else will use needs it in the URI. */
static int s_path_style_uri(const ossc_own_t *own, aos_http_request_t *req) {
    if (!own->path_style) {
        return AOSE_OK;
    }
    req->uri = ossi_dupz(own->pool, req->resource);
    return req->uri == NULL ? AOSE_OUT_MEMORY : AOSE_OK;
}

const char *ossc_request_presign(ossc_request_t *request, int method, const char *texts,
                                 size_t texts_size, int64_t expires) {
    const ossc_own_t *own = request->own;
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    aos_string_t text;
    aos_string_t url;
    if (ossc_read_texts(request, texts, texts_size) != AOSE_OK) {
        return NULL;
    }
    ossc_init_exchange(request, (http_method_e)method, &req, &resp);
    if (req == NULL || s_path_style_uri(own, req) != AOSE_OK) {
        return NULL;
    }
    char digits[24];
    (void)apr_snprintf(digits, sizeof(digits), "%" APR_INT64_T_FMT, expires);
    aos_str_set(&text, digits);
    req->normalize_url = 1;
    if (oss_get_signed_url(own->options, req, &text, &url) != AOSE_OK) {
        return NULL;
    }
    return ossi_dup(own->pool, url.data, (size_t)url.len);
}

const char *ossc_request_authorization(ossc_request_t *request, int method, const char *texts,
                                       size_t texts_size) {
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    if (ossc_read_texts(request, texts, texts_size) != AOSE_OK) {
        return NULL;
    }
    ossc_init_exchange(request, (http_method_e)method, &req, &resp);
    if (req == NULL || oss_sign_request(req, request->own->options->config) != AOSE_OK) {
        return NULL;
    }
    return apr_table_get(req->headers, "Authorization");
}
