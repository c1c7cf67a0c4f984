/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_xml.h"

#include <string.h>

#include <expat.h>

#include "aos_buf.h"
#include "ossi_mem.h"
#include "ossi_str.h"

/* What is known about one open element. */
typedef struct s_level {
    const ossi_xml_field_t *field;  /* the field that it is, or NULL */
    void *target;                   /* the record of that field */
    const ossi_xml_field_t *fields; /* of the elements inside */
    void *record;                   /* the record of those */
    size_t base;                    /* where in the path the names of those begin */
    size_t path_len;                /* of the path before this element */
    size_t text_start;              /* in the collected text */
} s_level_t;

typedef struct s_reader {
    apr_pool_t *pool;
    XML_Parser parser;
    const char *root_name;
    ossi_str_t path; /* "ListPartsResult/Part/ETag" */
    ossi_str_t text;
    size_t records;
    size_t depth;
    s_level_t levels[OSSI_MAX_XML_DEPTH + 1]; /* [0] is the document */
    int rc;
} s_reader_t;

static void s_stop(s_reader_t *r, int rc) {
    if (r->rc == AOSE_OK) {
        r->rc = rc;
    }
    XML_StopParser(r->parser, XML_FALSE);
}

static void s_truncate(ossi_str_t *s, size_t len) {
    if (s->data != NULL) {
        s->len = len;
        s->data[len] = '\0';
    }
}

static const ossi_xml_field_t *s_find(const ossi_xml_field_t *fields, const char *path) {
    for (; fields->path != NULL; fields++) {
        if (strcmp(fields->path, path) == 0) {
            return fields;
        }
    }
    return NULL;
}

static void s_open_record(s_reader_t *r, s_level_t *level) {
    const ossi_xml_field_t *field = level->field;
    void *record = NULL;
    if (r->records >= OSSI_MAX_XML_RECORDS) {
        s_stop(r, AOSE_OVER_MEMORY);
        return;
    }
    record = field->create(r->pool);
    if (record == NULL) {
        s_stop(r, AOSE_OUT_MEMORY);
        return;
    }
    r->records++;
    aos_list_add_tail((aos_list_t *)record, (aos_list_t *)((char *)level->target + field->offset));
    level->record = record;
    level->fields = field->fields;
    level->base = r->path.len + 1;
}

static void XMLCALL s_start_element(void *arg, const XML_Char *name, const XML_Char **attributes) {
    s_reader_t *r = arg;
    (void)attributes;
    if (r->depth == OSSI_MAX_XML_DEPTH) {
        s_stop(r, AOSE_XML_PARSE_ERROR);
        return;
    }
    const s_level_t *outer = &r->levels[r->depth];
    s_level_t *level = &r->levels[r->depth + 1];
    *level = *outer;
    level->path_len = r->path.len;
    level->text_start = r->text.len;
    if (r->depth > 0) {
        ossi_str_addc(&r->path, '/');
    } else if (strcmp(name, r->root_name) != 0) {
        s_stop(r, AOSE_XML_PARSE_ERROR);
        return;
    }
    if (ossi_str_addz(&r->path, name) != AOSE_OK) {
        s_stop(r, r->path.rc);
        return;
    }
    r->depth++;
    level->target = outer->record;
    level->field = s_find(outer->fields, r->path.data + outer->base);
    if (level->field != NULL && level->field->kind == OSSI_XML_LIST) {
        s_open_record(r, level);
    }
}

static void XMLCALL s_character_data(void *arg, const XML_Char *bytes, int n) {
    s_reader_t *r = arg;
    const ossi_xml_field_t *field = r->levels[r->depth].field;
    if (r->rc != AOSE_OK || field == NULL || field->kind == OSSI_XML_LIST) {
        return;
    }
    if (ossi_str_add(&r->text, bytes, (size_t)n) != AOSE_OK) {
        s_stop(r, r->text.rc);
    }
}

