/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdlib.h>

#include "aos_crc64.h"
#include "ossi_crc64.h"
#include "ossi_crc64_routines.h"

#define DATA_SIZE 70000

static uint8_t s_data[DATA_SIZE];

/* Bit by bit, from the definition (protocol section 18). */
static uint64_t s_slow(uint64_t crc, const uint8_t *p, size_t n) {
    uint64_t state = ~crc;
    for (size_t i = 0; i < n; i++) {
        state ^= p[i];
        for (int bit = 0; bit < 8; bit++) {
            state = (state & 1) != 0 ? state >> 1 ^ UINT64_C(0xC96C5795D7870F42) : state >> 1;
        }
    }
    return ~state;
}

static void test_published_values(void) {
    CHECK(ossi_crc64(0, "123456789", 9) == UINT64_C(0x995DC9BBDF1939FA));
    CHECK(ossi_crc64(0, NULL, 0) == 0);
    CHECK(ossi_crc64(0, "\0", 1) == UINT64_C(2282658103124508505));
    CHECK(ossi_crc64(0, "\0\0\0\0\0\0\0\0", 8) == UINT64_C(13144445341178972864));
    CHECK(ossi_crc64(0, "\xff", 1) == UINT64_C(18374686479671623680));
    CHECK(aos_crc64(0, "123456789", 9) == UINT64_C(11051210869376104954));
}

static void test_routine_has_a_name(void) {
    const char *name = ossi_crc64_routine();
    CHECK(strcmp(name, "table") == 0 || strcmp(name, "pclmul") == 0);
    CHECK_INT(strcmp(name, "pclmul") == 0, ossi_crc64_pclmul() != NULL);
}

static void test_both_routines_for_all_lengths_and_offsets(void) {
    size_t wrong = 0;
    for (size_t offset = 0; offset < 17; offset++) {
        for (size_t n = 0; n <= 1024; n++) {
            uint64_t crc = offset * UINT64_C(0x0123456789ABCDEF);
            const uint8_t *p = s_data + offset;
            uint64_t expected = ~ossi_crc64_table(~crc, p, n);
            wrong += ossi_crc64(crc, p, n) != expected;
            wrong += offset < 2 && n % 5 == 0 && s_slow(crc, p, n) != expected;
        }
    }
    CHECK_INT(wrong, 0);
}

static void test_large_data(void) {
    CHECK(ossi_crc64(0, s_data, DATA_SIZE) == s_slow(0, s_data, DATA_SIZE));
    CHECK(~ossi_crc64_table(~UINT64_C(0), s_data, DATA_SIZE) == s_slow(0, s_data, DATA_SIZE));
}

static void test_reads_no_further_than_told(void) {
    for (size_t n = 1; n < 300; n += 13) {
        uint8_t *exact = malloc(n);
        CHECK(exact != NULL);
        if (exact != NULL) {
            memcpy(exact, s_data, n);
            CHECK(ossi_crc64(0, exact, n) == s_slow(0, s_data, n));
        }
        free(exact);
    }
}

static void test_goes_on_from_any_cut(void) {
    uint64_t whole = ossi_crc64(0, s_data, 3000);
    size_t wrong = 0;
    for (size_t cut = 0; cut <= 3000; cut += 7) {
        wrong += ossi_crc64(ossi_crc64(0, s_data, cut), s_data + cut, 3000 - cut) != whole;
    }
    CHECK_INT(wrong, 0);
}

static void test_combine_any_cut(void) {
    uint64_t whole = ossi_crc64(0, s_data, 3000);
    size_t wrong = 0;
    for (size_t cut = 0; cut <= 3000; cut += 7) {
        uint64_t a = ossi_crc64(0, s_data, cut), b = ossi_crc64(0, s_data + cut, 3000 - cut);
        wrong += ossi_crc64_combine(a, b, 3000 - cut) != whole;
        wrong += aos_crc64_combine(a, b, 3000 - cut) != whole;
    }
    CHECK_INT(wrong, 0);
}

static void test_combine_edges(void) {
    CHECK(ossi_crc64_combine(UINT64_C(123456789), 0, 0) == UINT64_C(123456789));
    CHECK(ossi_crc64_combine(0, UINT64_C(987654321), 55) == UINT64_C(987654321));
    /* Part by part, as a multipart upload is folded (published parts). */
    uint64_t crc = ossi_crc64_combine(0, UINT64_C(1900858864865096376), 102400);
    crc = ossi_crc64_combine(crc, UINT64_C(2686886451742294708), 102400);
    crc = ossi_crc64_combine(crc, UINT64_C(12700037402450262988), 7);
    CHECK(crc == UINT64_C(6203791384294925132));
}

/* x^(2^63 + …) by one call and by two. */
static void test_combine_with_the_longest_length(void) {
    uint64_t half = UINT64_MAX / 2;
    uint64_t once = ossi_crc64_combine(UINT64_C(0xDEADBEEF), 0, UINT64_MAX);
    uint64_t twice = ossi_crc64_combine(UINT64_C(0xDEADBEEF), 0, half);
    CHECK(ossi_crc64_combine(twice, 0, UINT64_MAX - half) == once);
}

static void test_crc32(void) {
    CHECK(aos_crc32(0, "123456789", 9) == 0xCBF43926U);
    CHECK(aos_crc32(0, NULL, 0) == 0);
    CHECK(aos_crc32(aos_crc32(0, "1234", 4), "56789", 5) == 0xCBF43926U);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"published_values", test_published_values},
        {"routine_has_a_name", test_routine_has_a_name},
        {"both_routines_for_all_lengths_and_offsets",
         test_both_routines_for_all_lengths_and_offsets},
        {"large_data", test_large_data},
        {"reads_no_further_than_told", test_reads_no_further_than_told},
        {"goes_on_from_any_cut", test_goes_on_from_any_cut},
        {"combine_any_cut", test_combine_any_cut},
        {"combine_edges", test_combine_edges},
        {"combine_with_the_longest_length", test_combine_with_the_longest_length},
        {"crc32", test_crc32},
    };
    uint32_t seed = 1;
    for (size_t i = 0; i < DATA_SIZE; i++) {
        seed = seed * 1664525U + 1013904223U;
        s_data[i] = (uint8_t)(seed >> 24);
    }
    return check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
