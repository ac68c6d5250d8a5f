/* SPDX-License-Identifier: Apache-2.0 */
/* For uses of messages.def that need the messages only. No guard: it is meant
 * to be included many times. */
#define FD
#define U8(name)
#define U16(name)
#define U32(name)
#define U64(name)
#define I64(name)
#define KEY(name)
#define TEXT(name, most)
#define BLOB(name, most)
