/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_status.h"
#include "ossi_status.h"

#include <string.h>

#include "aos_buf.h"
#include "ossi_mem.h"
#include "ossi_text.h"
#include "ossi_xml.h"

const char AOS_XML_PARSE_ERROR_CODE[] = "ParseXmlError";
const char AOS_OPEN_FILE_ERROR_CODE[] = "OpenFileFail";
const char AOS_WRITE_FILE_ERROR_CODE[] = "WriteFileFail";
const char AOS_RENAME_FILE_ERROR_CODE[] = "RenameFileFail";
const char AOS_HTTP_IO_ERROR_CODE[] = "HttpIoError";
const char AOS_UNKNOWN_ERROR_CODE[] = "UnknownError";
const char AOS_CLIENT_ERROR_CODE[] = "ClientError";
const char AOS_SERVER_ERROR_CODE[] = "ServerError";
const char AOS_UTF8_ENCODE_ERROR_CODE[] = "Utf8EncodeFail";
const char AOS_URL_ENCODE_ERROR_CODE[] = "UrlEncodeFail";
const char AOS_INCONSISTENT_ERROR_CODE[] = "InconsistentError";
const char AOS_CREATE_QUEUE_ERROR_CODE[] = "CreateQueueFail";
const char AOS_CREATE_THREAD_POOL_ERROR_CODE[] = "CreateThreadPoolFail";
const char AOS_EMPTY_STRING_ERROR[] = "EmptyStringError";
const char AOS_SELECT_OBJECT_ERROR[] = "SelectObjectError";
const char AOS_SELECT_OBJECT_CRC_ERROR[] = "SelectObjectCRCError";
const char AOS_CREATE_SELECT_OBJECT_META_ERROR[] = "CreateSelectObjectMetaError";
const char AOS_BUCKET_NAME_INVALID_ERROR[] = "BucketNameInvalidError";
const char AOS_OBJECT_NAME_INVALID_ERROR[] = "ObjectNameInvalidError";

/* Of an error body that is no XML, so much is shown. */
#define S_EXCERPT_MAX 256

typedef struct s_error {
    aos_string_t code;
    aos_string_t message;
} s_error_t;

static const ossi_xml_field_t s_error_fields[] = {
    {"Error/Code", OSSI_XML_TEXT, offsetof(s_error_t, code), NULL, NULL},
    {"Error/Message", OSSI_XML_TEXT, offsetof(s_error_t, message), NULL, NULL},
    {NULL, OSSI_XML_TEXT, 0, NULL, NULL},
};

static const aos_status_t s_no_memory = {AOSE_OUT_MEMORY, (char *)AOS_CLIENT_ERROR_CODE,
                                         (char *)"Out of memory.", NULL};

aos_status_t *ossi_status_no_memory(void) {
    return (aos_status_t *)&s_no_memory;
}

aos_status_t *ossi_status_fail(apr_pool_t *pool, int code, const char *error_code,
                               const char *error_msg) {
    aos_status_t *s = aos_status_create(pool);
    if (s == NULL) {
        return ossi_status_no_memory();
    }
    aos_status_set(s, code, error_code, error_msg);
    return s;
}

int aos_should_retry(aos_status_t *s) {
    if (s == NULL) {
        return 0;
    }
    return s->code / 100 == 5 || s->code == AOSE_CONNECTION_FAILED ||
           s->code == AOSE_REQUEST_TIMEOUT || s->code == AOSE_FAILED_CONNECT ||
           s->code == AOSE_SERVICE_ERROR;
}

aos_status_t *aos_status_create(aos_pool_t *p) {
    return ossi_alloc(p, sizeof(aos_status_t));
}

static char *s_dup_text(apr_pool_t *pool, const char *text, int *failed) {
    if (text == NULL) {
        return NULL;
    }
    char *copy = ossi_dupz(pool, text);
    *failed |= copy == NULL;
    return copy;
}

aos_status_t *aos_status_dup(aos_pool_t *p, aos_status_t *src) {
    int failed = 0;
    aos_status_t *s = aos_status_create(p);
    if (s == NULL) {
        return ossi_status_no_memory();
    }
    s->code = src->code;
    s->error_code = s_dup_text(p, src->error_code, &failed);
    s->error_msg = s_dup_text(p, src->error_msg, &failed);
    s->req_id = s_dup_text(p, src->req_id, &failed);
    return failed ? ossi_status_no_memory() : s;
}

