/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_CRC64_H
#define OSS_C_SDK_AOS_CRC64_H

#include "aos_define.h"

AOS_CPP_START

/* CRC-64/XZ as OSS counts it: of `len` bytes when `crc` is 0, else going on from `crc`. `buf` is
 * only read. Thread-safe, as the others are. */
OSS_API uint64_t aos_crc64(uint64_t crc, void *buf, size_t len);

/* The CRC-64 of A followed by B, from the two values and the length of B in bytes. */
OSS_API uint64_t aos_crc64_combine(uint64_t crc1, uint64_t crc2, uintmax_t len2);

/* CRC-32 (IEEE 802.3, as zlib has it), going on from `crc`, which is 0 at first. */
OSS_API uint32_t aos_crc32(uint32_t crc, const void *buf, size_t bufLen);

AOS_CPP_END

#endif
