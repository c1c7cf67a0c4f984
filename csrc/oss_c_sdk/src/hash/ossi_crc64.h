/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_CRC64_H
#define OSSI_CRC64_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-64/XZ (ECMA-182, reflected; protocol section 18). ossi_crc64(0, p, n) is the CRC of n bytes
 * and ossi_crc64(c, p, n) goes on from c. Thread-safe; the fastest routine of the processor is
 * chosen once.
 */
uint64_t ossi_crc64(uint64_t crc, const void *data, size_t n);

/*
 * The same of n bytes that are copied from `src` to `dst` on the way, which costs less than one
 * after the other. They do not overlap. The second keeps the copy out of the processor's caches:
 * twice as fast where the destination is far larger than they are and its pages are there already,
 * slower in fresh memory and for whoever reads the copy soon.
 */
uint64_t ossi_crc64_copy(uint64_t crc, void *dst, const void *src, size_t n);
uint64_t ossi_crc64_copy_uncached(uint64_t crc, void *dst, const void *src, size_t n);

/* CRC of A followed by B, from the two CRCs and the length of B in bytes. */
uint64_t ossi_crc64_combine(uint64_t crc_a, uint64_t crc_b, uint64_t len_b);

/* The routine in use: "table", "pclmul", "vpclmul" or "vpclmul512". */
const char *ossi_crc64_routine(void);

#endif
