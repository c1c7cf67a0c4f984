/* SPDX-License-Identifier: Apache-2.0 */
#include "http_turn.h"

#include <poll.h>
#include <string.h>
#include <strings.h>

#include "http_answer.h"
#include "http_hub.h"
#include "http_session.h"
#include "http_source.h"
#include "ossi_mem.h"

/* A body up to this size is sent in one piece with its head. */
#define S_SMALL_BODY 16384

/* How much is received at a time before the headers are complete: little, as what is behind them
 * may have a better place. */
#define S_FIRST ((size_t)16 * 1024)

/* How often bytes are moved before others have their turn. */
#define S_MOST_MOVES 8

/* How long a body waits for leave (RFC 9110 section 10.1.1). */
#define S_LEAVE_MS 1000

/* A large body is worth waking up for when so much of it is there. */
#define S_WORTH_WAKING (128 * 1024)

/* --- sending --- */

static int s_write_head(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                        const ossi_request_t *request, int without_expect) {
    int is_small = x->req->body_len <= S_SMALL_BODY;
    const ossi_head_style_t style = {
        .proxy_line = link->proxy_line,
        .without_expect = without_expect,
        .room = is_small ? (size_t)x->req->body_len : 0,
    };
    ossi_request_head_wipe(&link->head);
    int asks = request->has_expect && !without_expect && x->req->body_len > 0;
    if (ossi_request_head(x, request, &style, link->pool, &link->head) != AOSE_OK) {
        return x->code;
    }
    if (asks) {
        turn->asks_leave = 1;
        turn->leave_ms = ossi_clock_ms() + S_LEAVE_MS;
    }
    while (is_small && !asks && x->req->consumed_bytes < x->req->body_len) {
        char *end = link->head.text + link->head.len;
        ptrdiff_t n = ossi_source_read(x, end, link->head.cap - link->head.len);
        if (n < 0) {
            return x->code;
        }
        link->head.len += (size_t)n;
    }
    turn->piece = (const unsigned char *)link->head.text;
    turn->left = link->head.len;
    turn->sending = 1;
    return AOSE_OK;
}

int ossi_turn_begin(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                    const ossi_request_t *request) {
    link->start = 0;
    link->end = 0;
    return s_write_head(turn, x, link, request, 0);
}

