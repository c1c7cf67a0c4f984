/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_XML_H
#define OSSI_XML_H

#include <stddef.h>

#include <apr_pools.h>

#include "aos_list.h"
#include "aos_string.h"

/*
 * Reads an XML answer into a record by a table, with expat and without a tree. An element counts
 * only at its own path ("Error/Code"), never deeper down; of two elements with the same path the
 * last one counts. A DOCTYPE (so every entity), a depth over OSSI_MAX_XML_DEPTH, more than
 * OSSI_MAX_XML bytes or OSSI_MAX_XML_RECORDS list records, or ill-formed text are errors. Namespace
 * prefixes are not looked at; an xmlns attribute is ignored, as all attributes are. Thread-safe.
 */
typedef enum ossi_xml_kind {
    OSSI_XML_TEXT, /* aos_string_t at offset: character data, copied into the pool, terminated */
    OSSI_XML_BOOL, /* int at offset: 1 for "true", 0 for "false", anything else is an error */
    OSSI_XML_LIST  /* aos_list_t at offset: each element appends one record made by `create` */
} ossi_xml_kind_t;

typedef struct ossi_xml_field {
    const char *path; /* with the root's name ("Error/Code"); for fields of a list's record, below
                         that record's element and without its name ("Key", "Owner/ID") */
    ossi_xml_kind_t kind;
    size_t offset;
    /* OSSI_XML_LIST only: */
    void *(*create)(
        apr_pool_t *pool); /* NULL on failure; the record's first member is its aos_list_t node */
    const struct ossi_xml_field *fields; /* ends with a NULL path */
} ossi_xml_field_t;

/*
 * Fills `record` (which the caller has initialised, its lists too: absent elements leave it alone)
 * from a document whose root element must be `root_name`; `fields` ends with a NULL path. Returns
 * AOSE_OK, AOSE_XML_PARSE_ERROR, AOSE_OVER_MEMORY or AOSE_OUT_MEMORY; after a failure the record
 * may be partly filled. The body is a list of aos_buf_t, which is not changed.
 */
int ossi_xml_read(apr_pool_t *pool, const aos_list_t *body, const char *root_name,
                  const ossi_xml_field_t *fields, void *record);

#endif
