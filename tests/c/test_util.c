/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdlib.h>

#include "aos_util.h"
#include "ossi_str.h"
#include "ossi_text.h"

static apr_pool_t *s_pool;

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_sort_is_by_byte(void) {
    const char *names[] = {"a9", "B", "a10", "", "a", "\xc3\xa4", "Z", "a9"};
    static const char *sorted[] = {"", "B", "Z", "a", "a10", "a9", "a9", "\xc3\xa4"};
    aos_gnome_sort(names, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        CHECK_STR(names[i], sorted[i]);
    }
    aos_gnome_sort(names, 0);
    aos_gnome_sort(NULL, -1);
}

static void test_url_encode(void) {
    char out[64];
    CHECK_INT(aos_url_encode(out, "a/b c~", 20), AOSE_OK);
    CHECK_STR(out, "a%2Fb%20c~");
    CHECK_INT(aos_url_encode_ex(out, "a/b c", 20, 1), AOSE_OK);
    CHECK_STR(out, "a%2Fb%20c");
    CHECK_INT(aos_url_encode_ex(out, "a/b c", 20, 0), AOSE_OK);
    CHECK_STR(out, "a/b%20c");
    CHECK_INT(aos_url_encode(out, NULL, 0), AOSE_OK);
    CHECK_STR(out, "");
}

/* The size counts the source, the destination has three times that: never a byte more. */
static void test_url_encode_fills_what_its_contract_asks_for(void) {
    enum { SIZE = 1023 };
    char *src = malloc(SIZE + 1), *dest = malloc(3 * SIZE + 1);
    CHECK(src != NULL && dest != NULL);
    if (src != NULL && dest != NULL) {
        memset(src, 0xE4, SIZE);
        src[SIZE] = '\0';
        CHECK_INT(aos_url_encode(dest, src, SIZE), AOSE_OK);
        CHECK_INT(strlen(dest), 3 * SIZE);
        CHECK_INT(aos_url_encode(dest, src, SIZE - 1), AOSE_INVALID_ARGUMENT);
        CHECK_STR(dest, "");
        CHECK_INT(aos_url_encode(dest, "x", -1), AOSE_INVALID_ARGUMENT);
    }
    free(src);
    free(dest);
}

static void test_url_decode(void) {
    static const struct {
        const char *in, *out;
    } good[] = {
        {"", ""},   {"a%2Fb%20c", "a/b c"}, {"a+b%2B", "a b+"}, {"%e4%B8%ad", "\xe4\xb8\xad"},
        {"~", "~"},
    };
    static const char *bad[] = {"%", "%2", "a%", "%zz", "%2g", "%%20"};
    for (size_t i = 0; i < COUNT(good); i++) {
        char out[32];
        CHECK_INT(aos_url_decode(good[i].in, out), AOSE_OK);
        CHECK_STR(out, good[i].out);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        char out[32] = "x";
        CHECK_INT(aos_url_decode(bad[i], out), AOSE_INVALID_ARGUMENT);
        CHECK_STR(out, "");
    }
    char place[] = "a%41%42";
    CHECK_INT(aos_url_decode(place, place), AOSE_OK);
    CHECK_STR(place, "aAB");
}

static void test_query_string(void) {
    apr_table_t *table = apr_table_make(s_pool, 4);
    aos_string_t query = aos_null_string;
    CHECK_INT(aos_query_params_to_string(s_pool, NULL, &query), AOSE_OK);
    CHECK_STR(query.data, "");
    CHECK_INT(aos_query_params_to_string(s_pool, table, &query), AOSE_OK);
    CHECK_INT(query.len, 0);
    apr_table_add(table, "z", "1/2");
    apr_table_add(table, "acl", "");
    apr_table_add(table, "A b", "\xe4");
    CHECK_INT(aos_query_params_to_string(s_pool, table, &query), AOSE_OK);
    CHECK_STR(query.data, "?z=1%2F2&acl&A%20b=%E4");
    CHECK_INT(query.len, strlen(query.data));
}

static void test_query_values_have_no_small_limit(void) {
    for (size_t n = 100; n < 3000; n += 97) {
        char *marker = malloc(n + 1);
        aos_string_t query = aos_null_string;
        apr_table_t *table = apr_table_make(s_pool, 1);
        CHECK(marker != NULL);
        if (marker != NULL) {
            memset(marker, 0xE5, n);
            marker[n] = '\0';
            apr_table_add(table, "marker", marker);
        }
        CHECK_INT(aos_query_params_to_string(s_pool, table, &query), AOSE_OK);
        CHECK_INT(query.len, strlen("?marker=") + 3 * n);
        free(marker);
    }
}

