/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

/* The shim is compiled into the extension only: here the parts of it that need no Python. */
#include "../../csrc/shim/ossc_answer.c"
#include "../../csrc/shim/ossc_bodies.c"
#include "../../csrc/shim/ossc_exchange.c"
#include "../../csrc/shim/ossc_functions.c"
#include "../../csrc/shim/ossc_pool.c"
#include "../../csrc/shim/ossc_prefault.c"
#include "../../csrc/shim/ossc_request.c"
#include "../../csrc/shim/ossc_rsa.c"
#include "../../csrc/shim/ossc_send.c"
#include "../../csrc/shim/ossc_thread.c"
#include "../../csrc/shim/ossc_writer.c"

static char s_auth[] = "user:password";

static ossc_request_t *s_opened(void) {
    const ossc_settings_t settings = {.endpoint = "http://127.0.0.1",
                                      .proxy_host = "127.0.0.1:1",
                                      .proxy_auth = s_auth,
                                      .region = "r",
                                      .signature_version = 4};
    const ossc_credentials_t credentials = {.access_key_id = "ak", .access_key_secret = "sk"};
    ossc_request_t *request = NULL;
    CHECK_INT(ossc_request_open(&request, &settings, &credentials, NULL), AOSE_OK);
    CHECK_INT(ossc_live_requests(), 0);
    return request;
}

static void s_closed(ossc_request_t *request) {
    ossc_request_close(&request);
    CHECK(request == NULL);
    CHECK_INT(ossc_live_requests(), 0);
}

static char s_seen[sizeof(s_auth)];

static apr_status_t s_look(void *arg) {
    memcpy(s_seen, arg, sizeof(s_seen));
    return APR_SUCCESS;
}

/* The proxy's password is a secret too. */
static void test_proxy_password_is_wiped(void) {
    static const char zero[sizeof(s_auth)] = {0};
    ossc_request_t *request = s_opened();
    const char *copy = request->own->options->ctl->options->proxy_auth;
    CHECK_STR(copy, s_auth);
    apr_pool_cleanup_register(request->own->lasting, copy, s_look, apr_pool_cleanup_null);
    memset(s_seen, 'x', sizeof(s_seen));
    s_closed(request);
    CHECK_MEM(s_seen, zero, sizeof(zero));
}

/* The CRC-64 of a whole object is compared, unless that was switched off. */
static void test_crc_of_a_get(void) {
    static const fake_answer_t answer = {
        .status = 200, .headers = {"x-oss-hash-crc64ecma", "5"}, .body = "data"};
    static const char texts[] = "bkt\0key\0\0";
    for (int is_off = 0; is_off <= 1; is_off++) {
        ossc_request_t *request = s_opened();
        fake_install();
        fake_lay(&answer);
        request->without_crc = is_off;
        CHECK_INT(ossc_request_run(request, OSSC_SEND + HTTP_GET, texts, sizeof(texts), NULL, 0),
                  0);
        CHECK_INT(request->outcome.code, is_off ? 200 : AOSE_CRC_INCONSISTENT_ERROR);
        CHECK_INT(ossc_live_requests(), 1);
        ossc_request_reset(request);
        CHECK_INT(ossc_live_requests(), 0);
        s_closed(request);
        fake_forget();
    }
}

/* A block of texts that is cut anywhere is refused, or says less; nothing is read past its end. */
static void test_cut_texts(void) {
    static const char whole[] = "bkt\0key\0id\0path\0Name\0value\0\0param\0value";
    for (size_t n = 0; n <= sizeof(whole); n++) {
        ossc_request_t *request = s_opened();
        char *texts = malloc(n == 0 ? 1 : n); /* so that the sanitizer knows its end */
        CHECK(texts != NULL);
        memcpy(texts, whole, n);
        int rc = ossc_read_texts(request, texts, n);
        if (n == sizeof(whole)) {
            CHECK_INT(rc, AOSE_OK);
            CHECK_STR(apr_table_get(request->own->headers, "Name"), "value");
            CHECK_STR(apr_table_get(request->own->params, "param"), "value");
            CHECK_STR(request->own->path.data, "path");
        } else {
            CHECK(rc == AOSE_OK || rc == AOSE_INVALID_ARGUMENT);
            CHECK(apr_table_get(request->own->params, "param") == NULL);
        }
        free(texts);
        s_closed(request);
    }
}

/* An encrypted key; its password stands ready at standard input for whoever asks. */
static size_t s_encrypted_key(char *pem, size_t size) {
    static unsigned char s_password[] = "password";
    int ends[2];
    BIO *bio = BIO_new(BIO_s_mem());
    EVP_PKEY *key = EVP_RSA_gen(1024);
    CHECK(bio != NULL && key != NULL);
    CHECK(PEM_ASN1_write_bio((i2d_of_void *)i2d_PUBKEY, PEM_STRING_PUBLIC, bio, key,
                             EVP_aes_128_cbc(), s_password, (int)sizeof(s_password) - 1, NULL,
                             NULL) == 1);
    int n = BIO_read(bio, pem, (int)size);
    EVP_PKEY_free(key);
    BIO_free(bio);
    CHECK(pipe(ends) == 0 && write(ends[1], "password\n", 9) == 9);
    CHECK(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
    return n > 0 ? (size_t)n : 0;
}

/* Nobody is asked for a password, and the errors of others stay in libcrypto's queue. */
static void test_encrypted_key_is_refused(void) {
    static const unsigned char s_bytes[1] = {0};
    char pem[2048];
    size_t n = s_encrypted_key(pem, sizeof(pem));
    CHECK(n > 0);
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 1);
    CHECK_INT(ossc_rsa_md5_verify(pem, n, s_bytes, 1, s_bytes, 1), -1);
    CHECK_INT(ossc_rsa_md5_verify("no key", 6, s_bytes, 1, s_bytes, 1), -1);
    CHECK_INT(ERR_GET_LIB(ERR_get_error()), ERR_LIB_USER);
    CHECK_INT(ERR_get_error(), 0);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"proxy_password_is_wiped", test_proxy_password_is_wiped},
        {"crc_of_a_get", test_crc_of_a_get},
        {"cut_texts", test_cut_texts},
        {"encrypted_key_is_refused", test_encrypted_key_is_refused},
    };
    apr_initialize();
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(ossc_pool_take()); /* the one that is kept idle */
    apr_terminate();
    return status;
}
