/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_BATCH_CASE_H
#define OSSC_TESTS_BATCH_CASE_H

#include "../../csrc/shim/ossc_batch_own.h"
#include "check.h"
#include "tiny_server.h"

#define BATCH_LONG_MS    10000
#define BATCH_OK(length) TINY_TEXT("HTTP/1.1 200 OK\r\nContent-Length: " length "\r\n\r\n")

/* One test's server and batch. */
typedef struct batch_case {
    tiny_server_t *server;
    ossi_session_t *session;
    ossc_batch_t *batch;
    int cancel;
} batch_case_t;

/* `count` scripts, one a connection; so many requests at a time. */
void batch_open(batch_case_t *c, const tiny_script_t *scripts, size_t count, int width,
                size_t arena_size);

/* One script, one request at a time. */
void batch_open1(batch_case_t *c, const tiny_step_t *steps, size_t arena_size);

/* Checks that nothing is left. */
void batch_close(batch_case_t *c);

/* Lays out gets of "a", "b", … */
void batch_get(batch_case_t *c, size_t count);

/* One slice; its code. */
int batch_go_on(batch_case_t *c, int slice_ms, int is_more);

/* In slices, until so many are settled; the last code. */
int batch_go_on_until(batch_case_t *c, int64_t count, int is_more);

/* With an empty arena. */
int batch_run_for(batch_case_t *c, int arena, int slice_ms);

const ossc_item_t *batch_item(const batch_case_t *c, size_t index);

/* An answer of so many 'x' in that arena. */
void batch_check_fill(const batch_case_t *c, size_t index, int arena, size_t size);

/* main() of the programs. */
int batch_main(int argc, char **argv, const check_test_t *tests, size_t count);

#endif
