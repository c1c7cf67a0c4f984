/* SPDX-License-Identifier: Apache-2.0 */
#include "http_many.h"

#include <poll.h>

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
    x->call->connections_made = x->call->was_kept = x->call->resent = 0;
    x->call->resolved_us = x->call->connected_us = x->call->secured_us = 0;
    x->req->consumed_bytes = 0;
}

static void s_finish(ossi_exchange_t *x) {
    aos_http_controller_ex_t *controller = x->t->controller;
    ossi_call_t *call = x->call;
    ossi_exchange_stop_clock(x);
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
    if ((int)x->req->method > OSSI_HTTP_OPTIONS) {
        ossi_exchange_fail(x, OSSI_FAIL_INVALID, "the request's method is unknown");
    } else if (ossi_is_cancelled(x->call)) {
        ossi_exchange_fail(x, OSSI_FAIL_CANCELLED, "the request was cancelled");
    }
    return x->code;
}

/* A hub for the lane. There is none yet, or not any more: a spoiled one is given up as soon as
 * nothing runs on it, and a forked child has put it aside. */
static int s_take_hub(ossi_many_t *many, ossi_exchange_t *x) {
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
    } else if (rc == AOSE_OUT_MEMORY) {
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
    } else {
        ossi_exchange_fail_code(x, OSSI_FAIL_INTERNAL, rc, "the transport was not started");
    }
    return x->code;
}

static int s_begin_turn(const ossi_many_t *many, ossi_lane_t *lane) {
    lane->turn = (ossi_turn_t){.is_alone = many->width == 1};
    return ossi_turn_begin(&lane->turn, &lane->x, lane->link, &lane->request);
}

/* On a connection that is kept, unless the request must not be sent twice: whether a kept one is
 * still good shows only when it is used. */
static int s_take_link(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    if (!x->call->once) {
        lane->link = ossi_hub_take(many->hub, x, &lane->request);
    }
    if (lane->link != NULL) {
        lane->link->exchange = x;
        return s_begin_turn(many, lane);
    }
    lane->link = ossi_hub_connect(many->hub, x, &lane->request);
    return x->code;
}

static int s_prepare(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    if (ossi_answer_begin(x) != AOSE_OK || s_may_start(x) != AOSE_OK ||
        ossi_source_begin(x) != AOSE_OK || ossi_request_check(x, &lane->request) != AOSE_OK) {
        return x->code;
    }
    return s_take_hub(many, x);
}

/* The connection of a request that did not come to its end is closed. What is left in doubt spoils
 * the hub. */
static void s_give_link(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    ossi_hub_t *hub = many->hub;
    if (hub == NULL || !ossi_session_owns(hub)) {
        ossi_link_forget(lane->link);
        return;
    }
    ossi_link_tell_times(lane->link, x->call);
    int keeps = ossi_turn_keeps_link(&lane->turn, x, lane->link);
    if (ossi_hub_give(hub, lane->link, keeps) != 0 || x->failure == OSSI_FAIL_MEMORY ||
        x->failure == OSSI_FAIL_INTERNAL) {
        hub->spoiled = 1;
    }
}

