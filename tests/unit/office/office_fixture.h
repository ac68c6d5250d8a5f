/* SPDX-License-Identifier: Apache-2.0 */
/* A new office in a directory of its own, for the tests of this folder. */
#ifndef UNIT_OFFICE_OFFICE_FIXTURE_H
#define UNIT_OFFICE_OFFICE_FIXTURE_H

#include <stdio.h>

#include "base/text.h"
#include "office/account.h"
#include "unit/test.h"

struct office_fixture {
    char directory[64];
    char path[96];
    struct office *office;
};

static inline void office_setup(struct office_fixture *fixture)
{
    test_directory_make(fixture->directory, sizeof fixture->directory);
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/office.sqlite",
                   fixture->directory);
    CHECK_OK(office_open(fixture->path, &fixture->office));
}

static inline void office_reopen(struct office_fixture *fixture)
{
    office_close(&fixture->office);
    CHECK_OK(office_open(fixture->path, &fixture->office));
}

static inline void office_teardown(struct office_fixture *fixture)
{
    office_close(&fixture->office);
    test_directory_remove(fixture->directory);
}

static inline uint32_t office_add_account(struct office_fixture *fixture,
                                          const char *name,
                                          enum account_role role)
{
    struct account account = {.role = role, .created = {1}};
    CHECK(text_copy(text_of(name), account.name, sizeof account.name));
    CHECK(text_copy(text_of("hash"), account.password_hash,
                    sizeof account.password_hash));
    CHECK(text_copy(text_of("manager"), account.person, sizeof account.person));
    CHECK_OK(account_add(fixture->office, &account));
    return account.number;
}

#endif
