/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_STR_H
#define OSSI_STR_H

#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

/*
 * Growing text in a pool: URLs, header lines, canonical requests, XML. Two rules make it safe to
 * use without looking after every call: it never grows past `ceiling`, and the first failure sticks
 * (every later call does nothing and returns the same code), so a builder looks once, at
 * ossi_str_take().
 *
 * Not thread-safe: one string, one thread. Memory belongs to the pool; a growing string leaves at
 * most as much behind there as its final size, overwritten with zeros, as it may be a secret.
 */
typedef struct ossi_str {
    apr_pool_t *pool;
    char *data; /* NULL while empty; always zero-terminated otherwise */
    size_t len; /* bytes, the terminator not counted */
    size_t cap;
    size_t ceiling; /* largest len */
    int rc;         /* AOSE_OK, AOSE_OUT_MEMORY or AOSE_OVER_MEMORY; sticky */
} ossi_str_t;

/* Ceilings, in bytes: the one list of them. */
#define OSSI_MAX_URL          (256 * 1024)
#define OSSI_MAX_CANONICAL    (1024 * 1024) /* canonical requests, strings to sign */
#define OSSI_MAX_HEADER_LINE  (64 * 1024)
#define OSSI_MAX_HEADERS      (256 * 1024) /* all header lines of one response */
#define OSSI_MAX_HEADER_COUNT 512
#define OSSI_MAX_XML          (16 * 1024 * 1024)
#define OSSI_MAX_XML_DEPTH    32
#define OSSI_MAX_XML_RECORDS  100000       /* list records of one document */
#define OSSI_MAX_ERROR_BODY   (256 * 1024) /* kept of a body whose status is not 2xx */
#define OSSI_MAX_LOG_LINE     4096

void ossi_str_init(ossi_str_t *s, apr_pool_t *pool, size_t ceiling);

/* Room for a text of n bytes, or of the ceiling if that is less, so that it need not grow. */
void ossi_str_expect(ossi_str_t *s, size_t n);

/* Append; each returns s->rc. */
int ossi_str_add(ossi_str_t *s, const char *bytes, size_t n);
int ossi_str_addz(ossi_str_t *s, const char *text); /* zero-terminated; NULL counts as "" */
int ossi_str_addc(ossi_str_t *s, char c);
int ossi_str_add_u64(ossi_str_t *s, uint64_t value);
int ossi_str_add_i64(ossi_str_t *s, int64_t value);

/* Percent-encodes per protocol section 3: upper-case hex, A-Za-z0-9-_.~ stay, '/' stays when
 * keep_slash is not 0. */
int ossi_str_add_encoded(ossi_str_t *s, const char *bytes, size_t n, int keep_slash);

/*
 * The finished text, zero-terminated and borrowed from the pool ("" when nothing was added), or
 * NULL after a failure. `len` may be NULL. Returns s->rc.
 */
int ossi_str_take(ossi_str_t *s, char **text, size_t *len);

#endif
