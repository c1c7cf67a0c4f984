/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

#include <string.h>

#include "ossi_crc64.h"
#include "ossi_download.h"
#include "ossi_mem.h"
#include "ossi_names.h"
#include "ossi_status.h"

/* An operation under way. */
typedef struct s_run {
    const ossi_op_t *op;
    apr_pool_t *pool;    /* of the options */
    apr_pool_t *scratch; /* open files; NULL when there are none */
    aos_http_request_t *req;
    aos_http_response_t *resp;
    ossi_download_t download;
} s_run_t;

static void s_empty_results(const ossi_op_t *op) {
    if (op->resp_body != NULL) {
        aos_list_init(op->resp_body);
    }
    if (op->into_buffers != NULL) {
        aos_list_init(op->into_buffers);
    }
    if (op->resp_headers != NULL) {
        *op->resp_headers = NULL;
    }
}

/* After an early failure too the caller gets a table; only without memory there is none. */
static void s_complete_results(const ossi_op_t *op) {
    if (op->resp_headers != NULL && *op->resp_headers == NULL &&
        ossi_table_make(op->options->pool, op->resp_headers) != AOSE_OK) {
        *op->resp_headers = NULL;
    }
}

static aos_status_t *s_client_error(const ossi_op_t *op, int code, const char *message) {
    return ossi_status_fail(op->options->pool, code, AOS_CLIENT_ERROR_CODE, message);
}

/* NULL when all is well. */
static aos_status_t *s_check(const ossi_op_t *op) {
    const oss_request_options_t *options = op->options;
    if (options->ctl == NULL || options->config == NULL) {
        return s_client_error(op, AOSE_INVALID_ARGUMENT,
                              "The request options lack a configuration or a controller.");
    }
    if (op->target == OSSI_TARGET_URL) {
        if (!ossi_is_plain_text(op->url)) {
            return s_client_error(op, AOSE_INVALID_ARGUMENT, "The URL is invalid.");
        }
    } else if (!oss_is_valid_bucket_name(op->bucket)) {
        return ossi_bucket_name_error(options->pool);
    } else if (op->target == OSSI_TARGET_OBJECT && !oss_is_valid_object_name(op->object)) {
        return ossi_object_name_error(options->pool);
    }
    return op->code == AOSE_OK ? NULL : s_client_error(op, op->code, op->complaint);
}

static int s_init(s_run_t *run) {
    const ossi_op_t *op = run->op;
    switch (op->target) {
    case OSSI_TARGET_OBJECT:
        oss_init_object_request(op->options, op->bucket, op->object, op->method, &run->req,
                                op->params, op->headers, op->progress, 0, &run->resp);
        break;
    case OSSI_TARGET_BUCKET:
        oss_init_bucket_request(op->options, op->bucket, op->method, &run->req, op->params,
                                op->headers, &run->resp);
        break;
    case OSSI_TARGET_URL:
        oss_init_signed_url_request(op->options, op->url, op->method, &run->req, op->params,
                                    op->headers, &run->resp);
        break;
    }
    return run->req == NULL ? AOSE_OUT_MEMORY : AOSE_OK;
}

static int s_set_pairs(const s_run_t *run, aos_table_t *table, const ossi_op_pair_t *pairs) {
    int rc = AOSE_OK;
    for (int i = 0; rc == AOSE_OK && i < OSSI_MAX_PAIRS && pairs[i].name != NULL; i++) {
        rc = ossi_table_set(run->pool, table, pairs[i].name, pairs[i].value);
    }
    return rc;
}

static int s_set_type(const s_run_t *run) {
    const ossi_op_t *op = run->op;
    const char *type = "application/xml";
    if (op->type_rule == OSSI_TYPE_AS_GIVEN ||
        apr_table_get(run->req->headers, OSS_CONTENT_TYPE) != NULL) {
        return AOSE_OK;
    }
    if (op->type_rule == OSSI_TYPE_BY_NAME) {
        type = get_content_type(op->body_file != NULL ? op->body_file->data : op->object->data);
    }
    return ossi_table_set(run->pool, run->req->headers, OSS_CONTENT_TYPE, type);
}

static int s_set_xml_body(const s_run_t *run) {
    aos_list_t body;
    aos_buf_t *b = aos_buf_pack(run->pool, run->op->body_xml, (int)strlen(run->op->body_xml));
    if (b == NULL) {
        return AOSE_OUT_MEMORY;
    }
    aos_list_init(&body);
    aos_list_add_tail(&b->node, &body);
    oss_write_request_body_from_buffer(&body, run->req);
    return AOSE_OK;
}

static int s_set_head_and_memory_body(const s_run_t *run) {
    int rc = s_set_pairs(run, run->req->headers, run->op->own_headers);
    if (rc == AOSE_OK) {
        rc = s_set_pairs(run, run->req->query_params, run->op->own_params);
    }
    if (rc == AOSE_OK) {
        rc = s_set_type(run);
    }
    if (rc == AOSE_OK && run->op->body_xml != NULL) {
        rc = s_set_xml_body(run);
    }
    if (rc == AOSE_OK && run->op->body_buffers != NULL) {
        oss_write_request_body_from_buffer(run->op->body_buffers, run->req);
    }
    return rc;
}

