/* SPDX-License-Identifier: Apache-2.0 */
#include "http_watch.h"

void ossi_watch_begin(ossi_watch_t *w, int64_t now) {
    *w = (ossi_watch_t){.start_ms = now, .tick_ms = now, .progress_ms = now};
}

static int64_t s_tick_interval(const ossi_call_t *call) {
    return call->tick_interval_ms > 0 ? call->tick_interval_ms : OSSI_MAX_WAIT_MS;
}

static int s_tick(ossi_exchange_t *x) {
    const aos_http_request_t *req = x->req;
    int sending = req->body_len > 0 && !x->answer.complete;
    int64_t done = sending ? req->consumed_bytes : x->answer.received;
    int64_t total = sending ? req->body_len : x->answer.announced;
    x->call->sent_bytes = req->consumed_bytes;
    x->call->received_bytes = x->answer.received;
    return x->call->tick(x->call->tick_arg, done, total);
}

static int64_t s_moved(const ossi_exchange_t *x) {
    return x->answer.wire_bytes + x->sent;
}

/* Bytes that have left this machine: what the connection has taken less what the system still
 * holds. On a slow line its buffers take longer to drain than a stall may last. */
static int64_t s_sent(const ossi_exchange_t *x, const ossi_link_t *link) {
    return x->sent - (link->fd >= 0 ? ossi_link_unsent(link) : 0);
}

static int s_is_stalled(ossi_watch_t *w, const ossi_exchange_t *x, const ossi_link_t *link,
                        int64_t now) {
    int64_t limit = x->call->stall_timeout_ms;
    int64_t bytes = s_moved(x);
    int64_t idle = now - w->progress_ms;
    if (bytes != w->seen_bytes) {
        w->seen_bytes = bytes;
        w->progress_ms = now;
        return 0;
    }
    if (x->req->body_len > 0 && (idle >= OSSI_MAX_WAIT_MS || idle >= limit)) {
        int64_t sent = s_sent(x, link);
        if (sent != w->seen_sent) {
            w->seen_sent = sent;
            w->progress_ms = now;
            return 0;
        }
    }
    return idle >= limit;
}

/* Fewer than speed_limit bytes a second for speed_time seconds, counted from the connection on. */
static int s_is_slow(ossi_watch_t *w, const ossi_exchange_t *x, const ossi_link_t *link,
                     int64_t now) {
    const aos_http_request_options_t *o = x->options;
    if (o->speed_limit <= 0 || o->speed_time <= 0 || link->fd < 0) {
        return 0;
    }
    int64_t bytes = s_moved(x);
    int64_t elapsed = now - w->second_ms;
    if (w->second_ms == 0 || elapsed >= 1000) {
        int slow = w->second_ms != 0 &&
                   (bytes - w->second_bytes) * 1000 < (int64_t)o->speed_limit * elapsed;
        w->slow_ms = !slow ? 0 : w->slow_ms != 0 ? w->slow_ms : w->second_ms;
        w->second_ms = now;
        w->second_bytes = bytes;
    }
    return w->slow_ms != 0 && now - w->slow_ms >= (int64_t)o->speed_time * 1000;
}

static int s_is_set(const volatile int *flag) {
    return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

int ossi_is_cancelled(const ossi_call_t *call) {
    return s_is_set(&call->cancel) || (call->cancel_when != NULL && s_is_set(call->cancel_when));
}

static int s_tick_is_due(const ossi_call_t *call, ossi_watch_t *w, int64_t now) {
    if (call->tick == NULL || now - w->tick_ms < s_tick_interval(call)) {
        return 0;
    }
    w->tick_ms = now;
    return 1;
}

int ossi_watch_look(ossi_watch_t *w, ossi_exchange_t *x, const ossi_link_t *link, int64_t now) {
    const ossi_call_t *call = x->call;
    if (s_tick_is_due(call, w, now) && s_tick(x) != 0) {
        ossi_exchange_fail(x, OSSI_FAIL_CANCELLED, "the request was cancelled");
    }
    /* After the tick: it may be what forked, and the child must not touch the socket again. */
    if (!ossi_session_owns(link->hub)) {
        ossi_exchange_fail(x, OSSI_FAIL_CONNECTION, "the process forked during the request");
    } else if (ossi_is_cancelled(call)) {
        ossi_exchange_fail(x, OSSI_FAIL_CANCELLED, "the request was cancelled");
    } else if (call->total_timeout_ms > 0 && now - w->start_ms >= call->total_timeout_ms) {
        ossi_exchange_fail(x, OSSI_FAIL_TIMEOUT, "the request took longer than its time limit");
    } else if (call->stall_timeout_ms > 0 && s_is_stalled(w, x, link, now)) {
        ossi_exchange_fail(x, OSSI_FAIL_TIMEOUT, "no data moved for too long");
    } else if (s_is_slow(w, x, link, now)) {
        ossi_exchange_fail(x, OSSI_FAIL_TIMEOUT, "data moved too slowly for too long");
    }
    return x->failure != OSSI_FAIL_NONE;
}

static int64_t s_sooner(int64_t due, int64_t limit, int64_t since) {
    return limit > 0 && limit < due - since ? since + limit : due;
}

int64_t ossi_watch_due_ms(const ossi_watch_t *w, const ossi_call_t *call, int64_t now) {
    int64_t due = now + OSSI_MAX_WAIT_MS;
    due = s_sooner(due, call->total_timeout_ms, w->start_ms);
    due = s_sooner(due, call->stall_timeout_ms, w->progress_ms);
    if (call->tick != NULL) {
        due = s_sooner(due, s_tick_interval(call), w->tick_ms);
    }
    return due;
}
