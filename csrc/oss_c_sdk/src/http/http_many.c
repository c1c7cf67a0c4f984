/* SPDX-License-Identifier: Apache-2.0 */
#include "http_many.h"

#include "http_answer.h"
#include "http_outcome.h"
#include "http_source.h"
#include "ossi_fork.h"
#include "ossi_mem.h"

static const aos_http_request_options_t s_builtin_options = {
    .speed_limit = AOS_MIN_SPEED_LIMIT,
    .speed_time = AOS_MIN_SPEED_TIME,
    .dns_cache_timeout = AOS_DNS_CACHE_TIMOUT,
    .connect_timeout = AOS_CONNECT_TIMEOUT,
    .max_memory_size = AOS_MAX_MEMORY_SIZE,
    .enable_crc = 1,
    .verify_ssl = 1,
    .verify_object_strict = 1,
};

/* --- a request's records, before and after --- */

static void s_begin(ossi_exchange_t *x) {
    aos_http_controller_ex_t *controller = x->t->controller;
    controller->error_code = AOSE_OK;
    controller->reason = NULL;
    controller->first_byte_time = 0;
    controller->finish_time = 0;
    controller->start_time = apr_time_now();
    x->t->state = TRANS_STATE_INIT;
    x->call->failure = OSSI_FAIL_NONE;
    x->call->os_error = 0;
    x->call->curl_code = 0;
    x->call->connections_made = 0;
    x->req->consumed_bytes = 0;
}

static void s_finish(ossi_exchange_t *x) {
    aos_http_controller_ex_t *controller = x->t->controller;
    ossi_call_t *call = x->call;
    controller->finish_time = apr_time_now();
    controller->error_code = x->code;
    call->failure = x->failure;
    call->os_error = x->os_error;
    call->sent_bytes = x->req->consumed_bytes;
    call->received_bytes = x->answer.received;
    call->announced_bytes = x->answer.announced;
    call->received_crc64 = x->resp->crc64;
    x->t->state = x->failure == OSSI_FAIL_NONE ? TRANS_STATE_DONE : TRANS_STATE_ABORT;
    if (x->failure != OSSI_FAIL_NONE) {
        /* So that the same records can be performed again. */
        x->req->crc64 = x->source.first_crc;
        x->resp->crc64 = x->answer.first_crc;
    }
}

/* --- lanes --- */

static void s_link_running(ossi_many_t *many, ossi_lane_t *lane) {
    lane->prev = NULL;
    lane->next = many->running;
    if (many->running != NULL) {
        many->running->prev = lane;
    }
    many->running = lane;
}

static void s_unlink_running(ossi_many_t *many, ossi_lane_t *lane) {
    if (lane->prev != NULL) {
        lane->prev->next = lane->next;
    } else {
        many->running = lane->next;
    }
    if (lane->next != NULL) {
        lane->next->prev = lane->prev;
    }
}

static void s_link_finished(ossi_many_t *many, ossi_lane_t *lane) {
    lane->next = NULL;
    *many->last_end = lane;
    many->last_end = &lane->next;
}

static void s_link_empty(ossi_many_t *many, ossi_lane_t *lane) {
    lane->next = many->empty;
    many->empty = lane;
    many->room++;
}

/* --- one lane's request --- */

static int s_may_start(ossi_exchange_t *x) {
    if (x->req->method > HTTP_DELETE) {
        ossi_exchange_fail(x, OSSI_FAIL_INVALID, "the request's method is unknown");
    } else if (ossi_is_cancelled(x->call)) {
        ossi_exchange_fail(x, OSSI_FAIL_CANCELLED, "the request was cancelled");
    }
    return x->code;
}

/* A handle for the lane. There is no hub yet, or not any more: a spoiled one is given up as soon as
 * nothing runs on it, and a forked child has put it aside. */
static int s_take_handle(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    int rc = AOSE_OK;
    if (many->hub != NULL && many->hub->spoiled && many->running == NULL) {
        ossi_session_give(many->hub);
        many->hub = NULL;
    }
    if (many->hub == NULL) {
        rc = ossi_session_take(many->session, many->width, &many->hub);
    }
    if (rc == AOSE_OK) {
        ossi_hub_widen(many->hub, many->width);
        lane->handle = ossi_hub_take(many->hub);
        rc = lane->handle != NULL ? AOSE_OK : AOSE_OUT_MEMORY;
    }
    if (rc == AOSE_OUT_MEMORY) {
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
    } else if (rc != AOSE_OK) {
        ossi_exchange_fail_code(x, OSSI_FAIL_INTERNAL, rc, "the transport was not started");
    }
    return x->code;
}

