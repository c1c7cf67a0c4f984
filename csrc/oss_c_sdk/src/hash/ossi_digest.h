/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_DIGEST_H
#define OSSI_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Digests through libcrypto, one call each. All return AOSE_OK or AOSE_INTERNAL_ERROR (libcrypto
 * refused: out of memory, or the algorithm is switched off) with `out` zeroed. Thread-safe. Keys of
 * any length (RFC 2104).
 */
#define OSSI_MD5_SIZE    16
#define OSSI_SHA1_SIZE   20
#define OSSI_SHA256_SIZE 32

int ossi_md5(const void *data, size_t n, uint8_t out[OSSI_MD5_SIZE]);
int ossi_sha1(const void *data, size_t n, uint8_t out[OSSI_SHA1_SIZE]);
int ossi_sha256(const void *data, size_t n, uint8_t out[OSSI_SHA256_SIZE]);
int ossi_hmac_sha1(const void *key, size_t key_len, const void *data, size_t n,
                   uint8_t out[OSSI_SHA1_SIZE]);
int ossi_hmac_sha256(const void *key, size_t key_len, const void *data, size_t n,
                     uint8_t out[OSSI_SHA256_SIZE]);

#endif
