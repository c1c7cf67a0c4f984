/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_BATCH_H
#define OSSC_BATCH_H

#include "ossc_shim.h"

/*
 * Many small objects of one bucket, got or put side by side in the calling thread: Python is left
 * once for all of them. What came back lies in one arena, so that Python cuts it up without asking
 * again. A batch belongs to one thread at a time.
 */

/* --- cffi: begin --- */
/* What became of one item. One width for all, so that a row of them is read in one go. Places are
 * offsets into the arena. */
typedef struct ossc_item {
    int64_t state; /* OSSC_ITEM_… */
    ossc_outcome_t outcome;
    int64_t failure;  /* OSSI_FAIL_… */
    int64_t os_error; /* errno behind it, 0 if unknown */
    int64_t head_at;
    int64_t body_at;   /* of a body that is not plain success, too */
    int64_t reason_at; /* the transport's words */
    int64_t reason_size;
    int64_t finished; /* how many finished before it */
} ossc_item_t;

typedef enum {
    OSSC_ITEM_WAITING = 0, /* never begun: the batch was full or was ended */
    OSSC_ITEM_DONE = 1,    /* a success */
    OSSC_ITEM_FAILED = 2,
    OSSC_ITEM_TOO_LARGE = 3 /* the arena had no room for its answer */
} ossc_item_state_t;

typedef struct ossc_batch_own ossc_batch_own_t;

typedef struct ossc_batch {
    unsigned char *arena;
    size_t arena_size;
    size_t arena_used;
    ossc_item_t *items;
    ossc_batch_own_t *own; /* what the shim keeps to itself */
} ossc_batch_t;

/* `width` requests at a time, at most `most_items` in a run, whose answers have `arena_size` bytes
 * together. AOSE_OK, AOSE_OUT_MEMORY or AOSE_INVALID_ARGUMENT (and *out as it was). */
int ossc_batch_open(ossc_batch_t **out, const ossc_settings_t *settings,
                    const ossc_credentials_t *credentials, ossi_session_t *session, int width,
                    int most_items, size_t arena_size);

/* Closes *batch, if there is one, and sets it to NULL. */
void ossc_batch_close(ossc_batch_t **batch);

/*
 * Runs OSSC_GET_TO_BUFFER or OSSC_PUT_FROM_BUFFER for `count` keys, zero-terminated one behind the
 * other in `keys`. `texts` is what they have in common, as for ossc_request_run(), with an empty
 * key. `bodies` and `sizes` (NULL for a get) are borrowed for the length of the call. `tick`, with
 * `tick_arg`, is called about every 100 ms; not 0 ends the run, as *cancel_when (may be NULL) does.
 * AOSE_OK when every item has its state, else the run could not be.
 */
int ossc_batch_run(ossc_batch_t *batch, int function, const char *texts, size_t texts_size,
                   const char *keys, size_t keys_size, size_t count, const void *const *bodies,
                   const size_t *sizes, const volatile int *cancel_when,
                   int (*tick)(void *arg, int64_t done, int64_t total), void *tick_arg);
/* --- cffi: end --- */

#endif
