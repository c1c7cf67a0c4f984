/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_PREFAULT_H
#define OSSC_PREFAULT_H

#include <stddef.h>

/*
 * Makes the pages of fresh memory in a thread of its own while a large body comes in: to clear them
 * is a quarter of what such a download costs. The thread is let ahead of the writer step by step,
 * so that a body that is announced and never comes takes no memory.
 */
typedef struct ossc_prefault ossc_prefault_t;

/* Starts on `size` bytes at `memory`, none of which it is let at yet; they must stay until
 * ossc_prefault_end(). NULL where no thread can be had, or the system cannot do it: then pages are
 * made when they are written, as ever. */
ossc_prefault_t *ossc_prefault_begin(void *memory, size_t size);

/* Lets it make the pages of the first `size` bytes. NULL is allowed. */
void ossc_prefault_allow(ossc_prefault_t *prefault, size_t size);

/* Ends the thread and frees what it has. NULL is allowed. */
void ossc_prefault_end(ossc_prefault_t *prefault);

#endif
