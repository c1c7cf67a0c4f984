/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_case.h"
#include "check.h"

#define S_ARENA ((size_t)120000)

/* Gets of "a", "b", … in a chunk of their own. */
static int s_begin(batch_case_t *c, int chunk, size_t count) {
    static const char s_keys[] = "a\0b\0c\0d";
    return ossc_batch_begin(c->batch, chunk, OSSC_GET_TO_BUFFER, s_keys, 2 * count, count, NULL,
                            NULL);
}

static int s_has_settled(const batch_case_t *c, int64_t index) {
    for (int64_t i = 0; i < c->batch->settled_count; i++) {
        if (c->batch->settled[i] == index) {
            return 1;
        }
    }
    return 0;
}

/* One that is slow holds up neither its own chunk nor the others; what there is stays in the arena
 * until that is emptied. */
static void test_chunks_overlap(void) {
    static const tiny_step_t slow[] = {{TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0},
                                       BATCH_OK("1"),        {TINY_FILL, NULL, 1},
                                       {TINY_READ, NULL, 0}, {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t fast[] = {
        {TINY_READ, NULL, 0}, BATCH_OK("2"), {TINY_FILL, NULL, 2}, {TINY_AGAIN, NULL, 0}};
    static const tiny_script_t scripts[] = {{slow}, {fast}};
    batch_case_t c;
    batch_open(&c, scripts, 2, 2, S_ARENA);
    int64_t slow_one = -1;
    for (int chunk = 0; chunk < OSSC_BATCH_CHUNKS; chunk++) {
        CHECK_INT(s_begin(&c, chunk, 2), AOSE_OK);
        CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 1), OSSC_BATCH_HUNGRY);
        for (int i = 0; i < 2; i++) {
            if (batch_item(&c, (size_t)(16 * chunk + i))->state == OSSC_ITEM_WAITING) {
                CHECK_INT(slow_one, -1);
                slow_one = 16 * chunk + i;
            } else {
                CHECK(s_has_settled(&c, 16 * chunk + i));
            }
        }
    }
    CHECK(slow_one == 0 || slow_one == 1);
    CHECK_INT(s_begin(&c, 0, 1), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossc_batch_again(c.batch, (size_t)slow_one), 0);
    tiny_server_tell(c.server);
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 1), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->settled_count, 1);
    for (size_t chunk = 0; chunk < OSSC_BATCH_CHUNKS; chunk++) {
        for (size_t i = 0; i < 2; i++) {
            batch_check_fill(&c, 16 * chunk + i, 0, (int64_t)(16 * chunk + i) == slow_one ? 1 : 2);
        }
    }
    CHECK_INT(s_begin(&c, 0, 1), AOSE_OK);
    batch_close(&c);
}

/* With all places taken, or nothing to be laid out, there is no use in coming back. */
static void test_no_place_for_another_chunk(void) {
    static const tiny_step_t fast[] = {{TINY_READ, NULL, 0}, BATCH_OK("0"), {TINY_AGAIN, NULL, 0}};
    static const tiny_step_t slow[] = {
        {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0}, BATCH_OK("0"), {TINY_AGAIN, NULL, 0}};
    static const tiny_script_t scripts[] = {{fast}, {slow}};
    batch_case_t c;
    batch_open(&c, scripts, 2, 2 * OSSC_BATCH_CHUNKS, S_ARENA);
    for (int chunk = 0; chunk < OSSC_BATCH_CHUNKS; chunk++) {
        CHECK_INT(s_begin(&c, chunk, 2), AOSE_OK);
    }
    CHECK_INT(batch_go_on_until(&c, 1, 1), OSSC_BATCH_MORE);
    for (int i = 1; i < 2 * OSSC_BATCH_CHUNKS; i++) {
        tiny_server_tell(c.server);
    }
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 0), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->settled_count, 2 * OSSC_BATCH_CHUNKS - 1);
    batch_close(&c);
}

