/* SPDX-License-Identifier: Apache-2.0 */
#include "http_link.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#include <curl/curl.h>

#include "http_curl.h"
#include "http_network.h"
#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_text.h"

_Static_assert(OSSI_ERROR_TEXT_SIZE >= CURL_ERROR_SIZE, "libcurl writes that much");

/* Where there is none, libcurl has set SO_NOSIGPIPE. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

#ifndef MSG_MORE
#define MSG_MORE 0
#endif

/* The longest record of TLS. What is longer is told of only when all of it is sent, which is too
 * late on a slow line. */
#define S_RECORD ((size_t)16 * 1024)

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
    {CURLOPT_CONNECT_ONLY, 1},
    {CURLOPT_FRESH_CONNECT, 1},
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_TCP_NODELAY, 1},
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_SSL_ENABLE_ALPN, 0},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
    {CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC},
    {CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC},
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name that takes long to resolve does not hold up a cancelled request. */
    {CURLOPT_QUICK_EXIT, 1},
#endif
#if LIBCURL_VERSION_NUM < 0x075500
    {CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
};

static curl_socket_t s_on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)arg;
    (void)purpose;
#ifdef SOCK_CLOEXEC
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    int fd = socket(address->family, address->socktype, address->protocol);
    if (fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        (void)close(fd);
        fd = CURL_SOCKET_BAD;
    }
    return fd;
#endif
}

/* A proxy's answers to CONNECT are nobody's. */
static size_t s_on_noise(char *bytes, size_t size, size_t count, void *arg) {
    (void)bytes;
    (void)arg;
    return size * count;
}

/* What is the same for every link. */
static void s_set_constants(ossi_setter_t *s, ossi_link_t *link) {
    for (size_t i = 0; i < sizeof(s_constants) / sizeof(s_constants[0]); i++) {
        s_long(s, s_constants[i].option, s_constants[i].value);
    }
#if LIBCURL_VERSION_NUM >= 0x075500
    s_text(s, CURLOPT_PROTOCOLS_STR, "http,https");
#endif
    /* "" is not NULL here: it also shuts out the proxies of the environment. */
    s_text(s, CURLOPT_PROXY, "");
    s_text(s, CURLOPT_NOPROXY, "");
    s_pointer(s, CURLOPT_ERRORBUFFER, link->error_text);
    s_pointer(s, CURLOPT_PRIVATE, link);
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_OPENSOCKETFUNCTION, s_on_open);
    }
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, s_on_noise);
    }
    if (s->rc == CURLE_OK) {
        s->rc = curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, s_on_noise);
    }
}

static int s_given(const char *text) {
    return text != NULL && text[0] != '\0';
}

/* NULL: none is gone through. */
static const char *s_proxy(const ossi_link_t *link) {
    return !link->is_direct && s_given(link->options.proxy_host) ? link->options.proxy_host : NULL;
}

static void s_set_trust(ossi_setter_t *s, const aos_http_request_options_t *o) {
    static const CURLoption s_ca_file[] = {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO};
    static const CURLoption s_ca_path[] = {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH};
    int is_chosen = s_given(o->ca_file) || s_given(o->ca_path);
    /* NULL is none, instead of the one that libcurl was built with. */
    for (size_t i = 0; i < 2 && is_chosen; i++) {
        s_text(s, s_ca_file[i], s_given(o->ca_file) ? o->ca_file : NULL);
        s_text(s, s_ca_path[i], s_given(o->ca_path) ? o->ca_path : NULL);
    }
    if (o->verify_ssl == 0) {
        s_long(s, CURLOPT_SSL_VERIFYPEER, 0);
        s_long(s, CURLOPT_SSL_VERIFYHOST, 0);
        s_long(s, CURLOPT_PROXY_SSL_VERIFYPEER, 0);
        s_long(s, CURLOPT_PROXY_SSL_VERIFYHOST, 0);
    }
}