static void test_query_has_a_ceiling(void) {
    apr_table_t *table = apr_table_make(s_pool, 1);
    aos_string_t query = aos_string("same");
    char *value = malloc(OSSI_MAX_URL);
    CHECK(value != NULL);
    if (value != NULL) {
        memset(value, 'x', OSSI_MAX_URL - 1);
        value[OSSI_MAX_URL - 1] = '\0';
        apr_table_add(table, "k", value);
        CHECK_INT(aos_query_params_to_string(s_pool, table, &query), AOSE_OVER_MEMORY);
        CHECK_STR(query.data, "same");
    }
    free(value);
}

static void test_hex_and_base64(void) {
    char out[9] = "12345678";
    int len = 0;
    CHECK_INT(aos_encode_hex(out, "\x00\xAB", 2, &len), AOSE_OK);
    CHECK_INT(len, 4);
    CHECK_STR(out, "00ab");
    CHECK_INT(aos_encode_hex(out, "", -1, &len), AOSE_INVALID_ARGUMENT);
    memcpy(out, "12345678", 9);
    CHECK_INT(aos_base64_encode((const unsigned char *)"foob", 4, out), 8);
    CHECK_STR(out, "Zm9vYg==");
    memcpy(out, "12345678", 9);
    CHECK_INT(aos_base64_encode((const unsigned char *)"foo", 3, out), 4);
    CHECK_STR(out, "Zm9v5678");
    CHECK_INT(aos_base64_encode(NULL, 0, out), 0);
}

static void test_methods(void) {
    CHECK_STR(aos_http_method_to_string(HTTP_GET), "GET");
    CHECK_STR(aos_http_method_to_string(HTTP_HEAD), "HEAD");
    CHECK_STR(aos_http_method_to_string(HTTP_PUT), "PUT");
    CHECK_STR(aos_http_method_to_string(HTTP_POST), "POST");
    CHECK_STR(aos_http_method_to_string(HTTP_DELETE), "DELETE");
}

static void test_times(void) {
    char date[128];
    apr_time_exp_t t;
    CHECK_INT(apr_time_exp_gmt(&t, apr_time_from_sec(1132253398)), APR_SUCCESS);
    CHECK_INT(aos_convert_to_gmt_time(date, NULL, &t), AOSE_OK);
    CHECK_STR(date, "Thu, 17 Nov 2005 18:49:58 GMT");
    CHECK_INT(aos_convert_to_iso8601_time(date, NULL, &t), AOSE_OK);
    CHECK_STR(date, "20051117T184958Z");
    CHECK_INT(aos_convert_to_iso8601_time(date, "%Y-%m-%dT%H:%M:%S.000Z %b%%", &t), AOSE_OK);
    CHECK_STR(date, "2005-11-17T18:49:58.000Z Nov%");
    CHECK_INT(aos_get_iso8601_str_time_ex(date, apr_time_from_sec(1132253398) + 999999), AOSE_OK);
    CHECK_STR(date, "20051117T184958Z");
}

static void test_times_that_cannot_be_written(void) {
    char date[AOS_MAX_GMT_TIME_LEN], longer[AOS_MAX_GMT_TIME_LEN + 1];
    apr_time_exp_t t;
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    CHECK_INT(apr_time_exp_gmt(&t, 0), APR_SUCCESS);
    CHECK_INT(aos_convert_to_gmt_time(date, longer, &t), AOSE_INVALID_ARGUMENT);
    CHECK_STR(date, "");
    CHECK_INT(aos_convert_to_gmt_time(date, longer + 1, &t), AOSE_OK);
    CHECK_INT(strlen(date), AOS_MAX_GMT_TIME_LEN - 1);
    CHECK_INT(aos_convert_to_gmt_time(date, "%n", &t), AOSE_INVALID_ARGUMENT);
    CHECK_INT(aos_convert_to_gmt_time(date, "%", &t), AOSE_INVALID_ARGUMENT);
    CHECK_STR(date, "");
    t.tm_wday = 7;
    CHECK_INT(aos_convert_to_gmt_time(date, NULL, &t), AOSE_INVALID_ARGUMENT);
    t.tm_wday = 0;
    t.tm_mon = -1;
    CHECK_INT(aos_convert_to_gmt_time(date, NULL, &t), AOSE_INVALID_ARGUMENT);
    CHECK_INT(aos_convert_to_iso8601_time(date, NULL, &t), AOSE_INVALID_ARGUMENT);
    t.tm_mon = 0;
    t.tm_year = INT32_MAX;
    CHECK_INT(aos_convert_to_gmt_time(date, NULL, &t), AOSE_INVALID_ARGUMENT);
}

