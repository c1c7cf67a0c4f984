/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_thread.h"

#include <signal.h>

int ossc_thread_begin(pthread_t *thread, void *(*run)(void *arg), void *arg) {
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
        return -1;
    }
    int rc = pthread_create(thread, NULL, run, arg);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}
