/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_BUF_H
#define OSS_C_SDK_AOS_BUF_H

#include "aos_define.h"
#include "aos_list.h"
#include "aos_string.h"

AOS_CPP_START

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
    uint32_t owner : 1;
} aos_file_buf_t;

OSS_API aos_buf_t *aos_create_buf(aos_pool_t *p, int size);
OSS_API aos_file_buf_t *aos_create_file_buf(aos_pool_t *p);
OSS_API aos_buf_t *aos_buf_pack(aos_pool_t *p, const void *data, int size);
OSS_API int64_t aos_buf_list_len(aos_list_t *list);
OSS_API char *aos_buf_list_content(aos_pool_t *p, aos_list_t *list);
OSS_API void aos_buf_append_string(aos_pool_t *p, aos_buf_t *b, const char *str, int len);
OSS_API int aos_open_file_for_read(aos_pool_t *p, const char *path, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_all_read(aos_pool_t *p, const char *path, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_range_read(aos_pool_t *p, const char *path, int64_t file_pos,
                                         int64_t file_last, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_write(aos_pool_t *p, const char *path, aos_file_buf_t *fb);
OSS_API int aos_open_file_for_write_notrunc(aos_pool_t *p, const char *path, aos_file_buf_t *fb);

AOS_CPP_END

#endif
