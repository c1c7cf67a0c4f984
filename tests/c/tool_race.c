/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two threads that add to a number without asking each other: what ThreadSanitizer must find, so
 * that it is known to look. Given "locked" they ask, and nothing is found.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define S_ROUNDS 1000

static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static int s_is_locked;
static long s_sum;

static void s_add(void) {
    if (s_is_locked) {
        (void)pthread_mutex_lock(&s_lock);
    }
    s_sum++;
    if (s_is_locked) {
        (void)pthread_mutex_unlock(&s_lock);
    }
}

static void *s_add_many(void *arg) {
    for (int i = 0; i < S_ROUNDS; i++) {
        s_add();
    }
    return arg;
}

int main(int argc, char **argv) {
    pthread_t other;
    s_is_locked = argc > 1 && strcmp(argv[1], "locked") == 0;
    if (pthread_create(&other, NULL, s_add_many, NULL) != 0) {
        return 2;
    }
    (void)s_add_many(NULL);
    if (pthread_join(other, NULL) != 0) {
        return 2;
    }
    return printf("ok   %ld\n", s_sum) < 0;
}
