/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_buf.h"

#include <sys/stat.h>

#include "ossi_mem.h"

/* apr_file_open writes through a failed allocation; the first block of a pool of its own has room
 * for the record and for the longest path that the system opens. */
static int s_open(aos_pool_t *p, const char *path, apr_int32_t flags, apr_file_t **file) {
    apr_pool_t *own = NULL;
    if (path == NULL) {
        return AOSE_INVALID_ARGUMENT;
    }
    if (ossi_pool_create(&own, p) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    if (apr_file_open(file, path, flags | APR_FOPEN_BINARY, APR_FPROT_OS_DEFAULT, own) !=
        APR_SUCCESS) {
        apr_pool_destroy(own);
        return AOSE_OPEN_FILE_ERROR;
    }
    return AOSE_OK;
}

/* Closes: the pool is the file's own. */
static void s_close(apr_file_t *file) {
    apr_pool_destroy(apr_file_pool_get(file));
}

static int s_seek(apr_file_t *file, int64_t file_pos) {
    apr_off_t at = file_pos;
    return apr_file_seek(file, APR_SET, &at) == APR_SUCCESS && at == file_pos
               ? AOSE_OK
               : AOSE_FILE_SEEK_ERROR;
}

static void s_fill(aos_file_buf_t *fb, apr_file_t *file, int64_t file_pos, int64_t file_last) {
    fb->file = file;
    fb->file_pos = file_pos;
    fb->file_last = file_last;
    fb->owner = 1;
}

/* Looked at before it is opened, since opening a pipe waits for its other end. */
static int s_is_other_than_file(const char *path) {
    struct stat info;
    return path != NULL && stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

static int s_open_range(aos_pool_t *p, const char *path, int64_t file_pos, int64_t file_last,
                        aos_file_buf_t *fb) {
    apr_file_t *file = NULL;
    apr_finfo_t info;
    int rc =
        s_is_other_than_file(path) ? AOSE_OPEN_FILE_ERROR : s_open(p, path, APR_FOPEN_READ, &file);
    if (rc != AOSE_OK) {
        return rc;
    }
    if (apr_file_info_get(&info, APR_FINFO_TYPE | APR_FINFO_SIZE, file) != APR_SUCCESS) {
        rc = AOSE_FILE_INFO_ERROR;
    } else if (info.filetype != APR_REG) {
        rc = AOSE_OPEN_FILE_ERROR;
    } else if (file_pos > info.size) {
        rc = AOSE_FILE_SEEK_ERROR;
    } else {
        rc = s_seek(file, file_pos);
    }
    if (rc != AOSE_OK) {
        s_close(file);
        return rc;
    }
    s_fill(fb, file, file_pos, file_last < info.size ? file_last : info.size);
    return AOSE_OK;
}

int aos_open_file_for_read(aos_pool_t *p, const char *path, aos_file_buf_t *fb) {
    return s_open_range(p, path, 0, INT64_MAX, fb);
}

int aos_open_file_for_all_read(aos_pool_t *p, const char *path, aos_file_buf_t *fb) {
    return s_open_range(p, path, 0, INT64_MAX, fb);
}

int aos_open_file_for_range_read(aos_pool_t *p, const char *path, int64_t file_pos,
                                 int64_t file_last, aos_file_buf_t *fb) {
    if (file_pos < 0 || file_last < file_pos) {
        return AOSE_INVALID_ARGUMENT;
    }
    return s_open_range(p, path, file_pos, file_last, fb);
}

static int s_open_for_write(aos_pool_t *p, const char *path, apr_int32_t flags,
                            aos_file_buf_t *fb) {
    apr_file_t *file = NULL;
    int rc = s_open(p, path, flags | APR_FOPEN_WRITE | APR_FOPEN_CREATE, &file);
    if (rc == AOSE_OK) {
        s_fill(fb, file, 0, 0);
    }
    return rc;
}

int aos_open_file_for_write(aos_pool_t *p, const char *path, aos_file_buf_t *fb) {
    return s_open_for_write(p, path, APR_FOPEN_TRUNCATE, fb);
}

int aos_open_file_for_write_notrunc(aos_pool_t *p, const char *path, aos_file_buf_t *fb) {
    return s_open_for_write(p, path, 0, fb);
}
