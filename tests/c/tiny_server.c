/* SPDX-License-Identifier: Apache-2.0 */
#include "tiny_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 8192
#define MAX_REQUESTS    4096

typedef struct connection {
    tiny_server_t *server;
    pthread_t thread;
    int index;
    int fd; /* -1 when closed; under the server's lock */
    char *buffer;
    size_t len;
    size_t cap;
} connection_t;

struct tiny_server {
    const tiny_script_t *scripts;
    size_t script_count;
    int fd;
    int port;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int stopping;
    int forgetful;
    int told;
    int told_taken;
    int connection_count;
    size_t request_count;
    connection_t connections[MAX_CONNECTIONS];
    tiny_request_t requests[MAX_REQUESTS];
};

static void s_require(int condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "tiny_server: %s: errno %d\n", what, errno);
        abort();
    }
}

static void s_sleep_ms(size_t ms) {
    struct timespec t = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&t, &t) != 0 && errno == EINTR) {
    }
}

static int s_receive(connection_t *c, size_t most) {
    if (c->len + most + 1 > c->cap) {
        c->cap = c->len + most + 1;
        c->buffer = realloc(c->buffer, c->cap);
        s_require(c->buffer != NULL, "memory");
    }
    ssize_t n = recv(c->fd, c->buffer + c->len, most, 0);
    if (n <= 0) {
        return -1;
    }
    c->len += (size_t)n;
    c->buffer[c->len] = '\0';
    return 0;
}

static void s_record(connection_t *c, size_t head, size_t body) {
    tiny_server_t *server = c->server;
    (void)pthread_mutex_lock(&server->lock);
    size_t i = server->request_count++;
    if (!server->forgetful && i < MAX_REQUESTS) {
        tiny_request_t *r = &server->requests[i];
        r->connection = c->index;
        r->head = strndup(c->buffer, head);
        r->body = malloc(body + 1);
        r->body_len = body;
        s_require(r->head != NULL && r->body != NULL, "memory");
        memcpy(r->body, c->buffer + head, body);
        r->body[body] = '\0';
    }
    (void)pthread_cond_broadcast(&server->changed);
    (void)pthread_mutex_unlock(&server->lock);
}

static size_t s_body_length(const char *head) {
    const char *line = strcasestr(head, "\r\ncontent-length:");
    return line != NULL ? strtoul(line + 17, NULL, 10) : 0;
}

/* The system takes in no more than that ahead of us, or it would have all that is left long before
 * we do, and the client nothing to see. */
static void s_keep_room_small(const connection_t *c, size_t n) {
    int room = (int)n;
    int rc = setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    s_require(rc == 0, "a small receive buffer");
}

static int s_read_request(connection_t *c, const tiny_step_t *step) {
    if (step->kind == TINY_READ_SLOW) {
        s_keep_room_small(c, step->n);
    }
    char *end = c->len > 0 ? strstr(c->buffer, "\r\n\r\n") : NULL;
    while (end == NULL) {
        size_t looked = c->len > 3 ? c->len - 3 : 0;
        if (s_receive(c, 65536) != 0) {
            return -1;
        }
        end = strstr(c->buffer + looked, "\r\n\r\n");
    }
    size_t head = (size_t)(end - c->buffer) + 4;
    size_t body = step->kind == TINY_READ_HEAD ? 0 : s_body_length(c->buffer);
    while (c->len < head + body) {
        size_t most = 1024 * 1024;
        if (step->kind == TINY_READ_SLOW) {
            s_sleep_ms(40);
            most = step->n;
        }
        if (s_receive(c, most) != 0) {
            return -1;
        }
    }
    s_record(c, head, body);
    memmove(c->buffer, c->buffer + head + body, c->len - head - body);
    c->len -= head + body;
    c->buffer[c->len] = '\0';
    return 0;
}

static int s_send(connection_t *c, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t sent = send(c->fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0) {
            return -1;
        }
        bytes += sent;
        n -= (size_t)sent;
    }
    return 0;
}

static int s_fill(connection_t *c, size_t n) {
    char block[65536];
    memset(block, 'x', sizeof(block));
    while (n > 0) {
        size_t piece = n < sizeof(block) ? n : sizeof(block);
        if (s_send(c, block, piece) != 0) {
            return -1;
        }
        n -= piece;
    }
    return 0;
}

static int s_wait(connection_t *c) {
    tiny_server_t *server = c->server;
    (void)pthread_mutex_lock(&server->lock);
    while (!server->stopping && server->told == server->told_taken) {
        (void)pthread_cond_wait(&server->changed, &server->lock);
    }
    int stopping = server->stopping;
    if (!stopping) {
        server->told_taken++;
    }
    (void)pthread_mutex_unlock(&server->lock);
    return stopping ? -1 : 0;
}

