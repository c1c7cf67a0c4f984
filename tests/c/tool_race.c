/* SPDX-License-Identifier: Apache-2.0 */
/* Two threads write to a number that nobody guards: what TSan is there to find. */
#include <pthread.h>
#include <stdio.h>

static int s_number;

static void *s_write(void *arg) {
    s_number += *(const int *)arg;
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    int one = 1;
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, s_write, &one) != 0) {
            return 2;
        }
    }
    for (int i = 0; i < 2; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    return printf("%d\n", s_number) < 0;
}
