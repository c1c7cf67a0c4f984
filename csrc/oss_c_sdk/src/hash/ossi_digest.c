/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_digest.h"

#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "aos_define.h"
#include "ossi_fork.h"

/* Both leave no errors of their own in the thread's queue of libcrypto, where TLS would find them.
 */
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

static int s_hmac(const EVP_MD *md, const void *key, size_t key_len, const void *data, size_t n,
                  uint8_t *out, size_t size) {
    const void *some_key = key_len == 0 ? "" : key; /* HMAC() takes NULL for "the one before" */
    const void *some_data = n == 0 ? "" : data;
    ossi_fork_hold();
    ERR_set_mark();
    int ok =
        key_len <= INT_MAX && HMAC(md, some_key, (int)key_len, some_data, n, out, NULL) != NULL;
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

int ossi_sha256(const void *data, size_t n, uint8_t out[OSSI_SHA256_SIZE]) {
    return s_digest(EVP_sha256(), data, n, out, OSSI_SHA256_SIZE);
}

int ossi_hmac_sha1(const void *key, size_t key_len, const void *data, size_t n,
                   uint8_t out[OSSI_SHA1_SIZE]) {
    return s_hmac(EVP_sha1(), key, key_len, data, n, out, OSSI_SHA1_SIZE);
}

int ossi_hmac_sha256(const void *key, size_t key_len, const void *data, size_t n,
                     uint8_t out[OSSI_SHA256_SIZE]) {
    return s_hmac(EVP_sha256(), key, key_len, data, n, out, OSSI_SHA256_SIZE);
}
