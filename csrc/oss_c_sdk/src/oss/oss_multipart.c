/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

#include "ossi_str.h"

static const ossi_xml_field_t s_initiate_fields[] = {
    {"InitiateMultipartUploadResult/UploadId", OSSI_XML_TEXT, 0, NULL, NULL},
    {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
};

aos_status_t *oss_init_multipart_upload(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_string_t *upload_id, aos_table_t *headers,
                                        aos_table_t **resp_headers) {
    aos_string_t id = {0, NULL};
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .method = HTTP_POST,
                    .type_rule = OSSI_TYPE_BY_NAME,
                    .headers = headers,
                    .resp_headers = resp_headers,
                    .xml_root = "InitiateMultipartUploadResult",
                    .xml_fields = s_initiate_fields,
                    .xml_record = &id};
    ossi_op_pair(op.own_params, OSS_UPLOADS, "");
    /* The answer names the key, which XML cannot hold when it has control characters. */
    ossi_op_pair(op.own_params, "encoding-type", "url");
    aos_str_null(upload_id);
    aos_status_t *s = ossi_op_run(&op);
    if (aos_status_is_ok(s) && id.len == 0) {
        aos_status_set(s, AOSE_XML_PARSE_ERROR, AOS_XML_PARSE_ERROR_CODE,
                       "The answer holds no upload id.");
    } else if (aos_status_is_ok(s)) {
        *upload_id = id;
    }
    return s;
}

static aos_status_t *s_upload_part(ossi_op_t *op, const aos_string_t *upload_id, int part_num) {
    char digits[OSSI_I64_TEXT];
    op->method = HTTP_PUT;
    ossi_op_require(op, part_num >= 1 && part_num <= OSS_MAX_PART_NUM,
                    "The part number is not between 1 and 10000.");
    ossi_op_upload_id(op, upload_id);
    ossi_op_pair(op->own_params, OSS_PARTNUMBER, ossi_i64_text(digits, part_num));
    return ossi_op_run(op);
}

aos_status_t *oss_upload_part_from_buffer(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          const aos_string_t *upload_id, int part_num,
                                          aos_list_t *buffer, aos_table_t **resp_headers) {
    return oss_do_upload_part_from_buffer(options, bucket, object, upload_id, part_num, buffer,
                                          NULL, NULL, NULL, resp_headers, NULL);
}

aos_status_t *oss_do_upload_part_from_buffer(const oss_request_options_t *options,
                                             const aos_string_t *bucket, const aos_string_t *object,
                                             const aos_string_t *upload_id, int part_num,
                                             aos_list_t *buffer,
                                             oss_progress_callback progress_callback,
                                             aos_table_t *headers, aos_table_t *params,
                                             aos_table_t **resp_headers, aos_list_t *resp_body) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_buffers = buffer,
                    .progress = progress_callback,
                    .crc_rule = OSSI_CRC_SENT,
                    .headers = headers,
                    .params = params,
                    .resp_headers = resp_headers,
                    .resp_body = resp_body};
    ossi_op_require(&op, buffer != NULL, "The list of buffers is missing.");
    return s_upload_part(&op, upload_id, part_num);
}

aos_status_t *oss_upload_part_from_file(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        const aos_string_t *upload_id, int part_num,
                                        oss_upload_file_t *upload_file,
                                        aos_table_t **resp_headers) {
    return oss_do_upload_part_from_file(options, bucket, object, upload_id, part_num, upload_file,
                                        NULL, NULL, NULL, resp_headers, NULL);
}

aos_status_t *oss_do_upload_part_from_file(const oss_request_options_t *options,
                                           const aos_string_t *bucket, const aos_string_t *object,
                                           const aos_string_t *upload_id, int part_num,
                                           oss_upload_file_t *upload_file,
                                           oss_progress_callback progress_callback,
                                           aos_table_t *headers, aos_table_t *params,
                                           aos_table_t **resp_headers, aos_list_t *resp_body) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_range = upload_file,
                    .progress = progress_callback,
                    .crc_rule = OSSI_CRC_SENT,
                    .headers = headers,
                    .params = params,
                    .resp_headers = resp_headers,
                    .resp_body = resp_body};
    ossi_op_require(&op, upload_file != NULL, "The range of the file is missing.");
    return s_upload_part(&op, upload_id, part_num);
}

/* NULL without memory. */
static const char *s_range(apr_pool_t *pool, int64_t first, int64_t last) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_addz(&s, "bytes=");
    ossi_str_add_i64(&s, first);
    ossi_str_addc(&s, '-');
    ossi_str_add_i64(&s, last);
    return ossi_str_take(&s, &text, NULL) == AOSE_OK ? text : NULL;
}

static void s_set_copy_range(ossi_op_t *op, const oss_upload_part_copy_params_t *params) {
    if (params->range_start == 0 && params->range_end == -1) {
        return;
    }
    ossi_op_require(op, params->range_start >= 0 && params->range_end >= params->range_start,
                    "The source's range is invalid.");
    if (op->code == AOSE_OK) {
        const char *range = s_range(op->options->pool, params->range_start, params->range_end);
        ossi_op_require_memory(op, range);
        ossi_op_pair(op->own_headers, OSS_COPY_SOURCE_RANGE, range);
    }
}

aos_status_t *oss_upload_part_copy(const oss_request_options_t *options,
                                   oss_upload_part_copy_params_t *params, aos_table_t *headers,
                                   aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = &params->dest_bucket,
                    .object = &params->dest_object,
                    .headers = headers,
                    .resp_headers = resp_headers};
    ossi_op_copy_source(&op, &params->source_bucket, &params->source_object);
    s_set_copy_range(&op, params);
    return s_upload_part(&op, &params->upload_id, params->part_num);
}

aos_status_t *oss_abort_multipart_upload(const oss_request_options_t *options,
                                         const aos_string_t *bucket, const aos_string_t *object,
                                         aos_string_t *upload_id, aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .method = HTTP_DELETE,
                    .resp_headers = resp_headers};
    ossi_op_upload_id(&op, upload_id);
    return ossi_op_run(&op);
}
