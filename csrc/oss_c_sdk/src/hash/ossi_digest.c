/* SPDX-License-Identifier: Apache-2.0 */
/* SHA1_Update, SHA256_Update and their kin are called "deprecated": what replaces them allocates
 * and looks an algorithm up for each text, which costs more than hashing it. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "ossi_digest.h"

#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "aos_define.h"
#include "ossi_fork.h"
#include "ossi_mem.h"

#define S_BLOCK 64 /* bytes of SHA-1, and of SHA-256 */

/* --- whatever the algorithm --- */

/* Leaves no errors of its own in the thread's queue of libcrypto, where TLS would find them. */
static int s_digest(const EVP_MD *md, const void *data, size_t n, uint8_t *out, size_t size) {
    ossi_fork_hold();
    ERR_set_mark();
    int ok = EVP_Digest(n == 0 ? "" : data, n, out, NULL, md, NULL) == 1;
    ERR_pop_to_mark();
    ossi_fork_allow();
    if (!ok) {
        memset(out, 0, size);
    }
    return ok ? AOSE_OK : AOSE_INTERNAL_ERROR;
}

int ossi_md5(const void *data, size_t n, uint8_t out[OSSI_MD5_SIZE]) {
    return s_digest(EVP_md5(), data, n, out, OSSI_MD5_SIZE);
}

int ossi_sha1(const void *data, size_t n, uint8_t out[OSSI_SHA1_SIZE]) {
    return s_digest(EVP_sha1(), data, n, out, OSSI_SHA1_SIZE);
}

/* --- HMAC-SHA1 --- */

#define S_INNER 0x36
#define S_OUTER 0x5c

static void s_change(const uint8_t key[S_BLOCK], uint8_t pad, uint8_t out[S_BLOCK]) {
    for (size_t i = 0; i < S_BLOCK; i++) {
        out[i] = key[i] ^ pad;
    }
}

/* The digest of the changed key and a text behind it. */
static int s_keyed_sha1(const uint8_t key[S_BLOCK], uint8_t pad, const void *data, size_t n,
                        uint8_t out[OSSI_SHA1_SIZE]) {
    SHA_CTX state;
    uint8_t block[S_BLOCK];
    s_change(key, pad, block);
    int ok = SHA1_Init(&state) == 1 && SHA1_Update(&state, block, S_BLOCK) == 1 &&
             (n == 0 || SHA1_Update(&state, data, n) == 1) && SHA1_Final(out, &state) == 1;
    ossi_wipe(&state, sizeof(state));
    ossi_wipe(block, sizeof(block));
    return ok;
}

/* A key as a block: padded, or, when it is longer, its digest. */
static int s_shorten(const void *key, size_t key_len,
                     int (*digest)(const void *data, size_t n, uint8_t *out),
                     uint8_t block[S_BLOCK]) {
    memset(block, 0, S_BLOCK);
    if (key_len > INT_MAX) {
        return AOSE_INTERNAL_ERROR;
    }
    if (key_len > S_BLOCK) {
        return digest(key, key_len, block);
    }
    if (key_len > 0) {
        memcpy(block, key, key_len);
    }
    return AOSE_OK;
}

int ossi_hmac_sha1(const void *key, size_t key_len, const void *data, size_t n,
                   uint8_t out[OSSI_SHA1_SIZE]) {
    uint8_t block[S_BLOCK], inner[OSSI_SHA1_SIZE];
    int ok = s_shorten(key, key_len, ossi_sha1, block) == AOSE_OK &&
             s_keyed_sha1(block, S_INNER, data, n, inner) &&
             s_keyed_sha1(block, S_OUTER, inner, sizeof(inner), out);
    ossi_wipe(block, sizeof(block));
    ossi_wipe(inner, sizeof(inner));
    if (!ok) {
        memset(out, 0, OSSI_SHA1_SIZE);
    }
    return ok ? AOSE_OK : AOSE_INTERNAL_ERROR;
}

/* --- SHA-256 --- */

