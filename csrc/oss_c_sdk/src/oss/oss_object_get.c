/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

static aos_status_t *s_get(ossi_op_t *op) {
    op->method = HTTP_GET;
    op->crc_rule = OSSI_CRC_RECEIVED;
    return ossi_op_run(op);
}

aos_status_t *oss_get_object_to_buffer(const oss_request_options_t *options,
                                       const aos_string_t *bucket, const aos_string_t *object,
                                       aos_table_t *headers, aos_table_t *params,
                                       aos_list_t *buffer, aos_table_t **resp_headers) {
    return oss_do_get_object_to_buffer(options, bucket, object, headers, params, buffer, NULL,
                                       resp_headers);
}

aos_status_t *oss_do_get_object_to_buffer(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          aos_table_t *headers, aos_table_t *params,
                                          aos_list_t *buffer,
                                          oss_progress_callback progress_callback,
                                          aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .headers = headers,
                    .params = params,
                    .progress = progress_callback,
                    .into_buffers = buffer,
                    .resp_headers = resp_headers};
    return s_get(&op);
}

aos_status_t *oss_get_object_to_file(const oss_request_options_t *options,
                                     const aos_string_t *bucket, const aos_string_t *object,
                                     aos_table_t *headers, aos_table_t *params,
                                     aos_string_t *filename, aos_table_t **resp_headers) {
    return oss_do_get_object_to_file(options, bucket, object, headers, params, filename, NULL,
                                     resp_headers);
}

aos_status_t *oss_do_get_object_to_file(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_table_t *headers, aos_table_t *params,
                                        aos_string_t *filename,
                                        oss_progress_callback progress_callback,
                                        aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .headers = headers,
                    .params = params,
                    .progress = progress_callback,
                    .into_file = ossi_given(filename),
                    .resp_headers = resp_headers};
    return s_get(&op);
}

/* The URL says it all: params would not be part of what was signed. */
aos_status_t *oss_get_object_to_buffer_by_url(const oss_request_options_t *options,
                                              const aos_string_t *signed_url, aos_table_t *headers,
                                              aos_table_t *params, aos_list_t *buffer,
                                              aos_table_t **resp_headers) {
    (void)params;
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_URL,
                    .url = signed_url,
                    .headers = headers,
                    .into_buffers = buffer,
                    .resp_headers = resp_headers};
    return s_get(&op);
}

aos_status_t *oss_get_object_to_file_by_url(const oss_request_options_t *options,
                                            const aos_string_t *signed_url, aos_table_t *headers,
                                            aos_table_t *params, aos_string_t *filename,
                                            aos_table_t **resp_headers) {
    (void)params;
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_URL,
                    .url = signed_url,
                    .headers = headers,
                    .into_file = ossi_given(filename),
                    .resp_headers = resp_headers};
    return s_get(&op);
}
