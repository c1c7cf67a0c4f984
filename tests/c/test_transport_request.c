/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include <stdlib.h>

#include "transport_case.h"

#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static const tiny_step_t s_empty[] = {{TINY_READ, NULL, 0}, TINY_TEXT(OK_0), {TINY_AGAIN, NULL, 0}};

/* Paths are encoded per byte, '/' kept, dot segments and double slashes left alone. */
static void s_test_paths(void) {
    static const struct {
        const char *uri;
        const char *target;
    } s_cases[] = {
        {"", "/"},
        {"/", "/"},
        {"key", "/key"},
        {"/key", "/key"},
        {"a/../b", "/a/../b"},
        {"..", "/.."},
        {".", "/."},
        {"./a//b/./", "/./a//b/./"},
        {"//a", "//a"},
        {"a b+c%d?e#f&g=h", "/a%20b%2Bc%25d%3Fe%23f%26g%3Dh"},
        {"\xe4\xb8\xad\xff\x01-_.~", "/%E4%B8%AD%FF%01-_.~"},
    };
    transport_case_t c;
    case_open1(&c, s_empty);
    for (size_t i = 0; i < sizeof(s_cases) / sizeof(s_cases[0]); i++) {
        case_request(&c, HTTP_GET, s_cases[i].uri);
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK(case_has_line(&c, i, apr_psprintf(c.pool, "GET %s HTTP/1.1", s_cases[i].target)));
    }
    case_close(&c);
}

/* Every method has its name, a preflight's too; what lies behind them has none. */
static void s_test_methods(void) {
    static const char *const s_names[] = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"};
    transport_case_t c;
    case_open1(&c, s_empty);
    for (size_t i = 0; i < sizeof(s_names) / sizeof(s_names[0]); i++) {
        case_request(&c, (http_method_e)i, "key");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK(case_has_line(&c, i, apr_psprintf(c.pool, "%s /key HTTP/1.1", s_names[i])));
    }
    case_request(&c, (http_method_e)(OSSI_HTTP_OPTIONS + 1), "key");
    CHECK_INT(case_perform(&c), AOSE_INVALID_ARGUMENT);
    CHECK_INT(c.call.failure, OSSI_FAIL_INVALID);
    case_close(&c);
}

/* Path style takes the resource; the uri is then not looked at. */
static void s_test_path_style(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    c.req->resource = apr_pstrdup(c.pool, "bucket/a/b c");
    c.call.path_style = 1;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 0, "GET /bucket/a/b%20c HTTP/1.1"));
    c.call.path_style = 0;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 1, "GET /key HTTP/1.1"));
    case_close(&c);
}

/* A path that is encoded already goes out as it is; what could not be one does not. */
static void s_test_encoded_path(void) {
    static const char *const s_bad[] = {"a b", "a?b", "a#b", "a\x01", "a\r\nb"};
    transport_case_t c;
    case_open1(&c, s_empty);
    case_request(&c, HTTP_GET, "tables/a%3Ab%2Fc/n");
    c.call.path_encoded = 1;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 0, "GET /tables/a%3Ab%2Fc/n HTTP/1.1"));
    for (size_t i = 0; i < sizeof(s_bad) / sizeof(s_bad[0]); i++) {
        case_request(&c, HTTP_GET, s_bad[i]);
        c.call.path_encoded = 1;
        CHECK_INT(case_perform(&c), AOSE_INVALID_ARGUMENT);
        CHECK_INT(c.call.failure, OSSI_FAIL_INVALID);
    }
    case_close(&c);
}

/* Query parameters go in the table's order, component form, a name alone when the value is empty.
 */
static void s_test_query(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    apr_table_addn(c.req->query_params, "z", "1/2");
    apr_table_addn(c.req->query_params, "acl", "");
    apr_table_addn(c.req->query_params, "Z a", "x&y=\xc3\xa9");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 0, "GET /key?z=1%2F2&acl&Z%20a=x%26y%3D%C3%A9 HTTP/1.1"));
    case_close(&c);
}

/* A signed URL goes out as it is, parameters and all. */
static void s_test_signed_url(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    apr_table_addn(c.req->query_params, "ignored", "1");
    c.req->signed_url = apr_psprintf(c.pool, "http://127.0.0.1:%d/a/../%%2f?sig=%%2B&x",
                                     tiny_server_port(c.server));
    c.req->host = NULL;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 0, "GET /a/../%2f?sig=%2B&x HTTP/1.1"));
    case_close(&c);
}

static void s_refused(transport_case_t *c, const char *why) {
    CHECK_INT(case_perform(c), AOSE_INVALID_ARGUMENT);
    CHECK_INT(c->call.failure, OSSI_FAIL_INVALID);
    CHECK(c->t->controller->reason != NULL && strstr(c->t->controller->reason, "secret") == NULL);
    CHECK_INT(tiny_server_connections(c->server), 0);
    if (check_failures > 0) {
        fprintf(stderr, "  (%s)\n", why);
    }
}

