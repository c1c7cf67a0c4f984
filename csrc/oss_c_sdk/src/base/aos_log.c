/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <apr_portable.h>

#include "ossi_log.h"
#include "ossi_str.h"

aos_log_level_e aos_log_level = AOS_LOG_WARN;
aos_log_format_pt aos_log_format = aos_log_format_default;
static _Atomic(aos_log_print_pt) s_print = aos_log_print_default;
static _Atomic(apr_file_t *) s_output = NULL;

void aos_log_set_print(aos_log_print_pt p) {
    atomic_store(&s_print, p == NULL ? aos_log_print_default : p);
}

void aos_log_set_format(aos_log_format_pt p) {
    __atomic_store_n(&aos_log_format, p == NULL ? aos_log_format_default : p, __ATOMIC_RELEASE);
}

void aos_log_set_level(aos_log_level_e level) {
    __atomic_store_n(&aos_log_level, level, __ATOMIC_RELAXED);
}

void aos_log_set_output(apr_file_t *output) {
    atomic_store(&s_output, output);
}

static void s_write_stderr(const char *message, size_t n) {
    int saved = errno;
    while (n > 0) {
        ssize_t written = write(STDERR_FILENO, message, n);
        if (written < 0 && errno != EINTR) {
            break;
        }
        if (written > 0) {
            message += written;
            n -= (size_t)written;
        }
    }
    errno = saved;
}

void aos_log_print_default(const char *message, int len) {
    apr_file_t *output = atomic_load(&s_output);
    if (len <= 0) {
        return;
    }
    if (output == NULL) {
        s_write_stderr(message, (size_t)len);
    } else {
        (void)apr_file_write_full(output, message, (size_t)len, NULL);
    }
}

/* How much of `size` snprintf filled, whatever it would have liked to write. */
static size_t s_written(int would_be, size_t size) {
    if (would_be < 0) {
        return 0;
    }
    return (size_t)would_be < size ? (size_t)would_be : size - 1;
}

static size_t s_head(char *line, size_t size, const char *file, int number) {
    apr_time_exp_t t;
    const char *slash = strrchr(file, '/');
    memset(&t, 0, sizeof(t));
    (void)apr_time_exp_lt(&t, apr_time_now());
    int n =
        snprintf(line, size, "[%04d-%02d-%02d %02d:%02d:%02d.%03d] %lu %s:%d ", t.tm_year + 1900,
                 t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, t.tm_usec / 1000,
                 (unsigned long)apr_os_thread_current(), slash == NULL ? file : slash + 1, number);
    return s_written(n, size);
}

static void s_hide_controls(char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < ' ' && c != '\t') || c == 0x7F) {
            text[i] = '?';
        }
    }
}

void aos_log_format_default(int level, const char *file, int line, const char *function,
                            const char *fmt, ...) {
    char raw[OSSI_MAX_LOG_LINE];
    char text[OSSI_MAX_LOG_LINE];
    va_list args;
    (void)level;
    (void)function;
    size_t n = s_head(raw, sizeof(raw), file, line);
    va_start(args, fmt);
    n += s_written(vsnprintf(raw + n, sizeof(raw) - n, fmt, args), sizeof(raw) - n);
    va_end(args);
    n = ossi_log_redact(raw, n, text, sizeof(text) - 1);
    s_hide_controls(text, n);
    text[n++] = '\n';
    atomic_load (&s_print)(text, (int)n);
}
