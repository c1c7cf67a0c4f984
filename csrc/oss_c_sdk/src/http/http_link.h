/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_LINK_H
#define OSSI_HTTP_LINK_H

#include "http_exchange.h"
#include "http_request.h"

struct ossi_hub;

/* The longest text libcurl explains a failure with, CURL_ERROR_SIZE. */
#define OSSI_ERROR_TEXT_SIZE 256

/* What is received at a time at most, and what is read at a time of a body that is not in memory.
 */
#define OSSI_LINK_BUFFER ((size_t)256 * 1024)

/*
 * A connection to a server: libcurl's easy handle, which resolves the name, connects, goes through
 * proxies and speaks TLS, and then moves bytes for us (CURLOPT_CONNECT_ONLY). HTTP is not its
 * business. A link serves one request after the other, those that fit it (ossi_link_serves), and
 * belongs to its hub's thread. While idle it holds no pointer into a finished request.
 */
typedef struct ossi_link {
    apr_pool_t *pool;
    struct ossi_hub *hub;
    void *easy;             /* CURL */
    int fd;                 /* -1 while it is not connected */
    int plain;              /* no TLS: bytes go to the socket as they are */
    int is_used_by_libcurl; /* which has moved bytes, and so keeps its hands off it */
    int low_water;          /* as ossi_link_await() was told last; 0: never */
    int served;             /* requests answered on it */
    int os_error;           /* behind the last failure to move bytes */
    int curl_code;          /* likewise; 0: it was the system's */
    int64_t idle_since_ms;
    ossi_exchange_t *exchange; /* NULL while idle */
    /* whom it is connected to, and how */
    char *origin;
    size_t origin_len;
    aos_http_request_options_t options; /* its texts are the link's own */
    const ossi_network_t *network;      /* likewise; NULL: the defaults */
    int is_direct;                      /* goes past the proxy of the options */
    char *proxy_line;                   /* as ossi_head_style_t has it */
    /* what is under way */
    ossi_request_head_t head;
    char *received; /* OSSI_LINK_BUFFER bytes */
    size_t start;   /* of what was not taken yet */
    size_t end;
    char *outgoing; /* OSSI_LINK_BUFFER bytes, NULL until a body is sent that is not in memory */
    char error_text[OSSI_ERROR_TEXT_SIZE];
    /* http_hub.c's */
    size_t place; /* among the sockets it waits for; SIZE_MAX: nowhere */
    int pending;  /* bytes may be left that no socket tells of */
    struct ossi_link *next;
    struct ossi_link *prev;
} ossi_link_t;

/* Not connected yet; for the exchange's options and network. NULL without memory, or *refused set
 * when libcurl refuses an option. */
ossi_link_t *ossi_link_create(const ossi_request_t *request, const ossi_exchange_t *x,
                              int *refused);
void ossi_link_free(ossi_link_t *link);

/* 1 when the exchange, whose request it is, may use it. */
int ossi_link_serves(const ossi_link_t *link, const ossi_request_t *request,
                     const ossi_exchange_t *x);

/* libcurl has connected it. Returns 0, or -1 when it says no socket. */
int ossi_link_connected(ossi_link_t *link);

/* Into the results of the call that it serves: how long it took to make, as far as that came, or
 * that it was there. */
void ossi_link_tell_times(const ossi_link_t *link, ossi_call_t *call);

/* 0 when its peer has closed it, or has sent what nobody has asked for; asked of an idle one. */
int ossi_link_is_alive(ossi_link_t *link);

/* What moving bytes may end with, beside their number. */
#define OSSI_LINK_AGAIN  (-1) /* not now */
#define OSSI_LINK_CLOSED (-2) /* received: the peer has said its end */
#define OSSI_LINK_FAILED (-3) /* link->os_error and ->curl_code say why */

/* `more` follows at once: the system may wait for it, to send fewer, larger segments. */
ptrdiff_t ossi_link_send(ossi_link_t *link, const void *bytes, size_t n, int more);
ptrdiff_t ossi_link_receive(ossi_link_t *link, void *buffer, size_t room);

/* A receiving failed by an alert of TLS: since TLS 1.3 a server looks at the client's certificate
 * when the client takes the handshake for done. 0 where libcurl's words do not tell. */
int ossi_link_is_turned_away(const ossi_link_t *link);

/* The socket becomes readable with so many bytes, or at the connection's end; 1 is the usual. Where
 * the system cannot, or TLS has bytes of its own, it stays with that. */
void ossi_link_await(ossi_link_t *link, int bytes);

/* Bytes that were handed to the system and its peer has not taken; 0 where it does not tell. */
int64_t ossi_link_unsent(const ossi_link_t *link);

/* Forgets the request, its secrets overwritten. Touches nothing of libcurl, so a forked child may
 * call it. */
void ossi_link_forget(ossi_link_t *link);

#endif
