/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_case.h"

#include <stdio.h>

#include "check.h"

/* The shim is compiled into the extension only: here the parts of it that need no Python. */
#include "../../csrc/shim/ossc_answer.c"
#include "../../csrc/shim/ossc_bodies.c"
#include "../../csrc/shim/ossc_exchange.c"
#include "../../csrc/shim/ossc_pool.c"
#include "../../csrc/shim/ossc_prefault.c"
#include "../../csrc/shim/ossc_request.c"
#include "../../csrc/shim/ossc_batch.c"
#include "../../csrc/shim/ossc_batch_answer.c"
#include "../../csrc/shim/ossc_batch_request.c"
#include "../../csrc/shim/ossc_thread.c"
#include "../../csrc/shim/ossc_writer.c"

static const char s_texts[] = "bkt\0\0\0\0x-oss-meta-a\0v\0\0";

void batch_open(batch_case_t *c, const tiny_script_t *scripts, size_t count, int width,
                size_t arena_size) {
    *c = (batch_case_t){.server = tiny_server_start(scripts, count)};
    char endpoint[48];
    int n =
        snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%d", tiny_server_port(c->server));
    CHECK(n > 0 && n < (int)sizeof(endpoint));
    const ossc_settings_t settings = {
        .endpoint = endpoint, .region = "r", .signature_version = 4, .path_style = 1};
    const ossc_credentials_t credentials = {.access_key_id = "ak", .access_key_secret = "sk"};
    c->session = ossi_session_create(8);
    CHECK(c->session != NULL);
    CHECK_INT(
        ossc_batch_open(&c->batch, &settings, &credentials, c->session, width, 16, arena_size),
        AOSE_OK);
}

void batch_open1(batch_case_t *c, const tiny_step_t *steps, size_t arena_size) {
    static tiny_script_t script;
    script.steps = steps;
    batch_open(c, &script, 1, 1, arena_size);
}

void batch_close(batch_case_t *c) {
    ossc_batch_close(&c->batch);
    CHECK(c->batch == NULL);
    ossc_batch_close(&c->batch);
    ossi_session_release(c->session);
    tiny_server_stop(c->server);
    CHECK_INT(ossc_live_requests(), 0);
}

/* Lays out gets of "a", "b", … */
void batch_get(batch_case_t *c, size_t count) {
    static const char s_keys[] = "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l";
    CHECK(count <= sizeof(s_keys) / 2);
    CHECK_INT(
        ossc_batch_begin(c->batch, 0, OSSC_GET_TO_BUFFER, s_keys, 2 * count, count, NULL, NULL),
        AOSE_OK);
}

int batch_go_on(batch_case_t *c, int slice_ms, int is_more) {
    return ossc_batch_run(c->batch, s_texts, sizeof(s_texts) - 1, slice_ms, is_more, &c->cancel);
}

/* In slices, until so many are settled; the last code. */
int batch_go_on_until(batch_case_t *c, int64_t count, int is_more) {
    int64_t settled = 0;
    int code = OSSC_BATCH_MORE;
    for (int i = 0; i < 500 && settled < count && code == OSSC_BATCH_MORE; i++) {
        code = batch_go_on(c, 20, is_more);
        settled += c->batch->settled_count;
    }
    CHECK_INT(settled, count);
    return code;
}

/* With an empty arena. */
int batch_run_for(batch_case_t *c, int arena, int slice_ms) {
    CHECK_INT(ossc_batch_empty(c->batch, arena), 1);
    return batch_go_on(c, slice_ms, 0);
}

const ossc_item_t *batch_item(const batch_case_t *c, size_t index) {
    return &c->batch->items[index];
}

void batch_check_fill(const batch_case_t *c, size_t index, int arena, size_t size) {
    const ossc_item_t *item = batch_item(c, index);
    const unsigned char *body = c->batch->arenas[arena] + item->body_at;
    CHECK_INT(item->state, OSSC_ITEM_DONE);
    CHECK_INT(item->outcome.body_size, size);
    for (size_t i = 0; i < size && item->state == OSSC_ITEM_DONE; i++) {
        if (body[i] != 'x') {
            CHECK_INT(body[i], 'x');
            return;
        }
    }
}

int batch_main(int argc, char **argv, const check_test_t *tests, size_t count) {
    CHECK_INT(aos_http_io_initialize("test", 0), AOSE_OK);
    int status = check_main(argc, argv, tests, count);
    for (int i = 0; i < 32; i++) {
        apr_pool_destroy(ossc_pool_take()); /* those that are kept idle */
    }
    aos_http_io_deinitialize();
    return status;
}
