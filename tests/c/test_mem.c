/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "aos_define.h"
#include "ossi_mem.h"

static apr_pool_t *s_pool;

static int s_count(const apr_table_t *table) {
    return apr_table_elts(table)->nelts;
}

static const apr_table_entry_t *s_entry(const apr_table_t *table, int i) {
    return &((const apr_table_entry_t *)apr_table_elts(table)->elts)[i];
}

static void test_alloc_is_zeroed(void) {
    unsigned char zero[4096] = {0};
    for (size_t n = 1; n <= sizeof(zero); n *= 2) {
        unsigned char *p = ossi_alloc(s_pool, n);
        CHECK(p != NULL);
        CHECK_MEM(p, zero, n);
        memset(p, 0xA5, n);
    }
    CHECK(ossi_alloc(s_pool, 0) != NULL);
}

static void test_alloc_of_too_much_is_null(void) {
    CHECK(ossi_alloc(s_pool, SIZE_MAX) == NULL);
    CHECK(ossi_dup(s_pool, "x", SIZE_MAX) == NULL);
}

static void test_dup_terminates(void) {
    char *exact = malloc(3);
    CHECK(exact != NULL);
    if (exact == NULL) {
        return;
    }
    memcpy(exact, "abc", 3);
    CHECK_STR(ossi_dup(s_pool, exact, 3), "abc");
    CHECK_STR(ossi_dup(s_pool, exact, 1), "a");
    CHECK_STR(ossi_dup(s_pool, NULL, 0), "");
    CHECK_STR(ossi_dupz(s_pool, "text"), "text");
    free(exact);
}

static void test_pools_with_and_without_parent(void) {
    apr_pool_t *root = NULL, *child = NULL;
    CHECK_INT(ossi_pool_create(&root, NULL), AOSE_OK);
    CHECK_INT(ossi_pool_create(&child, root), AOSE_OK);
    CHECK(apr_pool_is_ancestor(root, child));
    apr_pool_destroy(root);
}

static unsigned char s_seen[32];

static apr_status_t s_look(void *secret) {
    memcpy(s_seen, secret, sizeof(s_seen));
    return APR_SUCCESS;
}

static void test_secrets_are_wiped_when_the_pool_goes(void) {
    unsigned char zero[32] = {0};
    apr_pool_t *pool = NULL;
    CHECK_INT(ossi_pool_create(&pool, s_pool), AOSE_OK);
    unsigned char *secret = ossi_alloc(pool, sizeof(zero));
    memset(secret, 0x5A, sizeof(zero));
    apr_pool_cleanup_register(pool, secret, s_look, apr_pool_cleanup_null);
    CHECK_INT(ossi_wipe_with_pool(pool, secret, sizeof(zero)), AOSE_OK);
    CHECK_INT(secret[31], 0x5A);
    memset(s_seen, 1, sizeof(s_seen));
    apr_pool_destroy(pool);
    CHECK_MEM(s_seen, zero, sizeof(zero));
}

static void test_table_keeps_duplicates_in_order(void) {
    apr_table_t *table = NULL;
    CHECK_INT(ossi_table_make(s_pool, &table), AOSE_OK);
    CHECK_INT(s_count(table), 0);
    CHECK_INT(ossi_table_add(s_pool, table, "name", 4, "one!", 3), AOSE_OK);
    CHECK_INT(ossi_table_add(NULL, table, "Name", 4, "two", 3), AOSE_OK);
    CHECK_INT(ossi_table_add(NULL, table, "name", 4, NULL, 0), AOSE_OK);
    CHECK_INT(s_count(table), 3);
    CHECK_STR(s_entry(table, 0)->val, "one");
    CHECK_STR(s_entry(table, 1)->key, "Name");
    CHECK_STR(s_entry(table, 2)->val, "");
    CHECK_STR(apr_table_get(table, "NAME"), "one");
}