/* URLs that cannot be sent are refused before a connection is made. */
static void s_test_bad_urls(void) {
    static const char *const s_hosts[] = {"",
                                          "a b",
                                          "a/b",
                                          "a\r\nX: y",
                                          "u@h",
                                          "h?x",
                                          "h#x",
                                          "\xc3\xa9h",
                                          "h\\x",
                                          "h%41",
                                          "a\x01"
                                          "b",
                                          "a\x7f"};
    static const char *const s_urls[] = {"ftp://127.0.0.1/secret",
                                         "file:///etc/secret",
                                         "127.0.0.1/secret",
                                         "http://127.0.0.1/a secret",
                                         "http://127.0.0.1/\r\nsecret",
                                         "http://user:secret@127.0.0.1:1/"};
    static const char *const s_protos[] = {"ftp://", "file://", "http:/", "https", "x"};
    transport_case_t c;
    case_open1(&c, s_empty);
    for (size_t i = 0; i < sizeof(s_hosts) / sizeof(s_hosts[0]); i++) {
        case_request(&c, HTTP_GET, "k");
        c.req->host = apr_pstrdup(c.pool, s_hosts[i]);
        s_refused(&c, s_hosts[i]);
    }
    for (size_t i = 0; i < sizeof(s_urls) / sizeof(s_urls[0]); i++) {
        case_request(&c, HTTP_GET, "k");
        c.req->signed_url = apr_pstrdup(c.pool, s_urls[i]);
        s_refused(&c, s_urls[i]);
    }
    for (size_t i = 0; i < sizeof(s_protos) / sizeof(s_protos[0]); i++) {
        case_request(&c, HTTP_GET, "k");
        c.req->proto = apr_pstrdup(c.pool, s_protos[i]);
        s_refused(&c, s_protos[i]);
    }
    case_request(&c, HTTP_GET, "k");
    c.req->host = NULL;
    s_refused(&c, "no host");
    char *longest = apr_pcalloc(c.pool, 100 * 1024);
    memset(longest, '?', 100 * 1024 - 1);
    case_request(&c, HTTP_GET, longest);
    s_refused(&c, "long");
    case_close(&c);
}

/* The caller's headers are sent as given, empty ones too; those that frame the body are not.
 */
static void s_test_headers(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, "abc", 3);
    apr_table_addn(c.req->headers, "Host", "other.example");
    apr_table_addn(c.req->headers, "content-length", "99");
    apr_table_addn(c.req->headers, "Transfer-Encoding", "chunked");
    apr_table_addn(c.req->headers, "Expect", "");
    apr_table_addn(c.req->headers, "x-oss-empty", "");
    apr_table_addn(c.req->headers, "x-oss-meta-a", "\xe4\xb8\xad: v;");
    apr_table_addn(c.req->headers, "x-oss-meta-a", "again");
    apr_table_addn(c.req->headers, "Content-Type", "text/x");
    apr_table_addn(c.req->headers, "User-Agent", "mine");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 0, "Host: other.example"));
    CHECK(case_has_line(&c, 0, "Content-Length: 3"));
    CHECK(strcasestr(case_head(&c, 0), "99") == NULL);
    CHECK(strcasestr(case_head(&c, 0), "chunked") == NULL);
    CHECK(strcasestr(case_head(&c, 0), "Expect") == NULL);
    CHECK(case_has_line(&c, 0, "x-oss-empty:"));
    CHECK(case_has_line(&c, 0, "x-oss-meta-a: \xe4\xb8\xad: v;"));
    CHECK(case_has_line(&c, 0, "x-oss-meta-a: again"));
    CHECK(case_has_line(&c, 0, "Content-Type: text/x"));
    CHECK(case_has_line(&c, 0, "User-Agent: mine"));
    CHECK(strstr(case_head(&c, 0), AOS_VER) == NULL);
    CHECK(strstr(case_head(&c, 0), "127.0.0.1") == NULL);
    case_close(&c);
}

