/* SPDX-License-Identifier: Apache-2.0 */
/* sys/sandbox_private - the two walls of sys/sandbox, one file each. */
#ifndef SYS_SANDBOX_PRIVATE_H
#define SYS_SANDBOX_PRIVATE_H

#include "sys/sandbox.h"

/* Files only below these directories; no TCP; no signals and abstract sockets
 * beyond ourselves where the kernel knows how. OK also without Landlock.
 * Fails with: INTERNAL. */
MUST_USE enum status sandbox_landlock(const struct sandbox *sandbox);

/* The table of calls. Fails with: INTERNAL. */
MUST_USE enum status sandbox_calls(const struct sandbox *sandbox);

/* A sanitizer's run-time opens, clones and traces, and has a thread. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZER_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || \
    __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZER_BUILD 1
#endif
#endif
#ifndef SANITIZER_BUILD
#define SANITIZER_BUILD 0
#endif

#endif