static int s_start(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    char *url = NULL;
    if (ossi_answer_begin(x) != AOSE_OK || s_may_start(x) != AOSE_OK ||
        ossi_source_begin(x) != AOSE_OK || ossi_request_url(x, &url) != AOSE_OK ||
        s_take_handle(many, lane) != AOSE_OK ||
        ossi_handle_prepare(lane->handle, x, url) != AOSE_OK) {
        return x->code;
    }
    int rc = ossi_hub_start(many->hub, lane->handle);
    if (rc != 0) {
        ossi_outcome_multi(x, rc);
    }
    return x->code;
}

/* The connection of a transfer that did not come to its end is closed by libcurl. What is left in
 * doubt spoils the hub. */
static void s_give_handle(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    ossi_hub_t *hub = many->hub;
    if (hub == NULL || !ossi_session_owns(hub)) {
        ossi_handle_forget(lane->handle);
        return;
    }
    int clean = x->failure == OSSI_FAIL_NONE && !x->answer.stopped;
    int doubtful = x->failure == OSSI_FAIL_MEMORY || x->failure == OSSI_FAIL_INTERNAL ||
                   (lane->ended && !clean && x->call->curl_code == 0);
    ossi_outcome_facts(x, lane->handle);
    if (ossi_hub_stop(hub, lane->handle) != 0 || doubtful) {
        hub->spoiled = 1;
    }
    ossi_hub_give(hub, lane->handle, clean);
}

static void s_end(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    if (x->failure != OSSI_FAIL_NONE) {
        ossi_outcome_explain(x, lane->handle);
    }
    if (lane->handle != NULL) {
        s_give_handle(many, lane);
        lane->handle = NULL;
    }
    s_finish(x);
    s_link_finished(many, lane);
}

static void s_end_running(ossi_many_t *many, ossi_lane_t *lane) {
    s_unlink_running(many, lane);
    s_end(many, lane);
}

static void s_end_all(ossi_many_t *many, ossi_failure_t failure, const char *reason) {
    while (many->running != NULL) {
        ossi_exchange_fail(&many->running->x, failure, reason);
        s_end_running(many, many->running);
    }
}

/* --- the loop --- */

/* In a child the hub is the parent's. */
static int s_left_by_fork(ossi_many_t *many) {
    if (many->hub == NULL || ossi_session_owns(many->hub)) {
        return 0;
    }
    many->hub = NULL;
    s_end_all(many, OSSI_FAIL_CONNECTION, "the process forked during the request");
    return 1;
}

static void s_collect(ossi_many_t *many) {
    int curl_code = 0;
    for (ossi_handle_t *handle = ossi_hub_ended(many->hub, &curl_code); handle != NULL;
         handle = ossi_hub_ended(many->hub, &curl_code)) {
        ossi_lane_t *lane = (ossi_lane_t *)(void *)handle->exchange;
        lane->ended = 1;
        ossi_outcome_read(&lane->x, handle, curl_code);
        s_end_running(many, lane);
    }
}

/* The limits of all lanes, at most once in a tick of the clock. */
static void s_look(ossi_many_t *many) {
    int64_t now = ossi_clock_ms();
    if (now == many->looked_ms) {
        return;
    }
    many->looked_ms = now;
    many->due_ms = now + OSSI_MAX_WAIT_MS;
    ossi_lane_t *next = NULL;
    for (ossi_lane_t *lane = many->running; lane != NULL; lane = next) {
        next = lane->next;
        if (ossi_watch_look(&lane->watch, &lane->x, many->hub, lane->handle, now)) {
            s_end_running(many, lane);
            continue;
        }
        int64_t due = ossi_watch_due_ms(&lane->watch, lane->x.call, now);
        many->due_ms = due < many->due_ms ? due : many->due_ms;
    }
}

/* Whatever libcurl says of a whole hub is the end of all its requests. */
static void s_check(ossi_many_t *many, int curlm_code) {
    if (s_left_by_fork(many)) {
        return;
    }
    s_collect(many);
    if (curlm_code != 0) {
        many->hub->spoiled = 1;
        while (many->running != NULL) {
            ossi_outcome_multi(&many->running->x, curlm_code);
            s_end_running(many, many->running);
        }
    }
    s_look(many);
    (void)s_left_by_fork(many);
}

static int s_wait_ms(const ossi_many_t *many, int64_t until_ms) {
    int64_t now = ossi_clock_ms();
    int64_t wait = (many->due_ms < until_ms ? many->due_ms : until_ms) - now;
    if (many->finished != NULL) {
        return 0;
    }
    return wait > 1 ? (int)wait : until_ms > now;
}

