/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_BATCH_H
#define OSSC_BATCH_H

#include "ossc_shim.h"

/*
 * Many small objects of one bucket, got or put side by side in the calling thread: Python is left
 * once for some hundred of them. What came back lies in an arena, so that Python cuts it up without
 * asking again. There are two arenas, so that one can be read while the other is filled. A batch
 * belongs to one thread at a time.
 */

/* --- cffi: begin --- */
#define OSSC_BATCH_ARENAS 2

/* What became of one item. One width for all, so that a row of them is read in one go. Places are
 * offsets into the arena. */
typedef struct ossc_item {
    int64_t state; /* OSSC_ITEM_… */
    ossc_outcome_t outcome;
    int64_t head_at;
    int64_t body_at;   /* of a body that is not plain success, too */
    int64_t reason_at; /* why it failed, in words; with 403, what was signed */
    int64_t reason_size;
    int64_t failure;  /* OSSI_FAIL_… */
    int64_t os_error; /* errno behind it, 0 if unknown */
    int64_t took_ms;
} ossc_item_t;

typedef enum {
    OSSC_ITEM_WAITING = 0,
    OSSC_ITEM_DONE = 1, /* a success */
    OSSC_ITEM_FAILED = 2,
    OSSC_ITEM_TOO_LARGE = 3 /* of a get: its answer fits in no arena; nothing is kept of it */
} ossc_item_state_t;

/* Why a run came back. */
typedef enum {
    OSSC_BATCH_DONE = 0, /* every item is settled */
    OSSC_BATCH_MORE = 1, /* the time was up; requests are under way */
    OSSC_BATCH_FULL = 2, /* nothing is under way: the rest waits for an empty arena */
    OSSC_BATCH_ENDED = 3 /* by the flag; nothing is under way */
} ossc_batch_state_t;

typedef struct ossc_batch_own ossc_batch_own_t;

typedef struct ossc_batch {
    unsigned char *arenas[OSSC_BATCH_ARENAS];
    ossc_item_t *items;
    int64_t *settled; /* the items that the last run settled, in the order of their ends */
    int64_t settled_count;
    int64_t *odd; /* those of them that are no successes, likewise */
    int64_t odd_count;
    ossc_batch_own_t *own; /* what the shim keeps to itself */
} ossc_batch_t;

/* `width` requests at a time, at most `most_items` in a batch, whose answers have `arena_size`
 * bytes in each arena. AOSE_OK, AOSE_OUT_MEMORY or AOSE_INVALID_ARGUMENT (and *out as it was). The
 * session must live as long as the batch does. */
int ossc_batch_open(ossc_batch_t **out, const ossc_settings_t *settings,
                    const ossc_credentials_t *credentials, ossi_session_t *session, int width,
                    int most_items, size_t arena_size);

/* Closes *batch, if there is one, and sets it to NULL; what is under way is given up. */
void ossc_batch_close(ossc_batch_t **batch);

/*
 * Lays items out for OSSC_GET_TO_BUFFER or OSSC_PUT_FROM_BUFFER; nothing is sent. `keys` holds
 * `count` keys, zero-terminated one behind the other; an empty one fails as an invalid argument.
 * `bodies` and `sizes` are NULL for a get. Keys and bodies are borrowed until all items are
 * settled, the next beginning, or the end of the batch. AOSE_OK; AOSE_INVALID_ARGUMENT, and
 * nothing is laid out, where something is missing or there are too many, or while requests are
 * under way.
 */
int ossc_batch_begin(ossc_batch_t *batch, int function, const char *keys, size_t keys_size,
                     size_t count, const void *const *bodies, const size_t *sizes);

/* The item's request may take no longer than so; 0: what the settings say. */
void ossc_batch_limit(ossc_batch_t *batch, size_t index, int64_t timeout_ms);

/* An item that is settled waits again, to be asked for before those behind it. 1, or 0 where there
 * is no such item. */
int ossc_batch_again(ossc_batch_t *batch, size_t index);

/*
 * Moves bytes until all is settled, or the arena is full, or slice_ms have passed, or *cancel_when
 * is set: then what is under way ends as cancelled, and nothing more begins. Items begin in their
 * order. `texts` is what they have in common, as for ossc_request_run() with an empty key. Where
 * nothing was under way, answers go into arenas[arena], whose content is forgotten; else they go on
 * going where they went. Both pointers must live while requests are under way.
 */
int ossc_batch_run(ossc_batch_t *batch, const char *texts, size_t texts_size, int arena,
                   int slice_ms, const volatile int *cancel_when);
/* --- cffi: end --- */

#endif