/* "user:password", as it is: nothing of it is encoded. */
static void s_set_proxy_user(ossi_setter_t *s, const ossi_link_t *link) {
    const char *auth = link->options.proxy_auth;
    const char *colon = strchr(auth, ':');
    const char *user = auth;
    if (colon != NULL) {
        user = ossi_dup(link->pool, auth, (size_t)(colon - auth));
        s_text(s, CURLOPT_PROXYPASSWORD, colon + 1);
    }
    s->rc = s->rc == CURLE_OK && user == NULL ? CURLE_OUT_OF_MEMORY : s->rc;
    s_text(s, CURLOPT_PROXYUSERNAME, user);
}

static long s_at_least_0(int value) {
    return value > 0 ? value : 0;
}

static CURLcode s_set(ossi_link_t *link) {
    const aos_http_request_options_t *o = &link->options;
    ossi_setter_t s = {.easy = link->easy, .rc = CURLE_OK};
    s_set_constants(&s, link);
    s_text(&s, CURLOPT_URL, link->origin);
    s_long(&s, CURLOPT_CONNECTTIMEOUT, s_at_least_0(o->connect_timeout));
    s_long(&s, CURLOPT_DNS_CACHE_TIMEOUT, s_at_least_0(o->dns_cache_timeout));
    s_set_trust(&s, o);
    if (s_proxy(link) != NULL) {
        s_text(&s, CURLOPT_PROXY, s_proxy(link));
        if (s_given(o->proxy_auth)) {
            s_set_proxy_user(&s, link);
        }
    }
    return s.rc == CURLE_OK ? (CURLcode)ossi_network_apply(link->network, link->easy) : s.rc;
}

/* --- whom it serves --- */

/* A proxy that is asked for whole URLs, as HTTP's are for those of plain HTTP. */
static int s_asks_proxy(const ossi_link_t *link, int is_tls) {
    return !is_tls && s_proxy(link) != NULL && !ossi_has_prefix_nocase(s_proxy(link), "socks");
}

static int s_make_proxy_line(ossi_link_t *link) {
    static const char s_name[] = "Proxy-Authorization: Basic ";
    const char *auth = s_given(link->options.proxy_auth) ? link->options.proxy_auth : "";
    size_t n = strlen(auth);
    size_t packed = 4 * ((n + 2) / 3);
    char *line = ossi_alloc(link->pool, sizeof(s_name) + packed + 2);
    if (line == NULL || ossi_wipe_with_pool(link->pool, line, sizeof(s_name) + packed) != AOSE_OK) {
        return -1;
    }
    link->proxy_line = line;
    if (n > 0) {
        memcpy(line, s_name, sizeof(s_name) - 1);
        (void)ossi_base64((const uint8_t *)auth, n, line + sizeof(s_name) - 1);
        memcpy(line + sizeof(s_name) - 1 + packed, "\r\n", 2);
    }
    return 0;
}

static int s_own(apr_pool_t *pool, char **text) {
    if (*text == NULL) {
        return 0;
    }
    *text = ossi_dupz(pool, *text);
    return *text != NULL ? 0 : -1;
}

/* The texts of the options and of the network become the link's own. */
static int s_own_options(ossi_link_t *link, const ossi_exchange_t *x) {
    aos_http_request_options_t *o = &link->options;
    const ossi_network_t *network = x->call->network;
    *o = *x->options;
    if (network != NULL && ossi_network_copy(link->pool, network, &link->network) != AOSE_OK) {
        return -1;
    }
    link->is_direct = ossi_network_bypasses(network, link->origin);
    if (s_own(link->pool, &o->proxy_host) != 0 || s_own(link->pool, &o->proxy_auth) != 0 ||
        s_own(link->pool, &o->ca_file) != 0 || s_own(link->pool, &o->ca_path) != 0) {
        return -1;
    }
    return o->proxy_auth == NULL ||
                   ossi_wipe_with_pool(link->pool, o->proxy_auth, strlen(o->proxy_auth)) == AOSE_OK
               ? 0
               : -1;
}

