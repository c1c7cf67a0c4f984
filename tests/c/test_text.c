/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdlib.h>

#include "aos_define.h"
#include "ossi_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_unsigned_numbers(void) {
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = {{"0", 0}, {"007", 7}, {"18446744073709551615", UINT64_MAX}};
    static const char *bad[] = {"",
                                "+1",
                                "-1",
                                " 1",
                                "1 ",
                                "1x",
                                "0x1",
                                "1.0",
                                "18446744073709551616",
                                "99999999999999999999999"};
    for (size_t i = 0; i < COUNT(good); i++) {
        uint64_t value = 1;
        CHECK_INT(ossi_parse_u64(good[i].text, strlen(good[i].text), &value), AOSE_OK);
        CHECK(value == good[i].value);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint64_t value = 77;
        CHECK_INT(ossi_parse_u64(bad[i], strlen(bad[i]), &value), AOSE_INVALID_ARGUMENT);
        CHECK_INT(value, 77);
    }
}

static void test_sizes(void) {
    int64_t value = 77;
    CHECK_INT(ossi_parse_i64("9223372036854775808", 19, &value), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossi_parse_i64("-1", 2, &value), AOSE_INVALID_ARGUMENT);
    CHECK_INT(value, 77);
    CHECK_INT(ossi_parse_i64("9223372036854775807", 19, &value), AOSE_OK);
    CHECK_INT(value, INT64_MAX);
    CHECK_INT(ossi_parse_i64("123456", 3, &value), AOSE_OK);
    CHECK_INT(value, 123);
}

