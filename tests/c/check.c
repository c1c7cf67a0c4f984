/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

int check_failures = 0;

void check_fail(const char *file, int line, const char *what) {
    check_failures++;
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
}

void check_int(const char *file, int line, const char *what, long long actual, long long expected) {
    if (actual != expected) {
        check_failures++;
        fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", file, line, what, actual, expected);
    }
}

void check_str(const char *file, int line, const char *what, const char *actual,
               const char *expected) {
    if (actual == NULL || expected == NULL ? actual != expected : strcmp(actual, expected) != 0) {
        check_failures++;
        fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", file, line, what,
                actual == NULL ? "(null)" : actual, expected == NULL ? "(null)" : expected);
    }
}

static void s_hex(const char *label, const void *bytes, size_t n) {
    const unsigned char *p = bytes;
    fprintf(stderr, "  %s", label);
    for (size_t i = 0; i < n && i < 64; i++) {
        fprintf(stderr, " %02x", p[i]);
    }
    fprintf(stderr, "\n");
}

void check_mem(const char *file, int line, const char *what, const void *actual,
               const void *expected, size_t n) {
    if (memcmp(actual, expected, n) != 0) {
        check_failures++;
        fprintf(stderr, "%s:%d: %s differs\n", file, line, what);
        s_hex("is ", actual, n);
        s_hex("not", expected, n);
    }
}

/* NAME takes one test, -NAME leaves one out. */
static int s_is_wanted(const char *name, int argc, char **argv) {
    if (argc <= 1) {
        return 1;
    }
    return argv[1][0] == '-' ? strcmp(argv[1] + 1, name) != 0 : strcmp(argv[1], name) == 0;
}

int check_main(int argc, char **argv, const check_test_t *tests, size_t count) {
    size_t ran = 0;
    for (size_t i = 0; i < count; i++) {
        if (!s_is_wanted(tests[i].name, argc, argv)) {
            continue;
        }
        int before = check_failures;
        tests[i].run();
        ran++;
        printf("%s %s\n", check_failures == before ? "ok  " : "FAIL", tests[i].name);
    }
    if (ran == 0) {
        fprintf(stderr, "no such test\n");
        return 1;
    }
    return check_failures == 0 ? 0 : 1;
}
