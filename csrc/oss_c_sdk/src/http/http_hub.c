/* SPDX-License-Identifier: Apache-2.0 */
#include "http_hub.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#include <curl/curl.h>

#include "http_session.h"
#include "ossi_fork.h"
#include "ossi_mem.h"

#define OSSI_FIRST_ITEMS 8

/* Connections kept for each request that runs at the same time: they may go to several hosts. */
#define OSSI_KEPT_PER_REQUEST 4

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

/* --- the sockets that are open --- */

static int s_open_socket(const struct curl_sockaddr *address) {
#ifdef SOCK_CLOEXEC
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    int fd = socket(address->family, address->socktype, address->protocol);
    if (fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
#endif
}

static curl_socket_t s_on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    ossi_hub_t *hub = arg;
    int fd = s_reserve(hub, &hub->sockets, sizeof(int)) == 0 ? s_open_socket(address) : -1;
    if (fd < 0) {
        return CURL_SOCKET_BAD;
    }
    ((int *)hub->sockets.items)[hub->sockets.count++] = fd;
    return fd;
}

static int s_on_close(void *arg, curl_socket_t fd) {
    ossi_hub_t *hub = arg;
    int *sockets = hub->sockets.items;
    for (size_t i = 0; i < hub->sockets.count; i++) {
        if (sockets[i] == fd) {
            sockets[i] = sockets[--hub->sockets.count];
            break;
        }
    }
    return close(fd);
}

/* Bytes that the system has taken and not sent; 0 where it does not tell. */
static int s_queued(int fd) {
    int queued = 0;
#if defined(SIOCOUTQ)
    int rc = ioctl(fd, SIOCOUTQ, &queued);
#elif defined(SO_NWRITE)
    socklen_t size = sizeof(queued);
    int rc = getsockopt(fd, SOL_SOCKET, SO_NWRITE, &queued, &size);
#else
    int rc = fd < 0 ? fd : 0;
#endif
    return rc == 0 ? queued : 0;
}

static long s_local_port(int fd) {
    struct sockaddr_storage at;
    socklen_t size = sizeof(at);
    memset(&at, 0, sizeof(at));
    if (getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        return -1;
    }
    if (at.ss_family == AF_INET6) {
        return ntohs(((const struct sockaddr_in6 *)(const void *)&at)->sin6_port);
    }
    return at.ss_family == AF_INET
               ? ntohs(((const struct sockaddr_in *)(const void *)&at)->sin_port)
               : -1;
}

/* libcurl tells of a transfer under way its connection's local port, but not its socket. */
int64_t ossi_hub_unsent(const ossi_hub_t *hub, const ossi_handle_t *handle) {
    long port = 0;
    int64_t sum = 0;
    const int *sockets = hub->sockets.items;
    (void)curl_easy_getinfo((CURL *)handle->easy, CURLINFO_LOCAL_PORT, &port);
    for (size_t i = 0; i < hub->sockets.count; i++) {
        if (s_local_port(sockets[i]) == port) {
            sum += s_queued(sockets[i]);
        }
    }
    return sum;
}

/* --- the sockets that are waited for --- */

static short s_events(int what) {
    return (short)(((what & CURL_POLL_IN) != 0 ? POLLIN : 0) |
                   ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0));
}

