/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_URI_H
#define OSSI_URI_H

#include "oss_util.h"

/*
 * Where a request goes. resource is "" for the service, "bucket/" for a bucket, "bucket/key" for an
 * object; uri is the path, not encoded, without its first '/' unless a second one follows; host is
 * host and port; proto is "http://" or "https://". What went wrong is told by what is missing: no
 * host but a uri, the endpoint is invalid; no uri, there was no memory.
 */

/* bucket NULL: the service; object NULL: the bucket. */
void ossi_fill_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                   const aos_string_t *object, aos_http_request_t *req);

/* "rtmp://", the bucket's host, "live/CHANNEL"; the resource is the channel's. */
void ossi_fill_rtmp_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                        const aos_string_t *channel, aos_http_request_t *req);

/* 1 when all of it is there. */
int ossi_is_addressed(const aos_http_request_t *req);

#endif
