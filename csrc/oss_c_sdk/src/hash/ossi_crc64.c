/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_crc64.h"

#include <pthread.h>

#include "ossi_crc64_routines.h"

/* ECMA-182's polynomial, bits reversed: bit 63 - i is the coefficient of x^i. */
#define S_POLYNOMIAL UINT64_C(0xC96C5795D7870F42)
#define S_ONE        (UINT64_C(1) << 63)
#define S_X8         (S_ONE >> 8)

static uint64_t s_table[8][256];
static ossi_crc64_routine_t s_routine = ossi_crc64_table;
static const char *s_routine_name = "table";
static pthread_once_t s_once = PTHREAD_ONCE_INIT;

/* a * b modulo the polynomial. */
static uint64_t s_multiply(uint64_t a, uint64_t b) {
    uint64_t product = 0;
    for (; a != 0; a <<= 1) {
        if ((a & S_ONE) != 0) {
            product ^= b;
        }
        b = (b & 1) != 0 ? b >> 1 ^ S_POLYNOMIAL : b >> 1;
    }
    return product;
}

static uint64_t s_power(uint64_t base, uint64_t exponent) {
    uint64_t result = S_ONE;
    for (; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) {
            result = s_multiply(result, base);
        }
        base = s_multiply(base, base);
    }
    return result;
}

uint64_t ossi_crc64_x_power(uint64_t exponent) {
    return s_power(S_ONE >> 1, exponent);
}

static void s_start(void) {
    for (unsigned i = 0; i < 256; i++) {
        s_table[0][i] = s_multiply((uint64_t)i, S_X8);
    }
    for (unsigned k = 1; k < 8; k++) {
        for (unsigned i = 0; i < 256; i++) {
            uint64_t before = s_table[k - 1][i];
            s_table[k][i] = before >> 8 ^ s_table[0][before & 0xFF];
        }
    }
    ossi_crc64_routine_t fast = ossi_crc64_pclmul();
    if (fast != NULL) {
        s_routine = fast;
        s_routine_name = "pclmul";
    }
}

static uint64_t s_load(const uint8_t *p) {
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* Slicing by 8 (Kounavis and Berry, 2005). */
uint64_t ossi_crc64_table(uint64_t state, const uint8_t *p, size_t n) {
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word = state ^ s_load(p);
        state = s_table[7][word & 0xFF] ^ s_table[6][word >> 8 & 0xFF] ^
                s_table[5][word >> 16 & 0xFF] ^ s_table[4][word >> 24 & 0xFF] ^
                s_table[3][word >> 32 & 0xFF] ^ s_table[2][word >> 40 & 0xFF] ^
                s_table[1][word >> 48 & 0xFF] ^ s_table[0][word >> 56];
    }
    for (; n > 0; n--, p++) {
        state = state >> 8 ^ s_table[0][(state ^ *p) & 0xFF];
    }
    return state;
}

uint64_t ossi_crc64(uint64_t crc, const void *data, size_t n) {
    pthread_once(&s_once, s_start);
    return ~s_routine(~crc, data, n);
}

uint64_t ossi_crc64_combine(uint64_t crc_a, uint64_t crc_b, uint64_t len_b) {
    return s_multiply(s_power(S_X8, len_b), crc_a) ^ crc_b;
}

const char *ossi_crc64_routine(void) {
    pthread_once(&s_once, s_start);
    return s_routine_name;
}
