/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_crc64.h"

#include <pthread.h>
#include <string.h>

#include "ossi_crc64_routines.h"

#define S_ONE (UINT64_C(1) << 63)
#define S_X8  (S_ONE >> 8)

/* Stays in the first cache between the copying and the reading. */
#define S_PIECE ((size_t)8 << 10)

static uint64_t s_copy_in_pieces(uint64_t state, uint8_t *to, const uint8_t *p, size_t n);

static uint64_t s_table[8][256];
static uint64_t s_powers[64]; /* x^(8 * 2^i): so many bytes of zeros */
static ossi_crc64_routine_t s_routine = ossi_crc64_table;
static ossi_crc64_multiply_t s_multiply = ossi_crc64_multiply;
static ossi_crc64_copier_t s_copy = s_copy_in_pieces;
static ossi_crc64_copier_t s_copy_uncached = s_copy_in_pieces;
static const char *s_routine_name = "table";
static pthread_once_t s_once = PTHREAD_ONCE_INIT;

/* Without branches, which no processor could foretell. */
uint64_t ossi_crc64_multiply(uint64_t a, uint64_t b) {
    uint64_t product = 0;
    for (; a != 0; a <<= 1) {
        product ^= b & (0 - (a >> 63));
        b = b >> 1 ^ (OSSI_CRC64_POLYNOMIAL & (0 - (b & 1)));
    }
    return product;
}

uint64_t ossi_crc64_x_power(uint64_t exponent) {
    uint64_t result = S_ONE;
    for (uint64_t base = S_ONE >> 1; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) {
            result = ossi_crc64_multiply(result, base);
        }
        base = ossi_crc64_multiply(base, base);
    }
    return result;
}

static void s_fill_tables(void) {
    for (unsigned i = 0; i < 256; i++) {
        s_table[0][i] = ossi_crc64_multiply((uint64_t)i, S_X8);
    }
    for (unsigned k = 1; k < 8; k++) {
        for (unsigned i = 0; i < 256; i++) {
            uint64_t before = s_table[k - 1][i];
            s_table[k][i] = before >> 8 ^ s_table[0][before & 0xFF];
        }
    }
    s_powers[0] = S_X8;
    for (unsigned i = 1; i < 64; i++) {
        s_powers[i] = ossi_crc64_multiply(s_powers[i - 1], s_powers[i - 1]);
    }
}

static void s_choose(ossi_crc64_routine_t routine, const char *name) {
    if (routine != NULL) {
        s_routine = routine;
        s_routine_name = name;
    }
}

static void s_start(void) {
    s_fill_tables();
    s_choose(ossi_crc64_pclmul(), "pclmul");
    s_choose(ossi_crc64_vpclmul(), "vpclmul");
    s_choose(ossi_crc64_vpclmul512(), "vpclmul512");
    if (ossi_crc64_copy512() != NULL) {
        s_copy = ossi_crc64_copy512();
        s_copy_uncached = ossi_crc64_stream512();
    }
    if (ossi_crc64_multiply_pclmul() != NULL) {
        s_multiply = ossi_crc64_multiply_pclmul();
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

static uint64_t s_copy_in_pieces(uint64_t state, uint8_t *to, const uint8_t *p, size_t n) {
    for (size_t piece = 0; n > 0; to += piece, p += piece, n -= piece) {
        piece = n < S_PIECE ? n : S_PIECE;
        memcpy(to, p, piece);
        state = s_routine(state, to, piece);
    }
    return state;
}

uint64_t ossi_crc64_copy(uint64_t crc, void *dst, const void *src, size_t n) {
    pthread_once(&s_once, s_start);
    return n == 0 ? crc : ~s_copy(~crc, dst, src, n);
}

uint64_t ossi_crc64_copy_uncached(uint64_t crc, void *dst, const void *src, size_t n) {
    pthread_once(&s_once, s_start);
    return n == 0 ? crc : ~s_copy_uncached(~crc, dst, src, n);
}

uint64_t ossi_crc64_combine(uint64_t crc_a, uint64_t crc_b, uint64_t len_b) {
    pthread_once(&s_once, s_start);
    for (unsigned i = 0; len_b != 0; i++, len_b >>= 1) {
        if ((len_b & 1) != 0) {
            crc_a = s_multiply(crc_a, s_powers[i]);
        }
    }
    return crc_a ^ crc_b;
}

const char *ossi_crc64_routine(void) {
    pthread_once(&s_once, s_start);
    return s_routine_name;
}
