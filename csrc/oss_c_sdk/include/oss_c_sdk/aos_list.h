/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_LIST_H
#define OSS_C_SDK_AOS_LIST_H

#include <stddef.h>

#include "aos_define.h"

AOS_CPP_START

/*
 * An intrusive doubly linked ring: a head that is no entry, and a node in each record. Nothing here
 * allocates or can fail; memory is that of the records. A list belongs to one thread at a time.
 */
typedef struct aos_list_s aos_list_t;

struct aos_list_s {
    aos_list_t *next;
    aos_list_t *prev;
};

/* Makes a head an empty list. */
#define aos_list_init(ptr)                                                                         \
    do {                                                                                           \
        (ptr)->next = (ptr);                                                                       \
        (ptr)->prev = (ptr);                                                                       \
    } while (0)

/* The record of which `ptr` is the node `member`. */
#define aos_list_entry(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* The first and the last record; only of a list that is not empty. */
#define aos_list_get_first(list, type, member) aos_list_entry((list)->next, type, member)
#define aos_list_get_last(list, type, member)  aos_list_entry((list)->prev, type, member)

/* Heads of loops over the records of a list, `pos` being a `type *`. The _safe forms hold the next
 * record in `n`, so that `pos` may be taken out of the list or freed. */
#define aos_list_for_each_entry(type, pos, head, member)                                           \
    for ((pos) = aos_list_entry((head)->next, type, member); &(pos)->member != (head);             \
         (pos) = aos_list_entry((pos)->member.next, type, member))

#define aos_list_for_each_entry_reverse(type, pos, head, member)                                   \
    for ((pos) = aos_list_entry((head)->prev, type, member); &(pos)->member != (head);             \
         (pos) = aos_list_entry((pos)->member.prev, type, member))

#define aos_list_for_each_entry_safe(type, pos, n, head, member)                                   \
    for ((pos) = aos_list_entry((head)->next, type, member),                                       \
        (n) = aos_list_entry((pos)->member.next, type, member);                                    \
         &(pos)->member != (head);                                                                 \
         (pos) = (n), (n) = aos_list_entry((n)->member.next, type, member))

#define aos_list_for_each_entry_safe_reverse(type, pos, n, head, member)                           \
    for ((pos) = aos_list_entry((head)->prev, type, member),                                       \
        (n) = aos_list_entry((pos)->member.prev, type, member);                                    \
         &(pos)->member != (head);                                                                 \
         (pos) = (n), (n) = aos_list_entry((n)->member.prev, type, member))

/* Puts `list` between two neighbours. */
static inline void __aos_list_add(aos_list_t *list, aos_list_t *prev, aos_list_t *next) {
    next->prev = list;
    list->next = next;
    list->prev = prev;
    prev->next = list;
}

/* Appends the node `list` to the list `head`. */
static inline void aos_list_add_tail(aos_list_t *list, aos_list_t *head) {
    __aos_list_add(list, head->prev, head);
}

/* Joins two neighbours of a node that leaves. */
static inline void __aos_list_del(aos_list_t *prev, aos_list_t *next) {
    next->prev = prev;
    prev->next = next;
}

/* Takes a node out of its list; it is a list of its own afterwards. */
static inline void aos_list_del(aos_list_t *entry) {
    __aos_list_del(entry->prev, entry->next);
    aos_list_init(entry);
}

/* 1 when the list has no record. */
static inline int aos_list_empty(const aos_list_t *head) {
    return head->next == head;
}

/* Moves all records of `list` to `new_list`, whose own content is forgotten; `list` is empty
 * afterwards. */
static inline void aos_list_movelist(aos_list_t *list, aos_list_t *new_list) {
    if (aos_list_empty(list)) {
        aos_list_init(new_list);
    } else {
        new_list->next = list->next;
        new_list->prev = list->prev;
        new_list->next->prev = new_list;
        new_list->prev->next = new_list;
        aos_list_init(list);
    }
}

AOS_CPP_END

#endif
