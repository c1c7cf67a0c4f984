/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_OSS_DEFINE_H
#define OSS_C_SDK_OSS_DEFINE_H

#include "aos_string.h"
#include "aos_list.h"
#include "aos_http_io.h"

AOS_CPP_START

/*
 * Records, enumerations and constants of the operations. Records are made by the oss_create_…
 * functions of oss_util.h, or zeroed by hand. Strings in them are borrowed: whoever sets one keeps
 * its memory alive, zero-terminated at its length; those that an operation sets are in the pool of
 * its options. A record belongs to one thread at a time.
 */

/* OSS_ACL_DEFAULT, "as the bucket's", is for objects only. */
typedef enum {
    OSS_ACL_PRIVATE = 0,
    OSS_ACL_PUBLIC_READ = 1,
    OSS_ACL_PUBLIC_READ_WRITE = 2,
    OSS_ACL_DEFAULT = 3
} oss_acl_e;

/* OSS_STORAGE_CLASS_BUTT is none: nothing is said of the class. */
typedef enum {
    OSS_STORAGE_CLASS_STANDARD = 0,
    OSS_STORAGE_CLASS_IA = 1,
    OSS_STORAGE_CLASS_ARCHIVE = 2,
    OSS_STORAGE_CLASS_BUTT = 3,
    OSS_STORAGE_CLASS_COLD_ARCHIVE = 4
} oss_storage_class_type_e;

/* How fast an archived object is restored. */
typedef enum { OSS_TIER_EXPEDITED = 0, OSS_TIER_STANDARD = 1, OSS_TIER_BULK = 2 } oss_tier_type_e;

/* Where to and as whom; only read by the operations. */
typedef struct {
    aos_string_t endpoint; /* "oss-cn-hangzhou.aliyuncs.com", with a scheme and a port if need be */
    aos_string_t access_key_id; /* id and secret empty: requests go out unsigned */
    aos_string_t access_key_secret;
    aos_string_t sts_token;  /* empty: none */
    int is_cname;            /* 1: the endpoint's host is bound to the bucket */
    aos_string_t proxy_host; /* the proxy: see oss_config_resolve() */
    int proxy_port;          /* 0: the default */
    aos_string_t proxy_user; /* empty: no authentication */
    aos_string_t proxy_passwd;
    int signature_version;    /* 4: V4; anything else: V1 */
    aos_string_t region;      /* "cn-hangzhou"; V4 needs it */
    aos_string_t cloudbox_id; /* V4: a cloud box's id instead of the region */
} oss_config_t;

typedef struct {
    oss_acl_e acl;
    oss_storage_class_type_e storage_class;
} oss_create_bucket_params_t;

/* What every operation is given. */
typedef struct {
    oss_config_t *config;
    aos_http_controller_t *ctl; /* time limits, TLS, proxy in ctl->options; state of one request */
    aos_pool_t *pool;           /* of the results */
} oss_request_options_t;

/* A part that ListParts tells of, as texts; an absent one is a null string. */
typedef struct {
    aos_list_t node;
    aos_string_t part_number;
    aos_string_t size;
    aos_string_t etag;
    aos_string_t last_modified;
} oss_list_part_content_t;

/* A part to complete an upload with: decimal number, ETag with or without quotes. */
typedef struct {
    aos_list_t node;
    aos_string_t part_number;
    aos_string_t etag;
} oss_complete_part_content_t;

typedef struct {
    int part_num; /* 1 to 10000 */
    char *etag;
} oss_upload_part_t;

typedef struct {
    aos_string_t part_number_marker;      /* in: list what is behind it; empty: from the start */
    int max_ret;                          /* in: at most so many, up to 1000 */
    int truncated;                        /* out: 1 when there is more, … */
    aos_string_t next_part_number_marker; /* … behind this one */
    aos_list_t part_list;                 /* out: oss_list_part_content_t, appended */
} oss_list_upload_part_params_t;

typedef struct {
    aos_string_t source_bucket;
    aos_string_t source_object;
    aos_string_t dest_bucket;
    aos_string_t dest_object;
    aos_string_t upload_id;
    int part_num;
    int64_t range_start; /* first and last byte of the source; 0 and -1: all of it */
    int64_t range_end;
} oss_upload_part_copy_params_t;

typedef struct {
    aos_string_t filename;
    int64_t file_pos;  /* the first byte */
    int64_t file_last; /* the one behind the last */
} oss_upload_file_t;

/* An entry of a table of types. */
typedef struct {
    char *suffix;
    char *type;
} oss_content_type_t;

