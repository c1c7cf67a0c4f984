/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "aos_http_io.h"
#include "ossi_mem.h"
#include "ossi_str.h"

/* How much memory is taken on the word of a Content-Length before its bytes are seen. */
#define OSSI_MAX_AHEAD    (64 * 1024 * 1024)
#define OSSI_FIRST_BUFFER (16 * 1024)
#define OSSI_MAX_BUFFER   (8 * 1024 * 1024)

static aos_buf_t *s_buf(aos_list_t *node) {
    return (aos_buf_t *)(void *)node;
}

static int s_is_end(const aos_list_t *list, const aos_list_t *node) {
    return node == NULL || node == list;
}

int aos_read_http_body_memory(aos_http_request_t *req, char *buffer, int len) {
    int done = 0;
    for (aos_list_t *node = req->body.next; done < len && !s_is_end(&req->body, node);
         node = node->next) {
        aos_buf_t *b = s_buf(node);
        int64_t have = b->last - b->pos;
        int n = have < len - done ? (int)have : len - done;
        if (n > 0) {
            memcpy(buffer + done, b->pos, (size_t)n);
            b->pos += n;
            done += n;
        }
    }
    return done;
}

int aos_read_http_body_file(aos_http_request_t *req, char *buffer, int len) {
    aos_file_buf_t *fb = req->file_buf;
    if (fb == NULL || fb->file == NULL || len < 0) {
        return AOSE_INVALID_ARGUMENT;
    }
    int64_t left = fb->file_last - fb->file_pos;
    if (left <= 0 || len == 0) {
        return 0;
    }
    apr_size_t n = left < len ? (apr_size_t)left : (apr_size_t)len;
    apr_off_t at = (apr_off_t)fb->file_pos;
    apr_status_t status = apr_file_seek(fb->file, APR_SET, &at);
    if (status == APR_SUCCESS) {
        status = apr_file_read(fb->file, buffer, &n);
    }
    if (APR_STATUS_IS_EOF(status)) {
        return 0;
    }
    if (status != APR_SUCCESS) {
        errno = APR_TO_OS_ERROR(status);
        return AOSE_FILE_READ_ERROR;
    }
    fb->file_pos += (int64_t)n;
    return (int)n;
}

/* --- into memory --- */

static int s_smaller(int64_t a, int b) {
    return a < b ? (int)a : b;
}

/* The next buffer's size. A length that was announced is believed as far as it costs little; an
 * error's body is cut at its own bound, whatever it says. */
static int s_next_size(const aos_http_response_t *resp, int len) {
    int64_t size = 0;
    if (resp->content_length > resp->body_len) {
        int error = resp->status != 0 && resp->status / 100 != 2;
        size = s_smaller(resp->content_length - resp->body_len,
                         error ? OSSI_MAX_ERROR_BODY : OSSI_MAX_AHEAD);
    } else {
        size = resp->body_len > OSSI_FIRST_BUFFER ? s_smaller(resp->body_len, OSSI_MAX_BUFFER)
                                                  : OSSI_FIRST_BUFFER;
    }
    return size > len ? (int)size : len;
}

/* Not aos_create_buf: these may be large, and their bytes need not be set first. */
static aos_buf_t *s_new_buf(apr_pool_t *pool, int size) {
    aos_buf_t *b = ossi_alloc(pool, sizeof(*b));
    uint8_t *bytes = b != NULL ? apr_palloc(pool, (apr_size_t)size) : NULL;
    if (bytes == NULL) {
        return NULL;
    }
    b->start = bytes;
    b->pos = bytes;
    b->last = bytes;
    b->end = bytes + size;
    return b;
}

/* Into the free room of the list's last buffer. Returns the number of bytes. */
static int s_fill_last(aos_list_t *list, const char *bytes, int len) {
    if (s_is_end(list, list->prev)) {
        return 0;
    }
    aos_buf_t *b = s_buf(list->prev);
    int n = s_smaller(b->end - b->last, len);
    if (n > 0) {
        memcpy(b->last, bytes, (size_t)n);
        b->last += n;
    }
    return n > 0 ? n : 0;
}

int aos_write_http_body_memory(aos_http_response_t *resp, const char *buffer, int len) {
    aos_list_t *list = &resp->body;
    if (len <= 0) {
        return len;
    }
    if (list->next == NULL) {
        list->next = list;
        list->prev = list;
    }
    int done = s_fill_last(list, buffer, len);
    resp->body_len += done;
    if (done < len) {
        aos_buf_t *b = s_new_buf(resp->pool, s_next_size(resp, len - done));
        if (b == NULL) {
            return AOSE_OUT_MEMORY;
        }
        b->node.prev = list->prev;
        b->node.next = list;
        list->prev->next = &b->node;
        list->prev = &b->node;
        resp->body_len += s_fill_last(list, buffer + done, len - done);
    }
    return len;
}

/* --- into a file --- */

int aos_write_http_body_file(aos_http_response_t *resp, const char *buffer, int len) {
    aos_file_buf_t *fb = resp->file_buf;
    if (fb == NULL || fb->file == NULL || len < 0) {
        return AOSE_INVALID_ARGUMENT;
    }
    apr_size_t written = 0;
    apr_status_t status = apr_file_write_full(fb->file, buffer, (apr_size_t)len, &written);
    fb->file_last += (int64_t)written;
    resp->body_len += (int64_t)written;
    if (status != APR_SUCCESS) {
        errno = APR_TO_OS_ERROR(status);
        return AOSE_FILE_WRITE_ERROR;
    }
    return len;
}
