/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_THREAD_H
#define OSSC_THREAD_H

#include <pthread.h>

/* Begins a thread that signals leave alone: they are for the program's own. 0, or not where none
 * can be had; joining it is owed then. */
int ossc_thread_begin(pthread_t *thread, void *(*run)(void *arg), void *arg);

#endif
