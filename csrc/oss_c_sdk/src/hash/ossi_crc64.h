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

/* CRC of A followed by B, from the two CRCs and the length of B in bytes. */
uint64_t ossi_crc64_combine(uint64_t crc_a, uint64_t crc_b, uint64_t len_b);

/* The routine in use: "table", "pclmul", … */
const char *ossi_crc64_routine(void);

#endif
