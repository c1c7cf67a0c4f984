/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

void scratch_write(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

int scratch_remove(const char *dir) {
    int count = 0;
    DIR *d = opendir(dir);
    CHECK(d != NULL);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            CHECK(unlinkat(dirfd(d), e->d_name, 0) == 0 ||
                  unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR) == 0);
            count++;
        }
    }
    CHECK(closedir(d) == 0 && rmdir(dir) == 0);
    return count;
}

int scratch_open_files(void) {
    int count = 0;
    DIR *d = opendir("/proc/self/fd");
    CHECK(d != NULL);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        count++;
    }
    CHECK(closedir(d) == 0);
    return count;
}
