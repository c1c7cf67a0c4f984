/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

aos_status_t *oss_head_object(const oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *object, aos_table_t *headers,
                              aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .method = HTTP_HEAD,
                    .headers = headers,
                    .resp_headers = resp_headers};
    return ossi_op_run(&op);
}

aos_status_t *oss_get_object_meta(const oss_request_options_t *options, const aos_string_t *bucket,
                                  const aos_string_t *object, aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .method = HTTP_HEAD,
                    .resp_headers = resp_headers};
    ossi_op_pair(op.own_params, OSS_OBJECT_META, "");
    return ossi_op_run(&op);
}

aos_status_t *oss_head_object_by_url(const oss_request_options_t *options,
                                     const aos_string_t *signed_url, aos_table_t *headers,
                                     aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_URL,
                    .url = signed_url,
                    .method = HTTP_HEAD,
                    .headers = headers,
                    .resp_headers = resp_headers};
    return ossi_op_run(&op);
}

aos_status_t *oss_get_object_meta_by_url(const oss_request_options_t *options,
                                         const aos_string_t *signed_url,
                                         aos_table_t **resp_headers) {
    return oss_head_object_by_url(options, signed_url, NULL, resp_headers);
}

aos_status_t *oss_delete_object(const oss_request_options_t *options, const aos_string_t *bucket,
                                const aos_string_t *object, aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .method = HTTP_DELETE,
                    .resp_headers = resp_headers};
    return ossi_op_run(&op);
}

aos_status_t *oss_copy_object(const oss_request_options_t *options,
                              const aos_string_t *source_bucket, const aos_string_t *source_object,
                              const aos_string_t *dest_bucket, const aos_string_t *dest_object,
                              aos_table_t *headers, aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .bucket = dest_bucket,
                    .object = dest_object,
                    .method = HTTP_PUT,
                    .type_rule = OSSI_TYPE_BY_NAME,
                    .headers = headers,
                    .resp_headers = resp_headers};
    ossi_op_copy_source(&op, source_bucket, source_object);
    return ossi_op_run(&op);
}
