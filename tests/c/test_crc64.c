/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdlib.h>

#include "aos_crc64.h"
#include "ossi_crc64.h"
#include "ossi_crc64_routines.h"

#define DATA_SIZE 70000
#define S_LENGTHS 1100

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

typedef struct named {
    const char *name;
    ossi_crc64_routine_t routine;
} named_t;

/* All that this processor has; the last one is in use. */
static size_t s_routines(named_t out[4]) {
    const char *used = ossi_crc64_routine();
    named_t all[] = {{"table", ossi_crc64_table},
                     {"pclmul", ossi_crc64_pclmul()},
                     {"vpclmul", ossi_crc64_vpclmul()},
                     {"vpclmul512", ossi_crc64_vpclmul512()}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i].routine != NULL) {
            out[count++] = all[i];
        }
    }
    CHECK_STR(used, out[count - 1].name);
    return count;
}

static void test_routine_has_a_name(void) {
    named_t all[4];
    CHECK(s_routines(all) >= 1);
    CHECK(ossi_crc64_vpclmul() == NULL || ossi_crc64_pclmul() != NULL);
    CHECK(ossi_crc64_vpclmul512() == NULL || ossi_crc64_vpclmul() != NULL);
    CHECK_INT(ossi_crc64_multiply_pclmul() != NULL, ossi_crc64_pclmul() != NULL);
    CHECK_INT(ossi_crc64_copy512() != NULL, ossi_crc64_vpclmul512() != NULL);
    CHECK_INT(ossi_crc64_stream512() != NULL, ossi_crc64_vpclmul512() != NULL);
}

/* Each length's value follows from that of the length before. */
static void test_every_routine_for_all_lengths_and_alignments(void) {
    named_t all[4];
    size_t count = s_routines(all), wrong = 0;
    for (size_t offset = 0; offset < 64; offset++) {
        const uint8_t *p = s_data + offset;
        uint64_t crc = offset * UINT64_C(0x0123456789ABCDEF), expected = crc;
        for (size_t n = 0; n <= S_LENGTHS; n++) {
            for (size_t i = 0; i < count; i++) {
                wrong += ~all[i].routine(~crc, p, n) != expected;
            }
            expected = s_slow(expected, p + n, 1);
        }
    }
    CHECK_INT(wrong, 0);
}

static void test_every_routine_on_large_data(void) {
    named_t all[4];
    size_t count = s_routines(all);
    for (size_t n = DATA_SIZE - 700; n <= DATA_SIZE; n += 139) {
        uint64_t expected = s_slow(0, s_data, n);
        CHECK(ossi_crc64(0, s_data, n) == expected);
        for (size_t i = 0; i < count; i++) {
            CHECK(~all[i].routine(~UINT64_C(0), s_data, n) == expected);
        }
    }
}

static void test_every_routine_goes_on_from_any_cut(void) {
    named_t all[4];
    size_t count = s_routines(all), wrong = 0;
    uint64_t whole = s_slow(0, s_data, 5000);
    for (size_t i = 0; i < count; i++) {
        for (size_t cut = 0; cut <= 5000; cut += 7) {
            uint64_t state = all[i].routine(~UINT64_C(0), s_data, cut);
            wrong += ~all[i].routine(state, s_data + cut, 5000 - cut) != whole;
        }
    }
    CHECK_INT(wrong, 0);
}

/* Between two guards; each alignment of both sides within a line. */
static size_t s_count_bad_copies(uint64_t (*copy)(uint64_t, void *, const void *, size_t)) {
    static uint8_t to[64 + DATA_SIZE + 64];
    static const size_t lengths[] = {0, 1, 63, 64, 511, 1023, 1024, 1087, 1536, 4099, 8192, 20011};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (size_t shift = 1; shift < 64; shift += 3) {
            size_t n = lengths[i];
            const uint8_t *from = s_data + shift * 5 % 64;
            memset(to, 0xA5, sizeof(to));
            wrong += copy(i, to + shift, from, n) != ossi_crc64(i, from, n);
            wrong += memcmp(to + shift, from, n) != 0;
            wrong += to[shift - 1] != 0xA5 || to[shift + n] != 0xA5;
        }
    }
    return wrong;
}

static void test_copies(void) {
    CHECK_INT(s_count_bad_copies(ossi_crc64_copy), 0);
    CHECK_INT(s_count_bad_copies(ossi_crc64_copy_uncached), 0);
    CHECK(ossi_crc64_copy(7, NULL, NULL, 0) == 7);
    CHECK(ossi_crc64_copy_uncached(7, NULL, NULL, 0) == 7);
}

/* By the definition: a times x, so many times. */
static uint64_t s_slow_product(uint64_t a, uint64_t b) {
    uint64_t product = 0;
    for (int i = 0; i < 64; i++) {
        product ^= (a >> (63 - i) & 1) != 0 ? b : 0;
        b = (b & 1) != 0 ? b >> 1 ^ OSSI_CRC64_POLYNOMIAL : b >> 1;
    }
    return product;
}

static void test_products(void) {
    ossi_crc64_multiply_t fast = ossi_crc64_multiply_pclmul();
    uint64_t a = 1, b = UINT64_C(1) << 63;
    size_t wrong = 0;
    for (int i = 0; i < 2000; i++) {
        uint64_t expected = s_slow_product(a, b);
        wrong += ossi_crc64_multiply(a, b) != expected;
        wrong += fast != NULL && fast(a, b) != expected;
        a = a * UINT64_C(6364136223846793005) + 1442695040888963407U;
        b = i % 9 == 0 ? expected : b ^ a >> 7;
    }
    CHECK_INT(wrong, 0);
}

static void test_reads_no_further_than_told(void) {
    named_t all[4];
    size_t count = s_routines(all);
    for (size_t n = 1; n < 2600; n += n < 40 ? 1 : 13) {
        uint8_t *exact = malloc(n);
        CHECK(exact != NULL);
        for (size_t i = 0; exact != NULL && i < count; i++) {
            memcpy(exact, s_data, n);
            CHECK(~all[i].routine(~UINT64_C(0), exact, n) == s_slow(0, s_data, n));
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
        {"every_routine_for_all_lengths_and_alignments",
         test_every_routine_for_all_lengths_and_alignments},
        {"every_routine_on_large_data", test_every_routine_on_large_data},
        {"every_routine_goes_on_from_any_cut", test_every_routine_goes_on_from_any_cut},
        {"copies", test_copies},
        {"products", test_products},
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
