/* SPDX-License-Identifier: Apache-2.0 */
#include "http_outcome.h"

#include <string.h>

#include <curl/curl.h>

#include "http_answer.h"
#include "ossi_mem.h"

typedef struct ossi_outcome {
    CURLcode curl;
    ossi_failure_t failure;
    int code; /* 0: the failure's usual one */
} ossi_outcome_t;

static const ossi_outcome_t s_outcomes[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, OSSI_FAIL_PROTOCOL, 0}, /* HTTP/0.9; the URL's was checked */
    {CURLE_URL_MALFORMAT, OSSI_FAIL_INVALID, 0},
    {CURLE_COULDNT_RESOLVE_PROXY, OSSI_FAIL_RESOLVE, 0},
    {CURLE_COULDNT_RESOLVE_HOST, OSSI_FAIL_RESOLVE, 0},
    {CURLE_COULDNT_CONNECT, OSSI_FAIL_CONNECT, 0},
    {CURLE_PROXY, OSSI_FAIL_CONNECT, 0},
    {CURLE_WEIRD_SERVER_REPLY, OSSI_FAIL_PROTOCOL, 0},
    {CURLE_PARTIAL_FILE, OSSI_FAIL_CONNECTION, 0},
    {CURLE_WRITE_ERROR, OSSI_FAIL_PROTOCOL, 0}, /* libcurl's own: a malformed chunk */
    {CURLE_READ_ERROR, OSSI_FAIL_SOURCE, 0},
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
    {CURLE_BAD_CONTENT_ENCODING, OSSI_FAIL_PROTOCOL, 0},
    {CURLE_FILESIZE_EXCEEDED, OSSI_FAIL_PROTOCOL, 0},
    {CURLE_SEND_FAIL_REWIND, OSSI_FAIL_CONNECTION, 0},
    {CURLE_LOGIN_DENIED, OSSI_FAIL_INVALID, 0}, /* credentials in the URL */
    {CURLE_SSL_CACERT_BADFILE, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_CRL_BADFILE, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_ISSUER_ERROR, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, OSSI_FAIL_TLS, 0},
    {CURLE_SSL_INVALIDCERTSTATUS, OSSI_FAIL_TLS, 0},
#if LIBCURL_VERSION_NUM >= 0x080600
    {CURLE_TOO_LARGE, OSSI_FAIL_PROTOCOL, 0}, /* a header line past libcurl's bound */
#endif
};

/* The failure of a code that depends on how far the request had come. */
static ossi_failure_t s_by_phase(const ossi_exchange_t *x, CURL *easy, CURLcode rc) {
    long connect_status = 0;
    long request_size = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
    (void)curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_size);
    int cut = rc == CURLE_PARTIAL_FILE || rc == CURLE_RECV_ERROR || rc == CURLE_GOT_NOTHING;
    if (cut && x->answer.complete) {
        return OSSI_FAIL_SHORT_BODY;
    }
    if (rc == CURLE_RECV_ERROR && connect_status >= 300) {
        return OSSI_FAIL_CONNECT; /* the proxy refused the tunnel */
    }
    /* What libcurl says of headers it cannot keep: of a line past its own bound (100 KiB) in older
     * versions, of a folded line that follows none. */
    int headers_refused = rc == CURLE_OUT_OF_MEMORY || rc == CURLE_BAD_FUNCTION_ARGUMENT;
    if (headers_refused && request_size > 0 && !x->answer.complete &&
        x->req->consumed_bytes == x->req->body_len) {
        return OSSI_FAIL_PROTOCOL;
    }
    return OSSI_FAIL_NONE;
}

static void s_classify(ossi_exchange_t *x, const ossi_handle_t *handle, CURLcode rc) {
    ossi_failure_t failure = s_by_phase(x, handle->easy, rc);
    if (failure != OSSI_FAIL_NONE) {
        ossi_exchange_fail(x, failure, NULL);
        return;
    }
    for (size_t i = 0; i < sizeof(s_outcomes) / sizeof(s_outcomes[0]); i++) {
        if (s_outcomes[i].curl == rc) {
            int code = s_outcomes[i].code;
            failure = s_outcomes[i].failure;
            ossi_exchange_fail_code(x, failure, code != 0 ? code : ossi_failure_code(failure),
                                    NULL);
            return;
        }
    }
    ossi_exchange_fail(x, OSSI_FAIL_INTERNAL, NULL);
}

void ossi_outcome_read(ossi_exchange_t *x, const ossi_handle_t *handle, int curl_code) {
    x->call->curl_code = curl_code;
    if (x->answer.stopped) {
        return;
    }
    if (curl_code == CURLE_OK) {
        ossi_answer_end(x);
    } else {
        s_classify(x, handle, (CURLcode)curl_code);
    }
}

void ossi_outcome_multi(ossi_exchange_t *x, int curlm_code) {
    ossi_exchange_fail(x, curlm_code == CURLM_OUT_OF_MEMORY ? OSSI_FAIL_MEMORY : OSSI_FAIL_INTERNAL,
                       curl_multi_strerror((CURLMcode)curlm_code));
}

void ossi_outcome_facts(ossi_exchange_t *x, const ossi_handle_t *handle) {
    long made = 0;
    long os_error = 0;
    (void)curl_easy_getinfo((CURL *)handle->easy, CURLINFO_NUM_CONNECTS, &made);
    x->call->connections_made = (int)made;
    if (x->failure != OSSI_FAIL_NONE && x->os_error == 0) {
        (void)curl_easy_getinfo((CURL *)handle->easy, CURLINFO_OS_ERRNO, &os_error);
        x->os_error = (int)os_error;
    }
}

/* A proxy's URL may hold a password, and libcurl quotes it when it does not understand it. */
void ossi_outcome_explain(ossi_exchange_t *x, const ossi_handle_t *handle) {
    aos_http_controller_ex_t *controller = x->t->controller;
    const char *text = x->reason;
    if (text == NULL && handle != NULL && handle->error_text[0] != '\0' &&
        strchr(handle->error_text, '@') == NULL) {
        text = handle->error_text;
    }
    if (text == NULL && x->call->curl_code != 0) {
        text = curl_easy_strerror((CURLcode)x->call->curl_code);
    }
    apr_pool_t *pool = controller->pool != NULL ? controller->pool : x->t->pool;
    controller->reason = ossi_dupz(pool, text != NULL ? text : "out of memory");
}
