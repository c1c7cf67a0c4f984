/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_OP_H
#define OSSI_OP_H

#include "oss_api.h"
#include "ossi_xml.h"

/*
 * One operation as data: a public function fills this record and ossi_op_run() does the rest, the
 * same for all. A zeroed member is its default. What it points to need only live until
 * ossi_op_run() returns.
 */
typedef enum {
    OSSI_TARGET_OBJECT = 0, /* bucket and object are checked */
    OSSI_TARGET_BUCKET = 1, /* the bucket is checked */
    OSSI_TARGET_URL = 2     /* a presigned URL: nothing is signed, params are ignored */
} ossi_target_t;

typedef enum {
    OSSI_TYPE_AS_GIVEN = 0,
    OSSI_TYPE_BY_NAME = 1, /* unless given: by the file's name, else by the key's */
    OSSI_TYPE_XML = 2      /* unless given: application/xml */
} ossi_type_rule_t;

typedef enum {
    OSSI_CRC_NONE = 0,
    OSSI_CRC_SENT = 1,    /* of the body sent, going on from first_crc */
    OSSI_CRC_RECEIVED = 2 /* of a 200 body, unless a range or a processed form was asked for */
} ossi_crc_rule_t;

typedef struct ossi_pair {
    const char *name;
    const char *value;
} ossi_op_pair_t;

#define OSSI_MAX_PAIRS 4
#define OSSI_I64_TEXT  21 /* "-9223372036854775808" and its terminator */

typedef struct ossi_op {
    const oss_request_options_t *options;
    http_method_e method;
    ossi_target_t target;
    const aos_string_t *bucket;
    const aos_string_t *object;
    const aos_string_t *url;
    /* Tables of the caller's, copied; what the operation itself says replaces theirs. */
    aos_table_t *headers;
    aos_table_t *params;
    ossi_op_pair_t own_headers[OSSI_MAX_PAIRS]; /* a NULL name ends */
    ossi_op_pair_t own_params[OSSI_MAX_PAIRS];
    ossi_type_rule_t type_rule;
    oss_progress_callback progress;
    /* The body: at most one of these. */
    aos_list_t *body_buffers;
    const aos_string_t *body_file;
    oss_upload_file_t *body_range;
    const char *body_xml;
    /* Where the answer goes; each may be NULL, which is nowhere. */
    aos_list_t *into_buffers;      /* the body of a 2xx answer that passed the checks */
    const aos_string_t *into_file; /* the same, under its name only when whole */
    aos_table_t **resp_headers;    /* emptied first thing */
    aos_list_t *resp_body;         /* whatever the status; emptied first thing */
    const char *xml_root;          /* a 2xx answer's document, read into xml_record */
    const ossi_xml_field_t *xml_fields;
    void *xml_record;
    /* Checks. */
    ossi_crc_rule_t crc_rule;
    uint64_t first_crc;
    int code; /* not AOSE_OK: the operation cannot be; a ClientError */
    const char *complaint;
} ossi_op_t;

/* Makes the operation impossible unless `holds`; the first complaint counts. */
void ossi_op_require(ossi_op_t *op, int holds, const char *complaint);

/* The same for lack of memory, when `p` is NULL. */
void ossi_op_require_memory(ossi_op_t *op, const void *p);

/* A name that was asked for: an invalid one instead of NULL, so that it is refused. */
const aos_string_t *ossi_given(const aos_string_t *name);

/* Adds to own_headers or own_params. */
void ossi_op_pair(ossi_op_pair_t pairs[OSSI_MAX_PAIRS], const char *name, const char *value);

/* The parameter uploadId. An empty id is refused: it would turn a part into an object, an abort
 * into a deletion. */
void ossi_op_upload_id(ossi_op_t *op, const aos_string_t *upload_id);

/* Checks the names of a copy's source and adds the header x-oss-copy-source: "/BUCKET/" and the
 * encoded key. */
void ossi_op_copy_source(ossi_op_t *op, const aos_string_t *bucket, const aos_string_t *object);

/* Decimal; returns `out`. */
const char *ossi_i64_text(char out[OSSI_I64_TEXT], int64_t value);

/* Empties the results, checks, builds, signs, sends, checks the answer, fills the results. Never
 * NULL. */
aos_status_t *ossi_op_run(ossi_op_t *op);

#endif