static int s_same(const char *a, const char *b) {
    if (a == b) {
        return 1;
    }
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

int ossi_link_serves(const ossi_link_t *link, const ossi_request_t *request,
                     const ossi_exchange_t *x) {
    const aos_http_request_options_t *o = &link->options;
    const aos_http_request_options_t *options = x->options;
    return link->origin_len == request->origin_len &&
           memcmp(link->origin, request->url, request->origin_len) == 0 &&
           (o->verify_ssl == 0) == (options->verify_ssl == 0) &&
           s_same(o->proxy_host, options->proxy_host) &&
           s_same(o->proxy_auth, options->proxy_auth) && s_same(o->ca_file, options->ca_file) &&
           s_same(o->ca_path, options->ca_path) &&
           ossi_network_same(link->network, x->call->network);
}

/* --- bytes --- */

int ossi_link_connected(ossi_link_t *link) {
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(link->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
        fd == CURL_SOCKET_BAD) {
        return -1;
    }
    link->fd = fd;
    return 0;
}

static int64_t s_time(const ossi_link_t *link, CURLINFO which) {
    curl_off_t time_us = 0;
    return curl_easy_getinfo(link->easy, which, &time_us) == CURLE_OK ? time_us : 0;
}

/* While a handshake is under way, and after a failed one, some versions of libcurl tell no time of
 * the connection below it. */
static int s_was_accepted(const ossi_link_t *link) {
    long port = 0;
    return curl_easy_getinfo(link->easy, CURLINFO_LOCAL_PORT, &port) == CURLE_OK && port > 0;
}

void ossi_link_tell_times(const ossi_link_t *link, ossi_call_t *call) {
    call->was_kept = call->connections_made == 0;
    if (call->was_kept) {
        return;
    }
    call->resolved_us = s_time(link, CURLINFO_NAMELOOKUP_TIME_T);
    call->connected_us = s_time(link, CURLINFO_CONNECT_TIME_T);
    if (call->connected_us == 0 && s_was_accepted(link)) {
        call->connected_us = call->resolved_us;
    }
    call->secured_us = link->plain ? 0 : s_time(link, CURLINFO_APPCONNECT_TIME_T);
}

static ptrdiff_t s_failed(ossi_link_t *link, int curl_code, long os_error) {
    link->curl_code = curl_code;
    link->os_error = (int)os_error;
    return OSSI_LINK_FAILED;
}

/* What a call of the system's says. */
static ptrdiff_t s_by_system(ossi_link_t *link, ssize_t n) {
    if (n >= 0) {
        return n;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        return OSSI_LINK_AGAIN;
    }
    return s_failed(link, 0, errno);
}

static ptrdiff_t s_by_libcurl(ossi_link_t *link, CURLcode rc, size_t n) {
    if (rc == CURLE_OK) {
        return (ptrdiff_t)n;
    }
    if (rc == CURLE_AGAIN) {
        return OSSI_LINK_AGAIN;
    }
    long os_error = 0;
    (void)curl_easy_getinfo(link->easy, CURLINFO_OS_ERRNO, &os_error);
    return s_failed(link, (int)rc, os_error);
}

static ptrdiff_t s_send_by_libcurl(ossi_link_t *link, const char *bytes, size_t n) {
    size_t most = link->plain ? n : S_RECORD;
    size_t done = 0;
    CURLcode rc = CURLE_OK;
    ossi_curl_enter();
    while (done < n && rc == CURLE_OK) {
        size_t sent = 0;
        rc = curl_easy_send(link->easy, bytes + done, n - done < most ? n - done : most, &sent);
        rc = rc == CURLE_OK && sent == 0 ? CURLE_AGAIN : rc;
        done += sent;
    }
    ossi_curl_leave();
    link->is_used_by_libcurl = 1;
    return done > 0 ? (ptrdiff_t)done : s_by_libcurl(link, rc, 0);
}

ptrdiff_t ossi_link_send(ossi_link_t *link, const void *bytes, size_t n, int more) {
    if (link->plain && link->is_used_by_libcurl) {
        int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0);
        return s_by_system(link, send(link->fd, bytes, n, flags));
    }
    return s_send_by_libcurl(link, bytes, n);
}

