/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_NAMES_H
#define OSSI_NAMES_H

#include "oss_util.h"

/* Tests of names by length, and the errors as records of the caller's own. All are thread-safe. */

/* 1 for a text that is not empty and holds no NUL. */
int ossi_is_plain_text(const aos_string_t *str);

/* 1 for four decimal numbers ("127.0.0.1"), or an IPv6 address in brackets. */
int ossi_is_ip(const char *host, size_t n);

/* 1 for A-Za-z0-9_.- or an IPv6 address in brackets; no port, no user. */
int ossi_is_host(const char *host, size_t n);

/* Never NULL. */
aos_status_t *ossi_bucket_name_error(apr_pool_t *pool);
aos_status_t *ossi_object_name_error(apr_pool_t *pool);

#endif
