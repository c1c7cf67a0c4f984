/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_XML_WRITE_H
#define OSSI_XML_WRITE_H

#include "ossi_str.h"

/* Writes request documents into a growing string, whose sticky error is the only one. `name` is
 * our own text; `text` is any, and what XML reserves is escaped. */
void ossi_xml_open(ossi_str_t *s, const char *name);
void ossi_xml_close(ossi_str_t *s, const char *name);
void ossi_xml_element(ossi_str_t *s, const char *name, const char *text, size_t n);

#endif
