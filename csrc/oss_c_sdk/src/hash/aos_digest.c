/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_util.h"

#include "ossi_digest.h"
#include "ossi_mem.h"

static size_t s_length(int n) {
    return n < 0 ? 0 : (size_t)n;
}

/* On failure the digests are zeroed, which is all that these signatures can say. */
void HMAC_SHA1(unsigned char hmac[20], const unsigned char *key, int key_len,
               const unsigned char *message, int message_len) {
    (void)ossi_hmac_sha1(key, s_length(key_len), message, s_length(message_len), hmac);
}

void aos_HMAC_SHA256(char hmac[32], const char *key, int key_len, const char *message,
                     int message_len) {
    (void)ossi_hmac_sha256(key, s_length(key_len), message, s_length(message_len), (uint8_t *)hmac);
}

void aos_SHA256(char hash[32], const char *message, int message_len) {
    (void)ossi_sha256(message, s_length(message_len), (uint8_t *)hash);
}

unsigned char *aos_md5(aos_pool_t *pool, const char *in, apr_size_t in_len) {
    unsigned char *digest = ossi_alloc(pool, OSSI_MD5_SIZE);
    return digest == NULL || ossi_md5(in, in_len, digest) != AOSE_OK ? NULL : digest;
}
