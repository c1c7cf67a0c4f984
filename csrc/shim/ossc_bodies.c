/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_own.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aos_http_io.h"

/* From this size on, a caller's buffer is larger than the caches that a processor has. Fresh memory
 * is not written around them: its pages are in them just when they are made. */
#define S_LARGE ((size_t)32 << 20)

/* From this size on, fresh memory is worth a thread that makes its pages, at most two windows ahead
 * of the body. */
#define S_PREFAULTED ((int64_t)32 << 20)
#define S_WINDOW     ((size_t)16 << 20)

/* From this size on, a file is worth a thread that writes it while more comes in. */
#define S_WRITTEN_ASIDE ((int64_t)32 << 20)

/* From this size on, memory is worth asking for in large pages. */
#define S_LARGE_PAGES ((size_t)4 << 20)
#define S_LARGE_PAGE  ((uintptr_t)2 << 20)

/* --- sources --- */

/* A body in a file, read at what the transport has sent of it. */
static int s_read_file(aos_http_request_t *request, char *buffer, int n) {
    const ossc_own_t *own = ((const ossc_request_t *)request->user_data)->own;
    off_t at = (off_t)(own->source_offset + request->consumed_bytes);
    for (;;) {
        ssize_t got = pread(own->source_fd, buffer, (size_t)n, at);
        if (got >= 0 || errno != EINTR) {
            return (int)got;
        }
    }
}

void ossc_request_body_from_file(ossc_request_t *request, int fd, int64_t offset, int64_t size) {
    request->own->source_fd = fd;
    request->own->source_offset = offset;
    request->own->source_size = size;
    request->call->rewindable = 1;
}

/* --- sinks --- */

/* Opens the window so far beyond what is used, and has the pages behind it made. */
static void s_open_window(ossc_own_t *own) {
    size_t left = own->sink_size - own->window.used;
    own->window.size = own->window.used + (left < S_WINDOW ? left : S_WINDOW);
    ossc_prefault_allow(own->prefault, own->window.size + S_WINDOW);
}

/*
 * A 2xx body in memory of known size. What does not fit is counted as full memory, not cut off in
 * silence. The length is the transport's int.
 */
static int s_write_memory(aos_http_response_t *response, const char *data, int n) {
    ossc_request_t *r = response->user_data;
    ossc_own_t *own = r->own;
    size_t size = (size_t)n;
    if (size > own->sink_size - own->window.used) {
        r->sink_error = ENOSPC;
        errno = ENOSPC;
        return -1;
    }
    memcpy(own->window.memory + own->window.used, data, size);
    own->window.used += size;
    s_open_window(own);
    return n;
}

static int s_write_file(aos_http_response_t *response, const char *data, int n) {
    ossc_request_t *r = response->user_data;
    ossc_own_t *own = r->own;
    int left = n;
    while (left > 0) {
        off_t at = (off_t)(own->sink_offset + (int64_t)own->window.used);
        ssize_t wrote = pwrite(own->sink_fd, data, (size_t)left, at);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            r->sink_error = wrote < 0 ? errno : EIO;
            return -1;
        }
        data += wrote;
        left -= (int)wrote;
        own->window.used += (size_t)wrote;
    }
    return n;
}

/* The chunk is full, or the piece is larger than what is left of it. */
static int s_write_aside(aos_http_response_t *response, const char *data, int n) {
    ossc_request_t *r = response->user_data;
    ossc_own_t *own = r->own;
    ossi_window_t *chunk = &own->chunk;
    size_t left = (size_t)n;
    while (left > 0) {
        if (chunk->used == chunk->size) {
            r->sink_error = ossc_writer_pass(own->writer, chunk->used);
            if (r->sink_error != 0) {
                chunk->used = 0;
                return -1;
            }
            chunk->memory = ossc_writer_chunk(own->writer);
            chunk->used = 0;
        }
        size_t room = chunk->size - chunk->used;
        size_t piece = left < room ? left : room;
        memcpy(chunk->memory + chunk->used, data, piece);
        chunk->used += piece;
        data += piece;
        left -= piece;
    }
    return n;
}

