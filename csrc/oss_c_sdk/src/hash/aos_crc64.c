/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_crc64.h"

#include <pthread.h>

#include "ossi_crc64.h"

#define S_CRC32_POLYNOMIAL 0xEDB88320U /* IEEE 802.3, bits reversed */

static uint32_t s_table[256];
static pthread_once_t s_once = PTHREAD_ONCE_INIT;

static void s_start(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++) {
            value = (value & 1) != 0 ? value >> 1 ^ S_CRC32_POLYNOMIAL : value >> 1;
        }
        s_table[i] = value;
    }
}

uint64_t aos_crc64(uint64_t crc, void *buf, size_t len) {
    return ossi_crc64(crc, buf, len);
}

uint64_t aos_crc64_combine(uint64_t crc1, uint64_t crc2, uintmax_t len2) {
    return ossi_crc64_combine(crc1, crc2, len2);
}

uint32_t aos_crc32(uint32_t crc, const void *buf, size_t bufLen) {
    const uint8_t *p = buf;
    pthread_once(&s_once, s_start);
    crc = ~crc;
    for (size_t i = 0; i < bufLen; i++) {
        crc = crc >> 8 ^ s_table[(crc ^ p[i]) & 0xFF];
    }
    return ~crc;
}
