/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_crc64_routines.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define S_TARGET    __attribute__((target("pclmul,sse4.1")))
#define S_MIN_BYTES 128

/*
 * Folding (Gopal et al., "Fast CRC computation for generic polynomials using PCLMULQDQ", 2009).
 * A register holds 128 bits of the message, its low half the higher powers. Moving it on by D bits
 * multiplies the low half by x^(D+64) and the high half by x^D. A product of reversed operands
 * comes out multiplied by x once more, hence the 1 less in each exponent. Set once, before the
 * routine's address is given out.
 */
static uint64_t s_fold_512[2];
static uint64_t s_fold_128[2];

S_TARGET static inline __m128i s_fold(__m128i value, __m128i by, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(value, by, 0x00);
    __m128i high = _mm_clmulepi64_si128(value, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

S_TARGET static inline __m128i s_load(const uint8_t *p) {
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

S_TARGET static uint64_t s_pclmul(uint64_t state, const uint8_t *p, size_t n) {
    if (n < S_MIN_BYTES) {
        return ossi_crc64_table(state, p, n);
    }
    __m128i by = s_load((const uint8_t *)s_fold_512);
    __m128i a = _mm_xor_si128(s_load(p), _mm_set_epi64x(0, (long long)state));
    __m128i b = s_load(p + 16), c = s_load(p + 32), d = s_load(p + 48);
    for (p += 64, n -= 64; n >= 64; p += 64, n -= 64) {
        a = s_fold(a, by, s_load(p));
        b = s_fold(b, by, s_load(p + 16));
        c = s_fold(c, by, s_load(p + 32));
        d = s_fold(d, by, s_load(p + 48));
    }
    by = s_load((const uint8_t *)s_fold_128);
    a = s_fold(s_fold(s_fold(a, by, b), by, c), by, d);
    for (; n >= 16; p += 16, n -= 16) {
        a = s_fold(a, by, s_load(p));
    }
    uint8_t rest[16];
    _mm_storeu_si128((__m128i *)(void *)rest, a);
    return ossi_crc64_table(ossi_crc64_table(0, rest, sizeof(rest)), p, n);
}

ossi_crc64_routine_t ossi_crc64_pclmul(void) {
    if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) {
        return NULL;
    }
    s_fold_512[0] = ossi_crc64_x_power(512 + 64 - 1);
    s_fold_512[1] = ossi_crc64_x_power(512 - 1);
    s_fold_128[0] = ossi_crc64_x_power(128 + 64 - 1);
    s_fold_128[1] = ossi_crc64_x_power(128 - 1);
    return s_pclmul;
}

#else

ossi_crc64_routine_t ossi_crc64_pclmul(void) {
    return NULL;
}

#endif
