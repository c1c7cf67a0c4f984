/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_WRITER_H
#define OSSC_WRITER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes a large body to its file in a thread of its own, while the next piece comes in: a stream
 * is as fast as the slower of the two, not as both together. It has a few chunks of memory, one of
 * which is being filled.
 */
typedef struct ossc_writer ossc_writer_t;

#define OSSC_WRITER_CHUNK ((size_t)1 << 20)

/* The body goes to `offset` of the open file, whose position is neither used nor moved; the file
 * must stay open until ossc_writer_end(). NULL where no thread or memory can be had. */
ossc_writer_t *ossc_writer_begin(int fd, int64_t offset);

/* The chunk to be filled, OSSC_WRITER_CHUNK bytes. */
unsigned char *ossc_writer_chunk(const ossc_writer_t *writer);

/* Its first `n` bytes are the body's next; they are written in the background, and another chunk is
 * to be filled, as soon as there is one. Returns 0, or errno where one could not be written. */
int ossc_writer_pass(ossc_writer_t *writer, size_t n);

/* The same for the last bytes: when it returns, all is written that could be, and what the writer
 * has is freed. *stored is how much, without a gap; in a forked child, where the thread is not, it
 * is 0 and nothing was written. */
int ossc_writer_end(ossc_writer_t *writer, size_t n, int64_t *stored);

#endif
