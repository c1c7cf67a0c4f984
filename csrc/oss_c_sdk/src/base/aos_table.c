/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_define.h"

#include <string.h>

#include "ossi_mem.h"
#include "ossi_str.h"

#define S_LONGEST_NUMBER 20 /* "-9223372036854775808" */

static int s_put(aos_table_t *table, const char *name, int64_t value, int replace) {
    ossi_str_t text;
    char *digits = NULL;
    size_t n = 0;
    ossi_str_init(&text, apr_table_elts(table)->pool, S_LONGEST_NUMBER);
    ossi_str_add_i64(&text, value);
    int rc = ossi_str_take(&text, &digits, &n);
    if (rc != AOSE_OK) {
        return rc;
    }
    return replace ? ossi_table_set(NULL, table, name, digits)
                   : ossi_table_add(NULL, table, name, strlen(name), digits, n);
}

int aos_table_add_int(aos_table_t *table, const char *name, int value) {
    return s_put(table, name, value, 0);
}

int aos_table_add_int64(aos_table_t *table, const char *name, int64_t value) {
    return s_put(table, name, value, 0);
}

int aos_table_set_int64(aos_table_t *table, const char *name, int64_t value) {
    return s_put(table, name, value, 1);
}
