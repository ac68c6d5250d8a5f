/* SPDX-License-Identifier: Apache-2.0 */
#include "office/view.h"

#include <string.h>

#include "office/statement.h"

#define COLUMNS                                                                \
    "number, account, token_sha256, kind, cameras, from_us, to_us, used_us"

enum status view_add(struct office *office, const struct view *view)
{
    struct statement insert = statement_of(
        office, "INSERT INTO views (" COLUMNS ") SELECT ?, ?, ?, ?, ?, ?, ?, ?"
                " WHERE (SELECT count(*) FROM views WHERE token_sha256 = ?)"
                " < ?");
    statement_number(&insert, (int64_t)view->number);
    statement_number(&insert, view->account);
    statement_blob(&insert, bytes_of(view->session, SESSION_HASH_SIZE));
    statement_number(&insert, view->kind);
    statement_blob(&insert, view->cameras);
    statement_number(&insert, view->span.from.us);
    statement_number(&insert, view->span.to.us);
    statement_number(&insert, view->used.us);
    statement_blob(&insert, bytes_of(view->session, SESSION_HASH_SIZE));
    statement_number(&insert, VIEWS_OF_SESSION_MAX);
    enum status s = statement_run(&insert);
    statement_deinit(&insert);
    if (s == STATUS_OK && office_changes(office) == 0)
        s = STATUS_LIMIT;
    return s;
}

static enum status take_row(const struct statement *row, struct view *out)
{
    *out = (struct view){
        .number = (uint64_t)column_number(row, 0),
        .account = (uint32_t)column_number(row, 1),
        .kind = (enum view_kind)column_number(row, 3),
        .cameras = column_blob(row, 4),
        .span = {{column_number(row, 5)}, {column_number(row, 6)}},
        .used = {column_number(row, 7)},
    };
    struct bytes session = column_blob(row, 2);
    bool is_good = session.size == SESSION_HASH_SIZE &&
                   (out->kind == VIEW_RECORDED || out->kind == VIEW_LIVE) &&
                   out->cameras.size > 0 && out->cameras.size % 4 == 0 &&
                   out->cameras.size <= VIEW_CAMERAS_SIZE;
    if (is_good)
        memcpy(out->session, session.data, SESSION_HASH_SIZE);
    return is_good ? STATUS_OK : STATUS_CORRUPT;
}

bool view_is_idle(const struct view *view, struct wall_time now)
{
    return now.us - view->used.us >= (int64_t)VIEW_IDLE_S * SECOND_US;
}

static enum status touch(struct office *office, const struct view *view,
                         struct wall_time now)
{
    if (now.us - view->used.us < (int64_t)SESSION_TOUCH_S * SECOND_US)
        return STATUS_OK;
    struct statement update =
        statement_of(office, "UPDATE views SET used_us = ? WHERE number = ?");
    statement_number(&update, now.us);
    statement_number(&update, (int64_t)view->number);
    enum status s = statement_run(&update);
    statement_deinit(&update);
    return s;
}

enum status view_use(struct office *office, uint64_t number,
                     const uint8_t session[SESSION_HASH_SIZE],
                     struct wall_time now, view_fn *on_view, void *context)
{
    struct view view;
    if (number > INT64_MAX)
        return STATUS_DENIED;
    struct statement query =
        statement_of(office, "SELECT " COLUMNS " FROM views"
                             " WHERE number = ? AND token_sha256 = ?");
    statement_number(&query, (int64_t)number);
    statement_blob(&query, bytes_of(session, SESSION_HASH_SIZE));
    enum status s = statement_row(&query);
    if (s == STATUS_OK)
        s = take_row(&query, &view);
    if (s == STATUS_END || (s == STATUS_OK && view_is_idle(&view, now)))
        s = STATUS_DENIED;
    if (s == STATUS_OK)
        s = touch(office, &view, now);
    if (s == STATUS_OK)
        s = on_view(context, &view);
    statement_deinit(&query);
    return s;
}

enum status view_remove(struct office *office, uint64_t number,
                        const uint8_t session[SESSION_HASH_SIZE])
{
    if (number > INT64_MAX)
        return STATUS_NOT_FOUND;
    struct statement statement = statement_of(
        office, "DELETE FROM views WHERE number = ? AND token_sha256 = ?");
    statement_number(&statement, (int64_t)number);
    statement_blob(&statement, bytes_of(session, SESSION_HASH_SIZE));
    enum status s = statement_run(&statement);
    statement_deinit(&statement);
    if (s == STATUS_OK && office_changes(office) == 0)
        s = STATUS_NOT_FOUND;
    return s;
}

enum status view_count(struct office *office,
                       const uint8_t session[SESSION_HASH_SIZE], uint64_t *out)
{
    struct statement query = statement_of(
        office, "SELECT count(*) FROM views WHERE token_sha256 = ?");
    statement_blob(&query, bytes_of(session, SESSION_HASH_SIZE));
    enum status s = statement_row(&query);
    if (s == STATUS_OK)
        *out = (uint64_t)column_number(&query, 0);
    statement_deinit(&query);
    return s == STATUS_END ? STATUS_CORRUPT : s;
}

enum status view_each(struct office *office,
                      const uint8_t session[SESSION_HASH_SIZE],
                      view_fn *on_view, void *context)
{
    struct statement query = statement_of(
        office, session == NULL
                    ? "SELECT " COLUMNS " FROM views ORDER BY number"
                    : "SELECT " COLUMNS " FROM views WHERE token_sha256 = ?"
                      " ORDER BY number");
    if (session != NULL)
        statement_blob(&query, bytes_of(session, SESSION_HASH_SIZE));
    enum status s = statement_row(&query);
    while (s == STATUS_OK) {
        struct view view;
        s = take_row(&query, &view);
        if (s == STATUS_OK)
            s = on_view(context, &view);
        if (s == STATUS_OK)
            s = statement_row(&query);
    }
    statement_deinit(&query);
    return s == STATUS_END ? STATUS_OK : s;
}
