/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_FAILING_MALLOC_H
#define OSSC_TESTS_FAILING_MALLOC_H

#include <apr_pools.h>

/*
 * Makes single allocations fail. Linking failing_malloc.o replaces malloc, calloc, realloc and
 * mmap of the whole process, libraries included (64-bit Linux with glibc, not under ASan); with
 * -Wl,--wrap=apr_palloc each apr_palloc of the program's own objects counts as an allocation as
 * well, so that those that find room in a pool's block fail too. Arming concerns the calling thread
 * alone.
 */

/* The k-th allocation of this thread from now fails (the first is 1), later ones succeed again. */
void failing_malloc_arm(unsigned long k);

/* No more failures; 1 when the armed one has happened. */
int failing_malloc_disarm(void);

/*
 * Runs body(pool, arg) with the first allocation failing, then with the second, and so on, until a
 * run ends without a failure; each run has a fresh pool. The body returns 1 when what it saw was
 * right: the complete result, or, if failing_malloc_has_failed(), a proper failure. Returns the
 * number of failures, or 0 after the body returned 0 or when the runs do not come to an end.
 */
typedef int (*failing_malloc_body_t)(apr_pool_t *pool, void *arg);
unsigned long failing_malloc_run(failing_malloc_body_t body, void *arg);

/* For a body: 1 when this run's allocation has failed by now. */
int failing_malloc_has_failed(void);

#endif