/* The first piece of a body tells how it is written. */
static int s_write_file_first(aos_http_response_t *response, const char *data, int n) {
    ossc_request_t *r = response->user_data;
    ossc_own_t *own = r->own;
    if (response->content_length >= S_WRITTEN_ASIDE) {
        own->writer = ossc_writer_begin(own->sink_fd, own->sink_offset);
    }
    if (own->writer == NULL) {
        response->write_body = s_write_file;
        return s_write_file(response, data, n);
    }
    own->chunk =
        (ossi_window_t){.memory = ossc_writer_chunk(own->writer), .size = OSSC_WRITER_CHUNK};
    response->write_body = s_write_aside;
    r->call->window = &own->chunk; /* of what follows */
    return s_write_aside(response, data, n);
}

/* Fewer, larger pages: most of the time that fresh memory takes is spent on its pages. */
static void s_prefer_large_pages(unsigned char *memory, size_t size) {
#ifdef MADV_HUGEPAGE
    uintptr_t first = ((uintptr_t)memory + S_LARGE_PAGE - 1) & ~(S_LARGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)memory + size) & ~(S_LARGE_PAGE - 1);
    if (size >= S_LARGE_PAGES && end > first) {
        (void)madvise((void *)first, end - first, MADV_HUGEPAGE); /* advice: it may be refused */
    }
#else
    (void)memory;
    (void)size;
#endif
}

/* The first piece of a body tells how much memory it needs. */
static int s_write_bytes(aos_http_response_t *response, const char *data, int n) {
    ossc_request_t *r = response->user_data;
    ossc_own_t *own = r->own;
    int64_t size = response->content_length;
    int64_t most = own->options->ctl->options->max_memory_size;
    if (size < 0) {
        response->write_body = aos_write_http_body_memory;
        return aos_write_http_body_memory(response, data, n);
    }
    if (most > 0 && size > most) {
        return AOSE_OVER_MEMORY;
    }
    own->sink_size = (size_t)size;
    if (size <= OSSC_SCRATCH_BODY) {
        own->window.memory = r->scratch + OSSC_SCRATCH_HEAD;
    } else {
        own->window.memory = r->allocate(r->call->tick_arg, (size_t)size);
        if (own->window.memory == NULL) {
            return AOSE_OUT_MEMORY;
        }
        s_prefer_large_pages(own->window.memory, (size_t)size);
        if (size >= S_PREFAULTED) {
            own->prefault = ossc_prefault_begin(own->window.memory, (size_t)size);
        }
    }
    response->write_body = s_write_memory;
    r->call->window = &own->window; /* of what follows */
    return s_write_memory(response, data, n);
}

void ossc_request_into_memory(ossc_request_t *request, void *memory, size_t size) {
    request->own->window =
        (ossi_window_t){.memory = memory, .size = size, .is_large = size >= S_LARGE};
    request->own->sink_size = size;
    request->call->window = &request->own->window;
    request->own->sink = OSSC_SINK_MEMORY;
}

void ossc_request_into_file(ossc_request_t *request, int fd, int64_t offset) {
    request->own->sink_fd = fd;
    request->own->sink_offset = offset;
    request->own->sink = OSSC_SINK_FILE;
}

void ossc_attach_bodies(ossc_request_t *request, aos_http_request_t *req,
                        aos_http_response_t *resp) {
    const ossc_own_t *own = request->own;
    if (own->source_fd >= 0) {
        req->type = BODY_IN_CALLBACK;
        req->user_data = request;
        req->read_body = s_read_file;
        req->body_len = own->source_size;
    }
    if (own->sink == OSSC_SINK_ANSWER) {
        return;
    }
    resp->user_data = request;
    if (own->sink == OSSC_SINK_BYTES) {
        resp->write_body = s_write_bytes;
        return;
    }
    resp->type = BODY_IN_CALLBACK;
    resp->write_body = own->sink == OSSC_SINK_FILE ? s_write_file_first : s_write_memory;
}

int ossc_flush_bodies(ossc_request_t *request, int code) {
    ossc_own_t *own = request->own;
    int64_t stored = 0;
    if (own->writer == NULL) {
        return code;
    }
    int error = ossc_writer_end(own->writer, own->chunk.used, &stored);
    own->writer = NULL;
    own->window.used = (size_t)stored;
    if (error == 0) {
        return code;
    }
    request->sink_error = error;
    request->call->failure = OSSI_FAIL_SINK;
    ((aos_http_controller_ex_t *)own->options->ctl)->error_code = AOSE_WRITE_BODY_ERROR;
    return AOSE_WRITE_BODY_ERROR;
}

void ossc_detach_bodies(ossc_request_t *request) {
    ossc_prefault_end(request->own->prefault);
    request->own->prefault = NULL;
}
