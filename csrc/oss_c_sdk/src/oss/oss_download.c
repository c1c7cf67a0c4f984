/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_download.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_errno.h>

#include "oss_util.h"
#include "ossi_mem.h"
#include "ossi_names.h"
#include "ossi_status.h"
#include "ossi_str.h"
#include "ossi_text.h"

#define S_RANDOM_BYTES 8
#define S_TRIES        8
/* File names may have 255 bytes: longer ones than this leave no room for a suffix. */
#define S_MAX_BASE   200
#define S_ERRNO_TEXT 128

static int s_fail(ossi_download_t *d, int code, const char *error_code, const char *what) {
    if (d->code == AOSE_OK) {
        d->os_error = errno;
        d->code = code;
        d->error_code = error_code;
        d->what = what;
    }
    return d->code;
}

static int s_random_hex(char out[2 * S_RANDOM_BYTES]) {
    uint8_t bytes[S_RANDOM_BYTES];
    if (getentropy(bytes, sizeof(bytes)) != 0) {
        return AOSE_INTERNAL_ERROR;
    }
    ossi_hex(bytes, sizeof(bytes), out);
    return AOSE_OK;
}

/* "FOLDER/NAME." + random + ".tmp"; of a very long name only the folder. */
static int s_temporary_name(apr_pool_t *pool, const char *target, size_t n, char **out) {
    ossi_str_t s;
    char suffix[2 * S_RANDOM_BYTES];
    size_t folder = n;
    while (folder > 0 && target[folder - 1] != '/') {
        folder--;
    }
    int rc = s_random_hex(suffix);
    if (rc != AOSE_OK) {
        return rc;
    }
    ossi_str_init(&s, pool, OSSI_MAX_URL);
    ossi_str_add(&s, target, n - folder > S_MAX_BASE ? folder : n);
    ossi_str_addc(&s, '.');
    ossi_str_add(&s, suffix, sizeof(suffix));
    ossi_str_addz(&s, AOS_TEMP_FILE_SUFFIX);
    return ossi_str_take(&s, out, NULL);
}

int oss_get_temporary_file_name(aos_pool_t *p, const aos_string_t *filename,
                                aos_string_t *temp_file_name) {
    char *name = NULL;
    if (!ossi_is_plain_text(filename)) {
        return AOSE_INVALID_ARGUMENT;
    }
    int rc = s_temporary_name(p, filename->data, (size_t)filename->len, &name);
    if (rc == AOSE_OK) {
        temp_file_name->data = name;
        temp_file_name->len = (int)strlen(name);
    }
    return rc;
}

int oss_temp_file_rename(aos_status_t *s, const char *from_path, const char *to_path,
                         apr_pool_t *pool) {
    (void)pool;
    int is_wanted = aos_status_is_ok(s);
    if (is_wanted && rename(from_path, to_path) == 0) {
        return AOSE_OK;
    }
    if (is_wanted) {
        aos_status_set(s, AOSE_FILE_WRITE_ERROR, AOS_RENAME_FILE_ERROR_CODE,
                       "The temporary file cannot be renamed.");
    }
    /* Nothing more can be done about a temporary file that cannot be removed. */
    (void)unlink(from_path);
    return is_wanted ? AOSE_FILE_WRITE_ERROR : AOSE_OK;
}

void ossi_download_init(ossi_download_t *d, apr_pool_t *pool) {
    memset(d, 0, sizeof(*d));
    d->pool = pool;
    d->fd = -1;
}

/* Renaming over a device or a pipe would replace it. */
static int s_look_at_target(ossi_download_t *d, mode_t *mode, int *is_kept) {
    struct stat info;
    *mode = 0666;
    *is_kept = 0;
    if (lstat(d->target, &info) != 0) {
        return AOSE_OK;
    }
    if (S_ISREG(info.st_mode)) {
        *mode = info.st_mode & 0777;
        *is_kept = 1;
    } else if (!S_ISLNK(info.st_mode)) {
        errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        return s_fail(d, AOSE_OPEN_FILE_ERROR, AOS_OPEN_FILE_ERROR_CODE,
                      "The target is not a regular file");
    }
    return AOSE_OK;
}

static int s_create(ossi_download_t *d, size_t n, mode_t mode) {
    for (int i = 0; i < S_TRIES && d->fd < 0; i++) {
        char *name = NULL;
        int rc = s_temporary_name(d->pool, d->target, n, &name);
        if (rc != AOSE_OK) {
            errno = ENOMEM;
            return s_fail(d, rc, AOS_OPEN_FILE_ERROR_CODE, "No name for a temporary file");
        }
        d->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (d->fd >= 0) {
            d->temporary = name;
        } else if (errno != EEXIST && errno != EINTR) {
            break;
        }
    }
    return d->fd >= 0 ? AOSE_OK
                      : s_fail(d, AOSE_OPEN_FILE_ERROR, AOS_OPEN_FILE_ERROR_CODE,
                               "The temporary file cannot be created");
}

