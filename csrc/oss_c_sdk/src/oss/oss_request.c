/* SPDX-License-Identifier: Apache-2.0 */
#include "oss_util.h"

#include <string.h>

#include "oss_auth.h"
#include "ossi_mem.h"
#include "ossi_status.h"
#include "ossi_uri.h"

static int s_copy_table(apr_pool_t *pool, const aos_table_t *from, aos_table_t *to) {
    int rc = AOSE_OK;
    if (from == NULL) {
        return AOSE_OK;
    }
    const apr_array_header_t *entries = apr_table_elts(from);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)(const void *)entries->elts;
    for (int i = 0; rc == AOSE_OK && i < entries->nelts; i++) {
        const char *value = entry[i].val != NULL ? entry[i].val : "";
        rc = ossi_table_add(pool, to, entry[i].key, strlen(entry[i].key), value, strlen(value));
    }
    return rc;
}

void oss_init_request(const oss_request_options_t *options, http_method_e method,
                      aos_http_request_t **req, aos_table_t *params, aos_table_t *headers,
                      aos_http_response_t **resp) {
    aos_http_request_t *request = aos_http_request_create(options->pool);
    aos_http_response_t *response = aos_http_response_create(options->pool);
    *req = NULL;
    *resp = NULL;
    if (request == NULL || response == NULL) {
        return;
    }
    request->method = method;
    if (s_copy_table(options->pool, headers, request->headers) == AOSE_OK &&
        s_copy_table(options->pool, params, request->query_params) == AOSE_OK) {
        *req = request;
        *resp = response;
    }
}

void oss_init_bucket_request(const oss_request_options_t *options, const aos_string_t *bucket,
                             http_method_e method, aos_http_request_t **req, aos_table_t *params,
                             aos_table_t *headers, aos_http_response_t **resp) {
    oss_init_request(options, method, req, params, headers, resp);
    if (*req != NULL) {
        oss_get_bucket_uri(options, bucket, *req);
    }
}

void oss_init_service_request(const oss_request_options_t *options, http_method_e method,
                              aos_http_request_t **req, aos_table_t *params, aos_table_t *headers,
                              aos_http_response_t **resp) {
    oss_init_request(options, method, req, params, headers, resp);
    if (*req != NULL) {
        ossi_fill_uri(options, NULL, NULL, *req);
    }
}

void oss_init_object_request(const oss_request_options_t *options, const aos_string_t *bucket,
                             const aos_string_t *object, http_method_e method,
                             aos_http_request_t **req, aos_table_t *params, aos_table_t *headers,
                             oss_progress_callback cb, uint64_t initcrc,
                             aos_http_response_t **resp) {
    oss_init_request(options, method, req, params, headers, resp);
    if (*req == NULL) {
        return;
    }
    oss_get_object_uri(options, bucket, object, *req);
    (*req)->crc64 = initcrc;
    if (method == HTTP_GET) {
        (*resp)->progress_callback = cb;
    } else {
        (*req)->progress_callback = cb;
    }
}

void oss_init_signed_url_request(const oss_request_options_t *options,
                                 const aos_string_t *signed_url, http_method_e method,
                                 aos_http_request_t **req, aos_table_t *params,
                                 aos_table_t *headers, aos_http_response_t **resp) {
    oss_init_request(options, method, req, params, headers, resp);
    if (*req == NULL) {
        return;
    }
    (*req)->signed_url = ossi_dup(options->pool, signed_url->data, (size_t)signed_url->len);
    if ((*req)->signed_url == NULL) {
        *req = NULL;
        *resp = NULL;
    }
}

static void s_set_transport_failure(aos_http_controller_t *ctl, apr_pool_t *pool, int rc,
                                    aos_status_t *s) {
    const char *reason = aos_http_controller_get_reason(ctl);
    aos_status_set(s, rc, AOS_HTTP_IO_ERROR_CODE,
                   reason[0] == '\0' ? NULL : ossi_dupz(pool, reason));
}

aos_status_t *oss_send_request(aos_http_controller_t *ctl, aos_http_request_t *req,
                               aos_http_response_t *resp) {
    if (req == NULL || resp == NULL || ctl == NULL || ctl->options == NULL) {
        return ossi_status_no_memory();
    }
    aos_status_t *s = aos_status_create(req->pool);
    if (s == NULL) {
        return ossi_status_no_memory();
    }
    int rc = aos_http_send_request(ctl, req, resp);
    if (rc == AOSE_OK) {
        ossi_status_from_answer(req->pool, resp, s);
    } else {
        s_set_transport_failure(ctl, req->pool, rc, s);
        s->req_id = ossi_status_request_id(req->pool, resp);
    }
    return s;
}

/* What the makers of the request could not tell, being void; NULL when all is well. */
static aos_status_t *s_check_built(const oss_request_options_t *options,
                                   const aos_http_request_t *req) {
    if (req->uri == NULL || req->resource == NULL) {
        return ossi_status_no_memory();
    }
    if (req->host == NULL) {
        return ossi_status_fail(options->pool, AOSE_INVALID_ARGUMENT, AOS_CLIENT_ERROR_CODE,
                                "The endpoint is invalid.");
    }
    return NULL;
}

aos_status_t *oss_process_request(const oss_request_options_t *options, aos_http_request_t *req,
                                  aos_http_response_t *resp) {
    if (req == NULL || resp == NULL) {
        return ossi_status_no_memory();
    }
    aos_status_t *bad = s_check_built(options, req);
    if (bad != NULL) {
        return bad;
    }
    int rc = oss_sign_request(req, options->config);
    if (rc != AOSE_OK) {
        return ossi_status_fail(options->pool, rc, AOS_CLIENT_ERROR_CODE,
                                "The request cannot be signed.");
    }
    return oss_send_request(options->ctl, req, resp);
}

aos_status_t *oss_process_signed_request(const oss_request_options_t *options,
                                         aos_http_request_t *req, aos_http_response_t *resp) {
    if (req == NULL || resp == NULL) {
        return ossi_status_no_memory();
    }
    return oss_send_request(options->ctl, req, resp);
}
