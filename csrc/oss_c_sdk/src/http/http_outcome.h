/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_OUTCOME_H
#define OSSI_HTTP_OUTCOME_H

#include "http_handle.h"

/* What libcurl's codes mean, and how a failure is told. */

/* The transfer ended with a CURLcode: fails the exchange unless its answer is whole. */
void ossi_outcome_read(ossi_exchange_t *x, const ossi_handle_t *handle, int curl_code);

/* The whole of it failed with a CURLMcode. */
void ossi_outcome_multi(ossi_exchange_t *x, int curlm_code);

/* Connections made, and the system's error behind a failure. */
void ossi_outcome_facts(ossi_exchange_t *x, const ossi_handle_t *handle);

/* The text of the failure into the controller; NULL there without memory. `handle` may be NULL. */
void ossi_outcome_explain(ossi_exchange_t *x, const ossi_handle_t *handle);

#endif
