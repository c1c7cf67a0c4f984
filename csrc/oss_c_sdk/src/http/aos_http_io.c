/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_http_io.h"

#include <pthread.h>

#include "aos_log.h"
#include "aos_util.h"
#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_transport.h"

static char s_unknown_agent[] = AOS_VER "(Compatible Unknown)";

static aos_http_request_options_t s_request_options = {
    .speed_limit = AOS_MIN_SPEED_LIMIT,
    .speed_time = AOS_MIN_SPEED_TIME,
    .dns_cache_timeout = AOS_DNS_CACHE_TIMOUT,
    .connect_timeout = AOS_CONNECT_TIMEOUT,
    .max_memory_size = AOS_MAX_MEMORY_SIZE,
    .enable_crc = AOS_TRUE,
    .verify_ssl = AOS_TRUE,
    .verify_object_strict = AOS_TRUE,
};
static aos_http_transport_options_t s_transport_options = {.user_agent = s_unknown_agent};

aos_pool_t *aos_global_pool = NULL;
apr_file_t *aos_stderr_file = NULL;
aos_http_request_options_t *aos_default_http_request_options = &s_request_options;
aos_http_transport_options_t *aos_default_http_transport_options = &s_transport_options;
aos_http_transport_create_pt aos_http_transport_create = aos_curl_http_transport_create;
aos_http_transport_perform_pt aos_http_transport_perform = aos_curl_http_transport_perform;

/* --- start and stop --- */

static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static int s_starts;

static char *s_agent(aos_pool_t *pool, const char *info) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_addz(&s, AOS_VER "(Compatible ");
    ossi_str_addz(&s, info != NULL && info[0] != '\0' ? info : "Unknown");
    ossi_str_addc(&s, ')');
    return ossi_str_take(&s, &text, NULL) == AOSE_OK ? text : NULL;
}

/* What lives in the global pool. */
static int s_fill_globals(const char *user_agent_info) {
    if (ossi_pool_create(&aos_global_pool, NULL) != AOSE_OK) {
        aos_global_pool = NULL;
        return AOSE_OUT_MEMORY;
    }
    char *agent = s_agent(aos_global_pool, user_agent_info);
    if (agent == NULL || apr_file_open_stderr(&aos_stderr_file, aos_global_pool) != APR_SUCCESS) {
        return AOSE_FAILED_INITIALIZE;
    }
    s_transport_options.user_agent = agent;
    return AOSE_OK;
}

static void s_empty_globals(void) {
    s_transport_options.user_agent = s_unknown_agent;
    aos_default_http_request_options = &s_request_options;
    aos_default_http_transport_options = &s_transport_options;
    aos_stderr_file = NULL;
    if (aos_global_pool != NULL) {
        apr_pool_destroy(aos_global_pool);
        aos_global_pool = NULL;
    }
}

/* APR is started with the transport, by whose lock its own count is guarded. */
static int s_first_start(const char *user_agent_info) {
    int rc = ossi_transport_start();
    if (rc == AOSE_OK) {
        rc = s_fill_globals(user_agent_info);
        if (rc != AOSE_OK) {
            s_empty_globals();
            ossi_transport_stop();
        }
    }
    return rc;
}

int aos_http_io_initialize(const char *user_agent_info, int flag) {
    (void)flag;
    if (pthread_mutex_lock(&s_lock) != 0) {
        return AOSE_FAILED_INITIALIZE;
    }
    int rc = s_starts == 0 ? s_first_start(user_agent_info) : AOSE_OK;
    s_starts += rc == AOSE_OK;
    (void)pthread_mutex_unlock(&s_lock);
    return rc;
}

void aos_http_io_deinitialize(void) {
    if (pthread_mutex_lock(&s_lock) != 0) {
        return;
    }
    if (s_starts > 0 && --s_starts == 0) {
        s_empty_globals();
        ossi_transport_stop();
    }
    (void)pthread_mutex_unlock(&s_lock);
}

/* --- options and records --- */

void aos_set_default_request_options(aos_http_request_options_t *op) {
    aos_default_http_request_options = op != NULL ? op : &s_request_options;
}

void aos_set_default_transport_options(aos_http_transport_options_t *op) {
    aos_default_http_transport_options = op != NULL ? op : &s_transport_options;
}

