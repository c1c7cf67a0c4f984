/* SPDX-License-Identifier: Apache-2.0 */
#include "http_exchange.h"

#include <time.h>

/* Linux has one that need not ask the hardware. */
#ifdef CLOCK_MONOTONIC_COARSE
#define S_CLOCK CLOCK_MONOTONIC_COARSE
#else
#define S_CLOCK CLOCK_MONOTONIC
#endif

int ossi_failure_code(ossi_failure_t failure) {
    static const int s_codes[] = {
        [OSSI_FAIL_NONE] = AOSE_OK,
        [OSSI_FAIL_RESOLVE] = AOSE_NAME_LOOKUP_ERROR,
        [OSSI_FAIL_CONNECT] = AOSE_FAILED_CONNECT,
        [OSSI_FAIL_TLS] = AOSE_FAILED_VERIFICATION,
        [OSSI_FAIL_TIMEOUT] = AOSE_REQUEST_TIMEOUT,
        [OSSI_FAIL_CONNECTION] = AOSE_CONNECTION_FAILED,
        [OSSI_FAIL_SHORT_BODY] = AOSE_CONNECTION_FAILED,
        [OSSI_FAIL_PROTOCOL] = AOSE_INTERNAL_ERROR,
        [OSSI_FAIL_SOURCE] = AOSE_READ_BODY_ERROR,
        [OSSI_FAIL_SINK] = AOSE_WRITE_BODY_ERROR,
        [OSSI_FAIL_TOO_BIG] = AOSE_OVER_MEMORY,
        [OSSI_FAIL_CANCELLED] = AOSE_ABORT_CALLBACK,
        [OSSI_FAIL_MEMORY] = AOSE_OUT_MEMORY,
        [OSSI_FAIL_INVALID] = AOSE_INVALID_ARGUMENT,
        [OSSI_FAIL_INTERNAL] = AOSE_INTERNAL_ERROR,
    };
    return s_codes[failure];
}

void ossi_exchange_fail_code(ossi_exchange_t *x, ossi_failure_t failure, int code,
                             const char *reason) {
    if (x->failure == OSSI_FAIL_NONE) {
        x->failure = failure;
        x->code = code;
        x->reason = reason;
    }
}

void ossi_exchange_fail(ossi_exchange_t *x, ossi_failure_t failure, const char *reason) {
    ossi_exchange_fail_code(x, failure, ossi_failure_code(failure), reason);
}

void ossi_exchange_stop_clock(ossi_exchange_t *x) {
    aos_http_controller_ex_t *c = x->t->controller;
    c->finish_time = apr_time_now();
    x->call->total_us = c->finish_time - c->start_time;
    x->call->first_byte_us = c->first_byte_time != 0 ? c->first_byte_time - c->start_time : 0;
}

int ossi_exchange_sends_body(const ossi_exchange_t *x) {
    return x->req->method == HTTP_PUT || x->req->method == HTTP_POST;
}

int64_t ossi_clock_ms(void) {
    struct timespec now;
    if (clock_gettime(S_CLOCK, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
