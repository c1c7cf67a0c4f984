/* SPDX-License-Identifier: Apache-2.0 */
#include "http_session.h"

#include <pthread.h>

#include "ossi_fork.h"
#include "ossi_mem.h"

#define OSSI_DEFAULT_MAX_IDLE 32

struct ossi_session {
    apr_pool_t *pool;
    int max_idle;
    int idle_count;
    int users; /* handles taken and not given back */
    int released;
    ossi_handle_t *idle; /* a stack */
    ossi_handle_t *busy;
    ossi_session_t *next; /* all sessions of the process */
    ossi_session_t *prev;
};

/* The process's state, all under s_lock. */
static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static ossi_session_t *s_sessions;
static ossi_session_t *s_default;
static int s_starts;
static unsigned s_generation;
static ossi_handle_t *s_abandoned; /* reachable, so that no leak is reported for them */
static pthread_once_t s_fork_once = PTHREAD_ONCE_INIT;
static int s_fork_rc;

/* s_lock is never destroyed and not recursive: locking it cannot fail. */
static void s_enter(void) {
    (void)pthread_mutex_lock(&s_lock);
}

static void s_leave(void) {
    (void)pthread_mutex_unlock(&s_lock);
}

/* --- fork --- */

static void s_abandon(ossi_handle_t *handle) {
    while (handle != NULL) {
        ossi_handle_t *next = handle->next;
        handle->next = s_abandoned;
        s_abandoned = handle;
        handle = next;
    }
}

static void s_before(void) {
    ossi_fork_prepare();
    s_enter();
}

static void s_in_parent(void) {
    s_leave();
    ossi_fork_parent();
}

static void s_in_child(void) {
    s_generation++;
    for (ossi_session_t *session = s_sessions; session != NULL; session = session->next) {
        s_abandon(session->idle);
        s_abandon(session->busy);
        session->idle = NULL;
        session->busy = NULL;
        session->idle_count = 0;
        session->users = 0;
    }
    (void)pthread_mutex_init(&s_lock, NULL);
    ossi_fork_child();
}

static void s_watch_forks(void) {
    s_fork_rc = pthread_atfork(s_before, s_in_parent, s_in_child);
}

/* --- lists --- */

static void s_push_busy(ossi_session_t *session, ossi_handle_t *handle) {
    handle->prev = NULL;
    handle->next = session->busy;
    if (session->busy != NULL) {
        session->busy->prev = handle;
    }
    session->busy = handle;
}

static void s_remove_busy(ossi_session_t *session, ossi_handle_t *handle) {
    if (handle->prev != NULL) {
        handle->prev->next = handle->next;
    } else {
        session->busy = handle->next;
    }
    if (handle->next != NULL) {
        handle->next->prev = handle->prev;
    }
}

static ossi_handle_t *s_pop_idle(ossi_session_t *session) {
    ossi_handle_t *handle = session->idle;
    if (handle != NULL) {
        session->idle = handle->next;
        session->idle_count--;
    }
    return handle;
}

static void s_link(ossi_session_t *session) {
    session->next = s_sessions;
    if (s_sessions != NULL) {
        s_sessions->prev = session;
    }
    s_sessions = session;
}

static void s_unlink(ossi_session_t *session) {
    if (session->prev != NULL) {
        session->prev->next = session->next;
    } else {
        s_sessions = session->next;
    }
    if (session->next != NULL) {
        session->next->prev = session->prev;
    }
}

/* --- sessions --- */

/* With s_lock held: APR's own count is not atomic. */
static ossi_session_t *s_create(int max_idle) {
    if (apr_initialize() != APR_SUCCESS) {
        return NULL;
    }
    apr_pool_t *pool = NULL;
    int curl_started = ossi_curl_start() == AOSE_OK;
    int pooled = curl_started && ossi_pool_create(&pool, NULL) == AOSE_OK;
    ossi_session_t *session = pooled ? ossi_alloc(pool, sizeof(*session)) : NULL;
    if (session != NULL) {
        session->pool = pool;
        session->max_idle = max_idle > 0 ? max_idle : 0;
        s_link(session);
        return session;
    }
    if (pooled) {
        apr_pool_destroy(pool);
    }
    if (curl_started) {
        ossi_curl_stop();
    }
    apr_terminate();
    return NULL;
}

