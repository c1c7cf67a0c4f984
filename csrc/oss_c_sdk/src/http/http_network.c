/* SPDX-License-Identifier: Apache-2.0 */
#include "http_network.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "ossi_mem.h"
#include "ossi_text.h"

/* A connection idle for longer is not used again: whatever is on the way may have forgotten it. */
#define S_MAX_IDLE_MS 118000

#define S_TLS_1_3 13

#define S_IPV4_BITS 32U
#define S_IPV6_BITS 128U

/* --- the record --- */

static int s_copy_text(apr_pool_t *pool, const char **text) {
    if (*text == NULL) {
        return AOSE_OK;
    }
    *text = ossi_dupz(pool, *text);
    return *text != NULL ? AOSE_OK : AOSE_OUT_MEMORY;
}

int ossi_network_copy(apr_pool_t *pool, const ossi_network_t *from, const ossi_network_t **out) {
    ossi_network_t *copy = ossi_alloc(pool, sizeof(*copy));
    if (copy == NULL) {
        return AOSE_OUT_MEMORY;
    }
    *copy = *from;
    if (s_copy_text(pool, &copy->no_proxy) != AOSE_OK ||
        s_copy_text(pool, &copy->certificate) != AOSE_OK ||
        s_copy_text(pool, &copy->key) != AOSE_OK || s_copy_text(pool, &copy->source) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    if (from->key_password != NULL) {
        size_t n = strlen(from->key_password);
        char *secret = ossi_dup(pool, from->key_password, n);
        if (secret == NULL || ossi_wipe_with_pool(pool, secret, n) != AOSE_OK) {
            return AOSE_OUT_MEMORY;
        }
        copy->key_password = secret;
    }
    *out = copy;
    return AOSE_OK;
}

static int s_same(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

int ossi_network_same(const ossi_network_t *a, const ossi_network_t *b) {
    static const ossi_network_t s_default = {0};
    if (a == b) {
        return 1;
    }
    a = a != NULL ? a : &s_default;
    b = b != NULL ? b : &s_default;
    return a->ip_version == b->ip_version && a->tls_version == b->tls_version &&
           s_same(a->no_proxy, b->no_proxy) && s_same(a->certificate, b->certificate) &&
           s_same(a->key, b->key) && s_same(a->key_password, b->key_password) &&
           s_same(a->source, b->source);
}

int64_t ossi_network_max_idle_ms(const ossi_network_t *network) {
    return network != NULL && network->max_idle_ms > 0 ? network->max_idle_ms : S_MAX_IDLE_MS;
}

/* --- past the proxy --- */

/* A host with what may follow it: "name", "1.2.3.4", "[::1]", then ":port" or "/bits". */
typedef struct ossi_place {
    const char *host;
    size_t host_len;
    const char *more; /* at the ':' or '/' */
    size_t more_len;
} ossi_place_t;

static ossi_place_t s_place(const char *text, size_t n) {
    const char *end = text + n;
    const char *closing = n > 0 && text[0] == '[' ? memchr(text, ']', n) : NULL;
    const char *stop = closing != NULL ? closing + 1 : text;
    while (stop < end && *stop != ':' && *stop != '/') {
        stop++;
    }
    ossi_place_t place = {text, (size_t)(stop - text), stop, (size_t)(end - stop)};
    if (closing != NULL && stop == closing + 1) {
        place.host++;
        place.host_len -= 2;
    }
    return place;
}

/* Its bits, 0 when it is a name. */
static unsigned s_address(const ossi_place_t *place, unsigned char out[sizeof(struct in6_addr)]) {
    char text[INET6_ADDRSTRLEN];
    if (place->host_len >= sizeof(text)) {
        return 0;
    }
    memcpy(text, place->host, place->host_len);
    text[place->host_len] = '\0';
    if (inet_pton(AF_INET, text, out) == 1) {
        return S_IPV4_BITS;
    }
    return inet_pton(AF_INET6, text, out) == 1 ? S_IPV6_BITS : 0;
}

/* The number behind a ':' or '/'; -1 when it is none. */
static int s_number(const ossi_place_t *place) {
    int value = 0;
    for (size_t i = 1; i < place->more_len; i++) {
        char c = place->more[i];
        if (c < '0' || c > '9' || i > 5) {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    return place->more_len > 1 ? value : -1;
}

static int s_same_bits(const unsigned char *a, const unsigned char *b, unsigned bits) {
    unsigned rest = bits % 8;
    unsigned char mask = (unsigned char)(0xff00U >> rest);
    return memcmp(a, b, bits / 8) == 0 && (rest == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0);
}

static int s_same_name(const char *a, const char *b, size_t n) {
    size_t i = 0;
    while (i < n && ossi_lower(a[i]) == ossi_lower(b[i])) {
        i++;
    }
    return i == n;
}

/* The name itself, or one below it. */
static int s_is_below(const ossi_place_t *host, const ossi_place_t *entry) {
    if (entry->host_len == 0 || host->host_len < entry->host_len) {
        return 0;
    }
    size_t before = host->host_len - entry->host_len;
    return s_same_name(host->host + before, entry->host, entry->host_len) &&
           (before == 0 || host->host[before - 1] == '.');
}

static int s_matches(const ossi_place_t *entry, const ossi_place_t *host, int port) {
    unsigned char ours[sizeof(struct in6_addr)];
    unsigned char theirs[sizeof(struct in6_addr)];
    int number = s_number(entry);
    int has_bits = entry->more_len > 0 && entry->more[0] == '/';
    if ((entry->more_len > 0 && number < 0) ||
        (entry->more_len > 0 && !has_bits && number != port)) {
        return 0;
    }
    unsigned bits = s_address(host, ours);
    if (bits == 0) {
        return !has_bits && s_is_below(host, entry);
    }
    if (s_address(entry, theirs) != bits || (has_bits && (unsigned)number > bits)) {
        return 0;
    }
    return s_same_bits(ours, theirs, has_bits ? (unsigned)number : bits);
}

int ossi_network_bypasses(const ossi_network_t *network, const char *origin) {
    if (network == NULL || network->no_proxy == NULL) {
        return 0;
    }
    int is_tls = ossi_has_prefix_nocase(origin, AOS_HTTPS_PREFIX);
    const char *authority = origin + strlen(is_tls ? AOS_HTTPS_PREFIX : AOS_HTTP_PREFIX);
    ossi_place_t host = s_place(authority, strlen(authority));
    int port = host.more_len > 0 ? s_number(&host) : is_tls ? 443 : 80;
    for (const char *at = network->no_proxy; *at != '\0'; at += *at == ',') {
        size_t n = strcspn(at, ",");
        ossi_place_t entry = s_place(at, n);
        if ((n == 1 && at[0] == '*') || s_matches(&entry, &host, port)) {
            return 1;
        }
        at += n;
    }
    return 0;
}

/* --- libcurl --- */

static CURLcode s_text(CURL *easy, CURLoption option, const char *value) {
    return value != NULL ? curl_easy_setopt(easy, option, value) : CURLE_OK;
}

static CURLcode s_set_certificate(const ossi_network_t *network, CURL *easy) {
    if (network->certificate == NULL) {
        return CURLE_OK;
    }
    /* Without a password OpenSSL would ask for it at the terminal, and wait. */
    const char *password = network->key_password != NULL ? network->key_password : "";
    CURLcode rc = s_text(easy, CURLOPT_SSLCERT, network->certificate);
    if (rc == CURLE_OK) {
        rc = s_text(easy, CURLOPT_SSLKEY, network->key);
    }
    return rc == CURLE_OK ? s_text(easy, CURLOPT_KEYPASSWD, password) : rc;
}

static CURLcode s_set_tls_version(const ossi_network_t *network, CURL *easy) {
    if (network->tls_version != S_TLS_1_3) {
        return CURLE_OK;
    }
    CURLcode rc = curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    return rc == CURLE_OK
               ? curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3)
               : rc;
}

static CURLcode s_set_ip_version(const ossi_network_t *network, CURL *easy) {
    long value = network->ip_version == 4   ? CURL_IPRESOLVE_V4
                 : network->ip_version == 6 ? CURL_IPRESOLVE_V6
                                            : CURL_IPRESOLVE_WHATEVER;
    return curl_easy_setopt(easy, CURLOPT_IPRESOLVE, value);
}

int ossi_network_apply(const ossi_network_t *network, void *easy) {
    if (network == NULL) {
        return CURLE_OK;
    }
    CURLcode rc = s_set_certificate(network, easy);
    if (rc == CURLE_OK) {
        rc = s_set_tls_version(network, easy);
    }
    if (rc == CURLE_OK) {
        rc = s_set_ip_version(network, easy);
    }
    return (int)(rc == CURLE_OK ? s_text(easy, CURLOPT_INTERFACE, network->source) : rc);
}
