/* SPDX-License-Identifier: Apache-2.0 */
#include "office/account.h"

#include <string.h>

#include "base/text.h"
#include "office/statement.h"

#define COLUMNS                                                                \
    "number, name, password_hash, role, person, created_us, closed_us, "       \
    "failures, locked_until_us"

enum status account_check_name(struct text name)
{
    struct text trimmed = text_trim(name);
    bool is_good = name.size > 0 && name.size < ACCOUNT_NAME_SIZE &&
                   trimmed.size == name.size && text_is_plain(name);
    return is_good ? STATUS_OK : STATUS_BAD_INPUT;
}

static size_t characters(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((uint8_t)text.data[i] & 0xc0) != 0x80;
    return count;
}

static bool is_one_character(struct text text)
{
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] != text.data[0])
            return false;
    }
    return true;
}

enum status account_check_password(struct text name, struct text password)
{
    bool is_good =
        password.size <= PASSWORD_BYTES_MAX && text_is_plain(password) &&
        characters(password) >= PASSWORD_CHARACTERS_MIN &&
        !text_equal_ignore_case(name, password) && !is_one_character(password);
    return is_good ? STATUS_OK : STATUS_BAD_INPUT;
}

static enum status take_row(const struct statement *row, struct account *out)
{
    *out = (struct account){
        .number = (uint32_t)column_number(row, 0),
        .created = {column_number(row, 5)},
        .closed = {column_number(row, 6)},
        .failures = (uint32_t)column_number(row, 7),
        .locked_until = {column_number(row, 8)},
    };
    bool is_good =
        text_copy(column_text(row, 1), out->name, sizeof out->name) &&
        text_copy(column_text(row, 2), out->password_hash,
                  sizeof out->password_hash) &&
        account_role_from_name(column_text(row, 3), &out->role) == STATUS_OK &&
        text_copy(column_text(row, 4), out->person, sizeof out->person);
    return is_good ? STATUS_OK : STATUS_CORRUPT;
}

enum status account_next_number(struct office *office, uint32_t *out)
{
    struct statement query =
        statement_of(office, "SELECT coalesce(max(number), 0) FROM accounts");
    enum status s = statement_row(&query);
    int64_t last = s == STATUS_OK ? column_number(&query, 0) : 0;
    statement_deinit(&query);
    if (s != STATUS_OK)
        return s == STATUS_END ? STATUS_CORRUPT : s;
    if (last < 0 || last >= ACCOUNTS_MAX)
        return STATUS_LIMIT;
    *out = (uint32_t)last + 1;
    return STATUS_OK;
}

enum status account_add(struct office *office, struct account *account)
{
    uint32_t number = 0;
    enum status s = account_next_number(office, &number);
    if (s != STATUS_OK)
        return s;
    if (account->number != 0)
        number = account->number;
    struct statement insert = statement_of(
        office, "INSERT INTO accounts (number, name, password_hash, role,"
                " person, created_us) VALUES (?, ?, ?, ?, ?, ?)");
    statement_number(&insert, number);
    statement_text(&insert, text_of(account->name));
    statement_text(&insert, text_of(account->password_hash));
    statement_text(&insert, text_of(account_role_name(account->role)));
    statement_text(&insert, text_of(account->person));
    statement_number(&insert, account->created.us);
    s = statement_run(&insert);
    statement_deinit(&insert);
    if (s == STATUS_OK)
        account->number = number;
    return s;
}

static enum status take_one(struct statement *query, struct account *out)
{
    enum status s = statement_row(query);
    if (s == STATUS_OK)
        s = take_row(query, out);
    statement_deinit(query);
    return s == STATUS_END ? STATUS_NOT_FOUND : s;
}

enum status account_get(struct office *office, uint32_t number,
                        struct account *out)
{
    struct statement query = statement_of(
        office, "SELECT " COLUMNS " FROM accounts WHERE number = ?");
    statement_number(&query, number);
    return take_one(&query, out);
}

enum status account_find(struct office *office, struct text name,
                         struct account *out)
{
    struct statement query =
        statement_of(office, "SELECT " COLUMNS " FROM accounts WHERE name = ?");
    statement_text(&query, name);
    return take_one(&query, out);
}

static enum status run_for(struct office *office, const char *sql,
                           const int64_t *numbers, size_t count)
{
    struct statement statement = statement_of(office, sql);
    for (size_t i = 0; i < count; i++)
        statement_number(&statement, numbers[i]);
    enum status s = statement_run(&statement);
    statement_deinit(&statement);
    return s;
}

enum status account_close(struct office *office, uint32_t number,
                          struct wall_time now)
{
    const int64_t numbers[] = {now.us, number};
    enum status s = run_for(office,
                            "UPDATE accounts SET closed_us = ?"
                            " WHERE number = ? AND closed_us = 0",
                            numbers, 2);
    if (s != STATUS_OK)
        return s;
    if (office_changes(office) == 0)
        return STATUS_NOT_FOUND;
    return run_for(office, "DELETE FROM sessions WHERE account = ?",
                   &numbers[1], 1);
}

enum status account_note_failure(struct office *office, uint32_t number,
                                 struct wall_time now)
{
    const int64_t numbers[] = {
        LOGIN_FAILURES_MAX,
        now.us + (int64_t)LOGIN_LOCK_S * SECOND_US,
        LOGIN_FAILURES_MAX,
        number,
    };
    return run_for(office,
                   "UPDATE accounts SET"
                   " locked_until_us = CASE WHEN failures + 1 >= ?"
                   "  THEN ? ELSE locked_until_us END,"
                   " failures = CASE WHEN failures + 1 >= ?"
                   "  THEN 0 ELSE failures + 1 END"
                   " WHERE number = ?",
                   numbers, 4);
}

enum status account_note_success(struct office *office, uint32_t number)
{
    const int64_t wanted = number;
    return run_for(office,
                   "UPDATE accounts SET failures = 0, locked_until_us = 0"
                   " WHERE number = ? AND (failures > 0"
                   " OR locked_until_us > 0)",
                   &wanted, 1);
}

bool account_is_locked(const struct account *account, struct wall_time now)
{
    return now.us < account->locked_until.us;
}

enum status account_count(struct office *office, enum account_role role,
                          uint64_t *out)
{
    bool is_all = role == ACCOUNT_ROLE_COUNT;
    struct statement query =
        statement_of(office, is_all ? "SELECT count(*) FROM accounts"
                                    : "SELECT count(*) FROM accounts"
                                      " WHERE role = ? AND closed_us = 0");
    if (!is_all)
        statement_text(&query, text_of(account_role_name(role)));
    enum status s = statement_row(&query);
    if (s == STATUS_OK)
        *out = (uint64_t)column_number(&query, 0);
    statement_deinit(&query);
    return s == STATUS_END ? STATUS_CORRUPT : s;
}

enum status account_each(struct office *office, account_fn *on_account,
                         void *context)
{
    struct statement query = statement_of(
        office, "SELECT " COLUMNS " FROM accounts ORDER BY number");
    enum status s = statement_row(&query);
    while (s == STATUS_OK) {
        struct account account;
        s = take_row(&query, &account);
        if (s != STATUS_OK)
            break;
        on_account(context, &account);
        s = statement_row(&query);
    }
    statement_deinit(&query);
    return s == STATUS_END ? STATUS_OK : s;
}
