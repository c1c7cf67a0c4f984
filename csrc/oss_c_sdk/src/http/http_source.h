/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_SOURCE_H
#define OSSI_HTTP_SOURCE_H

#include "http_exchange.h"

/*
 * The request's body. Lists and files are read by a cursor of the exchange's own, so that the
 * caller's records stay as they are and the body can be sent again; anything else is asked of
 * req->read_body, once.
 */

/* Chooses the source; req->consumed_bytes is 0. Fails the exchange when the record cannot
 * be a body. Returns AOSE_OK or the failure's code. */
int ossi_source_begin(ossi_exchange_t *x);

/* Up to `room` bytes into `buffer`, exactly req->body_len in all; brings req->consumed_bytes and
 * req->crc64 up to date and reports progress. Returns the number, 0 at the end, -1 with the
 * exchange failed. */
ptrdiff_t ossi_source_read(ossi_exchange_t *x, char *buffer, size_t room);

/* So much of a body in memory is given at a time at most: its CRC-64 is taken first, and it is to
 * be in the processor's caches yet when it is sent. */
#define OSSI_PIECE ((size_t)1024 * 1024)

/* The next piece where it lies in memory, or else read into `buffer` (room bytes). Returns as
 * ossi_source_read() does. */
ptrdiff_t ossi_source_piece(ossi_exchange_t *x, char *buffer, size_t room,
                            const unsigned char **bytes);

/* Back to the first byte. Returns -1 when the source cannot and has been read from. */
int ossi_source_rewind(ossi_exchange_t *x);

#endif
