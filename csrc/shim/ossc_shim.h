/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_SHIM_H
#define OSSC_SHIM_H

#include "ossc_sdk_names.h"
#include "ossi_transport.h"

/*
 * What cffi needs beside the SDK's own functions: one record that holds everything a request owns
 * and that serves one request after the other, bodies in memory borrowed from Python, sinks in
 * Python's memory or a file, and what became of the request in plain fields. It uses the SDK's
 * public names only, so it stands on either provider. A record belongs to one thread at a time;
 * different records are independent.
 *
 * A request costs Python one call: ossc_request_run() takes all texts in one block, runs the SDK's
 * function and leaves the answer's headers and a small body in the record's scratch memory.
 */

/* --- cffi: begin --- */
/* What a client has settled; copied when a record is opened. Texts are zero-terminated, NULL where
 * not set. */
typedef struct ossc_settings {
    const char *endpoint;
    const char *region;
    const char *user_agent;
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
    int64_t max_memory_size;        /* of an answer's body kept in memory */
    const char *additional_headers; /* V4: names of headers to sign too, joined by ';' */
    const char *cloud_box_id;       /* V4: signed for in place of the region; NULL: no cloud box */
    int dns_cache_timeout_s;
    const ossi_network_t *network; /* NULL: the defaults */
} ossc_settings_t;

/* NULL access_key_id: the request goes out unsigned. */
typedef struct ossc_credentials {
    const char *access_key_id;
    const char *access_key_secret;
    const char *security_token;
} ossc_credentials_t;

/* Which function of the SDK a request runs. */
typedef enum {
    OSSC_PUT_FROM_BUFFER = 0,
    OSSC_PUT_FROM_FILE = 1,
    OSSC_GET_TO_BUFFER = 2,
    OSSC_APPEND_FROM_BUFFER = 3,
    OSSC_INIT_MULTIPART = 4,
    OSSC_UPLOAD_PART = 5,
    OSSC_COMPLETE_MULTIPART = 6,
    OSSC_ABORT_MULTIPART = 7,
    OSSC_SEND = 16,    /* plus the SDK's number of a method: its generic request */
    OSSC_SEND_URL = 32 /* plus a method: the signed URL in the place of the local path */
} ossc_function_t;

/* Where a 2xx body goes: where the SDK's function puts it, into the scratch memory or what
 * `allocate` gives, into the caller's memory, or into the caller's file. */
typedef enum {
    OSSC_SINK_ANSWER = 0,
    OSSC_SINK_BYTES = 1,
    OSSC_SINK_MEMORY = 2,
    OSSC_SINK_FILE = 3
} ossc_sink_t;

/* What the headers of an answer are known to hold, well-formed; and how it was come by. */
typedef enum {
    OSSC_FACT_LENGTH = 1,   /* a Content-Length, and as many bytes came */
    OSSC_FACT_RANGE = 2,    /* a Content-Range, whatever it says */
    OSSC_FACT_DATE = 4,     /* a Last-Modified that is an HTTP date */
    OSSC_FACT_ETAG = 8,     /* an ETag with something in it */
    OSSC_FACT_CRC64 = 16,   /* no x-oss-hash-crc64ecma, or one that is a number of 64 bits */
    OSSC_FACT_WHOLE = 32,   /* 200 with LENGTH, DATE, CRC64, no RANGE: a whole object */
    OSSC_FACT_STORED = 64,  /* ETAG and CRC64: an upload */
    OSSC_FACT_RESENT = 128, /* of any outcome: call->resent */
    OSSC_FACT_KEPT = 256    /* of any outcome: call->was_kept */
} ossc_fact_t;

/* What became of a request. One width for all, so that it is read in one go. */
typedef struct ossc_outcome {
    int64_t status;    /* HTTP; 0 when no answer came */
    int64_t code;      /* of the SDK's status: an HTTP status or an AOSE_ code */
    int64_t facts;     /* OSSC_FACT_… */
    int64_t head_size; /* of the scratch memory's head; -1: read answer_headers */
    int64_t body_size; /* of the scratch memory's body; -1: read answer_body */
    int64_t stored;    /* bytes that went into the sink */
    uint64_t crc64;    /* of the 2xx body as far as it came */
    /* of the call, which is reset sooner */
    int64_t resolved_us;
    int64_t connected_us;
    int64_t secured_us;
    int64_t first_byte_us;
    int64_t total_us;
} ossc_outcome_t;

