/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

#include <apr_strings.h>

#include "ossi_mem.h"
#include "ossi_names.h"
#include "ossi_str.h"

void ossi_op_require(ossi_op_t *op, int holds, const char *complaint) {
    if (!holds && op->code == AOSE_OK) {
        op->code = AOSE_INVALID_ARGUMENT;
        op->complaint = complaint;
    }
}

void ossi_op_require_memory(ossi_op_t *op, const void *p) {
    if (p == NULL && op->code == AOSE_OK) {
        op->code = AOSE_OUT_MEMORY;
        op->complaint = "Out of memory.";
    }
}

const aos_string_t *ossi_given(const aos_string_t *name) {
    static const aos_string_t s_none = {0, NULL};
    return name != NULL ? name : &s_none;
}

void ossi_op_pair(ossi_op_pair_t pairs[OSSI_MAX_PAIRS], const char *name, const char *value) {
    int i = 0;
    while (i < OSSI_MAX_PAIRS - 1 && pairs[i].name != NULL) {
        i++;
    }
    pairs[i].name = name;
    pairs[i].value = value;
}

const char *ossi_i64_text(char out[OSSI_I64_TEXT], int64_t value) {
    (void)apr_snprintf(out, OSSI_I64_TEXT, "%" APR_INT64_T_FMT, value);
    return out;
}

void ossi_op_upload_id(ossi_op_t *op, const aos_string_t *upload_id) {
    const char *id = "";
    ossi_op_require(op, ossi_is_plain_text(upload_id), "The upload id is invalid.");
    if (op->code == AOSE_OK) {
        id = ossi_dup(op->options->pool, upload_id->data, (size_t)upload_id->len);
        ossi_op_require_memory(op, id);
    }
    ossi_op_pair(op->own_params, OSS_UPLOAD_ID, id);
}

static const char *s_copy_source(apr_pool_t *pool, const aos_string_t *bucket,
                                 const aos_string_t *object) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_addc(&s, '/');
    ossi_str_add(&s, bucket->data, (size_t)bucket->len);
    ossi_str_addc(&s, '/');
    ossi_str_add_encoded(&s, object->data, (size_t)object->len, 0);
    return ossi_str_take(&s, &text, NULL) == AOSE_OK ? text : NULL;
}

void ossi_op_copy_source(ossi_op_t *op, const aos_string_t *bucket, const aos_string_t *object) {
    ossi_op_require(op, oss_is_valid_bucket_name(bucket), "The source bucket's name is invalid.");
    ossi_op_require(op, oss_is_valid_object_name(object), "The source object's name is invalid.");
    if (op->code == AOSE_OK) {
        const char *source = s_copy_source(op->options->pool, bucket, object);
        ossi_op_require_memory(op, source);
        ossi_op_pair(op->own_headers, OSS_COPY_SOURCE, source);
    }
}
