/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_util.h"

#include "ossi_text.h"

static const char s_days[] = "SunMonTueWedThuFriSat";
static const char s_months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

typedef struct s_out {
    char *date;
    size_t len;
} s_out_t;

static int s_put(s_out_t *out, const char *text, size_t n) {
    if (n >= AOS_MAX_GMT_TIME_LEN - out->len) {
        return AOSE_INVALID_ARGUMENT;
    }
    memcpy(out->date + out->len, text, n);
    out->len += n;
    out->date[out->len] = '\0';
    return AOSE_OK;
}

static int s_put_number(s_out_t *out, int value, int limit, size_t width) {
    char digits[4];
    if (value < 0 || value >= limit) {
        return AOSE_INVALID_ARGUMENT;
    }
    for (size_t i = width; i-- > 0;) {
        digits[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return s_put(out, digits, width);
}

static int s_put_name(s_out_t *out, const char *names, int index, int count) {
    return index < 0 || index >= count ? AOSE_INVALID_ARGUMENT : s_put(out, names + 3 * index, 3);
}

static int s_put_field(s_out_t *out, char conversion, const apr_time_exp_t *tm) {
    switch (conversion) {
    case 'a':
        return s_put_name(out, s_days, tm->tm_wday, 7);
    case 'b':
        return s_put_name(out, s_months, tm->tm_mon, 12);
    case 'd':
        return s_put_number(out, tm->tm_mday, 32, 2);
    case 'm':
        return s_put_number(out, tm->tm_mon < 0 || tm->tm_mon > 11 ? -1 : tm->tm_mon + 1, 13, 2);
    case 'Y':
        return s_put_number(out, tm->tm_year > 8099 ? -1 : tm->tm_year + 1900, 10000, 4);
    case 'H':
        return s_put_number(out, tm->tm_hour, 24, 2);
    case 'M':
        return s_put_number(out, tm->tm_min, 60, 2);
    case 'S':
        return s_put_number(out, tm->tm_sec, 62, 2);
    case '%':
        return s_put(out, "%", 1);
    default:
        return AOSE_INVALID_ARGUMENT;
    }
}

static int s_format(char *date, const char *format, const apr_time_exp_t *tm) {
    s_out_t out = {.date = date};
    int rc = AOSE_OK;
    date[0] = '\0';
    for (; rc == AOSE_OK && *format != '\0'; format++) {
        if (*format == '%') {
            format++;
            rc = s_put_field(&out, *format, tm);
        } else {
            rc = s_put(&out, format, 1);
        }
    }
    if (rc != AOSE_OK) {
        date[0] = '\0';
    }
    return rc;
}

int aos_convert_to_gmt_time(char *date, const char *format, apr_time_exp_t *tm) {
    return s_format(date, format == NULL ? "%a, %d %b %Y %H:%M:%S GMT" : format, tm);
}

int aos_convert_to_iso8601_time(char *date, const char *format, apr_time_exp_t *tm) {
    return s_format(date, format == NULL ? "%Y%m%dT%H%M%SZ" : format, tm);
}

int aos_get_gmt_str_time(char datestr[128]) {
    return ossi_http_date(apr_time_sec(apr_time_now()), datestr);
}

int aos_get_iso8601_str_time(char datestr[128]) {
    return aos_get_iso8601_str_time_ex(datestr, apr_time_now());
}

int aos_get_iso8601_str_time_ex(char datestr[128], apr_time_t now) {
    return ossi_iso_basic(apr_time_sec(now), datestr);
}

int aos_get_gmt_time_date(const char *gmt, char datestr[10]) {
    for (size_t i = 0; i < 8; i++) {
        if (gmt[i] < '0' || gmt[i] > '9') {
            return AOSE_INVALID_ARGUMENT;
        }
    }
    memcpy(datestr, gmt, 8);
    datestr[8] = '\0';
    return AOSE_OK;
}
