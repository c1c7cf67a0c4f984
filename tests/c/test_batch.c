/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_case.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "check.h"

#define S_ARENA ((size_t)120000)

static void test_open_refuses(void) {
    static const struct {
        int width;
        int items;
        size_t arena;
    } cases[] = {{0, 1, 1}, {OSSI_MAX_WIDTH + 1, 1, 1},  {1, 0, 1},  {1, 65537, 1},
                 {1, 1, 0}, {1, 1, (size_t)INT_MAX + 1}, {-1, 1, 1}, {1, 1, (size_t)-1}};
    const ossc_settings_t settings = {.endpoint = "http://127.0.0.1", .signature_version = 1};
    const ossc_credentials_t credentials = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ossc_batch_t *batch = NULL;
        CHECK_INT(ossc_batch_open(&batch, &settings, &credentials, NULL, cases[i].width,
                                  cases[i].items, cases[i].arena),
                  AOSE_INVALID_ARGUMENT);
        CHECK(batch == NULL);
    }
}

static void test_begin_refuses(void) {
    static const tiny_step_t steps[] = {{TINY_CLOSE, NULL, 0}};
    static const void *const bodies[1] = {"x"};
    static const size_t sizes[1] = {1};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    ossc_batch_t *b = c.batch;
    static const char keys[] = "a\0b";
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_PUT_FROM_FILE, keys, 4, 2, NULL, NULL),
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_GET_TO_BUFFER, keys, 3, 2, NULL, NULL),
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_GET_TO_BUFFER, keys, 4, 3, NULL, NULL),
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_GET_TO_BUFFER, keys, 4, 17, NULL, NULL),
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_PUT_FROM_BUFFER, keys, 2, 1, NULL, sizes),
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_PUT_FROM_BUFFER, keys, 2, 1, bodies, NULL),
              AOSE_INVALID_ARGUMENT);
    /* What was refused is no item. */
    CHECK_INT(ossc_batch_again(b, 0), 0);
    ossc_batch_limit(b, 0, 1);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(b->settled_count, 0);
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_GET_TO_BUFFER, keys, 0, 0, NULL, NULL), AOSE_OK);
    CHECK_INT(batch_run_for(&c, 1, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(ossc_batch_begin(b, 0, OSSC_PUT_FROM_BUFFER, keys, 0, 0, NULL, NULL), AOSE_OK);
    batch_close(&c);
}

/* Successes and failures have their places, in the order of their ends. */
static void test_answers(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-a: b\r\n\r\nhello"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngone"),
        {TINY_READ, NULL, 0},
        BATCH_OK("0"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nx-oss-hash-crc64ecma: 1\r\n\r\nz"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
        {TINY_CLOSE, NULL, 0}};
    static const int states[] = {1, 2, 1, 1, 2, 2};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    batch_get(&c, 6);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->settled_count, 6);
    CHECK_INT(c.batch->odd_count, 3);
    const unsigned char *arena = c.batch->arenas[0];
    for (size_t i = 0; i < 6; i++) {
        CHECK_INT(c.batch->settled[i], i);
        CHECK_INT(batch_item(&c, i)->state, states[i]);
    }
    CHECK_MEM(arena + batch_item(&c, 0)->head_at, "Content-Length\0005\0x-a\0b\0", 23);
    CHECK_INT(batch_item(&c, 0)->outcome.head_size, 23);
    CHECK_INT(batch_item(&c, 0)->outcome.facts & OSSC_FACT_LENGTH, OSSC_FACT_LENGTH);
    CHECK_MEM(arena + batch_item(&c, 0)->body_at, "hello", 5);
    CHECK_INT(batch_item(&c, 1)->outcome.status, 404);
    CHECK_INT(batch_item(&c, 1)->outcome.body_size, 4);
    CHECK_MEM(arena + batch_item(&c, 1)->body_at, "gone", 4);
    CHECK_INT(batch_item(&c, 2)->outcome.body_size, 0);
    CHECK_INT(batch_item(&c, 3)->outcome.body_size, 3);
    CHECK_MEM(arena + batch_item(&c, 3)->body_at, "abc", 3);
    CHECK_INT(batch_item(&c, 4)->outcome.code, AOSE_CRC_INCONSISTENT_ERROR);
    CHECK_INT(batch_item(&c, 5)->failure, OSSI_FAIL_SHORT_BODY);
    CHECK_INT(batch_item(&c, 5)->outcome.body_size, 0);
    CHECK(batch_item(&c, 5)->reason_size > 0);
    CHECK(strstr(tiny_server_request(c.server, 3)->head, "GET /bkt/d HTTP/1.1\r\n") != NULL);
    CHECK(strstr(tiny_server_request(c.server, 3)->head, "x-oss-meta-a: v\r\n") != NULL);
    batch_close(&c);
}

