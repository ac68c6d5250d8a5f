/* SPDX-License-Identifier: Apache-2.0 */
/* notice/notice_refer - joins the parts of a notice that name each other. */
#ifndef NOTICE_NOTICE_REFER_H
#define NOTICE_NOTICE_REFER_H

#include "notice/yaml_fill.h"

/* node: the group's map; fills group->purposes from its list of ids, or with
 * all of the notice where it has no such list. */
void notice_refer_purposes(struct yaml_fill *fill, const struct yaml_node *node,
                           const struct notice *notice,
                           struct notice_group *group);

/* Ids that stand twice, and every "for": a list of ids of sites and groups;
 * absent: all. */
void notice_refer_all(struct yaml_fill *fill, const struct yaml_node *root,
                      struct notice *notice);

void notice_scope_deinit(struct notice_scope *scope);

#endif
