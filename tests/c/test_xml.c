/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdlib.h>

#include "aos_buf.h"
#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_xml.h"

static apr_pool_t *s_pool;

typedef struct item {
    aos_list_t node;
    aos_string_t key;
    aos_string_t owner_id;
    int is_latest;
    aos_list_t tags;
} item_t;

typedef struct tag {
    aos_list_t node;
    aos_string_t name;
} tag_t;

typedef struct answer {
    aos_string_t name;
    aos_string_t inner;
    int truncated;
    aos_list_t items;
} answer_t;

static void *s_create_item(apr_pool_t *pool) {
    item_t *item = ossi_alloc(pool, sizeof(*item));
    if (item != NULL) {
        aos_list_init(&item->tags);
    }
    return item;
}

static void *s_create_tag(apr_pool_t *pool) {
    return ossi_alloc(pool, sizeof(tag_t));
}

static const ossi_xml_field_t s_tag_fields[] = {
    {"Name", OSSI_XML_TEXT, offsetof(tag_t, name), NULL, NULL},
    {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
};

static const ossi_xml_field_t s_item_fields[] = {
    {"Key", OSSI_XML_TEXT, offsetof(item_t, key), NULL, NULL},
    {"Owner/ID", OSSI_XML_TEXT, offsetof(item_t, owner_id), NULL, NULL},
    {"IsLatest", OSSI_XML_BOOL, offsetof(item_t, is_latest), NULL, NULL},
    {"Tags/Tag", OSSI_XML_LIST, offsetof(item_t, tags), s_create_tag, s_tag_fields},
    {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
};

static const ossi_xml_field_t s_fields[] = {
    {"Result/Name", OSSI_XML_TEXT, offsetof(answer_t, name), NULL, NULL},
    {"Result/Name/Inner", OSSI_XML_TEXT, offsetof(answer_t, inner), NULL, NULL},
    {"Result/IsTruncated", OSSI_XML_BOOL, offsetof(answer_t, truncated), NULL, NULL},
    {"Result/Contents", OSSI_XML_LIST, offsetof(answer_t, items), s_create_item, s_item_fields},
    {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
};

static void s_init(answer_t *answer) {
    memset(answer, 0, sizeof(*answer));
    answer->truncated = 7;
    aos_list_init(&answer->items);
}

/* Reads text cut into buffers of `step` bytes, each in memory of its own. */
static int s_read_in_steps(const char *text, size_t n, size_t step, answer_t *answer) {
    aos_list_t body;
    aos_list_init(&body);
    s_init(answer);
    for (size_t i = 0; i < n; i += step) {
        size_t len = n - i < step ? n - i : step;
        aos_buf_t *b = aos_create_buf(s_pool, (int)len);
        memcpy(b->pos, text + i, len);
        b->last = b->pos + len;
        aos_list_add_tail(&b->node, &body);
    }
    return ossi_xml_read(s_pool, &body, "Result", s_fields, answer);
}

static int s_read(const char *text, answer_t *answer) {
    return s_read_in_steps(text, strlen(text), strlen(text) + 1, answer);
}

static const char s_good[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Result xmlns=\"http://doc.oss-cn-hangzhou.aliyuncs.com\"><Name>b &amp; c</Name>"
    "<IsTruncated>true</IsTruncated>"
    "<Contents><Key>a</Key><Owner><ID>1</ID></Owner><IsLatest>false</IsLatest>"
    "<Tags><Tag><Name>t1</Name></Tag><Tag><Name>t2</Name></Tag></Tags></Contents>"
    "<Contents><Key>\xe4\xb8\xad&#10;</Key></Contents><Unknown><Key>x</Key></Unknown></Result>";

static void s_check_good(const answer_t *answer) {
    item_t *item = aos_list_get_first(&answer->items, item_t, node);
    tag_t *tag = aos_list_get_last(&item->tags, tag_t, node);
    CHECK_STR(answer->name.data, "b & c");
    CHECK_INT(answer->name.len, 5);
    CHECK_INT(answer->truncated, 1);
    CHECK(answer->inner.data == NULL);
    CHECK_STR(item->key.data, "a");
    CHECK_STR(item->owner_id.data, "1");
    CHECK_INT(item->is_latest, 0);
    CHECK_STR(tag->name.data, "t2");
    item = aos_list_get_last(&answer->items, item_t, node);
    CHECK_STR(item->key.data, "\xe4\xb8\xad\n");
    CHECK(item->owner_id.data == NULL);
    CHECK(aos_list_empty(&item->tags));
}

static void test_reads_texts_bools_and_lists(void) {
    answer_t answer;
    CHECK_INT(s_read(s_good, &answer), AOSE_OK);
    s_check_good(&answer);
}

static void test_any_split_of_the_body_reads_the_same(void) {
    for (size_t step = 1; step < 12; step++) {
        answer_t answer;
        CHECK_INT(s_read_in_steps(s_good, sizeof(s_good) - 1, step, &answer), AOSE_OK);
        s_check_good(&answer);
    }
}

static void test_every_prefix_is_an_error(void) {
    for (size_t n = 0; n < sizeof(s_good) - 1; n++) {
        answer_t answer;
        CHECK_INT(s_read_in_steps(s_good, n, n + 1, &answer), AOSE_XML_PARSE_ERROR);
    }
}

static void test_only_the_own_path_counts(void) {
    answer_t answer;
    CHECK_INT(s_read("<Result><Other><Name>x</Name><Result><Name>y</Name></Result></Other>"
                     "<Contents><Contents><Key>deep</Key></Contents><Name>z</Name></Contents>"
                     "</Result>",
                     &answer),
              AOSE_OK);
    item_t *item = aos_list_get_first(&answer.items, item_t, node);
    CHECK(answer.name.data == NULL);
    CHECK(&item->node == answer.items.prev);
    CHECK(item->key.data == NULL);
}

static void test_inner_elements_do_not_mix_with_text(void) {
    answer_t answer;
    CHECK_INT(s_read("<Result><Name>a<Inner>b</Inner>c<Else>d</Else>e</Name></Result>", &answer),
              AOSE_OK);
    CHECK_STR(answer.name.data, "ace");
    CHECK_STR(answer.inner.data, "b");
}

static void test_empty_absent_and_repeated_elements(void) {
    answer_t answer;
    CHECK_INT(s_read("<Result><Name/></Result>", &answer), AOSE_OK);
    CHECK_STR(answer.name.data, "");
    CHECK_INT(answer.name.len, 0);
    CHECK_INT(answer.truncated, 7);
    CHECK(aos_list_empty(&answer.items));
    CHECK_INT(s_read("<Result><Name>1</Name><Name>2</Name></Result>", &answer), AOSE_OK);
    CHECK_STR(answer.name.data, "2");
}

static void test_refused_documents(void) {
    static const char *bad[] = {
        "",
        " ",
        "not xml",
        "<Other/>",
        "<result/>",
        "<Result>",
        "<Result></Result><Result/>",
        "<Result><Name>&undefined;</Name></Result>",
        "<Result><Name>\xff</Name></Result>",
        "<Result><Name>\x01</Name></Result>",
        "<Result><IsTruncated>yes</IsTruncated></Result>",
        "<Result><IsTruncated></IsTruncated></Result>",
        "<Result><IsTruncated> true</IsTruncated></Result>",
        "<!DOCTYPE Result><Result/>",
        "<!DOCTYPE Result SYSTEM \"file:///etc/passwd\"><Result/>",
        "<!DOCTYPE Result [<!ENTITY a \"b\">]><Result><Name>&a;</Name></Result>",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        answer_t answer;
        CHECK_INT(s_read(bad[i], &answer), AOSE_XML_PARSE_ERROR);
    }
}

static void test_depth_has_a_ceiling(void) {
    for (int depth = OSSI_MAX_XML_DEPTH; depth <= OSSI_MAX_XML_DEPTH + 1; depth++) {
        ossi_str_t s;
        char *text = NULL;
        answer_t answer;
        ossi_str_init(&s, s_pool, 4096);
        for (int i = 0; i < depth; i++) {
            ossi_str_addz(&s, i == 0 ? "<Result>" : "<a>");
        }
        for (int i = depth - 1; i >= 0; i--) {
            ossi_str_addz(&s, i == 0 ? "</Result>" : "</a>");
        }
        CHECK_INT(ossi_str_take(&s, &text, NULL), AOSE_OK);
        CHECK_INT(s_read(text, &answer),
                  depth == OSSI_MAX_XML_DEPTH ? AOSE_OK : AOSE_XML_PARSE_ERROR);
    }
}

/* A document of `n` bytes in all, which is the text of one element. */
static int s_read_sized(size_t n) {
    static const char head[] = "<Result><Name>", tail[] = "</Name></Result>";
    size_t text = n - (sizeof(head) - 1) - (sizeof(tail) - 1);
    char *document = malloc(n);
    aos_list_t body;
    answer_t answer;
    int rc = AOSE_OUT_MEMORY;
    s_init(&answer);
    aos_list_init(&body);
    if (document != NULL) {
        memcpy(document, head, sizeof(head) - 1);
        memset(document + sizeof(head) - 1, 'x', text);
        memcpy(document + sizeof(head) - 1 + text, tail, sizeof(tail) - 1);
        aos_buf_t *b = aos_buf_pack(s_pool, document, (int)n);
        aos_list_add_tail(&b->node, &body);
        rc = ossi_xml_read(s_pool, &body, "Result", s_fields, &answer);
        CHECK_INT(answer.name.len, rc == AOSE_OK ? text : 0);
    }
    free(document);
    return rc;
}

static void test_size_has_a_ceiling(void) {
    CHECK_INT(s_read_sized(OSSI_MAX_XML), AOSE_OK);
    CHECK_INT(s_read_sized(OSSI_MAX_XML + 1), AOSE_OVER_MEMORY);
}

static void test_records_have_a_ceiling(void) {
    for (int more = 0; more <= 1; more++) {
        ossi_str_t s;
        char *text = NULL;
        answer_t answer;
        ossi_str_init(&s, s_pool, OSSI_MAX_XML);
        ossi_str_addz(&s, "<Result>");
        for (int i = 0; i < OSSI_MAX_XML_RECORDS + more; i++) {
            ossi_str_addz(&s, "<Contents/>");
        }
        ossi_str_addz(&s, "</Result>");
        CHECK_INT(ossi_str_take(&s, &text, NULL), AOSE_OK);
        CHECK_INT(s_read(text, &answer), more ? AOSE_OVER_MEMORY : AOSE_OK);
    }
}

static void *s_create_nothing(apr_pool_t *pool) {
    (void)pool;
    return NULL;
}

static void test_a_record_that_cannot_be_made_stops_the_reading(void) {
    static const ossi_xml_field_t fields[] = {
        {"Result/Contents", OSSI_XML_LIST, offsetof(answer_t, items), s_create_nothing,
         s_item_fields},
        {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
    };
    static const char text[] = "<Result><Contents/></Result>";
    aos_list_t body;
    answer_t answer;
    aos_list_init(&body);
    s_init(&answer);
    aos_list_add_tail(&aos_buf_pack(s_pool, text, sizeof(text) - 1)->node, &body);
    CHECK_INT(ossi_xml_read(s_pool, &body, "Result", fields, &answer), AOSE_OUT_MEMORY);
    CHECK(aos_list_empty(&answer.items));
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"reads_texts_bools_and_lists", test_reads_texts_bools_and_lists},
        {"any_split_of_the_body_reads_the_same", test_any_split_of_the_body_reads_the_same},
        {"every_prefix_is_an_error", test_every_prefix_is_an_error},
        {"only_the_own_path_counts", test_only_the_own_path_counts},
        {"inner_elements_do_not_mix_with_text", test_inner_elements_do_not_mix_with_text},
        {"empty_absent_and_repeated_elements", test_empty_absent_and_repeated_elements},
        {"refused_documents", test_refused_documents},
        {"depth_has_a_ceiling", test_depth_has_a_ceiling},
        {"size_has_a_ceiling", test_size_has_a_ceiling},
        {"records_have_a_ceiling", test_records_have_a_ceiling},
        {"a_record_that_cannot_be_made_stops_the_reading",
         test_a_record_that_cannot_be_made_stops_the_reading},
    };
    apr_initialize();
    apr_pool_create(&s_pool, NULL);
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_pool_destroy(s_pool);
    apr_terminate();
    return status;
}