/* Header names and values that would break the request are refused before anything is sent. */
static void s_test_bad_headers(void) {
    static const char *const s_pairs[][2] = {{"x-a", "v\r\nX-Evil: secret"},
                                             {"x-a", "v\n"},
                                             {"x-a", "\r"},
                                             {"", "v"},
                                             {"x a", "v"},
                                             {"x:a", "v"},
                                             {"x\r\n", "v"},
                                             {"x;", "v"},
                                             {"\xc3\xa9", "v"},
                                             {"x\x01", "v"},
                                             {" x", "v"},
                                             {"x(", ""}};
    transport_case_t c;
    case_open1(&c, s_empty);
    for (size_t i = 0; i < sizeof(s_pairs) / sizeof(s_pairs[0]); i++) {
        case_request(&c, HTTP_GET, "k");
        apr_table_addn(c.req->headers, s_pairs[i][0], s_pairs[i][1]);
        s_refused(&c, s_pairs[i][0]);
    }
    char *large = apr_pcalloc(c.pool, 70 * 1024);
    memset(large, 'v', 70 * 1024 - 1);
    case_request(&c, HTTP_GET, "k");
    apr_table_addn(c.req->headers, "x-a", large);
    s_refused(&c, "long");
    large[60 * 1024] = '\0';
    case_request(&c, HTTP_GET, "k");
    for (int i = 0; i < 5; i++) {
        apr_table_addn(c.req->headers, "x-a", large);
    }
    s_refused(&c, "many");
    aos_http_transport_options_t options = {.user_agent = apr_pstrdup(c.pool, "a\nb")};
    case_request(&c, HTTP_GET, "k");
    c.t->options = &options;
    s_refused(&c, "agent");
    case_close(&c);
}

/* An Expect of the caller's own is honoured, and 417 after it is not the end. */
static void s_test_expect(void) {
    static const tiny_step_t s_steps[] = {{TINY_READ_HEAD, NULL, 0},
                                          TINY_TEXT("HTTP/1.1 417 No\r\nx-first: 1\r\n"
                                                    "Content-Length: 0\r\n\r\n"),
                                          {TINY_READ, NULL, 0},
                                          TINY_TEXT(OK_0),
                                          {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    case_request(&c, HTTP_PUT, "key");
    case_body(&c, "abc", 3);
    apr_table_addn(c.req->headers, "Expect", "100-continue");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK_INT(c.resp->status, 200);
    CHECK_STR(apr_table_get(c.resp->headers, "x-first"), NULL);
    CHECK(case_has_line(&c, 0, "Expect: 100-continue"));
    CHECK_STR(tiny_server_request(c.server, 1)->body, "abc");
    case_close(&c);
}

/* What a body that asks for leave gets, and what becomes of the request. */
static void s_test_leave(void) {
    static const char s_go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    static const char s_refused[] = "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n";
    static const char s_last_word[] = "HTTP/1.1 417 No\r\nConnection: close\r\n\r\n";
    static const struct {
        const char *first; /* before the body is read */
        int is_sent;
        int status;
    } s_rows[] = {{s_go_on, 1, 200},
                  {"", 1, 200}, /* after a while */
                  {s_refused, 0, 403},
                  {s_last_word, 0, 417}};
    for (size_t i = 0; i < sizeof(s_rows) / sizeof(s_rows[0]); i++) {
        const char *first = s_rows[i].first;
        const tiny_step_t steps[] = {{TINY_READ_HEAD, NULL, 0},
                                     {TINY_SEND, first, strlen(first)},
                                     {TINY_READ_HEAD, NULL, 0}, /* the body ends like one */
                                     TINY_TEXT(OK_0),
                                     {TINY_CLOSE, NULL, 0}};
        const tiny_step_t refuses[] = {
            {TINY_READ_HEAD, NULL, 0}, {TINY_SEND, first, strlen(first)}, {TINY_CLOSE, NULL, 0}};
        transport_case_t c;
        case_open1(&c, s_rows[i].is_sent ? steps : refuses);
        case_request(&c, HTTP_PUT, "key");
        case_body(&c, "abc\r\n\r\n", 7);
        apr_table_addn(c.req->headers, "Expect", "100-continue");
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK_INT(c.resp->status, s_rows[i].status);
        CHECK_INT(c.call.sent_bytes, s_rows[i].is_sent ? 7 : 0);
        CHECK_STR(case_head(&c, 1), s_rows[i].is_sent ? "abc\r\n\r\n" : "");
        case_close(&c);
    }
}

/* The request line and the Host line of URLs in all their forms, as a proxy sees them. */
static void s_test_url_forms(void) {
    static const char *const s_rows[][3] = {
        {"http://h", "http://h/", "h"},
        {"http://h?x=1", "http://h/?x=1", "h"},
        {"http://h#part", "http://h/", "h"},
        {"http://h/a?b#c?d/e", "http://h/a?b", "h"},
        {"http://h/?#", "http://h/?", "h"},
        {"http://h//", "http://h//", "h"},
        {"HTTP://H:80/a", "HTTP://H:80/a", "H"},
        {"http://h:443/a", "http://h:443/a", "h:443"},
        {"http://h:8080", "http://h:8080/", "h:8080"},
        {"http://h:180/", "http://h:180/", "h:180"},
        {"http://127.0.0.1:80/", "http://127.0.0.1:80/", "127.0.0.1"},
        {"http://[::1]/a", "http://[::1]/a", "[::1]"},
        {"http://[::80]:80/a", "http://[::80]:80/a", "[::80]"},
        {"http://[2001:db8::80]:81?x", "http://[2001:db8::80]:81/?x", "[2001:db8::80]:81"},
    };
    transport_case_t c;
    case_open1(&c, s_empty);
    char *proxy = c.req->host;
    for (size_t i = 0; i < sizeof(s_rows) / sizeof(s_rows[0]); i++) {
        case_request(&c, HTTP_GET, "key");
        c.t->controller->options->proxy_host = proxy;
        c.req->signed_url = apr_pstrdup(c.pool, s_rows[i][0]);
        apr_table_addn(c.req->headers, "x-none", NULL);
        CHECK_INT(case_perform(&c), AOSE_OK);
        CHECK(case_has_line(&c, i, apr_psprintf(c.pool, "GET %s HTTP/1.1", s_rows[i][1])));
        CHECK(case_has_line(&c, i, apr_psprintf(c.pool, "Host: %s", s_rows[i][2])));
        CHECK(case_has_line(&c, i, "x-none:"));
    }
    case_close(&c);
}

/* The request's own agent, and one longer than any fixed buffer. */
static void s_test_user_agent(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    char *text = apr_pcalloc(c.pool, 3001);
    memset(text, 'a', 3000);
    aos_http_transport_options_t options = {.user_agent = text};
    c.t->options = &options;
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 0, apr_pstrcat(c.pool, "User-Agent: ", text, NULL)));
    case_close(&c);
}