/* Names of headers, query parameters and values, as the service spells them. */
OSS_API extern const char OSS_CANNONICALIZED_HEADER_PREFIX[];
OSS_API extern const char OSS_CANNONICALIZED_HEADER_DATE[];
OSS_API extern const char OSS_CANNONICALIZED_HEADER_ACL[];
OSS_API extern const char OSS_CANNONICALIZED_HEADER_STORAGE_CLASS[];
OSS_API extern const char OSS_CANNONICALIZED_HEADER_COPY_SOURCE[];
OSS_API extern const char OSS_CANNONICALIZED_HEADER_SYMLINK[];
OSS_API extern const char OSS_CANNONICALIZED_HEADER_REGION[];
OSS_API extern const char OSS_CANNONICALIZED_HEADER_OBJECT_ACL[];
OSS_API extern const char OSS_CONTENT_MD5[];
OSS_API extern const char OSS_CONTENT_TYPE[];
OSS_API extern const char OSS_CONTENT_LENGTH[];
OSS_API extern const char OSS_DATE[];
OSS_API extern const char OSS_AUTHORIZATION[];
OSS_API extern const char OSS_ACCESSKEYID[];
OSS_API extern const char OSS_EXPECT[];
OSS_API extern const char OSS_EXPIRES[];
OSS_API extern const char OSS_SIGNATURE[];
OSS_API extern const char OSS_ACL[];
OSS_API extern const char OSS_LOCATION[];
OSS_API extern const char OSS_BUCKETINFO[];
OSS_API extern const char OSS_BUCKETSTAT[];
OSS_API extern const char OSS_RESTORE[];
OSS_API extern const char OSS_SYMLINK[];
OSS_API extern const char OSS_QOS[];
OSS_API extern const char OSS_PREFIX[];
OSS_API extern const char OSS_DELIMITER[];
OSS_API extern const char OSS_MARKER[];
OSS_API extern const char OSS_MAX_KEYS[];
OSS_API extern const char OSS_UPLOADS[];
OSS_API extern const char OSS_UPLOAD_ID[];
OSS_API extern const char OSS_MAX_PARTS[];
OSS_API extern const char OSS_PART_NUMBER_MARKER[];
OSS_API extern const char OSS_KEY_MARKER[];
OSS_API extern const char OSS_UPLOAD_ID_MARKER[];
OSS_API extern const char OSS_MAX_UPLOADS[];
OSS_API extern const char OSS_PARTNUMBER[];
OSS_API extern const char OSS_APPEND[];
OSS_API extern const char OSS_POSITION[];
OSS_API extern const char OSS_MULTIPART_CONTENT_TYPE[];
OSS_API extern const char OSS_COPY_SOURCE[];
OSS_API extern const char OSS_COPY_SOURCE_RANGE[];
OSS_API extern const char OSS_SECURITY_TOKEN[];
OSS_API extern const char OSS_STS_SECURITY_TOKEN[];
OSS_API extern const char OSS_OBJECT_TYPE[];
OSS_API extern const char OSS_NEXT_APPEND_POSITION[];
OSS_API extern const char OSS_HASH_CRC64_ECMA[];
OSS_API extern const char OSS_CALLBACK[];
OSS_API extern const char OSS_CALLBACK_VAR[];
OSS_API extern const char OSS_PROCESS[];
OSS_API extern const char OSS_LIFECYCLE[];
OSS_API extern const char OSS_REFERER[];
OSS_API extern const char OSS_CORS[];
OSS_API extern const char OSS_WEBSITE[];
OSS_API extern const char OSS_LOGGING[];
OSS_API extern const char OSS_DELETE[];
OSS_API extern const char OSS_YES[];
OSS_API extern const char OSS_OBJECT_TYPE_NORMAL[];
OSS_API extern const char OSS_OBJECT_TYPE_APPENDABLE[];
OSS_API extern const char OSS_LIVE_CHANNEL[];
OSS_API extern const char OSS_LIVE_CHANNEL_STATUS[];
OSS_API extern const char OSS_COMP[];
OSS_API extern const char OSS_LIVE_CHANNEL_STAT[];
OSS_API extern const char OSS_LIVE_CHANNEL_HISTORY[];
OSS_API extern const char OSS_LIVE_CHANNEL_VOD[];
OSS_API extern const char OSS_LIVE_CHANNEL_START_TIME[];
OSS_API extern const char OSS_LIVE_CHANNEL_END_TIME[];
OSS_API extern const char OSS_PLAY_LIST_NAME[];
OSS_API extern const char LIVE_CHANNEL_STATUS_DISABLED[];
OSS_API extern const char LIVE_CHANNEL_STATUS_ENABLED[];
OSS_API extern const char LIVE_CHANNEL_STATUS_IDLE[];
OSS_API extern const char LIVE_CHANNEL_STATUS_LIVE[];
OSS_API extern const char LIVE_CHANNEL_DEFAULT_TYPE[];
OSS_API extern const char LIVE_CHANNEL_DEFAULT_PLAYLIST[];
OSS_API extern const int LIVE_CHANNEL_DEFAULT_FRAG_DURATION;
OSS_API extern const int LIVE_CHANNEL_DEFAULT_FRAG_COUNT;
OSS_API extern const int OSS_MAX_PART_NUM;
OSS_API extern const int OSS_PER_RET_NUM;
OSS_API extern const int MAX_SUFFIX_LEN;
OSS_API extern const char OSS_OBJECT_META[];
OSS_API extern const char OSS_SELECT_OBJECT_OUTPUT_RAW[];
OSS_API extern const char OSS_TAGGING[];
OSS_API extern const char OSS_SIGN_ORIGIN_ONLY[];
OSS_API extern const char OSS_CONTENT_SHA256[];
OSS_API extern const char OSS_SECURITY_TOKEN_V4[];
OSS_API extern const char OSS_SIGNATURE_VERSION[];
OSS_API extern const char OSS_CREDENTIAL[];
OSS_API extern const char OSS_EXPIRES_V4[];
OSS_API extern const char OSS_SIGNATURE_V4[];

AOS_CPP_END

#endif