/* The next piece of the body; 0 when there is none, now or any more. */
static int s_next_piece(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link) {
    if (turn->asks_leave) {
        return 0;
    }
    if (x->source.kind != OSSI_SOURCE_MEMORY && link->outgoing == NULL) {
        link->outgoing = apr_palloc(link->pool, OSSI_LINK_BUFFER);
        if (link->outgoing == NULL) {
            ossi_exchange_fail(x, OSSI_FAIL_MEMORY, NULL);
            return 0;
        }
    }
    ptrdiff_t n = ossi_source_piece(x, link->outgoing, OSSI_LINK_BUFFER, &turn->piece);
    turn->left = n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* The rest of the request stays where it is: its answer may have come already. */
static void s_stop_sending(ossi_turn_t *turn) {
    turn->is_cut |= turn->sending;
    turn->sending = 0;
    turn->asks_leave = 0;
    turn->left = 0;
}

static void s_send(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link) {
    for (int i = 0; i < S_MOST_MOVES && turn->sending; i++) {
        if ((turn->left == 0 && !s_next_piece(turn, x, link)) || !ossi_session_owns(link->hub)) {
            return;
        }
        int more = !turn->asks_leave && x->req->consumed_bytes < x->req->body_len;
        ptrdiff_t n = ossi_link_send(link, turn->piece, turn->left, more);
        if (n == OSSI_LINK_FAILED) {
            s_stop_sending(turn);
            return;
        }
        if (n == OSSI_LINK_AGAIN) {
            return;
        }
        turn->piece += n;
        turn->left -= (size_t)n;
        x->sent += n;
        turn->sending = turn->left > 0 || x->req->consumed_bytes < x->req->body_len;
    }
}

/* --- receiving --- */

/* Whether that is all: an answer that is whole, of a request that was sent whole or refused. Who
 * says that all is well before all was sent is heard out, and sent the rest. */
static ossi_turn_state_t s_state(const ossi_turn_t *turn, ossi_exchange_t *x,
                                 const ossi_link_t *link) {
    if (x->failure == OSSI_FAIL_NONE && (turn->reply.phase != OSSI_REPLY_DONE || turn->sending)) {
        return OSSI_TURN_GOES_ON;
    }
    if (x->failure == OSSI_FAIL_NONE && turn->is_cut && x->resp->status / 100 == 2) {
        x->os_error = link->os_error;
        x->call->curl_code = link->curl_code;
        ossi_exchange_fail(x, OSSI_FAIL_CONNECTION,
                           "the connection failed before the request's end");
    }
    return OSSI_TURN_ENDED;
}

/* A write that must not meet an object would meet its own. Unlike what is marked as `once` it may
 * use a kept connection, which was just seen to be alive: there can be many of its kind. */
static int s_may_meet_itself(const ossi_exchange_t *x) {
    const char *forbids = apr_table_get(x->req->headers, "x-oss-forbid-overwrite");
    return forbids != NULL && strcasecmp(forbids, "true") == 0;
}

/* The connection has ended, or failed. */
static ossi_turn_state_t s_cut(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                               ptrdiff_t how) {
    if (!turn->has_received && link->served > 0 && !s_may_meet_itself(x)) {
        return OSSI_TURN_STALE;
    }
    if (how == OSSI_LINK_FAILED && !turn->has_received && ossi_link_is_turned_away(link)) {
        ossi_exchange_fail(x, OSSI_FAIL_TLS, NULL);
    }
    if (how == OSSI_LINK_FAILED && turn->reply.phase == OSSI_REPLY_UNTIL_CLOSE) {
        ossi_exchange_fail(x, OSSI_FAIL_SHORT_BODY,
                           "the connection failed before the answer's end");
    }
    size_t n = link->end - link->start;
    ossi_reply_cut(&turn->reply, x, link->received + link->start, n);
    if (x->failure != OSSI_FAIL_NONE) {
        x->os_error = link->os_error;
        x->call->curl_code = link->curl_code;
    }
    s_stop_sending(turn);
    return s_state(turn, x, link);
}

/* A refused Expect is not the end (RFC 9110 section 15.5.18): once more, without. */
static ossi_turn_state_t s_refused_leave(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                                         const ossi_request_t *request) {
    turn->asks_leave = 0;
    turn->reply = (ossi_reply_t){0};
    ossi_answer_again(x);
    return s_write_head(turn, x, link, request, 1) == AOSE_OK ? OSSI_TURN_GOES_ON : OSSI_TURN_ENDED;
}

/* After something came: what follows for the sending, and whether that was all. */
static ossi_turn_state_t s_came(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                                const ossi_request_t *request) {
    const ossi_answer_t *answer = &x->answer;
    if (turn->asks_leave && answer->complete && x->resp->status == 417) {
        if (turn->reply.phase != OSSI_REPLY_DONE) {
            return OSSI_TURN_GOES_ON;
        }
        if (turn->left == 0 && link->start == link->end && ossi_reply_keeps_open(&turn->reply, x)) {
            return s_refused_leave(turn, x, link, request);
        }
    }
    if (turn->sending && answer->complete && x->resp->status >= 300) {
        s_stop_sending(turn);
    } else if (turn->asks_leave && !answer->in_headers && answer->wire_bytes > 0) {
        turn->asks_leave = 0;
    }
    return s_state(turn, x, link);
}

/* Straight to where the body belongs, if that is known. Returns what ossi_link_receive() does, 0
 * when it has to come another way. */
static ptrdiff_t s_receive_in_place(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link) {
    ossi_reply_phase_t phase = turn->reply.phase;
    if (link->start < link->end || (phase != OSSI_REPLY_FIXED && phase != OSSI_REPLY_UNTIL_CLOSE)) {
        return 0;
    }
    size_t room = 0;
    unsigned char *place = ossi_answer_place(x, &room);
    if (place == NULL) {
        return 0;
    }
    room = room < OSSI_LINK_BUFFER ? room : OSSI_LINK_BUFFER;
    if (phase == OSSI_REPLY_FIXED && (uint64_t)turn->reply.left < room) {
        room = (size_t)turn->reply.left;
    }
    ptrdiff_t n = ossi_link_receive(link, place, room);
    if (n > 0) {
        ossi_reply_placed(&turn->reply, x, (size_t)n);
        link->pending = (size_t)n == room || !link->plain;
    }
    return n;
}

/* Behind what is left of what came before. Returns as ossi_link_receive(). */
static ptrdiff_t s_receive(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link) {
    size_t rest = link->end - link->start;
    if (link->start > 0) {
        memmove(link->received, link->received + link->start, rest);
        link->start = 0;
        link->end = rest;
    }
    size_t room = OSSI_LINK_BUFFER - rest;
    if (!x->answer.complete && room > S_FIRST) {
        room = S_FIRST;
    }
    ptrdiff_t n = ossi_link_receive(link, link->received + rest, room);
    if (n > 0) {
        size_t taken = 0;
        turn->has_received = 1;
        link->end += (size_t)n;
        link->pending = (size_t)n == room || !link->plain;
        int rc = ossi_reply_take(&turn->reply, x, link->received, link->end, &taken);
        link->start = taken;
        if (rc != 0) {
            turn->reply.phase = OSSI_REPLY_DONE;
        }
    }
    return n;
}

/* Fewer, larger pieces of a large body. Who waits for several connections is woken by the others,
 * and would not look for the rest of a body that has stalled. */
static void s_await(const ossi_turn_t *turn, ossi_link_t *link) {
    int is_large = turn->reply.phase == OSSI_REPLY_FIXED && turn->reply.left >= S_WORTH_WAKING;
    if (turn->is_alone) {
        ossi_link_await(link, is_large ? S_WORTH_WAKING : 1);
    }
}

static ossi_turn_state_t s_receive_some(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                                        const ossi_request_t *request) {
    for (int i = 0; i < S_MOST_MOVES; i++) {
        link->pending = 0;
        ptrdiff_t n = s_receive_in_place(turn, x, link);
        n = n != 0 ? n : s_receive(turn, x, link);
        if (!ossi_session_owns(link->hub)) {
            return OSSI_TURN_GOES_ON;
        }
        if (n == OSSI_LINK_AGAIN) {
            s_await(turn, link);
            return OSSI_TURN_GOES_ON;
        }
        if (n < 0) {
            return s_cut(turn, x, link, n);
        }
        ossi_turn_state_t state =
            x->failure != OSSI_FAIL_NONE ? OSSI_TURN_ENDED : s_came(turn, x, link, request);
        link->pending &= turn->reply.phase != OSSI_REPLY_DONE;
        if (state != OSSI_TURN_GOES_ON || !link->pending) {
            s_await(turn, link);
            return state;
        }
    }
    return OSSI_TURN_GOES_ON;
}

ossi_turn_state_t ossi_turn_move(ossi_turn_t *turn, ossi_exchange_t *x, ossi_link_t *link,
                                 const ossi_request_t *request, int readable) {
    if (readable && turn->reply.phase != OSSI_REPLY_DONE) {
        ossi_turn_state_t state = s_receive_some(turn, x, link, request);
        if (state != OSSI_TURN_GOES_ON) {
            return state;
        }
    }
    if (turn->asks_leave && ossi_clock_ms() >= turn->leave_ms) {
        turn->asks_leave = 0;
    }
    if (turn->sending && ossi_session_owns(link->hub)) {
        s_send(turn, x, link);
    }
    return s_state(turn, x, link);
}

int ossi_turn_is_due(const ossi_turn_t *turn, const ossi_link_t *link) {
    return link->pending || link->low_water > 1 || turn->asks_leave;
}

short ossi_turn_events(const ossi_turn_t *turn) {
    int sends = turn->left > 0 || (turn->sending && !turn->asks_leave);
    int receives = turn->reply.phase != OSSI_REPLY_DONE;
    return (short)((receives ? POLLIN : 0) | (sends ? POLLOUT : 0));
}

int ossi_turn_keeps_link(const ossi_turn_t *turn, const ossi_exchange_t *x,
                         const ossi_link_t *link) {
    return x->failure == OSSI_FAIL_NONE && !x->answer.stopped && !turn->sending && !turn->is_cut &&
           link->start == link->end && ossi_reply_keeps_open(&turn->reply, x);
}
