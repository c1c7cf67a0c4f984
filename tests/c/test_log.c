/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "aos_log.h"
#include "ossi_log.h"
#include "ossi_str.h"

#define MIB ((size_t)1 << 20)

static char s_line[OSSI_MAX_LOG_LINE + 1];
static int s_lines;

static void s_keep(const char *message, int len) {
    s_lines++;
    CHECK(len > 0 && len <= OSSI_MAX_LOG_LINE);
    memcpy(s_line, message, (size_t)len);
    s_line[len] = '\0';
}

static void s_start(aos_log_level_e level) {
    aos_log_set_print(s_keep);
    aos_log_set_level(level);
    s_lines = 0;
    s_line[0] = '\0';
}

static void s_stop(void) {
    aos_log_set_print(NULL);
    aos_log_set_format(NULL);
    aos_log_set_output(NULL);
    aos_log_set_level(AOS_LOG_WARN);
}

static void test_default_level_is_warn(void) {
    CHECK_INT(aos_log_level, AOS_LOG_WARN);
    CHECK_INT(aos_log_is_on(AOS_LOG_ERROR), 1);
    CHECK_INT(aos_log_is_on(AOS_LOG_INFO), 0);
}

static void test_levels(void) {
    s_start(AOS_LOG_INFO);
    aos_debug_log("not made %d", 1);
    CHECK_INT(s_lines, 0);
    aos_info_log("made %d", 1);
    aos_fatal_log("made too");
    CHECK_INT(s_lines, 2);
    aos_log_set_level(AOS_LOG_OFF);
    aos_fatal_log("nothing is");
    CHECK_INT(s_lines, 2);
    aos_log_set_level(AOS_LOG_ALL);
    aos_trace_log("everything is");
    CHECK_INT(s_lines, 3);
    s_stop();
}

static void test_macros_are_one_statement(void) {
    s_start(AOS_LOG_WARN);
    if (s_lines == 1)
        aos_error_log("first branch");
    else
        aos_warn_log("second branch");
    CHECK(strstr(s_line, "second branch") != NULL);
    s_stop();
}

static void test_shape_of_a_line(void) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0, end = 0;
    s_start(AOS_LOG_WARN);
    aos_warn_log("%s %d", "text", 5);
    CHECK_INT(sscanf(s_line, "[%4d-%2d-%2d %2d:%2d:%2d.%3d] %*u %n", &year, &month, &day, &hour,
                     &minute, &second, &ms, &end),
              7);
    CHECK(year > 2020 && month >= 1 && month <= 12 && ms >= 0);
    CHECK(strncmp(s_line + end, "test_log.c:", 11) == 0);
    CHECK(strstr(s_line, " text 5\n") != NULL);
    s_stop();
}

static void test_a_line_of_any_length_fits(void) {
    char *huge = malloc(MIB + 1);
    CHECK(huge != NULL);
    if (huge == NULL) {
        return;
    }
    s_start(AOS_LOG_WARN);
    memset(huge, 'x', MIB);
    huge[MIB] = '\0';
    aos_error_log("%s", huge);
    CHECK_INT(strlen(s_line), OSSI_MAX_LOG_LINE);
    CHECK_STR(s_line + OSSI_MAX_LOG_LINE - 3, "xx\n");
    aos_log_format_default(AOS_LOG_ERROR, huge, 1, huge, "%s", huge);
    CHECK_INT(strlen(s_line), OSSI_MAX_LOG_LINE);
    for (size_t n = OSSI_MAX_LOG_LINE - 100; n < OSSI_MAX_LOG_LINE + 10; n++) {
        aos_error_log("%.*s", (int)n, huge);
    }
    CHECK_STR(s_line + OSSI_MAX_LOG_LINE - 3, "xx\n");
    s_stop();
    free(huge);
}

static void test_control_characters_do_not_make_lines(void) {
    s_start(AOS_LOG_WARN);
    aos_error_log("a\nb\rc\033[31m\x7f\td");
    CHECK(strstr(s_line, "a?b?c?[31m?\td\n") != NULL);
    s_stop();
}

static const struct {
    const char *text, *expected;
} s_redactions[] = {
    {"nothing secret here", "nothing secret here"},
    {"Authorization: OSS id:c2lnbmF0dXJl", "Authorization: ***"},
    {"> AUTHORIZATION:OSS4-HMAC-SHA256 Credential=x, Signature=y\r\nHost: h",
     "> AUTHORIZATION:***\r\nHost: h"},
    {"Proxy-Authorization: Basic abc\nx: y", "Proxy-Authorization: ***\nx: y"},
    {"x-oss-security-token: CAIS/token+==\r\nDate: d", "x-oss-security-token: ***\r\nDate: d"},
    {"GET /k?OSSAccessKeyId=id&Expires=1&Signature=a%2Bb%3D&x=1 HTTP/1.1",
     "GET /k?OSSAccessKeyId=id&Expires=1&Signature=***&x=1 HTTP/1.1"},
    {"?x-oss-credential=id%2Fday&x-oss-signature=00ff&x-oss-signature-version=OSS4",
     "?x-oss-credential=id%2Fday&x-oss-signature=***&x-oss-signature-version=OSS4"},
    {"?security-token=abc&x-oss-security-token=def",
     "?security-token=***&x-oss-security-token=***"},
    {"Credential=id/day,Signature=abc,x", "Credential=id/day,Signature=***,x"},
    {"<SecurityToken>abc</SecurityToken><Code>c</Code>",
     "<SecurityToken>***</SecurityToken><Code>c</Code>"},
    {"{\"AccessKeySecret\": \"abc\", \"Expiration\": \"e\"}\nnext",
     "{\"AccessKeySecret\": \"***\nnext"},
    {"OSS_ACCESS_KEY_SECRET=abc def", "OSS_ACCESS_KEY_SECRET=*** def"},
    {"access_key_secret = 'abc'", "access_key_secret = '***'"},
    {"signature of the day", "signature of the day"},
    {"Signature=", "Signature="},
    {"Signature", "Signature"},
    {"my-signature=kept", "my-signature=kept"},
    {"=:>Signature=a", "=:>Signature=***"},
    {"", ""},
};

