/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/tpm_link - a descriptor on which a TPM answers commands.
 *
 *   device:/dev/tpmrm0              the kernel's resource manager; or /dev/tpm0
 *   swtpm:path=/run/x.sock          swtpm's data channel, for tests
 *   swtpm:host=127.0.0.1,port=2321  the same
 *
 * Opened nonblocking: an exchange waits in poll(2), with a time limit, never
 * in read or write.
 *
 * Threads: any; one exchange at a time on a descriptor.
 */
#ifndef SYS_TPM_LINK_H
#define SYS_TPM_LINK_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/text.h"

enum {
    TPM_LINK_PLACE_MAX = 200, /* characters of such a text */
    TPM_LINK_LIMIT_MS = 10000, /* one command; PTP's longest here is 2 s */
};

/* Whether the text has one of the three forms. */
bool tpm_link_is_place(struct text place);

/* *out is the caller's. Fails with: BAD_INPUT (form), NOT_FOUND, DENIED, IO. */
MUST_USE enum status tpm_link_open(struct text place, int *out);

/*
 * One command and its whole response. Fails with: IO (gone, no answer in time,
 * or not an answer): the descriptor is then of no use, since what arrives
 * later would answer something else.
 */
MUST_USE enum status tpm_link_exchange(int descriptor, struct bytes command,
                                       uint64_t limit_ms, uint8_t *response,
                                       size_t capacity, size_t *size);

#endif
