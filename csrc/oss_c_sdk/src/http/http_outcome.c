/* SPDX-License-Identifier: Apache-2.0 */
#include "http_outcome.h"

#include <string.h>

#include <curl/curl.h>

#include "ossi_mem.h"

typedef struct ossi_outcome {
    CURLcode curl;
    ossi_failure_t failure;
    int code; /* 0: the failure's usual one */
} ossi_outcome_t;

static const ossi_outcome_t s_outcomes[] = {
    {CURLE_URL_MALFORMAT, OSSI_FAIL_INVALID, 0},
    {CURLE_COULDNT_RESOLVE_PROXY, OSSI_FAIL_RESOLVE, 0},
    {CURLE_COULDNT_RESOLVE_HOST, OSSI_FAIL_RESOLVE, 0},
    {CURLE_COULDNT_CONNECT, OSSI_FAIL_CONNECT, 0},
    {CURLE_PROXY, OSSI_FAIL_CONNECT, 0},
    {CURLE_INTERFACE_FAILED, OSSI_FAIL_CONNECT, 0},   /* the address to begin at */
    {CURLE_WEIRD_SERVER_REPLY, OSSI_FAIL_CONNECT, 0}, /* the proxy's */
    {CURLE_OUT_OF_MEMORY, OSSI_FAIL_MEMORY, 0},
    {CURLE_OPERATION_TIMEDOUT, OSSI_FAIL_TIMEOUT, 0},
    {CURLE_SSL_CONNECT_ERROR, OSSI_FAIL_TLS, AOSE_INTERNAL_ERROR},
    {CURLE_GOT_NOTHING, OSSI_FAIL_CONNECTION, 0},
    {CURLE_SSL_ENGINE_NOTFOUND, OSSI_FAIL_TLS, AOSE_INTERNAL_ERROR},
    {CURLE_SSL_ENGINE_SETFAILED, OSSI_FAIL_TLS, AOSE_INTERNAL_ERROR},
    {CURLE_SEND_ERROR, OSSI_FAIL_CONNECTION, 0},
    {CURLE_RECV_ERROR, OSSI_FAIL_CONNECTION, 0},
    {CURLE_SSL_CERTPROBLEM, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_CIPHER, OSSI_FAIL_TLS, AOSE_INTERNAL_ERROR},
    {CURLE_PEER_FAILED_VERIFICATION, OSSI_FAIL_TLS, 0},
    {CURLE_LOGIN_DENIED, OSSI_FAIL_INVALID, 0}, /* credentials in the URL */
    {CURLE_SSL_CACERT_BADFILE, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_CRL_BADFILE, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_ISSUER_ERROR, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_INVALIDCERTSTATUS, OSSI_FAIL_TLS, 0},
};

static void s_classify(ossi_exchange_t *x, CURLcode rc) {
    for (size_t i = 0; i < sizeof(s_outcomes) / sizeof(s_outcomes[0]); i++) {
        if (s_outcomes[i].curl == rc) {
            int code = s_outcomes[i].code;
            ossi_failure_t failure = s_outcomes[i].failure;
            ossi_exchange_fail_code(x, failure, code != 0 ? code : ossi_failure_code(failure),
                                    NULL);
            return;
        }
    }
    ossi_exchange_fail(x, OSSI_FAIL_INTERNAL, NULL);
}

void ossi_outcome_unconnected(ossi_exchange_t *x, const ossi_link_t *link, int curl_code) {
    long os_error = 0;
    long connect_status = 0;
    x->call->curl_code = curl_code;
    (void)curl_easy_getinfo((CURL *)link->easy, CURLINFO_OS_ERRNO, &os_error);
    (void)curl_easy_getinfo((CURL *)link->easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
    x->os_error = (int)os_error;
    if (curl_code == CURLE_RECV_ERROR && connect_status >= 300) {
        ossi_exchange_fail(x, OSSI_FAIL_CONNECT, NULL); /* the proxy refused the tunnel */
    } else {
        s_classify(x, (CURLcode)curl_code);
    }
}

void ossi_outcome_multi(ossi_exchange_t *x, int curlm_code) {
    ossi_exchange_fail(x, curlm_code == CURLM_OUT_OF_MEMORY ? OSSI_FAIL_MEMORY : OSSI_FAIL_INTERNAL,
                       curl_multi_strerror((CURLMcode)curlm_code));
}

/* A proxy's URL may hold a password, and libcurl quotes it when it does not understand it. */
void ossi_outcome_explain(ossi_exchange_t *x, const ossi_link_t *link) {
    aos_http_controller_ex_t *controller = x->t->controller;
    const char *text = x->reason;
    if (text == NULL && link != NULL && link->error_text[0] != '\0' &&
        strchr(link->error_text, '@') == NULL) {
        text = link->error_text;
    }
    if (text == NULL && x->call->curl_code != 0) {
        text = curl_easy_strerror((CURLcode)x->call->curl_code);
    }
    apr_pool_t *pool = controller->pool != NULL ? controller->pool : x->t->pool;
    controller->reason = ossi_dupz(pool, text != NULL ? text : "out of memory");
}
