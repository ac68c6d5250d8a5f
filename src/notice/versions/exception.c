/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/versions/exception.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "notice/versions/facts.h"

/* What is corrected at once; "[*]" stands for any element. */
static const char *const CORRECTIONS[] = {
    "people[*]/telephone",     "people[*]/name",
    "people[*]/department",    "processors[*]/telephone",
    "processors[*]/contact",   "remedies[*]/contact",
    "remedies[*]/homepage",    "sign/telephone",
    "sign/manager",            "signs[*]/telephone",
    "signs[*]/manager",
};

struct comparison {
    struct facts before;
    struct facts after;
};

/* ---- paths ---- */

/* Whether path is of the pattern; *rest: what follows it. */
static bool begins(const char *path, const char *pattern, const char **rest)
{
    while (*pattern != 0) {
        if (strncmp(pattern, "[*]", 3) == 0) {
            const char *end = *path == '[' ? strchr(path, ']') : NULL;
            if (end == NULL)
                return false;
            path = end + 1;
            pattern += 3;
        } else if (*path++ != *pattern++) {
            return false;
        }
    }
    *rest = path;
    return true;
}

/* The same words in either language are one thing. */
static bool is_of(const char *path, const char *pattern)
{
    const char *rest = NULL;
    return begins(path, pattern, &rest) &&
           (*rest == 0 || strcmp(rest, "/ko") == 0 || strcmp(rest, "/en") == 0);
}

/* "people[x]" of "people[x]/for[y]", with what is added; false: too long. */
static bool element_of(const char *path, const char *added,
                       char out[FACT_PATH_MAX])
{
    const char *end = strchr(path, ']');
    if (end == NULL)
        return false;
    int size = (int)(end + 1 - path);
    int used = snprintf(out, FACT_PATH_MAX, "%.*s%s", size, path, added);
    return used > 0 && used < FACT_PATH_MAX;
}

static bool has_element(const struct facts *facts, const char *path,
                        const char *added)
{
    char element[FACT_PATH_MAX];
    return element_of(path, added, element) && facts_have(facts, element);
}

/* ---- what is which ---- */

static bool is_correction(const struct comparison *comparison,
                          const struct fact *fact)
{
    for (size_t i = 0; i < sizeof CORRECTIONS / sizeof CORRECTIONS[0]; i++) {
        if (!is_of(fact->path, CORRECTIONS[i]))
            continue;
        /* Another name is a successor only where there is a post. */
        return !is_of(fact->path, "people[*]/name") ||
               has_element(&comparison->after, fact->path, "/post");
    }
    return false;
}

static bool number_of(const struct fact *fact, uint64_t *out)
{
    return fact != NULL &&
           number_parse_u64(fact->value, 0, UINT32_MAX, out) == STATUS_OK;
}

/* Of a group's cameras, or of the sums that the notice prints. */
static bool is_fewer(const struct comparison *comparison,
                     const struct fact *fact)
{
    uint64_t before = 0;
    uint64_t after = 0;
    const char *rest = NULL;
    bool is_count = begins(fact->path, "sites[*]/groups[*]/count", &rest) ||
                    begins(fact->path, "sites[*]/stated_count", &rest) ||
                    begins(fact->path, "stated_count", &rest);
    return is_count && *rest == 0 &&
           number_of(facts_find(&comparison->before, fact->path), &before) &&
           number_of(facts_find(&comparison->after, fact->path), &after) &&
           after < before;
}

static bool is_removal(const struct comparison *comparison,
                       const struct fact *fact)
{
    const char *rest = NULL;
    if (is_fewer(comparison, fact))
        return true;
    if (!begins(fact->path, "people[*]/", &rest))
        return false;
    if (!has_element(&comparison->after, fact->path, "/"))
        return true; /* not named at all any more */
    /* The last one taken away would give all of them. */
    return begins(fact->path, "people[*]/for[*]", &rest) &&
           has_element(&comparison->after, fact->path, "/for[");
}

