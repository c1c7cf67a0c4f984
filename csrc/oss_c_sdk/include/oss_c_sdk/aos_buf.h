/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_BUF_H
#define OSS_C_SDK_AOS_BUF_H

#include "aos_define.h"
#include "aos_list.h"
#include "aos_string.h"

AOS_CPP_START

/*
 * Bodies: a list of memory buffers, or a range of a file. A buffer's content is [pos, last) of its
 * memory [start, end); a file's is [file_pos, file_last). They belong to one thread at a time.
 */
typedef struct {
    aos_list_t node;
    uint8_t *pos;
    uint8_t *last;
    uint8_t *start;
    uint8_t *end;
} aos_buf_t;

typedef struct {
    aos_list_t node;
    int64_t file_pos;
    int64_t file_last;
    apr_file_t *file;
    uint32_t owner : 1; /* 1: whoever is done with the body closes the file */
} aos_file_buf_t;

/* Bytes of content. */
#define aos_buf_size(b) ((b)->last - (b)->pos)

/* An empty buffer with room for `size` bytes in the pool; NULL without memory or for a negative
 * size. */
OSS_API aos_buf_t *aos_create_buf(aos_pool_t *p, int size);

/* A zeroed record in the pool, without a file; NULL without memory. */
OSS_API aos_file_buf_t *aos_create_file_buf(aos_pool_t *p);

/* A buffer whose content is `data`, borrowed: it must outlive the buffer and is only read. NULL
 * without memory or for a negative size. */
OSS_API aos_buf_t *aos_buf_pack(aos_pool_t *p, const void *data, int size);

/* Bytes in all buffers of a list. */
OSS_API int64_t aos_buf_list_len(aos_list_t *list);

/* The content of all buffers in one zero-terminated piece in the pool; NULL without memory. */
OSS_API char *aos_buf_list_content(aos_pool_t *p, aos_list_t *list);

/* Appends `len` bytes and a terminator behind them that is not counted, in a larger memory from the
 * pool where that is needed. Without memory, or for a negative `len`, the buffer stays as it was:
 * compare its size where that matters. */
OSS_API void aos_buf_append_string(aos_pool_t *p, aos_buf_t *b, const char *str, int len);

/*
 * Open a file and fill `fb`, the whole file or for reading a range [file_pos, file_last) of it,
 * whose end is brought back to the end of the file and from whose start the file is read. The file
 * closes with the pool at the latest. Files that are read must be regular ones. The last two create
 * the file if need be; the last one leaves the content of one that exists. Return AOSE_OK,
 * AOSE_INVALID_ARGUMENT (no path, a range that begins behind its end), AOSE_OUT_MEMORY,
 * AOSE_OPEN_FILE_ERROR, AOSE_FILE_INFO_ERROR or AOSE_FILE_SEEK_ERROR, and after a failure leave
 * `fb` alone.
 */
OSS_API int aos_open_file_for_read(aos_pool_t *p, const char *path, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_all_read(aos_pool_t *p, const char *path, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_range_read(aos_pool_t *p, const char *path, int64_t file_pos,
                                         int64_t file_last, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_write(aos_pool_t *p, const char *path, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_write_notrunc(aos_pool_t *p, const char *path, aos_file_buf_t *fb);

AOS_CPP_END

#endif
