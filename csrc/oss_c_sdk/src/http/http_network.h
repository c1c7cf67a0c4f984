/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_HTTP_NETWORK_H
#define OSSI_HTTP_NETWORK_H

#include "ossi_transport.h"

/* What ossi_network_t asks for. Each takes NULL for the defaults. */

/* 1 when connections made as the one says may be used by requests of the other. */
int ossi_network_same(const ossi_network_t *a, const ossi_network_t *b);

/* 1 when the origin ("scheme://host[:port]") is connected to without the proxy. */
int ossi_network_bypasses(const ossi_network_t *network, const char *origin);

/* How long a connection may have been idle and be used again. */
int64_t ossi_network_max_idle_ms(const ossi_network_t *network);

/* Tells libcurl's easy handle, which has the engine's own settings already. A CURLcode. */
int ossi_network_apply(const ossi_network_t *network, void *easy);

#endif
