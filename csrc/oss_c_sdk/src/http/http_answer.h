/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_ANSWER_H
#define OSSI_HTTP_ANSWER_H

#include "http_exchange.h"

/*
 * The answer, as it is handed over: line by line, then piece by piece. Nothing of it is believed:
 * lines, counts and lengths are bounded, and only a 2xx status opens the caller's sink.
 */

/* Makes resp ready for a first answer: no status, no headers, length unknown. */
int ossi_answer_begin(ossi_exchange_t *x);

/* Another answer is to come instead of what has. */
void ossi_answer_again(ossi_exchange_t *x);

/* One line of the headers, of bounded length, its line end included; when they are complete, one of
 * the trailers. Returns 0, or -1 with the exchange failed. */
int ossi_answer_line(ossi_exchange_t *x, const char *line, size_t n);

/* One piece of the body. Returns 0, or -1 when the transfer must end: with the exchange failed, or
 * with answer.stopped set (then the status stands). */
int ossi_answer_body(ossi_exchange_t *x, const char *bytes, size_t n);

/* Where a piece of the body may be put without being handed over, and how much; NULL where it has
 * to be. What was put there is then told. */
unsigned char *ossi_answer_place(const ossi_exchange_t *x, size_t *room);
void ossi_answer_placed(ossi_exchange_t *x, size_t n);

/* 1 when the answer ends with its headers, whatever they say of a body. */
int ossi_answer_is_bodiless(const ossi_exchange_t *x);

/* After the last byte: fails the exchange unless the answer is whole. */
void ossi_answer_end(ossi_exchange_t *x);

/* "Name: value" split at the colon, blanks around both parts and the line end left out. The parts
 * point into `line`. Returns 0, or -1 when it is no header. */
int ossi_header_split(const char *line, size_t n, const char **name, size_t *name_len,
                      const char **value, size_t *value_len);

/* 1 for the bytes a header's name may have (RFC 9110 section 5.6.2). */
int ossi_is_header_name(const char *name, size_t n);

#endif
