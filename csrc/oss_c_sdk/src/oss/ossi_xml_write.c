/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_xml_write.h"

void ossi_xml_open(ossi_str_t *s, const char *name) {
    ossi_str_addc(s, '<');
    ossi_str_addz(s, name);
    ossi_str_addc(s, '>');
}

void ossi_xml_close(ossi_str_t *s, const char *name) {
    ossi_str_addz(s, "</");
    ossi_str_addz(s, name);
    ossi_str_addc(s, '>');
}

static void s_add_escaped(ossi_str_t *s, char c) {
    switch (c) {
    case '<':
        ossi_str_addz(s, "&lt;");
        break;
    case '>':
        ossi_str_addz(s, "&gt;");
        break;
    case '&':
        ossi_str_addz(s, "&amp;");
        break;
    case '"':
        ossi_str_addz(s, "&quot;");
        break;
    case '\r':
        ossi_str_addz(s, "&#13;");
        break;
    default:
        ossi_str_addc(s, c);
        break;
    }
}

void ossi_xml_element(ossi_str_t *s, const char *name, const char *text, size_t n) {
    ossi_xml_open(s, name);
    for (size_t i = 0; i < n; i++) {
        s_add_escaped(s, text[i]);
    }
    ossi_xml_close(s, name);
}
