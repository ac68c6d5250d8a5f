/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about people, processors and what the sign says of them. */
#include "base/text.h"
#include "notice/lint/lint.h"

enum { NUMBER_DIGITS_MAX = 12 /* more are two numbers */ };

static size_t digits_in(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] >= '0' && text.data[i] <= '9';
    return count;
}

static const struct notice_person *other_number(const struct notice *notice,
                                                size_t person)
{
    const struct notice_person *one = &notice->people[person];
    for (size_t i = 0; i < person; i++) {
        const struct notice_person *other = &notice->people[i];
        if (one->name.ko.size > 0 && one->telephone.size > 0 &&
            other->telephone.size > 0 &&
            lint_same_letters(one->name.ko, other->name.ko) &&
            !lint_same_digits(one->telephone, other->telephone))
            return other;
    }
    return NULL;
}

void lint_telephones(const struct notice *notice, struct findings *findings)
{
    for (size_t i = 0; i < notice->person_count; i++) {
        const struct notice_person *person = &notice->people[i];
        if (other_number(notice, i) != NULL ||
            digits_in(person->telephone) > NUMBER_DIGITS_MAX)
            findings_add(findings, FINDING_TELEPHONES_DIFFER,
                         lint_in_line(notice, person->line),
                         "keep the number that is answered",
                         "the notice gives two telephone numbers for '%.*s'",
                         SHOWN(person->id));
    }
}

void lint_posts(const struct notice *notice, struct findings *findings)
{
    for (size_t i = 0; i < notice->person_count; i++) {
        const struct notice_person *person = &notice->people[i];
        bool is_post = person->name.ko.size == 0 ||
                       person->passes_to_successor ||
                       lint_holds(person->name.ko, "후임") ||
                       lint_holds(person->post.ko, "후임");
        if (is_post)
            findings_add(findings, FINDING_POST_INSTEAD_OF_NAME,
                         lint_in_line(notice, person->line),
                         "name the person; a correction of fact may be made "
                         "at once when the post passes on",
                         "'%.*s' is a post and whoever follows in it: nobody "
                         "has a right to view by it",
                         SHOWN(person->id));
    }
}

void lint_processors(const struct notice *notice, struct findings *findings)
{
    for (size_t i = 0; i < notice->processor_count; i++) {
        const struct notice_processor *processor = &notice->processors[i];
        if (processor->task.ko.size == 0)
            findings_add(findings, FINDING_PROCESSOR_WITHOUT_TASK,
                         lint_in_line(notice, processor->line),
                         "add task: installation, maintenance, operation",
                         "the notice does not say what '%.*s' does",
                         SHOWN(processor->name.ko));
    }
    if (notice->processor_count < 2)
        return;
    for (size_t i = 0; i < notice->processor_count; i++)
        if (notice->processors[i].scope.count == notice->group_count &&
            notice->site_count > 1) {
            findings_add(findings, FINDING_PROCESSORS_WITHOUT_SITES,
                         lint_in_line(notice, notice->processors[i].line),
                         "add for: with the sites of each",
                         "there are %zu processors and %zu sites, and nothing "
                         "says where '%.*s' works",
                         notice->processor_count, notice->site_count,
                         SHOWN(notice->processors[i].name.ko));
            return;
        }
}

void lint_sign_telephone(const struct notice *notice,
                         struct findings *findings)
{
    struct text number = notice->sign.telephone;
    if (!notice->has_sign || number.size == 0)
        return;
    for (size_t i = 0; i < notice->person_count; i++)
        if (lint_same_digits(notice->people[i].telephone, number))
            return;
    findings_add(findings, FINDING_SIGN_TELEPHONE_DIFFERS,
                 lint_in_line(notice, notice->sign.line),
                 "write a number of the table of people on the sign",
                 "the sign's telephone %.*s is nobody's in the table",
                 SHOWN(number));
}

/* "출입구 근처": what it is about, without where around it. */
static struct text subject_of(struct text item)
{
    static const char *const AROUND[] = {"내부", "근처", "전체", "주변",
                                         "일대", "외부", "전경", NULL};
    struct text rest = text_trim(item);
    struct text subject = rest;
    while (rest.size > 0) {
        struct text word = text_cut(&rest, ' ');
        if (lint_holds_any(word, AROUND) && word.data > subject.data) {
            subject.size = (size_t)(word.data - subject.data);
            break;
        }
    }
    return text_trim(subject);
}

static bool stands_in_table(const struct notice *notice, struct text subject)
{
    for (size_t i = 0; i < notice->group_count; i++)
        if (lint_holds_letters(notice->groups[i].place.ko, subject) ||
            lint_holds_letters(notice->groups[i].coverage.ko, subject))
            return true;
    return false;
}

/* A part of the table's coverage that the sign leaves out; empty: none. */
static struct text left_out(const struct notice *notice)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        struct text rest = notice->groups[i].coverage.ko;
        while (rest.size > 0) {
            struct text subject = subject_of(text_cut(&rest, ','));
            if (subject.size > 0 &&
                !lint_holds_letters(notice->sign.coverage.ko, subject))
                return subject;
        }
    }
    return (struct text){NULL, 0};
}

void lint_sign_coverage(const struct notice *notice, struct findings *findings)
{
    struct text rest = notice->sign.coverage.ko;
    while (notice->has_sign && rest.size > 0) {
        struct text item = text_trim(text_cut(&rest, ','));
        struct text subject = subject_of(item);
        if (subject.size == 0 || stands_in_table(notice, subject))
            continue;
        struct text missing = left_out(notice);
        findings_add(findings, FINDING_SIGN_COVERAGE_DIFFERS,
                     lint_in_line(notice, notice->sign.line),
                     "write the same on the sign as in the table of cameras",
                     "the sign says '%.*s', where the table says %s%.*s%s",
                     SHOWN(item), missing.size > 0 ? "'" : "nothing such",
                     SHOWN(missing), missing.size > 0 ? "'" : "");
        return;
    }
}