/* Lengths fit an int: OSSI_MAX_XML is the ceiling. */
static void s_store(s_reader_t *r, const s_level_t *level) {
    const char *text = r->text.len == level->text_start ? "" : r->text.data + level->text_start;
    size_t n = r->text.len - level->text_start;
    void *at = (char *)level->target + level->field->offset;
    if (level->field->kind == OSSI_XML_TEXT) {
        char *copy = ossi_dup(r->pool, text, n);
        if (copy == NULL) {
            s_stop(r, AOSE_OUT_MEMORY);
            return;
        }
        ((aos_string_t *)at)->data = copy;
        ((aos_string_t *)at)->len = (int)n;
    } else if (strcmp(text, "true") == 0) {
        *(int *)at = 1;
    } else if (strcmp(text, "false") == 0) {
        *(int *)at = 0;
    } else {
        s_stop(r, AOSE_XML_PARSE_ERROR);
    }
}

static void XMLCALL s_end_element(void *arg, const XML_Char *name) {
    s_reader_t *r = arg;
    (void)name;
    if (r->rc != AOSE_OK) {
        return; /* of an empty element that did not get in: libexpat tells of its end all the same
                 */
    }
    const s_level_t *level = &r->levels[r->depth];
    if (level->field != NULL && level->field->kind != OSSI_XML_LIST) {
        s_store(r, level);
    }
    s_truncate(&r->text, level->text_start);
    s_truncate(&r->path, level->path_len);
    r->depth--;
}

static void XMLCALL s_doctype(void *arg, const XML_Char *name, const XML_Char *system_id,
                              const XML_Char *public_id, int has_internal_subset) {
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    s_stop(arg, AOSE_XML_PARSE_ERROR);
}

static int s_parse(s_reader_t *r, const char *bytes, size_t n, int last) {
    if (XML_Parse(r->parser, bytes, (int)n, last) == XML_STATUS_OK) {
        return AOSE_OK;
    }
    if (r->rc != AOSE_OK) {
        return r->rc;
    }
    return XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY ? AOSE_OUT_MEMORY
                                                              : AOSE_XML_PARSE_ERROR;
}

static int s_parse_body(s_reader_t *r, const aos_list_t *body) {
    size_t total = 0;
    for (const aos_list_t *node = body->next; node != body; node = node->next) {
        const aos_buf_t *b = (const aos_buf_t *)((const char *)node - offsetof(aos_buf_t, node));
        size_t n = (size_t)(b->last - b->pos);
        if (n > OSSI_MAX_XML - total) {
            return AOSE_OVER_MEMORY;
        }
        total += n;
        int rc = s_parse(r, (const char *)b->pos, n, 0);
        if (rc != AOSE_OK) {
            return rc;
        }
    }
    return s_parse(r, "", 0, 1);
}

int ossi_xml_read(apr_pool_t *pool, const aos_list_t *body, const char *root_name,
                  const ossi_xml_field_t *fields, void *record) {
    int rc = AOSE_OUT_MEMORY;
    apr_pool_t *scratch = NULL;
    s_reader_t *r = NULL;
    XML_Parser parser = NULL;
    if (ossi_pool_create(&scratch, pool) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    r = ossi_alloc(scratch, sizeof(*r));
    parser = XML_ParserCreate(NULL);
    if (r == NULL || parser == NULL) {
        goto out;
    }
    r->pool = pool;
    r->parser = parser;
    r->root_name = root_name;
    r->levels[0].fields = fields;
    r->levels[0].record = record;
    ossi_str_init(&r->path, scratch, OSSI_MAX_XML);
    ossi_str_init(&r->text, scratch, OSSI_MAX_XML);
    XML_SetUserData(parser, r);
    XML_SetElementHandler(parser, s_start_element, s_end_element);
    XML_SetCharacterDataHandler(parser, s_character_data);
    XML_SetStartDoctypeDeclHandler(parser, s_doctype);
    rc = s_parse_body(r, body);
out:
    if (parser != NULL) {
        XML_ParserFree(parser);
    }
    apr_pool_destroy(scratch);
    return rc;
}
