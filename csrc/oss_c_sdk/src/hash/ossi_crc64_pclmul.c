/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_crc64_routines.h"

#if defined(__x86_64__) && (defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 10))

#include <string.h>

#include <immintrin.h>

#define S_TARGET     __attribute__((target("pclmul,sse4.1")))
#define S_TARGET_256 __attribute__((target("pclmul,sse4.1,avx2,vpclmulqdq")))
#define S_TARGET_512 __attribute__((target("pclmul,sse4.1,avx2,vpclmulqdq,avx512f")))

/*
 * Folding (Gopal et al., "Fast CRC computation for generic polynomials using PCLMULQDQ", 2009).
 * A lane of a register holds 128 bits of the message, its low half the higher powers. Moving it on
 * by D bits multiplies the low half by x^(D+64) and the high half by x^D. A product of reversed
 * operands comes out multiplied by x once more, hence the 1 less in each exponent.
 */
typedef struct s_fold {
    uint64_t low;  /* x^(D+63) */
    uint64_t high; /* x^(D-1) */
} s_fold_t;

/* Set once, before a routine's address is given out. */
static s_fold_t s_by_128, s_by_256, s_by_512, s_by_1024, s_by_2048, s_by_4096;

/*
 * The end of it (Barrett): what is left, of 128 bits, times x^64, modulo the polynomial P. With
 * T = A x^64 + B, the quotient is Q = A floor(x^128 / P) / x^64, its fraction dropped; the last bit
 * of floor(x^128 / P) cannot reach it, so floor(x^127 / P) and the product's x do. The remainder is
 * B + Q P below x^64, and Q P = Q floor(P / x) x + Q.
 */
static uint64_t s_quotient;                        /* floor(x^127 / P) */
#define S_DIVISOR (OSSI_CRC64_POLYNOMIAL << 1 | 1) /* floor(P / x) */

static s_fold_t s_fold_by(unsigned bits) {
    return (s_fold_t){ossi_crc64_x_power(bits + 63), ossi_crc64_x_power(bits - 1)};
}

/* Division of x^127, a bit of the quotient at each step from the 64th. */
static uint64_t s_find_quotient(void) {
    uint64_t rest = UINT64_C(1) << 63, quotient = 0;
    for (unsigned step = 1; step < 128; step++) {
        uint64_t bit = rest & 1;
        rest = rest >> 1 ^ (bit != 0 ? OSSI_CRC64_POLYNOMIAL : 0);
        if (step >= 64) {
            quotient |= bit << (step - 64);
        }
    }
    return quotient;
}

static void s_start(void) {
    s_by_128 = s_fold_by(128);
    s_by_256 = s_fold_by(256);
    s_by_512 = s_fold_by(512);
    s_by_1024 = s_fold_by(1024);
    s_by_2048 = s_fold_by(2048);
    s_by_4096 = s_fold_by(4096);
    s_quotient = s_find_quotient();
}

/* --- 128 bits --- */

S_TARGET static inline __m128i s_constant(s_fold_t by) {
    return _mm_set_epi64x((long long)by.high, (long long)by.low);
}

