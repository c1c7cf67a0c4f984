/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_transport.h"

#include "aos_http_io.h"
#include "http_answer.h"
#include "ossi_mem.h"
#include "ossi_transport.h"

void aos_curl_response_headers_parse(aos_pool_t *p, aos_table_t *headers, char *buffer, int len) {
    const char *name = NULL;
    const char *value = NULL;
    size_t name_len = 0;
    size_t value_len = 0;
    if (buffer != NULL && len > 0 &&
        ossi_header_split(buffer, (size_t)len, &name, &name_len, &value, &value_len) == 0) {
        /* The official signature has no way to say that memory ran out. */
        (void)ossi_table_add(p, headers, name, name_len, value, value_len);
    }
}

aos_http_transport_t *aos_curl_http_transport_create(aos_pool_t *p) {
    aos_http_transport_t *t = ossi_transport_create(p);
    if (t != NULL) {
        t->options = aos_default_http_transport_options;
    }
    return t;
}

int aos_curl_http_transport_perform(aos_http_transport_t *t) {
    return ossi_transport_perform(t, NULL);
}
