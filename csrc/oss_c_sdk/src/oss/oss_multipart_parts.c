/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

#include "ossi_names.h"
#include "ossi_str.h"
#include "ossi_text.h"
#include "ossi_xml_write.h"

static const char s_complete[] = "CompleteMultipartUpload";

static void s_write_part(ossi_str_t *s, const oss_complete_part_content_t *part) {
    ossi_xml_open(s, "Part");
    ossi_xml_element(s, "PartNumber", part->part_number.data, (size_t)part->part_number.len);
    ossi_xml_element(s, "ETag", part->etag.data, (size_t)part->etag.len);
    ossi_xml_close(s, "Part");
}

static int s_is_part(const oss_complete_part_content_t *part) {
    int64_t number = 0;
    return ossi_is_plain_text(&part->part_number) && ossi_is_plain_text(&part->etag) &&
           ossi_parse_i64(part->part_number.data, (size_t)part->part_number.len, &number) ==
               AOSE_OK &&
           number >= 1 && number <= OSS_MAX_PART_NUM;
}

/* In the list's order, which the service wants to ascend. */
static const char *s_document(ossi_op_t *op, const aos_list_t *parts) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, op->options->pool, OSSI_MAX_XML);
    ossi_xml_open(&s, s_complete);
    for (const aos_list_t *node = parts->next; node != parts; node = node->next) {
        const oss_complete_part_content_t *part =
            aos_list_entry(node, const oss_complete_part_content_t, node);
        ossi_op_require(op, s_is_part(part), "A part lacks its number (1 to 10000) or its ETag.");
        if (op->code == AOSE_OK) {
            s_write_part(&s, part);
        }
    }
    ossi_xml_close(&s, s_complete);
    int rc = ossi_str_take(&s, &text, NULL);
    ossi_op_require(op, rc != AOSE_OVER_MEMORY, "The list of parts is too long.");
    ossi_op_require_memory(op, text);
    return text;
}

aos_status_t *oss_complete_multipart_upload(const oss_request_options_t *options,
                                            const aos_string_t *bucket, const aos_string_t *object,
                                            const aos_string_t *upload_id, aos_list_t *part_list,
                                            aos_table_t *headers, aos_table_t **resp_headers) {
    return oss_do_complete_multipart_upload(options, bucket, object, upload_id, part_list, headers,
                                            NULL, resp_headers, NULL);
}

static int s_completes_all(const aos_table_t *headers) {
    return headers != NULL && apr_table_get(headers, "x-oss-complete-all") != NULL;
}

aos_status_t *oss_do_complete_multipart_upload(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object,
                                               const aos_string_t *upload_id, aos_list_t *part_list,
                                               aos_table_t *headers, aos_table_t *params,
                                               aos_table_t **resp_headers, aos_list_t *resp_body) {
    ossi_op_t op = {.options = options, .bucket = bucket, .object = object};
    int has_parts = part_list != NULL && !aos_list_empty(part_list);
    op.method = HTTP_POST;
    op.type_rule = OSSI_TYPE_XML;
    op.headers = headers;
    op.params = params;
    op.resp_headers = resp_headers;
    op.resp_body = resp_body;
    ossi_op_upload_id(&op, upload_id);
    ossi_op_require(&op, has_parts || s_completes_all(headers), "The list of parts is empty.");
    if (has_parts && op.code == AOSE_OK) {
        op.body_xml = s_document(&op, part_list);
    }
    return ossi_op_run(&op);
}

typedef struct s_listing {
    int truncated;
    aos_string_t next_marker;
    aos_list_t parts;
} s_listing_t;

static void *s_create_part(apr_pool_t *pool) {
    return oss_create_list_part_content(pool);
}

static const ossi_xml_field_t s_part_fields[] = {
    {"PartNumber", OSSI_XML_TEXT, offsetof(oss_list_part_content_t, part_number), NULL, NULL},
    {"Size", OSSI_XML_TEXT, offsetof(oss_list_part_content_t, size), NULL, NULL},
    {"ETag", OSSI_XML_TEXT, offsetof(oss_list_part_content_t, etag), NULL, NULL},
    {"LastModified", OSSI_XML_TEXT, offsetof(oss_list_part_content_t, last_modified), NULL, NULL},
    {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
};

static const ossi_xml_field_t s_listing_fields[] = {
    {"ListPartsResult/IsTruncated", OSSI_XML_BOOL, offsetof(s_listing_t, truncated), NULL, NULL},
    {"ListPartsResult/NextPartNumberMarker", OSSI_XML_TEXT, offsetof(s_listing_t, next_marker),
     NULL, NULL},
    {"ListPartsResult/Part", OSSI_XML_LIST, offsetof(s_listing_t, parts), s_create_part,
     s_part_fields},
    {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
};

static void s_append_parts(aos_list_t *from, aos_list_t *to) {
    while (!aos_list_empty(from)) {
        aos_list_t *node = from->next;
        aos_list_del(node);
        aos_list_add_tail(node, to);
    }
}

aos_status_t *oss_list_upload_part(const oss_request_options_t *options, const aos_string_t *bucket,
                                   const aos_string_t *object, const aos_string_t *upload_id,
                                   oss_list_upload_part_params_t *params,
                                   aos_table_t **resp_headers) {
    char max_parts[OSSI_I64_TEXT];
    s_listing_t listing = {.truncated = 0};
    ossi_op_t op = {.options = options,
                    .bucket = bucket,
                    .object = object,
                    .method = HTTP_GET,
                    .resp_headers = resp_headers,
                    .xml_root = "ListPartsResult",
                    .xml_fields = s_listing_fields,
                    .xml_record = &listing};
    aos_list_init(&listing.parts);
    ossi_op_upload_id(&op, upload_id);
    /* The answer names the key, which XML cannot hold when it has control characters. */
    ossi_op_pair(op.own_params, "encoding-type", "url");
    ossi_op_pair(op.own_params, OSS_MAX_PARTS, ossi_i64_text(max_parts, params->max_ret));
    if (ossi_is_plain_text(&params->part_number_marker)) {
        ossi_op_pair(op.own_params, OSS_PART_NUMBER_MARKER, params->part_number_marker.data);
    }
    aos_status_t *s = ossi_op_run(&op);
    if (aos_status_is_ok(s) && listing.truncated && listing.next_marker.len == 0) {
        aos_status_set(s, AOSE_XML_PARSE_ERROR, AOS_XML_PARSE_ERROR_CODE,
                       "The list is cut but does not say where it goes on.");
    } else if (aos_status_is_ok(s)) {
        params->truncated = listing.truncated;
        params->next_part_number_marker = listing.next_marker;
        s_append_parts(&listing.parts, &params->part_list);
    }
    return s;
}
