/* SPDX-License-Identifier: Apache-2.0 */
/* Included after each use of messages.def: forgets the meaning of its words.
 * No guard: it is meant to be included many times. */
#undef REQUEST
#undef REPLY
#undef END
#undef FD
#undef U8
#undef U16
#undef U32
#undef U64
#undef I64
#undef KEY
#undef TEXT
#undef BLOB
