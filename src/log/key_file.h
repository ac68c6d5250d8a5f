/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/key_file - a signing key's 32 bytes in a file of their own, written in
 * place, never renamed, copied or told.
 *
 * Threads: one at a time.
 */
#ifndef LOG_KEY_FILE_H
#define LOG_KEY_FILE_H

#include "crypto/sign.h"
#include "sys/file.h"

/* A fresh one, durable. Fails with: INTERNAL, LIMIT (the path), and as
 * sys/file.h. */
MUST_USE enum status key_file_make(const struct file_layer *layer,
                                   const char *path,
                                   uint8_t private_key[SIGN_PRIVATE_SIZE]);

/* Fails with: NOT_FOUND, CORRUPT (another size), and as sys/file.h. */
MUST_USE enum status key_file_read(const struct file_layer *layer,
                                   const char *path,
                                   uint8_t private_key[SIGN_PRIVATE_SIZE]);

#endif
