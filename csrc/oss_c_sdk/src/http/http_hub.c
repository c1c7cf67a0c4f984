/* SPDX-License-Identifier: Apache-2.0 */
#include "http_hub.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "http_curl.h"
#include "http_network.h"
#include "http_outcome.h"
#include "http_session.h"
#include "ossi_mem.h"

#define OSSI_FIRST_ITEMS 8

/* Connections kept for each request that runs at the same time: they may go to several hosts. */
#define OSSI_KEPT_PER_REQUEST 4

#define OSSI_MOST_LEFT_OPEN 16

/* More than there ever are: which are kept is decided here. */
#define OSSI_MULTI_CONNECTIONS 10000L

/* --- lists --- */

/* Room for one more item. */
static int s_reserve(ossi_hub_t *hub, ossi_hub_list_t *list, size_t item_size) {
    if (list->count < list->cap) {
        return 0;
    }
    size_t cap = list->cap > 0 ? list->cap * 2 : OSSI_FIRST_ITEMS;
    void *items = ossi_alloc(hub->pool, cap * item_size);
    if (items == NULL) {
        return -1;
    }
    if (list->count > 0) {
        memcpy(items, list->items, list->count * item_size);
    }
    list->items = items;
    list->cap = cap;
    return 0;
}

/* --- the sockets that are waited for --- */

static int s_add(ossi_hub_t *hub, int fd, short events, ossi_link_t *owner) {
    if (s_reserve(hub, &hub->watched, sizeof(struct pollfd)) != 0 ||
        s_reserve(hub, &hub->owners, sizeof(ossi_link_t *)) != 0) {
        return -1;
    }
    size_t place = hub->watched.count++;
    hub->owners.count++;
    ((struct pollfd *)hub->watched.items)[place] = (struct pollfd){.fd = fd, .events = events};
    ((ossi_link_t **)hub->owners.items)[place] = owner;
    if (owner != NULL) {
        owner->place = place;
    }
    return 0;
}

/* The last one takes its place. */
static void s_remove(ossi_hub_t *hub, size_t place) {
    struct pollfd *watched = hub->watched.items;
    ossi_link_t **owners = hub->owners.items;
    if (owners[place] != NULL) {
        owners[place]->place = SIZE_MAX;
    }
    size_t last = --hub->watched.count;
    hub->owners.count--;
    if (place != last) {
        watched[place] = watched[last];
        owners[place] = owners[last];
        if (owners[place] != NULL) {
            owners[place]->place = place;
        }
    }
}

int ossi_hub_watch(ossi_hub_t *hub, ossi_link_t *link, short events) {
    if (link->place == SIZE_MAX) {
        return s_add(hub, link->fd, events, link);
    }
    ((struct pollfd *)hub->watched.items)[link->place].events = events;
    return 0;
}

short ossi_hub_found(ossi_hub_t *hub, ossi_link_t *link) {
    if (link->place == SIZE_MAX) {
        return 0;
    }
    struct pollfd *watched = (struct pollfd *)hub->watched.items + link->place;
    short found = watched->revents;
    watched->revents = 0;
    return found;
}

/* --- libcurl's sockets and timer --- */

static short s_events(int what) {
    return (short)(((what & CURL_POLL_IN) != 0 ? POLLIN : 0) |
                   ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0));
}

static int s_on_watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused) {
    (void)easy;
    (void)unused;
    ossi_hub_t *hub = arg;
    struct pollfd *watched = hub->watched.items;
    ossi_link_t *const *owners = hub->owners.items;
    size_t i = 0;
    while (i < hub->watched.count && (watched[i].fd != fd || owners[i] != NULL)) {
        i++;
    }
    int known = i < hub->watched.count;
    if (what == CURL_POLL_REMOVE) {
        if (known) {
            s_remove(hub, i);
        }
        return 0;
    }
    if (!known) {
        return s_add(hub, fd, s_events(what), NULL);
    }
    watched[i] = (struct pollfd){.fd = fd, .events = s_events(what)};
    return 0;
}

static int s_on_timer(CURLM *multi, long wait_ms, void *arg) {
    (void)multi;
    ossi_hub_t *hub = arg;
    hub->timer_ms = wait_ms < 0 ? -1 : wait_ms == 0 ? 0 : ossi_clock_ms() + wait_ms;
    return 0;
}

static int s_timer_is_due(const ossi_hub_t *hub) {
    return hub->timer_ms == 0 || (hub->timer_ms > 0 && ossi_clock_ms() >= hub->timer_ms);
}

