/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "http_network.h"
#include "ossi_mem.h"
#include "transport_case.h"

#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static const tiny_step_t s_hello[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_5), {TINY_AGAIN, NULL, 0}};

typedef struct s_bypass {
    const char *no_proxy;
    const char *origin;
    int expected;
} s_bypass_t;

static void s_test_bypasses(void) {
    static const s_bypass_t s_rows[] = {
        {"", "http://a.b", 0},
        {"*", "http://a.b", 1},
        {",,*", "https://[::1]:1", 1},
        {"a.b", "http://a.b", 1},
        {"a.b", "http://A.B:80", 1},
        {"A.b", "http://x.a.b", 1},
        {"a.b", "http://xa.b", 0},
        {"x.a.b", "http://a.b", 0},
        {"a.b:443", "https://a.b", 1},
        {"a.b:443", "http://a.b", 0},
        {"a.b:8080", "http://a.b:8080", 1},
        {"a.b:80a", "http://a.b", 0},
        {"a.b:", "http://a.b", 0},
        {"a.b:123456", "http://a.b:23456", 0},
        {"a.b/8", "http://a.b", 0},
        {"10.1.2.3", "http://10.1.2.3", 1},
        {"2.3", "http://10.1.2.3", 0},
        {"x,10.0.0.0/8,y", "http://10.1.2.3:9", 1},
        {"10.1.2.0/23", "http://10.1.3.3", 1},
        {"10.1.2.0/24", "http://10.1.3.3", 0},
        {"0.0.0.0/0", "http://10.1.3.3", 1},
        {"10.1.2.3/32", "http://10.1.2.3", 1},
        {"10.1.2.3/33", "http://10.1.2.3", 0},
        {"10.1.2.3/", "http://10.1.2.3", 0},
        {"0.0.0.0/0", "http://[::1]", 0},
        {"[::1]", "http://[::1]", 1},
        {"[0:0::1]:443", "https://[::1]", 1},
        {"[fe80::]/10", "http://[febf::1]:9", 1},
        {"[fe80::]/10", "http://[fec0::1]", 0},
        {"[::]/128", "http://[::]", 1},
        {"[::1", "http://[::1]", 0},
        {"[]", "http://[::1]", 0},
        {"[", "http://a", 0},
        {"/8", "http://a", 0},
        {":80", "http://a", 0},
    };
    for (size_t i = 0; i < sizeof(s_rows) / sizeof(s_rows[0]); i++) {
        const ossi_network_t network = {.no_proxy = s_rows[i].no_proxy};
        int found = ossi_network_bypasses(&network, s_rows[i].origin);
        if (found != s_rows[i].expected) {
            CHECK_STR(s_rows[i].no_proxy, s_rows[i].origin); /* says which */
        }
    }
    CHECK_INT(ossi_network_bypasses(NULL, "http://a"), 0);
    CHECK_INT(ossi_network_bypasses(&(ossi_network_t){0}, "http://a"), 0);
}

static const ossi_network_t s_networks[] = {
    {.max_idle_ms = 0},    {.no_proxy = "a"},     {.certificate = "a"},
    {.key = "a"},          {.key_password = "a"}, {.source = "host!127.0.0.1"},
    {.ip_version = 4},     {.tls_version = 13},   {.key_password = "secret"},
    {.no_proxy = "a,b,c"},
};
#define S_COUNT (sizeof(s_networks) / sizeof(s_networks[0]))

static void s_test_same(void) {
    for (size_t i = 0; i < S_COUNT; i++) {
        for (size_t j = 0; j < S_COUNT; j++) {
            CHECK_INT(ossi_network_same(&s_networks[i], &s_networks[j]), i == j);
        }
        CHECK_INT(ossi_network_same(NULL, &s_networks[i]), i == 0);
        CHECK_INT(ossi_network_same(&s_networks[i], NULL), i == 0);
    }
    CHECK_INT(ossi_network_same(NULL, NULL), 1);
    CHECK_INT(ossi_network_same(&(ossi_network_t){.max_idle_ms = 5}, NULL), 1);
}

static unsigned char s_seen[6];

static apr_status_t s_look(void *arg) {
    memcpy(s_seen, arg, sizeof(s_seen));
    return APR_SUCCESS;
}

/* The copy stands on its own, and its password goes with the pool. */
static void s_test_copy(void) {
    static const unsigned char zero[sizeof(s_seen)] = {0};
    char password[] = "secret";
    const ossi_network_t network = {
        .no_proxy = "n", .certificate = "c", .key = "k", .key_password = password, .source = "s"};
    const ossi_network_t *copy = NULL;
    apr_pool_t *pool = NULL;
    CHECK_INT(aos_http_io_initialize("test", 0), AOSE_OK);
    CHECK_INT(ossi_pool_create(&pool, NULL), AOSE_OK);
    CHECK_INT(ossi_network_copy(pool, &network, &copy), AOSE_OK);
    CHECK(copy != NULL && copy->key_password != password);
    CHECK_INT(ossi_network_same(&network, copy), 1);
    apr_pool_cleanup_register(pool, copy->key_password, s_look, apr_pool_cleanup_null);
    memset(s_seen, 'x', sizeof(s_seen));
    apr_pool_destroy(pool);
    CHECK_MEM(s_seen, zero, sizeof(zero));
    aos_http_io_deinitialize();
}

/* A connection serves requests of its own kind only, whoever's records they come with. */
static void s_test_links_are_not_shared(void) {
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(case_perform(&c), AOSE_OK);
    for (size_t i = 0; i < S_COUNT; i++) {
        for (int again = 0; again < 2; again++) {
            const ossi_network_t *network = NULL;
            CHECK_INT(ossi_network_copy(c.pool, &s_networks[i], &network), AOSE_OK);
            case_request(&c, HTTP_GET, "key");
            c.call.network = network;
            CHECK_INT(case_perform(&c), AOSE_OK);
            CHECK_INT(c.call.connections_made, i > 0 && again == 0);
        }
    }
    CHECK_INT(tiny_server_connections(c.server), S_COUNT);
    case_close(&c);
}

static void s_test_idle_limit(void) {
    static const ossi_network_t s_short = {.max_idle_ms = 20};
    transport_case_t c;
    case_open1(&c, s_hello);
    CHECK_INT(case_perform(&c), AOSE_OK);
    long begin = case_now_ms();
    while (case_now_ms() < begin + 40) {
        case_request(&c, HTTP_GET, "key");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.call.connections_made, 0);
    }
    begin = case_now_ms();
    while (case_now_ms() < begin + 60) {
    }
    case_request(&c, HTTP_GET, "key");
    c.call.network = &s_short;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.call.connections_made, 1);
    case_close(&c);
}

/* Where a connection cannot begin there is none. */
static void s_test_source(void) {
    static const ossi_network_t s_nowhere = {.source = "host!192.0.2.77"};
    transport_case_t c;
    case_open1(&c, s_hello);
    c.call.network = &s_nowhere;
    CHECK_INT(case_perform(&c), AOSE_FAILED_CONNECT);
    CHECK_INT(c.call.failure, OSSI_FAIL_CONNECT);
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"bypasses", s_test_bypasses},
        {"same", s_test_same},
        {"copy", s_test_copy},
        {"links_are_not_shared", s_test_links_are_not_shared},
        {"idle_limit", s_test_idle_limit},
        {"source", s_test_source},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
