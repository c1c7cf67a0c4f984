/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_BATCH_OWN_H
#define OSSC_BATCH_OWN_H

#include "ossc_batch.h"
#include "ossc_own.h"

/* What the parts of a batch share. Of the arena, `promised` bytes are kept free beside what is
 * used: arena_used + promised <= arena_size at all times. */

typedef struct ossc_entry {
    const char *key;
    size_t key_len;
    int64_t timeout_ms;
    size_t need; /* of the arena, where that is known */
    int is_begun;
} ossc_entry_t;

typedef struct ossc_chunk {
    ossc_entry_t *entries;
    int function;
    size_t base; /* the index of its first item */
    size_t count;
    size_t left;  /* not settled yet */
    size_t first; /* no entry before it waits */
    size_t turn;  /* laid out before those with a greater one */
    const void *const *bodies;
    const size_t *sizes;
} ossc_chunk_t;

/* One connection's worth of a batch: a request record that serves item after item. */
typedef struct ossc_lane {
    ossc_batch_t *batch;
    ossc_request_t *request;
    aos_http_transport_t *t;
    aos_http_request_t *req;
    aos_http_response_t *resp;
    aos_write_http_body_pt write_body; /* the request's own */
    ossc_chunk_t *chunk;               /* of its item */
    size_t at;                         /* which of the chunk's that is */
    size_t room;                       /* what the arena promised to it */
    int is_done;                       /* what ossc_finish() said */
    int is_in_arena;                   /* its answer is on its way into the arena */
} ossc_lane_t;

struct ossc_batch_own {
    apr_pool_t *pool;
    ossi_session_t *session;
    ossi_many_t *many; /* NULL: there was no memory for another */
    int width;
    size_t most_items;
    int64_t max_memory_size; /* of an answer, by the settings */
    ossc_lane_t *lanes;
    ossc_lane_t **idle; /* a stack */
    int idle_count;
    ossc_lane_t **parked; /* their answers wait for an empty arena */
    int parked_count;
    int active;   /* requests under way */
    int in_arena; /* those with an answer that is on its way into the arena */
    ossc_chunk_t chunks[OSSC_BATCH_CHUNKS];
    size_t turns; /* of all beginnings so far */
    size_t left;  /* of all chunks */
    /* the arena */
    unsigned char *arena;
    size_t arena_size;
    size_t arena_used;
    size_t promised; /* to what is under way */
    size_t expected; /* of the next large answer */
    int is_full;     /* nothing begins before it is empty */
    int is_spoiled;  /* `many` is to be replaced */
    /* the run */
    const char *texts;
    size_t texts_size;
    const volatile int *cancel_when;
};

/* What became of the lane's item. */
ossc_item_t *ossc_lane_item(const ossc_lane_t *lane);

/* What a lane may take of the arena: all but what is promised to others. */
size_t ossc_lane_room(const ossc_lane_t *lane);

/* Promises it another size, which must be there. */
void ossc_lane_promise(ossc_lane_t *lane, size_t room);

/* Makes the request for the lane's item ready to be sent, and where its answer goes: AOSE_OK or an
 * AOSE_ code. */
int ossc_lane_prepare(ossc_lane_t *lane);

/* After the exchange, which ended with `code`: fills the item but for its state. */
void ossc_lane_finish(ossc_lane_t *lane, int code);

typedef enum {
    OSSC_KEPT = 0,
    OSSC_NO_ROOM = 1, /* in this arena; nothing is kept yet, and an empty one will do */
    OSSC_NEVER = 2
} ossc_kept_t;

/* Puts everything of a finished item that Python reads into the arena. */
ossc_kept_t ossc_lane_keep(ossc_lane_t *lane);

#endif
