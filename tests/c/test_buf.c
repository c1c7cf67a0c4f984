/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aos_buf.h"

static apr_pool_t *s_pool;

typedef struct record {
    int number;
    aos_list_t node;
} record_t;

static void s_fill_list(aos_list_t *head, record_t *records, int count) {
    aos_list_init(head);
    for (int i = 0; i < count; i++) {
        records[i].number = i;
        aos_list_add_tail(&records[i].node, head);
    }
}

static void test_list_order_in_every_loop(void) {
    aos_list_t head;
    record_t records[4], *pos = NULL, *next = NULL;
    int at = 0;
    s_fill_list(&head, records, 4);
    aos_list_for_each_entry(record_t, pos, &head, node) {
        CHECK_INT(pos->number, at++);
    }
    CHECK_INT(at, 4);
    aos_list_for_each_entry_reverse(record_t, pos, &head, node) {
        CHECK_INT(pos->number, --at);
    }
    CHECK_INT(at, 0);
    aos_list_for_each_entry_safe(record_t, pos, next, &head, node) {
        CHECK_INT(pos->number, at++);
        aos_list_del(&pos->node);
    }
    CHECK(aos_list_empty(&head));
    s_fill_list(&head, records, 4);
    aos_list_for_each_entry_safe_reverse(record_t, pos, next, &head, node) {
        CHECK_INT(pos->number, --at);
        aos_list_del(&pos->node);
    }
    CHECK(aos_list_empty(&head));
}

static void test_list_ends_and_removal(void) {
    aos_list_t head;
    record_t records[3];
    s_fill_list(&head, records, 3);
    CHECK_INT(aos_list_get_first(&head, record_t, node)->number, 0);
    CHECK_INT(aos_list_get_last(&head, record_t, node)->number, 2);
    aos_list_del(&records[1].node);
    CHECK(aos_list_empty(&records[1].node));
    CHECK(head.next->next == head.prev);
    CHECK_INT(aos_list_entry(head.next, record_t, node)->number, 0);
}

static void test_list_moves_whole(void) {
    aos_list_t from, to;
    record_t records[2];
    s_fill_list(&from, records, 2);
    aos_list_movelist(&from, &to);
    CHECK(aos_list_empty(&from));
    CHECK_INT(aos_list_get_first(&to, record_t, node)->number, 0);
    CHECK_INT(aos_list_get_last(&to, record_t, node)->number, 1);
    aos_list_movelist(&from, &to);
    CHECK(aos_list_empty(&to));
}

static void test_buffers_of_a_size(void) {
    aos_buf_t *b = aos_create_buf(s_pool, 10);
    CHECK(b != NULL);
    CHECK_INT(aos_buf_size(b), 0);
    CHECK_INT(b->end - b->last, 10);
    CHECK(aos_create_buf(s_pool, 0) != NULL);
    CHECK(aos_create_buf(s_pool, -1) == NULL);
    CHECK(aos_buf_pack(s_pool, "x", -1) == NULL);
}

static void test_list_content(void) {
    aos_list_t list;
    aos_list_init(&list);
    CHECK_INT(aos_buf_list_len(&list), 0);
    CHECK_STR(aos_buf_list_content(s_pool, &list), "");
    aos_list_add_tail(&aos_buf_pack(s_pool, "one,", 4)->node, &list);
    aos_list_add_tail(&aos_buf_pack(s_pool, NULL, 0)->node, &list);
    aos_list_add_tail(&aos_buf_pack(s_pool, "two and more", 3)->node, &list);
    CHECK_INT(aos_buf_list_len(&list), 7);
    CHECK_STR(aos_buf_list_content(s_pool, &list), "one,two");
}

static void test_append_grows(void) {
    aos_buf_t *b = aos_create_buf(s_pool, 3);
    for (int i = 0; i < 1000; i++) {
        aos_buf_append_string(s_pool, b, "abcdef", 1 + i % 6);
        CHECK_INT(*b->last, 0);
    }
    size_t wrong = 0, at = 0;
    for (int i = 0; i < 1000; i++) {
        for (int k = 0; k <= i % 6; k++) {
            wrong += b->pos[at++] != "abcdef"[k];
        }
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(aos_buf_size(b), at);
}

static void test_append_of_nothing_changes_nothing(void) {
    aos_buf_t *b = aos_create_buf(s_pool, 3);
    aos_buf_append_string(s_pool, b, "abc", 0);
    aos_buf_append_string(s_pool, b, "abc", -1);
    aos_buf_append_string(s_pool, b, "abc", INT_MIN);
    CHECK_INT(aos_buf_size(b), 0);
}

static void test_append_leaves_borrowed_memory_alone(void) {
    char text[] = "borrowed";
    aos_buf_t *b = aos_buf_pack(s_pool, text, 8);
    aos_buf_append_string(s_pool, b, "!", 1);
    CHECK_STR((char *)b->pos, "borrowed!");
    CHECK_STR(text, "borrowed");
}

static char s_folder[] = "test_buf.XXXXXX";

static char *s_path(const char *name) {
    return apr_pstrcat(s_pool, s_folder, "/", name, NULL);
}

static void s_write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    if (file != NULL) {
        CHECK(fputs(text, file) >= 0);
        CHECK_INT(fclose(file), 0);
    }
}

static void s_check_rest(aos_file_buf_t *fb, const char *expected) {
    char text[64] = "";
    apr_size_t n = sizeof(text) - 1;
    apr_status_t rv = apr_file_read(fb->file, text, &n);
    CHECK(rv == APR_SUCCESS || rv == APR_EOF);
    CHECK_STR(text, expected);
}

