/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_STRING_H
#define OSS_C_SDK_AOS_STRING_H

#include "aos_define.h"

AOS_CPP_START

typedef struct {
    int len;
    char *data;
} aos_string_t;

OSS_API void aos_strip_space(aos_string_t *str);
OSS_API void aos_trip_space_and_cntrl(aos_string_t *str);
OSS_API void aos_unquote_str(aos_string_t *str);
OSS_API char *aos_pstrdup(aos_pool_t *p, const aos_string_t *s);
OSS_API int aos_ends_with(const aos_string_t *str, const aos_string_t *suffix);

AOS_CPP_END

#endif