static int s_end(SHA256_CTX *state, uint8_t out[OSSI_SHA256_SIZE]) {
    int ok = SHA256_Final(out, state) == 1;
    ossi_wipe(state, sizeof(*state));
    if (!ok) {
        memset(out, 0, OSSI_SHA256_SIZE);
    }
    return ok ? AOSE_OK : AOSE_INTERNAL_ERROR;
}

static int s_add(SHA256_CTX *state, const void *data, size_t n) {
    return n == 0 || SHA256_Update(state, data, n) == 1;
}

int ossi_sha256(const void *data, size_t n, uint8_t out[OSSI_SHA256_SIZE]) {
    SHA256_CTX state;
    if (SHA256_Init(&state) != 1 || !s_add(&state, data, n)) {
        memset(out, 0, OSSI_SHA256_SIZE);
        return AOSE_INTERNAL_ERROR;
    }
    return s_end(&state, out);
}

/* The state behind a block that is the key with each byte changed by `pad`. */
static int s_pad(const uint8_t key[S_BLOCK], uint8_t pad, uint32_t out[8]) {
    SHA256_CTX state;
    uint8_t block[S_BLOCK];
    s_change(key, pad, block);
    int ok = SHA256_Init(&state) == 1 && s_add(&state, block, S_BLOCK);
    for (size_t i = 0; i < 8; i++) {
        out[i] = ok ? (uint32_t)state.h[i] : 0;
    }
    ossi_wipe(&state, sizeof(state));
    ossi_wipe(block, sizeof(block));
    return ok;
}

int ossi_mac_key(const void *key, size_t key_len, ossi_mac_key_t *out) {
    uint8_t block[S_BLOCK];
    int rc = s_shorten(key, key_len, ossi_sha256, block);
    if (rc == AOSE_OK &&
        (!s_pad(block, S_INNER, out->inner) || !s_pad(block, S_OUTER, out->outer))) {
        rc = AOSE_INTERNAL_ERROR;
    }
    ossi_wipe(block, sizeof(block));
    if (rc != AOSE_OK) {
        memset(out, 0, sizeof(*out));
    }
    return rc;
}

/* The digest of a block that is left out, having been put into `from`, and the data. */
static int s_go_on(const uint32_t from[8], const void *data, size_t n,
                   uint8_t out[OSSI_SHA256_SIZE]) {
    SHA256_CTX state;
    if (SHA256_Init(&state) != 1) {
        memset(out, 0, OSSI_SHA256_SIZE);
        return AOSE_INTERNAL_ERROR;
    }
    for (size_t i = 0; i < 8; i++) {
        state.h[i] = from[i];
    }
    state.Nl = 8 * S_BLOCK; /* bits so far */
    if (!s_add(&state, data, n)) {
        memset(out, 0, OSSI_SHA256_SIZE);
        return AOSE_INTERNAL_ERROR;
    }
    return s_end(&state, out);
}

int ossi_mac(const ossi_mac_key_t *key, const void *data, size_t n, uint8_t out[OSSI_SHA256_SIZE]) {
    uint8_t inner[OSSI_SHA256_SIZE];
    int rc = s_go_on(key->inner, data, n, inner);
    if (rc == AOSE_OK) {
        rc = s_go_on(key->outer, inner, sizeof(inner), out);
    } else {
        memset(out, 0, OSSI_SHA256_SIZE);
    }
    ossi_wipe(inner, sizeof(inner));
    return rc;
}

int ossi_hmac_sha256(const void *key, size_t key_len, const void *data, size_t n,
                     uint8_t out[OSSI_SHA256_SIZE]) {
    ossi_mac_key_t once;
    int rc = ossi_mac_key(key, key_len, &once);
    if (rc == AOSE_OK) {
        rc = ossi_mac(&once, data, n, out);
    } else {
        memset(out, 0, OSSI_SHA256_SIZE);
    }
    ossi_wipe(&once, sizeof(once));
    return rc;
}