static bool is_narrowing(const struct comparison *comparison,
                         const struct fact *fact)
{
    const char *rest = NULL;
    char exclusion[FACT_PATH_MAX];
    if (is_fewer(comparison, fact))
        return true;
    /* Who had all of them has some. */
    if (begins(fact->path, "people[*]/for[*]", &rest))
        return has_element(&comparison->before, fact->path, "/") &&
               !has_element(&comparison->before, fact->path, "/for[");
    if (!begins(fact->path, "sites[*]/groups[*]/exclusions[*]", &rest))
        return false;
    int size = (int)(rest - fact->path);
    (void)snprintf(exclusion, sizeof exclusion, "%.*s", size, fact->path);
    return !facts_have(&comparison->before, exclusion);
}

static bool is_left_aside(const struct fact *fact)
{
    return strncmp(fact->path, "dates/", 6) == 0;
}

static bool is_wanted(const struct comparison *comparison,
                      const struct fact *fact, bool is_added,
                      enum notice_exception wanted)
{
    if (is_left_aside(fact))
        return true;
    if (wanted == NOTICE_EXCEPTION_CORRECTION)
        return is_correction(comparison, fact);
    return is_added ? is_narrowing(comparison, fact)
                    : is_removal(comparison, fact);
}

/* ---- both lists side by side ---- */

static int order_of(const struct fact *before, const struct fact *after)
{
    if (before == NULL || after == NULL)
        return before == NULL ? 1 : -1;
    int order = strcmp(before->path, after->path);
    if (order != 0)
        return order;
    return text_equal(before->value, after->value) ? 0 : -1;
}

/* The first change that is none of the wanted; NULL: all are. *changes: how
 * many there are, dates left aside. */
static const struct fact *first_other(const struct comparison *comparison,
                                      enum notice_exception wanted,
                                      size_t *changes)
{
    const struct facts *before = &comparison->before;
    const struct facts *after = &comparison->after;
    size_t i = 0;
    size_t j = 0;
    *changes = 0;
    while (i < before->count || j < after->count) {
        const struct fact *old = i < before->count ? &before->list[i] : NULL;
        const struct fact *new = j < after->count ? &after->list[j] : NULL;
        int order = order_of(old, new);
        i += order <= 0;
        j += order >= 0;
        if (order == 0)
            continue;
        const struct fact *fact = order < 0 ? old : new;
        *changes += !is_left_aside(fact);
        if (!is_wanted(comparison, fact, order > 0, wanted))
            return fact;
    }
    return NULL;
}

static enum status compare(const struct notice *before,
                           const struct notice *after,
                           struct comparison *comparison)
{
    *comparison = (struct comparison){.before.list = NULL};
    enum status s = facts_read(before->tree, &comparison->before);
    if (s == STATUS_OK)
        s = facts_read(after->tree, &comparison->after);
    return s;
}

static void release(struct comparison *comparison)
{
    facts_deinit(&comparison->before);
    facts_deinit(&comparison->after);
}

enum status notice_exception_of(const struct notice *before,
                                const struct notice *after,
                                enum notice_exception *out)
{
    struct comparison comparison;
    size_t changes = 0;
    enum status s = compare(before, after, &comparison);
    *out = NOTICE_EXCEPTION_NONE;
    for (unsigned wanted = NOTICE_EXCEPTION_RESTRICTION;
         s == STATUS_OK && wanted <= NOTICE_EXCEPTION_CORRECTION; wanted++) {
        if (first_other(&comparison, (enum notice_exception)wanted,
                        &changes) != NULL ||
            changes == 0)
            continue;
        *out = (enum notice_exception)wanted;
        break;
    }
    release(&comparison);
    return s;
}

enum status notice_exception_obstacle(const struct notice *before,
                                      const struct notice *after,
                                      enum notice_exception wanted, char *out,
                                      size_t size)
{
    struct comparison comparison;
    size_t changes = 0;
    out[0] = 0;
    enum status s = compare(before, after, &comparison);
    if (s == STATUS_OK) {
        const struct fact *other = first_other(&comparison, wanted, &changes);
        if (other != NULL)
            (void)snprintf(out, size, "%s", other->path);
    }
    release(&comparison);
    return s;
}
