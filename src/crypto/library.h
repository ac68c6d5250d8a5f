/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/library - OpenSSL and libsodium, made ready once.
 *
 * Every function of this folder does this by itself at its first call. A role
 * calls it before its sandbox, because fetching algorithms may read files.
 * OpenSSL's configuration file is not read: what runs is what is written here.
 *
 * Threads: any.
 */
#ifndef CRYPTO_LIBRARY_H
#define CRYPTO_LIBRARY_H

#include "base/status.h"

/* Fails with: INTERNAL (an algorithm is missing: nothing here would work). */
MUST_USE enum status crypto_library_init(void);

#endif
