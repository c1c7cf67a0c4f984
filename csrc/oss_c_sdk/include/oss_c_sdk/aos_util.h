/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_UTIL_H
#define OSS_C_SDK_AOS_UTIL_H

#include "aos_define.h"
#include "aos_list.h"
#include "aos_string.h"

AOS_CPP_START

OSS_API void aos_gnome_sort(const char **headers, int size);
OSS_API int aos_convert_to_gmt_time(char *date, const char *format, apr_time_exp_t *tm);
OSS_API int aos_get_gmt_str_time(char datestr[128]);
OSS_API int aos_convert_to_iso8601_time(char *date, const char *format, apr_time_exp_t *tm);
OSS_API int aos_get_iso8601_str_time(char datestr[128]);
OSS_API int aos_get_iso8601_str_time_ex(char datestr[128], apr_time_t now);
OSS_API int aos_get_gmt_time_date(const char *gmt, char datestr[10]);
OSS_API int aos_url_encode(char *dest, const char *src, int maxSrcSize);
OSS_API int aos_url_encode_ex(char *dest, const char *src, int maxSrcSize, int slash);
OSS_API int aos_encode_hex(char *dest, const void *src, int srclen, int *len);
OSS_API const char *aos_http_method_to_string(http_method_e method);
OSS_API int aos_query_params_to_string(aos_pool_t *p, aos_table_t *query_params,
                                       aos_string_t *querystr);
OSS_API int aos_base64_encode(const unsigned char *in, int inLen, char *out);
OSS_API void HMAC_SHA1(unsigned char hmac[20], const unsigned char *key, int key_len,
                       const unsigned char *message, int message_len);
OSS_API unsigned char *aos_md5(aos_pool_t *pool, const char *in, apr_size_t in_len);
OSS_API int aos_url_decode(const char *in, char *out);
OSS_API long long aos_strtoll(const char *nptr, char **endptr, int base);
OSS_API int64_t aos_atoi64(const char *nptr);
OSS_API unsigned long long aos_strtoull(const char *nptr, char **endptr, int base);
OSS_API uint64_t aos_atoui64(const char *nptr);
OSS_API void aos_HMAC_SHA256(char hmac[32], const char *key, int key_len, const char *message,
                             int message_len);
OSS_API void aos_SHA256(char hash[32], const char *message, int message_len);

AOS_CPP_END

#endif
