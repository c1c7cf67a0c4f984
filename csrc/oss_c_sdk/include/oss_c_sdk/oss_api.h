/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_OSS_API_H
#define OSS_C_SDK_OSS_API_H

#include "oss_define.h"
#include "oss_auth.h"
#include "oss_util.h"
#include "aos_buf.h"
#include "aos_crc64.h"
#include "aos_log.h"
#include "aos_status.h"
#include "aos_util.h"

AOS_CPP_START

OSS_API aos_status_t *oss_create_bucket(const oss_request_options_t *options,
                                        const aos_string_t *bucket, oss_acl_e oss_acl,
                                        aos_table_t **resp_headers);
OSS_API aos_status_t *oss_create_bucket_with_storage_class(const oss_request_options_t *options,
                                                           const aos_string_t *bucket,
                                                           oss_acl_e oss_acl,
                                                           oss_storage_class_type_e storage_class,
                                                           aos_table_t **resp_headers);
OSS_API aos_status_t *oss_delete_bucket(const oss_request_options_t *options,
                                        const aos_string_t *bucket, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_head_bucket(const oss_request_options_t *options,
                                      const aos_string_t *bucket, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_put_object_from_buffer(const oss_request_options_t *options,
                                                 const aos_string_t *bucket,
                                                 const aos_string_t *object, aos_list_t *buffer,
                                                 aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_put_object_from_file(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object,
                                               const aos_string_t *filename, aos_table_t *headers,
                                               aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_put_object_from_buffer(const oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *object, aos_list_t *buffer, aos_table_t *headers,
                              aos_table_t *params, oss_progress_callback progress_callback,
                              aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *oss_do_put_object_from_file(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    const aos_string_t *filename, aos_table_t *headers, aos_table_t *params,
    oss_progress_callback progress_callback, aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *oss_get_object_to_buffer(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object, aos_table_t *headers,
                                               aos_table_t *params, aos_list_t *buffer,
                                               aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_get_object_to_buffer(const oss_request_options_t *options,
                                                  const aos_string_t *bucket,
                                                  const aos_string_t *object, aos_table_t *headers,
                                                  aos_table_t *params, aos_list_t *buffer,
                                                  oss_progress_callback progress_callback,
                                                  aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_to_file(const oss_request_options_t *options,
                                             const aos_string_t *bucket, const aos_string_t *object,
                                             aos_table_t *headers, aos_table_t *params,
                                             aos_string_t *filename, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_get_object_to_file(const oss_request_options_t *options,
                                                const aos_string_t *bucket,
                                                const aos_string_t *object, aos_table_t *headers,
                                                aos_table_t *params, aos_string_t *filename,
                                                oss_progress_callback progress_callback,
                                                aos_table_t **resp_headers);
OSS_API aos_status_t *oss_head_object(const oss_request_options_t *options,
                                      const aos_string_t *bucket, const aos_string_t *object,
                                      aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_meta(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          aos_table_t **resp_headers);
OSS_API aos_status_t *oss_delete_object(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_copy_object(const oss_request_options_t *options, const aos_string_t *source_bucket,
                const aos_string_t *source_object, const aos_string_t *dest_bucket,
                const aos_string_t *dest_object, aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_append_object_from_buffer(const oss_request_options_t *options,
                                                    const aos_string_t *bucket,
                                                    const aos_string_t *object, int64_t position,
                                                    aos_list_t *buffer, aos_table_t *headers,
                                                    aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_append_object_from_buffer(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, int64_t position, uint64_t init_crc,
                                 aos_list_t *buffer, aos_table_t *headers, aos_table_t *params,
                                 oss_progress_callback progress_callback,
                                 aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *oss_append_object_from_file(const oss_request_options_t *options,
                                                  const aos_string_t *bucket,
                                                  const aos_string_t *object, int64_t position,
                                                  const aos_string_t *append_file,
                                                  aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_append_object_from_file(const oss_request_options_t *options, const aos_string_t *bucket,
                               const aos_string_t *object, int64_t position, uint64_t init_crc,
                               const aos_string_t *append_file, aos_table_t *headers,
                               aos_table_t *params, oss_progress_callback progress_callback,
                               aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API char *oss_gen_signed_url(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, int64_t expires,
                                 aos_http_request_t *req);
OSS_API aos_status_t *oss_put_object_from_buffer_by_url(const oss_request_options_t *options,
                                                        const aos_string_t *signed_url,
                                                        aos_list_t *buffer, aos_table_t *headers,
                                                        aos_table_t **resp_headers);
OSS_API aos_status_t *oss_put_object_from_file_by_url(const oss_request_options_t *options,
                                                      const aos_string_t *signed_url,
                                                      aos_string_t *filename, aos_table_t *headers,
                                                      aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_to_buffer_by_url(const oss_request_options_t *options,
                                                      const aos_string_t *signed_url,
                                                      aos_table_t *headers, aos_table_t *params,
                                                      aos_list_t *buffer,
                                                      aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_to_file_by_url(const oss_request_options_t *options,
                                                    const aos_string_t *signed_url,
                                                    aos_table_t *headers, aos_table_t *params,
                                                    aos_string_t *filename,
                                                    aos_table_t **resp_headers);
OSS_API aos_status_t *oss_head_object_by_url(const oss_request_options_t *options,
                                             const aos_string_t *signed_url, aos_table_t *headers,
                                             aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_meta_by_url(const oss_request_options_t *options,
                                                 const aos_string_t *signed_url,
                                                 aos_table_t **resp_headers);
OSS_API aos_status_t *oss_init_multipart_upload(const oss_request_options_t *options,
                                                const aos_string_t *bucket,
                                                const aos_string_t *object, aos_string_t *upload_id,
                                                aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_upload_part_from_buffer(const oss_request_options_t *options,
                                                  const aos_string_t *bucket,
                                                  const aos_string_t *object,
                                                  const aos_string_t *upload_id, int part_num,
                                                  aos_list_t *buffer, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_upload_part_from_buffer(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    const aos_string_t *upload_id, int part_num, aos_list_t *buffer,
    oss_progress_callback progress_callback, aos_table_t *headers, aos_table_t *params,
    aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *
oss_upload_part_from_file(const oss_request_options_t *options, const aos_string_t *bucket,
                          const aos_string_t *object, const aos_string_t *upload_id, int part_num,
                          oss_upload_file_t *upload_file, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_upload_part_from_file(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    const aos_string_t *upload_id, int part_num, oss_upload_file_t *upload_file,
    oss_progress_callback progress_callback, aos_table_t *headers, aos_table_t *params,
    aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *oss_abort_multipart_upload(const oss_request_options_t *options,
                                                 const aos_string_t *bucket,
                                                 const aos_string_t *object,
                                                 aos_string_t *upload_id,
                                                 aos_table_t **resp_headers);
OSS_API aos_status_t *oss_complete_multipart_upload(const oss_request_options_t *options,
                                                    const aos_string_t *bucket,
                                                    const aos_string_t *object,
                                                    const aos_string_t *upload_id,
                                                    aos_list_t *part_list, aos_table_t *headers,
                                                    aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_complete_multipart_upload(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, const aos_string_t *upload_id,
                                 aos_list_t *part_list, aos_table_t *headers, aos_table_t *params,
                                 aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *oss_list_upload_part(const oss_request_options_t *options,
                                           const aos_string_t *bucket, const aos_string_t *object,
                                           const aos_string_t *upload_id,
                                           oss_list_upload_part_params_t *params,
                                           aos_table_t **resp_headers);
OSS_API aos_status_t *oss_upload_part_copy(const oss_request_options_t *options,
                                           oss_upload_part_copy_params_t *params,
                                           aos_table_t *headers, aos_table_t **resp_headers);
OSS_API char *oss_gen_rtmp_signed_url(const oss_request_options_t *options,
                                      const aos_string_t *bucket, const aos_string_t *live_channel,
                                      const aos_string_t *play_list_name, const int64_t expires);

AOS_CPP_END

#endif
