/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_text.h"

#include <string.h>

#include "aos_define.h"

static const char s_base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char s_lower_hex[] = "0123456789abcdef";
static const char s_upper_hex[] = "0123456789ABCDEF";
static const char s_days[] = "SunMonTueWedThuFriSat";
static const char s_months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

#define S_FIRST_SECOND INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define S_LAST_SECOND  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define S_DAY_SECONDS  86400

int ossi_parse_u64(const char *text, size_t n, uint64_t *out) {
    if (n == 0) {
        return AOSE_INVALID_ARGUMENT;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return AOSE_INVALID_ARGUMENT;
        }
        unsigned digit = (unsigned)(text[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return AOSE_INVALID_ARGUMENT;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return AOSE_OK;
}

int ossi_parse_i64(const char *text, size_t n, int64_t *out) {
    uint64_t value = 0;
    if (ossi_parse_u64(text, n, &value) != AOSE_OK || value > INT64_MAX) {
        return AOSE_INVALID_ARGUMENT;
    }
    *out = (int64_t)value;
    return AOSE_OK;
}

typedef struct s_civil {
    int year;
    int month; /* 1 .. 12 */
    int day;
    int weekday; /* 0: Sunday */
    int second;  /* of the day */
} s_civil_t;

/* Proleptic Gregorian calendar in years that begin in March, so that the leap day comes last, and
 * in eras of 400 such years. */
#define S_ERA_DAYS 146097

static int s_to_civil(int64_t seconds, s_civil_t *out) {
    if (seconds < S_FIRST_SECOND || seconds > S_LAST_SECOND) {
        return AOSE_INVALID_ARGUMENT;
    }
    int64_t shifted = seconds - S_FIRST_SECOND;
    int day = (int)(shifted / S_DAY_SECONDS);
    out->second = (int)(shifted % S_DAY_SECONDS);
    out->weekday = (day + 6) % 7;     /* 0000-01-01 was a Saturday */
    int days = day - 60 + S_ERA_DAYS; /* since -0400-03-01 */
    int era = days / S_ERA_DAYS - 1;
    int of_era = days % S_ERA_DAYS;
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (S_ERA_DAYS - 1)) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (5 * of_year + 2) / 153;
    out->day = of_year - (153 * month + 2) / 5 + 1;
    out->month = month < 10 ? month + 3 : month - 9;
    out->year = era * 400 + year + (out->month <= 2 ? 1 : 0);
    return AOSE_OK;
}

static char *s_put_digits(char *at, int value, int width) {
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

static char *s_put(char *at, const char *text, size_t n) {
    memcpy(at, text, n);
    return at + n;
}

int ossi_http_date(int64_t seconds, char out[OSSI_HTTP_DATE_SIZE]) {
    s_civil_t t;
    if (s_to_civil(seconds, &t) != AOSE_OK) {
        return AOSE_INVALID_ARGUMENT;
    }
    char *at = s_put(out, s_days + 3 * t.weekday, 3);
    at = s_put_digits(s_put(at, ", ", 2), t.day, 2);
    at = s_put(s_put(at, " ", 1), s_months + 3 * (t.month - 1), 3);
    at = s_put_digits(s_put(at, " ", 1), t.year, 4);
    at = s_put_digits(s_put(at, " ", 1), t.second / 3600, 2);
    at = s_put_digits(s_put(at, ":", 1), t.second / 60 % 60, 2);
    at = s_put_digits(s_put(at, ":", 1), t.second % 60, 2);
    s_put(at, " GMT", 5);
    return AOSE_OK;
}

int ossi_iso_basic(int64_t seconds, char out[OSSI_ISO_BASIC_SIZE]) {
    s_civil_t t;
    if (s_to_civil(seconds, &t) != AOSE_OK) {
        return AOSE_INVALID_ARGUMENT;
    }
    char *at = s_put_digits(out, t.year, 4);
    at = s_put_digits(s_put_digits(at, t.month, 2), t.day, 2);
    at = s_put_digits(s_put(at, "T", 1), t.second / 3600, 2);
    at = s_put_digits(s_put_digits(at, t.second / 60 % 60, 2), t.second % 60, 2);
    s_put(at, "Z", 2);
    return AOSE_OK;
}

/* -1 when a character is no digit. */
static int s_digits(const char *text, size_t n) {
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static int64_t s_days_to(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = (y + 400) / 400 - 1; /* y is -1 at the least */
    int of_era = y - era * 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return (int64_t)era * S_ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int s_days_of(int year, int month) {
    static const char s_lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return s_lengths[month - 1] + (is_leap && month == 2 ? 1 : 0);
}

int ossi_parse_iso_basic(const char *text, int64_t *seconds) {
    if (strnlen(text, OSSI_ISO_BASIC_SIZE) != OSSI_ISO_BASIC_SIZE - 1 || text[8] != 'T' ||
        text[15] != 'Z') {
        return AOSE_INVALID_ARGUMENT;
    }
    int year = s_digits(text, 4), month = s_digits(text + 4, 2), day = s_digits(text + 6, 2);
    int hour = s_digits(text + 9, 2), minute = s_digits(text + 11, 2);
    int second = s_digits(text + 13, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > s_days_of(year, month) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return AOSE_INVALID_ARGUMENT;
    }
    *seconds = s_days_to(year, month, day) * S_DAY_SECONDS + hour * 3600 + minute * 60 + second;
    return AOSE_OK;
}

size_t ossi_base64(const uint8_t *in, size_t n, char *out) {
    char *at = out;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned triple = (unsigned)in[i] << 16 | (left > 1 ? (unsigned)in[i + 1] << 8 : 0) |
                          (left > 2 ? (unsigned)in[i + 2] : 0);
        *at++ = s_base64[triple >> 18];
        *at++ = s_base64[triple >> 12 & 63];
        *at++ = left > 1 ? s_base64[triple >> 6 & 63] : '=';
        *at++ = left > 2 ? s_base64[triple & 63] : '=';
    }
    return (size_t)(at - out);
}

static int s_sextet(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int ossi_base64_decode(const char *in, size_t n, uint8_t *out, size_t *out_len) {
    if (n % 4 != 0) {
        return AOSE_INVALID_ARGUMENT;
    }
    size_t pad = n == 0 || in[n - 1] != '=' ? 0 : in[n - 2] != '=' ? 1 : 2;
    size_t digits = n - pad, done = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < digits; i++) {
        int value = s_sextet(in[i]);
        if (value < 0) {
            return AOSE_INVALID_ARGUMENT;
        }
        bits = (bits << 6 | (unsigned)value) & 0xFFFFFF;
        if (i % 4 != 0) {
            out[done++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
        }
    }
    if (pad != 0 && (bits & ((1U << (2 * pad)) - 1)) != 0) {
        return AOSE_INVALID_ARGUMENT; /* leftover bits: not what any encoder writes */
    }
    *out_len = done;
    return AOSE_OK;
}

void ossi_hex(const uint8_t *in, size_t n, char *out) {
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = s_lower_hex[in[i] >> 4];
        out[2 * i + 1] = s_lower_hex[in[i] & 15];
    }
}

void ossi_escape(char c, char out[3]) {
    out[0] = '%';
    out[1] = s_upper_hex[(unsigned char)c >> 4];
    out[2] = s_upper_hex[(unsigned char)c & 15];
}

int ossi_equal_nocase(const char *a, const char *b) {
    while (*a != '\0' && ossi_lower(*a) == ossi_lower(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

int ossi_has_prefix_nocase(const char *text, const char *prefix) {
    while (*prefix != '\0' && ossi_lower(*text) == ossi_lower(*prefix)) {
        text++;
        prefix++;
    }
    return *prefix == '\0';
}