/* What was laid out first begins first, and so does what of it waits again. */
static void test_the_order_of_chunks(void) {
    static const tiny_step_t steps[] = {{TINY_READ, NULL, 0}, BATCH_OK("0"), {TINY_AGAIN, NULL, 0}};
    static const int64_t order[] = {48, 49, 0, 16};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    CHECK_INT(s_begin(&c, 3, 2), AOSE_OK);
    CHECK_INT(s_begin(&c, 0, 1), AOSE_OK);
    CHECK_INT(s_begin(&c, 1, 1), AOSE_OK);
    CHECK_INT(s_begin(&c, 2, 0), AOSE_OK);
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 1), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->settled_count, 4);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(c.batch->settled[i], order[i]);
    }
    CHECK_INT(ossc_batch_again(c.batch, 16), 1);
    CHECK_INT(ossc_batch_again(c.batch, 49), 1);
    CHECK_INT(ossc_batch_again(c.batch, 50), 0);
    CHECK_INT(ossc_batch_again(c.batch, (size_t)16 * OSSC_BATCH_CHUNKS), 0);
    CHECK_INT(ossc_batch_again(c.batch, (size_t)-1), 0);
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 0), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->settled_count, 2);
    CHECK_INT(c.batch->settled[0], 49);
    CHECK_INT(c.batch->settled[1], 16);
    CHECK_INT(s_begin(&c, OSSC_BATCH_CHUNKS, 1), AOSE_INVALID_ARGUMENT);
    CHECK_INT(s_begin(&c, -1, 1), AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossc_batch_empty(c.batch, OSSC_BATCH_ARENAS), 0);
    CHECK_INT(ossc_batch_empty(c.batch, -1), 0);
    batch_close(&c);
}

/* Answers in scratch memory are put into the arena when they are whole; a large one is on its way
 * into the one where it began. */
static void test_an_arena_is_changed_under_way(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, BATCH_OK("2"),        {TINY_FILL, NULL, 1}, {TINY_WAIT, NULL, 0},
        {TINY_FILL, NULL, 1}, {TINY_READ, NULL, 0}, BATCH_OK("60000"),    {TINY_FILL, NULL, 59999},
        {TINY_WAIT, NULL, 0}, {TINY_FILL, NULL, 1}, {TINY_CLOSE, NULL, 0}};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    batch_get(&c, 2);
    CHECK_INT(batch_go_on(&c, 30, 0), OSSC_BATCH_MORE);
    CHECK_INT(ossc_batch_empty(c.batch, 1), 1);
    tiny_server_tell(c.server);
    CHECK_INT(batch_go_on_until(&c, 1, 0), OSSC_BATCH_MORE);
    batch_check_fill(&c, 0, 1, 2);
    for (int i = 0; i < 500 && c.batch->own->in_arena == 0; i++) {
        CHECK_INT(batch_go_on(&c, 20, 0), OSSC_BATCH_MORE);
    }
    CHECK_INT(ossc_batch_empty(c.batch, 0), 0);
    tiny_server_tell(c.server);
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 0), OSSC_BATCH_DONE);
    batch_check_fill(&c, 0, 1, 2);
    batch_check_fill(&c, 1, 1, 60000);
    CHECK_INT(ossc_batch_empty(c.batch, 0), 1);
    batch_close(&c);
}

/* A chunk that is laid out while the arena is full waits for the other one. */
static void test_a_full_arena_takes_no_more(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, BATCH_OK("60000"), {TINY_FILL, NULL, 60000}, {TINY_AGAIN, NULL, 0}};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    CHECK_INT(s_begin(&c, 0, 2), AOSE_OK);
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 1), OSSC_BATCH_FULL);
    CHECK_INT(c.batch->settled_count, 1);
    CHECK_INT(s_begin(&c, 1, 1), AOSE_OK);
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 1), OSSC_BATCH_FULL);
    CHECK_INT(c.batch->settled_count, 0);
    CHECK_INT(batch_run_for(&c, 1, BATCH_LONG_MS), OSSC_BATCH_FULL);
    batch_check_fill(&c, 0, 0, 60000);
    batch_check_fill(&c, 1, 1, 60000);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    batch_check_fill(&c, 16, 0, 60000);
    batch_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"chunks_overlap", test_chunks_overlap},
        {"no_place_for_another_chunk", test_no_place_for_another_chunk},
        {"the_order_of_chunks", test_the_order_of_chunks},
        {"an_arena_is_changed_under_way", test_an_arena_is_changed_under_way},
        {"a_full_arena_takes_no_more", test_a_full_arena_takes_no_more},
    };
    return batch_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