static void test_redaction(void) {
    for (size_t i = 0; i < sizeof(s_redactions) / sizeof(s_redactions[0]); i++) {
        char out[256];
        size_t n =
            ossi_log_redact(s_redactions[i].text, strlen(s_redactions[i].text), out, sizeof(out));
        out[n] = '\0';
        CHECK_STR(out, s_redactions[i].expected);
    }
}

static void test_redaction_is_cut_at_its_size(void) {
    static const char text[] = "Signature=a&Signature=b&Signature=c";
    static const char full[] = "Signature=***&Signature=***&Signature=***";
    for (size_t size = 0; size <= sizeof(full); size++) {
        char *out = malloc(size + 1);
        CHECK(out != NULL);
        if (out != NULL) {
            size_t expected = size < sizeof(full) - 1 ? size : sizeof(full) - 1;
            CHECK_INT(ossi_log_redact(text, sizeof(text) - 1, out, size), expected);
            CHECK_MEM(out, full, expected);
        }
        free(out);
    }
}

static void test_secrets_do_not_reach_a_line(void) {
    s_start(AOS_LOG_DEBUG);
    aos_debug_log("%s: %s", "authorization", "OSS id:topsecret");
    CHECK(strstr(s_line, "topsecret") == NULL);
    aos_debug_log("url %s?%s=%s", "http://h/k", "Signature", "topsecret");
    CHECK(strstr(s_line, "topsecret") == NULL);
    CHECK(strstr(s_line, "Signature=***") != NULL);
    s_stop();
}

static int s_formats;

static void s_format(int level, const char *file, int line, const char *function, const char *fmt,
                     ...) {
    s_formats++;
    CHECK_INT(level, AOS_LOG_ERROR);
    CHECK(file != NULL && line > 0 && function != NULL);
    CHECK_STR(fmt, "value %d");
}

static void test_own_format(void) {
    s_start(AOS_LOG_WARN);
    aos_log_set_format(s_format);
    aos_error_log("value %d", 1);
    CHECK_INT(s_formats, 1);
    CHECK_INT(s_lines, 0);
    aos_log_set_format(NULL);
    aos_error_log("value %d", 1);
    CHECK_INT(s_formats, 1);
    CHECK_INT(s_lines, 1);
    s_stop();
}

static void test_output_to_a_file(void) {
    char path[] = "test_log.XXXXXX", text[256] = "";
    apr_pool_t *pool = NULL;
    apr_file_t *file = NULL;
    apr_size_t n = sizeof(text) - 1;
    apr_off_t start = 0;
    apr_pool_create(&pool, NULL);
    CHECK_INT(apr_file_mktemp(&file, path, 0, pool), APR_SUCCESS);
    aos_log_set_output(file);
    aos_warn_log("to the file");
    aos_log_print_default("nothing", 0);
    aos_log_print_default("nothing", -5);
    s_stop();
    CHECK_INT(apr_file_seek(file, APR_SET, &start), APR_SUCCESS);
    CHECK_INT(apr_file_read(file, text, &n), APR_SUCCESS);
    CHECK(strstr(text, "to the file\n") != NULL);
    CHECK(strstr(text, "nothing") == NULL);
    apr_pool_destroy(pool);
}

static void test_default_output_is_standard_error(void) {
    int ends[2], saved = dup(STDERR_FILENO);
    char text[256] = "";
    CHECK_INT(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    aos_warn_log("to standard error");
    dup2(saved, STDERR_FILENO);
    close(ends[1]);
    CHECK(read(ends[0], text, sizeof(text) - 1) > 0);
    CHECK(strstr(text, "to standard error\n") != NULL);
    close(ends[0]);
    close(saved);
}

static void s_drop(const char *message, int len) {
    CHECK(message[len - 1] == '\n');
}

static void *s_log_a_lot(void *arg) {
    for (int i = 0; i < 500; i++) {
        aos_log_set_level(i % 2 ? AOS_LOG_WARN : AOS_LOG_DEBUG);
        aos_log_set_print(s_drop);
        aos_log_set_format(NULL);
        aos_warn_log("thread %p line %d", arg, i);
    }
    return NULL;
}

static void test_threads_may_log_and_set(void) {
    pthread_t threads[4];
    aos_log_set_print(s_drop);
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, s_log_a_lot, NULL), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    }
    s_stop();
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"default_level_is_warn", test_default_level_is_warn},
        {"levels", test_levels},
        {"macros_are_one_statement", test_macros_are_one_statement},
        {"shape_of_a_line", test_shape_of_a_line},
        {"a_line_of_any_length_fits", test_a_line_of_any_length_fits},
        {"control_characters_do_not_make_lines", test_control_characters_do_not_make_lines},
        {"redaction", test_redaction},
        {"redaction_is_cut_at_its_size", test_redaction_is_cut_at_its_size},
        {"secrets_do_not_reach_a_line", test_secrets_do_not_reach_a_line},
        {"own_format", test_own_format},
        {"output_to_a_file", test_output_to_a_file},
        {"default_output_is_standard_error", test_default_output_is_standard_error},
        {"threads_may_log_and_set", test_threads_may_log_and_set},
    };
    apr_initialize();
    int status = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    apr_terminate();
    return status;
}