static int s_read_xml(apr_pool_t *pool, const aos_list_t *body, aos_status_t *s) {
    s_error_t error = {{0, NULL}, {0, NULL}};
    int rc = ossi_xml_read(pool, body, "Error", s_error_fields, &error);
    if (rc != AOSE_OK) {
        return rc;
    }
    s->error_code = error.code.len > 0 ? error.code.data : (char *)AOS_UNKNOWN_ERROR_CODE;
    s->error_msg = error.message.data;
    return AOSE_OK;
}

static size_t s_copy_printable(char *out, size_t room, const uint8_t *bytes, size_t n) {
    size_t take = n < room ? n : room;
    for (size_t i = 0; i < take; i++) {
        int is_blank = bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n';
        int is_printable = bytes[i] >= 0x20 && bytes[i] < 0x7f;
        out[i] = is_blank ? ' ' : (char)(is_printable ? bytes[i] : '?');
    }
    return take;
}

/* The first bytes of a body that is not ours to understand: a proxy's page, mostly. */
static char *s_excerpt(apr_pool_t *pool, const aos_list_t *body) {
    size_t used = 0;
    char *text = ossi_alloc(pool, S_EXCERPT_MAX + 1);
    if (text == NULL) {
        return NULL;
    }
    for (const aos_list_t *node = body->next; node != body; node = node->next) {
        const aos_buf_t *b = aos_list_entry(node, const aos_buf_t, node);
        used +=
            s_copy_printable(text + used, S_EXCERPT_MAX - used, b->pos, (size_t)(b->last - b->pos));
    }
    return used > 0 ? text : NULL;
}

static void s_read_error_body(apr_pool_t *pool, const aos_list_t *body, aos_status_t *s) {
    aos_status_set(s, s->code, AOS_UNKNOWN_ERROR_CODE, NULL);
    if (body == NULL || aos_list_empty(body) || s_read_xml(pool, body, s) == AOSE_OK) {
        return;
    }
    s->error_msg = s_excerpt(pool, body);
}

aos_status_t *aos_status_parse_from_body(aos_pool_t *p, aos_list_t *bc, int code, aos_status_t *s) {
    aos_status_t *out = s != NULL ? s : aos_status_create(p);
    if (out == NULL) {
        return ossi_status_no_memory();
    }
    aos_status_set(out, code, NULL, NULL);
    if (!aos_http_is_ok(code)) {
        s_read_error_body(p, bc, out);
    }
    return out;
}

/* A HEAD has no body: the service puts the XML into a header, as base64. */
static void s_read_error_header(apr_pool_t *pool, const char *base64, aos_status_t *s) {
    size_t n = strlen(base64);
    aos_list_t body;
    aos_buf_t b;
    uint8_t *bytes = ossi_alloc(pool, n);
    size_t used = 0;
    if (bytes == NULL || ossi_base64_decode(base64, n, bytes, &used) != AOSE_OK) {
        return;
    }
    aos_list_init(&body);
    b.start = b.pos = bytes;
    b.last = b.end = bytes + used;
    aos_list_add_tail(&b.node, &body);
    (void)s_read_xml(pool, &body, s);
}

char *ossi_status_request_id(apr_pool_t *pool, const aos_http_response_t *resp) {
    const char *id = NULL;
    if (resp->headers != NULL) {
        id = apr_table_get(resp->headers, "x-oss-request-id");
        id = id != NULL ? id : apr_table_get(resp->headers, "x-img-request-id");
    }
    return id == NULL ? (char *)"" : ossi_dupz(pool, id);
}

void ossi_status_from_answer(apr_pool_t *pool, aos_http_response_t *resp, aos_status_t *s) {
    const char *header = resp->headers == NULL ? NULL : apr_table_get(resp->headers, "x-oss-err");
    (void)aos_status_parse_from_body(pool, &resp->body, resp->status, s);
    if (resp->status == 203) {
        (void)s_read_xml(pool, &resp->body, s);
    } else if (!aos_http_is_ok(resp->status) && aos_list_empty(&resp->body) && header != NULL) {
        s_read_error_header(pool, header, s);
    }
    s->req_id = ossi_status_request_id(pool, resp);
}