/* Copies *text into the pool; NULL stays NULL. */
static int s_own(aos_pool_t *p, char **text) {
    if (*text != NULL) {
        *text = ossi_dupz(p, *text);
        return *text != NULL ? AOSE_OK : AOSE_OUT_MEMORY;
    }
    return AOSE_OK;
}

aos_http_request_options_t *aos_http_request_options_create(aos_pool_t *p) {
    aos_http_request_options_t *options = ossi_alloc(p, sizeof(*options));
    if (options == NULL) {
        return NULL;
    }
    *options = *aos_default_http_request_options;
    if (s_own(p, &options->proxy_host) != AOSE_OK || s_own(p, &options->proxy_auth) != AOSE_OK ||
        s_own(p, &options->ca_path) != AOSE_OK || s_own(p, &options->ca_file) != AOSE_OK) {
        return NULL;
    }
    return options;
}

aos_http_controller_t *aos_http_controller_create(aos_pool_t *p, int owner) {
    apr_pool_t *own = NULL;
    if (p == NULL && ossi_pool_create(&own, NULL) != AOSE_OK) {
        return NULL;
    }
    p = p != NULL ? p : own;
    aos_http_controller_ex_t *controller = ossi_alloc(p, sizeof(*controller));
    aos_http_request_options_t *options = aos_http_request_options_create(p);
    if (controller == NULL || options == NULL) {
        if (own != NULL) {
            apr_pool_destroy(own);
        }
        return NULL;
    }
    controller->pool = p;
    controller->owner = owner != 0;
    controller->options = options;
    return (aos_http_controller_t *)controller;
}

static void s_list_init(aos_list_t *list) {
    list->next = list;
    list->prev = list;
}

aos_http_request_t *aos_http_request_create(aos_pool_t *p) {
    aos_http_request_t *req = ossi_alloc(p, sizeof(*req));
    if (req == NULL || ossi_table_make(p, &req->headers) != AOSE_OK ||
        ossi_table_make(p, &req->query_params) != AOSE_OK) {
        return NULL;
    }
    s_list_init(&req->body);
    req->pool = p;
    req->method = HTTP_GET;
    req->type = BODY_IN_MEMORY;
    req->read_body = aos_read_http_body_memory;
    return req;
}

aos_http_response_t *aos_http_response_create(aos_pool_t *p) {
    aos_http_response_t *resp = ossi_alloc(p, sizeof(*resp));
    if (resp == NULL || ossi_table_make(p, &resp->headers) != AOSE_OK) {
        return NULL;
    }
    s_list_init(&resp->body);
    resp->pool = p;
    resp->content_length = -1;
    resp->type = BODY_IN_MEMORY;
    resp->write_body = aos_write_http_body_memory;
    return resp;
}

/* No URL and no headers: they hold keys and signatures. */
static void s_log(const aos_http_transport_t *t, int rc) {
    const aos_http_controller_ex_t *ctl = t->controller;
    aos_debug_log("%s %s: code %d, status %d, first byte after %lld us, %lld us in all",
                  aos_http_method_to_string(t->req->method),
                  t->req->host != NULL ? t->req->host : "", rc, t->resp->status,
                  ctl->first_byte_time > 0 ? (long long)(ctl->first_byte_time - ctl->start_time)
                                           : -1LL,
                  (long long)(ctl->finish_time - ctl->start_time));
}

int aos_http_send_request(aos_http_controller_t *ctl, aos_http_request_t *req,
                          aos_http_response_t *resp) {
    if (ctl == NULL || ctl->pool == NULL || req == NULL || resp == NULL) {
        return AOSE_INVALID_ARGUMENT;
    }
    if (ctl->options == NULL) {
        ctl->options = aos_http_request_options_create(ctl->pool);
    }
    aos_http_transport_t *t = aos_http_transport_create(ctl->pool);
    if (t == NULL || ctl->options == NULL) {
        return AOSE_OUT_MEMORY;
    }
    t->req = req;
    t->resp = resp;
    t->pool = ctl->pool;
    t->controller = (aos_http_controller_ex_t *)ctl;
    if (t->options == NULL) {
        t->options = aos_default_http_transport_options;
    }
    int rc = aos_http_transport_perform(t);
    s_log(t, rc);
    return rc;
}
