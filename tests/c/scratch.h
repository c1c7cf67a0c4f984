/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_SCRATCH_H
#define OSSC_TESTS_SCRATCH_H

/* Files that a test writes, and what it leaves behind. A system call that fails is a failed CHECK.
 */
void scratch_write(const char *path, const char *text);

/* Removes a flat folder; how many entries it had besides "." and "..". */
int scratch_remove(const char *dir);

/* Open descriptors of the process, by a constant too many; compare two of them. */
int scratch_open_files(void);

#endif