static int s_on_watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused) {
    (void)easy;
    (void)unused;
    ossi_hub_t *hub = arg;
    struct pollfd *watched = hub->watched.items;
    size_t i = 0;
    while (i < hub->watched.count && watched[i].fd != fd) {
        i++;
    }
    int known = i < hub->watched.count;
    if (what == CURL_POLL_REMOVE) {
        if (known) {
            watched[i] = watched[--hub->watched.count];
        }
        return 0;
    }
    if (!known) {
        if (s_reserve(hub, &hub->watched, sizeof(struct pollfd)) != 0) {
            return -1;
        }
        watched = hub->watched.items;
        hub->watched.count++;
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

int ossi_hub_act(ossi_hub_t *hub) {
    int running = 0;
    if (!s_timer_is_due(hub)) {
        return 0;
    }
    hub->timer_ms = -1;
    ossi_fork_hold();
    CURLMcode rc = curl_multi_socket_action(hub->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    ossi_fork_allow();
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
    const struct pollfd *watched = hub->watched.items;
    /* Copied first: libcurl changes the list while it serves. */
    hub->ready.count = 0;
    for (size_t i = 0; i < hub->watched.count; i++) {
        if (watched[i].revents == 0) {
            continue;
        }
        if (s_reserve(hub, &hub->ready, sizeof(struct pollfd)) != 0) {
            return CURLM_OUT_OF_MEMORY;
        }
        ((struct pollfd *)hub->ready.items)[hub->ready.count++] = watched[i];
    }
    CURLMcode rc = CURLM_OK;
    const struct pollfd *ready = hub->ready.items;
    ossi_fork_hold();
    /* A request's callback may be what forks. */
    for (size_t i = 0; i < hub->ready.count && rc == CURLM_OK && ossi_session_owns(hub); i++) {
        int running = 0;
        rc = curl_multi_socket_action(hub->multi, ready[i].fd, s_bits(&ready[i]), &running);
    }
    ossi_fork_allow();
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
    return n > 0 ? s_serve_ready(hub) : ossi_hub_act(hub);
}

/* --- transfers --- */

int ossi_hub_start(ossi_hub_t *hub, const ossi_handle_t *handle) {
    ossi_fork_hold();
    CURLMcode rc = curl_multi_add_handle(hub->multi, handle->easy);
    ossi_fork_allow();
    return (int)rc;
}

int ossi_hub_stop(ossi_hub_t *hub, const ossi_handle_t *handle) {
    ossi_fork_hold();
    CURLMcode rc = curl_multi_remove_handle(hub->multi, handle->easy);
    ossi_fork_allow();
    return (int)rc;
}

ossi_handle_t *ossi_hub_ended(ossi_hub_t *hub, int *curl_code) {
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(hub->multi, &left);
    char *handle = NULL;
    if (message == NULL || message->msg != CURLMSG_DONE ||
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &handle) != CURLE_OK) {
        return NULL;
    }
    *curl_code = (int)message->data.result;
    return (ossi_handle_t *)(void *)handle;
}

/* --- handles --- */

/* Connections are opened and closed for the hub, whichever handle they serve. */
static int s_set_sockets(ossi_hub_t *hub, CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, s_on_open) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, hub) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, s_on_close) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, hub) == CURLE_OK;
}

ossi_handle_t *ossi_hub_take(ossi_hub_t *hub) {
    ossi_handle_t *handle = hub->spare;
    if (handle != NULL) {
        hub->spare = handle->next;
        return handle;
    }
    handle = ossi_handle_create();
    if (handle != NULL && !s_set_sockets(hub, handle->easy)) {
        ossi_handle_free(handle);
        handle = NULL;
    }
    return handle;
}

void ossi_hub_give(ossi_hub_t *hub, ossi_handle_t *handle, int reusable) {
    int was_reset = 0;
    ossi_handle_forget(handle);
    if (reusable && ossi_handle_renew(handle, &was_reset) == 0 &&
        (!was_reset || s_set_sockets(hub, handle->easy))) {
        handle->next = hub->spare;
        hub->spare = handle;
    } else {
        ossi_handle_free(handle);
    }
}

/* --- life --- */

void ossi_hub_widen(ossi_hub_t *hub, int width) {
    if (width > hub->width && curl_multi_setopt(hub->multi, CURLMOPT_MAXCONNECTS,
                                                (long)width * OSSI_KEPT_PER_REQUEST) == CURLM_OK) {
        hub->width = width;
    }
}

static int s_set_multi(ossi_hub_t *hub) {
    return curl_multi_setopt(hub->multi, CURLMOPT_SOCKETFUNCTION, s_on_watch) == CURLM_OK &&
           curl_multi_setopt(hub->multi, CURLMOPT_SOCKETDATA, hub) == CURLM_OK &&
           curl_multi_setopt(hub->multi, CURLMOPT_TIMERFUNCTION, s_on_timer) == CURLM_OK &&
           curl_multi_setopt(hub->multi, CURLMOPT_TIMERDATA, hub) == CURLM_OK;
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
    hub->multi = curl_multi_init();
    if (hub->multi == NULL || !s_set_multi(hub)) {
        ossi_hub_free(hub);
        return NULL;
    }
    return hub;
}

ossi_hub_t *ossi_hub_create(void) {
    ossi_fork_hold();
    ossi_hub_t *hub = s_create();
    ossi_fork_allow();
    return hub;
}

void ossi_hub_free(ossi_hub_t *hub) {
    ossi_fork_hold();
    while (hub->spare != NULL) {
        ossi_handle_t *handle = hub->spare;
        hub->spare = handle->next;
        ossi_handle_free(handle);
    }
    if (hub->multi != NULL) {
        (void)curl_multi_cleanup(hub->multi);
    }
    apr_pool_destroy(hub->pool);
    ossi_fork_allow();
}
