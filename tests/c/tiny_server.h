/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_TINY_SERVER_H
#define OSSC_TESTS_TINY_SERVER_H

#include <stddef.h>

/*
 * A server of raw bytes on 127.0.0.1, for what no real server does. The n-th accepted connection
 * plays the n-th script, later ones the last script again; a script that comes to its end closes
 * the connection. It does not know HTTP beyond finding the end of a request.
 */
typedef enum tiny_kind {
    TINY_READ,      /* one request, head and body (by its Content-Length); ends the script at EOF */
    TINY_READ_HEAD, /* one request up to its empty line */
    TINY_READ_SLOW, /* as TINY_READ, the body in steps of n bytes, 40 ms between them */
    TINY_SEND,      /* n bytes */
    TINY_FILL,      /* n times 'x' */
    TINY_WAIT,      /* until tiny_server_tell() was called once more, or the server stops */
    TINY_PAUSE,     /* n milliseconds */
    TINY_RESET,     /* closes with RST */
    TINY_CLOSE,     /* closes with FIN */
    TINY_AGAIN      /* back to the first step */
} tiny_kind_t;

typedef struct tiny_step {
    tiny_kind_t kind;
    const char *bytes;
    size_t n;
} tiny_step_t;

#define TINY_TEXT(text) {TINY_SEND, text, sizeof(text) - 1}

/* Ends with a step TINY_CLOSE, TINY_RESET or TINY_AGAIN. */
typedef struct tiny_script {
    const tiny_step_t *steps;
} tiny_script_t;

typedef struct tiny_request {
    int connection; /* from 0, in the order of acceptance */
    char *head;     /* zero-terminated, empty line included */
    char *body;
    size_t body_len;
} tiny_request_t;

typedef struct tiny_server tiny_server_t;

/* The scripts are borrowed until tiny_server_stop(). Ends the program when it cannot start. */
tiny_server_t *tiny_server_start(const tiny_script_t *scripts, size_t count);
int tiny_server_port(const tiny_server_t *server);
void tiny_server_tell(tiny_server_t *server);
int tiny_server_connections(tiny_server_t *server);
size_t tiny_server_requests(tiny_server_t *server);

/* Borrowed until tiny_server_stop(); NULL when there were not so many. */
const tiny_request_t *tiny_server_request(tiny_server_t *server, size_t index);

/* Waits until `count` requests have been read, at most 5 s. Returns 1 when they were. */
int tiny_server_await(tiny_server_t *server, size_t count);

/* Keep no requests from now on: for measuring. */
void tiny_server_forget(tiny_server_t *server);

/* Closes everything and joins the threads. */
void tiny_server_stop(tiny_server_t *server);

#endif
