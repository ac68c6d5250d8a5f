/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include "base/bytes.h"

/* CRC-32C (Castagnoli, RFC 3720 appendix B.4) of in; finds accidents only. */
uint32_t crc32c(struct bytes in);

#endif
