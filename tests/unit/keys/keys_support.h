/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of this folder share. */
#ifndef UNIT_KEYS_SUPPORT_H
#define UNIT_KEYS_SUPPORT_H

#include <string.h>

#include "base/cleanup.h"
#include "keys/deaths.h"
#include "unit/test.h"

/* 2026-11-22T03:00:00Z */
enum { NOW_S = 1795316400 };

static inline struct wall_time at_s(int64_t seconds)
{
    return (struct wall_time){seconds * SECOND_US};
}

static inline struct policy policy_of(uint32_t camera, enum retention_unit unit,
                                      uint32_t count)
{
    return (struct policy){.camera = camera,
                           .class_id = 1,
                           .retention = {unit, count},
                           .utc_offset_s = UTC_OFFSET_KOREA_S};
}

static inline enum status expire(struct key_state *state, uint64_t epoch,
                                 int64_t now_s, bool *is_more)
{
    const struct key_moment moment = {epoch, at_s(now_s), at_s(now_s)};
    return key_state_destroy(state, NULL, 0, &moment, is_more);
}

/* Two cameras, one of days and one of seconds, with seeds and some deaths, and
 * with an hour of which some minutes are destroyed. */
static inline void sample_state(struct key_state *state)
{
    const struct policy policies[] = {policy_of(7, RETENTION_DAYS, 30),
                                      policy_of(3, RETENTION_SECONDS, 60)};
    bool is_more = false;
    CHECK_OK(key_state_set_policies(state, policies, 2, at_s(NOW_S - 300)));
    CHECK_OK(key_state_make_ahead(state, at_s(NOW_S - 300)));
    CHECK_OK(expire(state, 2, NOW_S, &is_more));
    CHECK_OK(key_state_make_ahead(state, at_s(NOW_S)));
    CHECK(!is_more);
    const struct key_order order = {
        .entry = 12,
        .subject = 7,
        .span = {at_s(NOW_S + 600), at_s(NOW_S + 1500)}};
    const struct key_moment moment = {2, at_s(NOW_S), at_s(NOW_S)};
    CHECK_OK(key_state_destroy(state, &order, 1, &moment, &is_more));
    key_table_mark_used(&state->table, 7, order.span);
    state->order_debt_us = 900 * (int64_t)SECOND_US;
    state->mark = (struct trusted_mark){
        .is_set = true, .boot = {5}, .trusted = at_s(NOW_S)};
}

#endif