static void test_present_times(void) {
    char gmt[128], iso[128], day[10] = "same";
    int64_t seconds = 0, now = apr_time_sec(apr_time_now());
    CHECK_INT(aos_get_gmt_str_time(gmt), AOSE_OK);
    CHECK_INT(strlen(gmt), OSSI_HTTP_DATE_SIZE - 1);
    CHECK_INT(aos_get_iso8601_str_time(iso), AOSE_OK);
    CHECK_INT(ossi_parse_iso_basic(iso, &seconds), AOSE_OK);
    CHECK(seconds >= now && seconds < now + 60);
    CHECK_INT(aos_get_gmt_time_date("2023", day), AOSE_INVALID_ARGUMENT);
    CHECK_STR(day, "same");
    CHECK_INT(aos_get_gmt_time_date(iso, day), AOSE_OK);
    CHECK_INT(strlen(day), 8);
    CHECK_MEM(day, iso, 8);
}

static void test_numbers(void) {
    char *end = NULL;
    CHECK_INT(aos_strtoll("-7x", &end, 10), -7);
    CHECK_STR(end, "x");
    CHECK_INT(aos_atoi64("9223372036854775807"), INT64_MAX);
    CHECK_INT(aos_atoi64("99999999999999999999"), INT64_MAX);
    CHECK(aos_strtoull("ff", &end, 16) == 255);
    CHECK(aos_atoui64("18446744073709551615") == UINT64_MAX);
}

static void s_check_string(aos_string_t s, const char *expected) {
    CHECK_INT(s.len, strlen(expected));
    CHECK_MEM(s.data, expected, strlen(expected));
}

static void test_strings_are_trimmed_without_writing(void) {
    aos_string_t s = aos_string(" \t\r\nab c\n ");
    aos_strip_space(&s);
    s_check_string(s, "ab c");
    s = (aos_string_t)aos_string("   ");
    aos_strip_space(&s);
    CHECK_INT(s.len, 0);
    s = (aos_string_t)aos_string("\x01\x7f x \x02");
    aos_trip_space_and_cntrl(&s);
    s_check_string(s, "x");
    s = (aos_string_t)aos_string("\"E\"TAG\"");
    aos_unquote_str(&s);
    s_check_string(s, "E\"TAG");
    s = (aos_string_t)aos_string("\"");
    aos_unquote_str(&s);
    s_check_string(s, "\"");
    s = (aos_string_t)aos_null_string;
    aos_strip_space(&s);
    aos_unquote_str(&s);
    CHECK(s.data == NULL);
}

static void test_string_helpers(void) {
    aos_string_t s, suffix = aos_string(".txt"), none = aos_null_string;
    char text[] = "NAME.TXT";
    aos_str_set(&s, text);
    CHECK_INT(s.len, 8);
    CHECK_INT(aos_ends_with(&s, &suffix), 0);
    aos_string_tolower(&s);
    CHECK_STR(text, "name.txt");
    CHECK_INT(aos_ends_with(&s, &suffix), 1);
    CHECK_INT(aos_ends_with(&s, &none), 1);
    CHECK_INT(aos_ends_with(&suffix, &s), 0);
    CHECK(aos_strlchr(text, text + 8, '.') == text + 4);
    CHECK(aos_strlchr(text, text + 4, '.') == NULL);
    CHECK_STR(aos_pstrdup(s_pool, &s), "name.txt");
    s.len = 4;
    CHECK_STR(aos_pstrdup(s_pool, &s), "name");
    CHECK(aos_pstrdup(s_pool, &none) == NULL);
    CHECK_INT(aos_string_is_empty(&s), 0);
    aos_str_null(&s);
    CHECK_INT(aos_string_is_empty(&s), 1);
    CHECK_INT(aos_is_null_string(&s), 1);
    aos_str_set(&s, NULL);
    CHECK_INT(s.len, 0);
    CHECK_INT(aos_is_quote('"') + aos_is_space('\v') + aos_is_space_or_cntrl('\0'), 3);
    CHECK_INT(aos_is_quote('\'') + aos_is_space('\0') + aos_is_space_or_cntrl('\xe4'), 0);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"sort_is_by_byte", test_sort_is_by_byte},
        {"url_encode", test_url_encode},
        {"url_encode_fills_what_its_contract_asks_for",
         test_url_encode_fills_what_its_contract_asks_for},
        {"url_decode", test_url_decode},
        {"query_string", test_query_string},
        {"query_values_have_no_small_limit", test_query_values_have_no_small_limit},
        {"query_has_a_ceiling", test_query_has_a_ceiling},
        {"hex_and_base64", test_hex_and_base64},
        {"methods", test_methods},
        {"times", test_times},
        {"times_that_cannot_be_written", test_times_that_cannot_be_written},
        {"present_times", test_present_times},
        {"numbers", test_numbers},
        {"strings_are_trimmed_without_writing", test_strings_are_trimmed_without_writing},
        {"string_helpers", test_string_helpers},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
