/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_LOG_H
#define OSS_C_SDK_AOS_LOG_H

#include "aos_define.h"

AOS_CPP_START

typedef void (*aos_log_print_pt)(const char *message, int len);
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

OSS_API void aos_log_set_print(aos_log_print_pt p);
OSS_API void aos_log_set_format(aos_log_format_pt p);
OSS_API void aos_log_set_level(aos_log_level_e level);
OSS_API void aos_log_set_output(apr_file_t *output);
OSS_API void aos_log_print_default(const char *message, int len);
OSS_API void aos_log_format_default(int level, const char *file, int line, const char *function,
                                    const char *fmt, ...);

OSS_API extern aos_log_level_e aos_log_level;
OSS_API extern aos_log_format_pt aos_log_format;

AOS_CPP_END

#endif
