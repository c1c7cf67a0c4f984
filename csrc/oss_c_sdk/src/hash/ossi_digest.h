/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_DIGEST_H
#define OSSI_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Digests through libcrypto, one call each. All return AOSE_OK or AOSE_INTERNAL_ERROR (libcrypto
 * refused: out of memory, or the algorithm is switched off) with `out` zeroed. Thread-safe. Keys of
 * any length (RFC 2104). SHA-256 and both HMACs need no memory and no lock.
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

/* A key of HMAC-SHA256 that is used more than once: the two states that every text begins from. As
 * secret as the key itself; no pointers in it. */
typedef struct ossi_mac_key {
    uint32_t inner[8];
    uint32_t outer[8];
} ossi_mac_key_t;

int ossi_mac_key(const void *key, size_t key_len, ossi_mac_key_t *out);
int ossi_mac(const ossi_mac_key_t *key, const void *data, size_t n, uint8_t out[OSSI_SHA256_SIZE]);

#endif
