/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_transport.h"

#include "http_many.h"
#include "ossi_mem.h"

int ossi_transport_perform(aos_http_transport_t *t, ossi_call_t *call) {
    ossi_call_t plain = {0};
    ossi_lane_t lane;
    ossi_many_t many;
    call = call != NULL ? call : &plain;
    ossi_many_begin(&many, call->session, &lane, 1);
    int code = ossi_many_add(&many, t, call);
    if (code == AOSE_OK) {
        while (ossi_many_take(&many, NULL, &code) == NULL) {
            (void)ossi_many_run(&many, OSSI_MAX_WAIT_MS);
        }
    }
    ossi_many_end(&many);
    return code;
}

aos_http_transport_t *ossi_transport_create(aos_pool_t *pool) {
    return ossi_alloc(pool, sizeof(aos_http_transport_t));
}
