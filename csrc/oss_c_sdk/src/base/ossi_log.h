/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_LOG_H
#define OSSI_LOG_H

#include <stddef.h>

/*
 * Copies n bytes of log text to `out` with the values of secrets replaced by "***", cut at `size`
 * bytes, without a terminator; returns the number of bytes written. A secret is what follows a name
 * of the list (any case) and ':' or '=' or '>': after ':' to the end of the line, after '=' to the
 * next blank, quote, '&', ',', ';' or '<', after '>' to the next '<'. Thread-safe.
 */
size_t ossi_log_redact(const char *text, size_t n, char *out, size_t size);

#endif
