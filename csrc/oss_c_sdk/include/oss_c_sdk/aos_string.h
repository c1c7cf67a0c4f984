/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_STRING_H
#define OSS_C_SDK_AOS_STRING_H

#include <string.h>

#include "aos_define.h"

AOS_CPP_START

/*
 * A borrowed text: whoever fills the record keeps the memory alive. `data` is to be zero-terminated
 * at `len`, since not every reader looks at `len`. None of the functions here keeps state; a record
 * belongs to one thread at a time.
 */
typedef struct {
    int len;
    char *data;
} aos_string_t;

/* Initialisers: of a literal, and of the empty string without memory. */
#define aos_string(text) {(int)sizeof(text) - 1, (char *)(text)}
#define aos_null_string  {0, NULL}

/* Lets `str` stand for a zero-terminated text, without a copy; a text of 2 GiB or more becomes the
 * empty string without memory. */
static inline void aos_string_assign(aos_string_t *str, const char *text) {
    size_t len = text == NULL ? 0 : strlen(text);
    int fits = len <= 0x7FFFFFFF;
    str->len = fits ? (int)len : 0;
    str->data = fits ? (char *)(uintptr_t)text : NULL;
}
#define aos_str_set(str, text) aos_string_assign((str), (text))

/* Makes it the empty string without memory. */
#define aos_str_null(str)                                                                          \
    do {                                                                                           \
        (str)->len = 0;                                                                            \
        (str)->data = NULL;                                                                        \
    } while (0)

/* 1 when it has no text, with or without memory. */
static inline int aos_string_is_empty(const aos_string_t *str) {
    return str == NULL || str->data == NULL || str->len <= 0;
}

/* 1 when it has neither text nor memory. */
static inline int aos_is_null_string(aos_string_t *str) {
    return str == NULL || str->data == NULL || str->len == 0;
}

/* Lower case in place, ASCII only. */
static inline void aos_string_tolower(aos_string_t *str) {
    for (int i = 0; str->data != NULL && i < str->len; i++) {
        if (str->data[i] >= 'A' && str->data[i] <= 'Z') {
            str->data[i] = (char)(str->data[i] + ('a' - 'A'));
        }
    }
}

/* The first `c` in [p, last), or NULL. */
static inline char *aos_strlchr(char *p, char *last, char c) {
    return p < last ? (char *)memchr(p, c, (size_t)(last - p)) : NULL;
}

/* 1 for a double quote. */
static inline int aos_is_quote(char c) {
    return c == '"';
}

/* 1 for what isspace() takes in the C locale. */
static inline int aos_is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* 1 for a blank or an ASCII control character. */
static inline int aos_is_space_or_cntrl(char c) {
    return (unsigned char)c <= ' ' || c == 0x7F;
}

/* Take surrounding blanks, blanks and control characters, or one pair of double quotes off: the
 * record then stands for a part of the same memory, which is not written to and so not terminated
 * at the new end. */
OSS_API void aos_strip_space(aos_string_t *str);
OSS_API void aos_trip_space_and_cntrl(aos_string_t *str);
OSS_API void aos_unquote_str(aos_string_t *str);

/* A zero-terminated copy in the pool, or NULL when there is no memory or `s` has no data. */
OSS_API char *aos_pstrdup(aos_pool_t *p, const aos_string_t *s);

/* 1 when the last bytes of `str` are `suffix`. */
OSS_API int aos_ends_with(const aos_string_t *str, const aos_string_t *suffix);

AOS_CPP_END

#endif
