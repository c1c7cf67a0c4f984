/* SPDX-License-Identifier: Apache-2.0 */
#include "http_handle.h"

#include <pthread.h>

#include <curl/curl.h>

#include "http_answer.h"
#include "http_source.h"
#include "ossi_fork.h"
#include "ossi_mem.h"

_Static_assert(OSSI_ERROR_TEXT_SIZE >= CURL_ERROR_SIZE, "libcurl writes that much");

/* Received at a time. libcurl has it while a request lasts; small answers cost the same with it. */
#define OSSI_RECEIVE_BUFFER (512 * 1024L)
/* Sent at a time. */
#define OSSI_SMALL_BUFFER 16384L
#define OSSI_LARGE_BUFFER (256 * 1024L)
#define OSSI_LARGE_BODY   (64 * 1024)

/* --- libcurl's callbacks: each finds its request in the handle --- */

static size_t s_on_header(char *line, size_t size, size_t count, void *arg) {
    ossi_handle_t *handle = arg;
    handle->exchange->t->state = TRANS_STATE_HEADER;
    return ossi_answer_line(handle->exchange, line, size * count) == 0 ? size * count : 0;
}

static size_t s_on_body(char *bytes, size_t size, size_t count, void *arg) {
    ossi_handle_t *handle = arg;
    if (size * count == 0) {
        return 0;
    }
    handle->exchange->t->state = TRANS_STATE_BODY_IN;
    return ossi_answer_body(handle->exchange, bytes, size * count) == 0 ? size * count : 0;
}

static size_t s_on_read(char *buffer, size_t size, size_t count, void *arg) {
    ossi_handle_t *handle = arg;
    handle->exchange->t->state = TRANS_STATE_BODY_OUT;
    ptrdiff_t n = ossi_source_read(handle->exchange, buffer, size * count);
    return n >= 0 ? (size_t)n : CURL_READFUNC_ABORT;
}

static int s_on_seek(void *arg, curl_off_t offset, int origin) {
    ossi_handle_t *handle = arg;
    if (origin != SEEK_SET || offset != 0 || ossi_source_rewind(handle->exchange) != 0) {
        return CURL_SEEKFUNC_FAIL;
    }
    return CURL_SEEKFUNC_OK;
}

/* --- options --- */

/* The first refusal sticks, so that a row of settings is looked at once. */
typedef struct ossi_setter {
    CURL *easy;
    CURLcode rc;
} ossi_setter_t;

static void s_long(ossi_setter_t *s, CURLoption option, long value) {
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, option, value);
    }
}

static void s_text(ossi_setter_t *s, CURLoption option, const char *value) {
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, option, value);
    }
}

static void s_pointer(ossi_setter_t *s, CURLoption option, void *value) {
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, option, value);
    }
}

typedef struct ossi_long_option {
    CURLoption option;
    long value;
} ossi_long_option_t;

static const ossi_long_option_t s_constants[] = {
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_PATH_AS_IS, 1},
    {CURLOPT_BUFFERSIZE, OSSI_RECEIVE_BUFFER},
    {CURLOPT_UPLOAD_BUFFERSIZE, OSSI_SMALL_BUFFER},
    {CURLOPT_TCP_NODELAY, 1},
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_HTTP09_ALLOWED, 0},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_SSL_ENABLE_ALPN, 0},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
    {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE},
    {CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC},
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name that takes long to resolve does not hold up a cancelled request. */
    {CURLOPT_QUICK_EXIT, 1},
#endif
#if LIBCURL_VERSION_NUM < 0x075500
    {CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
};

static void s_set_callbacks(ossi_setter_t *s, ossi_handle_t *handle) {
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, s_on_header);
    }
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, s_on_body);
    }
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_READFUNCTION, s_on_read);
    }
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_SEEKFUNCTION, s_on_seek);
    }
    static const CURLoption s_data[] = {CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA,
                                        CURLOPT_SEEKDATA, CURLOPT_PRIVATE};
    for (size_t i = 0; i < sizeof(s_data) / sizeof(s_data[0]); i++) {
        s_pointer(s, s_data[i], handle);
    }
}