/* A key that is empty fails by itself, and so does all where the texts are none. */
static void test_bad_keys_and_texts(void) {
    static const tiny_step_t steps[] = {{TINY_READ, NULL, 0}, BATCH_OK("0"), {TINY_AGAIN, NULL, 0}};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    CHECK_INT(ossc_batch_begin(c.batch, 0, OSSC_GET_TO_BUFFER, "a\0\0b", 5, 3, NULL, NULL),
              AOSE_OK);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->odd_count, 1);
    CHECK_INT(c.batch->odd[0], 1);
    CHECK_INT(batch_item(&c, 1)->outcome.code, AOSE_INVALID_ARGUMENT);
    batch_get(&c, 2);
    CHECK_INT(ossc_batch_run(c.batch, "bkt", 3, BATCH_LONG_MS, 0, NULL), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->odd_count, 2);
    CHECK_INT(tiny_server_requests(c.server), 2);
    batch_close(&c);
}

/* What has no room waits for the other arena; what was there stays. */
static void test_arenas_take_turns(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, BATCH_OK("60000"), {TINY_FILL, NULL, 60000}, {TINY_AGAIN, NULL, 0}};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    batch_get(&c, 3);
    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(batch_run_for(&c, (int)i % 2, BATCH_LONG_MS),
                  i == 2 ? OSSC_BATCH_DONE : OSSC_BATCH_FULL);
        CHECK_INT(c.batch->settled_count, 1);
        CHECK_INT(c.batch->settled[0], i);
        batch_check_fill(&c, i, (int)i % 2, 60000);
        if (i > 0) {
            batch_check_fill(&c, i - 1, (int)(i - 1) % 2, 60000);
        }
    }
    CHECK_INT(tiny_server_requests(c.server), 3);
    CHECK_INT(tiny_server_connections(c.server), 1);
    batch_close(&c);
}

/* A small answer that finds no room is kept for the next arena, and not asked for again. */
static void test_answers_wait_for_an_arena(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, BATCH_OK("40"), {TINY_FILL, NULL, 40}, {TINY_AGAIN, NULL, 0}};
    batch_case_t c;
    batch_open1(&c, steps, 2 * (18 + 40) + 10);
    batch_get(&c, 7);
    size_t settled = 0;
    int arena = 0;
    int code = OSSC_BATCH_FULL;
    for (int runs = 0; code == OSSC_BATCH_FULL && runs < 10; runs++) {
        arena = runs % 2;
        code = batch_run_for(&c, arena, BATCH_LONG_MS);
        for (int64_t i = 0; i < c.batch->settled_count; i++) {
            batch_check_fill(&c, (size_t)c.batch->settled[i], arena, 40);
        }
        settled += (size_t)c.batch->settled_count;
    }
    CHECK_INT(code, OSSC_BATCH_DONE);
    CHECK_INT(settled, 7);
    CHECK_INT(tiny_server_requests(c.server), 7);
    /* While answers wait, nothing else can be laid out. */
    batch_get(&c, 7);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_FULL);
    CHECK_INT(ossc_batch_begin(c.batch, 0, OSSC_GET_TO_BUFFER, "a", 2, 1, NULL, NULL),
              AOSE_INVALID_ARGUMENT);
    batch_close(&c);
}

