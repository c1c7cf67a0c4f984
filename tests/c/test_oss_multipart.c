/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "fake_transport.h"

#include <stdlib.h>
#include <unistd.h>

#include "aos_http_io.h"
#include "ossi_crc64.h"

static oss_request_options_t *s_options;
static aos_string_t s_bucket;
static aos_string_t s_key;
static aos_string_t s_id;

static void s_begin(void) {
    s_options = fake_begin("oss-x.com");
    s_bucket = fake_string("bkt");
    s_key = fake_string("dir/a.txt");
    s_id = fake_string("0004B9");
}

static void s_end(void) {
    fake_end(s_options);
}

static const char *s_crc(const char *text) {
    return apr_psprintf(s_options->pool, "%" APR_UINT64_T_FMT, ossi_crc64(0, text, strlen(text)));
}

static void s_add_part(aos_list_t *list, const char *number, const char *etag) {
    oss_complete_part_content_t *part = oss_create_complete_part_content(s_options->pool);
    part->part_number = fake_string(number);
    part->etag = fake_string(etag);
    aos_list_add_tail(&part->node, list);
}

/* The upload id comes out of the answer, through a namespace and past one of the same name deeper
 * down. */
static void test_initiate(void) {
    s_begin();
    aos_table_t *headers = aos_table_make(s_options->pool, 1);
    fake_answer_t answer = {
        .status = 200,
        .body = "<?xml version=\"1.0\"?><InitiateMultipartUploadResult "
                "xmlns=\"http://doc.oss-cn-hangzhou.aliyuncs.com\"><Bucket>bkt</Bucket>"
                "<UploadId>0004B9894A22</UploadId><X><UploadId>no</UploadId></X>"
                "</InitiateMultipartUploadResult>"};
    fake_lay(&answer);
    apr_table_set(headers, "x-oss-object-acl", "private");
    CHECK_INT(oss_init_multipart_upload(s_options, &s_bucket, &s_key, &s_id, headers, NULL)->code,
              200);
    CHECK_STR(s_id.data, "0004B9894A22");
    CHECK_INT(s_id.len, 12);
    CHECK_INT(fake_seen()->method, HTTP_POST);
    CHECK_STR(fake_param("uploads"), "");
    CHECK_STR(fake_header("Content-Type"), "text/plain");
    CHECK_STR(fake_header("x-oss-object-acl"), "private");
    s_end();
}

