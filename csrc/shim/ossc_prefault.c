/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_prefault.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aos_define.h"
#include "ossc_thread.h"
#include "ossi_fork.h"
#include "ossi_mem.h"

#ifdef MADV_POPULATE_WRITE

/* Made at a time: an end is waited for no longer than this takes. */
#define S_STEP ((size_t)4 << 20)

struct ossc_prefault {
    apr_pool_t *pool;
    pthread_t thread;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    unsigned char *next;
    unsigned char *allowed;
    unsigned char *end;
    unsigned char *memory;
    pid_t process; /* after a fork the thread is the parent's alone */
    int is_ended;
};

/* The next step's first byte and size; 0 at the end. */
static size_t s_next_step(ossc_prefault_t *p, unsigned char **at) {
    size_t n = 0;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->is_ended && p->next >= p->allowed && p->next < p->end) {
        (void)pthread_cond_wait(&p->changed, &p->lock);
    }
    if (!p->is_ended && p->next < p->end) {
        size_t left = (size_t)(p->allowed - p->next);
        n = left < S_STEP ? left : S_STEP;
        *at = p->next;
        p->next += n;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

static void *s_make_pages(void *arg) {
    unsigned char *at = NULL;
    size_t n = 0;
    while ((n = s_next_step(arg, &at)) > 0 && madvise(at, n, MADV_POPULATE_WRITE) == 0) {
    }
    return NULL;
}

ossc_prefault_t *ossc_prefault_begin(void *memory, size_t size) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    apr_pool_t *pool = NULL;
    if (ossi_pool_create(&pool, NULL) != AOSE_OK) {
        return NULL;
    }
    ossc_prefault_t *p = ossi_alloc(pool, sizeof(*p));
    if (p == NULL) {
        apr_pool_destroy(pool);
        return NULL;
    }
    uintptr_t first = ((uintptr_t)memory + page - 1) & ~(page - 1);
    uintptr_t last = ((uintptr_t)memory + size) & ~(page - 1);
    p->pool = pool;
    p->memory = memory;
    p->next = p->allowed = (unsigned char *)first;
    p->end = (unsigned char *)(last > first ? last : first);
    p->process = getpid();
    (void)pthread_mutex_init(&p->lock, NULL); /* glibc's cannot fail */
    (void)pthread_cond_init(&p->changed, NULL);
    if (ossc_thread_begin(&p->thread, s_make_pages, p) != 0) {
        apr_pool_destroy(pool);
        return NULL;
    }
    return p;
}

void ossc_prefault_allow(ossc_prefault_t *prefault, size_t size) {
    if (prefault == NULL || prefault->process != getpid()) {
        return;
    }
    (void)pthread_mutex_lock(&prefault->lock);
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t to = ((uintptr_t)prefault->memory + size) & ~(page - 1);
    uintptr_t end = (uintptr_t)prefault->end;
    to = to < end ? to : end;
    if (to > (uintptr_t)prefault->allowed) {
        prefault->allowed = (unsigned char *)to;
        (void)pthread_cond_signal(&prefault->changed);
    }
    (void)pthread_mutex_unlock(&prefault->lock);
}

void ossc_prefault_end(ossc_prefault_t *prefault) {
    if (prefault == NULL || prefault->process != getpid()) {
        return;
    }
    (void)pthread_mutex_lock(&prefault->lock);
    prefault->is_ended = 1;
    (void)pthread_cond_signal(&prefault->changed);
    (void)pthread_mutex_unlock(&prefault->lock);
    (void)pthread_join(prefault->thread, NULL);
    (void)pthread_mutex_destroy(&prefault->lock);
    (void)pthread_cond_destroy(&prefault->changed);
    ossi_fork_hold(); /* APR's common allocator has a lock */
    apr_pool_destroy(prefault->pool);
    ossi_fork_allow();
}

#else

ossc_prefault_t *ossc_prefault_begin(void *memory, size_t size) {
    (void)memory;
    (void)size;
    return NULL;
}

void ossc_prefault_allow(ossc_prefault_t *prefault, size_t size) {
    (void)prefault;
    (void)size;
}

void ossc_prefault_end(ossc_prefault_t *prefault) {
    (void)prefault;
}

#endif