static void test_table_set_replaces_all_of_the_name(void) {
    apr_table_t *table = NULL;
    CHECK_INT(ossi_table_make(s_pool, &table), AOSE_OK);
    CHECK_INT(ossi_table_add(NULL, table, "a", 1, "1", 1), AOSE_OK);
    CHECK_INT(ossi_table_add(NULL, table, "B", 1, "2", 1), AOSE_OK);
    CHECK_INT(ossi_table_add(NULL, table, "A", 1, "3", 1), AOSE_OK);
    CHECK_INT(ossi_table_set(NULL, table, "A", apr_table_get(table, "a")), AOSE_OK);
    CHECK_INT(s_count(table), 2);
    CHECK_STR(apr_table_get(table, "a"), "1");
    CHECK_STR(apr_table_get(table, "b"), "2");
    CHECK_INT(ossi_table_set(s_pool, table, "new", "value"), AOSE_OK);
    CHECK_STR(apr_table_get(table, "NEW"), "value");
}

static void s_fill(apr_table_t *table, int count) {
    for (int i = 0; i < count; i++) {
        char name[4] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676), 0};
        CHECK_INT(ossi_table_add(NULL, table, name, 3, name, 3), AOSE_OK);
    }
    CHECK_INT(s_count(table), count);
    for (int i = 0; i < count; i++) {
        char name[4] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676), 0};
        CHECK_STR(s_entry(table, i)->key, name);
        CHECK_STR(apr_table_get(table, name), name);
    }
}

static void test_tables_of_any_origin_grow(void) {
    apr_table_t *table = NULL;
    CHECK_INT(ossi_table_make(s_pool, &table), AOSE_OK);
    s_fill(table, 3000);
    s_fill(apr_table_make(s_pool, 0), 100);
    s_fill(apr_table_make(s_pool, 1), 100);
    s_fill(apr_table_make(s_pool, 33), 100);
    apr_table_add(table, "after", "growth");
    CHECK_STR(apr_table_get(table, "after"), "growth");
}

static void test_numbers_in_tables(void) {
    apr_table_t *table = NULL;
    CHECK_INT(ossi_table_make(s_pool, &table), AOSE_OK);
    CHECK_INT(aos_table_add_int(table, "i", INT32_MIN), AOSE_OK);
    CHECK_INT(aos_table_add_int64(table, "n", INT64_MIN), AOSE_OK);
    CHECK_INT(aos_table_add_int64(table, "n", 2), AOSE_OK);
    CHECK_INT(s_count(table), 3);
    CHECK_STR(apr_table_get(table, "i"), "-2147483648");
    CHECK_STR(apr_table_get(table, "n"), "-9223372036854775808");
    CHECK_INT(aos_table_set_int64(table, "N", INT64_MAX), AOSE_OK);
    CHECK_INT(s_count(table), 2);
    CHECK_STR(apr_table_get(table, "n"), "9223372036854775807");
}

static void test_sizes_do_not_wrap(void) {
    size_t out = 7;
    CHECK_INT(ossi_size_add(1, SIZE_MAX, &out), -1);
    CHECK_INT(ossi_size_mul(SIZE_MAX / 2, 3, &out), -1);
    CHECK_INT(out, 7);
    CHECK_INT(ossi_size_add(SIZE_MAX, 0, &out), 0);
    CHECK(out == SIZE_MAX);
    CHECK_INT(ossi_size_mul(SIZE_MAX, 0, &out), 0);
    CHECK_INT(out, 0);
    CHECK_INT(ossi_size_mul(6, 7, &out), 0);
    CHECK_INT(out, 42);
}

#define S_POOLS 700

static unsigned char s_secrets[S_POOLS][2][8];

