/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_BATCH_H
#define OSSC_BATCH_H

#include "ossc_shim.h"

/*
 * Many small objects of one bucket, got or put side by side in the calling thread: Python is left
 * once for some hundred of them. Items are laid out in chunks; while the last of one are under way,
 * the first of another begin, so that a slow one holds up none but itself. What came back lies in
 * an arena, so that Python cuts it up without asking again. There are two arenas, so that one can
 * be read while the other is filled. A batch belongs to one thread at a time.
 */

/* --- cffi: begin --- */
#define OSSC_BATCH_ARENAS 2
#define OSSC_BATCH_CHUNKS 4

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
} ossc_item_t;

typedef enum {
    OSSC_ITEM_WAITING = 0,
    OSSC_ITEM_DONE = 1, /* a success */
    OSSC_ITEM_FAILED = 2,
    OSSC_ITEM_TOO_LARGE = 3 /* of a get: its answer fits in no arena; nothing is kept of it */
} ossc_item_state_t;

/* Why a run came back. */
typedef enum {
    OSSC_BATCH_DONE = 0,  /* every item is settled */
    OSSC_BATCH_MORE = 1,  /* the time was up; requests are under way */
    OSSC_BATCH_FULL = 2,  /* nothing is under way: the rest waits for an empty arena */
    OSSC_BATCH_ENDED = 3, /* by the flag; nothing is under way */
    OSSC_BATCH_HUNGRY = 4 /* connections are idle, nothing waits for them, and a chunk is free */
} ossc_batch_state_t;

typedef struct ossc_batch_own ossc_batch_own_t;

typedef struct ossc_batch {
    unsigned char *arenas[OSSC_BATCH_ARENAS];
    ossc_item_t *items; /* those of chunk n are the n-th most_items; so are all indices */
    int64_t *settled;   /* the items that the last run settled, in the order of their ends */
    int64_t settled_count;
    int64_t *odd; /* those of them that are no successes, likewise */
    int64_t odd_count;
    ossc_batch_own_t *own; /* what the shim keeps to itself */
} ossc_batch_t;

/* `width` requests at a time, at most `most_items` in a chunk, whose answers have `arena_size`
 * bytes in each arena, the first of which is the one that is filled. AOSE_OK, AOSE_OUT_MEMORY or
 * AOSE_INVALID_ARGUMENT (and *out as it was). The session must live as long as the batch does. */
int ossc_batch_open(ossc_batch_t **out, const ossc_settings_t *settings,
                    const ossc_credentials_t *credentials, ossi_session_t *session, int width,
                    int most_items, size_t arena_size);

/* Closes *batch, if there is one, and sets it to NULL; what is under way is given up. */
void ossc_batch_close(ossc_batch_t **batch);

/*
 * Lays items out in a chunk, for OSSC_GET_TO_BUFFER or OSSC_PUT_FROM_BUFFER; nothing is sent.
 * `keys` holds `count` keys, zero-terminated one behind the other; an empty one fails as an invalid
 * argument. `bodies` and `sizes` are NULL for a get. Keys and bodies are borrowed until the chunk's
 * next beginning, or the end of the batch. AOSE_OK; AOSE_INVALID_ARGUMENT, and the chunk is as it
 * was, while items of it are not settled; and it is empty where something is missing or there are
 * too many.
 */
int ossc_batch_begin(ossc_batch_t *batch, int chunk, int function, const char *keys,
                     size_t keys_size, size_t count, const void *const *bodies,
                     const size_t *sizes);

/* The item's request may take no longer than so; 0: what the settings say. */
void ossc_batch_limit(ossc_batch_t *batch, size_t index, int64_t timeout_ms);

/* An item that is settled waits again, to be asked for before those behind it. 1, or 0 where there
 * is no such item. */
int ossc_batch_again(ossc_batch_t *batch, size_t index);

/* From here on answers go into arenas[arena], whose content is forgotten. 1; or 0, and nothing has
 * changed, where there is no such arena, or while an answer is under way into the other one. */
int ossc_batch_empty(ossc_batch_t *batch, int arena);

/*
 * Moves bytes until all is settled, or the arena is full, or slice_ms have passed, or *cancel_when
 * is set: then what is under way ends as cancelled, and nothing more begins. Where there is more
 * to be laid out, it comes back for it, but not before something was settled. Items begin in
 * their order, those of the chunk that was laid out first before others. `texts` is what they have
 * in common, as for ossc_request_run() with an empty key. Both pointers must live while requests
 * are under way.
 */
int ossc_batch_run(ossc_batch_t *batch, const char *texts, size_t texts_size, int slice_ms,
                   int is_more, const volatile int *cancel_when);
/* --- cffi: end --- */

#endif
