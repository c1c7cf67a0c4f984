/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_SHIM_H
#define OSSC_SHIM_H

#include "ossc_sdk_names.h"
#include "ossi_transport.h"

/*
 * What cffi needs beside the SDK's own functions: one record that holds everything a request owns,
 * bodies in memory borrowed from Python, sinks in the caller's memory or file, and what became of
 * the request in plain fields. It uses the SDK's public names only, so it stands on either
 * provider. Texts are (pointer, length), results are borrowed from the request and die with it. A
 * request belongs to one thread at a time; different requests are independent.
 */

/* --- cffi: begin --- */
/* What a client has settled; borrowed for the length of a call. Texts are zero-terminated, NULL
 * where not set. */
typedef struct ossc_settings {
    const char *endpoint;
    const char *region;
    const char *proxy_host;
    const char *proxy_auth;
    const char *ca_file;
    const char *ca_path;
    int signature_version; /* 4 or 1 */
    int is_cname;          /* the host names the bucket: the path starts with the key */
    int path_style;        /* the path is /bucket/key whatever the host looks like */
    int verify_tls;
    int connect_timeout_s;
    int64_t stall_timeout_ms;
    int64_t total_timeout_ms;
    int64_t max_memory_size; /* of an answer's body kept in memory */
} ossc_settings_t;

/* NULL access_key_id: the request goes out unsigned. */
typedef struct ossc_credentials {
    const char *access_key_id;
    const char *access_key_secret;
    const char *security_token;
} ossc_credentials_t;

/* Where a 2xx body goes: into answer_body, the caller's memory, or the caller's file. */
typedef enum { OSSC_SINK_ANSWER = 0, OSSC_SINK_MEMORY = 1, OSSC_SINK_FILE = 2 } ossc_sink_t;

typedef struct ossc_request {
    aos_pool_t *pool;
    oss_request_options_t *options;
    aos_string_t *bucket; /* NULL until named */
    aos_string_t *key;
    aos_string_t *upload_id; /* in for the part calls, out for the initiation */
    aos_string_t *path;      /* of a local file */
    aos_table_t *headers;
    aos_table_t *params;
    aos_list_t *body;
    aos_list_t *parts;
    ossi_call_t *call;
    /* the answer */
    aos_table_t *answer_headers;
    aos_list_t *answer_body;
    int http_status;        /* 0 when no answer came */
    int code;               /* of the SDK's status: an HTTP status or an AOSE_ code */
    const char *error_code; /* of the SDK's status; may be NULL, like the next two */
    const char *error_message;
    const char *reason;     /* the transport's words */
    const char *error_body; /* whole body of an answer that is not plain success, else NULL */
    size_t error_body_size;
    size_t sink_used; /* bytes written into the caller's memory or file */
    int sink_error;   /* errno of the file sink, ENOSPC of a full memory sink, else 0 */
    /* private to the shim */
    ossc_sink_t sink_kind;
    unsigned char *sink_memory;
    size_t sink_size;
    int sink_fd;
    int64_t sink_offset;
    int source_fd; /* -1: the body is not in a file */
    int64_t source_offset;
    int64_t source_size;
} ossc_request_t;

/* One process-wide start of the SDK, with our transport in place of its own. AOSE_OK or an AOSE_
 * code. */
int ossc_start(const char *user_agent_info);

/*
 * A request with a memory pool of its own (freed to the system on close), options, a fresh
 * controller and empty tables. Settings and credentials are copied, secrets wiped on close.
 * AOSE_OK, or AOSE_OUT_MEMORY and *out as it was. It goes straight into its owner, so that nothing
 * that happens in Python between two steps can lose it.
 */
int ossc_request_open(ossc_request_t **out, const ossc_settings_t *settings,
                      const ossc_credentials_t *credentials, ossi_session_t *session);

/* Closes *request, if there is one, and sets it to NULL. */
void ossc_request_close(ossc_request_t **request);

