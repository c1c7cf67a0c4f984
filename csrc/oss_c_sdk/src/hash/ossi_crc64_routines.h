/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_CRC64_ROUTINES_H
#define OSSI_CRC64_ROUTINES_H

#include <stddef.h>
#include <stdint.h>

/*
 * The routines behind ossi_crc64(), which alone calls them, and their tests. They go on from a
 * register `state` (not inverted) and return the new one. Call ossi_crc64_routine() once before any
 * of them: it builds the tables. Thread-safe after that.
 */
typedef uint64_t (*ossi_crc64_routine_t)(uint64_t state, const uint8_t *p, size_t n);

/* ECMA-182's polynomial, bits reversed: bit 63 - i is the coefficient of x^i; x^64 is left out. */
#define OSSI_CRC64_POLYNOMIAL UINT64_C(0xC96C5795D7870F42)

uint64_t ossi_crc64_table(uint64_t state, const uint8_t *p, size_t n);

/* The carry-less-multiply routines with registers of 128, 256 and 512 bits, each NULL where the
 * processor, or the system that would have to save its registers, has none. */
ossi_crc64_routine_t ossi_crc64_pclmul(void);
ossi_crc64_routine_t ossi_crc64_vpclmul(void);
ossi_crc64_routine_t ossi_crc64_vpclmul512(void);

/* The last of them copying as it goes, through the caches or past them; or NULL, as above. `to` and
 * `p` do not overlap. */
typedef uint64_t (*ossi_crc64_copier_t)(uint64_t state, uint8_t *to, const uint8_t *p, size_t n);
ossi_crc64_copier_t ossi_crc64_copy512(void);
ossi_crc64_copier_t ossi_crc64_stream512(void);

/* a * b modulo the polynomial, bit 63 - i of each being the coefficient of x^i. */
typedef uint64_t (*ossi_crc64_multiply_t)(uint64_t a, uint64_t b);
uint64_t ossi_crc64_multiply(uint64_t a, uint64_t b);
ossi_crc64_multiply_t ossi_crc64_multiply_pclmul(void); /* or NULL, as above */

/* x^exponent modulo the polynomial. */
uint64_t ossi_crc64_x_power(uint64_t exponent);

#endif