/* Without an id in the answer there is no upload. */
static void test_initiate_failures(void) {
    static const struct {
        int status;
        const char *body;
        int code;
        const char *error_code;
    } rows[] = {
        {200, "", AOSE_XML_PARSE_ERROR, "ParseXmlError"},
        {200, "<a/>", AOSE_XML_PARSE_ERROR, "ParseXmlError"},
        {200, "<InitiateMultipartUploadResult/>", AOSE_XML_PARSE_ERROR, "ParseXmlError"},
        {200, "<InitiateMultipartUploadResult><UploadId>x", AOSE_XML_PARSE_ERROR, "ParseXmlError"},
        {403, "<Error><Code>AccessDenied</Code></Error>", 403, "AccessDenied"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        s_begin();
        fake_answer_t answer = {
            .status = rows[i].status, .headers = {"x-oss-request-id", "R"}, .body = rows[i].body};
        fake_lay(&answer);
        aos_status_t *s =
            oss_init_multipart_upload(s_options, &s_bucket, &s_key, &s_id, NULL, NULL);
        CHECK_INT(s->code, rows[i].code);
        CHECK_STR(s->error_code, rows[i].error_code);
        CHECK_STR(s->req_id, "R");
        CHECK(s_id.data == NULL && s_id.len == 0);
        s_end();
    }
}

/* A part goes under its number and id, its CRC is compared. */
static void test_upload_part(void) {
    s_begin();
    aos_list_t body;
    fake_answer_t answer = {.status = 200, .headers = {OSS_HASH_CRC64_ECMA, s_crc("part")}};
    fake_lay(&answer);
    fake_body(s_options->pool, &body, "part");
    aos_status_t *s =
        oss_upload_part_from_buffer(s_options, &s_bucket, &s_key, &s_id, 10000, &body, NULL);
    CHECK_INT(s->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_PUT);
    CHECK_STR(fake_param("partNumber"), "10000");
    CHECK_STR(fake_param("uploadId"), "0004B9");
    CHECK_STR(fake_seen()->body, "part");
    fake_body(s_options->pool, &body, "trap");
    s = oss_upload_part_from_buffer(s_options, &s_bucket, &s_key, &s_id, 1, &body, NULL);
    CHECK_INT(s->code, AOSE_CRC_INCONSISTENT_ERROR);
    s_end();
}

/* The range of a file is sent, cut at its end. */
static void test_upload_part_file(void) {
    s_begin();
    char path[FAKE_PATH_SIZE];
    fake_make_file(path, "0123456789");
    oss_upload_file_t *file = oss_create_upload_file(s_options->pool);
    file->filename = fake_string(path);
    file->file_pos = 3;
    file->file_last = 6;
    CHECK_INT(oss_upload_part_from_file(s_options, &s_bucket, &s_key, &s_id, 1, file, NULL)->code,
              200);
    CHECK_STR(fake_seen()->body, "345");
    file->file_last = 99;
    CHECK_INT(oss_upload_part_from_file(s_options, &s_bucket, &s_key, &s_id, 1, file, NULL)->code,
              200);
    CHECK_STR(fake_seen()->body, "3456789");
    file->file_pos = 11;
    aos_status_t *s = oss_upload_part_from_file(s_options, &s_bucket, &s_key, &s_id, 1, file, NULL);
    CHECK_STR(s->error_code, "OpenFileFail");
    s = oss_upload_part_from_file(s_options, &s_bucket, &s_key, &s_id, 1, NULL, NULL);
    CHECK_STR(s->error_code, "ClientError");
    CHECK_INT(fake_seen()->count, 2);
    CHECK(unlink(path) == 0);
    s_end();
}

/* Numbers, ids and keys that would make another request of it are refused. */
static void test_bad_arguments(void) {
    s_begin();
    static const int numbers[] = {0, -1, 10001};
    aos_string_t empty = fake_string("");
    aos_list_t body;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        fake_body(s_options->pool, &body, "x");
        aos_status_t *s = oss_upload_part_from_buffer(s_options, &s_bucket, &s_key, &s_id,
                                                      numbers[i], &body, NULL);
        CHECK_INT(s->code, AOSE_INVALID_ARGUMENT);
        CHECK_STR(s->error_msg, "The part number is not between 1 and 10000.");
    }
    CHECK_STR(oss_abort_multipart_upload(s_options, &s_bucket, &s_key, &empty, NULL)->error_msg,
              "The upload id is invalid.");
    CHECK_STR(oss_abort_multipart_upload(s_options, &s_bucket, &s_key, NULL, NULL)->error_msg,
              "The upload id is invalid.");
    CHECK_STR(oss_abort_multipart_upload(s_options, &s_bucket, &empty, &s_id, NULL)->error_code,
              "ObjectNameInvalidError");
    CHECK_STR(
        oss_init_multipart_upload(s_options, &s_bucket, &empty, &s_id, NULL, NULL)->error_code,
        "ObjectNameInvalidError");
    s_id = fake_string("id");
    CHECK_STR(oss_upload_part_from_buffer(s_options, &s_bucket, &empty, &s_id, 1, &body, NULL)
                  ->error_code,
              "ObjectNameInvalidError");
    CHECK_INT(fake_seen()->count, 0);
    s_end();
}

static void test_abort(void) {
    s_begin();
    fake_answer_t answer = {.status = 204};
    fake_lay(&answer);
    CHECK_INT(oss_abort_multipart_upload(s_options, &s_bucket, &s_key, &s_id, NULL)->code, 204);
    CHECK_INT(fake_seen()->method, HTTP_DELETE);
    CHECK_STR(fake_param("uploadId"), "0004B9");
    s_end();
}

