/* SPDX-License-Identifier: Apache-2.0 */
#include "office/session.h"

#include <string.h>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "office/statement.h"
#include "sys/random.h"

enum { TOKEN_BYTES = 32 };

_Static_assert((int)SESSION_TOKEN_SIZE == (int)HEX_SIZE(TOKEN_BYTES),
               "hexadecimal");
_Static_assert((int)SESSION_HASH_SIZE == (int)SHA256_SIZE, "see session.h");

enum status office_session_hash(struct text token,
                                uint8_t out[SESSION_HASH_SIZE])
{
    if (token.size != SESSION_TOKEN_SIZE)
        return STATUS_DENIED;
    struct bytes part = text_bytes(token);
    return sha256(&part, 1, out);
}

enum status office_session_begin(struct office *office, uint32_t account,
                                 struct wall_time now,
                                 char token[SESSION_TOKEN_SIZE + 1])
{
    uint8_t hash[SESSION_HASH_SIZE];
    uint8_t random[TOKEN_BYTES];
    random_fill(random, sizeof random);
    hex_encode(bytes_of(random, sizeof random), token);
    secret_wipe(random, sizeof random);
    enum status s =
        office_session_hash((struct text){token, SESSION_TOKEN_SIZE}, hash);
    if (s != STATUS_OK)
        return s;
    struct statement insert = statement_of(
        office, "INSERT INTO sessions (token_sha256, account, created_us,"
                " used_us) SELECT ?, ?, ?, ? WHERE"
                " (SELECT count(*) FROM sessions) < ?");
    statement_blob(&insert, bytes_of(hash, sizeof hash));
    statement_number(&insert, account);
    statement_number(&insert, now.us);
    statement_number(&insert, now.us);
    statement_number(&insert, SESSIONS_MAX);
    s = statement_run(&insert);
    statement_deinit(&insert);
    if (s == STATUS_OK && office_changes(office) == 0)
        s = STATUS_LIMIT;
    return s;
}

/* A clock that was set back does not lengthen anything. */
static bool has_ended(const struct session *session, struct wall_time now)
{
    int64_t age = now.us - session->created.us;
    int64_t idle = now.us - session->used.us;
    return age < 0 || age >= (int64_t)SESSION_LIFE_S * SECOND_US ||
           idle >= (int64_t)SESSION_IDLE_S * SECOND_US;
}

static enum status get(struct office *office, struct wall_time now,
                       struct session *session)
{
    struct statement query = statement_of(
        office, "SELECT s.account, s.created_us, s.used_us FROM sessions s"
                " JOIN accounts a ON a.number = s.account"
                " WHERE s.token_sha256 = ? AND a.closed_us = 0");
    statement_blob(&query, bytes_of(session->hash, sizeof session->hash));
    enum status s = statement_row(&query);
    if (s == STATUS_OK) {
        session->account = (uint32_t)column_number(&query, 0);
        session->created.us = column_number(&query, 1);
        session->used.us = column_number(&query, 2);
    }
    statement_deinit(&query);
    if (s == STATUS_END || (s == STATUS_OK && has_ended(session, now)))
        return STATUS_DENIED;
    return s;
}

static enum status touch(struct office *office, struct session *session,
                         struct wall_time now)
{
    int64_t since_us = now.us - session->used.us;
    if (since_us < (int64_t)SESSION_TOUCH_S * SECOND_US)
        return STATUS_OK;
    session->used = now;
    struct statement update = statement_of(
        office, "UPDATE sessions SET used_us = ? WHERE token_sha256 = ?");
    statement_number(&update, now.us);
    statement_blob(&update, bytes_of(session->hash, sizeof session->hash));
    enum status s = statement_run(&update);
    statement_deinit(&update);
    return s;
}

enum status office_session_find(struct office *office, struct text token,
                                struct wall_time now, struct session *out)
{
    *out = (struct session){.account = 0};
    enum status s = office_session_hash(token, out->hash);
    if (s == STATUS_OK)
        s = get(office, now, out);
    if (s == STATUS_OK)
        s = touch(office, out, now);
    return s;
}

enum status office_session_check(struct office *office,
                                 const uint8_t hash[SESSION_HASH_SIZE],
                                 struct wall_time now)
{
    struct session session = {.account = 0};
    memcpy(session.hash, hash, sizeof session.hash);
    return get(office, now, &session);
}

enum status office_session_end(struct office *office,
                               const uint8_t hash[SESSION_HASH_SIZE])
{
    struct statement statement =
        statement_of(office, "DELETE FROM sessions WHERE token_sha256 = ?");
    statement_blob(&statement, bytes_of(hash, SESSION_HASH_SIZE));
    enum status s = statement_run(&statement);
    statement_deinit(&statement);
    return s;
}

enum status office_session_sweep(struct office *office, struct wall_time now)
{
    struct statement statement = statement_of(
        office, "DELETE FROM sessions WHERE used_us <= ? OR created_us <= ?"
                " OR created_us > ?");
    statement_number(&statement, now.us - (int64_t)SESSION_IDLE_S * SECOND_US);
    statement_number(&statement, now.us - (int64_t)SESSION_LIFE_S * SECOND_US);
    statement_number(&statement, now.us);
    enum status s = statement_run(&statement);
    statement_deinit(&statement);
    return s;
}
