/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_writer.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ossc_thread.h"

/* One is filled, one is written, one evens out what the two differ by. */
#define S_CHUNKS 3

/* The record stands in front of its chunks, in a mapping that goes back to the system as a whole.
 */
#define S_FRONT ((size_t)4096)
#define S_ALL   (S_FRONT + S_CHUNKS * OSSC_WRITER_CHUNK)

struct ossc_writer {
    pthread_t thread;
    pid_t process; /* after a fork the thread is the parent's alone */
    int fd;
    int64_t offset;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    size_t sizes[S_CHUNKS];
    uint64_t passed; /* chunks; the next one's place is its number modulo S_CHUNKS */
    uint64_t written;
    int64_t stored; /* bytes */
    int is_ended;
    int error;
};

_Static_assert(sizeof(struct ossc_writer) <= S_FRONT, "the record fits in front of its chunks");

static unsigned char *s_chunk_of(const ossc_writer_t *w, uint64_t number) {
    return (unsigned char *)(uintptr_t)w + S_FRONT + number % S_CHUNKS * OSSC_WRITER_CHUNK;
}

/* Returns 0 or errno. */
static int s_write_all(int fd, const unsigned char *data, size_t n, int64_t at) {
    while (n > 0) {
        ssize_t wrote = pwrite(fd, data, n, (off_t)at);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return wrote < 0 ? errno : EIO;
        }
        data += wrote;
        n -= (size_t)wrote;
        at += wrote;
    }
    return 0;
}

/* In the thread, with the lock: writes the oldest chunk without it. */
static void s_write_next(ossc_writer_t *w) {
    const unsigned char *data = s_chunk_of(w, w->written);
    size_t n = w->sizes[w->written % S_CHUNKS];
    int64_t at = w->offset + w->stored;
    (void)pthread_mutex_unlock(&w->lock);
    int error = s_write_all(w->fd, data, n, at);
    (void)pthread_mutex_lock(&w->lock);
    w->error = error;
    if (error == 0) {
        w->stored += (int64_t)n;
        w->written++;
    }
    (void)pthread_cond_signal(&w->changed);
}

static void *s_write_chunks(void *arg) {
    ossc_writer_t *w = arg;
    (void)pthread_mutex_lock(&w->lock);
    while (w->error == 0 && (w->written < w->passed || !w->is_ended)) {
        if (w->written < w->passed) {
            s_write_next(w);
        } else {
            (void)pthread_cond_wait(&w->changed, &w->lock);
        }
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

ossc_writer_t *ossc_writer_begin(int fd, int64_t offset) {
    void *memory = mmap(NULL, S_ALL, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    ossc_writer_t *w = memory; /* of zeros */
    w->fd = fd;
    w->offset = offset;
    w->process = getpid();
    (void)pthread_mutex_init(&w->lock, NULL); /* glibc's cannot fail */
    (void)pthread_cond_init(&w->changed, NULL);
    if (ossc_thread_begin(&w->thread, s_write_chunks, w) != 0) {
        (void)munmap(memory, S_ALL);
        return NULL;
    }
    return w;
}

unsigned char *ossc_writer_chunk(const ossc_writer_t *writer) {
    return s_chunk_of(writer, writer->passed); /* which only its own thread changes */
}

int ossc_writer_pass(ossc_writer_t *writer, size_t n) {
    if (writer->process != getpid()) {
        return ECHILD;
    }
    (void)pthread_mutex_lock(&writer->lock);
    writer->sizes[writer->passed % S_CHUNKS] = n;
    writer->passed++;
    (void)pthread_cond_signal(&writer->changed);
    while (writer->error == 0 && writer->passed - writer->written == S_CHUNKS) {
        (void)pthread_cond_wait(&writer->changed, &writer->lock);
    }
    int error = writer->error;
    (void)pthread_mutex_unlock(&writer->lock);
    return error;
}

int ossc_writer_end(ossc_writer_t *writer, size_t n, int64_t *stored) {
    int error = ECHILD;
    *stored = 0;
    if (writer->process == getpid()) {
        (void)pthread_mutex_lock(&writer->lock);
        if (n > 0) {
            writer->sizes[writer->passed % S_CHUNKS] = n;
            writer->passed++;
        }
        writer->is_ended = 1;
        (void)pthread_cond_signal(&writer->changed);
        (void)pthread_mutex_unlock(&writer->lock);
        (void)pthread_join(writer->thread, NULL);
        (void)pthread_mutex_destroy(&writer->lock);
        (void)pthread_cond_destroy(&writer->changed);
        error = writer->error;
        *stored = writer->stored;
    }
    (void)munmap(writer, S_ALL);
    return error;
}
