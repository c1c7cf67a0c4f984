/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "failing_malloc.h"
#include "tiny_server.h"

#include <limits.h>
#include <string.h>

/* The shim is compiled into the extension only: here the parts of it that need no Python. */
#include "../../csrc/shim/ossc_answer.c"
#include "../../csrc/shim/ossc_batch.c"
#include "../../csrc/shim/ossc_batch_answer.c"
#include "../../csrc/shim/ossc_batch_request.c"
#include "../../csrc/shim/ossc_bodies.c"
#include "../../csrc/shim/ossc_exchange.c"
#include "../../csrc/shim/ossc_pool.c"
#include "../../csrc/shim/ossc_prefault.c"
#include "../../csrc/shim/ossc_request.c"
#include "../../csrc/shim/ossc_thread.c"
#include "../../csrc/shim/ossc_writer.c"

/*
 * Each allocation of a batch fails once, from its opening to its close, libcurl's and APR's
 * included: every item is settled, as what it is or as failed, and nothing crashes or is lost.
 */
#define S_ITEMS      3
#define S_LARGE_BODY 60000

static const tiny_step_t s_steps[] = {
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-oss-hash-crc64ecma: 1\r\n\r\nhello"),
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngone\r\n0\r\n\r\n"),
    {TINY_READ, NULL, 0},
    TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"),
    {TINY_FILL, NULL, S_LARGE_BODY},
    {TINY_AGAIN, NULL, 0}};
static const tiny_script_t s_script = {s_steps};
static tiny_server_t *s_server;
static char s_endpoint[48];

static int s_is_right(const ossc_item_t *item, const unsigned char *arena) {
    if (item->state == OSSC_ITEM_DONE) {
        return item->outcome.body_size == S_LARGE_BODY && arena[item->body_at] == 'x';
    }
    if (item->state != OSSC_ITEM_FAILED) {
        return 0;
    }
    int as_usual = item->outcome.status == 404 ? item->outcome.body_size == 4 &&
                                                     memcmp(arena + item->body_at, "gone", 4) == 0
                                               : item->outcome.code == AOSE_CRC_INCONSISTENT_ERROR;
    return as_usual || failing_malloc_has_failed();
}

/* The connection plays its script from the start where one was lost, so which item has which answer
 * is not told. */
static int s_run_items(ossc_batch_t *batch, int function) {
    static const char s_texts[] = "bkt\0\0\0\0x-oss-meta-a\0v\0\0";
    static const void *const s_bodies[S_ITEMS] = {"one", "two", ""};
    static const size_t s_sizes[S_ITEMS] = {3, 3, 0};
    size_t settled = 0;
    int code = OSSC_BATCH_FULL;
    if (ossc_batch_begin(batch, 0, function, "a\0b\0c", 6, S_ITEMS, s_bodies, s_sizes) != AOSE_OK) {
        return 0;
    }
    for (int runs = 0; code != OSSC_BATCH_DONE && runs < 100; runs++) {
        if (!ossc_batch_empty(batch, runs % 2)) {
            return 0;
        }
        code = ossc_batch_run(batch, s_texts, sizeof(s_texts) - 1, 5000, 0, NULL);
        for (int64_t i = 0; i < batch->settled_count; i++) {
            if (!s_is_right(&batch->items[batch->settled[i]], batch->arenas[runs % 2])) {
                return 0;
            }
        }
        settled += (size_t)batch->settled_count;
    }
    return code == OSSC_BATCH_DONE && settled == S_ITEMS;
}

static int s_batch(apr_pool_t *pool, void *arg) {
    (void)pool;
    const int *function = arg;
    static const ossi_network_t s_network = {.no_proxy = "a,b",
                                             .certificate = "c",
                                             .key = "k",
                                             .key_password = "p",
                                             .source = "host!127.0.0.1",
                                             .ip_version = 4,
                                             .tls_version = 13};
    const ossc_settings_t settings = {.endpoint = s_endpoint,
                                      .region = "r",
                                      .cloud_box_id = "cb-1",
                                      .network = &s_network,
                                      .signature_version = 4,
                                      .path_style = 1,
                                      .total_timeout_ms = 5000};
    const ossc_credentials_t credentials = {.access_key_id = "ak", .access_key_secret = "sk"};
    ossc_batch_t *batch = NULL;
    ossi_session_t *session = ossi_session_create(2);
    if (session == NULL) {
        return failing_malloc_has_failed();
    }
    int rc = ossc_batch_open(&batch, &settings, &credentials, session, 1, S_ITEMS, 200000);
    int right = rc == AOSE_OUT_MEMORY && batch == NULL && failing_malloc_has_failed();
    if (rc == AOSE_OK) {
        right = s_run_items(batch, *function);
    }
    ossc_batch_close(&batch);
    ossi_session_release(session);
    return right && ossc_live_requests() == 0;
}

static void s_run_all(int function) {
    s_server = tiny_server_start(&s_script, 1);
    tiny_server_forget(s_server);
    int n =
        snprintf(s_endpoint, sizeof(s_endpoint), "http://127.0.0.1:%d", tiny_server_port(s_server));
    CHECK(n > 0 && n < (int)sizeof(s_endpoint));
    CHECK(failing_malloc_run(s_batch, &function) >= 100);
    tiny_server_stop(s_server);
}

static void s_test_get(void) {
    s_run_all(OSSC_GET_TO_BUFFER);
}

static void s_test_put(void) {
    s_run_all(OSSC_PUT_FROM_BUFFER);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"get", s_test_get},
        {"put", s_test_put},
    };
    CHECK_INT(aos_http_io_initialize("test", 0), AOSE_OK);
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
