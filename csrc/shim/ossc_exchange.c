/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_own.h"

#include <string.h>

#include "ossi_mem.h"

void ossc_init_exchange(const ossc_request_t *request, http_method_e method,
                        aos_http_request_t **req, aos_http_response_t **resp) {
    const ossc_own_t *own = request->own;
    if (own->key.len > 0) {
        const aos_string_t *bucket = own->bucket.len > 0 ? &own->bucket : NULL;
        oss_init_object_request(own->options, bucket, &own->key, method, req, own->params,
                                own->headers, NULL, 0, resp);
    } else if (own->bucket.len > 0) {
        oss_init_bucket_request(own->options, &own->bucket, method, req, own->params, own->headers,
                                resp);
    } else {
        oss_init_service_request(own->options, method, req, own->params, own->headers, resp);
    }
}

/* Compressed on request: the service's CRC is that of the object as stored. */
static int s_is_recoded(const aos_http_request_t *req, const aos_http_response_t *resp) {
    return apr_table_get(req->headers, "Accept-Encoding") != NULL &&
           apr_table_get(resp->headers, "Content-Encoding") != NULL;
}

int ossc_is_whole(const aos_http_request_t *req, const aos_http_response_t *resp) {
    return resp->status == 200 && !has_range_or_process_in_request(req) && !s_is_recoded(req, resp);
}

void ossc_attach_exchange(ossc_request_t *request, aos_http_transport_t *t) {
    t->controller = (aos_http_controller_ex_t *)request->own->options->ctl;
    ossc_attach_bodies(request, t->req, t->resp);
    if (request->own->transport.user_agent != NULL) {
        t->options = &request->own->transport;
    }
}

/* An answer that is not plain success: its whole body, before the SDK takes the list apart. */
static int s_keep_error_body(ossc_request_t *r, const aos_http_response_t *resp) {
    const aos_list_t *cursor = NULL;
    const void *data = NULL;
    size_t n = 0;
    size_t total = 0;
    while (ossc_list_next(&resp->body, &cursor, &data, &n)) {
        total += n;
    }
    char *copy = ossi_alloc(r->own->pool, total + 1);
    if (copy == NULL) {
        return AOSE_OUT_MEMORY;
    }
    r->error_body = copy;
    r->error_body_size = total;
    cursor = NULL;
    while (ossc_list_next(&resp->body, &cursor, &data, &n)) {
        memcpy(copy, data, n);
        copy += n;
    }
    return AOSE_OK;
}

/* What we signed, so that it can be held against what the server computed. */
static void s_keep_signed_text(ossc_request_t *r, const aos_http_request_t *req) {
#ifdef OSS_C_SDK_IMPLEMENTATION
    aos_string_t text;
    if (req->signed_url == NULL &&
        oss_get_signed_text(r->own->pool, req, r->own->options->config, &text) == AOSE_OK) {
        r->signed_text = text.data;
    }
#else
    (void)r;
    (void)req;
#endif
}

int ossc_settle(ossc_request_t *request, const aos_http_transport_t *t, int code) {
    int status = t->resp->status;
    request->outcome.status = status;
    if (code == AOSE_OK && status == 403) {
        s_keep_signed_text(request, t->req);
    }
    if (code == AOSE_OK && (status / 100 != 2 || status == 203)) {
        return s_keep_error_body(request, t->resp);
    }
    return code;
}
