/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_own.h"

#include "ossi_mem.h"

/* The SDK's functions, each called on the fields of a request. */

static aos_status_t *s_put_from_buffer(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    return oss_do_put_object_from_buffer(own->options, &own->bucket, &own->key, &own->body,
                                         own->headers, own->params, NULL, &r->answer_headers,
                                         &own->answer_body);
}

static aos_status_t *s_put_from_file(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    return oss_do_put_object_from_file(own->options, &own->bucket, &own->key, &own->path,
                                       own->headers, own->params, NULL, &r->answer_headers,
                                       &own->answer_body);
}

static aos_status_t *s_get_to_buffer(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    if (own->sink == OSSC_SINK_ANSWER) {
        own->sink = OSSC_SINK_BYTES;
    }
    return oss_do_get_object_to_buffer(own->options, &own->bucket, &own->key, own->headers,
                                       own->params, &own->answer_body, NULL, &r->answer_headers);
}

static aos_status_t *s_append_from_buffer(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    return oss_do_append_object_from_buffer(own->options, &own->bucket, &own->key, r->position,
                                            r->init_crc, &own->body, own->headers, own->params,
                                            NULL, &r->answer_headers, &own->answer_body);
}

static aos_status_t *s_init_multipart(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    aos_status_t *status = oss_init_multipart_upload(
        own->options, &own->bucket, &own->key, &own->upload_id, own->headers, &r->answer_headers);
    r->upload_id_made = own->upload_id.data;
    return status;
}

static aos_status_t *s_upload_part(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    return oss_do_upload_part_from_buffer(own->options, &own->bucket, &own->key, &own->upload_id,
                                          r->part_number, &own->body, NULL, own->headers,
                                          own->params, &r->answer_headers, &own->answer_body);
}

static aos_status_t *s_complete_multipart(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    return oss_do_complete_multipart_upload(own->options, &own->bucket, &own->key, &own->upload_id,
                                            &own->parts, own->headers, own->params,
                                            &r->answer_headers, &own->answer_body);
}

static aos_status_t *s_abort_multipart(ossc_request_t *r) {
    ossc_own_t *own = r->own;
    return oss_abort_multipart_upload(own->options, &own->bucket, &own->key, &own->upload_id,
                                      &r->answer_headers);
}

static aos_status_t *s_call(ossc_request_t *r, int function) {
    static aos_status_t *(*const s_functions[])(ossc_request_t *) = {
        [OSSC_PUT_FROM_BUFFER] = s_put_from_buffer,
        [OSSC_PUT_FROM_FILE] = s_put_from_file,
        [OSSC_GET_TO_BUFFER] = s_get_to_buffer,
        [OSSC_APPEND_FROM_BUFFER] = s_append_from_buffer,
        [OSSC_INIT_MULTIPART] = s_init_multipart,
        [OSSC_UPLOAD_PART] = s_upload_part,
        [OSSC_COMPLETE_MULTIPART] = s_complete_multipart,
        [OSSC_ABORT_MULTIPART] = s_abort_multipart,
    };
    size_t count = sizeof(s_functions) / sizeof(s_functions[0]);
    if (function >= OSSC_SEND_URL) {
        return ossc_send_url(r, function - OSSC_SEND_URL);
    }
    if (function >= OSSC_SEND) {
        return ossc_send(r, function - OSSC_SEND);
    }
    return function >= 0 && (size_t)function < count ? s_functions[function](r) : NULL;
}

static int s_begin(ossc_request_t *r, const char *texts, size_t texts_size, const void *body,
                   size_t body_size) {
    r->outcome = (ossc_outcome_t){0};
    r->own->options->ctl->options->enable_crc = !r->without_crc;
    int rc = ossc_read_texts(r, texts, texts_size);
    return rc == AOSE_OK && body != NULL ? ossc_borrow_body(r, body, body_size) : rc;
}

int ossc_request_run(ossc_request_t *request, int function, const char *texts, size_t texts_size,
                     const void *body, size_t body_size) {
    int rc = s_begin(request, texts, texts_size, body, body_size);
    aos_status_t *status = rc == AOSE_OK ? s_call(request, function) : NULL;
    ossc_detach_bodies(request);
    if (status == NULL) {
        request->outcome.code = rc != AOSE_OK ? rc : AOSE_INVALID_ARGUMENT;
        return 0;
    }
    if (!ossc_finish(request, status) || function == OSSC_INIT_MULTIPART) {
        return 0;
    }
    ossc_request_reset(request);
    return 1;
}