/* What the umask took away. */
static int s_keep_mode(ossi_download_t *d, mode_t mode) {
    struct stat info;
    if (fstat(d->fd, &info) == 0 && (info.st_mode & 0777) == mode) {
        return AOSE_OK;
    }
    return fchmod(d->fd, mode) == 0
               ? AOSE_OK
               : s_fail(d, AOSE_OPEN_FILE_ERROR, AOS_OPEN_FILE_ERROR_CODE,
                        "The temporary file cannot be given the permissions of the target");
}

int ossi_download_open(ossi_download_t *d, const aos_string_t *filename) {
    mode_t mode = 0;
    int is_kept = 0;
    if (!ossi_is_plain_text(filename)) {
        errno = EINVAL;
        return s_fail(d, AOSE_OPEN_FILE_ERROR, AOS_OPEN_FILE_ERROR_CODE,
                      "The file name is invalid");
    }
    d->target = ossi_dup(d->pool, filename->data, (size_t)filename->len);
    if (d->target == NULL) {
        errno = ENOMEM;
        return s_fail(d, AOSE_OUT_MEMORY, AOS_OPEN_FILE_ERROR_CODE, "Out of memory");
    }
    int rc = s_look_at_target(d, &mode, &is_kept);
    if (rc == AOSE_OK) {
        rc = s_create(d, (size_t)filename->len, mode);
    }
    if (rc == AOSE_OK && is_kept) {
        rc = s_keep_mode(d, mode);
    }
    if (rc != AOSE_OK) {
        ossi_download_discard(d);
    }
    return rc;
}

static int s_write(aos_http_response_t *resp, const char *bytes, int n) {
    ossi_download_t *d = resp->user_data;
    size_t left = n > 0 ? (size_t)n : 0;
    while (left > 0) {
        ssize_t wrote = write(d->fd, bytes, left);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return s_fail(d, AOSE_FILE_WRITE_ERROR, AOS_WRITE_FILE_ERROR_CODE,
                          "The file cannot be written");
        }
        bytes += wrote;
        left -= (size_t)wrote;
    }
    return n;
}

void ossi_download_attach(ossi_download_t *d, aos_http_response_t *resp) {
    resp->type = BODY_IN_CALLBACK;
    resp->user_data = d;
    resp->write_body = s_write;
}

/* EINVAL and ENOTSUP: a file system that has nothing to flush. */
static int s_flush(ossi_download_t *d) {
    int rc = 0;
    do {
        rc = fsync(d->fd);
    } while (rc != 0 && errno == EINTR);
    if (rc == 0 || errno == EINVAL || errno == ENOTSUP) {
        return AOSE_OK;
    }
    return s_fail(d, AOSE_FILE_FLUSH_ERROR, AOS_WRITE_FILE_ERROR_CODE,
                  "The file cannot be flushed");
}

static int s_close(ossi_download_t *d) {
    int fd = d->fd;
    d->fd = -1;
    if (fd < 0 || close(fd) == 0 || errno == EINTR) {
        return AOSE_OK;
    }
    return s_fail(d, AOSE_FILE_WRITE_ERROR, AOS_WRITE_FILE_ERROR_CODE, "The file cannot be closed");
}

int ossi_download_commit(ossi_download_t *d) {
    int rc = s_flush(d);
    if (rc == AOSE_OK) {
        rc = s_close(d);
    }
    if (rc == AOSE_OK && rename(d->temporary, d->target) != 0) {
        rc = s_fail(d, AOSE_FILE_WRITE_ERROR, AOS_RENAME_FILE_ERROR_CODE,
                    "The temporary file cannot be renamed");
    }
    if (rc == AOSE_OK) {
        d->temporary = NULL;
    }
    ossi_download_discard(d);
    return rc;
}

/* The first failure stands; those of the clean-up add nothing to it. */
void ossi_download_discard(ossi_download_t *d) {
    (void)s_close(d);
    if (d->temporary != NULL) {
        (void)unlink(d->temporary);
        d->temporary = NULL;
    }
}

aos_status_t *ossi_download_status(const ossi_download_t *d, apr_pool_t *pool) {
    ossi_str_t s;
    char *message = NULL;
    char text[S_ERRNO_TEXT];
    ossi_str_init(&s, pool, OSSI_MAX_LOG_LINE);
    ossi_str_addz(&s, d->what);
    ossi_str_addz(&s, " (errno ");
    ossi_str_add_i64(&s, d->os_error);
    ossi_str_addz(&s, ": ");
    ossi_str_addz(&s, apr_strerror(APR_FROM_OS_ERROR(d->os_error), text, sizeof(text)));
    ossi_str_addz(&s, ").");
    if (ossi_str_take(&s, &message, NULL) != AOSE_OK) {
        return ossi_status_no_memory();
    }
    return ossi_status_fail(pool, d->code, d->error_code, message);
}