/* The document has the parts in the list's order, escaped; the type is XML unless given. */
static void test_complete(void) {
    s_begin();
    aos_list_t parts;
    aos_list_t resp_body;
    aos_list_init(&parts);
    s_add_part(&parts, "1", "\"AB<&>\"");
    s_add_part(&parts, "2", "CD");
    fake_answer_t answer = {.status = 200, .body = "{\"from\":\"application\"}"};
    fake_lay(&answer);
    aos_table_t *headers = aos_table_make(s_options->pool, 1);
    apr_table_set(headers, OSS_CALLBACK, "e30=");
    aos_status_t *s = oss_do_complete_multipart_upload(s_options, &s_bucket, &s_key, &s_id, &parts,
                                                       headers, NULL, NULL, &resp_body);
    CHECK_INT(s->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_POST);
    CHECK_STR(fake_param("uploadId"), "0004B9");
    CHECK_STR(fake_header("Content-Type"), "application/xml");
    CHECK_STR(fake_header("x-oss-callback"), "e30=");
    CHECK_STR(fake_seen()->body,
              "<CompleteMultipartUpload>"
              "<Part><PartNumber>1</PartNumber><ETag>&quot;AB&lt;&amp;&gt;&quot;</ETag></Part>"
              "<Part><PartNumber>2</PartNumber><ETag>CD</ETag></Part>"
              "</CompleteMultipartUpload>");
    CHECK_STR(fake_text(s_options->pool, &resp_body), "{\"from\":\"application\"}");
    CHECK(!aos_list_empty(&parts));
    apr_table_set(headers, "Content-Type", "text/xml");
    s = oss_complete_multipart_upload(s_options, &s_bucket, &s_key, &s_id, &parts, headers, NULL);
    CHECK_INT(s->code, 200);
    CHECK_STR(fake_header("Content-Type"), "text/xml");
    s_end();
}

/* Without parts only "complete all" makes sense, and then there is no body. */
static void test_complete_without_parts(void) {
    s_begin();
    aos_list_t parts;
    aos_list_init(&parts);
    aos_status_t *s =
        oss_complete_multipart_upload(s_options, &s_bucket, &s_key, &s_id, &parts, NULL, NULL);
    CHECK_STR(s->error_msg, "The list of parts is empty.");
    aos_table_t *headers = aos_table_make(s_options->pool, 1);
    apr_table_set(headers, "x-oss-complete-all", "yes");
    s = oss_complete_multipart_upload(s_options, &s_bucket, &s_key, &s_id, NULL, headers, NULL);
    CHECK_INT(s->code, 200);
    CHECK_INT(fake_seen()->body_len, 0);
    CHECK_INT(fake_seen()->count, 1);
    s_end();
}

