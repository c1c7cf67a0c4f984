/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_CHECK_H
#define OSSC_TESTS_CHECK_H

/*
 * A test program is a table of named functions and a main that calls check_main(). A CHECK that
 * does not hold prints where and why, and the program goes on with the next test; its exit status
 * is 1 if anything failed. Given NAME it runs that one only, given -NAME all but that one.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct check_test {
    const char *name;
    void (*run)(void);
} check_test_t;

extern int check_failures;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            check_fail(__FILE__, __LINE__, #condition);                                            \
        }                                                                                          \
    } while (0)

/* Compares numbers; prints both. */
#define CHECK_INT(actual, expected)                                                                \
    check_int(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))

/* Compares zero-terminated texts (NULL equals only NULL); prints both. */
#define CHECK_STR(actual, expected) check_str(__FILE__, __LINE__, #actual, (actual), (expected))

/* Compares n bytes; prints both in hex. */
#define CHECK_MEM(actual, expected, n)                                                             \
    check_mem(__FILE__, __LINE__, #actual, (actual), (expected), (n))

void check_fail(const char *file, int line, const char *what);
void check_int(const char *file, int line, const char *what, long long actual, long long expected);
void check_str(const char *file, int line, const char *what, const char *actual,
               const char *expected);
void check_mem(const char *file, int line, const char *what, const void *actual,
               const void *expected, size_t n);
int check_main(int argc, char **argv, const check_test_t *tests, size_t count);

#endif
