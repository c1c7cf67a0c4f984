/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_transport.h"

#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "http_answer.h"
#include "http_request.h"
#include "http_session.h"
#include "http_source.h"
#include "ossi_fork.h"
#include "ossi_mem.h"

/* No wait is longer, so that the cancel flag is seen in time. */
#define OSSI_MAX_WAIT_MS 100

static const aos_http_request_options_t s_builtin_options = {
    .speed_limit = AOS_MIN_SPEED_LIMIT,
    .speed_time = AOS_MIN_SPEED_TIME,
    .dns_cache_timeout = AOS_DNS_CACHE_TIMOUT,
    .connect_timeout = AOS_CONNECT_TIMEOUT,
    .max_memory_size = AOS_MAX_MEMORY_SIZE,
    .enable_crc = 1,
    .verify_ssl = 1,
    .verify_object_strict = 1,
};

/* --- what libcurl's codes mean --- */

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

static void s_classify(ossi_exchange_t *x, CURL *easy, CURLcode rc) {
    ossi_failure_t failure = s_by_phase(x, easy, rc);
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

/* --- limits --- */

typedef struct ossi_watch {
    int64_t start_ms;
    int64_t tick_ms;     /* of the last tick */
    int64_t progress_ms; /* when a byte was last seen to move */
    int64_t seen_bytes;
    int64_t seen_sent;
} ossi_watch_t;

/* Linux has one that costs next to nothing and is fine enough for limits and ticks. */
#ifdef CLOCK_MONOTONIC_COARSE
#define S_CLOCK CLOCK_MONOTONIC_COARSE
#else
#define S_CLOCK CLOCK_MONOTONIC
#endif

static int64_t s_now_ms(void) {
    struct timespec now;
    if (clock_gettime(S_CLOCK, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t s_tick_interval(const ossi_call_t *call) {
    return call->tick_interval_ms > 0 ? call->tick_interval_ms : OSSI_MAX_WAIT_MS;
}

static int s_tick(ossi_exchange_t *x) {
    const aos_http_request_t *req = x->req;
    int sending = req->body_len > 0 && !x->answer.complete;
    int64_t done = sending ? req->consumed_bytes : x->answer.received;
    int64_t total = sending ? req->body_len : x->answer.announced;
    x->call->sent_bytes = req->consumed_bytes;
    x->call->received_bytes = x->answer.received;
    return x->call->tick(x->call->tick_arg, done, total);
}

/* Bytes of the body that have left this machine: libcurl's count less what the system still holds.
 * On a slow line its buffers take longer to drain than a stall may last. */
static int64_t s_sent(const ossi_handle_t *handle) {
    curl_off_t sent = 0;
    (void)curl_easy_getinfo((CURL *)handle->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    return (int64_t)sent - ossi_handle_unsent(handle);
}

static int s_is_stalled(const ossi_exchange_t *x, const ossi_handle_t *handle, ossi_watch_t *w,
                        int64_t now) {
    int64_t limit = x->call->stall_timeout_ms;
    int64_t bytes = x->answer.wire_bytes + x->req->consumed_bytes;
    int64_t idle = now - w->progress_ms;
    if (bytes != w->seen_bytes) {
        w->seen_bytes = bytes;
        w->progress_ms = now;
        return 0;
    }
    if (x->req->body_len > 0 && (idle >= OSSI_MAX_WAIT_MS || idle >= limit)) {
        int64_t sent = s_sent(handle);
        if (sent != w->seen_sent) {
            w->seen_sent = sent;
            w->progress_ms = now;
            return 0;
        }
    }
    return idle >= limit;
}

static int s_is_cancelled(const ossi_call_t *call) {
    return call->cancel || (call->cancel_when != NULL && *call->cancel_when);
}

static int s_tick_is_due(const ossi_call_t *call, ossi_watch_t *w, int64_t now) {
    if (call->tick == NULL || now - w->tick_ms < s_tick_interval(call)) {
        return 0;
    }
    w->tick_ms = now;
    return 1;
}

/* Fails the exchange when it must not go on. */
static int s_must_stop(ossi_exchange_t *x, const ossi_handle_t *handle, ossi_watch_t *w) {
    const ossi_call_t *call = x->call;
    int64_t now = s_now_ms();
    if (s_tick_is_due(call, w, now) && s_tick(x) != 0) {
        ossi_exchange_fail(x, OSSI_FAIL_CANCELLED, "the request was cancelled");
    }
    /* After the tick: it may be what forked, and the child must not touch the socket again. */
    if (!ossi_session_owns(handle)) {
        ossi_exchange_fail(x, OSSI_FAIL_CONNECTION, "the process forked during the request");
    } else if (s_is_cancelled(call)) {
        ossi_exchange_fail(x, OSSI_FAIL_CANCELLED, "the request was cancelled");
    } else if (call->total_timeout_ms > 0 && now - w->start_ms >= call->total_timeout_ms) {
        ossi_exchange_fail(x, OSSI_FAIL_TIMEOUT, "the request took longer than its time limit");
    } else if (call->stall_timeout_ms > 0 && s_is_stalled(x, handle, w, now)) {
        ossi_exchange_fail(x, OSSI_FAIL_TIMEOUT, "no data moved for too long");
    }
    return x->failure != OSSI_FAIL_NONE;
}

static int64_t s_sooner(int64_t wait, int64_t limit, int64_t spent) {
    return limit > 0 && limit - spent < wait ? limit - spent : wait;
}

static int s_wait_ms(const ossi_call_t *call, const ossi_watch_t *w) {
    int64_t now = s_now_ms();
    int64_t wait = s_sooner(OSSI_MAX_WAIT_MS, call->total_timeout_ms, now - w->start_ms);
    wait = s_sooner(wait, call->stall_timeout_ms, now - w->progress_ms);
    if (call->tick != NULL) {
        wait = s_sooner(wait, s_tick_interval(call), now - w->tick_ms);
    }
    return wait > 1 ? (int)wait : 1;
}

/* --- the loop --- */

static void s_read_result(ossi_exchange_t *x, const ossi_handle_t *handle) {
    int left = 0;
    const CURLMsg *message = curl_multi_info_read((CURLM *)handle->multi, &left);
    if (message == NULL || message->msg != CURLMSG_DONE) {
        ossi_exchange_fail(x, OSSI_FAIL_INTERNAL, "libcurl ended a transfer without a result");
        return;
    }
    CURLcode rc = message->data.result;
    x->call->curl_code = (int)rc;
    if (x->answer.stopped) {
        return;
    }
    if (rc == CURLE_OK) {
        ossi_answer_end(x);
    } else {
        s_classify(x, handle->easy, rc);
    }
}

static void s_loop(ossi_exchange_t *x, const ossi_handle_t *handle) {
    CURLM *multi = handle->multi;
    int64_t now = s_now_ms();
    ossi_watch_t w = {.start_ms = now, .tick_ms = now, .progress_ms = now};
    for (;;) {
        int running = 0;
        ossi_fork_hold();
        CURLMcode rc = curl_multi_perform(multi, &running);
        ossi_fork_allow();
        if (rc == CURLM_OK && running == 0) {
            s_read_result(x, handle);
            return;
        }
        if (rc == CURLM_OK && s_must_stop(x, handle, &w)) {
            return;
        }
        if (rc == CURLM_OK) {
            rc = curl_multi_poll(multi, NULL, 0, s_wait_ms(x->call, &w), NULL);
        }
        if (rc != CURLM_OK) {
            ossi_exchange_fail(x, rc == CURLM_OUT_OF_MEMORY ? OSSI_FAIL_MEMORY : OSSI_FAIL_INTERNAL,
                               curl_multi_strerror(rc));
            return;
        }
    }
}

static void s_take_facts(ossi_exchange_t *x, CURL *easy) {
    long made = 0;
    long os_error = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &made);
    x->call->connections_made = (int)made;
    if (x->failure != OSSI_FAIL_NONE && x->os_error == 0) {
        (void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
        x->os_error = (int)os_error;
    }
}

/* The text of the failure into the controller; NULL without memory. A proxy's URL may hold a
 * password, and libcurl quotes it when it does not understand it. */
static void s_explain(ossi_exchange_t *x, const ossi_handle_t *handle) {
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

static void s_run_on(ossi_exchange_t *x, ossi_handle_t *handle, const char *url,
                     const ossi_request_lines_t *lines) {
    if (ossi_handle_prepare(handle, x, url, lines) == AOSE_OK) {
        CURLMcode rc = curl_multi_add_handle(handle->multi, handle->easy);
        if (rc == CURLM_OK) {
            s_loop(x, handle);
        } else {
            ossi_exchange_fail(x, rc == CURLM_OUT_OF_MEMORY ? OSSI_FAIL_MEMORY : OSSI_FAIL_INTERNAL,
                               curl_multi_strerror(rc));
        }
    }
    if (ossi_session_owns(handle)) {
        s_take_facts(x, handle->easy);
        ossi_fork_hold();
        (void)curl_multi_remove_handle(handle->multi, handle->easy);
        ossi_fork_allow();
    }
    if (x->failure != OSSI_FAIL_NONE) {
        s_explain(x, handle);
    }
}

static int s_may_start(ossi_exchange_t *x) {
    if (x->req->method > HTTP_DELETE) {
        ossi_exchange_fail(x, OSSI_FAIL_INVALID, "the request's method is unknown");
    } else if (s_is_cancelled(x->call)) {
        ossi_exchange_fail(x, OSSI_FAIL_CANCELLED, "the request was cancelled");
    }
    return x->code;
}

static void s_run(ossi_exchange_t *x) {
    char *url = NULL;
    ossi_handle_t *handle = NULL;
    ossi_request_lines_t lines = {0};
    int rc = AOSE_OK;
    if (ossi_answer_begin(x) == AOSE_OK && s_may_start(x) == AOSE_OK &&
        ossi_source_begin(x) == AOSE_OK && ossi_request_url(x, &url) == AOSE_OK &&
        ossi_request_lines(x, &lines) == AOSE_OK) {
        rc = ossi_session_take(x->call->session, &handle);
    }
    if (handle != NULL) {
        s_run_on(x, handle, url, &lines);
        int clean = x->failure == OSSI_FAIL_NONE && !x->answer.stopped;
        int cleared = ossi_session_owns(handle) && ossi_handle_clear(handle) == 0;
        ossi_session_give(handle, clean && cleared);
    } else {
        if (rc != AOSE_OK) {
            ossi_exchange_fail_code(
                x, rc == AOSE_OUT_MEMORY ? OSSI_FAIL_MEMORY : OSSI_FAIL_INTERNAL, rc,
                rc == AOSE_OUT_MEMORY ? NULL : "the transport was not started");
        }
        s_explain(x, NULL);
    }
    ossi_request_lines_wipe(&lines);
}

/* --- before and after --- */

static void s_begin(ossi_exchange_t *x) {
    aos_http_controller_ex_t *controller = x->t->controller;
    controller->error_code = AOSE_OK;
    controller->reason = NULL;
    controller->first_byte_time = 0;
    controller->finish_time = 0;
    controller->start_time = apr_time_now();
    x->t->state = TRANS_STATE_INIT;
    x->call->failure = OSSI_FAIL_NONE;
    x->call->os_error = 0;
    x->call->curl_code = 0;
    x->call->connections_made = 0;
    x->req->consumed_bytes = 0;
}

static int s_finish(ossi_exchange_t *x) {
    aos_http_controller_ex_t *controller = x->t->controller;
    ossi_call_t *call = x->call;
    controller->finish_time = apr_time_now();
    controller->error_code = x->code;
    call->failure = x->failure;
    call->os_error = x->os_error;
    call->sent_bytes = x->req->consumed_bytes;
    call->received_bytes = x->answer.received;
    call->announced_bytes = x->answer.announced;
    call->received_crc64 = x->resp->crc64;
    x->t->state = x->failure == OSSI_FAIL_NONE ? TRANS_STATE_DONE : TRANS_STATE_ABORT;
    if (x->failure != OSSI_FAIL_NONE) {
        /* So that the same records can be performed again. */
        x->req->crc64 = x->source.first_crc;
        x->resp->crc64 = x->answer.first_crc;
    }
    return x->code;
}

int ossi_transport_perform(aos_http_transport_t *t, ossi_call_t *call) {
    if (t == NULL || t->pool == NULL || t->req == NULL || t->resp == NULL ||
        t->controller == NULL) {
        return AOSE_INVALID_ARGUMENT;
    }
    ossi_call_t plain = {0};
    ossi_exchange_t x = {.t = t, .req = t->req, .resp = t->resp};
    x.call = call != NULL ? call : &plain;
    x.options = t->controller->options != NULL ? t->controller->options : &s_builtin_options;
    x.source.first_crc = t->req->crc64;
    x.answer.first_crc = t->resp->crc64;
    s_begin(&x);
    s_run(&x);
    return s_finish(&x);
}

aos_http_transport_t *ossi_transport_create(aos_pool_t *pool) {
    return ossi_alloc(pool, sizeof(aos_http_transport_t));
}