int ossi_many_run(ossi_many_t *many, int wait_ms) {
    wait_ms = wait_ms < OSSI_MAX_WAIT_MS ? wait_ms : OSSI_MAX_WAIT_MS;
    int64_t until = ossi_clock_ms() + wait_ms;
    if (s_left_by_fork(many)) {
        return AOSE_OK;
    }
    do {
        if (many->running != NULL) {
            s_check(many, ossi_hub_act(many->hub));
        }
        if (many->running != NULL) {
            s_check(many, ossi_hub_wait(many->hub, s_wait_ms(many, until)));
        }
    } while (many->finished == NULL && many->running != NULL && ossi_clock_ms() < until);
    return AOSE_OK;
}

/* --- what goes in and comes out --- */

void ossi_many_begin(ossi_many_t *many, ossi_session_t *session, ossi_lane_t *lanes, int width) {
    *many = (ossi_many_t){.session = session, .width = width};
    many->last_end = &many->finished;
    for (int i = width; i > 0; i--) {
        s_link_empty(many, &lanes[i - 1]);
    }
}

int ossi_many_room(const ossi_many_t *many) {
    return many->room;
}

int ossi_many_add(ossi_many_t *many, aos_http_transport_t *t, ossi_call_t *call) {
    if (t == NULL || t->pool == NULL || t->req == NULL || t->resp == NULL ||
        t->controller == NULL || call == NULL || many->room == 0) {
        return AOSE_INVALID_ARGUMENT;
    }
    (void)s_left_by_fork(many);
    ossi_lane_t *lane = many->empty;
    many->empty = lane->next;
    many->room--;
    *lane = (ossi_lane_t){.x = {.t = t, .req = t->req, .resp = t->resp, .call = call}};
    ossi_exchange_t *x = &lane->x;
    x->options = t->controller->options != NULL ? t->controller->options : &s_builtin_options;
    x->source.first_crc = t->req->crc64;
    x->answer.first_crc = t->resp->crc64;
    s_begin(x);
    if (s_start(many, lane) != AOSE_OK) {
        s_end(many, lane);
        return AOSE_OK;
    }
    int64_t now = ossi_clock_ms();
    ossi_watch_begin(&lane->watch, now);
    int64_t due = ossi_watch_due_ms(&lane->watch, call, now);
    if (many->running == NULL) {
        many->looked_ms = now;
        many->due_ms = due;
    }
    many->due_ms = due < many->due_ms ? due : many->due_ms;
    s_link_running(many, lane);
    return AOSE_OK;
}

aos_http_transport_t *ossi_many_take(ossi_many_t *many, ossi_call_t **call, int *code) {
    ossi_lane_t *lane = many->finished;
    if (lane == NULL) {
        return NULL;
    }
    many->finished = lane->next;
    if (many->finished == NULL) {
        many->last_end = &many->finished;
    }
    if (call != NULL) {
        *call = lane->x.call;
    }
    if (code != NULL) {
        *code = lane->x.code;
    }
    aos_http_transport_t *t = lane->x.t;
    s_link_empty(many, lane);
    return t;
}

void ossi_many_end(ossi_many_t *many) {
    if (!s_left_by_fork(many)) {
        s_end_all(many, OSSI_FAIL_CANCELLED, "the request was cancelled");
    }
    if (many->hub != NULL) {
        ossi_session_give(many->hub);
        many->hub = NULL;
    }
}

/* With forks held off, as APR's common allocator has a lock. */
static ossi_many_t *s_create(ossi_session_t *session, int width) {
    apr_pool_t *pool = NULL;
    if (ossi_pool_create(&pool, NULL) != AOSE_OK) {
        return NULL;
    }
    ossi_many_t *many = ossi_alloc(pool, sizeof(*many));
    ossi_lane_t *lanes = ossi_alloc(pool, (size_t)width * sizeof(*lanes));
    if (many == NULL || lanes == NULL) {
        apr_pool_destroy(pool);
        return NULL;
    }
    ossi_many_begin(many, session, lanes, width);
    many->pool = pool;
    return many;
}

ossi_many_t *ossi_many_create(ossi_session_t *session, int width) {
    if (width < 1 || width > OSSI_MAX_WIDTH) {
        return NULL;
    }
    ossi_fork_hold();
    ossi_many_t *many = s_create(session, width);
    ossi_fork_allow();
    return many;
}

void ossi_many_release(ossi_many_t *many) {
    if (many != NULL) {
        ossi_many_end(many);
        ossi_fork_hold();
        apr_pool_destroy(many->pool);
        ossi_fork_allow();
    }
}
