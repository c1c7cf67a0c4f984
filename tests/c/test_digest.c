/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "aos_util.h"
#include "ossi_digest.h"
#include "ossi_text.h"

static void s_check_hex(const uint8_t *digest, size_t n, const char *expected) {
    char hex[2 * OSSI_SHA256_SIZE + 1];
    ossi_hex(digest, n, hex);
    hex[2 * n] = '\0';
    CHECK_STR(hex, expected);
}

/* RFC 1321, RFC 3174, FIPS 180-4. */
static void test_digests(void) {
    uint8_t out[OSSI_SHA256_SIZE];
    CHECK_INT(ossi_md5("", 0, out), AOSE_OK);
    s_check_hex(out, OSSI_MD5_SIZE, "d41d8cd98f00b204e9800998ecf8427e");
    CHECK_INT(ossi_md5("message digest", 14, out), AOSE_OK);
    s_check_hex(out, OSSI_MD5_SIZE, "f96b697d7cb7938d525a2f31aaf161d0");
    CHECK_INT(ossi_sha1("abc", 3, out), AOSE_OK);
    s_check_hex(out, OSSI_SHA1_SIZE, "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK_INT(ossi_sha256("abc", 3, out), AOSE_OK);
    s_check_hex(out, OSSI_SHA256_SIZE,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_INT(ossi_sha256(NULL, 0, out), AOSE_OK);
    s_check_hex(out, OSSI_SHA256_SIZE,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

typedef struct mac {
    int fill; /* the key is key_len bytes of this, unless key is set */
    size_t key_len;
    const char *key;
    const char *data;
    const char *hex;
} mac_t;

static void s_check_macs(const mac_t *macs, size_t count, size_t size,
                         int (*mac)(const void *, size_t, const void *, size_t, uint8_t *)) {
    for (size_t i = 0; i < count; i++) {
        uint8_t key[256], out[OSSI_SHA256_SIZE];
        memset(key, macs[i].fill, sizeof(key));
        CHECK_INT(mac(macs[i].key == NULL ? key : (const void *)macs[i].key, macs[i].key_len,
                      macs[i].data, strlen(macs[i].data), out),
                  AOSE_OK);
        s_check_hex(out, size, macs[i].hex);
    }
}

/* RFC 2202, section 3: cases 1, 2, 6 and 7. */
static void test_hmac_sha1(void) {
    static const mac_t macs[] = {
        {0x0b, 20, NULL, "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
        {0, 4, "Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
        {0xaa, 80, NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
         "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
        {0xaa, 80, NULL,
         "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
         "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"},
    };
    s_check_macs(macs, sizeof(macs) / sizeof(macs[0]), OSSI_SHA1_SIZE, ossi_hmac_sha1);
}

/* RFC 4231: cases 1, 2, 6 and 7. */
static void test_hmac_sha256(void) {
    static const mac_t macs[] = {
        {0x0b, 20, NULL, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {0, 4, "Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {0xaa, 131, NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {0xaa, 131, NULL,
         "This is a test using a larger than block-size key and a larger than block-size data. The "
         "key needs to be hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    s_check_macs(macs, sizeof(macs) / sizeof(macs[0]), OSSI_SHA256_SIZE, ossi_hmac_sha256);
}

static void test_missing_key_is_the_empty_key(void) {
    uint8_t out[OSSI_SHA256_SIZE];
    CHECK_INT(ossi_hmac_sha256(NULL, 0, NULL, 0, out), AOSE_OK);
    s_check_hex(out, OSSI_SHA256_SIZE,
                "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void test_refusal_zeroes_the_result(void) {
    uint8_t out[OSSI_SHA256_SIZE], zero[OSSI_SHA256_SIZE] = {0};
    memset(out, 7, sizeof(out));
    CHECK_INT(ossi_hmac_sha256("x", (size_t)1 << 40, "y", 1, out), AOSE_INTERNAL_ERROR);
    CHECK_MEM(out, zero, sizeof(out));
}

/* One key, many texts: around the ends of blocks, and by RFC 4231's second case. */
static void test_a_key_used_again(void) {
    uint8_t text[200], out[OSSI_SHA256_SIZE], expected[OSSI_SHA256_SIZE];
    ossi_mac_key_t key;
    memset(text, 'x', sizeof(text));
    CHECK_INT(ossi_mac_key("Jefe", 4, &key), AOSE_OK);
    CHECK_INT(ossi_mac(&key, "what do ya want for nothing?", 28, out), AOSE_OK);
    s_check_hex(out, sizeof(out),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    for (size_t n = 0; n <= sizeof(text); n++) {
        unsigned size = 0;
        CHECK(HMAC(EVP_sha256(), "Jefe", 4, text, n, expected, &size) != NULL);
        CHECK_INT(ossi_mac(&key, text, n, out), AOSE_OK);
        CHECK_MEM(out, expected, sizeof(out));
        CHECK_INT(EVP_Digest(text, n, expected, &size, EVP_sha256(), NULL), 1);
        CHECK_INT(ossi_sha256(text, n, out), AOSE_OK);
        CHECK_MEM(out, expected, sizeof(out));
    }
    for (size_t n = 0; n <= sizeof(text); n++) {
        unsigned size = 0;
        CHECK(HMAC(EVP_sha256(), text, (int)n, text, 4, expected, &size) != NULL);
        CHECK_INT(ossi_hmac_sha256(text, n, text, 4, out), AOSE_OK);
        CHECK_MEM(out, expected, sizeof(out));
    }
}

static void test_refused_keys_are_zeros(void) {
    ossi_mac_key_t key, zero = {{0}, {0}};
    memset(&key, 7, sizeof(key));
    CHECK_INT(ossi_mac_key("x", (size_t)1 << 40, &key), AOSE_INTERNAL_ERROR);
    CHECK_MEM(&key, &zero, sizeof(key));
}

static void test_errors_of_others_stay_in_the_queue(void) {
    uint8_t out[OSSI_MD5_SIZE];
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 42);
    CHECK_INT(ossi_md5("x", 1, out), AOSE_OK);
    CHECK_INT(ERR_GET_REASON(ERR_get_error()), 42);
    CHECK_INT((long long)ERR_get_error(), 0);
}

static void test_public_names(void) {
    unsigned char sha1[20];
    char sha256[32];
    apr_pool_t *pool = NULL;
    HMAC_SHA1(sha1, (const unsigned char *)"Jefe", 4,
              (const unsigned char *)"what do ya want for nothing?", 28);
    s_check_hex(sha1, sizeof(sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    aos_HMAC_SHA256(sha256, "Jefe", 4, "what do ya want for nothing?", 28);
    s_check_hex((const uint8_t *)sha256, sizeof(sha256),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    aos_SHA256(sha256, "abc", 3);
    s_check_hex((const uint8_t *)sha256, sizeof(sha256),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    apr_pool_create(&pool, NULL);
    s_check_hex(aos_md5(pool, "message digest", 14), OSSI_MD5_SIZE,
                "f96b697d7cb7938d525a2f31aaf161d0");
    apr_pool_destroy(pool);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"digests", test_digests},
        {"hmac_sha1", test_hmac_sha1},
        {"hmac_sha256", test_hmac_sha256},
        {"missing_key_is_the_empty_key", test_missing_key_is_the_empty_key},
        {"refusal_zeroes_the_result", test_refusal_zeroes_the_result},
        {"a_key_used_again", test_a_key_used_again},
        {"refused_keys_are_zeros", test_refused_keys_are_zeros},
        {"errors_of_others_stay_in_the_queue", test_errors_of_others_stay_in_the_queue},
        {"public_names", test_public_names},
    };
    apr_initialize();
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_terminate();
    return status;
}