/* Each copies its text; AOSE_OK, AOSE_OUT_MEMORY, or AOSE_INVALID_ARGUMENT (a NUL byte, a length
 * past INT_MAX). */
int ossc_request_bucket(ossc_request_t *request, const char *name, size_t n);
int ossc_request_key(ossc_request_t *request, const char *key, size_t n);
int ossc_request_upload_id(ossc_request_t *request, const char *id, size_t n);
int ossc_request_path(ossc_request_t *request, const char *path, size_t n);
int ossc_request_header(ossc_request_t *request, const char *name, size_t name_len,
                        const char *value, size_t value_len);
int ossc_request_param(ossc_request_t *request, const char *name, size_t name_len,
                       const char *value, size_t value_len);
int ossc_request_part(ossc_request_t *request, int part_number, const char *etag, size_t n);

/* The body is `n` bytes of memory that stays the caller's: not copied, not written, alive until
 * close. */
int ossc_request_body(ossc_request_t *request, const void *data, size_t n);

/* The body is `size` bytes of an open file from `offset`; the file's position is neither used nor
 * moved, so one descriptor can serve many requests. */
void ossc_request_body_from_file(ossc_request_t *request, int fd, int64_t offset, int64_t size);

/* For a body that is only a part of what the server's CRC-64 is of: nothing is compared. */
void ossc_request_without_crc(ossc_request_t *request);

/* Where a 2xx body goes instead of answer_body, whichever function asks for it; nothing is written
 * past `size`. In a file it begins at `offset`, written without moving the file's position. */
void ossc_request_into_memory(ossc_request_t *request, void *memory, size_t size);
void ossc_request_into_file(ossc_request_t *request, int fd, int64_t offset);

/*
 * The SDK's generic request for whatever has no function of its own: level by what was named (key,
 * bucket, nothing). A whole object's CRC-64 is compared with the server's. Never NULL.
 */
aos_status_t *ossc_request_send(ossc_request_t *request, int method);

/* A presigned URL, `expires` in Unix seconds; terminated, in the request's pool, NULL on failure.
 */
const char *ossc_request_presign(ossc_request_t *request, int method, int64_t expires);

/* Signs request headers as a sent request would; the Authorization text, NULL on failure. */
const char *ossc_request_authorization(ossc_request_t *request, int method);

/* Takes the status's fields into the request. */
void ossc_request_finish(ossc_request_t *request, const aos_status_t *status);

/* The text of one of the request's strings; NULL where it has none. */
const char *ossc_string_text(const aos_string_t *string);

int ossc_table_size(const aos_table_t *table);
void ossc_table_entry(const aos_table_t *table, int index, const char **name, const char **value);

/* Walks a buffer list: *cursor NULL starts; 0 at the end. */
int ossc_list_next(const aos_list_t *list, const aos_list_t **cursor, const void **data, size_t *n);

/* RSASSA-PKCS1-v1_5 with MD5 over `text`; 1 right, 0 wrong, -1 when the PEM is no RSA public key.
 */
int ossc_rsa_md5_verify(const char *pem, size_t pem_len, const unsigned char *signature,
                        size_t signature_len, const unsigned char *text, size_t text_len);

/* What is linked. Static texts. */
const char *ossc_version(void);     /* of this extension */
const char *ossc_provider(void);    /* "bundled" or "official" */
const char *ossc_sdk_version(void); /* of the interface the headers declare */
const char *ossc_apr_version(void);
const char *ossc_crypto_version(void);
const char *ossc_transport_version(void);
const char *ossc_crc64_routine(void);
int ossc_is_sanitized(void);
int ossc_has_signing_time(void); /* an x-oss-date header is the time a URL is signed at */
long ossc_live_requests(void);   /* opened and not closed yet, in the whole process */
/* --- cffi: end --- */

/* Puts the body and the sink that the request was given into the records of an exchange. */
void ossc_request_attach(ossc_request_t *request, aos_http_request_t *req,
                         aos_http_response_t *resp);

#endif
