/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_OSS_UTIL_H
#define OSS_C_SDK_OSS_UTIL_H

#include "oss_define.h"

AOS_CPP_START

OSS_API int is_valid_ip(const char *str);
OSS_API const char *get_oss_acl_str(oss_acl_e oss_acl);
OSS_API const char *get_oss_storage_class_str(oss_storage_class_type_e storage_class);
OSS_API oss_config_t *oss_config_create(aos_pool_t *p);
OSS_API void oss_config_resolve(aos_pool_t *pool, oss_config_t *config, aos_http_controller_t *ctl);
OSS_API oss_request_options_t *oss_request_options_create(aos_pool_t *p);
OSS_API void oss_init_request(const oss_request_options_t *options, http_method_e method,
                              aos_http_request_t **req, aos_table_t *params, aos_table_t *headers,
                              aos_http_response_t **resp);
OSS_API void oss_init_bucket_request(const oss_request_options_t *options,
                                     const aos_string_t *bucket, http_method_e method,
                                     aos_http_request_t **req, aos_table_t *params,
                                     aos_table_t *headers, aos_http_response_t **resp);
OSS_API void oss_init_service_request(const oss_request_options_t *options, http_method_e method,
                                      aos_http_request_t **req, aos_table_t *params,
                                      aos_table_t *headers, aos_http_response_t **resp);
OSS_API void oss_init_object_request(const oss_request_options_t *options,
                                     const aos_string_t *bucket, const aos_string_t *object,
                                     http_method_e method, aos_http_request_t **req,
                                     aos_table_t *params, aos_table_t *headers,
                                     oss_progress_callback cb, uint64_t initcrc,
                                     aos_http_response_t **resp);
OSS_API void oss_init_signed_url_request(const oss_request_options_t *options,
                                         const aos_string_t *signed_url, http_method_e method,
                                         aos_http_request_t **req, aos_table_t *params,
                                         aos_table_t *headers, aos_http_response_t **resp);
OSS_API aos_status_t *oss_send_request(aos_http_controller_t *ctl, aos_http_request_t *req,
                                       aos_http_response_t *resp);
OSS_API aos_status_t *oss_process_request(const oss_request_options_t *options,
                                          aos_http_request_t *req, aos_http_response_t *resp);
OSS_API aos_status_t *oss_process_signed_request(const oss_request_options_t *options,
                                                 aos_http_request_t *req,
                                                 aos_http_response_t *resp);
OSS_API void oss_get_object_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                                const aos_string_t *object, aos_http_request_t *req);
OSS_API void oss_get_bucket_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                                aos_http_request_t *req);
OSS_API void oss_write_request_body_from_buffer(aos_list_t *buffer, aos_http_request_t *req);
OSS_API int oss_write_request_body_from_file(aos_pool_t *p, const aos_string_t *filename,
                                             aos_http_request_t *req);
OSS_API int oss_write_request_body_from_upload_file(aos_pool_t *p, oss_upload_file_t *upload_file,
                                                    aos_http_request_t *req);
OSS_API void oss_fill_read_response_body(aos_http_response_t *resp, aos_list_t *buffer);
OSS_API int oss_init_read_response_body_to_file(aos_pool_t *p, const aos_string_t *filename,
                                                aos_http_response_t *resp);
OSS_API int oss_init_read_response_body_to_fb(aos_file_buf_t *fb, const aos_string_t *filename,
                                              aos_http_response_t *resp);
OSS_API void oss_fill_read_response_header(aos_http_response_t *resp, aos_table_t **headers);
OSS_API void *oss_create_api_result_content(aos_pool_t *p, size_t size);
OSS_API oss_list_part_content_t *oss_create_list_part_content(aos_pool_t *p);
OSS_API oss_complete_part_content_t *oss_create_complete_part_content(aos_pool_t *p);
OSS_API oss_list_upload_part_params_t *oss_create_list_upload_part_params(aos_pool_t *p);
OSS_API oss_upload_part_copy_params_t *oss_create_upload_part_copy_params(aos_pool_t *p);
OSS_API oss_upload_file_t *oss_create_upload_file(aos_pool_t *p);
OSS_API void oss_get_part_size(int64_t filesize, int64_t *part_size);
OSS_API void oss_headers_add_range(apr_pool_t *pool, apr_table_t *headers, int64_t offset,
                                   int64_t size);
OSS_API char *get_content_type(const char *name);
OSS_API char *get_content_type_by_suffix(const char *suffix);
OSS_API void set_content_type(const char *filename, const char *key, aos_table_t *headers);
OSS_API aos_table_t *aos_table_create_if_null(const oss_request_options_t *options,
                                              aos_table_t *table, int table_size);
OSS_API int is_enable_crc(const oss_request_options_t *options);
OSS_API int has_crc_in_response(const aos_http_response_t *resp);
OSS_API int has_range_or_process_in_request(const aos_http_request_t *req);
OSS_API int oss_check_crc_consistent(uint64_t crc, const apr_table_t *resp_headers,
                                     aos_status_t *s);
OSS_API int oss_get_temporary_file_name(aos_pool_t *p, const aos_string_t *filename,
                                        aos_string_t *temp_file_name);
OSS_API int oss_temp_file_rename(aos_status_t *s, const char *from_path, const char *to_path,
                                 apr_pool_t *pool);
OSS_API int oss_is_valid_bucket_name(const aos_string_t *str);
OSS_API int oss_is_valid_object_name(const aos_string_t *str);
OSS_API int oss_is_valid_object_name_ex(const aos_string_t *str, int strict);
OSS_API void oss_preprocess_endpoint(aos_string_t *endpoint);
OSS_API char *oss_get_host_from_authority(const oss_request_options_t *options,
                                          aos_string_t *authority);
OSS_API aos_status_t *oss_get_bucket_name_invalid_error(void);
OSS_API aos_status_t *oss_get_object_name_invalid_error(void);
OSS_API int oss_is_valid_host(const char *host);
OSS_API int is_verify_object_strict(const oss_request_options_t *options);

AOS_CPP_END

#endif