/* Of two at a time one has to be asked for again, before those behind it. */
static void test_two_do_not_fit(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, BATCH_OK("60000"), {TINY_FILL, NULL, 60000}, {TINY_AGAIN, NULL, 0}};
    static const tiny_script_t scripts[] = {{steps}};
    batch_case_t c;
    batch_open(&c, scripts, 1, 2, S_ARENA);
    batch_get(&c, 4);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_FULL);
    CHECK_INT(c.batch->settled_count, 1);
    int64_t first = c.batch->settled[0];
    CHECK(first < 2);
    CHECK_INT(batch_run_for(&c, 1, BATCH_LONG_MS), OSSC_BATCH_FULL);
    CHECK_INT(c.batch->settled_count, 1);
    CHECK_INT(c.batch->settled[0], 1 - first);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_FULL);
    CHECK_INT(batch_run_for(&c, 1, BATCH_LONG_MS), OSSC_BATCH_DONE);
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(batch_item(&c, i)->state, OSSC_ITEM_DONE);
    }
    CHECK_INT(tiny_server_requests(c.server), 5);
    batch_close(&c);
}

/* Around what an arena holds, announced or not. */
static void test_too_large(void) {
    static const tiny_step_t large[] = {
        {TINY_READ, NULL, 0},
        BATCH_OK("103617"), /* the arena less a head, and one more */
        {TINY_FILL, NULL, 103617},
        {TINY_READ, NULL, 0},
        {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t chunked[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n"),
        {TINY_FILL, NULL, 200000},
        TINY_TEXT("\r\n0\r\n\r\n"),
        {TINY_READ, NULL, 0},
        {TINY_CLOSE, NULL, 0}};
    static const tiny_step_t fits[] = {
        {TINY_READ, NULL, 0}, BATCH_OK("103616"), {TINY_FILL, NULL, 103616}, {TINY_AGAIN, NULL, 0}};
    static const tiny_script_t scripts[] = {{large}, {chunked}, {fits}};
    batch_case_t c;
    batch_open(&c, scripts, 3, 1, S_ARENA);
    batch_get(&c, 3);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->odd_count, 2);
    CHECK_INT(batch_item(&c, 0)->state, OSSC_ITEM_TOO_LARGE);
    CHECK_INT(batch_item(&c, 1)->state, OSSC_ITEM_TOO_LARGE);
    batch_check_fill(&c, 2, 0, 103616);
    batch_close(&c);
}

/* A head that the scratch memory is too small for, and one that no arena holds. */
static void test_large_heads(void) {
    static char line[6007];
    memcpy(line, "x-a: ", 5);
    memset(line + 5, 'v', 6000);
    memcpy(line + 6005, "\r\n", 2);
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0},           TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"),
        {TINY_SEND, line, sizeof line}, {TINY_SEND, line, sizeof line},
        {TINY_SEND, line, sizeof line}, TINY_TEXT("\r\nok"),
        {TINY_AGAIN, NULL, 0}};
    static const void *const bodies[] = {"", ""};
    static const size_t sizes[] = {0, 0};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    batch_get(&c, 2);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    for (size_t i = 0; i < 2; i++) {
        const ossc_item_t *item = batch_item(&c, i);
        CHECK_INT(item->state, OSSC_ITEM_DONE);
        CHECK_INT(item->outcome.facts & ~OSSC_FACT_KEPT, 0);
        CHECK_INT(item->outcome.head_size, 17 + 3 * 6005);
        CHECK_MEM(c.batch->arenas[0] + item->head_at, "Content-Length\0002\0x-a\0v", 22);
        CHECK_MEM(c.batch->arenas[0] + item->body_at, "ok", 2);
    }
    batch_close(&c);
    batch_open1(&c, steps, 18000);
    batch_get(&c, 1);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(batch_item(&c, 0)->state, OSSC_ITEM_TOO_LARGE);
    /* An upload is never repeated for its answer. */
    CHECK_INT(ossc_batch_begin(c.batch, 0, OSSC_PUT_FROM_BUFFER, "a\0b", 4, 2, bodies, sizes),
              AOSE_OK);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(batch_item(&c, 0)->state, OSSC_ITEM_FAILED);
    CHECK_INT(batch_item(&c, 0)->failure, OSSI_FAIL_TOO_BIG);
    CHECK_INT(tiny_server_requests(c.server), 3);
    batch_close(&c);
}

