/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_pool.h"

#include <stdatomic.h>
#include <stddef.h>

#include <apr_allocator.h>

#define S_SLOTS 32

/* What a pool keeps of its blocks; the memory of a large body goes back to the system. */
#define S_KEPT_BYTES ((apr_size_t)256 << 10)

static _Atomic(apr_pool_t *) s_idle[S_SLOTS];

static apr_pool_t *s_create(void) {
    apr_allocator_t *allocator = NULL;
    apr_pool_t *pool = NULL;
    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    apr_allocator_max_free_set(allocator, S_KEPT_BYTES);
    if (apr_pool_create_unmanaged_ex(&pool, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    return pool;
}

apr_pool_t *ossc_pool_take(void) {
    for (size_t i = 0; i < S_SLOTS; i++) {
        apr_pool_t *pool = atomic_exchange_explicit(&s_idle[i], NULL, memory_order_acquire);
        if (pool != NULL) {
            return pool;
        }
    }
    return s_create();
}

void ossc_pool_give(apr_pool_t *pool) {
    apr_pool_clear(pool);
    for (size_t i = 0; i < S_SLOTS; i++) {
        apr_pool_t *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&s_idle[i], &none, pool, memory_order_release,
                                                    memory_order_relaxed)) {
            return;
        }
    }
    apr_pool_destroy(pool);
}
