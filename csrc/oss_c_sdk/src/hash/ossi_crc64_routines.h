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

uint64_t ossi_crc64_table(uint64_t state, const uint8_t *p, size_t n);

/* The carry-less-multiply routine, or NULL where the processor has none. */
ossi_crc64_routine_t ossi_crc64_pclmul(void);

/* x^exponent modulo the polynomial, bit 63 - i being the coefficient of x^i. */
uint64_t ossi_crc64_x_power(uint64_t exponent);

#endif
