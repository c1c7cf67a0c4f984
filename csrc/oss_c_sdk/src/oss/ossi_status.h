/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_STATUS_H
#define OSSI_STATUS_H

#include "aos_status.h"
#include "aos_transport.h"

/* The one status that needs no memory: constant, shared, never written to. */
aos_status_t *ossi_status_no_memory(void);

/* A status of its own in the pool, texts borrowed; the shared one without memory. Never NULL. */
aos_status_t *ossi_status_fail(apr_pool_t *pool, int code, const char *error_code,
                               const char *error_msg);

/*
 * Fills `s` from an answer that came in whole: its status, its error texts (from the body, or from
 * x-oss-err where there is no body; also of a 203), its request id. Never fails: without memory the
 * texts are missing, the code stands.
 */
void ossi_status_from_answer(apr_pool_t *pool, aos_http_response_t *resp, aos_status_t *s);

/* The request id of an answer, "" without one. */
char *ossi_status_request_id(apr_pool_t *pool, const aos_http_response_t *resp);

#endif
