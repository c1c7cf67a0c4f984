/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_OUTCOME_H
#define OSSI_HTTP_OUTCOME_H

#include "http_link.h"

/* What libcurl's codes mean, and how a failure is told. */

/* libcurl did not connect: fails the exchange. */
void ossi_outcome_unconnected(ossi_exchange_t *x, const ossi_link_t *link, int curl_code);

/* The whole of it failed with a CURLMcode. */
void ossi_outcome_multi(ossi_exchange_t *x, int curlm_code);

/* The text of the failure into the controller; NULL there without memory. `link` may be NULL. */
void ossi_outcome_explain(ossi_exchange_t *x, const ossi_link_t *link);

#endif