static void test_put(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0},
        BATCH_OK("0"),
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx-oss-hash-crc64ecma: 7\r\n\r\n"),
        {TINY_READ, NULL, 0},
        BATCH_OK("200000"),
        {TINY_FILL, NULL, 200000},
        {TINY_CLOSE, NULL, 0}};
    static const void *const bodies[] = {"hello", "", "x"};
    static const size_t sizes[] = {5, 0, 1};
    static const char keys[] = "a.txt\0b.html\0c";
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    CHECK_INT(
        ossc_batch_begin(c.batch, 0, OSSC_PUT_FROM_BUFFER, keys, sizeof(keys), 3, bodies, sizes),
        AOSE_OK);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(batch_item(&c, 0)->state, OSSC_ITEM_DONE);
    CHECK_INT(batch_item(&c, 1)->state, OSSC_ITEM_FAILED);
    CHECK_INT(batch_item(&c, 1)->outcome.code, AOSE_CRC_INCONSISTENT_ERROR);
    CHECK_INT(batch_item(&c, 2)->failure, OSSI_FAIL_TOO_BIG);
    const tiny_request_t *sent = tiny_server_request(c.server, 0);
    CHECK(strstr(sent->head, "PUT /bkt/a.txt HTTP/1.1\r\n") != NULL);
    CHECK(strstr(sent->head, "Content-Type: text/plain\r\n") != NULL);
    CHECK_INT(sent->body_len, 5);
    CHECK_MEM(sent->body, "hello", 5);
    CHECK(strstr(tiny_server_request(c.server, 1)->head, "Content-Type: text/html\r\n") != NULL);
    batch_close(&c);
}

/* A slice that is over leaves requests under way; the flag ends them, and the rest waits. */
static void test_slices_and_the_flag(void) {
    static const tiny_step_t steps[] = {{TINY_READ, NULL, 0}, BATCH_OK("0"), {TINY_READ, NULL, 0},
                                        {TINY_WAIT, NULL, 0}, BATCH_OK("1"), {TINY_WAIT, NULL, 0},
                                        {TINY_CLOSE, NULL, 0}};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    batch_get(&c, 3);
    CHECK_INT(batch_run_for(&c, 0, 30), OSSC_BATCH_MORE);
    CHECK_INT(c.batch->settled_count, 1);
    CHECK_INT(ossc_batch_begin(c.batch, 0, OSSC_GET_TO_BUFFER, "a", 2, 1, NULL, NULL),
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(batch_go_on(&c, 0, 0), OSSC_BATCH_MORE);
    CHECK_INT(c.batch->settled_count, 0);
    tiny_server_tell(c.server);
    c.cancel = 1;
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 1), OSSC_BATCH_ENDED);
    CHECK_INT(c.batch->settled_count, 1);
    CHECK_INT(batch_item(&c, 1)->failure, OSSI_FAIL_CANCELLED);
    CHECK_INT(batch_item(&c, 2)->state, OSSC_ITEM_WAITING);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_ENDED);
    CHECK_INT(c.batch->settled_count, 0);
    batch_close(&c);
}