/* What is the same for every request. */
static CURLcode s_set_constants(ossi_handle_t *handle) {
    ossi_setter_t s = {.easy = handle->easy, .rc = CURLE_OK};
    for (size_t i = 0; i < sizeof(s_constants) / sizeof(s_constants[0]); i++) {
        s_long(&s, s_constants[i].option, s_constants[i].value);
    }
#if LIBCURL_VERSION_NUM >= 0x075500
    s_text(&s, CURLOPT_PROTOCOLS_STR, "http,https");
#endif
    /* "" is not NULL here: it also shuts out the proxies of the environment. */
    s_text(&s, CURLOPT_PROXY, "");
    s_text(&s, CURLOPT_NOPROXY, "");
    s_pointer(&s, CURLOPT_ERRORBUFFER, handle->error_text);
    s_set_callbacks(&s, handle);
    return s.rc;
}

static void s_set_method(ossi_setter_t *s, const ossi_exchange_t *x) {
    const char *name = NULL;
    s_long(s, CURLOPT_HTTPGET, 1);
    switch (x->req->method) {
    case HTTP_GET:
        break;
    case HTTP_HEAD:
        s_long(s, CURLOPT_NOBODY, 1);
        break;
    case HTTP_POST:
        /* As an upload under another name, or libcurl would choose a Content-Type. */
        name = "POST";
        break;
    case HTTP_PUT:
        break;
    case HTTP_DELETE:
        name = "DELETE";
        break;
    }
    s_text(s, CURLOPT_CUSTOMREQUEST, name);
    if (ossi_exchange_sends_body(x)) {
        s_long(s, CURLOPT_UPLOAD, 1);
    }
}

static long s_at_least_0(int value) {
    return value > 0 ? value : 0;
}

static void s_set_limits(ossi_setter_t *s, const ossi_handle_options_t *o) {
    s_long(s, CURLOPT_CONNECTTIMEOUT, s_at_least_0(o->connect_timeout));
    s_long(s, CURLOPT_DNS_CACHE_TIMEOUT, s_at_least_0(o->dns_cache_timeout));
    s_long(s, CURLOPT_LOW_SPEED_LIMIT, s_at_least_0(o->speed_limit));
    s_long(s, CURLOPT_LOW_SPEED_TIME, s_at_least_0(o->speed_time));
    /* libcurl sends a request again when a kept connection dies under it, with or without a way
     * to rewind if there is no body. On a connection of its own it never does. */
    s_long(s, CURLOPT_FRESH_CONNECT, o->fresh_connect);
}

static int s_same_limits(const ossi_handle_options_t *a, const ossi_handle_options_t *b) {
    return a->connect_timeout == b->connect_timeout &&
           a->dns_cache_timeout == b->dns_cache_timeout && a->speed_limit == b->speed_limit &&
           a->speed_time == b->speed_time && a->fresh_connect == b->fresh_connect;
}

/* What the requests of a program mostly have in common. */
static void s_set_common(ossi_setter_t *s, ossi_handle_t *handle, const ossi_exchange_t *x) {
    const ossi_handle_options_t old = handle->set;
    ossi_handle_options_t *now = &handle->set;
    *now = (ossi_handle_options_t){
        .known = 1,
        .method = x->req->method,
        .large_body = x->req->body_len > OSSI_LARGE_BODY,
        .connect_timeout = x->options->connect_timeout,
        .dns_cache_timeout = x->options->dns_cache_timeout,
        .speed_limit = x->options->speed_limit,
        .speed_time = x->options->speed_time,
        .fresh_connect = x->call->once != 0,
    };
    if (!old.known || old.method != now->method) {
        s_set_method(s, x);
    }
    if (!old.known || !s_same_limits(&old, now)) {
        s_set_limits(s, now);
    }
    if (!ossi_exchange_sends_body(x)) {
        now->large_body = old.large_body;
        return;
    }
    if (old.large_body != now->large_body) {
        s_long(s, CURLOPT_UPLOAD_BUFFERSIZE,
               now->large_body ? OSSI_LARGE_BUFFER : OSSI_SMALL_BUFFER);
    }
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)x->req->body_len);
    }
}

static int s_given(const char *text) {
    return text != NULL && text[0] != '\0';
}

