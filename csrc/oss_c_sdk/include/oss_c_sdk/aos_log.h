/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_LOG_H
#define OSS_C_SDK_AOS_LOG_H

#include "aos_define.h"

AOS_CPP_START

/*
 * Log lines: a macro below asks the level, `aos_log_format` makes the line, the print function puts
 * it out. Level, format, print and output belong to the process; they may be changed at any time
 * from any thread, and lines under way in other threads still use the old ones. By default
 * warnings and worse go to standard error.
 */

/* Gets a whole line of `len` bytes, its newline included; may be called by several threads at
 * once. */
typedef void (*aos_log_print_pt)(const char *message, int len);

/* Gets what a macro was given; `fmt` is printf's. A function of the program's own sees the
 * arguments as they are: redaction is done by aos_log_format_default. */
typedef void (*aos_log_format_pt)(int level, const char *file, int line, const char *function,
                                  const char *fmt, ...);

typedef enum {
    AOS_LOG_OFF = 1,
    AOS_LOG_FATAL = 2,
    AOS_LOG_ERROR = 3,
    AOS_LOG_WARN = 4,
    AOS_LOG_INFO = 5,
    AOS_LOG_DEBUG = 6,
    AOS_LOG_TRACE = 7,
    AOS_LOG_ALL = 8
} aos_log_level_e;

/* NULL brings the default back. */
OSS_API void aos_log_set_print(aos_log_print_pt p);
OSS_API void aos_log_set_format(aos_log_format_pt p);

/* Lines of this level and of the graver ones are made. */
OSS_API void aos_log_set_level(aos_log_level_e level);

/* Where aos_log_print_default writes: a file that stays open, or NULL for standard error. */
OSS_API void aos_log_set_output(apr_file_t *output);

/* Writes a line in one go; failures are ignored, there being nowhere to report them. */
OSS_API void aos_log_print_default(const char *message, int len);

/*
 * "[YYYY-MM-DD hh:mm:ss.mmm] THREAD FILE:LINE message" in local time, to the print function. The
 * line is cut at 4096 bytes, newline included; control characters in it become '?'; the values of
 * Authorization headers, of Signature and x-oss-signature, of security tokens and of access key
 * secrets become "***". Thread-safe; allocates nothing.
 */
#if defined(__GNUC__)
__attribute__((format(printf, 5, 6)))
#endif
OSS_API void aos_log_format_default(int level, const char *file, int line, const char *function,
                                    const char *fmt, ...);

/* To be read through aos_log_is_on() and the macros, to be set by the functions above. */
OSS_API extern aos_log_level_e aos_log_level;
OSS_API extern aos_log_format_pt aos_log_format;

/* 1 when lines of that level are made. */
static inline int aos_log_is_on(aos_log_level_e level) {
#if defined(__GNUC__)
    return __atomic_load_n(&aos_log_level, __ATOMIC_RELAXED) >= level;
#else
    return aos_log_level >= level;
#endif
}

/* The format function in use. */
static inline aos_log_format_pt aos_log_get_format(void) {
#if defined(__GNUC__)
    return __atomic_load_n(&aos_log_format, __ATOMIC_ACQUIRE);
#else
    return aos_log_format;
#endif
}

#define AOS_LOG_AT(level, ...)                                                                     \
    do {                                                                                           \
        if (aos_log_is_on(level)) {                                                                \
            aos_log_get_format()(level, __FILE__, __LINE__, __func__, __VA_ARGS__);                \
        }                                                                                          \
    } while (0)

/* aos_error_log("cannot open %s", path); and so on. */
#define aos_fatal_log(...) AOS_LOG_AT(AOS_LOG_FATAL, __VA_ARGS__)
#define aos_error_log(...) AOS_LOG_AT(AOS_LOG_ERROR, __VA_ARGS__)
#define aos_warn_log(...)  AOS_LOG_AT(AOS_LOG_WARN, __VA_ARGS__)
#define aos_info_log(...)  AOS_LOG_AT(AOS_LOG_INFO, __VA_ARGS__)
#define aos_debug_log(...) AOS_LOG_AT(AOS_LOG_DEBUG, __VA_ARGS__)
#define aos_trace_log(...) AOS_LOG_AT(AOS_LOG_TRACE, __VA_ARGS__)

AOS_CPP_END

#endif
