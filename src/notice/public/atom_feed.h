/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/public/atom_feed - versions of the notice as a feed: Atom, RFC 4287.
 * An entry's id is made of the installation's origin and the version's number,
 * its times are those of its announcement: the same version is the same entry
 * for ever.
 */
#ifndef NOTICE_PUBLIC_ATOM_FEED_H
#define NOTICE_PUBLIC_ATOM_FEED_H

#include "base/buffer.h"
#include "notice/public/public_document.h"

/*
 * Appends the feed to out. origin: "host/haechi/site". now: for a feed without
 * any day. Fails with: NO_MEMORY.
 */
MUST_USE enum status atom_feed_write(const struct public_versions *versions,
                                     struct text origin,
                                     enum language language,
                                     struct wall_time now, struct buffer *out);

#endif
