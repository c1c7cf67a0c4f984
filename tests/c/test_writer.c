/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The shim's source, without Python. */
#include "../../csrc/shim/ossc_thread.c"
#include "../../csrc/shim/ossc_writer.c"

#define S_CHUNK ((int64_t)OSSC_WRITER_CHUNK)

/* A file without a name. */
static int s_file(void) {
    char path[] = "/tmp/ossc-writer-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    CHECK_INT(unlink(path), 0);
    return fd;
}

/* What byte of the body is at `at`. */
static unsigned char s_byte(int64_t at) {
    return (unsigned char)(at * 31 + at / S_CHUNK);
}

static void s_fill(const ossc_writer_t *w, int64_t from, size_t n) {
    unsigned char *chunk = ossc_writer_chunk(w);
    for (size_t i = 0; i < n; i++) {
        chunk[i] = s_byte(from + (int64_t)i);
    }
}

/* How many bytes of the file are not the body's, which begins at `offset`. */
static int64_t s_wrong(int fd, int64_t offset, int64_t size) {
    unsigned char piece[4096];
    int64_t wrong = 0;
    for (int64_t at = 0; at < size;) {
        ssize_t n = pread(fd, piece, sizeof(piece), (off_t)(offset + at));
        if (n <= 0) {
            return size - at;
        }
        for (ssize_t i = 0; i < n && at < size; i++, at++) {
            wrong += piece[i] != s_byte(at);
        }
    }
    return wrong;
}

/* Far more chunks than there are, full ones and others, and a rest; behind an offset. */
static void test_a_body(void) {
    int fd = s_file();
    int64_t at = 0;
    int64_t stored = -1;
    ossc_writer_t *w = ossc_writer_begin(fd, 7);
    CHECK(w != NULL);
    for (int i = 0; w != NULL && i < 20; i++) {
        size_t n = i % 3 == 1 ? 1000 : OSSC_WRITER_CHUNK;
        s_fill(w, at, n);
        CHECK_INT(ossc_writer_pass(w, n), 0);
        at += (int64_t)n;
    }
    s_fill(w, at, 5);
    CHECK_INT(ossc_writer_end(w, 5, &stored), 0);
    CHECK_INT(stored, at + 5);
    CHECK_INT(s_wrong(fd, 7, stored), 0);
    CHECK_INT(lseek(fd, 0, SEEK_END), 7 + stored);
    CHECK_INT(close(fd), 0);
}

static void test_nothing_and_a_rest_only(void) {
    for (size_t n = 0; n < 2; n++) {
        int fd = s_file();
        int64_t stored = -1;
        ossc_writer_t *w = ossc_writer_begin(fd, 0);
        s_fill(w, 0, n);
        CHECK_INT(ossc_writer_end(w, n, &stored), 0);
        CHECK_INT(stored, n);
        CHECK_INT(s_wrong(fd, 0, stored), 0);
        CHECK_INT(close(fd), 0);
    }
}

/* A full disk is told at a chunk behind it, and at the end; nothing waits for ever. */
static void test_a_full_disk(void) {
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    int64_t stored = -1;
    int error = 0;
    ossc_writer_t *w = ossc_writer_begin(fd, 0);
    for (int i = 0; i <= S_CHUNKS && error == 0; i++) {
        error = ossc_writer_pass(w, OSSC_WRITER_CHUNK);
    }
    CHECK_INT(error, ENOSPC);
    CHECK_INT(ossc_writer_end(w, 0, &stored), ENOSPC);
    CHECK_INT(stored, 0);
    w = ossc_writer_begin(fd, 0);
    CHECK_INT(ossc_writer_end(w, 1, &stored), ENOSPC);
    CHECK_INT(close(fd), 0);
}

/* What was written whole before the failure is counted, and nothing behind it. */
static void test_stored_without_a_gap(void) {
    struct rlimit before;
    int fd = s_file();
    int64_t stored = -1;
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit limit = {.rlim_cur = OSSC_WRITER_CHUNK + 100, .rlim_max = before.rlim_max};
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ossc_writer_t *w = ossc_writer_begin(fd, 0);
    s_fill(w, 0, OSSC_WRITER_CHUNK);
    CHECK_INT(ossc_writer_pass(w, OSSC_WRITER_CHUNK), 0);
    s_fill(w, S_CHUNK, OSSC_WRITER_CHUNK);
    CHECK_INT(ossc_writer_end(w, OSSC_WRITER_CHUNK, &stored), EFBIG);
    CHECK_INT(stored, S_CHUNK);
    CHECK_INT(s_wrong(fd, 0, S_CHUNK), 0);
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &before), 0);
    CHECK_INT(close(fd), 0);
}

/* In a child there is no thread: it is told so, and ends; the parent's goes on. */
static void test_a_fork(void) {
    int fd = s_file();
    int64_t stored = -1;
    int status = -1;
    ossc_writer_t *w = ossc_writer_begin(fd, 0);
    s_fill(w, 0, OSSC_WRITER_CHUNK);
    CHECK_INT(ossc_writer_pass(w, OSSC_WRITER_CHUNK), 0);
    pid_t child = fork();
    if (child == 0) {
        int told = ossc_writer_pass(w, 1) == ECHILD;
        told &= ossc_writer_end(w, 1, &stored) == ECHILD && stored == 0;
        _exit(told ? 0 : 1);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    s_fill(w, S_CHUNK, 9);
    CHECK_INT(ossc_writer_end(w, 9, &stored), 0);
    CHECK_INT(s_wrong(fd, 0, S_CHUNK + 9), 0);
    CHECK_INT(close(fd), 0);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"a_body", test_a_body},
        {"nothing_and_a_rest_only", test_nothing_and_a_rest_only},
        {"a_full_disk", test_a_full_disk},
        {"stored_without_a_gap", test_stored_without_a_gap},
        {"a_fork", test_a_fork},
    };
    return check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
