/* SPDX-License-Identifier: Apache-2.0 */
#include "oss_util.h"

#include <string.h>

#include "ossi_mem.h"
#include "ossi_names.h"
#include "ossi_str.h"

oss_config_t *oss_config_create(aos_pool_t *p) {
    return ossi_alloc(p, sizeof(oss_config_t));
}

oss_request_options_t *oss_request_options_create(aos_pool_t *p) {
    apr_pool_t *own = NULL;
    if (p == NULL && ossi_pool_create(&own, NULL) != AOSE_OK) {
        return NULL;
    }
    apr_pool_t *pool = p != NULL ? p : own;
    oss_request_options_t *options = ossi_alloc(pool, sizeof(*options));
    if (options == NULL) {
        if (own != NULL) {
            apr_pool_destroy(own);
        }
        return NULL;
    }
    options->pool = pool;
    return options;
}

/* "FIRST:SECOND" */
static char *s_with_colon(apr_pool_t *pool, const aos_string_t *first, const char *second,
                          size_t second_len) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_add(&s, first->data, (size_t)first->len);
    ossi_str_addc(&s, ':');
    ossi_str_add(&s, second, second_len);
    return ossi_str_take(&s, &text, NULL) == AOSE_OK ? text : NULL;
}

static char *s_proxy_host(apr_pool_t *pool, const oss_config_t *config) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_add(&s, config->proxy_host.data, (size_t)config->proxy_host.len);
    if (config->proxy_port > 0) {
        ossi_str_addc(&s, ':');
        ossi_str_add_i64(&s, config->proxy_port);
    }
    return ossi_str_take(&s, &text, NULL) == AOSE_OK ? text : NULL;
}

static int s_set_proxy(apr_pool_t *pool, const oss_config_t *config,
                       aos_http_request_options_t *http) {
    http->proxy_host = s_proxy_host(pool, config);
    if (http->proxy_host == NULL) {
        return AOSE_OUT_MEMORY;
    }
    if (!ossi_is_plain_text(&config->proxy_user) || config->proxy_passwd.data == NULL) {
        return AOSE_OK;
    }
    http->proxy_auth = s_with_colon(pool, &config->proxy_user, config->proxy_passwd.data,
                                    (size_t)config->proxy_passwd.len);
    if (http->proxy_auth == NULL) {
        return AOSE_OUT_MEMORY;
    }
    return ossi_wipe_with_pool(pool, http->proxy_auth, strlen(http->proxy_auth));
}

/* Without memory for the proxy nothing may go out past it, so the options are taken away. */
void oss_config_resolve(aos_pool_t *pool, oss_config_t *config, aos_http_controller_t *ctl) {
    (void)pool;
    if (!ossi_is_plain_text(&config->proxy_host)) {
        return;
    }
    aos_http_request_options_t *own = aos_http_request_options_create(ctl->pool);
    if (own != NULL && ctl->options != NULL) {
        *own = *ctl->options;
    }
    ctl->options = own;
    if (own != NULL && s_set_proxy(ctl->pool, config, own) != AOSE_OK) {
        ctl->options = NULL;
    }
}

int is_enable_crc(const oss_request_options_t *options) {
    return options->ctl != NULL && options->ctl->options != NULL &&
           options->ctl->options->enable_crc;
}

int is_verify_object_strict(const oss_request_options_t *options) {
    return options->ctl != NULL && options->ctl->options != NULL &&
           options->ctl->options->verify_object_strict;
}

void *oss_create_api_result_content(aos_pool_t *p, size_t size) {
    return ossi_alloc(p, size);
}

oss_list_part_content_t *oss_create_list_part_content(aos_pool_t *p) {
    return ossi_alloc(p, sizeof(oss_list_part_content_t));
}

oss_complete_part_content_t *oss_create_complete_part_content(aos_pool_t *p) {
    return ossi_alloc(p, sizeof(oss_complete_part_content_t));
}

oss_list_upload_part_params_t *oss_create_list_upload_part_params(aos_pool_t *p) {
    oss_list_upload_part_params_t *params = ossi_alloc(p, sizeof(*params));
    if (params != NULL) {
        aos_list_init(&params->part_list);
        params->max_ret = OSS_PER_RET_NUM;
        params->truncated = 1;
    }
    return params;
}

oss_upload_part_copy_params_t *oss_create_upload_part_copy_params(aos_pool_t *p) {
    return ossi_alloc(p, sizeof(oss_upload_part_copy_params_t));
}

oss_upload_file_t *oss_create_upload_file(aos_pool_t *p) {
    return ossi_alloc(p, sizeof(oss_upload_file_t));
}

void oss_get_part_size(int64_t filesize, int64_t *part_size) {
    if (part_size == NULL) {
        return;
    }
    if (*part_size <= 0) {
        *part_size = AOS_DEFAULT_PART_SIZE;
    }
    if (filesize <= 0) {
        return;
    }
    int64_t least = filesize / OSS_MAX_PART_NUM + (filesize % OSS_MAX_PART_NUM != 0);
    if (*part_size < least) {
        *part_size = least;
    }
}
