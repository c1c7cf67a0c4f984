/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_OWN_H
#define OSSC_OWN_H

#include "ossc_prefault.h"
#include "ossc_shim.h"
#include "ossc_writer.h"

/* The header that names what V4 signs too (see oss_sign_request); never sent. */
#define OSSC_ADDITIONAL_HEADERS "x-ossc-additional-headers"

/*
 * What the parts of the shim share of a request. `lasting` lives as long as the record, `pool`
 * until the next reset; what points into `pool` is emptied with it.
 */
struct ossc_own {
    apr_pool_t *lasting;
    apr_pool_t *pool;
    oss_request_options_t *options;
    aos_http_transport_options_t transport; /* the user agent */
    ossi_session_t *session;
    int64_t stall_timeout_ms;
    int64_t total_timeout_ms;
    int path_style;
    const ossi_network_t *network; /* NULL: the defaults */
    int is_under_way;              /* begun and not reset */
    char *additional_headers;      /* NULL: none */
    /* the texts of a request; borrowed for the length of the run */
    aos_string_t bucket;
    aos_string_t key;
    aos_string_t upload_id;
    aos_string_t path;
    aos_table_t *headers;
    aos_table_t *params;
    aos_list_t body;
    aos_list_t parts;
    aos_list_t answer_body;
    /* where the bodies are */
    ossc_sink_t sink;
    ossi_window_t window; /* memory, opened step by step; of any sink, how much has gone into it */
    size_t sink_size;     /* all of the memory */
    ossc_prefault_t *prefault;
    int sink_fd;
    int64_t sink_offset;
    ossc_writer_t *writer; /* of a large file; NULL: it is written as it comes */
    ossi_window_t chunk;   /* the writer's, that is being filled */
    int source_fd;         /* -1: the body is not in a file */
    int64_t source_offset;
    int64_t source_size;
};

/* Reads the block of texts (see ossc_request_run) into the strings and tables of the request. */
int ossc_read_texts(ossc_request_t *request, const char *texts, size_t size);

/* Makes `n` bytes of borrowed memory the body. */
int ossc_borrow_body(ossc_request_t *request, const void *data, size_t n);

/* Puts the body and the sink that the request was given into the records of an exchange. */
void ossc_attach_bodies(ossc_request_t *request, aos_http_request_t *req,
                        aos_http_response_t *resp);

/* After the exchange, which ended with `code`: what is under way to the sink gets there. Returns
 * the code, or that of the request that fails here. */
int ossc_flush_bodies(ossc_request_t *request, int code);

/* After the exchange: nothing writes into the sink any more. */
void ossc_detach_bodies(ossc_request_t *request);

/* The SDK's generic request for whatever has no function of its own: level by what was named (key,
 * bucket, nothing). A whole object's CRC-64 is compared with the server's. Never NULL. */
aos_status_t *ossc_send(ossc_request_t *request, int method);

/* The same by a signed URL, which `path` holds: nothing is signed here. */
aos_status_t *ossc_send_url(ossc_request_t *request, int method);

/* The records of a request that was not sent yet; NULL where there is no memory. */
void ossc_init_exchange(const ossc_request_t *request, http_method_e method,
                        aos_http_request_t **req, aos_http_response_t **resp);

/* 1 when the answer's body is the object as it is stored, which the server's CRC-64 is of. */
int ossc_is_whole(const aos_http_request_t *req, const aos_http_response_t *resp);

/* Makes an exchange the request's: controller, user agent, bodies. */
void ossc_attach_exchange(ossc_request_t *request, aos_http_transport_t *t);

/* After the exchange, before the SDK takes the answer apart: keeps the status and the body of an
 * answer that is not plain success. `code` is the transport's; AOSE_OUT_MEMORY takes its place. */
int ossc_settle(ossc_request_t *request, const aos_http_transport_t *t, int code);

/* Takes the outcome of an SDK function into the record's fields. 1 when it is a success that lies
 * whole in the scratch memory and the sink. */
int ossc_finish(ossc_request_t *request, const aos_status_t *status);

#endif