static void test_files_to_read(void) {
    aos_file_buf_t *fb = aos_create_file_buf(s_pool);
    char *path = s_path("read");
    s_write_file(path, "0123456789");
    CHECK(fb->file == NULL);
    CHECK_INT(aos_open_file_for_read(s_pool, path, fb), AOSE_OK);
    CHECK_INT(fb->file_pos, 0);
    CHECK_INT(fb->file_last, 10);
    CHECK_INT(fb->owner, 1);
    s_check_rest(fb, "0123456789");
    CHECK_INT(apr_file_close(fb->file), APR_SUCCESS);
    CHECK_INT(aos_open_file_for_all_read(s_pool, path, fb), AOSE_OK);
    CHECK_INT(fb->file_last, 10);
}

static void test_ranges_to_read(void) {
    aos_file_buf_t *fb = aos_create_file_buf(s_pool);
    char *path = s_path("range");
    s_write_file(path, "0123456789");
    CHECK_INT(aos_open_file_for_range_read(s_pool, path, 3, 6, fb), AOSE_OK);
    CHECK_INT(fb->file_pos, 3);
    CHECK_INT(fb->file_last, 6);
    s_check_rest(fb, "3456789");
    CHECK_INT(aos_open_file_for_range_read(s_pool, path, 8, INT64_MAX, fb), AOSE_OK);
    CHECK_INT(fb->file_last, 10);
    CHECK_INT(aos_open_file_for_range_read(s_pool, path, 10, 10, fb), AOSE_OK);
    CHECK_INT(fb->file_pos, 10);
    fb->file_pos = 77;
    CHECK_INT(aos_open_file_for_range_read(s_pool, path, 11, 12, fb), AOSE_FILE_SEEK_ERROR);
    CHECK_INT(aos_open_file_for_range_read(s_pool, path, 6, 3, fb), AOSE_INVALID_ARGUMENT);
    CHECK_INT(aos_open_file_for_range_read(s_pool, path, -1, 3, fb), AOSE_INVALID_ARGUMENT);
    CHECK_INT(fb->file_pos, 77);
}

static void test_files_that_cannot_be_read(void) {
    aos_file_buf_t *fb = aos_create_file_buf(s_pool);
    char longer[6000];
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    CHECK_INT(aos_open_file_for_read(s_pool, NULL, fb), AOSE_INVALID_ARGUMENT);
    CHECK_INT(aos_open_file_for_read(s_pool, s_path("absent"), fb), AOSE_OPEN_FILE_ERROR);
    CHECK_INT(aos_open_file_for_read(s_pool, longer, fb), AOSE_OPEN_FILE_ERROR);
    CHECK_INT(aos_open_file_for_read(s_pool, s_folder, fb), AOSE_OPEN_FILE_ERROR);
    CHECK_INT(aos_open_file_for_read(s_pool, "/dev/null", fb), AOSE_OPEN_FILE_ERROR);
    CHECK_INT(mkfifo(s_path("pipe"), 0600), 0);
    CHECK_INT(aos_open_file_for_read(s_pool, s_path("pipe"), fb), AOSE_OPEN_FILE_ERROR);
    CHECK_INT(unlink(s_path("pipe")), 0);
    CHECK(fb->file == NULL);
}

static void test_files_to_write(void) {
    aos_file_buf_t *fb = aos_create_file_buf(s_pool);
    char *path = s_path("write");
    CHECK_INT(aos_open_file_for_write_notrunc(s_pool, path, fb), AOSE_OK);
    CHECK_INT(apr_file_write_full(fb->file, "abcdef", 6, NULL), APR_SUCCESS);
    CHECK_INT(apr_file_close(fb->file), APR_SUCCESS);
    CHECK_INT(aos_open_file_for_write_notrunc(s_pool, path, fb), AOSE_OK);
    CHECK_INT(apr_file_write_full(fb->file, "XY", 2, NULL), APR_SUCCESS);
    CHECK_INT(apr_file_close(fb->file), APR_SUCCESS);
    CHECK_INT(aos_open_file_for_read(s_pool, path, fb), AOSE_OK);
    s_check_rest(fb, "XYcdef");
    CHECK_INT(aos_open_file_for_write(s_pool, path, fb), AOSE_OK);
    CHECK_INT(aos_open_file_for_read(s_pool, path, fb), AOSE_OK);
    CHECK_INT(fb->file_last, 0);
    CHECK_INT(aos_open_file_for_write(s_pool, s_path("no/folder"), fb), AOSE_OPEN_FILE_ERROR);
}

static void s_remove_files(void) {
    static const char *names[] = {"read", "range", "write"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)unlink(s_path(names[i]));
    }
    CHECK_INT(rmdir(s_folder), 0);
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"list_order_in_every_loop", test_list_order_in_every_loop},
        {"list_ends_and_removal", test_list_ends_and_removal},
        {"list_moves_whole", test_list_moves_whole},
        {"buffers_of_a_size", test_buffers_of_a_size},
        {"list_content", test_list_content},
        {"append_grows", test_append_grows},
        {"append_of_nothing_changes_nothing", test_append_of_nothing_changes_nothing},
        {"append_leaves_borrowed_memory_alone", test_append_leaves_borrowed_memory_alone},
        {"files_to_read", test_files_to_read},
        {"ranges_to_read", test_ranges_to_read},
        {"files_that_cannot_be_read", test_files_that_cannot_be_read},
        {"files_to_write", test_files_to_write},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    if (mkdtemp(s_folder) == NULL) {
        return 1;
    }
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    s_remove_files();
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status != 0 || check_failures != 0;
}
