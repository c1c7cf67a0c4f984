/* SPDX-License-Identifier: Apache-2.0 */
#include "http_curl.h"

#include <pthread.h>
#include <signal.h>

#include <curl/curl.h>

#include "aos_status.h"
#include "ossi_fork.h"
#include "ossi_transport.h"

/* Before, a multi handle closed connections that were in use here. */
#if LIBCURL_VERSION_NUM < 0x074400
#error "libcurl 7.68 or later is needed"
#endif

/* Since 7.87 TLS writes as all else does; before, the signal is blocked and taken away. */
#if LIBCURL_VERSION_NUM < 0x075700
static _Thread_local unsigned s_entered;
static _Thread_local sigset_t s_mask;
static _Thread_local int s_was_pending;

static int s_has_pipe_signal(void) {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

/* With a set that is one, and a signal that exists, none of these can fail. */
static void s_block_pipe_signal(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGPIPE);
    if (s_entered++ == 0) {
        s_was_pending = s_has_pipe_signal();
        (void)pthread_sigmask(SIG_BLOCK, &set, &s_mask);
    }
}

static void s_drop_pipe_signal(void) {
    sigset_t set;
    int number = 0;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGPIPE);
    if (--s_entered == 0) {
        if (!s_was_pending && s_has_pipe_signal()) {
            (void)sigwait(&set, &number);
        }
        (void)pthread_sigmask(SIG_SETMASK, &s_mask, NULL);
    }
}
#else
static void s_block_pipe_signal(void) {
}

static void s_drop_pipe_signal(void) {
}
#endif

void ossi_curl_enter(void) {
    ossi_fork_hold();
    s_block_pipe_signal();
}

void ossi_curl_leave(void) {
    s_drop_pipe_signal();
    ossi_fork_allow();
}

int ossi_curl_start(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? AOSE_OK : AOSE_FAILED_INITIALIZE;
}

void ossi_curl_stop(void) {
    curl_global_cleanup();
}

static pthread_once_t s_version_once = PTHREAD_ONCE_INIT;
static const char *s_version = "";

static void s_ask_version(void) {
    s_version = curl_version();
}

/* libcurl writes the text anew at each call, so it is asked once. */
const char *ossi_transport_version(void) {
    (void)pthread_once(&s_version_once, s_ask_version);
    return s_version;
}
