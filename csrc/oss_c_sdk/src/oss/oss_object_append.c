/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

static aos_status_t *s_append(ossi_op_t *op, int64_t position) {
    char digits[OSSI_I64_TEXT];
    op->method = HTTP_POST;
    op->type_rule = OSSI_TYPE_BY_NAME;
    ossi_op_pair(op->own_params, OSS_APPEND, "");
    ossi_op_pair(op->own_params, OSS_POSITION, ossi_i64_text(digits, position));
    ossi_op_require(op, position >= 0, "The position is negative.");
    return ossi_op_run(op);
}

aos_status_t *oss_append_object_from_buffer(const oss_request_options_t *options,
                                            const aos_string_t *bucket, const aos_string_t *object,
                                            int64_t position, aos_list_t *buffer,
                                            aos_table_t *headers, aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_buffers = buffer,
                    .headers = headers,
                    .resp_headers = resp_headers};
    ossi_op_require(&op, buffer != NULL, "The list of buffers is missing.");
    return s_append(&op, position);
}

aos_status_t *oss_do_append_object_from_buffer(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object, int64_t position,
                                               uint64_t init_crc, aos_list_t *buffer,
                                               aos_table_t *headers, aos_table_t *params,
                                               oss_progress_callback progress_callback,
                                               aos_table_t **resp_headers, aos_list_t *resp_body) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_buffers = buffer,
                    .headers = headers,
                    .params = params,
                    .progress = progress_callback,
                    .crc_rule = OSSI_CRC_SENT,
                    .first_crc = init_crc,
                    .resp_headers = resp_headers,
                    .resp_body = resp_body};
    ossi_op_require(&op, buffer != NULL, "The list of buffers is missing.");
    return s_append(&op, position);
}

aos_status_t *oss_append_object_from_file(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          int64_t position, const aos_string_t *append_file,
                                          aos_table_t *headers, aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_file = ossi_given(append_file),
                    .headers = headers,
                    .resp_headers = resp_headers};
    return s_append(&op, position);
}

aos_status_t *oss_do_append_object_from_file(const oss_request_options_t *options,
                                             const aos_string_t *bucket, const aos_string_t *object,
                                             int64_t position, uint64_t init_crc,
                                             const aos_string_t *append_file, aos_table_t *headers,
                                             aos_table_t *params,
                                             oss_progress_callback progress_callback,
                                             aos_table_t **resp_headers, aos_list_t *resp_body) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_file = ossi_given(append_file),
                    .headers = headers,
                    .params = params,
                    .progress = progress_callback,
                    .crc_rule = OSSI_CRC_SENT,
                    .first_crc = init_crc,
                    .resp_headers = resp_headers,
                    .resp_body = resp_body};
    return s_append(&op, position);
}
