/* SPDX-License-Identifier: Apache-2.0 */
#include "model/notice_version.h"

#include "base/alloc.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 4 };

static const char *const STATES[] = {
    [NOTICE_VERSION_ANNOUNCED] = "announced",
    [NOTICE_VERSION_ACTIVE] = "active",
    [NOTICE_VERSION_SUPERSEDED] = "superseded",
    [NOTICE_VERSION_WITHDRAWN] = "withdrawn",
};

static const char *const EXCEPTIONS[] = {
    [NOTICE_EXCEPTION_NONE] = "none",
    [NOTICE_EXCEPTION_FIRST] = "first",
    [NOTICE_EXCEPTION_RESTRICTION] = "restriction",
    [NOTICE_EXCEPTION_CORRECTION] = "correction",
    [NOTICE_EXCEPTION_REPLACED] = "replaced",
};

const char *notice_version_state_name(enum notice_version_state state)
{
    return STATES[state];
}

const char *notice_exception_name(enum notice_exception exception)
{
    return EXCEPTIONS[exception];
}

enum status notice_exception_from_name(struct text name,
                                       enum notice_exception *out)
{
    for (unsigned i = NOTICE_EXCEPTION_NONE; i <= NOTICE_EXCEPTION_REPLACED;
         i++) {
        if (!text_equal(name, text_of(EXCEPTIONS[i])))
            continue;
        *out = (enum notice_exception)i;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

void notice_versions_deinit(struct notice_versions *versions)
{
    alloc_free(versions->list);
    *versions = (struct notice_versions){.list = NULL};
}

struct notice_version *notice_versions_add(struct notice_versions *versions,
                                           uint32_t number)
{
    if (versions->count == versions->capacity) {
        size_t wanted = versions->capacity == 0 ? (size_t)FIRST_CAPACITY
                                                : versions->capacity * 2;
        void *grown =
            alloc_resize(versions->list, wanted, sizeof *versions->list);
        if (grown == NULL) {
            versions->failed = true;
            return NULL;
        }
        versions->list = grown;
        versions->capacity = wanted;
    }
    struct notice_version *fresh = &versions->list[versions->count++];
    *fresh = (struct notice_version){.number = number,
                                     .state = NOTICE_VERSION_ANNOUNCED,
                                     .exception = NOTICE_EXCEPTION_NONE};
    return fresh;
}

struct notice_version *notice_versions_find(
    const struct notice_versions *versions, uint32_t number)
{
    for (size_t i = 0; i < versions->count; i++) {
        if (versions->list[i].number == number)
            return &versions->list[i];
    }
    return NULL;
}

static const struct notice_version *
in_state(const struct notice_versions *versions,
         enum notice_version_state state)
{
    for (size_t i = versions->count; i > 0; i--) {
        if (versions->list[i - 1].state == state)
            return &versions->list[i - 1];
    }
    return NULL;
}

const struct notice_version *
notice_versions_active(const struct notice_versions *versions)
{
    return in_state(versions, NOTICE_VERSION_ACTIVE);
}

const struct notice_version *
notice_versions_announced(const struct notice_versions *versions)
{
    return in_state(versions, NOTICE_VERSION_ANNOUNCED);
}

uint32_t notice_versions_next(const struct notice_versions *versions)
{
    return versions->count == 0
               ? 1
               : versions->list[versions->count - 1].number + 1;
}
