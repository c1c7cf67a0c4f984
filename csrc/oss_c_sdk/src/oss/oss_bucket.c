/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

#include <string.h>

#include "ossi_str.h"
#include "ossi_xml_write.h"

aos_status_t *oss_create_bucket(const oss_request_options_t *options, const aos_string_t *bucket,
                                oss_acl_e oss_acl, aos_table_t **resp_headers) {
    return oss_create_bucket_with_storage_class(options, bucket, oss_acl, OSS_STORAGE_CLASS_BUTT,
                                                resp_headers);
}

/* NULL without memory. */
static const char *s_configuration(apr_pool_t *pool, const char *storage_class) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_XML);
    ossi_xml_open(&s, "CreateBucketConfiguration");
    ossi_xml_element(&s, "StorageClass", storage_class, strlen(storage_class));
    ossi_xml_close(&s, "CreateBucketConfiguration");
    return ossi_str_take(&s, &text, NULL) == AOSE_OK ? text : NULL;
}

aos_status_t *oss_create_bucket_with_storage_class(const oss_request_options_t *options,
                                                   const aos_string_t *bucket, oss_acl_e oss_acl,
                                                   oss_storage_class_type_e storage_class,
                                                   aos_table_t **resp_headers) {
    const char *acl = get_oss_acl_str(oss_acl);
    const char *class_name = get_oss_storage_class_str(storage_class);
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_BUCKET,
                    .bucket = bucket,
                    .method = HTTP_PUT,
                    .resp_headers = resp_headers};
    if (acl != NULL) {
        ossi_op_pair(op.own_headers, OSS_CANNONICALIZED_HEADER_ACL, acl);
    }
    if (class_name != NULL) {
        op.type_rule = OSSI_TYPE_XML;
        op.body_xml = s_configuration(options->pool, class_name);
        ossi_op_require_memory(&op, op.body_xml);
    }
    return ossi_op_run(&op);
}

aos_status_t *oss_delete_bucket(const oss_request_options_t *options, const aos_string_t *bucket,
                                aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_BUCKET,
                    .bucket = bucket,
                    .method = HTTP_DELETE,
                    .resp_headers = resp_headers};
    return ossi_op_run(&op);
}

aos_status_t *oss_head_bucket(const oss_request_options_t *options, const aos_string_t *bucket,
                              aos_table_t **resp_headers) {
    ossi_op_t op = {.options = options,
                    .target = OSSI_TARGET_BUCKET,
                    .bucket = bucket,
                    .method = HTTP_HEAD,
                    .resp_headers = resp_headers};
    return ossi_op_run(&op);
}
