/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_op.h"

#include "oss_auth.h"
#include "ossi_mem.h"
#include "ossi_names.h"
#include "ossi_uri.h"

/* oss_get_signed_url and its RTMP kin take the time as text. */
static aos_string_t s_expires(char digits[OSSI_I64_TEXT], int64_t expires) {
    aos_string_t text;
    aos_str_set(&text, (char *)ossi_i64_text(digits, expires));
    return text;
}

char *oss_gen_signed_url(const oss_request_options_t *options, const aos_string_t *bucket,
                         const aos_string_t *object, int64_t expires, aos_http_request_t *req) {
    char digits[OSSI_I64_TEXT];
    aos_string_t url = {0, NULL};
    aos_string_t text = s_expires(digits, expires);
    if (expires < 0 || !oss_is_valid_bucket_name(bucket) ||
        !oss_is_valid_object_name_ex(object, is_verify_object_strict(options))) {
        return NULL;
    }
    oss_get_object_uri(options, bucket, object, req);
    if (!ossi_is_addressed(req) || oss_get_signed_url(options, req, &text, &url) != AOSE_OK) {
        return NULL;
    }
    return url.data;
}

char *oss_gen_rtmp_signed_url(const oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *live_channel, const aos_string_t *play_list_name,
                              const int64_t expires) {
    char digits[OSSI_I64_TEXT];
    aos_string_t url = {0, NULL};
    aos_string_t text = s_expires(digits, expires);
    aos_http_request_t *req = NULL;
    aos_http_response_t *resp = NULL;
    if (expires < 0 || !oss_is_valid_bucket_name(bucket) ||
        !oss_is_valid_object_name(live_channel)) {
        return NULL;
    }
    oss_init_request(options, HTTP_GET, &req, NULL, NULL, &resp);
    if (req == NULL) {
        return NULL;
    }
    ossi_fill_rtmp_uri(options, bucket, live_channel, req);
    if (!ossi_is_addressed(req) || oss_get_rtmp_signed_url(options, req, &text, play_list_name,
                                                           req->query_params, &url) != AOSE_OK) {
        return NULL;
    }
    return url.data;
}
