/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_TRANSPORT_H
#define OSSI_TRANSPORT_H

#include <stdint.h>

#include "aos_transport.h"

/*
 * The one engine that moves bytes: HTTP/1.1 behind the SDK's transport records, over connections
 * that libcurl makes. It uses of the SDK only public names and records, so that it can also be set
 * as the transport of an official SDK (aos_http_transport_perform).
 *
 * What it promises, whoever calls: nothing but a 2xx answer reaches resp->write_body (other bodies
 * are kept in resp->body, up to OSSI_MAX_ERROR_BODY, the rest dropped); fewer bytes than announced
 * are an error; the CRC-64 of what was sent and received stands in req->crc64 and resp->crc64 when
 * options->enable_crc; the body is sent with its Content-Length, never chunked; redirects are not
 * followed; dot segments in keys are sent as they are; headers and bodies of the answer are
 * bounded; every wait ends by a limit, a cancel or the tick; secrets are not logged.
 */

/* --- cffi: begin --- */
/* A method that http_method_e does not name, as its next number: a browser's preflight. */
#define OSSI_HTTP_OPTIONS 5

typedef struct ossi_session ossi_session_t;

typedef enum {
    OSSI_FAIL_NONE = 0,
    OSSI_FAIL_RESOLVE = 1,    /* the name of the host or of the proxy does not resolve */
    OSSI_FAIL_CONNECT = 2,    /* refused, unreachable */
    OSSI_FAIL_TLS = 3,        /* handshake, certificate, CA file */
    OSSI_FAIL_TIMEOUT = 4,    /* connecting, a stall, or the whole request took too long */
    OSSI_FAIL_CONNECTION = 5, /* reset, cut before an answer, empty reply */
    OSSI_FAIL_SHORT_BODY = 6, /* the answer ended before its announced length */
    OSSI_FAIL_PROTOCOL = 7,   /* not HTTP, or headers past the bounds */
    OSSI_FAIL_SOURCE = 8,     /* the request's body could not be read to its announced length */
    OSSI_FAIL_SINK = 9,       /* the answer's body could not be stored */
    OSSI_FAIL_TOO_BIG = 10,   /* more than max_memory_size */
    OSSI_FAIL_CANCELLED = 11, /* the cancel flag, or the tick said so */
    OSSI_FAIL_MEMORY = 12,
    OSSI_FAIL_INVALID = 13, /* a URL or header that cannot be sent */
    OSSI_FAIL_INTERNAL = 14
} ossi_failure_t;

/* Memory that a 2xx body is copied into while its CRC-64 is taken. */
typedef struct ossi_window {
    unsigned char *memory;
    size_t size;
    size_t used;
    int is_large; /* far larger than the processor's caches, which the copy then leaves alone */
} ossi_window_t;

/* How connections are made, beyond what the SDK's options have room for. Zeroed is the default;
 * texts are zero-terminated, NULL where not set. Requests whose records differ in more than
 * max_idle_ms share no connection. */
typedef struct ossi_network {
    const char *no_proxy;     /* hosts that the proxy is not for, joined by ',': "*", a name (and
                                 those below it), an address (IPv6 in brackets), "address/bits"; all
                                 but the last may end in ":port" */
    const char *certificate;  /* PEM file: the client's own */
    const char *key;          /* PEM file; NULL: it is in the certificate's */
    const char *key_password; /* NULL: the key is not encrypted */
    const char *source;       /* "host!ADDRESS" or "if!INTERFACE": where connections begin */
    int ip_version;           /* 4 or 6; 0: both */
    int tls_version;          /* 13: nothing below TLS 1.3; 0: nothing below 1.2 */
    int64_t max_idle_ms;      /* connections idle for longer are not used again; 0: 118 s */
} ossi_network_t;

/* One request's wishes and results. Zeroed is a good default. */
typedef struct ossi_call {
    ossi_session_t *session;       /* whose connections are used; NULL: the process's own */
    const ossi_network_t *network; /* read while the request runs; NULL: the defaults */
    int64_t total_timeout_ms;      /* the whole request; 0: no limit */
    int64_t stall_timeout_ms;      /* no byte in either direction for so long; 0: only
                                      options->speed_limit/speed_time */
    int path_style;        /* 1: the URL's path is "/" + req->resource, whatever req->uri says */
    int path_encoded;      /* 1: the path is percent-encoded already, and sent as it is */
    int once;              /* 1: never sent twice, not even when a kept connection turns out dead;
                              nor is what must not overwrite (x-oss-forbid-overwrite) */
    int rewindable;        /* 1: read_body reads at req->consumed_bytes, wherever that is */
    ossi_window_t *window; /* takes what fits of a 2xx body instead of write_body; may be NULL, may
                              be set by write_body for the pieces behind its first */
    volatile int cancel;   /* set to 1 by any thread (__atomic_store_n): the call ends within
                              200 ms */
    const volatile int *cancel_when; /* the same by a flag that calls share; may be NULL */
    int tick_interval_ms;            /* 0: 100 */
    int (*tick)(void *arg, int64_t done,
                int64_t total); /* in the calling thread, about every tick_interval_ms while
                                   the request lasts longer; not 0 cancels; may be NULL */
    void *tick_arg;
    /* results */
    ossi_failure_t failure;
    int os_error;            /* errno behind the failure, 0 if unknown */
    int curl_code;           /* CURLcode, for messages */
    int connections_made;    /* 0 when a kept connection served */
    int64_t sent_bytes;      /* of the body; up to date in each tick */
    int64_t received_bytes;  /* of the body; likewise */
    int64_t announced_bytes; /* the answer's Content-Length, -1 when it said none */
    uint64_t received_crc64; /* of a 2xx body as far as it came, going on from resp->crc64 */
    /* microseconds since the connection was begun until … 0: it did not come to that, or a kept
     * connection served */
    int64_t resolved_us;  /* its server's name, or its proxy's, was resolved */
    int64_t connected_us; /* that accepted it; as resolved_us where only the fact is known */
    int64_t secured_us;   /* TLS was agreed on, with the server behind the proxy */
    /* and since the request was begun */
    int64_t first_byte_us; /* until a byte of the answer came; 0: none did */
    int64_t total_us;      /* until its end */
    int was_kept;          /* 1: on a kept connection, not without any */
    int resent;            /* 1: a kept connection turned out dead, and it went over a new one */
} ossi_call_t;

