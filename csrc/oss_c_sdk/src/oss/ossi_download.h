/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_DOWNLOAD_H
#define OSSI_DOWNLOAD_H

#include "aos_transport.h"

/*
 * A file that appears under its name only when it is whole: a temporary file with a random suffix
 * in the same folder takes the bytes and is renamed over the name at the end. Until then what stood
 * under the name is untouched; after any failure the temporary file is gone. It is made with the
 * permissions of the file that it will replace, or 0666 without the umask's bits.
 */
typedef struct ossi_download {
    apr_pool_t *pool;
    char *target;
    char *temporary; /* NULL when there is none (any more) */
    int fd;          /* -1 when closed */
    /* the first failure: an AOSE_ code, the status's texts, errno */
    int code;
    const char *error_code;
    const char *what;
    int os_error;
} ossi_download_t;

/* A record without a file, for which ossi_download_discard() does nothing. */
void ossi_download_init(ossi_download_t *d, apr_pool_t *pool);

/* Makes the temporary file. AOSE_OK or d->code. */
int ossi_download_open(ossi_download_t *d, const aos_string_t *filename);

/* Has the answer's body written there; `d` must live until the answer is in. */
void ossi_download_attach(ossi_download_t *d, aos_http_response_t *resp);

/* Flushes to the disk, closes, renames. AOSE_OK or d->code, the temporary file gone either way. */
int ossi_download_commit(ossi_download_t *d);

/* Closes and removes the temporary file. */
void ossi_download_discard(ossi_download_t *d);

/* The failure as a status, errno and its text in the message. Never NULL. */
aos_status_t *ossi_download_status(const ossi_download_t *d, apr_pool_t *pool);

#endif
