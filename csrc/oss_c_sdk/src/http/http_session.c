/* SPDX-License-Identifier: Apache-2.0 */
#include "http_session.h"

#include <pthread.h>

#include "http_curl.h"
#include "ossi_fork.h"
#include "ossi_mem.h"

#define OSSI_DEFAULT_MAX_IDLE 32

struct ossi_session {
    apr_pool_t *pool;
    int max_idle;
    int idle_weight; /* connections of all idle hubs */
    int users;       /* hubs taken and not given back */
    int released;
    ossi_hub_t *idle; /* the one used last first */
    ossi_hub_t *busy;
    ossi_session_t *next; /* all sessions of the process */
    ossi_session_t *prev;
};

/* The process's state, all under s_lock. */
static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static ossi_session_t *s_sessions;
static ossi_session_t *s_default;
static int s_starts;
static unsigned s_generation;
static ossi_hub_t *s_abandoned; /* reachable, so that no leak is reported for them */
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

static void s_abandon(ossi_hub_t *hub) {
    while (hub != NULL) {
        ossi_hub_t *next = hub->next;
        hub->next = s_abandoned;
        s_abandoned = hub;
        hub = next;
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
        session->idle_weight = 0;
        session->users = 0;
    }
    (void)pthread_mutex_init(&s_lock, NULL);
    ossi_fork_child();
}

static void s_watch_forks(void) {
    s_fork_rc = pthread_atfork(s_before, s_in_parent, s_in_child);
}

/* --- lists --- */

static void s_push(ossi_hub_t **list, ossi_hub_t *hub) {
    hub->prev = NULL;
    hub->next = *list;
    if (*list != NULL) {
        (*list)->prev = hub;
    }
    *list = hub;
}

static void s_remove(ossi_hub_t **list, ossi_hub_t *hub) {
    if (hub->prev != NULL) {
        hub->prev->next = hub->next;
    } else {
        *list = hub->next;
    }
    if (hub->next != NULL) {
        hub->next->prev = hub->prev;
    }
}

/* For a single request the first of one connection, so that wide ones stay whole for several. */
static ossi_hub_t *s_choose(const ossi_session_t *session, int width) {
    ossi_hub_t *best = session->idle;
    for (ossi_hub_t *hub = best; hub != NULL && (width > 1 || best->weight > 1); hub = hub->next) {
        if (width > 1 ? hub->weight > best->weight : hub->weight < best->weight) {
            best = hub;
        }
    }
    return best;
}

static void s_take_idle(ossi_session_t *session, ossi_hub_t *hub) {
    s_remove(&session->idle, hub);
    session->idle_weight -= hub->weight;
}

/* What has to go when the session keeps `hub` or not: a list to be freed without the lock. */
static ossi_hub_t *s_keep(ossi_session_t *session, ossi_hub_t *hub) {
    ossi_hub_t *gone = NULL;
    hub->weight = hub->idle_count > 1 ? hub->idle_count : 1;
    if (hub->spoiled || session->released || hub->weight > session->max_idle) {
        hub->next = NULL;
        return hub;
    }
    while (session->idle_weight + hub->weight > session->max_idle) {
        ossi_hub_t *last = session->idle;
        while (last->next != NULL) {
            last = last->next;
        }
        s_take_idle(session, last);
        last->next = gone;
        gone = last;
    }
    s_push(&session->idle, hub);
    session->idle_weight += hub->weight;
    return gone;
}

static void s_free_all(ossi_hub_t *hub) {
    while (hub != NULL) {
        ossi_hub_t *next = hub->next;
        ossi_hub_free(hub);
        hub = next;
    }
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

/* With s_lock held, after the last hub of a released session is gone. */
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

/* One reason less for the session to exist. With s_lock held. */
static void s_drop_user(ossi_session_t *session) {
    session->users--;
    if (session->released && session->users == 0) {
        s_destroy(session);
    }
}

void ossi_session_release(ossi_session_t *session) {
    if (session == NULL) {
        return;
    }
    s_enter();
    ossi_hub_t *hub = session->idle;
    session->idle = NULL;
    session->idle_weight = 0;
    session->released = 1;
    session->users++;
    s_leave();
    s_free_all(hub);
    s_enter();
    s_drop_user(session);
    s_leave();
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

/* --- hubs --- */

int ossi_session_take(ossi_session_t *session, int width, ossi_hub_t **out) {
    s_enter();
    session = session != NULL ? session : s_default;
    if (session == NULL) {
        s_leave();
        return AOSE_FAILED_INITIALIZE;
    }
    session->users++;
    ossi_hub_t *hub = s_choose(session, width);
    if (hub != NULL) {
        s_take_idle(session, hub);
        s_push(&session->busy, hub);
    }
    s_leave();
    if (hub == NULL) {
        hub = ossi_hub_create();
        s_enter();
        if (hub != NULL) {
            hub->session = session;
            hub->generation = s_generation;
            s_push(&session->busy, hub);
        } else {
            s_drop_user(session);
        }
        s_leave();
    }
    *out = hub;
    return hub != NULL ? AOSE_OK : AOSE_OUT_MEMORY;
}

int ossi_session_owns(const ossi_hub_t *hub) {
    /* Written only by a thread that is alone in its process, so reading needs no lock. */
    return hub->generation == s_generation;
}

void ossi_session_give(ossi_hub_t *hub) {
    if (!ossi_session_owns(hub)) {
        return;
    }
    ossi_session_t *session = hub->session;
    s_enter();
    s_remove(&session->busy, hub);
    ossi_hub_t *gone = s_keep(session, hub);
    if (gone == NULL) {
        s_drop_user(session);
    }
    s_leave();
    if (gone != NULL) {
        s_free_all(gone);
        s_enter();
        s_drop_user(session);
        s_leave();
    }
}
