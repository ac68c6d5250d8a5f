/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/import_remark - what a row of cameras says beside its place.
 *
 * Each takes a cell of the row, sets the group, and says whether it understood
 * the whole cell. Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_IMPORT_REMARK_H
#define NOTICE_IMPORT_IMPORT_REMARK_H

#include "notice/import/draft.h"

/* "회전·확대, 공개되지 않은 장소, 200만 화소 이상, 촬영 조건: 움직임이 있을 때". */
bool import_remark(struct text cell, uint32_t line, struct draft_group *group);

/* "시설 안전, 범죄 예방": purposes of the draft; or "설치 근거: 「주차장법」". */
bool import_group_purposes(const struct draft *draft, struct text cell,
                           uint32_t line, struct draft_group *group);

/* Takes "(수유실, 탈의실 제외: 화면에서 가림)" off the end; returns what stands
 * before. */
struct text import_exclusions(struct text text, uint32_t line,
                              struct draft_group *group);

#endif