static void test_complete_bad_parts(void) {
    static const struct {
        const char *number;
        const char *etag;
    } rows[] = {{"0", "E"}, {"10001", "E"}, {"x", "E"}, {"", "E"}, {"1", ""}, {"-1", "E"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        s_begin();
        aos_list_t parts;
        aos_list_init(&parts);
        s_add_part(&parts, rows[i].number, rows[i].etag);
        aos_status_t *s =
            oss_complete_multipart_upload(s_options, &s_bucket, &s_key, &s_id, &parts, NULL, NULL);
        CHECK_INT(s->code, AOSE_INVALID_ARGUMENT);
        CHECK_INT(fake_seen()->count, 0);
        s_end();
    }
}

static const char s_page[] =
    "<ListPartsResult><Bucket>b</Bucket><NextPartNumberMarker>2</NextPartNumberMarker>"
    "<IsTruncated>true</IsTruncated>"
    "<Part><PartNumber>1</PartNumber><LastModified>2012-02-23T07:01:34.000Z</LastModified>"
    "<ETag>\"33\"</ETag><Size>6291456</Size></Part>"
    "<Part><PartNumber>2</PartNumber><ETag>&quot;44&quot;</ETag><Size>1</Size></Part>"
    "</ListPartsResult>";

/* Pages add to the list, the markers say where it goes on. */
static void test_list_parts(void) {
    s_begin();
    oss_list_upload_part_params_t *params = oss_create_list_upload_part_params(s_options->pool);
    fake_answer_t answer = {.status = 200, .body = s_page};
    fake_lay(&answer);
    CHECK_INT(oss_list_upload_part(s_options, &s_bucket, &s_key, &s_id, params, NULL)->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_GET);
    CHECK_STR(fake_param("max-parts"), "1000");
    CHECK_STR(fake_param("encoding-type"), "url");
    CHECK_STR(fake_param("part-number-marker"), NULL);
    CHECK_INT(params->truncated, 1);
    CHECK_STR(params->next_part_number_marker.data, "2");
    oss_list_part_content_t *part =
        aos_list_get_first(&params->part_list, oss_list_part_content_t, node);
    CHECK_STR(part->part_number.data, "1");
    CHECK_STR(part->etag.data, "\"33\"");
    CHECK_STR(part->size.data, "6291456");
    CHECK_STR(part->last_modified.data, "2012-02-23T07:01:34.000Z");
    params->part_number_marker = params->next_part_number_marker;
    fake_answer_t last = {.status = 200,
                          .body = "<ListPartsResult><IsTruncated>false</IsTruncated>"
                                  "<Part><PartNumber>3</PartNumber></Part></ListPartsResult>"};
    fake_lay(&last);
    CHECK_INT(oss_list_upload_part(s_options, &s_bucket, &s_key, &s_id, params, NULL)->code, 200);
    CHECK_STR(fake_param("part-number-marker"), "2");
    CHECK_INT(params->truncated, 0);
    int count = 0;
    aos_list_for_each_entry(oss_list_part_content_t, part, &params->part_list, node) {
        count++;
    }
    CHECK_INT(count, 3);
    s_end();
}

/* A bad page changes nothing; one that is cut without a marker would loop for ever. */
static void test_list_parts_failures(void) {
    static const char *const bodies[] = {
        "", "<ListPartsResult><IsTruncated>maybe</IsTruncated></ListPartsResult>",
        "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>",
        "<ListPartsResult><Part><PartNumber>1</PartNumber></Part>"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        s_begin();
        oss_list_upload_part_params_t *params = oss_create_list_upload_part_params(s_options->pool);
        fake_answer_t answer = {.status = 200, .body = bodies[i]};
        fake_lay(&answer);
        aos_status_t *s = oss_list_upload_part(s_options, &s_bucket, &s_key, &s_id, params, NULL);
        CHECK_INT(s->code, AOSE_XML_PARSE_ERROR);
        CHECK_STR(s->error_code, "ParseXmlError");
        CHECK(aos_list_empty(&params->part_list));
        CHECK_INT(params->truncated, 1);
        s_end();
    }
}

static oss_upload_part_copy_params_t *s_copy_params(int64_t first, int64_t last) {
    oss_upload_part_copy_params_t *params = oss_create_upload_part_copy_params(s_options->pool);
    params->source_bucket = fake_string("src");
    params->source_object = fake_string("a/b");
    params->dest_bucket = s_bucket;
    params->dest_object = s_key;
    params->upload_id = s_id;
    params->part_num = 7;
    params->range_start = first;
    params->range_end = last;
    return params;
}

static void test_upload_part_copy(void) {
    s_begin();
    CHECK_INT(oss_upload_part_copy(s_options, s_copy_params(5, 9), NULL, NULL)->code, 200);
    CHECK_INT(fake_seen()->method, HTTP_PUT);
    CHECK_STR(fake_header("x-oss-copy-source"), "/src/a%2Fb");
    CHECK_STR(fake_header("x-oss-copy-source-range"), "bytes=5-9");
    CHECK_STR(fake_param("partNumber"), "7");
    CHECK_STR(fake_param("uploadId"), "0004B9");
    CHECK_STR(fake_seen()->resource, "bkt/dir/a.txt");
    CHECK_INT(oss_upload_part_copy(s_options, s_copy_params(0, -1), NULL, NULL)->code, 200);
    CHECK_STR(fake_header("x-oss-copy-source-range"), NULL);
    CHECK_INT(oss_upload_part_copy(s_options, s_copy_params(9, 5), NULL, NULL)->code,
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(oss_upload_part_copy(s_options, s_copy_params(-1, 5), NULL, NULL)->code,
              AOSE_INVALID_ARGUMENT);
    CHECK_INT(fake_seen()->count, 2);
    s_end();
}

int main(int argc, char **argv) {
    static const check_test_t tests[] = {
        {"initiate", test_initiate},
        {"initiate_failures", test_initiate_failures},
        {"upload_part", test_upload_part},
        {"upload_part_file", test_upload_part_file},
        {"bad_arguments", test_bad_arguments},
        {"abort", test_abort},
        {"complete", test_complete},
        {"complete_without_parts", test_complete_without_parts},
        {"complete_bad_parts", test_complete_bad_parts},
        {"list_parts", test_list_parts},
        {"list_parts_failures", test_list_parts_failures},
        {"upload_part_copy", test_upload_part_copy},
    };
    if (aos_http_io_initialize(NULL, 0) != AOSE_OK) {
        return 1;
    }
    int rc = check_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
    aos_http_io_deinitialize();
    return rc;
}
