/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_fork.h"

#include <pthread.h>

/* A waiting fork goes first, or busy threads would hold it off for ever. */
#ifdef PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP
#define S_FREE PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP
#else
#define S_FREE PTHREAD_RWLOCK_INITIALIZER
#endif

/* Never destroyed, and taken once by a thread: locking it cannot fail. */
static pthread_rwlock_t s_gate = S_FREE;
static _Thread_local unsigned s_depth;

void ossi_fork_hold(void) {
    if (s_depth++ == 0) {
        (void)pthread_rwlock_rdlock(&s_gate);
    }
}

void ossi_fork_allow(void) {
    if (--s_depth == 0) {
        (void)pthread_rwlock_unlock(&s_gate);
    }
}

void ossi_fork_prepare(void) {
    if (s_depth == 0) {
        (void)pthread_rwlock_wrlock(&s_gate);
    }
}

void ossi_fork_parent(void) {
    if (s_depth == 0) {
        (void)pthread_rwlock_unlock(&s_gate);
    }
}

void ossi_fork_child(void) {
    static const pthread_rwlock_t s_free = S_FREE;
    s_gate = s_free;
    if (s_depth > 0) {
        (void)pthread_rwlock_rdlock(&s_gate);
    }
}
