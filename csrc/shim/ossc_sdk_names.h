/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_SDK_NAMES_H
#define OSSC_SDK_NAMES_H

#include "oss_api.h"
#include "aos_http_io.h"

/*
 * The SDK's own functions that Python calls. Between the marks stand plain redeclarations, so that
 * the compiler holds them against the SDK's headers and cffi reads the very same lines.
 */
/* --- cffi: begin --- */
int aos_base64_encode(const unsigned char *in, int inLen, char *out);
uint64_t aos_crc64(uint64_t crc, void *buf, size_t len);
uint64_t aos_crc64_combine(uint64_t crc1, uint64_t crc2, uintmax_t len2);
void HMAC_SHA1(unsigned char hmac[20], const unsigned char *key, int key_len,
               const unsigned char *message, int message_len);

aos_status_t *oss_do_put_object_from_buffer(const oss_request_options_t *options,
                                            const aos_string_t *bucket, const aos_string_t *object,
                                            aos_list_t *buffer, aos_table_t *headers,
                                            aos_table_t *params,
                                            oss_progress_callback progress_callback,
                                            aos_table_t **resp_headers, aos_list_t *resp_body);
aos_status_t *oss_do_put_object_from_file(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          const aos_string_t *filename, aos_table_t *headers,
                                          aos_table_t *params,
                                          oss_progress_callback progress_callback,
                                          aos_table_t **resp_headers, aos_list_t *resp_body);
aos_status_t *oss_do_get_object_to_buffer(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          aos_table_t *headers, aos_table_t *params,
                                          aos_list_t *buffer,
                                          oss_progress_callback progress_callback,
                                          aos_table_t **resp_headers);
aos_status_t *oss_do_append_object_from_buffer(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object, int64_t position,
                                               uint64_t init_crc, aos_list_t *buffer,
                                               aos_table_t *headers, aos_table_t *params,
                                               oss_progress_callback progress_callback,
                                               aos_table_t **resp_headers, aos_list_t *resp_body);
aos_status_t *oss_init_multipart_upload(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_string_t *upload_id, aos_table_t *headers,
                                        aos_table_t **resp_headers);
aos_status_t *oss_do_upload_part_from_buffer(const oss_request_options_t *options,
                                             const aos_string_t *bucket, const aos_string_t *object,
                                             const aos_string_t *upload_id, int part_num,
                                             aos_list_t *buffer,
                                             oss_progress_callback progress_callback,
                                             aos_table_t *headers, aos_table_t *params,
                                             aos_table_t **resp_headers, aos_list_t *resp_body);
aos_status_t *oss_do_complete_multipart_upload(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object,
                                               const aos_string_t *upload_id, aos_list_t *part_list,
                                               aos_table_t *headers, aos_table_t *params,
                                               aos_table_t **resp_headers, aos_list_t *resp_body);
aos_status_t *oss_abort_multipart_upload(const oss_request_options_t *options,
                                         const aos_string_t *bucket, const aos_string_t *object,
                                         aos_string_t *upload_id, aos_table_t **resp_headers);
/* --- cffi: end --- */

#endif