static void s_close(connection_t *c, int reset) {
    (void)pthread_mutex_lock(&c->server->lock);
    if (c->fd >= 0) {
        struct linger hard = {.l_onoff = 1, .l_linger = 0};
        if (reset) {
            (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
        } else {
            (void)shutdown(c->fd, SHUT_WR);
        }
        (void)close(c->fd);
        c->fd = -1;
    }
    (void)pthread_mutex_unlock(&c->server->lock);
}

/* Returns 0 to go on with the next step. */
static int s_play(connection_t *c, const tiny_step_t *step) {
    switch (step->kind) {
    case TINY_READ:
    case TINY_READ_HEAD:
    case TINY_READ_SLOW:
        return s_read_request(c, step);
    case TINY_SEND:
        return s_send(c, step->bytes, step->n);
    case TINY_FILL:
        return s_fill(c, step->n);
    case TINY_WAIT:
        return s_wait(c);
    case TINY_PAUSE:
        s_sleep_ms(step->n);
        return 0;
    case TINY_RESET:
        s_close(c, 1);
        return -1;
    case TINY_CLOSE:
    case TINY_AGAIN:
        break;
    }
    return -1;
}

static void *s_serve(void *arg) {
    connection_t *c = arg;
    size_t script =
        (size_t)c->index < c->server->script_count ? (size_t)c->index : c->server->script_count - 1;
    const tiny_step_t *first = c->server->scripts[script].steps;
    const tiny_step_t *step = first;
    while (step->kind == TINY_AGAIN || s_play(c, step) == 0) {
        step = step->kind == TINY_AGAIN ? first : step + 1;
    }
    s_close(c, 0);
    free(c->buffer);
    return NULL;
}

static void *s_accept(void *arg) {
    tiny_server_t *server = arg;
    for (;;) {
        int fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC);
        (void)pthread_mutex_lock(&server->lock);
        int stopping = server->stopping;
        (void)pthread_mutex_unlock(&server->lock);
        if (fd < 0 || stopping) {
            if (fd >= 0) {
                (void)close(fd);
            }
            return NULL;
        }
        int on = 1;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        (void)pthread_mutex_lock(&server->lock);
        int i = server->connection_count++;
        s_require(i < MAX_CONNECTIONS, "too many connections");
        connection_t *c = &server->connections[i];
        c->server = server;
        c->index = i;
        c->fd = fd;
        s_require(pthread_create(&c->thread, NULL, s_serve, c) == 0, "thread");
        (void)pthread_mutex_unlock(&server->lock);
    }
}

tiny_server_t *tiny_server_start(const tiny_script_t *scripts, size_t count) {
    tiny_server_t *server = calloc(1, sizeof(*server));
    s_require(server != NULL && count > 0, "memory");
    server->scripts = scripts;
    server->script_count = count;
    (void)pthread_mutex_init(&server->lock, NULL);
    (void)pthread_cond_init(&server->changed, NULL);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    s_require(server->fd >= 0, "socket");
    s_require(bind(server->fd, (struct sockaddr *)&at, size) == 0, "bind");
    s_require(listen(server->fd, 128) == 0, "listen");
    s_require(getsockname(server->fd, (struct sockaddr *)&at, &size) == 0, "getsockname");
    server->port = ntohs(at.sin_port);
    s_require(pthread_create(&server->thread, NULL, s_accept, server) == 0, "thread");
    return server;
}

int tiny_server_port(const tiny_server_t *server) {
    return server->port;
}

void tiny_server_tell(tiny_server_t *server) {
    (void)pthread_mutex_lock(&server->lock);
    server->told++;
    (void)pthread_cond_broadcast(&server->changed);
    (void)pthread_mutex_unlock(&server->lock);
}

void tiny_server_forget(tiny_server_t *server) {
    (void)pthread_mutex_lock(&server->lock);
    server->forgetful = 1;
    (void)pthread_mutex_unlock(&server->lock);
}

int tiny_server_connections(tiny_server_t *server) {
    (void)pthread_mutex_lock(&server->lock);
    int n = server->connection_count;
    (void)pthread_mutex_unlock(&server->lock);
    return n;
}

size_t tiny_server_requests(tiny_server_t *server) {
    (void)pthread_mutex_lock(&server->lock);
    size_t n = server->request_count;
    (void)pthread_mutex_unlock(&server->lock);
    return n;
}

const tiny_request_t *tiny_server_request(tiny_server_t *server, size_t index) {
    return index < tiny_server_requests(server) && index < MAX_REQUESTS ? &server->requests[index]
                                                                        : NULL;
}

int tiny_server_await(tiny_server_t *server, size_t count) {
    struct timespec until;
    s_require(clock_gettime(CLOCK_REALTIME, &until) == 0, "clock");
    until.tv_sec += 5;
    int rc = 0;
    (void)pthread_mutex_lock(&server->lock);
    while (rc == 0 && server->request_count < count) {
        rc = pthread_cond_timedwait(&server->changed, &server->lock, &until);
    }
    int there = server->request_count >= count;
    (void)pthread_mutex_unlock(&server->lock);
    return there;
}

void tiny_server_stop(tiny_server_t *server) {
    (void)pthread_mutex_lock(&server->lock);
    server->stopping = 1;
    (void)pthread_cond_broadcast(&server->changed);
    (void)shutdown(server->fd, SHUT_RDWR);
    (void)pthread_mutex_unlock(&server->lock);
    (void)pthread_join(server->thread, NULL);
    (void)pthread_mutex_lock(&server->lock);
    int count = server->connection_count;
    for (int i = 0; i < count; i++) {
        if (server->connections[i].fd >= 0) {
            (void)shutdown(server->connections[i].fd, SHUT_RDWR);
        }
    }
    (void)pthread_mutex_unlock(&server->lock);
    for (int i = 0; i < count; i++) {
        (void)pthread_join(server->connections[i].thread, NULL);
    }
    for (size_t i = 0; i < server->request_count && i < MAX_REQUESTS; i++) {
        free(server->requests[i].head);
        free(server->requests[i].body);
    }
    (void)close(server->fd);
    (void)pthread_cond_destroy(&server->changed);
    (void)pthread_mutex_destroy(&server->lock);
    free(server);
}