static void s_end(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    if (x->failure != OSSI_FAIL_NONE) {
        ossi_outcome_explain(x, lane->link);
    }
    if (lane->link != NULL) {
        s_give_link(many, lane);
        lane->link = NULL;
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

/* A kept connection turned out dead before it brought a byte: once more, on a new one, if the body
 * can be sent again. */
static void s_replace_link(ossi_many_t *many, ossi_lane_t *lane) {
    ossi_exchange_t *x = &lane->x;
    if (ossi_source_rewind(x) != 0) {
        x->os_error = lane->link->os_error;
        ossi_answer_end(x);
        s_end_running(many, lane);
        return;
    }
    x->call->resent = 1;
    x->sent = 0;
    lane->watch.second_ms = 0;
    lane->turn = (ossi_turn_t){0};
    int rc = ossi_hub_give(many->hub, lane->link, 0);
    lane->link = NULL;
    many->hub->spoiled |= rc != 0;
    lane->link = ossi_hub_connect(many->hub, x, &lane->request);
    if (lane->link == NULL) {
        s_end_running(many, lane);
    }
}

/* Moves what a lane can move, and says what it waits for. */
static void s_move(ossi_many_t *many, ossi_lane_t *lane, short found) {
    ossi_exchange_t *x = &lane->x;
    int readable = found == 0 ? lane->link->pending || lane->link->low_water > 1
                              : lane->link->pending || (found & ~POLLOUT) != 0;
    ossi_turn_state_t state = ossi_turn_move(&lane->turn, x, lane->link, &lane->request, readable);
    if (!ossi_session_owns(many->hub)) {
        return;
    }
    if (state == OSSI_TURN_GOES_ON) {
        if (ossi_hub_watch(many->hub, lane->link, ossi_turn_events(&lane->turn)) == 0) {
            many->is_eager |= lane->link->pending;
            return;
        }
        ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
    }
    if (state == OSSI_TURN_STALE) {
        s_replace_link(many, lane);
    } else {
        s_end_running(many, lane);
    }
}

/* Those that were added since the last time. */
static void s_start_all(ossi_many_t *many) {
    ossi_lane_t *next = NULL;
    for (ossi_lane_t *lane = many->running; lane != NULL && many->added > 0; lane = next) {
        next = lane->next;
        if (lane->link != NULL) {
            continue;
        }
        many->added--;
        if (s_take_link(many, lane) != AOSE_OK) {
            s_end_running(many, lane);
        } else if (lane->link->fd >= 0) {
            s_move(many, lane, 0);
        }
        if (!ossi_session_owns(many->hub)) {
            break;
        }
    }
    many->added = 0;
}

/* The links that libcurl has made, or could not. */
static void s_collect(ossi_many_t *many) {
    int curl_code = 0;
    for (ossi_link_t *link = ossi_hub_connected(many->hub, &curl_code); link != NULL;
         link = ossi_hub_connected(many->hub, &curl_code)) {
        ossi_lane_t *lane = (ossi_lane_t *)(void *)link->exchange;
        if (curl_code != 0) {
            ossi_outcome_unconnected(&lane->x, link, curl_code);
        } else if (ossi_link_connected(link) != 0) {
            ossi_exchange_fail(&lane->x, OSSI_FAIL_INTERNAL, "libcurl tells no socket");
        }
        if (lane->x.failure != OSSI_FAIL_NONE || s_begin_turn(many, lane) != AOSE_OK) {
            s_end_running(many, lane);
            continue;
        }
        s_move(many, lane, 0);
        if (!ossi_session_owns(many->hub)) {
            return;
        }
    }
}

/* Each lane whose connection has something. A fork in a callback is the child's end of it. */
static void s_move_all(ossi_many_t *many) {
    ossi_lane_t *next = NULL;
    many->is_eager = 0;
    for (ossi_lane_t *lane = many->running; lane != NULL && ossi_session_owns(many->hub);
         lane = next) {
        next = lane->next;
        short found = ossi_hub_found(many->hub, lane->link);
        if (found != 0 || ossi_turn_is_due(&lane->turn, lane->link)) {
            s_move(many, lane, found);
        }
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
        if (ossi_watch_look(&lane->watch, &lane->x, lane->link, now)) {
            s_end_running(many, lane);
            continue;
        }
        int64_t due = ossi_watch_due_ms(&lane->watch, lane->x.call, now);
        many->due_ms = due < many->due_ms ? due : many->due_ms;
    }
}

/* Whatever libcurl says of a whole hub is the end of all its requests. */
static void s_serve(ossi_many_t *many, int curlm_code) {
    if (s_left_by_fork(many)) {
        return;
    }
    s_move_all(many);
    if (!s_left_by_fork(many)) {
        s_collect(many);
    }
    if (s_left_by_fork(many)) {
        return;
    }
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
    if (many->finished != NULL || many->is_eager) {
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
    s_start_all(many);
    while (!s_left_by_fork(many) && many->running != NULL) {
        s_serve(many, ossi_hub_wait(many->hub, s_wait_ms(many, until)));
        if (many->finished != NULL || ossi_clock_ms() >= until) {
            break;
        }
    }
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
    if (s_prepare(many, lane) != AOSE_OK) {
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
    many->added++;
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
