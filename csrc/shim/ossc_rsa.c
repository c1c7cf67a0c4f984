/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_shim.h"

#include <limits.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "ossi_fork.h"

static EVP_PKEY *s_read_rsa_key(const char *pem, size_t n) {
    if (n > INT_MAX) {
        return NULL;
    }
    BIO *bio = BIO_new_mem_buf(pem, (int)n);
    if (bio == NULL) {
        return NULL;
    }
    /* An empty password: without one libcrypto would ask for it at the terminal. */
    EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, (void *)"");
    BIO_free(bio);
    if (key != NULL && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

static int s_verify(const char *pem, size_t pem_len, const unsigned char *signature,
                    size_t signature_len, const unsigned char *text, size_t text_len) {
    int verdict = -1;
    EVP_MD_CTX *context = NULL;
    EVP_PKEY *key = s_read_rsa_key(pem, pem_len);
    if (key == NULL) {
        goto out;
    }
    context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestVerifyInit(context, NULL, EVP_md5(), NULL, key) != 1) {
        goto out;
    }
    verdict = EVP_DigestVerify(context, signature, signature_len, text, text_len) == 1;
out:
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return verdict;
}

int ossc_rsa_md5_verify(const char *pem, size_t pem_len, const unsigned char *signature,
                        size_t signature_len, const unsigned char *text, size_t text_len) {
    ossi_fork_hold();
    ERR_set_mark();
    int verdict = s_verify(pem, pem_len, signature, signature_len, text, text_len);
    ERR_pop_to_mark();
    ossi_fork_allow();
    return verdict;
}
