/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_shim.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A body in a file, read at what the transport has sent of it. */
static int s_read_file(aos_http_request_t *request, char *buffer, int n) {
    const ossc_request_t *r = request->user_data;
    off_t at = (off_t)(r->source_offset + request->consumed_bytes);
    for (;;) {
        ssize_t got = pread(r->source_fd, buffer, (size_t)n, at);
        if (got >= 0 || errno != EINTR) {
            return (int)got;
        }
    }
}

void ossc_request_body_from_file(ossc_request_t *request, int fd, int64_t offset, int64_t size) {
    request->source_fd = fd;
    request->source_offset = offset;
    request->source_size = size;
    request->call->rewindable = 1;
}

/*
 * A 2xx body in the caller's memory. What does not fit is counted as full memory, not cut off in
 * silence. The length is the transport's int.
 */
static int s_write_memory(aos_http_response_t *response, const char *data, int n) {
    ossc_request_t *r = response->user_data;
    size_t size = (size_t)n;
    if (size > r->sink_size - r->sink_used) {
        r->sink_error = ENOSPC;
        errno = ENOSPC;
        return -1;
    }
    memcpy(r->sink_memory + r->sink_used, data, size);
    r->sink_used += size;
    return n;
}

static int s_write_file(aos_http_response_t *response, const char *data, int n) {
    ossc_request_t *r = response->user_data;
    int left = n;
    while (left > 0) {
        off_t at = (off_t)(r->sink_offset + (int64_t)r->sink_used);
        ssize_t wrote = pwrite(r->sink_fd, data, (size_t)left, at);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            r->sink_error = wrote < 0 ? errno : EIO;
            return -1;
        }
        data += wrote;
        left -= (int)wrote;
        r->sink_used += (size_t)wrote;
    }
    return n;
}

void ossc_request_into_memory(ossc_request_t *request, void *memory, size_t size) {
    request->sink_memory = memory;
    request->sink_size = size;
    request->sink_kind = OSSC_SINK_MEMORY;
}

void ossc_request_into_file(ossc_request_t *request, int fd, int64_t offset) {
    request->sink_fd = fd;
    request->sink_offset = offset;
    request->sink_kind = OSSC_SINK_FILE;
}

void ossc_request_attach(ossc_request_t *request, aos_http_request_t *req,
                         aos_http_response_t *resp) {
    if (request->source_fd >= 0) {
        req->type = BODY_IN_CALLBACK;
        req->user_data = request;
        req->read_body = s_read_file;
        req->body_len = request->source_size;
    }
    if (request->sink_kind != OSSC_SINK_ANSWER) {
        resp->type = BODY_IN_CALLBACK;
        resp->user_data = request;
        resp->write_body = request->sink_kind == OSSC_SINK_FILE ? s_write_file : s_write_memory;
    }
}
