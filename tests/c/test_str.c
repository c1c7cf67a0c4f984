/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdlib.h>

#include "aos_define.h"
#include "ossi_str.h"

static apr_pool_t *s_pool;

static void s_check_encoded(const char *text, size_t n, int keep_slash, const char *expected) {
    ossi_str_t s;
    char *out = NULL;
    size_t len = 0;
    ossi_str_init(&s, s_pool, 4096);
    CHECK_INT(ossi_str_add_encoded(&s, text, n, keep_slash), AOSE_OK);
    CHECK_INT(ossi_str_take(&s, &out, &len), AOSE_OK);
    CHECK_STR(out, expected);
    CHECK_INT(len, strlen(expected));
}

static void test_empty_is_a_terminated_text(void) {
    ossi_str_t s;
    char *text = NULL;
    size_t len = 9;
    ossi_str_init(&s, s_pool, 0);
    CHECK_INT(ossi_str_add(&s, NULL, 0), AOSE_OK);
    CHECK_INT(ossi_str_addz(&s, NULL), AOSE_OK);
    CHECK_INT(ossi_str_addz(&s, ""), AOSE_OK);
    CHECK_INT(ossi_str_take(&s, &text, &len), AOSE_OK);
    CHECK_STR(text, "");
    CHECK_INT(len, 0);
}

/* What a string grew out of holds nothing any more. */
static void test_growing_leaves_zeros(void) {
    ossi_str_t s;
    char zero[100] = {0};
    ossi_str_init(&s, s_pool, 4096);
    for (int i = 0; i < 100; i++) {
        ossi_str_addc(&s, 's');
    }
    const char *before = s.data;
    for (int i = 0; i < 100; i++) {
        ossi_str_addc(&s, 't');
    }
    CHECK(s.data != before && s.data[0] == 's' && s.data[199] == 't');
    CHECK_MEM(before, zero, sizeof(zero));
}

static void test_expected_text_does_not_move(void) {
    ossi_str_t s;
    ossi_str_init(&s, s_pool, 1000);
    ossi_str_expect(&s, 700);
    const char *before = s.data;
    for (int i = 0; i < 700; i++) {
        ossi_str_addc(&s, 'x');
    }
    CHECK(s.data == before && s.len == 700);
    ossi_str_expect(&s, 10);
    ossi_str_expect(&s, 5000);
    CHECK_INT(s.rc, AOSE_OK);
    CHECK(s.cap >= 1001 && s.len == 700 && s.data[699] == 'x');
}

static void test_pieces_join(void) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, s_pool, 100);
    ossi_str_addz(&s, "key");
    ossi_str_addc(&s, '=');
    ossi_str_add(&s, "value-and-more", 5);
    CHECK_STR(s.data, "key=value");
    CHECK_INT(ossi_str_take(&s, &text, NULL), AOSE_OK);
    CHECK_STR(text, "key=value");
}

static void test_holds_any_byte(void) {
    char all[256];
    ossi_str_t s;
    char *text = NULL;
    size_t len = 0;
    for (size_t i = 0; i < sizeof(all); i++) {
        all[i] = (char)i;
    }
    ossi_str_init(&s, s_pool, sizeof(all));
    CHECK_INT(ossi_str_add(&s, all, sizeof(all)), AOSE_OK);
    CHECK_INT(ossi_str_take(&s, &text, &len), AOSE_OK);
    CHECK_INT(len, sizeof(all));
    CHECK_MEM(text, all, sizeof(all));
    CHECK_INT(text[len], 0);
}

static void test_growth_keeps_the_content(void) {
    ossi_str_t s;
    char *text = NULL;
    size_t len = 0, total = 0;
    ossi_str_init(&s, s_pool, 1 << 20);
    for (size_t n = 0; total + n < 200000; total += n++) {
        for (size_t i = 0; i < n; i++) {
            ossi_str_addc(&s, (char)('a' + (total + i) % 26));
        }
    }
    CHECK_INT(ossi_str_take(&s, &text, &len), AOSE_OK);
    CHECK_INT(len, total);
    size_t wrong = 0;
    for (size_t i = 0; i < len; i++) {
        wrong += text[i] != (char)('a' + i % 26);
    }
    CHECK_INT(wrong, 0);
}

static void test_ceiling_is_the_largest_length(void) {
    for (size_t ceiling = 1; ceiling < 600; ceiling += 7) {
        ossi_str_t s;
        char *text = NULL;
        ossi_str_init(&s, s_pool, ceiling);
        for (size_t i = 0; i < ceiling; i++) {
            CHECK_INT(ossi_str_addc(&s, 'x'), AOSE_OK);
        }
        CHECK_INT(s.len, ceiling);
        CHECK(s.cap <= ceiling + 1);
        CHECK_INT(ossi_str_take(&s, &text, NULL), AOSE_OK);
        CHECK_INT(ossi_str_addc(&s, 'x'), AOSE_OVER_MEMORY);
        CHECK_INT(s.len, ceiling);
    }
}

