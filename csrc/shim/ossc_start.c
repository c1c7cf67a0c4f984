/* SPDX-License-Identifier: Apache-2.0 */
#include "ossc_own.h"

#include <apr_version.h>
#include <openssl/crypto.h>

#include "ossi_crc64.h"

/* The SDK's transport: ours, with the call that rides in the controller of each request. */
static int s_perform(aos_http_transport_t *t) {
    ossc_request_t *r = t->controller->user_data;
    if (r == NULL) {
        return ossi_transport_perform(t, NULL);
    }
    ossc_attach_exchange(r, t);
    int rc = ossc_flush_bodies(r, ossi_transport_perform(t, r->call));
    return ossc_settle(r, t, rc);
}

int ossc_start(const char *user_agent_info) {
    int rc = aos_http_io_initialize(user_agent_info, 0);
    if (rc != AOSE_OK) {
        return rc;
    }
    rc = ossi_transport_start();
    if (rc != AOSE_OK) {
        aos_http_io_deinitialize();
        return rc;
    }
    aos_http_transport_create = ossi_transport_create;
    aos_http_transport_perform = s_perform;
    /* Nothing is printed behind Python's back; failures are told in exceptions. */
    aos_log_set_level(AOS_LOG_OFF);
    return AOSE_OK;
}

const char *ossc_version(void) {
    return OSSC_VERSION;
}

const char *ossc_provider(void) {
    return OSSC_PROVIDER;
}

const char *ossc_sdk_version(void) {
    return AOS_VERSION;
}

const char *ossc_apr_version(void) {
    return apr_version_string();
}

const char *ossc_crypto_version(void) {
    return OpenSSL_version(OPENSSL_VERSION);
}

const char *ossc_transport_version(void) {
    return ossi_transport_version();
}

const char *ossc_crc64_routine(void) {
    return ossi_crc64_routine();
}

int ossc_is_sanitized(void) {
#ifdef OSSC_SANITIZED
    return 1;
#else
    return 0;
#endif
}

int ossc_has_additional_headers(void) {
    return ossc_has_signing_time(); /* both are additions of this SDK */
}

int ossc_has_products(void) {
    return ossc_has_signing_time(); /* likewise */
}

int ossc_has_signing_time(void) {
#ifdef OSS_C_SDK_IMPLEMENTATION
    return 1;
#else
    return 0;
#endif
}