ptrdiff_t ossi_link_receive(ossi_link_t *link, void *buffer, size_t room) {
    ptrdiff_t n = 0;
    if (link->plain) {
        n = s_by_system(link, recv(link->fd, buffer, room, MSG_DONTWAIT));
    } else {
        size_t received = 0;
        ossi_curl_enter();
        CURLcode rc = curl_easy_recv(link->easy, buffer, room, &received);
        ossi_curl_leave();
        n = s_by_libcurl(link, rc, received);
    }
    return n != 0 ? n : OSSI_LINK_CLOSED;
}

int ossi_link_is_turned_away(const ossi_link_t *link) {
    return !link->plain && link->curl_code == CURLE_RECV_ERROR &&
           strstr(link->error_text, " alert ") != NULL;
}

/* TLS may have bytes that the socket tells nothing of, and messages there that are not the peer's.
 */
int ossi_link_is_alive(ossi_link_t *link) {
    char byte = 0;
    if (!link->plain) {
        return ossi_link_receive(link, &byte, 1) == OSSI_LINK_AGAIN;
    }
    return recv(link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
}

void ossi_link_await(ossi_link_t *link, int bytes) {
    int now = link->low_water > 0 ? link->low_water : 1;
    if (bytes != now && link->plain &&
        setsockopt(link->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof(bytes)) == 0) {
        link->low_water = bytes;
    }
}

int64_t ossi_link_unsent(const ossi_link_t *link) {
    int queued = 0;
#if defined(SIOCOUTQ)
    int rc = ioctl(link->fd, SIOCOUTQ, &queued);
#elif defined(SO_NWRITE)
    socklen_t size = sizeof(queued);
    int rc = getsockopt(link->fd, SOL_SOCKET, SO_NWRITE, &queued, &size);
#else
    int rc = 0;
#endif
    return rc == 0 ? queued : 0;
}

void ossi_link_forget(ossi_link_t *link) {
    link->exchange = NULL;
    ossi_request_head_wipe(&link->head);
}

/* --- life --- */

/* Returns a CURLcode. */
static CURLcode s_fill(ossi_link_t *link, const ossi_request_t *request, const ossi_exchange_t *x) {
    link->fd = -1;
    link->place = SIZE_MAX;
    link->origin = ossi_dup(link->pool, request->url, request->origin_len);
    link->origin_len = request->origin_len;
    link->received = apr_palloc(link->pool, OSSI_LINK_BUFFER);
    if (link->origin == NULL || link->received == NULL || s_own_options(link, x) != 0 ||
        (s_asks_proxy(link, request->is_tls) && s_make_proxy_line(link) != 0)) {
        return CURLE_OUT_OF_MEMORY;
    }
    int tls_to_proxy =
        s_proxy(link) != NULL && ossi_has_prefix_nocase(s_proxy(link), AOS_HTTPS_PREFIX);
    link->plain = !request->is_tls && !tls_to_proxy;
    link->easy = curl_easy_init();
    return link->easy != NULL ? s_set(link) : CURLE_OUT_OF_MEMORY;
}

/* With forks held off, as APR's common allocator has a lock too. */
static ossi_link_t *s_create(const ossi_request_t *request, const ossi_exchange_t *x,
                             int *refused) {
    apr_pool_t *pool = NULL;
    if (ossi_pool_create(&pool, NULL) != AOSE_OK) {
        return NULL;
    }
    ossi_link_t *link = ossi_alloc(pool, sizeof(*link));
    if (link == NULL) {
        apr_pool_destroy(pool);
        return NULL;
    }
    link->pool = pool;
    CURLcode rc = s_fill(link, request, x);
    if (rc != CURLE_OK) {
        *refused = rc != CURLE_OUT_OF_MEMORY;
        ossi_link_free(link);
        return NULL;
    }
    return link;
}

ossi_link_t *ossi_link_create(const ossi_request_t *request, const ossi_exchange_t *x,
                              int *refused) {
    *refused = 0;
    ossi_curl_enter();
    ossi_link_t *link = s_create(request, x, refused);
    ossi_curl_leave();
    return link;
}

void ossi_link_free(ossi_link_t *link) {
    ossi_link_forget(link);
    ossi_curl_enter();
    if (link->easy != NULL) {
        curl_easy_cleanup(link->easy);
    }
    apr_pool_destroy(link->pool);
    ossi_curl_leave();
}
