/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_buf.h"

#include "ossi_mem.h"

aos_buf_t *aos_create_buf(aos_pool_t *p, int size) {
    if (size < 0) {
        return NULL;
    }
    aos_buf_t *b = ossi_alloc(p, sizeof(*b));
    uint8_t *memory = ossi_alloc(p, (size_t)size);
    if (b == NULL || memory == NULL) {
        return NULL;
    }
    aos_list_init(&b->node);
    b->pos = b->last = b->start = memory;
    b->end = memory + size;
    return b;
}

aos_file_buf_t *aos_create_file_buf(aos_pool_t *p) {
    aos_file_buf_t *fb = ossi_alloc(p, sizeof(*fb));
    if (fb != NULL) {
        aos_list_init(&fb->node);
    }
    return fb;
}

aos_buf_t *aos_buf_pack(aos_pool_t *p, const void *data, int size) {
    aos_buf_t *b = size < 0 ? NULL : ossi_alloc(p, sizeof(*b));
    if (b == NULL) {
        return NULL;
    }
    aos_list_init(&b->node);
    b->pos = b->start = (uint8_t *)(uintptr_t)data;
    b->last = b->end = size == 0 ? b->pos : b->pos + size;
    return b;
}

int64_t aos_buf_list_len(aos_list_t *list) {
    int64_t len = 0;
    aos_buf_t *b = NULL;
    aos_list_for_each_entry(aos_buf_t, b, list, node) {
        len += aos_buf_size(b);
    }
    return len;
}

char *aos_buf_list_content(aos_pool_t *p, aos_list_t *list) {
    size_t len = (size_t)aos_buf_list_len(list), done = 0, size = 0;
    aos_buf_t *b = NULL;
    char *content = ossi_size_add(len, 1, &size) == 0 ? apr_palloc(p, size) : NULL;
    if (content == NULL) {
        return NULL;
    }
    aos_list_for_each_entry(aos_buf_t, b, list, node) {
        size_t n = (size_t)aos_buf_size(b);
        if (n > 0) {
            memcpy(content + done, b->pos, n);
            done += n;
        }
    }
    content[done] = '\0';
    return content;
}

/* Doubles, so that appending piece by piece stays linear. */
static int s_grow(aos_pool_t *p, aos_buf_t *b, size_t need) {
    size_t used = (size_t)aos_buf_size(b), size = 0;
    if (ossi_size_mul(need, 2, &size) != 0) {
        return AOSE_OUT_MEMORY;
    }
    uint8_t *memory = apr_palloc(p, size);
    if (memory == NULL) {
        return AOSE_OUT_MEMORY;
    }
    if (used > 0) {
        memcpy(memory, b->pos, used);
    }
    b->pos = b->start = memory;
    b->last = memory + used;
    b->end = memory + size;
    return AOSE_OK;
}

void aos_buf_append_string(aos_pool_t *p, aos_buf_t *b, const char *str, int len) {
    size_t used = (size_t)aos_buf_size(b), need = 0;
    if (len <= 0 || ossi_size_add(used, (size_t)len + 1, &need) != 0) {
        return;
    }
    if ((size_t)(b->end - b->last) < (size_t)len + 1 && s_grow(p, b, need) != AOSE_OK) {
        return;
    }
    memcpy(b->last, str, (size_t)len);
    b->last += len;
    *b->last = '\0';
}
