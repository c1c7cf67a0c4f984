/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_UTIL_H
#define OSS_C_SDK_AOS_UTIL_H

#include "aos_define.h"
#include "aos_list.h"
#include "aos_string.h"

AOS_CPP_START

/* Small helpers. All are thread-safe. `int` lengths must not be negative; functions that return an
 * int return AOSE_OK or AOSE_INVALID_ARGUMENT unless said otherwise. */

/* Sorts zero-terminated texts by byte, in place. */
OSS_API void aos_gnome_sort(const char **headers, int size);

/*
 * Write a broken-down time into `date` (AOS_MAX_GMT_TIME_LEN bytes). `format` knows %a %b %d %Y %m
 * %H %M %S %% in English whatever the locale; NULL is "%a, %d %b %Y %H:%M:%S GMT" or
 * "%Y%m%dT%H%M%SZ". What does not fit, an unknown conversion or a field out of its range is
 * AOSE_INVALID_ARGUMENT and leaves `date` empty.
 */
OSS_API int aos_convert_to_gmt_time(char *date, const char *format, apr_time_exp_t *tm);
OSS_API int aos_convert_to_iso8601_time(char *date, const char *format, apr_time_exp_t *tm);

/* The present time as "Thu, 17 Nov 2005 18:49:58 GMT". */
OSS_API int aos_get_gmt_str_time(char datestr[128]);

/* The present time, or `now`, as "20231203T121212Z". */
OSS_API int aos_get_iso8601_str_time(char datestr[128]);
OSS_API int aos_get_iso8601_str_time_ex(char datestr[128], apr_time_t now);

/* The day of such a stamp: its first 8 characters, which must be digits. */
OSS_API int aos_get_gmt_time_date(const char *gmt, char datestr[10]);

/*
 * Percent-encodes all but A-Za-z0-9-_.~ with upper-case hex; the second form leaves '/' alone when
 * `slash` is 0. `maxSrcSize` counts bytes of the source, so `dest` must have 3 * maxSrcSize + 1
 * bytes. A longer source is AOSE_INVALID_ARGUMENT and leaves `dest` empty. No source is an empty
 * one.
 */
OSS_API int aos_url_encode(char *dest, const char *src, int maxSrcSize);
OSS_API int aos_url_encode_ex(char *dest, const char *src, int maxSrcSize, int slash);

/* Decodes %XX, and '+' to a blank as in a query string (not for paths). `out` needs strlen(in) + 1
 * bytes and may be `in`. A '%' without two hex digits is AOSE_INVALID_ARGUMENT and leaves `out`
 * empty. */
OSS_API int aos_url_decode(const char *in, char *out);

/* 2 * srclen lower-case hex digits and a terminator; their number goes to *len. */
OSS_API int aos_encode_hex(char *dest, const void *src, int srclen, int *len);

/* "GET", "HEAD", "PUT", "POST", "DELETE"; "UNKNOWN" for anything else. Static. */
OSS_API const char *aos_http_method_to_string(http_method_e method);

/* "?name=value&name" with names and values encoded, in the order of the table, a name alone where
 * the value is empty; the empty text for an empty or missing table. In the pool, of any length up
 * to 256 KiB (AOSE_OVER_MEMORY), or AOSE_OUT_MEMORY; then *querystr stays as it was. */
OSS_API int aos_query_params_to_string(aos_pool_t *p, aos_table_t *query_params,
                                       aos_string_t *querystr);

/* Writes 4 * ((inLen + 2) / 3) characters and no terminator; returns their number. */
OSS_API int aos_base64_encode(const unsigned char *in, int inLen, char *out);

/* Digests and MACs; keys of any length (RFC 2104). Zeros when libcrypto refuses. */
OSS_API void HMAC_SHA1(unsigned char hmac[20], const unsigned char *key, int key_len,
                       const unsigned char *message, int message_len);
OSS_API void aos_HMAC_SHA256(char hmac[32], const char *key, int key_len, const char *message,
                             int message_len);
OSS_API void aos_SHA256(char hash[32], const char *message, int message_len);

/* The 16 bytes of the MD5 in the pool, without a terminator; NULL without memory or when libcrypto
 * refuses. */
OSS_API unsigned char *aos_md5(aos_pool_t *pool, const char *in, apr_size_t in_len);

/* strtoll, strtoull and their shortcuts for base 10: leading blanks and a sign are taken, the rest
 * is left, what is too large becomes the largest. Not for numbers from the network. */
OSS_API long long aos_strtoll(const char *nptr, char **endptr, int base);
OSS_API int64_t aos_atoi64(const char *nptr);
OSS_API unsigned long long aos_strtoull(const char *nptr, char **endptr, int base);
OSS_API uint64_t aos_atoui64(const char *nptr);

AOS_CPP_END

#endif