/* What libcurl wants to do without waiting. */
static int s_act(ossi_hub_t *hub) {
    int running = 0;
    if (!s_timer_is_due(hub)) {
        return 0;
    }
    hub->timer_ms = -1;
    ossi_curl_enter();
    CURLMcode rc = curl_multi_socket_action(hub->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    ossi_curl_leave();
    return (int)rc;
}

/* What libcurl is told of a socket. It does not look again, so an error is told as everything it
 * waits for: the call that it makes then will say which. */
static int s_bits(const struct pollfd *p) {
    int events = p->revents & (POLLIN | POLLOUT);
    if ((p->revents & ~(POLLIN | POLLOUT)) != 0) {
        events |= p->events;
    }
    return ((events & POLLIN) != 0 ? CURL_CSELECT_IN : 0) |
           ((events & POLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
}

static int s_serve_ready(ossi_hub_t *hub) {
    struct pollfd *watched = hub->watched.items;
    ossi_link_t *const *owners = hub->owners.items;
    /* Copied first: libcurl changes the list while it serves. */
    hub->ready.count = 0;
    for (size_t i = 0; i < hub->watched.count; i++) {
        if (watched[i].revents == 0 || owners[i] != NULL) {
            continue;
        }
        if (s_reserve(hub, &hub->ready, sizeof(struct pollfd)) != 0) {
            return CURLM_OUT_OF_MEMORY;
        }
        ((struct pollfd *)hub->ready.items)[hub->ready.count++] = watched[i];
        watched[i].revents = 0;
    }
    CURLMcode rc = CURLM_OK;
    const struct pollfd *ready = hub->ready.items;
    ossi_curl_enter();
    for (size_t i = 0; i < hub->ready.count && rc == CURLM_OK; i++) {
        int running = 0;
        rc = curl_multi_socket_action(hub->multi, ready[i].fd, s_bits(&ready[i]), &running);
    }
    ossi_curl_leave();
    return (int)rc;
}

static int s_until_timer(const ossi_hub_t *hub, int wait_ms) {
    if (hub->timer_ms < 0) {
        return wait_ms;
    }
    int64_t left = hub->timer_ms > 0 ? hub->timer_ms - ossi_clock_ms() : 0;
    left = left > 0 ? left : 0;
    return left < wait_ms ? (int)left : wait_ms;
}

int ossi_hub_wait(ossi_hub_t *hub, int wait_ms) {
    int n = poll(hub->watched.items, (nfds_t)hub->watched.count, s_until_timer(hub, wait_ms));
    if (n < 0) {
        return errno == EINTR ? 0 : CURLM_INTERNAL_ERROR;
    }
    int rc = n > 0 ? s_serve_ready(hub) : 0;
    return rc == 0 ? s_act(hub) : rc;
}

/* --- links --- */

static void s_unlink(ossi_hub_t *hub, ossi_link_t *link) {
    if (link->prev != NULL) {
        link->prev->next = link->next;
    } else {
        hub->idle = link->next;
    }
    if (link->next != NULL) {
        link->next->prev = link->prev;
    }
    link->next = NULL;
    link->prev = NULL;
    hub->idle_count--;
}

static void s_push(ossi_hub_t *hub, ossi_link_t *link) {
    link->prev = NULL;
    link->next = hub->idle;
    if (hub->idle != NULL) {
        hub->idle->prev = link;
    }
    hub->idle = link;
    hub->idle_count++;
}

/* libcurl closes the connection of a handle that leaves its multi, before 7.86 only when the multi
 * itself goes: until then the peer has to be told, and not many are left. */
static void s_end_connection(ossi_hub_t *hub, const ossi_link_t *link) {
    if (LIBCURL_VERSION_NUM < 0x075600 && link->fd >= 0) {
        if (link->plain) {
            (void)shutdown(link->fd, SHUT_RDWR); /* it may have ended already */
        }
        hub->left_open++;
        hub->spoiled |= hub->left_open >= OSSI_MOST_LEFT_OPEN;
    }
}

static int s_close(ossi_hub_t *hub, ossi_link_t *link) {
    if (link->place != SIZE_MAX) {
        s_remove(hub, link->place);
    }
    s_end_connection(hub, link);
    ossi_curl_enter();
    CURLMcode rc = curl_multi_remove_handle(hub->multi, link->easy);
    ossi_curl_leave();
    ossi_link_free(link);
    return (int)rc;
}

void ossi_hub_widen(ossi_hub_t *hub, int width) {
    hub->width = width > hub->width ? width : hub->width;
}

ossi_link_t *ossi_hub_take(ossi_hub_t *hub, const ossi_exchange_t *x,
                           const ossi_request_t *request) {
    int64_t oldest = ossi_clock_ms() - ossi_network_max_idle_ms(x->call->network);
    ossi_link_t *next = NULL;
    for (ossi_link_t *link = hub->idle; link != NULL; link = next) {
        next = link->next;
        if (!ossi_link_serves(link, request, x)) {
            continue;
        }
        s_unlink(hub, link);
        if (link->idle_since_ms > oldest && ossi_link_is_alive(link)) {
            return link;
        }
        if (s_close(hub, link) != 0) {
            hub->spoiled = 1;
        }
    }
    return NULL;
}

ossi_link_t *ossi_hub_connect(ossi_hub_t *hub, ossi_exchange_t *x, const ossi_request_t *request) {
    int refused = 0;
    ossi_link_t *link = ossi_link_create(request, x, &refused);
    if (link == NULL) {
        ossi_exchange_fail(x, refused ? OSSI_FAIL_INTERNAL : OSSI_FAIL_MEMORY,
                           refused ? "libcurl refused an option" : NULL);
        return NULL;
    }
    link->hub = hub;
    link->exchange = x;
    x->call->connections_made++;
    ossi_curl_enter();
    CURLcode shared = curl_easy_setopt(link->easy, CURLOPT_SHARE, hub->share);
    CURLMcode rc =
        shared == CURLE_OK ? curl_multi_add_handle(hub->multi, link->easy) : CURLM_OUT_OF_MEMORY;
    ossi_curl_leave();
    if (rc != CURLM_OK) {
        ossi_outcome_multi(x, (int)rc);
        ossi_link_free(link);
        return NULL;
    }
    return link;
}

int ossi_hub_give(ossi_hub_t *hub, ossi_link_t *link, int reusable) {
    if (!reusable) {
        return s_close(hub, link);
    }
    if (link->place != SIZE_MAX) {
        s_remove(hub, link->place);
    }
    ossi_link_forget(link);
    link->pending = 0;
    link->served++;
    link->idle_since_ms = ossi_clock_ms();
    s_push(hub, link);
    if (hub->idle_count <= hub->width * OSSI_KEPT_PER_REQUEST) {
        return 0;
    }
    ossi_link_t *last = hub->idle;
    while (last->next != NULL) {
        last = last->next;
    }
    s_unlink(hub, last);
    return s_close(hub, last);
}

ossi_link_t *ossi_hub_connected(ossi_hub_t *hub, int *curl_code) {
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(hub->multi, &left);
    char *link = NULL;
    if (message == NULL || message->msg != CURLMSG_DONE ||
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &link) != CURLE_OK) {
        return NULL;
    }
    *curl_code = (int)message->data.result;
    return (ossi_link_t *)(void *)link;
}

/* --- life --- */

static int s_set_multi(ossi_hub_t *hub) {
    return curl_multi_setopt(hub->multi, CURLMOPT_SOCKETFUNCTION, s_on_watch) == CURLM_OK &&
           curl_multi_setopt(hub->multi, CURLMOPT_SOCKETDATA, hub) == CURLM_OK &&
           curl_multi_setopt(hub->multi, CURLMOPT_TIMERFUNCTION, s_on_timer) == CURLM_OK &&
           curl_multi_setopt(hub->multi, CURLMOPT_TIMERDATA, hub) == CURLM_OK &&
           curl_multi_setopt(hub->multi, CURLMOPT_MAXCONNECTS, OSSI_MULTI_CONNECTIONS) ==
               CURLM_OK &&
           curl_share_setopt(hub->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
}

/* With forks held off, as APR's common allocator has a lock too. */
static ossi_hub_t *s_create(void) {
    apr_pool_t *pool = NULL;
    if (ossi_pool_create(&pool, NULL) != AOSE_OK) {
        return NULL;
    }
    ossi_hub_t *hub = ossi_alloc(pool, sizeof(*hub));
    if (hub == NULL) {
        apr_pool_destroy(pool);
        return NULL;
    }
    hub->pool = pool;
    hub->timer_ms = -1;
    hub->width = 1;
    hub->multi = curl_multi_init();
    hub->share = curl_share_init();
    if (hub->multi == NULL || hub->share == NULL || !s_set_multi(hub)) {
        ossi_hub_free(hub);
        return NULL;
    }
    return hub;
}

ossi_hub_t *ossi_hub_create(void) {
    ossi_curl_enter();
    ossi_hub_t *hub = s_create();
    ossi_curl_leave();
    return hub;
}

void ossi_hub_free(ossi_hub_t *hub) {
    ossi_curl_enter();
    while (hub->idle != NULL) {
        ossi_link_t *link = hub->idle;
        s_unlink(hub, link);
        (void)s_close(hub, link); /* it goes, whatever libcurl says */
    }
    if (hub->multi != NULL) {
        (void)curl_multi_cleanup(hub->multi);
    }
    if (hub->share != NULL) {
        (void)curl_share_cleanup(hub->share);
    }
    apr_pool_destroy(hub->pool);
    ossi_curl_leave();
}