S_TARGET static inline __m128i s_fold(__m128i value, __m128i by, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(value, by, 0x00);
    __m128i high = _mm_clmulepi64_si128(value, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

S_TARGET static inline __m128i s_load(const uint8_t *p) {
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* value x^64 modulo P, of a polynomial below x^64 in the low half. */
S_TARGET static inline uint64_t s_reduce(__m128i value) {
    __m128i by = _mm_set_epi64x((long long)S_DIVISOR, (long long)s_quotient);
    __m128i quotient = _mm_clmulepi64_si128(value, by, 0x00);
    __m128i product = _mm_clmulepi64_si128(quotient, by, 0x10);
    return (uint64_t)_mm_extract_epi64(product, 1) ^ (uint64_t)_mm_cvtsi128_si64(quotient);
}

/* A lane as a register again: its 128 bits times x^64 modulo P. */
S_TARGET static inline uint64_t s_finish(__m128i value) {
    __m128i product = _mm_clmulepi64_si128(value, _mm_set_epi64x(0, (long long)s_by_128.high), 0);
    __m128i top = _mm_xor_si128(product, _mm_srli_si128(value, 8));
    return s_reduce(top) ^ (uint64_t)_mm_extract_epi64(product, 1);
}

static inline uint64_t s_load_word(const uint8_t *p, size_t n) {
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++) {
        word |= (uint64_t)p[i] << (8 * i);
    }
    return word;
}

static inline uint64_t s_load_8(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return word;
}

/* 1 to 8 bytes in the low end of a word. */
S_TARGET static inline uint64_t s_word(uint64_t state, uint64_t word, size_t n) {
    unsigned unused = 64 - 8 * (unsigned)n;
    uint64_t top = (state ^ word) << unused;
    uint64_t rest = unused == 0 ? 0 : state >> (64 - unused);
    return s_reduce(_mm_cvtsi64_si128((long long)top)) ^ rest;
}

/* Fewer than 16 bytes. */
S_TARGET static uint64_t s_small(uint64_t state, const uint8_t *p, size_t n) {
    if (n >= 8) {
        state = s_word(state, s_load_8(p), 8);
        return n == 8 ? state : s_word(state, s_load_8(p + n - 8) >> (8 * (16 - n)), n - 8);
    }
    return n == 0 ? state : s_word(state, s_load_word(p, n), n);
}

/* The last 1 to 15 bytes behind a lane: as many go from its front, folded, as come at its end. */
S_TARGET static inline __m128i s_fold_rest(__m128i value, const uint8_t *p, size_t n) {
    static const uint8_t s_shifts[48] = {
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
        0x80, 0x80, 0x80, 0x80, 0,    1,    2,    3,    4,    5,    6,    7,
        8,    9,    10,   11,   12,   13,   14,   15,   0x80, 0x80, 0x80, 0x80,
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
    };
    __m128i front = _mm_shuffle_epi8(value, s_load(s_shifts + n));
    __m128i back = _mm_shuffle_epi8(value, s_load(s_shifts + 16 + n));
    __m128i keep = _mm_cmpgt_epi8(s_load(s_shifts + 16 + n), _mm_set1_epi8(-1));
    __m128i last = _mm_andnot_si128(keep, s_load(p + n - 16));
    return s_fold(front, s_constant(s_by_128), _mm_or_si128(back, last));
}

/* What is behind a lane, of any length; at least 16 bytes lie before it. */
S_TARGET static inline uint64_t s_tail(__m128i value, const uint8_t *p, size_t n) {
    __m128i by = s_constant(s_by_128);
    for (; n >= 16; p += 16, n -= 16) {
        value = s_fold(value, by, s_load(p));
    }
    return s_finish(n == 0 ? value : s_fold_rest(value, p, n));
}

S_TARGET static uint64_t s_pclmul(uint64_t state, const uint8_t *p, size_t n) {
    if (n < 16) {
        return s_small(state, p, n);
    }
    __m128i a = _mm_xor_si128(s_load(p), _mm_cvtsi64_si128((long long)state));
    if (n >= 128) {
        __m128i by = s_constant(s_by_512);
        __m128i b = s_load(p + 16), c = s_load(p + 32), d = s_load(p + 48);
        for (p += 64, n -= 64; n >= 64; p += 64, n -= 64) {
            a = s_fold(a, by, s_load(p));
            b = s_fold(b, by, s_load(p + 16));
            c = s_fold(c, by, s_load(p + 32));
            d = s_fold(d, by, s_load(p + 48));
        }
        by = s_constant(s_by_128);
        a = s_fold(s_fold(s_fold(a, by, b), by, c), by, d);
        return s_tail(a, p, n);
    }
    return s_tail(a, p + 16, n - 16);
}

/* --- 256 bits --- */

S_TARGET_256 static inline __m256i s_constant_256(s_fold_t by) {
    return _mm256_set_epi64x((long long)by.high, (long long)by.low, (long long)by.high,
                             (long long)by.low);
}

S_TARGET_256 static inline __m256i s_fold_256(__m256i value, __m256i by, __m256i next) {
    __m256i low = _mm256_clmulepi64_epi128(value, by, 0x00);
    __m256i high = _mm256_clmulepi64_epi128(value, by, 0x11);
    return _mm256_xor_si256(_mm256_xor_si256(low, high), next);
}

S_TARGET_256 static inline __m256i s_load_256(const uint8_t *p) {
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

S_TARGET_256 static uint64_t s_vpclmul(uint64_t state, const uint8_t *p, size_t n) {
    if (n < 512) {
        return s_pclmul(state, p, n);
    }
    __m256i v[8], by = s_constant_256(s_by_2048);
    for (int i = 0; i < 8; i++) {
        v[i] = s_load_256(p + 32 * i);
    }
    v[0] = _mm256_xor_si256(v[0], _mm256_set_epi64x(0, 0, 0, (long long)state));
    for (p += 256, n -= 256; n >= 256; p += 256, n -= 256) {
        for (int i = 0; i < 8; i++) {
            v[i] = s_fold_256(v[i], by, s_load_256(p + 32 * i));
        }
    }
    by = s_constant_256(s_by_1024);
    for (int i = 0; i < 4; i++) {
        v[i] = s_fold_256(v[i], by, v[i + 4]);
    }
    by = s_constant_256(s_by_512);
    v[0] = s_fold_256(v[0], by, v[2]);
    v[1] = s_fold_256(v[1], by, v[3]);
    by = s_constant_256(s_by_256);
    v[0] = s_fold_256(v[0], by, v[1]);
    for (; n >= 32; p += 32, n -= 32) {
        v[0] = s_fold_256(v[0], by, s_load_256(p));
    }
    __m128i a = s_fold(_mm256_castsi256_si128(v[0]), s_constant(s_by_128),
                       _mm256_extracti128_si256(v[0], 1));
    return s_tail(a, p, n);
}

/* --- 512 bits --- */

S_TARGET_512 static inline __m512i s_constant_512(s_fold_t by) {
    return _mm512_broadcast_i32x4(s_constant(by));
}

S_TARGET_512 static inline __m512i s_fold_512(__m512i value, __m512i by, __m512i next) {
    __m512i low = _mm512_clmulepi64_epi128(value, by, 0x00);
    __m512i high = _mm512_clmulepi64_epi128(value, by, 0x11);
    return _mm512_ternarylogic_epi64(low, high, next, 0x96); /* of three, the sum */
}

/* What is done with the bytes besides; a constant at each call. */
typedef enum { S_READ = 0, S_COPY = 1, S_STREAM = 2 } s_store_t;

S_TARGET_512 static inline __m512i s_load_512(uint8_t *to, const uint8_t *p, s_store_t store) {
    __m512i value = _mm512_loadu_si512(p);
    if (store == S_COPY) {
        _mm512_storeu_si512(to, value);
    } else if (store == S_STREAM) {
        _mm512_stream_si512((__m512i *)(void *)to, value);
    }
    return value;
}

/* 512 bytes and more. */
S_TARGET_512 __attribute__((always_inline)) static inline uint64_t
s_run_512(uint64_t state, uint8_t *to, const uint8_t *p, size_t n, s_store_t store) {
    __m512i v[8], by = s_constant_512(s_by_4096);
    size_t at = 0;
    for (; at < 512; at += 64) {
        v[at / 64] = s_load_512(to + at, p + at, store);
    }
    v[0] = _mm512_xor_si512(v[0], _mm512_zextsi128_si512(_mm_cvtsi64_si128((long long)state)));
    for (; n - at >= 512; at += 512) {
        for (size_t i = 0; i < 8; i++) {
            __m512i next = s_load_512(to + at + 64 * i, p + at + 64 * i, store);
            v[i] = s_fold_512(v[i], by, next);
        }
    }
    by = s_constant_512(s_by_2048);
    for (size_t i = 0; i < 4; i++) {
        v[i] = s_fold_512(v[i], by, v[i + 4]);
    }
    by = s_constant_512(s_by_1024);
    v[0] = s_fold_512(v[0], by, v[2]);
    v[1] = s_fold_512(v[1], by, v[3]);
    by = s_constant_512(s_by_512);
    v[0] = s_fold_512(v[0], by, v[1]);
    if (store != S_READ && at < n) {
        memcpy(to + at, p + at, n - at);
    }
    for (; n - at >= 64; at += 64) {
        v[0] = s_fold_512(v[0], by, _mm512_loadu_si512(p + at));
    }
    __m128i by_128 = s_constant(s_by_128), a = _mm512_castsi512_si128(v[0]);
    a = s_fold(a, by_128, _mm512_extracti32x4_epi32(v[0], 1));
    a = s_fold(a, by_128, _mm512_extracti32x4_epi32(v[0], 2));
    a = s_fold(a, by_128, _mm512_extracti32x4_epi32(v[0], 3));
    return s_tail(a, p + at, n - at);
}

S_TARGET_512 static uint64_t s_vpclmul512(uint64_t state, const uint8_t *p, size_t n) {
    if (n < 1024) {
        return s_vpclmul(state, p, n);
    }
    return s_run_512(state, (uint8_t *)(uintptr_t)p, p, n, S_READ); /* nothing is written */
}

S_TARGET_512 static uint64_t s_copy512(uint64_t state, uint8_t *to, const uint8_t *p, size_t n) {
    if (n < 1024) {
        memcpy(to, p, n);
        return s_vpclmul(state, p, n);
    }
    return s_run_512(state, to, p, n, S_COPY);
}

/* Stores past the caches go to whole lines only. */
S_TARGET_512 static uint64_t s_stream512(uint64_t state, uint8_t *to, const uint8_t *p, size_t n) {
    size_t head = (0 - (size_t)(uintptr_t)to) % 64;
    if (n < 1024) {
        return s_copy512(state, to, p, n);
    }
    if (head > 0) {
        state = s_copy512(state, to, p, head);
    }
    state = s_run_512(state, to + head, p + head, n - head, S_STREAM);
    _mm_sfence(); /* before anything tells another thread that they are there */
    return state;
}

/* --- the choice --- */

/* The product's own x is taken from b beforehand. */
S_TARGET static uint64_t s_multiply(uint64_t a, uint64_t b) {
    b = b << 1 ^ (b >> 63 != 0 ? S_DIVISOR : 0);
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)a),
                                           _mm_cvtsi64_si128((long long)b), 0x00);
    return s_reduce(product) ^ (uint64_t)_mm_extract_epi64(product, 1);
}

