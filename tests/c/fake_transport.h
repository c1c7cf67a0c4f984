/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_TESTS_FAKE_TRANSPORT_H
#define OSSC_TESTS_FAKE_TRANSPORT_H

#include "oss_api.h"

/*
 * A transport without a network: set through the SDK's public pointers, it remembers the last
 * request as it would go out and gives the answer that the test laid ready, which stays ready until
 * another is laid. One thread only.
 */
#define FAKE_MAX_PAIRS 24

typedef struct fake_answer {
    int rc;                  /* not AOSE_OK: the transport fails with it, before `status` */
    const char *reason;      /* of such a failure */
    int status;              /* HTTP */
    const char *headers[12]; /* name, value, …; a NULL name ends */
    const char *body;        /* zero-terminated, NULL: empty */
    int rc_after_body;       /* not AOSE_OK: the connection is cut behind the body */
} fake_answer_t;

typedef struct fake_pair {
    char *name;
    char *value;
} fake_pair_t;

typedef struct fake_request {
    int count; /* of requests since the start of the test */
    http_method_e method;
    char *proto;
    char *host;
    char *uri;
    char *resource;
    char *signed_url;
    fake_pair_t headers[FAKE_MAX_PAIRS];
    fake_pair_t params[FAKE_MAX_PAIRS];
    char *body; /* zero-terminated */
    int64_t body_len;
} fake_request_t;

/* Options with the configuration of a test, a controller of their own, and the fake transport in
 * force; pool and options go with fake_end(). Nothing is remembered or laid ready. */
oss_request_options_t *fake_begin(const char *endpoint);
void fake_end(oss_request_options_t *options);

/* Takes the fake transport into force without options: for tests that make their own. */
void fake_install(void);
void fake_forget(void);

/* The record must outlive the requests. */
void fake_lay(const fake_answer_t *answer);

const fake_request_t *fake_seen(void);

/* The first value, NULL without one; and how many there are. Names in any case / exact. */
const char *fake_header(const char *name);
int fake_header_count(const char *name);
const char *fake_param(const char *name);

/* A buffer list of one text, in the pool. */
void fake_body(aos_pool_t *pool, aos_list_t *list, const char *text);

/* The content of a list as text, in the pool. */
const char *fake_text(aos_pool_t *pool, aos_list_t *list);

#define FAKE_PATH_SIZE 256

/* A new empty folder, or a new file with this content, in the system's temporary folder. */
void fake_make_dir(char path[FAKE_PATH_SIZE]);
void fake_make_file(char path[FAKE_PATH_SIZE], const char *content);

/* A string record of a text that is not copied. */
aos_string_t fake_string(const char *text);

#endif
