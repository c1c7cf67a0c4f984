/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_LIST_H
#define OSS_C_SDK_AOS_LIST_H

#include "aos_define.h"

AOS_CPP_START

typedef struct aos_list_s aos_list_t;

struct aos_list_s {
    aos_list_t *next;
    aos_list_t *prev;
};

AOS_CPP_END

#endif
