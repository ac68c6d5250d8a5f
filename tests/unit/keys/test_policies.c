/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any sequence of periods, in civil days and calendar months: when a slot dies
 * never moves away, and is the earliest that a policy in force ever said.
 */
#include "unit/keys/keys_support.h"

enum { HOUR_S = 3600, HOURS = 24 * 200, STEPS = 120, ROUNDS = 20 };

/* What the test knows of a slot. */
struct known {
    bool is_there;
    int64_t die_at_us;
    uint8_t seed[SEED_SIZE];
};

static struct key_slot hour_at(int64_t index)
{
    return key_slot_at(7, HOUR_S, at_s(NOW_S + index * HOUR_S));
}

static struct policy any_policy(struct test_random *random)
{
    uint64_t chance = test_random_next(random);
    bool is_months = chance % 3 == 0;
    return policy_of(7, is_months ? RETENTION_MONTHS : RETENTION_DAYS,
                     1 + (uint32_t)(chance / 3 % (is_months ? 2 : 70)));
}

/* Nothing that was there rises or is another; nothing that died is back. */
static void check_slots(const struct key_state *state, struct known *known,
                        const struct policy *policy, int64_t now_s)
{
    const int64_t far_us = (now_s + KEY_REPLACE_AFTER_S) * (int64_t)SECOND_US;
    for (int64_t i = 0; i < HOURS; i++) {
        struct key_slot slot = hour_at(i);
        struct wall_time start = key_slot_span(&slot).from;
        const struct key_seed *seed = key_table_find(&state->table, &slot);
        int64_t meant_us = policy == NULL
                               ? INT64_MAX
                               : retention_die_at(policy->retention, start,
                                                  policy->utc_offset_s)
                                     .us;
        if (known[i].is_there && start.us <= far_us) {
            int64_t least_us = known[i].die_at_us < meant_us
                                   ? known[i].die_at_us
                                   : meant_us;
            bool is_due = least_us <= now_s * (int64_t)SECOND_US;
            CHECK(is_due == (seed == NULL));
            if (seed != NULL) {
                CHECK(seed->die_at.us == least_us);
                assert_memory_equal(seed->bytes, known[i].seed, SEED_SIZE);
            }
        } else if (seed != NULL) {
            CHECK(start.us + HOUR_S * (int64_t)SECOND_US >
                  (now_s - KEY_MAKE_BEHIND_S) * (int64_t)SECOND_US);
            CHECK(policy == NULL || seed->die_at.us <= meant_us);
        }
        known[i].is_there = seed != NULL;
        if (seed != NULL) {
            known[i].die_at_us = seed->die_at.us;
            memcpy(known[i].seed, seed->bytes, SEED_SIZE);
        }
    }
}

static void the_time_of_death_never_moves_away(void **state)
{
    (void)state;
    struct test_random random = {.state = 99};
    static struct known known[HOURS];
    for (int round = 0; round < ROUNDS; round++) {
        AUTO(key_state_deinit) struct key_state keys = {0};
        int64_t now_s = NOW_S;
        memset(known, 0, sizeof known);
        for (uint64_t step = 0; step < STEPS; step++) {
            struct policy policy = any_policy(&random);
            bool is_more = false;
            uint64_t chance = test_random_next(&random) % 8;
            /* 0, 1: another period; 2: the camera is taken away. */
            if (step == 0 || chance < 3)
                CHECK_OK(key_state_set_policies(
                    &keys, &policy, step > 0 && chance == 2 ? 0 : 1,
                    at_s(now_s)));
            CHECK_OK(expire(&keys, step + 2, now_s, &is_more));
            CHECK_OK(key_state_make_ahead(&keys, at_s(now_s)));
            key_state_forget_deaths(&keys, step % 2 == 0 ? UINT64_MAX : 0,
                                    at_s(now_s));
            CHECK(!is_more);
            check_slots(&keys, known, key_state_policy(&keys, 7), now_s);
            now_s += (int64_t)(test_random_next(&random) % (60 * HOUR_S));
            if (now_s > NOW_S + (HOURS - 100) * (int64_t)HOUR_S)
                break;
        }
    }
}

TEST_MAIN("keys/policies", TEST(the_time_of_death_never_moves_away))