static void test_failure_sticks(void) {
    ossi_str_t s;
    char *text = (char *)"untouched";
    size_t len = 7;
    ossi_str_init(&s, s_pool, 4);
    CHECK_INT(ossi_str_addz(&s, "12345"), AOSE_OVER_MEMORY);
    CHECK_INT(ossi_str_addz(&s, "1"), AOSE_OVER_MEMORY);
    CHECK_INT(ossi_str_addz(&s, ""), AOSE_OVER_MEMORY);
    CHECK_INT(ossi_str_add_u64(&s, 1), AOSE_OVER_MEMORY);
    CHECK_INT(ossi_str_add_encoded(&s, "", 0, 0), AOSE_OVER_MEMORY);
    CHECK_INT(ossi_str_take(&s, &text, &len), AOSE_OVER_MEMORY);
    CHECK(text == NULL);
    CHECK_INT(len, 0);
}

static void test_huge_pieces_do_not_wrap(void) {
    ossi_str_t s;
    ossi_str_init(&s, s_pool, SIZE_MAX);
    CHECK_INT(ossi_str_addc(&s, 'x'), AOSE_OK);
    CHECK_INT(ossi_str_add(&s, "x", SIZE_MAX), AOSE_OVER_MEMORY);
    CHECK_INT(s.len, 1);
}

static void test_numbers(void) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, s_pool, 200);
    ossi_str_add_u64(&s, 0);
    ossi_str_addc(&s, ' ');
    ossi_str_add_u64(&s, UINT64_MAX);
    ossi_str_addc(&s, ' ');
    ossi_str_add_i64(&s, INT64_MIN);
    ossi_str_addc(&s, ' ');
    ossi_str_add_i64(&s, INT64_MAX);
    ossi_str_addc(&s, ' ');
    ossi_str_add_i64(&s, -1);
    CHECK_INT(ossi_str_take(&s, &text, NULL), AOSE_OK);
    CHECK_STR(text, "0 18446744073709551615 -9223372036854775808 9223372036854775807 -1");
}

static void test_encoding(void) {
    s_check_encoded("", 0, 0, "");
    s_check_encoded("aZ09-_.~", 8, 0, "aZ09-_.~");
    s_check_encoded("a/b c", 5, 0, "a%2Fb%20c");
    s_check_encoded("a/b c", 5, 1, "a/b%20c");
    s_check_encoded("\0\x7f\xff", 3, 0, "%00%7F%FF");
    s_check_encoded("%2F+=&?#", 8, 1, "%252F%2B%3D%26%3F%23");
    s_check_encoded("\xe4\xb8\xad", 3, 1, "%E4%B8%AD");
}

static void test_encoding_reads_no_further_than_told(void) {
    char *exact = malloc(3);
    CHECK(exact != NULL);
    if (exact != NULL) {
        memcpy(exact, "a b", 3);
        s_check_encoded(exact, 3, 0, "a%20b");
        free(exact);
    }
}

static void test_encoding_of_a_longest_key_triples(void) {
    char key[1023];
    ossi_str_t s;
    size_t len = 0;
    char *text = NULL;
    memset(key, 0xE4, sizeof(key));
    ossi_str_init(&s, s_pool, OSSI_MAX_URL);
    ossi_str_add_encoded(&s, key, sizeof(key), 1);
    CHECK_INT(ossi_str_take(&s, &text, &len), AOSE_OK);
    CHECK_INT(len, 3 * sizeof(key));
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"empty_is_a_terminated_text", test_empty_is_a_terminated_text},
        {"growing_leaves_zeros", test_growing_leaves_zeros},
        {"expected_text_does_not_move", test_expected_text_does_not_move},
        {"pieces_join", test_pieces_join},
        {"holds_any_byte", test_holds_any_byte},
        {"growth_keeps_the_content", test_growth_keeps_the_content},
        {"ceiling_is_the_largest_length", test_ceiling_is_the_largest_length},
        {"failure_sticks", test_failure_sticks},
        {"huge_pieces_do_not_wrap", test_huge_pieces_do_not_wrap},
        {"numbers", test_numbers},
        {"encoding", test_encoding},
        {"encoding_reads_no_further_than_told", test_encoding_reads_no_further_than_told},
        {"encoding_of_a_longest_key_triples", test_encoding_of_a_longest_key_triples},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