/* More pools at a time than are remembered, with more tables each than are made at a time. */
static void test_tables_and_secrets_of_many_pools(void) {
    static apr_pool_t *pools[S_POOLS];
    static apr_table_t *tables[S_POOLS][13];
    const unsigned char zero[2][8] = {{0}};
    memset(s_secrets, 0x5A, sizeof(s_secrets));
    for (size_t k = 0; k < 13; k++) {
        for (size_t i = 0; i < S_POOLS; i++) {
            if (k == 0) {
                CHECK_INT(ossi_pool_create(&pools[i], s_pool), AOSE_OK);
            }
            CHECK_INT(ossi_table_make(pools[i], &tables[i][k]), AOSE_OK);
            CHECK_INT(ossi_table_add(NULL, tables[i][k], "a", 1, (const char *)&i, sizeof(i)), 0);
            if (k % 12 == 0) {
                CHECK_INT(ossi_wipe_with_pool(pools[i], s_secrets[i][k / 12], 8), AOSE_OK);
            }
        }
    }
    for (size_t i = 0; i < S_POOLS; i++) {
        size_t at = i * 3 % S_POOLS; /* 700 is no multiple of 3 */
        for (size_t k = 0; k < 13; k++) {
            CHECK_INT(s_count(tables[at][k]), 1);
            CHECK_MEM(apr_table_get(tables[at][k], "a"), &at, 1);
        }
        CHECK_INT(s_secrets[at][0][0] + s_secrets[at][1][7], 2 * 0x5A);
        apr_pool_destroy(pools[at]);
        CHECK_MEM(s_secrets[at], zero, sizeof(zero));
    }
}

/* What is registered with a table's own pool goes with the table. */
static void test_secrets_in_a_tables_pool(void) {
    unsigned char secret[2] = {7, 7}, zero[2] = {0, 0};
    apr_pool_t *pool = NULL;
    apr_table_t *first = NULL, *second = NULL;
    CHECK_INT(ossi_pool_create(&pool, s_pool), AOSE_OK);
    CHECK_INT(ossi_table_make(pool, &first), AOSE_OK);
    CHECK_INT(ossi_wipe_with_pool(apr_table_elts(first)->pool, secret, 2), AOSE_OK);
    CHECK_INT(ossi_table_make(apr_table_elts(first)->pool, &second), AOSE_OK);
    CHECK(first != second);
    apr_pool_clear(pool);
    CHECK_MEM(secret, zero, 2);
    CHECK_INT(ossi_table_make(pool, &first), AOSE_OK);
    CHECK_INT(s_count(first), 0);
    apr_pool_destroy(pool);
}

static void *s_make_and_drop(void *wrong) {
    for (int i = 0; i < 2000; i++) {
        apr_pool_t *pool = NULL;
        apr_table_t *table = NULL;
        unsigned char secret = 1;
        if (ossi_pool_create(&pool, NULL) != AOSE_OK) {
            *(int *)wrong += 1;
            continue;
        }
        *(int *)wrong += ossi_table_make(pool, &table) != AOSE_OK || s_count(table) != 0;
        *(int *)wrong += ossi_table_add(NULL, table, "a", 1, "b", 1) != AOSE_OK;
        *(int *)wrong += ossi_wipe_with_pool(pool, &secret, 1) != AOSE_OK;
        apr_pool_destroy(pool);
        *(int *)wrong += secret != 0;
    }
    return NULL;
}

static void test_threads_have_pools_of_their_own(void) {
    pthread_t threads[4];
    int wrong[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, s_make_and_drop, &wrong[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        CHECK_INT(wrong[i], 0);
    }
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"alloc_is_zeroed", test_alloc_is_zeroed},
        {"alloc_of_too_much_is_null", test_alloc_of_too_much_is_null},
        {"dup_terminates", test_dup_terminates},
        {"pools_with_and_without_parent", test_pools_with_and_without_parent},
        {"secrets_are_wiped_when_the_pool_goes", test_secrets_are_wiped_when_the_pool_goes},
        {"table_keeps_duplicates_in_order", test_table_keeps_duplicates_in_order},
        {"table_set_replaces_all_of_the_name", test_table_set_replaces_all_of_the_name},
        {"tables_of_any_origin_grow", test_tables_of_any_origin_grow},
        {"numbers_in_tables", test_numbers_in_tables},
        {"sizes_do_not_wrap", test_sizes_do_not_wrap},
        {"tables_and_secrets_of_many_pools", test_tables_and_secrets_of_many_pools},
        {"secrets_in_a_tables_pool", test_secrets_in_a_tables_pool},
        {"threads_have_pools_of_their_own", test_threads_have_pools_of_their_own},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