/* Proxy and trust; the handle is reset after a request that has any of them. */
static void s_set_tailored(ossi_setter_t *s, ossi_handle_t *handle,
                           const aos_http_request_options_t *o) {
    static const CURLoption s_ca_file[] = {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO};
    static const CURLoption s_ca_path[] = {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH};
    handle->tailored =
        s_given(o->proxy_host) || s_given(o->ca_file) || s_given(o->ca_path) || o->verify_ssl == 0;
    if (!handle->tailored) {
        return;
    }
    for (size_t i = 0; i < 2 && s_given(o->ca_file); i++) {
        s_text(s, s_ca_file[i], o->ca_file);
    }
    for (size_t i = 0; i < 2 && s_given(o->ca_path); i++) {
        s_text(s, s_ca_path[i], o->ca_path);
    }
    if (o->verify_ssl == 0) {
        s_long(s, CURLOPT_SSL_VERIFYPEER, 0);
        s_long(s, CURLOPT_SSL_VERIFYHOST, 0);
        s_long(s, CURLOPT_PROXY_SSL_VERIFYPEER, 0);
        s_long(s, CURLOPT_PROXY_SSL_VERIFYHOST, 0);
    }
    if (s_given(o->proxy_host)) {
        s_text(s, CURLOPT_PROXY, o->proxy_host);
        if (s_given(o->proxy_auth)) {
            s_text(s, CURLOPT_PROXYUSERPWD, o->proxy_auth);
        }
    }
}

int ossi_handle_prepare(ossi_handle_t *handle, ossi_exchange_t *x, const char *url) {
    if (ossi_request_lines(x, handle->pool, &handle->lines) != AOSE_OK) {
        return x->code;
    }
    ossi_setter_t s = {.easy = handle->easy, .rc = CURLE_OK};
    handle->exchange = x;
    handle->error_text[0] = '\0';
    s_text(&s, CURLOPT_URL, url);
    s_pointer(&s, CURLOPT_HTTPHEADER, handle->lines.list);
    s_set_common(&s, handle, x);
    s_set_tailored(&s, handle, x->options);
    x->call->curl_code = (int)s.rc;
    if (s.rc == CURLE_OUT_OF_MEMORY) {
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
    } else if (s.rc != CURLE_OK) {
        ossi_exchange_fail(x, OSSI_FAIL_INTERNAL, "libcurl refused an option");
    }
    return x->code;
}

void ossi_handle_forget(ossi_handle_t *handle) {
    handle->exchange = NULL;
    ossi_request_lines_wipe(&handle->lines);
}

int ossi_handle_renew(ossi_handle_t *handle, int *was_reset) {
    *was_reset = handle->tailored;
    if (handle->tailored) {
        curl_easy_reset(handle->easy);
        handle->tailored = 0;
        handle->set = (ossi_handle_options_t){0};
        return s_set_constants(handle) == CURLE_OK ? 0 : -1;
    }
    ossi_setter_t s = {.easy = handle->easy, .rc = CURLE_OK};
    s_pointer(&s, CURLOPT_HTTPHEADER, NULL);
    s_text(&s, CURLOPT_URL, NULL);
    return s.rc == CURLE_OK ? 0 : -1;
}

/* --- life --- */

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

/* With forks held off, as APR's common allocator has a lock too. */
static ossi_handle_t *s_create(void) {
    apr_pool_t *pool = NULL;
    if (ossi_pool_create(&pool, NULL) != AOSE_OK) {
        return NULL;
    }
    ossi_handle_t *handle = ossi_alloc(pool, sizeof(*handle));
    if (handle == NULL) {
        apr_pool_destroy(pool);
        return NULL;
    }
    handle->pool = pool;
    handle->easy = curl_easy_init();
    if (handle->easy == NULL || s_set_constants(handle) != CURLE_OK) {
        ossi_handle_free(handle);
        return NULL;
    }
    return handle;
}

ossi_handle_t *ossi_handle_create(void) {
    ossi_fork_hold();
    ossi_handle_t *handle = s_create();
    ossi_fork_allow();
    return handle;
}

void ossi_handle_free(ossi_handle_t *handle) {
    ossi_handle_forget(handle);
    ossi_fork_hold();
    curl_easy_cleanup(handle->easy);
    apr_pool_destroy(handle->pool);
    ossi_fork_allow();
}
