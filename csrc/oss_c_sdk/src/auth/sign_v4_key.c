/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_sign.h"

#include <stdatomic.h>
#include <string.h>

#include <openssl/crypto.h>

#include "ossi_fork.h"
#include "ossi_mem.h"

#define S_REQUEST "aliyun_v4_request"
#define S_KEY     "aliyun_v4"
#define S_DAY     8 /* of the stamp's characters */

static size_t s_secret_len(const ossi_sign_input_t *in) {
    return aos_string_is_empty(&in->access_key_secret) ? 0 : (size_t)in->access_key_secret.len;
}

static char *s_put(char *at, const void *bytes, size_t n) {
    if (n > 0) {
        memcpy(at, bytes, n);
    }
    return at + n;
}

/* --- derivation --- */

static int s_first_key(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                       uint8_t key[OSSI_SHA256_SIZE]) {
    size_t prefix = sizeof(S_KEY) - 1, n = 0;
    char *secret = ossi_size_add(prefix, s_secret_len(in), &n) == 0 ? apr_palloc(pool, n) : NULL;
    if (secret == NULL) {
        return AOSE_OUT_MEMORY;
    }
    s_put(s_put(secret, S_KEY, prefix), in->access_key_secret.data, n - prefix);
    int rc = ossi_hmac_sha256(secret, n, stamp, S_DAY, key);
    ossi_wipe(secret, n);
    return rc;
}

static int s_derive(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                    ossi_mac_key_t *out) {
    uint8_t key[OSSI_SHA256_SIZE], next[OSSI_SHA256_SIZE];
    const char *steps[] = {in->region, in->product, S_REQUEST};
    int rc = s_first_key(pool, in, stamp, key);
    for (size_t i = 0; rc == AOSE_OK && i < sizeof(steps) / sizeof(steps[0]); i++) {
        rc = ossi_hmac_sha256(key, sizeof(key), steps[i], strlen(steps[i]), next);
        memcpy(key, next, sizeof(key));
    }
    if (rc == AOSE_OK) {
        rc = ossi_mac_key(key, sizeof(key), out);
    }
    ossi_wipe(key, sizeof(key));
    ossi_wipe(next, sizeof(next));
    return rc;
}

/* --- keys of before --- */

/*
 * A key is found by the digest of all that it is derived from; its place by that digest's first
 * byte. Nobody waits for the lock: who does not get it derives. Forks are held off, or the child of
 * another thread's moment would find the lock taken for ever.
 */
#define S_KEPT 16

typedef struct s_entry {
    uint8_t id[OSSI_SHA256_SIZE]; /* zeros: none */
    ossi_mac_key_t key;
} s_entry_t;

static s_entry_t s_entries[S_KEPT];
static atomic_flag s_busy = ATOMIC_FLAG_INIT;

static int s_enter(void) {
    ossi_fork_hold();
    if (!atomic_flag_test_and_set_explicit(&s_busy, memory_order_acquire)) {
        return 1;
    }
    ossi_fork_allow();
    return 0;
}

static void s_leave(void) {
    atomic_flag_clear_explicit(&s_busy, memory_order_release);
    ossi_fork_allow();
}

static int s_recall(const uint8_t id[OSSI_SHA256_SIZE], ossi_mac_key_t *out) {
    const s_entry_t *entry = &s_entries[id[0] % S_KEPT];
    if (!s_enter()) {
        return 0;
    }
    int found = CRYPTO_memcmp(entry->id, id, OSSI_SHA256_SIZE) == 0;
    if (found) {
        *out = entry->key;
    }
    s_leave();
    return found;
}

static void s_keep(const uint8_t id[OSSI_SHA256_SIZE], const ossi_mac_key_t *key) {
    s_entry_t *entry = &s_entries[id[0] % S_KEPT];
    if (s_enter()) {
        memcpy(entry->id, id, OSSI_SHA256_SIZE);
        entry->key = *key;
        s_leave();
    }
}

void ossi_v4_forget_keys(void) {
    if (s_enter()) {
        ossi_wipe(s_entries, sizeof(s_entries));
        s_leave();
    }
}

/* The lengths come first, so that no two sets of parts make the same text. */
static int s_identify(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                      uint8_t id[OSSI_SHA256_SIZE]) {
    size_t lengths[] = {strlen(in->region), strlen(in->product), s_secret_len(in)};
    size_t n = sizeof(lengths) + S_DAY;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        if (ossi_size_add(n, lengths[i], &n) != 0) {
            return AOSE_OUT_MEMORY;
        }
    }
    char *text = apr_palloc(pool, n);
    if (text == NULL) {
        return AOSE_OUT_MEMORY;
    }
    char *at = s_put(s_put(text, lengths, sizeof(lengths)), stamp, S_DAY);
    at = s_put(s_put(at, in->region, lengths[0]), in->product, lengths[1]);
    s_put(at, in->access_key_secret.data, lengths[2]);
    int rc = ossi_sha256(text, n, id);
    ossi_wipe(text, n);
    return rc;
}

int ossi_v4_key(apr_pool_t *pool, const ossi_sign_input_t *in, const char *stamp,
                ossi_mac_key_t *out) {
    uint8_t id[OSSI_SHA256_SIZE];
    int rc = s_identify(pool, in, stamp, id);
    if (rc != AOSE_OK || s_recall(id, out)) {
        return rc;
    }
    rc = s_derive(pool, in, stamp, out);
    if (rc == AOSE_OK) {
        s_keep(id, out);
    }
    return rc;
}