/* Connections kept for reuse, at most `max_idle` idle ones; thread-safe. NULL without memory. */
ossi_session_t *ossi_session_create(int max_idle);

/* Closes idle connections and frees the session; requests under way in other threads finish
 * undisturbed first. */
void ossi_session_release(ossi_session_t *session);
/* --- cffi: end --- */

/*
 * Performs t->req into t->resp. `call` may be NULL. Returns AOSE_OK when an HTTP answer came in
 * whole (whatever its status) or a negative AOSE_ code, also put into t->controller->error_code
 * with a text in ->reason (in the controller's pool, free of secrets); `call->failure` tells more
 * finely. t->pool, t->req, t->resp and t->controller must be set, all else may be absent:
 * t->options NULL sends a built-in user agent, t->controller->options NULL means the documented
 * defaults.
 *
 * What the records say afterwards is about this request alone: resp->status, headers and
 * content_length (-1: none announced) and the controller's code, reason and times begin afresh.
 * Only the CRCs go on from the value they had, and get it back when the request fails; resp->body
 * and a file sink are appended to. The lists and files of a request's body are read without being
 * changed, so the same records may be performed again.
 *
 * A tick that is called while a body is sent tells of the sending, after that of the answer (with
 * total -1 when nothing was announced). Without a session in `call`, and without
 * ossi_transport_start(), the code is AOSE_FAILED_INITIALIZE. In a forked child, sessions stay
 * usable and make new connections; a request that was under way there when the process forked ends
 * with OSSI_FAIL_CONNECTION.
 */
int ossi_transport_perform(aos_http_transport_t *t, ossi_call_t *call);

/*
 * Several requests at once, in one thread: each is performed as ossi_transport_perform() would,
 * with the promises, limits and results of one, over connections that are the session's again when
 * it is released. A batch of small objects costs less so than with as many threads.
 *
 * What libcurl says of all of them together, which is little more than that memory ran out, ends
 * all that are under way. It belongs to one thread at a time, and nothing of it may be called by a
 * request's callbacks (tick and bodies). `call->session` is not looked at. In a forked child what
 * was under way ends with OSSI_FAIL_CONNECTION, and more can be added.
 */
typedef struct ossi_many ossi_many_t;

#define OSSI_MAX_WIDTH 256

/* `width`: how many may be under way at the same time, 1 to OSSI_MAX_WIDTH. `session` NULL means
 * the process's own; it must live as long as the result does. A session made for fewer idle
 * connections than `width` keeps none of them. NULL without memory or with another width. */
ossi_many_t *ossi_many_create(ossi_session_t *session, int width);

/*
 * Begins a request. `t` and `call` (never NULL) stay the caller's and must live, unchanged but for
 * the cancel flag, until they are taken; they are no other request's meanwhile. Returns AOSE_OK,
 * and what fails at once is taken like all else; or AOSE_INVALID_ARGUMENT, with nothing begun, when
 * there is no room or a record is missing.
 */
int ossi_many_add(ossi_many_t *many, aos_http_transport_t *t, ossi_call_t *call);

/* How many can be added: the width less what is under way or finished and not taken. */
int ossi_many_room(const ossi_many_t *many);

/* Moves bytes until at least one request is finished, or nothing is under way, or wait_ms have
 * passed: 0 only moves what can be moved, more than 100 counts as 100. Returns AOSE_OK. */
int ossi_many_run(ossi_many_t *many, int wait_ms);

/* The next finished one, in the order of finishing; NULL when there is none. *call is what it was
 * added with, *code what ossi_transport_perform() would have returned; both may be NULL. */
aos_http_transport_t *ossi_many_take(ossi_many_t *many, ossi_call_t **call, int *code);

/* What is still under way ends as cancelled: records and calls say so, as when it was taken. NULL
 * is allowed. */
void ossi_many_release(ossi_many_t *many);

/* The record and its texts in the pool; the password is overwritten when that goes. AOSE_OK or
 * AOSE_OUT_MEMORY. */
int ossi_network_copy(apr_pool_t *pool, const ossi_network_t *from, const ossi_network_t **out);

/* Whether any thread has set a cancel flag; NULL is none. */
static inline int ossi_flag_is_set(const volatile int *flag) {
    return flag != NULL && __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

/* A transport record in the pool, zeroed (t->pool too); NULL without memory. */
aos_http_transport_t *ossi_transport_create(aos_pool_t *pool);

/* Counted process-wide start of libcurl and of the process's own session; each start that returned
 * AOSE_OK is owed one stop. Thread-safe. A session made by ossi_session_create() needs neither. */
int ossi_transport_start(void);
void ossi_transport_stop(void);

/* "libcurl/7.88.1 OpenSSL/3.0.19 …" as libcurl says it; static. */
const char *ossi_transport_version(void);

#endif
