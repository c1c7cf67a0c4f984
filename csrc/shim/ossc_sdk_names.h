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
/* --- cffi: end --- */

#endif
