/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_TEXT_H
#define OSSI_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Small conversions without memory of their own. All are thread-safe. Those that can fail return
 * AOSE_OK or AOSE_INVALID_ARGUMENT and then leave *out alone.
 */

/* Decimal from the network: digits only; sign, blank, junk, overflow and the empty text are
 * refused. */
int ossi_parse_u64(const char *text, size_t n, uint64_t *out);
int ossi_parse_i64(const char *text, size_t n,
                   int64_t *out); /* 0 .. INT64_MAX: sizes and offsets */

#define OSSI_HTTP_DATE_SIZE 30 /* "Thu, 17 Nov 2005 18:49:58 GMT" and its terminator */
#define OSSI_ISO_BASIC_SIZE 17 /* "20231203T121212Z" and its terminator */

/* From Unix seconds, UTC, no locale. Seconds outside years 0000-9999 are AOSE_INVALID_ARGUMENT. */
int ossi_http_date(int64_t seconds, char out[OSSI_HTTP_DATE_SIZE]);
int ossi_iso_basic(int64_t seconds, char out[OSSI_ISO_BASIC_SIZE]);

/* The seconds of "20231203T121212Z", zero-terminated; nothing else is taken. */
int ossi_parse_iso_basic(const char *text, int64_t *seconds);

/* Base64 of n bytes into out (4 * ((n + 2) / 3) bytes, no terminator). Returns the length written.
 */
size_t ossi_base64(const uint8_t *in, size_t n, char *out);

/* Decoded bytes into out (3 * (n / 4) bytes at most). Rejects what is not padded standard base64.
 */
int ossi_base64_decode(const char *in, size_t n, uint8_t *out, size_t *out_len);

/* 2 * n lower-case hex digits, no terminator. */
void ossi_hex(const uint8_t *in, size_t n, char *out);

/* Percent-encoding (protocol section 3): what stays as it is, and "%C3" for the rest. */
static inline int ossi_is_unreserved(char c) {
    /* A bit for each of 0-9 - . and A-Z a-z _ ~ */
    static const uint64_t s_bits[2] = {UINT64_C(0x03FF600000000000), UINT64_C(0x47FFFFFE87FFFFFE)};
    unsigned char u = (unsigned char)c;
    return u < 128 && (s_bits[u / 64] >> (u % 64) & 1) != 0;
}
void ossi_escape(char c, char out[3]);

/* ASCII only, no locale. */
static inline char ossi_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}
int ossi_equal_nocase(const char *a, const char *b); /* 1 when equal, zero-terminated both */
int ossi_has_prefix_nocase(const char *text, const char *prefix);

/* The type for a file name or key by the text behind its last '.', "application/octet-stream" when
 * unknown. */
const char *ossi_content_type(const char *name);

#endif