#define OSSC_SCRATCH_HEAD 16384
#define OSSC_SCRATCH_BODY 49152

typedef struct ossc_own ossc_own_t;

typedef struct ossc_request {
    /* given by Python before it runs; as after ossc_request_open() again when it is reset */
    ossi_call_t *call;
    int part_number;
    int64_t position; /* of an append */
    uint64_t init_crc;
    int without_crc; /* the body is a part of what the server's CRC-64 is of */
    /* Memory for a 2xx body of known size that the scratch memory is too small for; NULL fails the
     * request. Called in the thread of the request with call->tick_arg. */
    void *(*allocate)(void *arg, size_t size);
    /* the answer, until the next request or the reset */
    ossc_outcome_t outcome;
    unsigned char *scratch; /* OSSC_SCRATCH_HEAD bytes for "name\0value\0" of each header, then
                               OSSC_SCRATCH_BODY for a small body */
    aos_table_t *answer_headers;
    aos_list_t *answer_body;
    const char *error_code; /* of the SDK's status; may be NULL, like the next two */
    const char *error_message;
    const char *reason;     /* the transport's words */
    const char *error_body; /* whole body of an answer that is not plain success, else NULL */
    size_t error_body_size;
    const char *signed_text;    /* of a signed request that was answered with 403: what was signed
                                   (see oss_get_signed_text), NULL where nobody knows */
    int sink_error;             /* errno of the file sink, ENOSPC of a full memory sink, else 0 */
    const char *upload_id_made; /* of an initiation */
    ossc_own_t *own;            /* what the shim keeps to itself */
} ossc_request_t;

/* One process-wide start of the SDK, with our transport in place of its own. AOSE_OK or an AOSE_
 * code. */
int ossc_start(const char *user_agent_info);

/*
 * A record with memory of its own (freed to the system on close), options and a controller for
 * these settings and credentials; secrets are wiped on close. AOSE_OK, or AOSE_OUT_MEMORY and *out
 * as it was. It goes straight into its owner, so that nothing that happens in Python between two
 * steps can lose it.
 */
int ossc_request_open(ossc_request_t **out, const ossc_settings_t *settings,
                      const ossc_credentials_t *credentials, ossi_session_t *session);

/* Closes *request, if there is one, and sets it to NULL. */
void ossc_request_close(ossc_request_t **request);

/* Frees what the last request left and takes back what was given for it. */
void ossc_request_reset(ossc_request_t *request);

/*
 * Runs `function` (an ossc_function_t). `texts` holds zero-terminated texts one behind the other:
 * bucket, key, upload id, local path (each empty where there is none), then name and value of each
 * header, an empty text, then name and value of each parameter. `body` (NULL: none) is borrowed for
 * the length of the call.
 *
 * 1: a success whose answer lies whole in the outcome, the scratch memory and the sink; the record
 * is reset but for these. 0: look closer; ossc_request_reset() is owed.
 */
int ossc_request_run(ossc_request_t *request, int function, const char *texts, size_t texts_size,
                     const void *body, size_t body_size);

/* Another part to complete an upload with; AOSE_OK, AOSE_OUT_MEMORY or AOSE_INVALID_ARGUMENT. */
int ossc_request_part(ossc_request_t *request, int part_number, const char *etag, size_t n);

/* The body is `size` bytes of an open file from `offset`; the file's position is neither used nor
 * moved, so one descriptor can serve many requests. */
void ossc_request_body_from_file(ossc_request_t *request, int fd, int64_t offset, int64_t size);

/* Where a 2xx body goes instead of where the function puts it; nothing is written past `size`. In a
 * file it begins at `offset`, written without moving the file's position. */
void ossc_request_into_memory(ossc_request_t *request, void *memory, size_t size);
void ossc_request_into_file(ossc_request_t *request, int fd, int64_t offset);

/* A presigned URL for what `texts` say, `expires` in Unix seconds; it lives until the reset, which
 * is owed. NULL on failure. */
const char *ossc_request_presign(ossc_request_t *request, int method, const char *texts,
                                 size_t texts_size, int64_t expires);

/* Signs request headers as a sent request would; the Authorization text, NULL on failure. */
const char *ossc_request_authorization(ossc_request_t *request, int method, const char *texts,
                                       size_t texts_size);

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
int ossc_has_additional_headers(void);
int ossc_has_products(void);   /* V4 can sign for another product, and another resource */
long ossc_live_requests(void); /* begun and not reset yet, in the whole process */
/* --- cffi: end --- */

#endif