ossi_crc64_multiply_t ossi_crc64_multiply_pclmul(void) {
    return ossi_crc64_pclmul() != NULL ? s_multiply : NULL;
}

ossi_crc64_routine_t ossi_crc64_pclmul(void) {
    if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) {
        return NULL;
    }
    s_start();
    return s_pclmul;
}

ossi_crc64_routine_t ossi_crc64_vpclmul(void) {
    int has = ossi_crc64_pclmul() != NULL && __builtin_cpu_supports("avx2") &&
              __builtin_cpu_supports("vpclmulqdq");
    return has ? s_vpclmul : NULL;
}

ossi_crc64_routine_t ossi_crc64_vpclmul512(void) {
    int has = ossi_crc64_vpclmul() != NULL && __builtin_cpu_supports("avx512f");
    return has ? s_vpclmul512 : NULL;
}

ossi_crc64_copier_t ossi_crc64_copy512(void) {
    return ossi_crc64_vpclmul512() != NULL ? s_copy512 : NULL;
}

ossi_crc64_copier_t ossi_crc64_stream512(void) {
    return ossi_crc64_vpclmul512() != NULL ? s_stream512 : NULL;
}

#else

ossi_crc64_copier_t ossi_crc64_copy512(void) {
    return NULL;
}

ossi_crc64_copier_t ossi_crc64_stream512(void) {
    return NULL;
}

ossi_crc64_multiply_t ossi_crc64_multiply_pclmul(void) {
    return NULL;
}

ossi_crc64_routine_t ossi_crc64_pclmul(void) {
    return NULL;
}

ossi_crc64_routine_t ossi_crc64_vpclmul(void) {
    return NULL;
}

ossi_crc64_routine_t ossi_crc64_vpclmul512(void) {
    return NULL;
}

#endif
