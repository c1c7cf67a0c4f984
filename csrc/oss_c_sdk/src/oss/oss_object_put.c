/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

aos_status_t *oss_put_object_from_buffer(const oss_request_options_t *options,
                                         const aos_string_t *bucket, const aos_string_t *object,
                                         aos_list_t *buffer, aos_table_t *headers,
                                         aos_table_t **resp_headers) {
    return oss_do_put_object_from_buffer(options, bucket, object, buffer, headers, NULL, NULL,
                                         resp_headers, NULL);
}

aos_status_t *oss_put_object_from_file(const oss_request_options_t *options,
                                       const aos_string_t *bucket, const aos_string_t *object,
                                       const aos_string_t *filename, aos_table_t *headers,
                                       aos_table_t **resp_headers) {
    return oss_do_put_object_from_file(options, bucket, object, filename, headers, NULL, NULL,
                                       resp_headers, NULL);
}

static aos_status_t *s_put(ossi_op_t *op) {
    op->method = HTTP_PUT;
    op->type_rule = op->target == OSSI_TARGET_URL ? OSSI_TYPE_AS_GIVEN : OSSI_TYPE_BY_NAME;
    op->crc_rule = OSSI_CRC_SENT;
    return ossi_op_run(op);
}

aos_status_t *oss_do_put_object_from_buffer(const oss_request_options_t *options,
                                            const aos_string_t *bucket, const aos_string_t *object,
                                            aos_list_t *buffer, aos_table_t *headers,
                                            aos_table_t *params,
                                            oss_progress_callback progress_callback,
                                            aos_table_t **resp_headers, aos_list_t *resp_body) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_buffers = buffer,
                    .headers = headers,
                    .params = params,
                    .progress = progress_callback,
                    .resp_headers = resp_headers,
                    .resp_body = resp_body};
    ossi_op_require(&op, buffer != NULL, "The list of buffers is missing.");
    return s_put(&op);
}

aos_status_t *oss_do_put_object_from_file(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          const aos_string_t *filename, aos_table_t *headers,
                                          aos_table_t *params,
                                          oss_progress_callback progress_callback,
                                          aos_table_t **resp_headers, aos_list_t *resp_body) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .body_file = ossi_given(filename),
                    .headers = headers,
                    .params = params,
                    .progress = progress_callback,
                    .resp_headers = resp_headers,
                    .resp_body = resp_body};
    return s_put(&op);
}

aos_status_t *oss_put_object_from_buffer_by_url(const oss_request_options_t *options,
                                                const aos_string_t *signed_url, aos_list_t *buffer,
                                                aos_table_t *headers, aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_URL,
                    .url = signed_url,
                    .body_buffers = buffer,
                    .headers = headers,
                    .resp_headers = resp_headers};
    ossi_op_require(&op, buffer != NULL, "The list of buffers is missing.");
    return s_put(&op);
}

aos_status_t *oss_put_object_from_file_by_url(const oss_request_options_t *options,
                                              const aos_string_t *signed_url,
                                              aos_string_t *filename, aos_table_t *headers,
                                              aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_URL,
                    .url = signed_url,
                    .body_file = ossi_given(filename),
                    .headers = headers,
                    .resp_headers = resp_headers};
    return s_put(&op);
}
