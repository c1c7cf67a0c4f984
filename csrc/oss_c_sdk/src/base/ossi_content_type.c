/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_text.h"

#include <stdlib.h>
#include <string.h>

#define S_LONGEST_SUFFIX 7

typedef struct s_type {
    const char *suffix;
    const char *type;
} s_type_t;

/* Sorted by byte. */
static const s_type_t s_types[] = {
    {"3gp", "video/3gpp"},
    {"3gpp", "video/3gpp"},
    {"7z", "application/x-7z-compressed"},
    {"ai", "application/postscript"},
    {"apk", "application/vnd.android.package-archive"},
    {"asf", "video/x-ms-asf"},
    {"asx", "video/x-ms-asf"},
    {"atom", "application/atom+xml"},
    {"avi", "video/x-msvideo"},
    {"bin", "application/octet-stream"},
    {"bmp", "image/x-ms-bmp"},
    {"cco", "application/x-cocoa"},
    {"crt", "application/x-x509-ca-cert"},
    {"css", "text/css"},
    {"deb", "application/octet-stream"},
    {"der", "application/x-x509-ca-cert"},
    {"dll", "application/octet-stream"},
    {"dmg", "application/octet-stream"},
    {"doc", "application/msword"},
    {"ear", "application/java-archive"},
    {"eot", "application/octet-stream"},
    {"eps", "application/postscript"},
    {"exe", "application/octet-stream"},
    {"flv", "video/x-flv"},
    {"gif", "image/gif"},
    {"hqx", "application/mac-binhex40"},
    {"htc", "text/x-component"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/x-icon"},
    {"img", "application/octet-stream"},
    {"iso", "application/octet-stream"},
    {"jad", "text/vnd.sun.j2me.app-descriptor"},
    {"jar", "application/java-archive"},
    {"jardiff", "application/x-java-archive-diff"},
    {"jng", "image/x-jng"},
    {"jnlp", "application/x-java-jnlp-file"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "application/x-javascript"},
    {"kar", "audio/midi"},
    {"kml", "application/vnd.google-earth.kml+xml"},
    {"kmz", "application/vnd.google-earth.kmz"},
    {"m3u8", "application/x-mpegURL"},
    {"m4a", "audio/x-m4a"},
    {"m4v", "video/x-m4v"},
    {"mid", "audio/midi"},
    {"midi", "audio/midi"},
    {"mml", "text/mathml"},
    {"mng", "video/x-mng"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"msi", "application/octet-stream"},
    {"msm", "application/octet-stream"},
    {"msp", "application/octet-stream"},
    {"ogg", "audio/ogg"},
    {"pdb", "application/x-pilot"},
    {"pdf", "application/pdf"},
    {"pem", "application/x-x509-ca-cert"},
    {"pl", "application/x-perl"},
    {"pm", "application/x-perl"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"prc", "application/x-pilot"},
    {"ps", "application/postscript"},
    {"ra", "audio/x-realaudio"},
    {"rar", "application/x-rar-compressed"},
    {"rpm", "application/x-redhat-package-manager"},
    {"rss", "application/rss+xml"},
    {"rtf", "application/rtf"},
    {"run", "application/x-makeself"},
    {"sea", "application/x-sea"},
    {"shtml", "text/html"},
    {"sit", "application/x-stuffit"},
    {"svg", "image/svg+xml"},
    {"svgz", "image/svg+xml"},
    {"swf", "application/x-shockwave-flash"},
    {"tcl", "application/x-tcl"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"tk", "application/x-tcl"},
    {"ts", "video/MP2T"},
    {"txt", "text/plain"},
    {"war", "application/java-archive"},
    {"wbmp", "image/vnd.wap.wbmp"},
    {"webm", "video/webm"},
    {"webp", "image/webp"},
    {"wgz", "application/x-nokia-widget"},
    {"wml", "text/vnd.wap.wml"},
    {"wmlc", "application/vnd.wap.wmlc"},
    {"wmv", "video/x-ms-wmv"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xml", "text/xml"},
    {"xpi", "application/x-xpinstall"},
    {"zip", "application/zip"},
};

static int s_compare(const void *suffix, const void *entry) {
    return strcmp(suffix, ((const s_type_t *)entry)->suffix);
}

const char *ossi_content_type(const char *name) {
    const char *dot = strrchr(name, '.');
    char suffix[S_LONGEST_SUFFIX + 1];
    const s_type_t *found = NULL;
    size_t n = dot == NULL ? 0 : strlen(dot + 1);
    if (n > 0 && n <= S_LONGEST_SUFFIX) {
        for (size_t i = 0; i <= n; i++) {
            suffix[i] = ossi_lower(dot[1 + i]);
        }
        found = bsearch(suffix, s_types, sizeof(s_types) / sizeof(s_types[0]), sizeof(s_types[0]),
                        s_compare);
    }
    return found == NULL ? "application/octet-stream" : found->type;
}