static void *s_cancel_later(void *arg) {
    batch_case_t *c = arg;
    CHECK(tiny_server_await(c->server, 1));
    __atomic_store_n(&c->cancel, 1, __ATOMIC_RELAXED);
    return NULL;
}

/* The flag is another thread's to set. */
static void test_the_flag_of_another_thread(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0}, {TINY_CLOSE, NULL, 0}};
    batch_case_t c;
    pthread_t thread;
    batch_open1(&c, steps, S_ARENA);
    batch_get(&c, 2);
    CHECK_INT(pthread_create(&thread, NULL, s_cancel_later, &c), 0);
    CHECK_INT(batch_go_on(&c, BATCH_LONG_MS, 0), OSSC_BATCH_ENDED);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(batch_item(&c, 0)->failure, OSSI_FAIL_CANCELLED);
    CHECK_INT(batch_item(&c, 1)->state, OSSC_ITEM_WAITING);
    batch_close(&c);
}

static void test_closed_under_way(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0}, {TINY_CLOSE, NULL, 0}};
    static const tiny_script_t scripts[] = {{steps}};
    batch_case_t c;
    batch_open(&c, scripts, 1, 5, S_ARENA);
    batch_get(&c, 12);
    CHECK_INT(batch_run_for(&c, 0, 30), OSSC_BATCH_MORE);
    CHECK_INT(ossc_live_requests(), 5);
    batch_close(&c);
}

/* What is settled can be asked for again, with a limit of its own. */
static void test_again_and_limits(void) {
    static const tiny_step_t steps[] = {
        {TINY_READ, NULL, 0}, TINY_TEXT("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"),
        {TINY_READ, NULL, 0}, BATCH_OK("0"),
        {TINY_READ, NULL, 0}, {TINY_WAIT, NULL, 0},
        {TINY_CLOSE, NULL, 0}};
    batch_case_t c;
    batch_open1(&c, steps, S_ARENA);
    batch_get(&c, 2);
    CHECK_INT(ossc_batch_again(c.batch, 0), 0);
    CHECK_INT(ossc_batch_again(c.batch, 2), 0);
    CHECK_INT(batch_run_for(&c, 0, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(batch_item(&c, 0)->outcome.status, 503);
    CHECK_INT(ossc_batch_again(c.batch, 0), 1);
    CHECK_INT(ossc_batch_again(c.batch, 0), 0);
    CHECK_INT(batch_item(&c, 0)->state, OSSC_ITEM_WAITING);
    ossc_batch_limit(c.batch, 0, 50);
    ossc_batch_limit(c.batch, 2, 50);
    CHECK_INT(batch_run_for(&c, 1, BATCH_LONG_MS), OSSC_BATCH_DONE);
    CHECK_INT(c.batch->settled_count, 1);
    CHECK_INT(batch_item(&c, 0)->failure, OSSI_FAIL_TIMEOUT);
    CHECK(batch_item(&c, 0)->outcome.total_us >= 40000 &&
          batch_item(&c, 0)->outcome.total_us < 2000000);
    CHECK_INT(batch_item(&c, 1)->state, OSSC_ITEM_DONE);
    batch_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"open_refuses", test_open_refuses},
        {"begin_refuses", test_begin_refuses},
        {"answers", test_answers},
        {"bad_keys_and_texts", test_bad_keys_and_texts},
        {"arenas_take_turns", test_arenas_take_turns},
        {"answers_wait_for_an_arena", test_answers_wait_for_an_arena},
        {"two_do_not_fit", test_two_do_not_fit},
        {"too_large", test_too_large},
        {"large_heads", test_large_heads},
        {"put", test_put},
        {"slices_and_the_flag", test_slices_and_the_flag},
        {"the_flag_of_another_thread", test_the_flag_of_another_thread},
        {"closed_under_way", test_closed_under_way},
        {"again_and_limits", test_again_and_limits},
    };
    return batch_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
