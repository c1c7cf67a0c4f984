/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_TRANSPORT_H
#define OSS_C_SDK_AOS_TRANSPORT_H

#include "aos_define.h"
#include "aos_buf.h"
#include "aos_status.h"

AOS_CPP_START

/*
 * The records of one HTTP exchange. All memory in them belongs to the pools they name and is used
 * by one thread at a time. Zeroed records are not usable: make them with the functions of
 * aos_http_io.h.
 */
typedef struct aos_http_request_s aos_http_request_t;
typedef struct aos_http_response_s aos_http_response_t;
typedef struct aos_http_transport_s aos_http_transport_t;
typedef struct aos_http_controller_s aos_http_controller_t;
typedef struct aos_http_request_options_s aos_http_request_options_t;
typedef struct aos_http_transport_options_s aos_http_transport_options_t;
typedef struct aos_curl_http_transport_s aos_curl_http_transport_t;

/* Puts up to `len` bytes of the request's body into `buffer`. Returns their number, 0 at the end,
 * or a negative AOSE_ code. */
typedef int (*aos_read_http_body_pt)(aos_http_request_t *req, char *buffer, int len);

/* Takes the next `len` bytes of a 2xx answer's body. Returns `len`; anything else ends the request
 * with an error. */
typedef int (*aos_write_http_body_pt)(aos_http_response_t *resp, const char *buffer, int len);

/* After each piece of a body, in the thread that performs the request. The total of a download is 0
 * while it is unknown. */
typedef void (*oss_progress_callback)(int64_t consumed_bytes, int64_t total_bytes);

typedef enum { BODY_IN_MEMORY = 0, BODY_IN_FILE = 1, BODY_IN_CALLBACK = 2 } aos_http_body_type_e;

typedef enum {
    TRANS_STATE_INIT = 0,
    TRANS_STATE_HEADER = 1,
    TRANS_STATE_BODY_IN = 2,
    TRANS_STATE_BODY_OUT = 3,
    TRANS_STATE_ABORT = 4,
    TRANS_STATE_DONE = 5
} aos_transport_state_e;

/* What an aos_http_controller_t really is: made by aos_http_controller_create() only. */
typedef struct {
    aos_http_request_options_t *options;
    aos_pool_t *pool;
    int64_t start_time;
    int64_t first_byte_time;
    int64_t finish_time;
    uint32_t owner : 1;
    void *user_data;
    int error_code; /* AOSE_OK or why the last request failed */
    char *reason;   /* the same in words, in the controller's pool; may be NULL */
} aos_http_controller_ex_t;

struct aos_http_request_options_s {
    int speed_limit;         /* bytes/s; slower for speed_time seconds ends the request */
    int speed_time;          /* s; 0 of either: no such limit */
    int dns_cache_timeout;   /* s */
    int connect_timeout;     /* s; 0: libcurl's own */
    int64_t max_memory_size; /* most bytes of a body kept in memory; 0: no limit */
    int enable_crc;
    char *proxy_host; /* "host:port" or a URL; NULL: no proxy, whatever the environment says */
    char *proxy_auth; /* "user:password", HTTP Basic */
    int verify_ssl;   /* 0 switches off the check of certificates */
    char *ca_path;
    char *ca_file;
    int verify_object_strict;
};

struct aos_http_transport_options_s {
    char *user_agent;
    char *cacerts_path;                     /* not used: see ca_path above */
    uint32_t ssl_verification_disabled : 1; /* not used: see verify_ssl above */
};

/* Times are microseconds since 1970, set anew by each request; first_byte_time is 0 until a byte
 * of the answer came. */
struct aos_http_controller_s {
    aos_http_request_options_t *options;
    aos_pool_t *pool;
    int64_t start_time;
    int64_t first_byte_time;
    int64_t finish_time;
    uint32_t owner : 1;
    void *user_data;
};

struct aos_http_request_s {
    char *host;       /* with port, if any */
    char *proto;      /* "http://" or "https://"; NULL: the first */
    char *signed_url; /* if not empty: sent as it is, instead of all other parts of a URL */
    http_method_e method;
    char *uri;      /* path, not encoded, with or without its first '/' */
    char *resource; /* "bucket/key", not encoded */
    aos_table_t *headers;
    aos_table_t *query_params; /* not encoded, sent in this order */
    aos_list_t body;           /* of aos_buf_t */
    int64_t body_len;          /* exactly so many bytes are sent; PUT and POST only */
    char *file_path;
    aos_file_buf_t *file_buf;
    aos_pool_t *pool;
    void *user_data;
    aos_read_http_body_pt read_body;
    aos_http_body_type_e type;
    oss_progress_callback progress_callback;
    uint64_t crc64; /* goes on from here over what is sent; unchanged by a request that fails */
    int64_t consumed_bytes;
    int normalize_url;
};

struct aos_http_response_s {
    int status;           /* 0 until an answer came */
    aos_table_t *headers; /* case-insensitive; a repeated header has an entry for each time */
    aos_list_t body;  /* of aos_buf_t: the body in memory, and any body whose status is not 2xx */
    int64_t body_len; /* bytes that the sinks of aos_http_io.h stored */
    char *file_path;
    aos_file_buf_t *file_buf;
    int64_t content_length; /* as announced, -1: not */
    aos_pool_t *pool;
    void *user_data;
    aos_write_http_body_pt write_body; /* gets the body of a 2xx answer, and no other */
    aos_http_body_type_e type;
    oss_progress_callback progress_callback;
    uint64_t crc64; /* goes on from here over the body of a 2xx answer */
};

struct aos_http_transport_s {
    aos_http_request_t *req;
    aos_http_response_t *resp;
    aos_pool_t *pool;
    aos_transport_state_e state;
    aos_array_header_t *cleanup;
    aos_http_transport_options_t *options;
    aos_http_controller_ex_t *controller;
};

/*
 * Adds "Name: value" (a line end and blanks around both are left out) to the table. What is no
 * header line is ignored; memory is the table's pool.
 */
OSS_API void aos_curl_response_headers_parse(aos_pool_t *p, aos_table_t *headers, char *buffer,
                                             int len);

/* An empty exchange in the pool, with the process's transport options; NULL without memory. */
OSS_API aos_http_transport_t *aos_curl_http_transport_create(aos_pool_t *p);

/*
 * Performs t->req into t->resp over the process's kept connections. t->pool, req, resp and
 * controller must be set; aos_http_io_initialize() must have been called. Returns AOSE_OK when an
 * answer came in whole, whatever its status, else a negative AOSE_ code that is also in
 * t->controller->error_code. Thread-safe for different exchanges.
 */
OSS_API int aos_curl_http_transport_perform(aos_http_transport_t *t);

AOS_CPP_END

#endif