static const struct {
    int64_t seconds;
    const char *http;
    const char *iso;
} s_dates[] = {
    {0, "Thu, 01 Jan 1970 00:00:00 GMT", "19700101T000000Z"},
    {1132253398, "Thu, 17 Nov 2005 18:49:58 GMT", "20051117T184958Z"},
    {1709251199, "Thu, 29 Feb 2024 23:59:59 GMT", "20240229T235959Z"},
    {1709251200, "Fri, 01 Mar 2024 00:00:00 GMT", "20240301T000000Z"},
    {-1, "Wed, 31 Dec 1969 23:59:59 GMT", "19691231T235959Z"},
    {951782400, "Tue, 29 Feb 2000 00:00:00 GMT", "20000229T000000Z"},
    {4107542400, "Mon, 01 Mar 2100 00:00:00 GMT", "21000301T000000Z"},
    {4107542399, "Sun, 28 Feb 2100 23:59:59 GMT", "21000228T235959Z"},
    {-62167219200, "Sat, 01 Jan 0000 00:00:00 GMT", "00000101T000000Z"},
    {-62162035201, "Tue, 29 Feb 0000 23:59:59 GMT", "00000229T235959Z"},
    {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT", "99991231T235959Z"},
};

static void test_dates(void) {
    for (size_t i = 0; i < COUNT(s_dates); i++) {
        char http[OSSI_HTTP_DATE_SIZE], iso[OSSI_ISO_BASIC_SIZE];
        int64_t seconds = 0;
        CHECK_INT(ossi_http_date(s_dates[i].seconds, http), AOSE_OK);
        CHECK_STR(http, s_dates[i].http);
        CHECK_INT(ossi_iso_basic(s_dates[i].seconds, iso), AOSE_OK);
        CHECK_STR(iso, s_dates[i].iso);
        CHECK_INT(ossi_parse_iso_basic(s_dates[i].iso, &seconds), AOSE_OK);
        CHECK_INT(seconds, s_dates[i].seconds);
    }
}

static void test_dates_outside_four_digit_years(void) {
    static const int64_t bad[] = {-62167219201, 253402300800, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < COUNT(bad); i++) {
        char http[OSSI_HTTP_DATE_SIZE] = "same", iso[OSSI_ISO_BASIC_SIZE] = "same";
        CHECK_INT(ossi_http_date(bad[i], http), AOSE_INVALID_ARGUMENT);
        CHECK_INT(ossi_iso_basic(bad[i], iso), AOSE_INVALID_ARGUMENT);
        CHECK_STR(http, "same");
        CHECK_STR(iso, "same");
    }
}

static void test_stamps_come_back(void) {
    size_t wrong = 0;
    for (int64_t t = -62167219200; t <= 253402300799; t += 40000003) {
        char iso[OSSI_ISO_BASIC_SIZE];
        int64_t again = 0;
        wrong += ossi_iso_basic(t, iso) != AOSE_OK ||
                 ossi_parse_iso_basic(iso, &again) != AOSE_OK || again != t;
    }
    CHECK_INT(wrong, 0);
}

static void test_bad_stamps(void) {
    static const char *bad[] = {"",
                                "20231203T121212",
                                "20231203T121212ZZ",
                                "20231203 121212Z",
                                "2023-12-03T12:12:12Z",
                                "20231303T121212Z",
                                "20231200T121212Z",
                                "20230229T121212Z",
                                "20230431T121212Z",
                                "20231203T241212Z",
                                "20231203T126012Z",
                                "20231203T121260Z",
                                "2023120xT121212Z",
                                "20231203T1212+2Z",
                                "Thu, 17 Nov 2005 18:49:58 GMT"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t seconds = 77;
        CHECK_INT(ossi_parse_iso_basic(bad[i], &seconds), AOSE_INVALID_ARGUMENT);
        CHECK_INT(seconds, 77);
    }
}

/* RFC 4648, section 10, and bytes that use the whole alphabet. */
static const struct {
    const char *plain;
    size_t n;
    const char *base64;
} s_base64[] = {
    {"", 0, ""},
    {"f", 1, "Zg=="},
    {"fo", 2, "Zm8="},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg=="},
    {"fooba", 5, "Zm9vYmE="},
    {"foobar", 6, "Zm9vYmFy"},
    {"\xff\xef\xfe", 3, "/+/+"},
    {"\0\0\0\0", 4, "AAAAAA=="},
};

static void test_base64(void) {
    for (size_t i = 0; i < COUNT(s_base64); i++) {
        char out[16];
        uint8_t back[16];
        size_t len = strlen(s_base64[i].base64), back_len = 77;
        CHECK_INT(ossi_base64((const uint8_t *)s_base64[i].plain, s_base64[i].n, out), len);
        CHECK_MEM(out, s_base64[i].base64, len);
        CHECK_INT(ossi_base64_decode(s_base64[i].base64, len, back, &back_len), AOSE_OK);
        CHECK_INT(back_len, s_base64[i].n);
        CHECK_MEM(back, s_base64[i].plain, s_base64[i].n);
    }
}

static void test_base64_stays_within_its_sizes(void) {
    for (size_t n = 1; n < 50; n++) {
        size_t len = 4 * ((n + 2) / 3), back_len = 0;
        uint8_t *in = malloc(n), *back = malloc(3 * (len / 4));
        char *out = malloc(len);
        CHECK(in != NULL && back != NULL && out != NULL);
        if (in != NULL && back != NULL && out != NULL) {
            memset(in, (int)(n * 37), n);
            CHECK_INT(ossi_base64(in, n, out), len);
            CHECK_INT(ossi_base64_decode(out, len, back, &back_len), AOSE_OK);
            CHECK_INT(back_len, n);
            CHECK_MEM(back, in, n);
        }
        free(in);
        free(back);
        free(out);
    }
}

static void test_bad_base64(void) {
    static const char *bad[] = {"Z",    "Zg",   "Zg=",   "Zg==Zg==", "=Zg=",  "Z===",   "====",
                                "Zh==", "Zm9=", "Zm 9v", "Zm-_",     "Zm9\n", "Zg=\xff"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t out[16];
        size_t len = 77;
        CHECK_INT(ossi_base64_decode(bad[i], strlen(bad[i]), out, &len), AOSE_INVALID_ARGUMENT);
        CHECK_INT(len, 77);
    }
}

static void test_hex(void) {
    char out[9] = "........";
    ossi_hex((const uint8_t *)"\x00\x9f\xa0\xff", 4, out);
    CHECK_STR(out, "009fa0ff");
}

static void test_case(void) {
    CHECK_INT(ossi_lower('Z'), 'z');
    CHECK_INT(ossi_lower('@'), '@');
    CHECK_INT(ossi_lower('['), '[');
    CHECK_INT(ossi_lower('\xc4'), '\xc4');
    CHECK_INT(ossi_equal_nocase("Content-MD5", "content-md5"), 1);
    CHECK_INT(ossi_equal_nocase("Content-MD5", "content-md"), 0);
    CHECK_INT(ossi_equal_nocase("Content-MD", "content-md5"), 0);
    CHECK_INT(ossi_equal_nocase("", ""), 1);
    CHECK_INT(ossi_has_prefix_nocase("X-OSS-Meta", "x-oss-"), 1);
    CHECK_INT(ossi_has_prefix_nocase("x-oss", "x-oss-"), 0);
    CHECK_INT(ossi_has_prefix_nocase("anything", ""), 1);
}

static void test_content_types(void) {
    static const struct {
        const char *name, *type;
    } cases[] = {
        {"a.html", "text/html"},
        {"A.HTML", "text/html"},
        {"dir/b.JPG", "image/jpeg"},
        {"x.tar.7z", "application/x-7z-compressed"},
        {"v.3gpp", "video/3gpp"},
        {"w.zip", "application/zip"},
        {"letter.doc", "application/msword"},
        {"a.jardiff", "application/x-java-archive-diff"},
        {"a.m3u8", "application/x-mpegURL"},
        {"dir.txt/name", "application/octet-stream"},
        {"name.", "application/octet-stream"},
        {"name", "application/octet-stream"},
        {"", "application/octet-stream"},
        {"a.unknown", "application/octet-stream"},
        {"a.verylongsuffixindeed", "application/octet-stream"},
        {"png", "application/octet-stream"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_STR(ossi_content_type(cases[i].name), cases[i].type);
    }
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"unsigned_numbers", test_unsigned_numbers},
        {"sizes", test_sizes},
        {"dates", test_dates},
        {"dates_outside_four_digit_years", test_dates_outside_four_digit_years},
        {"stamps_come_back", test_stamps_come_back},
        {"bad_stamps", test_bad_stamps},
        {"base64", test_base64},
        {"base64_stays_within_its_sizes", test_base64_stays_within_its_sizes},
        {"bad_base64", test_bad_base64},
        {"hex", test_hex},
        {"case", test_case},
        {"content_types", test_content_types},
    };
    return check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