/* NULL when all is well, or nothing is to be done. */
static aos_status_t *s_open_source(const s_run_t *run) {
    const ossi_op_t *op = run->op;
    const aos_string_t *name = op->body_range != NULL ? &op->body_range->filename : op->body_file;
    if (name == NULL) {
        return NULL;
    }
    int rc = ossi_is_plain_text(name) ? AOSE_OK : AOSE_OPEN_FILE_ERROR;
    if (rc == AOSE_OK && op->body_range != NULL) {
        rc = oss_write_request_body_from_upload_file(run->scratch, op->body_range, run->req);
    } else if (rc == AOSE_OK) {
        rc = oss_write_request_body_from_file(run->scratch, name, run->req);
    }
    return rc == AOSE_OK ? NULL
                         : ossi_status_fail(run->pool, rc, AOS_OPEN_FILE_ERROR_CODE,
                                            "The file cannot be read, or not from there.");
}

static aos_status_t *s_open_files(s_run_t *run) {
    const ossi_op_t *op = run->op;
    if (op->body_file == NULL && op->body_range == NULL && op->into_file == NULL) {
        return NULL;
    }
    if (ossi_pool_create(&run->scratch, run->pool) != AOSE_OK) {
        return ossi_status_no_memory();
    }
    aos_status_t *bad = s_open_source(run);
    if (bad != NULL || op->into_file == NULL) {
        return bad;
    }
    ossi_download_init(&run->download, run->scratch);
    if (ossi_download_open(&run->download, op->into_file) != AOSE_OK) {
        return ossi_download_status(&run->download, run->pool);
    }
    ossi_download_attach(&run->download, run->resp);
    return NULL;
}

/* Compression on request, and the service's CRC is that of the object as stored. */
static int s_is_recoded(const s_run_t *run) {
    return apr_table_get(run->req->headers, "Accept-Encoding") != NULL &&
           apr_table_get(run->resp->headers, "Content-Encoding") != NULL;
}

static void s_check_crc(const s_run_t *run, aos_status_t *s) {
    const ossi_op_t *op = run->op;
    uint64_t crc = run->resp->crc64;
    if (!is_enable_crc(op->options) || !has_crc_in_response(run->resp)) {
        return;
    }
    switch (op->crc_rule) {
    case OSSI_CRC_NONE:
        return;
    case OSSI_CRC_SENT:
        crc = ossi_crc64_combine(op->first_crc, run->req->crc64, (uint64_t)run->req->body_len);
        break;
    case OSSI_CRC_RECEIVED:
        if (run->resp->status != 200 || has_range_or_process_in_request(run->req) ||
            s_is_recoded(run)) {
            return;
        }
        break;
    }
    /* The status holds what it returns. */
    (void)oss_check_crc_consistent(crc, run->resp->headers, s);
}

static void s_read_xml(const s_run_t *run, aos_status_t *s) {
    const ossi_op_t *op = run->op;
    if (op->xml_root == NULL || !aos_status_is_ok(s)) {
        return;
    }
    int rc =
        ossi_xml_read(run->pool, &run->resp->body, op->xml_root, op->xml_fields, op->xml_record);
    if (rc == AOSE_OUT_MEMORY) {
        aos_status_set(s, rc, AOS_CLIENT_ERROR_CODE, "Out of memory.");
    } else if (rc != AOSE_OK) {
        aos_status_set(s, AOSE_XML_PARSE_ERROR, AOS_XML_PARSE_ERROR_CODE,
                       "The answer is not the XML document that was expected.");
    }
}

static aos_status_t *s_finish_file(s_run_t *run, aos_status_t *s) {
    ossi_download_t *d = &run->download;
    if (run->op->into_file == NULL) {
        return s;
    }
    if (aos_status_is_ok(s) && ossi_download_commit(d) == AOSE_OK) {
        return s;
    }
    aos_status_t *out = d->code != AOSE_OK ? ossi_download_status(d, run->pool) : s;
    if (out != s && out != ossi_status_no_memory()) {
        out->req_id = s->req_id;
    }
    ossi_download_discard(d);
    return out;
}

static aos_status_t *s_exchange(s_run_t *run) {
    const ossi_op_t *op = run->op;
    aos_status_t *s = op->target == OSSI_TARGET_URL
                          ? oss_process_signed_request(op->options, run->req, run->resp)
                          : oss_process_request(op->options, run->req, run->resp);
    int is_answered = s->code > 0;
    if (aos_status_is_ok(s)) {
        s_check_crc(run, s);
        s_read_xml(run, s);
    }
    s = s_finish_file(run, s);
    oss_fill_read_response_header(run->resp, op->resp_headers);
    if (is_answered && op->resp_body != NULL) {
        oss_fill_read_response_body(run->resp, op->resp_body);
    } else if (aos_status_is_ok(s)) {
        oss_fill_read_response_body(run->resp, op->into_buffers);
    }
    return s;
}

static aos_status_t *s_perform(s_run_t *run) {
    if (s_init(run) != AOSE_OK || s_set_head_and_memory_body(run) != AOSE_OK) {
        return ossi_status_no_memory();
    }
    aos_status_t *bad = s_open_files(run);
    return bad != NULL ? bad : s_exchange(run);
}

aos_status_t *ossi_op_run(ossi_op_t *op) {
    s_run_t run = {.op = op, .pool = op->options->pool};
    s_empty_results(op);
    aos_status_t *s = s_check(op);
    if (s == NULL) {
        s = s_perform(&run);
    }
    if (run.scratch != NULL) {
        apr_pool_destroy(run.scratch);
    }
    s_complete_results(op);
    return s;
}
