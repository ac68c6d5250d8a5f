/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NOTICE_NOTICE_JSON_H
#define NOTICE_NOTICE_JSON_H

#include "base/buffer.h"
#include "notice/notice.h"

/*
 * Appends the notice's promises as one JSON object: institution, homepage,
 * dates, purposes, groups (with site, place, coverage, count, purposes,
 * retention), people, processors. Words are {"ko", "en"}.
 */
void notice_write_json(const struct notice *notice, struct buffer *out);

#endif
