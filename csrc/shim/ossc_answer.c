/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_own.h"

#include <string.h>

#include "ossi_text.h"

/* --- facts --- */

static int s_digits(const char *text, size_t n, int64_t least, int64_t most) {
    uint64_t value = 0;
    return ossi_parse_u64(text, n, &value) == AOSE_OK && value >= (uint64_t)least &&
           value <= (uint64_t)most;
}

static int s_is_one_of(const char *text, const char *names) {
    for (; *names != '\0'; names += 3) {
        if (memcmp(text, names, 3) == 0) {
            return 1;
        }
    }
    return 0;
}

/* "Fri, 24 Feb 2012 06:07:48 GMT" (RFC 9110 section 5.6.7), on a day that every month has: a rarer
 * one is looked at in Python. */
static int s_is_http_date(const char *t, size_t n) {
    return n == 29 && s_is_one_of(t, "MonTueWedThuFriSatSun") && memcmp(t + 3, ", ", 2) == 0 &&
           s_digits(t + 5, 2, 1, 28) && t[7] == ' ' &&
           s_is_one_of(t + 8, "JanFebMarAprMayJunJulAugSepOctNovDec") && t[11] == ' ' &&
           s_digits(t + 12, 4, 1, 9999) && t[16] == ' ' && s_digits(t + 17, 2, 0, 23) &&
           t[19] == ':' && s_digits(t + 20, 2, 0, 59) && t[22] == ':' &&
           s_digits(t + 23, 2, 0, 59) && memcmp(t + 25, " GMT", 4) == 0;
}

static int s_has_tag(const char *etag) {
    return etag[strspn(etag, "\"")] != '\0';
}

static int64_t s_with(int64_t facts, int64_t fact, int is_so) {
    return is_so ? facts | fact : facts & ~fact;
}

/* The facts after one more header: the last of a repeated one counts. */
static int64_t s_facts_after(int64_t facts, const char *name, const char *value, size_t n) {
    uint64_t crc = 0;
    switch (ossi_lower(name[0])) {
    case 'c':
        return ossi_equal_nocase(name, "Content-Range") ? facts | OSSC_FACT_RANGE : facts;
    case 'e':
        return ossi_equal_nocase(name, "ETag") ? s_with(facts, OSSC_FACT_ETAG, s_has_tag(value))
                                               : facts;
    case 'l':
        return ossi_equal_nocase(name, "Last-Modified")
                   ? s_with(facts, OSSC_FACT_DATE, s_is_http_date(value, n))
                   : facts;
    case 'x':
        return ossi_equal_nocase(name, "x-oss-hash-crc64ecma")
                   ? s_with(facts, OSSC_FACT_CRC64, ossi_parse_u64(value, n, &crc) == AOSE_OK)
                   : facts;
    default:
        return facts;
    }
}

/* What the facts come to. */
static void s_judge(ossc_outcome_t *out) {
    const int64_t whole = OSSC_FACT_LENGTH | OSSC_FACT_DATE | OSSC_FACT_CRC64;
    const int64_t stored = OSSC_FACT_ETAG | OSSC_FACT_CRC64;
    if (out->status == 200 && (out->facts & (whole | OSSC_FACT_RANGE)) == whole) {
        out->facts |= OSSC_FACT_WHOLE;
    }
    if ((out->facts & stored) == stored) {
        out->facts |= OSSC_FACT_STORED;
    }
}

/* --- the head --- */

/* The headers as "name\0value\0" in the scratch memory, and what they are known to hold. */
static void s_write_head(ossc_request_t *r) {
    ossc_outcome_t *out = &r->outcome;
    char *at = (char *)r->scratch;
    size_t room = OSSC_SCRATCH_HEAD;
    int count = ossc_table_size(r->answer_headers);
    out->facts = OSSC_FACT_CRC64;
    for (int i = 0; i < count; i++) {
        const char *name = NULL;
        const char *value = NULL;
        ossc_table_entry(r->answer_headers, i, &name, &value);
        size_t name_size = strlen(name) + 1;
        size_t value_size = strlen(value) + 1;
        if (name_size > room || value_size > room - name_size) {
            out->head_size = -1;
            out->facts = 0; /* what was not looked at may say otherwise */
            return;
        }
        memcpy(at, name, name_size);
        memcpy(at + name_size, value, value_size);
        at += name_size + value_size;
        room -= name_size + value_size;
        out->facts = s_facts_after(out->facts, name, value, value_size - 1);
    }
    out->head_size = (int64_t)(OSSC_SCRATCH_HEAD - room);
}

/* --- the body --- */

static void s_take_body(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    ossc_outcome_t *out = &r->outcome;
    unsigned char *at = r->scratch + OSSC_SCRATCH_HEAD;
    if (own->sink == OSSC_SINK_BYTES && own->window.memory == at) {
        out->body_size = (int64_t)own->window.used;
        return;
    }
    const aos_list_t *cursor = NULL;
    const void *data = NULL;
    size_t room = OSSC_SCRATCH_BODY;
    size_t n = 0;
    while (ossc_list_next(&own->answer_body, &cursor, &data, &n)) {
        if (n > room) {
            out->body_size = -1;
            return;
        }
        memcpy(at, data, n);
        at += n;
        room -= n;
    }
    out->body_size = (int64_t)(OSSC_SCRATCH_BODY - room);
}

int ossc_finish(ossc_request_t *request, const aos_status_t *status) {
    ossc_own_t *own = request->own;
    ossc_outcome_t *out = &request->outcome;
    const ossi_call_t *call = request->call;
    out->code = status->code;
    out->stored = (int64_t)own->window.used;
    out->crc64 = call->received_crc64;
    out->resolved_us = call->resolved_us;
    out->connected_us = call->connected_us;
    out->secured_us = call->secured_us;
    out->first_byte_us = call->first_byte_us;
    out->total_us = call->total_us;
    request->error_code = status->error_code;
    request->error_message = status->error_msg;
    request->reason = aos_http_controller_get_reason(own->options->ctl);
    s_write_head(request);
    s_take_body(request);
    if (call->announced_bytes >= 0 && call->announced_bytes == call->received_bytes) {
        out->facts |= OSSC_FACT_LENGTH;
    }
    s_judge(out);
    out->facts = s_with(out->facts, OSSC_FACT_RESENT, call->resent);
    out->facts = s_with(out->facts, OSSC_FACT_KEPT, call->was_kept);
    return call->failure == OSSI_FAIL_NONE && out->status / 100 == 2 && out->status != 203 &&
           out->code / 100 == 2 && out->head_size >= 0 && out->body_size >= 0;
}

/* --- reading tables and lists --- */

int ossc_table_size(const aos_table_t *table) {
    return table == NULL ? 0 : apr_table_elts(table)->nelts;
}

void ossc_table_entry(const aos_table_t *table, int index, const char **name, const char **value) {
    const apr_table_entry_t *entries =
        (const apr_table_entry_t *)(const void *)apr_table_elts(table)->elts;
    *name = entries[index].key;
    *value = entries[index].val;
}

int ossc_list_next(const aos_list_t *list, const aos_list_t **cursor, const void **data,
                   size_t *n) {
    const aos_list_t *next = *cursor == NULL ? list->next : (*cursor)->next;
    if (next == list || next == NULL) {
        return 0;
    }
    const aos_buf_t *buffer = aos_list_entry(next, aos_buf_t, node);
    *cursor = next;
    *data = buffer->pos;
    *n = (size_t)(buffer->last - buffer->pos);
    return 1;
}
