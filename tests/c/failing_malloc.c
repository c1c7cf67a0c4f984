/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_malloc.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <apr_allocator.h>

#define S_MOST_RUNS 100000

/* glibc's own names for what is replaced here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__real_apr_palloc(apr_pool_t *pool, apr_size_t size);
void *__wrap_apr_palloc(apr_pool_t *pool, apr_size_t size);

static _Thread_local unsigned long s_left; /* allocations until the failing one, 0: none fails */
static _Thread_local int s_failed;

static int s_fails(void) {
    if (s_left == 0 || --s_left > 0) {
        return 0;
    }
    s_failed = 1;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) {
    return s_fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return s_fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size) {
    return s_fails() ? NULL : __libc_realloc(p, size);
}

/* Where APR is built so, the blocks of its pools come from here. */
void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return s_fails() ? MAP_FAILED
                     : (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return mmap(at, size, protection, flags, fd, offset);
}

void *__wrap_apr_palloc(apr_pool_t *pool, apr_size_t size) {
    return s_fails() ? NULL : __real_apr_palloc(pool, size);
}

void failing_malloc_arm(unsigned long k) {
    s_failed = 0;
    s_left = k;
}

int failing_malloc_disarm(void) {
    s_left = 0;
    return s_failed;
}

int failing_malloc_has_failed(void) {
    return s_failed;
}

/* A pool whose blocks come from malloc each time and go back at once. */
static apr_pool_t *s_create_pool(void) {
    apr_allocator_t *allocator = NULL;
    apr_pool_t *pool = NULL;
    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    apr_allocator_max_free_set(allocator, 1);
    if (apr_pool_create_ex(&pool, NULL, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    return pool;
}

unsigned long failing_malloc_run(failing_malloc_body_t body, void *arg) {
    for (unsigned long k = 1; k < S_MOST_RUNS; k++) {
        apr_pool_t *pool = s_create_pool();
        if (pool == NULL) {
            return 0;
        }
        failing_malloc_arm(k);
        int right = body(pool, arg);
        int failed = failing_malloc_disarm();
        apr_pool_destroy(pool);
        if (!right) {
            return 0;
        }
        if (!failed) {
            return k - 1;
        }
    }
    return 0;
}
