/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_HTTP_IO_H
#define OSS_C_SDK_AOS_HTTP_IO_H

#include "aos_transport.h"

AOS_CPP_START

typedef aos_http_transport_t *(*aos_http_transport_create_pt)(aos_pool_t *p);
typedef int (*aos_http_transport_perform_pt)(aos_http_transport_t *t);

OSS_API aos_http_controller_t *aos_http_controller_create(aos_pool_t *p, int owner);
OSS_API int aos_http_io_initialize(const char *user_agent_info, int flag);
OSS_API void aos_http_io_deinitialize(void);
OSS_API int aos_http_send_request(aos_http_controller_t *ctl, aos_http_request_t *req,
                                  aos_http_response_t *resp);
OSS_API void aos_set_default_request_options(aos_http_request_options_t *op);
OSS_API void aos_set_default_transport_options(aos_http_transport_options_t *op);
OSS_API aos_http_request_options_t *aos_http_request_options_create(aos_pool_t *p);
OSS_API aos_http_request_t *aos_http_request_create(aos_pool_t *p);
OSS_API aos_http_response_t *aos_http_response_create(aos_pool_t *p);
OSS_API int aos_read_http_body_memory(aos_http_request_t *req, char *buffer, int len);
OSS_API int aos_write_http_body_memory(aos_http_response_t *resp, const char *buffer, int len);
OSS_API int aos_read_http_body_file(aos_http_request_t *req, char *buffer, int len);
OSS_API int aos_write_http_body_file(aos_http_response_t *resp, const char *buffer, int len);

OSS_API extern aos_pool_t *aos_global_pool;
OSS_API extern apr_file_t *aos_stderr_file;
OSS_API extern aos_http_request_options_t *aos_default_http_request_options;
OSS_API extern aos_http_transport_options_t *aos_default_http_transport_options;
OSS_API extern aos_http_transport_create_pt aos_http_transport_create;
OSS_API extern aos_http_transport_perform_pt aos_http_transport_perform;

AOS_CPP_END

#endif