/* With s_lock held, after the last handle of a released session is gone. */
static void s_destroy(ossi_session_t *session) {
    s_unlink(session);
    apr_pool_destroy(session->pool);
    ossi_curl_stop();
    apr_terminate();
}

ossi_session_t *ossi_session_create(int max_idle) {
    if (pthread_once(&s_fork_once, s_watch_forks) != 0 || s_fork_rc != 0) {
        return NULL;
    }
    s_enter();
    ossi_session_t *session = s_create(max_idle);
    s_leave();
    return session;
}

/* One reason less for the session to exist. */
static void s_drop_user(ossi_session_t *session) {
    s_enter();
    session->users--;
    if (session->released && session->users == 0) {
        s_destroy(session);
    }
    s_leave();
}

void ossi_session_release(ossi_session_t *session) {
    if (session == NULL) {
        return;
    }
    s_enter();
    ossi_handle_t *handle = session->idle;
    session->idle = NULL;
    session->idle_count = 0;
    session->released = 1;
    session->users++;
    s_leave();
    while (handle != NULL) {
        ossi_handle_t *next = handle->next;
        ossi_handle_free(handle);
        handle = next;
    }
    s_drop_user(session);
}

int ossi_transport_start(void) {
    if (pthread_once(&s_fork_once, s_watch_forks) != 0 || s_fork_rc != 0) {
        return AOSE_FAILED_INITIALIZE;
    }
    s_enter();
    if (s_starts == 0) {
        s_default = s_create(OSSI_DEFAULT_MAX_IDLE);
    }
    int rc = s_default != NULL ? AOSE_OK : AOSE_FAILED_INITIALIZE;
    s_starts += rc == AOSE_OK;
    s_leave();
    return rc;
}

void ossi_transport_stop(void) {
    ossi_session_t *last = NULL;
    s_enter();
    if (s_starts > 0 && --s_starts == 0) {
        last = s_default;
        s_default = NULL;
    }
    s_leave();
    ossi_session_release(last);
}

/* --- handles --- */

int ossi_session_take(ossi_session_t *session, ossi_handle_t **out) {
    s_enter();
    session = session != NULL ? session : s_default;
    if (session == NULL) {
        s_leave();
        return AOSE_FAILED_INITIALIZE;
    }
    session->users++;
    ossi_handle_t *handle = s_pop_idle(session);
    if (handle != NULL) {
        s_push_busy(session, handle);
    }
    s_leave();
    if (handle == NULL) {
        handle = ossi_handle_create();
        if (handle == NULL) {
            s_drop_user(session);
            return AOSE_OUT_MEMORY;
        }
        s_enter();
        handle->session = session;
        handle->generation = s_generation;
        s_push_busy(session, handle);
        s_leave();
    }
    *out = handle;
    return AOSE_OK;
}

int ossi_session_owns(const ossi_handle_t *handle) {
    /* Written only by a thread that is alone in its process, so reading needs no lock. */
    return handle->generation == s_generation;
}

void ossi_session_give(ossi_handle_t *handle, int reusable) {
    if (!ossi_session_owns(handle)) {
        return;
    }
    ossi_session_t *session = handle->session;
    s_enter();
    s_remove_busy(session, handle);
    int keep = reusable && !session->released && session->idle_count < session->max_idle;
    if (keep) {
        handle->next = session->idle;
        session->idle = handle;
        session->idle_count++;
    }
    s_leave();
    if (!keep) {
        ossi_handle_free(handle);
    }
    s_drop_user(session);
}
