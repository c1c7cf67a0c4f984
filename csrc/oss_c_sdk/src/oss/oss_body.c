/* SPDX-License-Identifier: Apache-2.0 */
#include "oss_util.h"

#include "aos_buf.h"
#include "ossi_mem.h"

void oss_write_request_body_from_buffer(aos_list_t *buffer, aos_http_request_t *req) {
    aos_list_movelist(buffer, &req->body);
    req->body_len = aos_buf_list_len(&req->body);
    req->type = BODY_IN_MEMORY;
    req->read_body = aos_read_http_body_memory;
}

static void s_set_request_file(aos_http_request_t *req, aos_file_buf_t *fb, char *path) {
    req->file_path = path;
    req->file_buf = fb;
    req->body_len = fb->file_last - fb->file_pos;
    req->type = BODY_IN_FILE;
    req->read_body = aos_read_http_body_file;
}

int oss_write_request_body_from_file(aos_pool_t *p, const aos_string_t *filename,
                                     aos_http_request_t *req) {
    aos_file_buf_t *fb = aos_create_file_buf(p);
    char *path = ossi_dup(p, filename->data, (size_t)filename->len);
    if (fb == NULL || path == NULL) {
        return AOSE_OUT_MEMORY;
    }
    int rc = aos_open_file_for_all_read(p, path, fb);
    if (rc == AOSE_OK) {
        s_set_request_file(req, fb, path);
    }
    return rc;
}

int oss_write_request_body_from_upload_file(aos_pool_t *p, oss_upload_file_t *upload_file,
                                            aos_http_request_t *req) {
    aos_file_buf_t *fb = aos_create_file_buf(p);
    char *path = ossi_dup(p, upload_file->filename.data, (size_t)upload_file->filename.len);
    if (fb == NULL || path == NULL) {
        return AOSE_OUT_MEMORY;
    }
    int rc =
        aos_open_file_for_range_read(p, path, upload_file->file_pos, upload_file->file_last, fb);
    if (rc == AOSE_OK) {
        s_set_request_file(req, fb, path);
    }
    return rc;
}

void oss_fill_read_response_body(aos_http_response_t *resp, aos_list_t *buffer) {
    if (resp != NULL && buffer != NULL) {
        aos_list_movelist(&resp->body, buffer);
    }
}

int oss_init_read_response_body_to_fb(aos_file_buf_t *fb, const aos_string_t *filename,
                                      aos_http_response_t *resp) {
    char *path = ossi_dup(resp->pool, filename->data, (size_t)filename->len);
    if (path == NULL) {
        return AOSE_OUT_MEMORY;
    }
    resp->file_path = path;
    resp->file_buf = fb;
    resp->write_body = aos_write_http_body_file;
    resp->type = BODY_IN_FILE;
    return AOSE_OK;
}

int oss_init_read_response_body_to_file(aos_pool_t *p, const aos_string_t *filename,
                                        aos_http_response_t *resp) {
    aos_file_buf_t *fb = aos_create_file_buf(p);
    char *path = ossi_dup(p, filename->data, (size_t)filename->len);
    if (fb == NULL || path == NULL) {
        return AOSE_OUT_MEMORY;
    }
    int rc = aos_open_file_for_write(p, path, fb);
    return rc == AOSE_OK ? oss_init_read_response_body_to_fb(fb, filename, resp) : rc;
}

void oss_fill_read_response_header(aos_http_response_t *resp, aos_table_t **headers) {
    if (resp != NULL && headers != NULL && resp->headers != NULL) {
        *headers = resp->headers;
    }
}
