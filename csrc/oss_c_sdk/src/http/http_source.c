/* SPDX-License-Identifier: Apache-2.0 */
#include "http_source.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "aos_http_io.h"
#include "ossi_crc64.h"

static ossi_source_kind_t s_kind(const aos_http_request_t *req) {
    if (req->type == BODY_IN_MEMORY && req->read_body == aos_read_http_body_memory) {
        return OSSI_SOURCE_MEMORY;
    }
    if (req->type == BODY_IN_FILE && req->read_body == aos_read_http_body_file) {
        return OSSI_SOURCE_FILE;
    }
    return OSSI_SOURCE_CALLBACK;
}

static int s_usable(const aos_http_request_t *req, ossi_source_kind_t kind) {
    switch (kind) {
    case OSSI_SOURCE_MEMORY:
        return req->body.next != NULL;
    case OSSI_SOURCE_FILE:
        return req->file_buf != NULL && req->file_buf->file != NULL && req->file_buf->file_pos >= 0;
    case OSSI_SOURCE_CALLBACK:
        return req->read_body != NULL;
    }
    return 0;
}

int ossi_source_begin(ossi_exchange_t *x) {
    aos_http_request_t *req = x->req;
    x->source.kind = s_kind(req);
    x->source.node = req->body.next;
    x->source.offset = 0;
    x->source.first_crc = req->crc64;
    if (req->body_len < 0 || (req->body_len > 0 && !ossi_exchange_sends_body(x)) ||
        (req->body_len > 0 && !s_usable(req, x->source.kind))) {
        ossi_exchange_fail(x, OSSI_FAIL_INVALID, "the request's body cannot be sent");
    } else if (req->body_len > 0 && x->source.kind == OSSI_SOURCE_FILE) {
        x->source.first_file_last = req->file_buf->file_last;
    }
    return x->code;
}

/* The next bytes of a body in memory, at most `room` of them; 0 at its end. */
static size_t s_next(ossi_exchange_t *x, size_t room, const unsigned char **bytes) {
    ossi_source_t *source = &x->source;
    while (source->node != &x->req->body) {
        const aos_buf_t *b = (const aos_buf_t *)(const void *)source->node;
        size_t have = b->last > b->pos ? (size_t)(b->last - b->pos) : 0;
        size_t n = have > source->offset ? have - source->offset : 0;
        if (n > 0) {
            n = n < room ? n : room;
            *bytes = b->pos + source->offset;
            source->offset += n;
            return n;
        }
        source->node = source->node->next;
        source->offset = 0;
    }
    return 0;
}

/* Copies, with the CRC-64 taken on the way. */
static ptrdiff_t s_read_memory(ossi_exchange_t *x, char *buffer, size_t room) {
    size_t done = 0;
    while (done < room) {
        const unsigned char *bytes = NULL;
        size_t n = s_next(x, room - done, &bytes);
        if (n == 0) {
            break;
        }
        if (x->options->enable_crc) {
            x->req->crc64 = ossi_crc64_copy(x->req->crc64, buffer + done, bytes, n);
        } else {
            memcpy(buffer + done, bytes, n);
        }
        done += n;
    }
    return (ptrdiff_t)done;
}

static ptrdiff_t s_read_file(ossi_exchange_t *x, char *buffer, size_t room) {
    const aos_file_buf_t *fb = x->req->file_buf;
    apr_off_t at = (apr_off_t)(fb->file_pos + x->req->consumed_bytes);
    int64_t left = x->source.first_file_last - (int64_t)at;
    if (left <= 0) {
        return 0;
    }
    apr_size_t n = (uint64_t)left < room ? (apr_size_t)left : room;
    apr_status_t status = apr_file_seek(fb->file, APR_SET, &at);
    if (status == APR_SUCCESS) {
        status = apr_file_read(fb->file, buffer, &n);
    }
    if (status != APR_SUCCESS && !APR_STATUS_IS_EOF(status)) {
        errno = APR_TO_OS_ERROR(status);
        return -1;
    }
    return APR_STATUS_IS_EOF(status) ? 0 : (ptrdiff_t)n;
}

static ptrdiff_t s_read_callback(ossi_exchange_t *x, char *buffer, size_t room) {
    int n = room < INT_MAX ? (int)room : INT_MAX;
    return x->req->read_body(x->req, buffer, n);
}

static ptrdiff_t s_read(ossi_exchange_t *x, char *buffer, size_t room) {
    switch (x->source.kind) {
    case OSSI_SOURCE_MEMORY:
        return s_read_memory(x, buffer, room);
    case OSSI_SOURCE_FILE:
        return s_read_file(x, buffer, room);
    case OSSI_SOURCE_CALLBACK:
        return s_read_callback(x, buffer, room);
    }
    return -1;
}

static size_t s_left(const aos_http_request_t *req, size_t room) {
    int64_t left = req->body_len - req->consumed_bytes;
    if (left <= 0) {
        return 0;
    }
    return (uint64_t)left < room ? (size_t)left : room;
}

static ptrdiff_t s_took(ossi_exchange_t *x, ptrdiff_t n, size_t room) {
    aos_http_request_t *req = x->req;
    if (n <= 0 || (size_t)n > room) {
        x->os_error = n < 0 ? errno : 0;
        ossi_exchange_fail(x, OSSI_FAIL_SOURCE,
                           n == 0 ? "the request's body ended before its announced length"
                                  : "the request's body could not be read");
        return -1;
    }
    req->consumed_bytes += n;
    if (req->progress_callback != NULL) {
        req->progress_callback(req->consumed_bytes, req->body_len);
    }
    return n;
}

ptrdiff_t ossi_source_read(ossi_exchange_t *x, char *buffer, size_t room) {
    aos_http_request_t *req = x->req;
    room = s_left(req, room);
    if (room == 0) {
        return 0;
    }
    errno = 0;
    x->t->state = TRANS_STATE_BODY_OUT;
    ptrdiff_t n = s_read(x, buffer, room);
    if (x->options->enable_crc && x->source.kind != OSSI_SOURCE_MEMORY && n > 0 &&
        (size_t)n <= room) {
        req->crc64 = ossi_crc64(req->crc64, buffer, (size_t)n);
    }
    return s_took(x, n, room);
}

ptrdiff_t ossi_source_piece(ossi_exchange_t *x, char *buffer, size_t room,
                            const unsigned char **bytes) {
    aos_http_request_t *req = x->req;
    if (x->source.kind != OSSI_SOURCE_MEMORY) {
        *bytes = (const unsigned char *)buffer;
        return ossi_source_read(x, buffer, room);
    }
    room = s_left(req, OSSI_PIECE);
    if (room == 0) {
        return 0;
    }
    errno = 0;
    x->t->state = TRANS_STATE_BODY_OUT;
    size_t n = s_next(x, room, bytes);
    if (x->options->enable_crc && n > 0) {
        req->crc64 = ossi_crc64(req->crc64, *bytes, n);
    }
    return s_took(x, (ptrdiff_t)n, room);
}

int ossi_source_rewind(ossi_exchange_t *x) {
    if (x->req->consumed_bytes > 0 && x->source.kind == OSSI_SOURCE_CALLBACK &&
        !x->call->rewindable) {
        return -1;
    }
    x->source.node = x->req->body.next;
    x->source.offset = 0;
    x->req->consumed_bytes = 0;
    x->req->crc64 = x->source.first_crc;
    return 0;
}
