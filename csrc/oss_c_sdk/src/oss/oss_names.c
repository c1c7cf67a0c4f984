/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_names.h"

#include <arpa/inet.h>
#include <string.h>

#include "ossi_status.h"

#define S_BUCKET_MIN 3
#define S_BUCKET_MAX 63
#define S_KEY_MAX    1023

static const char s_bucket_message[] = "The bucket name is invalid, please check.";
static const char s_object_message[] = "The object name is invalid, please check.";

static const aos_status_t s_bucket_error = {
    AOSE_INVALID_ARGUMENT, (char *)AOS_BUCKET_NAME_INVALID_ERROR, (char *)s_bucket_message, NULL};
static const aos_status_t s_object_error = {
    AOSE_INVALID_ARGUMENT, (char *)AOS_OBJECT_NAME_INVALID_ERROR, (char *)s_object_message, NULL};

aos_status_t *oss_get_bucket_name_invalid_error(void) {
    return (aos_status_t *)&s_bucket_error;
}

aos_status_t *oss_get_object_name_invalid_error(void) {
    return (aos_status_t *)&s_object_error;
}

aos_status_t *ossi_bucket_name_error(apr_pool_t *pool) {
    return ossi_status_fail(pool, AOSE_INVALID_ARGUMENT, AOS_BUCKET_NAME_INVALID_ERROR,
                            s_bucket_message);
}

aos_status_t *ossi_object_name_error(apr_pool_t *pool) {
    return ossi_status_fail(pool, AOSE_INVALID_ARGUMENT, AOS_OBJECT_NAME_INVALID_ERROR,
                            s_object_message);
}

static int s_is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static int s_is_name_char(char c) {
    return s_is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
}

int oss_is_valid_bucket_name(const aos_string_t *str) {
    if (str == NULL || str->data == NULL || str->len < S_BUCKET_MIN || str->len > S_BUCKET_MAX) {
        return 0;
    }
    for (int i = 0; i < str->len; i++) {
        int is_end = i == 0 || i == str->len - 1;
        if (!s_is_lower_or_digit(str->data[i]) && (is_end || str->data[i] != '-')) {
            return 0;
        }
    }
    return 1;
}

int ossi_is_plain_text(const aos_string_t *str) {
    return str != NULL && str->data != NULL && str->len > 0 &&
           memchr(str->data, '\0', (size_t)str->len) == NULL;
}

int oss_is_valid_object_name(const aos_string_t *str) {
    return ossi_is_plain_text(str) && str->len <= S_KEY_MAX;
}

int oss_is_valid_object_name_ex(const aos_string_t *str, int strict) {
    return oss_is_valid_object_name(str) && !(strict && str->data[0] == '?');
}

int ossi_is_ip(const char *host, size_t n) {
    char text[INET6_ADDRSTRLEN];
    unsigned char address[sizeof(struct in6_addr)];
    int is_v6 = n > 2 && host[0] == '[' && host[n - 1] == ']';
    const char *begin = is_v6 ? host + 1 : host;
    size_t len = is_v6 ? n - 2 : n;
    if (len == 0 || len >= sizeof(text) || (!is_v6 && (begin[0] < '0' || begin[0] > '9'))) {
        return 0;
    }
    memcpy(text, begin, len);
    text[len] = '\0';
    return inet_pton(is_v6 ? AF_INET6 : AF_INET, text, address) == 1;
}

int is_valid_ip(const char *str) {
    return str != NULL && ossi_is_ip(str, strlen(str));
}

int ossi_is_host(const char *host, size_t n) {
    if (n == 0) {
        return 0;
    }
    if (host[0] == '[') {
        return ossi_is_ip(host, n);
    }
    for (size_t i = 0; i < n; i++) {
        if (!s_is_name_char(host[i])) {
            return 0;
        }
    }
    return 1;
}

int oss_is_valid_host(const char *host) {
    return host != NULL && ossi_is_host(host, strlen(host));
}

const char *get_oss_acl_str(oss_acl_e oss_acl) {
    switch (oss_acl) {
    case OSS_ACL_PRIVATE:
        return "private";
    case OSS_ACL_PUBLIC_READ:
        return "public-read";
    case OSS_ACL_PUBLIC_READ_WRITE:
        return "public-read-write";
    case OSS_ACL_DEFAULT:
        return "default";
    }
    return NULL;
}

const char *get_oss_storage_class_str(oss_storage_class_type_e storage_class) {
    switch (storage_class) {
    case OSS_STORAGE_CLASS_STANDARD:
        return "Standard";
    case OSS_STORAGE_CLASS_IA:
        return "IA";
    case OSS_STORAGE_CLASS_ARCHIVE:
        return "Archive";
    case OSS_STORAGE_CLASS_COLD_ARCHIVE:
        return "ColdArchive";
    case OSS_STORAGE_CLASS_BUTT:
        return NULL;
    }
    return NULL;
}
