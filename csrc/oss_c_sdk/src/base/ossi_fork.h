/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_FORK_H
#define OSSI_FORK_H

/*
 * Keeps fork() out of libcurl and libcrypto. Neither has fork handlers: a child that is born while
 * another thread holds one of their locks waits for it for ever. So whoever calls them holds forks
 * off meanwhile; fork() in another thread then waits for the end of the call.
 *
 * A held section is short: it waits for no network and calls nothing that needs a lock which a
 * forking thread may hold. Sections nest. The handlers are set by the http floor.
 */
void ossi_fork_hold(void);
void ossi_fork_allow(void);

/* For pthread_atfork: before, after in the parent, after in the child. A thread that forks inside a
 * section of its own is let through. */
void ossi_fork_prepare(void);
void ossi_fork_parent(void);
void ossi_fork_child(void);

#endif