/* Through a proxy the whole URL is asked for, with Basic credentials; the environment's proxies are
 * not used, and the next request on the handle goes straight again. */
static void s_test_proxy(void) {
    transport_case_t c;
    case_open1(&c, s_empty);
    CHECK_INT(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 0, "GET /key HTTP/1.1"));
    case_request(&c, HTTP_GET, "key");
    c.t->controller->options->proxy_host = c.req->host;
    c.t->controller->options->proxy_auth = apr_pstrdup(c.pool, "user:pa:ss");
    c.req->host = apr_pstrdup(c.pool, "no.such.host.invalid");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 1, "GET http://no.such.host.invalid/key HTTP/1.1"));
    CHECK(case_has_line(&c, 1, "Proxy-Authorization: Basic dXNlcjpwYTpzcw=="));
    case_request(&c, HTTP_GET, "key");
    CHECK_INT(case_perform(&c), AOSE_OK);
    CHECK(case_has_line(&c, 2, "GET /key HTTP/1.1"));
    CHECK(strstr(case_head(&c, 2), "Proxy-Authorization") == NULL);
    CHECK_INT(unsetenv("http_proxy"), 0);
    case_close(&c);
}

/* A refused tunnel and a proxy nobody understands are connection failures without its password. */
static void s_test_proxy_failures(void) {
    static const tiny_step_t s_steps[] = {
        {TINY_READ, NULL, 0},
        TINY_TEXT("HTTP/1.1 407 Who\r\nx-proxy: 1\r\nContent-Length: 0\r\n\r\n"),
        {TINY_CLOSE, NULL, 0}};
    transport_case_t c;
    case_open1(&c, s_steps);
    c.t->controller->options->proxy_host = c.req->host;
    c.req->host = apr_pstrdup(c.pool, "no.such.host.invalid");
    c.req->proto = apr_pstrdup(c.pool, "https://");
    CHECK_INT(case_perform(&c), AOSE_FAILED_CONNECT);
    CHECK_INT(c.call.failure, OSSI_FAIL_CONNECT);
    CHECK(apr_is_empty_table(c.resp->headers));
    case_request(&c, HTTP_GET, "key");
    c.t->controller->options->proxy_host = apr_pstrdup(c.pool, "http://u:secret@[bad:/");
    CHECK(case_perform(&c) != AOSE_OK);
    CHECK(c.t->controller->reason != NULL && strstr(c.t->controller->reason, "secret") == NULL);
    case_close(&c);
}

int main(int argc, char **argv) {
    static const check_test_t s_tests[] = {
        {"paths", s_test_paths},
        {"methods", s_test_methods},
        {"path_style", s_test_path_style},
        {"encoded_path", s_test_encoded_path},
        {"query", s_test_query},
        {"signed_url", s_test_signed_url},
        {"bad_urls", s_test_bad_urls},
        {"headers", s_test_headers},
        {"bad_headers", s_test_bad_headers},
        {"expect", s_test_expect},
        {"leave", s_test_leave},
        {"url_forms", s_test_url_forms},
        {"user_agent", s_test_user_agent},
        {"proxy", s_test_proxy},
        {"proxy_failures", s_test_proxy_failures},
    };
    return check_main(argc, argv, s_tests, sizeof(s_tests) / sizeof(s_tests[0]));
}
