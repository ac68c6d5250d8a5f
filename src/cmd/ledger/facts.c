/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/ledger/facts.h"

#include "base/text.h"
#include "cmd/local/json.h"
#include "model/ledger_deed.h"
#include "model/policy.h"

static int64_t day_of(const json_t *fact)
{
    return civil_day(local_time(fact, "time_us"), UTC_OFFSET_KOREA_S);
}

static bool is_same(const json_t *one, const json_t *other, const char *name)
{
    return json_equal(json_object_get(one, name), json_object_get(other, name));
}

static bool joins(const json_t *fact, const json_t *row)
{
    return is_same(fact, row, "deed") && is_same(fact, row, "cause") &&
           is_same(fact, row, "order") && is_same(fact, row, "hold");
}

/* The death of the same day that this one belongs to; NULL: none. */
static json_t *find(const json_t *facts, const json_t *row)
{
    int64_t day = day_of(row);
    for (size_t i = json_array_size(facts); i > 0; i--) {
        json_t *fact = json_array_get(facts, i - 1);
        if (day_of(fact) < day)
            return NULL;
        if (day_of(fact) == day && joins(fact, row))
            return fact;
    }
    return NULL;
}

/* The order by which it died, a person's deed; NULL: none, or not among these. */
static json_t *find_order(const json_t *facts, const json_t *row)
{
    long long order = local_number(row, "order");
    for (size_t i = order == 0 ? 0 : json_array_size(facts); i > 0; i--) {
        json_t *fact = json_array_get(facts, i - 1);
        if (local_number(fact, "entry") == order)
            return fact;
    }
    return NULL;
}

static bool put(json_t *fact, const char *name, long long value)
{
    return json_object_set_new(fact, name, json_integer(value)) == 0;
}

static bool has_camera(const json_t *cameras, const json_t *camera)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(cameras, i, one)
    {
        if (json_equal(one, camera))
            return true;
    }
    return false;
}

static bool add_cameras(json_t *fact, const json_t *row)
{
    size_t i = 0;
    json_t *camera = NULL;
    bool is_good = true;
    json_t *cameras = json_object_get(fact, "cameras");
    json_array_foreach(json_object_get(row, "cameras"), i, camera)
    {
        if (!has_camera(cameras, camera))
            is_good = is_good && json_array_append(cameras, camera) == 0;
    }
    return is_good;
}

/* One more entry behind it. */
static bool count(json_t *fact, const json_t *row)
{
    long long entries = local_number(fact, "entries");
    return put(fact, "entries", (entries == 0 ? 1 : entries) + 1) &&
           put(fact, "last_entry", local_number(row, "entry")) &&
           put(fact, "last_us", local_number(row, "time_us")) &&
           put(fact, "seeds",
               local_number(fact, "seeds") + local_number(row, "seeds"));
}

static bool join(json_t *fact, const json_t *row)
{
    bool is_good = true;
    if (local_number(row, "from_us") < local_number(fact, "from_us"))
        is_good = put(fact, "from_us", local_number(row, "from_us"));
    if (local_number(row, "to_us") > local_number(fact, "to_us"))
        is_good = is_good && put(fact, "to_us", local_number(row, "to_us"));
    return is_good && count(fact, row) && add_cameras(fact, row);
}

/* Into the row that it belongs to, if there is one: is_taken. */
static enum status join_death(json_t *facts, const json_t *row, bool *is_taken)
{
    json_t *order = find_order(facts, row);
    json_t *fact = order == NULL ? find(facts, row) : NULL;
    *is_taken = order != NULL || fact != NULL;
    if (order != NULL)
        return count(order, row) ? STATUS_OK : STATUS_NO_MEMORY;
    return fact == NULL || join(fact, row) ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status ledger_facts_take(json_t *facts, const json_t *page)
{
    size_t i = 0;
    json_t *row = NULL;
    if (!json_is_array(json_object_get(page, "rows")))
        return STATUS_BAD_INPUT;
    json_array_foreach(json_object_get(page, "rows"), i, row)
    {
        enum ledger_deed deed = LEDGER_VIEWED;
        if (ledger_deed_from_name(text_of(local_text(row, "deed")), &deed) !=
                STATUS_OK ||
            !json_is_array(json_object_get(row, "cameras")))
            return STATUS_BAD_INPUT;
        bool is_taken = false;
        enum status s = ledger_deed_is_personal(deed)
                            ? STATUS_OK
                            : join_death(facts, row, &is_taken);
        if (s != STATUS_OK)
            return s;
        if (is_taken)
            continue;
        if (json_array_size(facts) == LEDGER_FACTS_MAX)
            return STATUS_LIMIT;
        if (json_array_append_new(facts, json_deep_copy(row)) != 0)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}
