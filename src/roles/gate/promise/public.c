/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages that everybody may read, without a session: made of the notice,
 * its versions and the promises as they stand. Nothing of a person beyond what
 * the notice itself prints, no address of a camera, and no picture.
 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "notice/notice_document.h"
#include "notice/promise/promise_document.h"
#include "notice/public/atom_feed.h"
#include "notice/public/public_document.h"
#include "notice/render_html.h"
#include "notice/versions/store.h"
#include "roles/gate/gate.h"
#include "roles/gate/promise/promise.h"

struct public_request {
    struct gate *gate;
    enum public_page page;
    enum language language;
    uint32_t number;
    struct public_versions versions;
};

/* ---- what is shown ----------------------------------------------------------
 */

static const enum public_version_state STATES[] = {
    [NOTICE_VERSION_ANNOUNCED] = PUBLIC_VERSION_ANNOUNCED,
    [NOTICE_VERSION_ACTIVE] = PUBLIC_VERSION_IN_FORCE,
    [NOTICE_VERSION_SUPERSEDED] = PUBLIC_VERSION_SUPERSEDED,
};

/* The text of a version that is not in force; NULL where it is not at hand. */
static struct notice *text_of_version(const struct gate *gate,
                                      const struct notice_version *version)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    if (notice_version_load(&FILE_LAYER_SYSTEM, gate->directory, version,
                            &findings, &notice) != STATUS_OK)
        notice = NULL;
    findings_deinit(&findings);
    return notice;
}

static int64_t day_of(struct wall_time time)
{
    return civil_day(time, UTC_OFFSET_KOREA_S);
}

/* Those that were withdrawn never held, and are not told. *loaded: the
 * one text that was read for it, the caller's. */
static size_t list_versions(const struct public_request *asked,
                            struct public_version *out, struct notice **loaded)
{
    const struct gate *gate = asked->gate;
    size_t count = 0;
    for (size_t i = 0; i < gate->versions.count; i++) {
        const struct notice_version *version = &gate->versions.list[i];
        if (version->state == NOTICE_VERSION_WITHDRAWN)
            continue;
        struct public_version *shown = &out[count++];
        *shown = (struct public_version){
            .number = version->number,
            .state = STATES[version->state],
            .announced_day = day_of(version->announced),
            .effective_day = day_of(version->effective),
            .reason.ko = text_of(version->reason),
            .sha256 = text_of(version->sha256),
        };
        bool is_wanted =
            asked->page == PUBLIC_NEXT
                ? version->state == NOTICE_VERSION_ANNOUNCED
                : asked->page == PUBLIC_VERSION &&
                      version->number == asked->number;
        if (version->state == NOTICE_VERSION_ACTIVE) {
            shown->notice = gate->configuration.notice;
            shown->announced_day = shown->notice->announced_day;
            shown->effective_day = shown->notice->effective_day;
        } else if (is_wanted && *loaded == NULL) {
            *loaded = text_of_version(gate, version);
            shown->notice = *loaded;
        }
    }
    return count;
}

static enum status version_document(const struct public_request *asked,
                                    struct document *out)
{
    for (size_t i = 0; i < asked->versions.count; i++) {
        const struct public_version *version = &asked->versions.list[i];
        if (version->number == asked->number)
            return public_version_document(version, asked->language, out);
    }
    return STATUS_NOT_FOUND;
}

/* NULL: all of the notice are run here. */
static const struct notice_site *site_here(const struct gate *gate)
{
    const struct configuration *configuration = &gate->configuration;
    size_t site = configuration->plant->site;
    return site == PLANT_ALL_SITES ? NULL : &configuration->notice->sites[site];
}

static enum status document_of(const struct public_request *asked,
                               struct document *out)
{
    const struct gate_promises *promises = &asked->gate->promises;
    const struct notice *notice = asked->gate->configuration.notice;
    enum language language = asked->language;
    switch (asked->page) {
    case PUBLIC_HOME:
        return public_home_document(&asked->versions, &promises->last,
                                    site_here(asked->gate), language, out);
    case PUBLIC_NOTICE:
        return notice_document(notice, language, out);
    case PUBLIC_NEXT:
        return public_next_document(&asked->versions, language, out);
    case PUBLIC_VERSIONS:
        return public_versions_document(&asked->versions, language, out);
    case PUBLIC_VERSION:
        return version_document(asked, out);
    case PUBLIC_SIGNS:
        return public_signs_document(notice, language, out);
    case PUBLIC_REQUEST:
        return public_request_document(notice, language, out);
    case PUBLIC_FORM:
        return public_form_document(notice, language, out);
    case PUBLIC_PROMISES:
        return promises->last.count == 0
                   ? STATUS_AGAIN
                   : promise_document(notice, &promises->last,
                                      &promises->figures, language, out);
    case PUBLIC_PROMISES_JSON:
    case PUBLIC_FEED:
    case PUBLIC_PAGE_COUNT:
        break;
    }
    return STATUS_BAD_INPUT;
}

/* ---- what stands around it --------------------------------------------------
 */

static const struct {
    enum public_page page;
    const char *words[2];
} LINKS[] = {
    {PUBLIC_HOME, {"처음", "Start"}},
    {PUBLIC_NOTICE, {"방침", "Notice"}},
    {PUBLIC_PROMISES, {"이행 현황", "Promises"}},
    {PUBLIC_NEXT, {"변경 공고", "Announced"}},
    {PUBLIC_VERSIONS, {"모든 판", "Versions"}},
    {PUBLIC_SIGNS, {"안내판", "Signs"}},
    {PUBLIC_REQUEST, {"열람 요구", "Requests"}},
};

enum { LINK_COUNT = sizeof LINKS / sizeof LINKS[0] };

static enum status put_page(const struct public_request *asked,
                            const struct document *document,
                            struct buffer *out)
{
    char paths[LINK_COUNT][PUBLIC_PATH_SIZE];
    char other[PUBLIC_PATH_SIZE];
    char feed[PUBLIC_PATH_SIZE];
    struct html_link links[LINK_COUNT];
    enum language language = asked->language;
    for (size_t i = 0; i < LINK_COUNT; i++) {
        public_page_path(LINKS[i].page, language, 0, paths[i]);
        links[i] = (struct html_link){paths[i], LINKS[i].words[language],
                                      LINKS[i].page == asked->page};
    }
    public_page_path(asked->page,
                     language == LANGUAGE_KOREAN ? LANGUAGE_ENGLISH
                                                 : LANGUAGE_KOREAN,
                     asked->number, other);
    public_page_path(PUBLIC_FEED, language, 0, feed);
    const struct html_frame frame = {
        .other_language = other,
        .links = links,
        .link_count = LINK_COUNT,
        .feed = feed,
        .is_form = asked->page == PUBLIC_FORM,
    };
    return render_html(document, &frame, out);
}

static bool tells_what_waits(enum public_page page)
{
    return page == PUBLIC_HOME || page == PUBLIC_NOTICE ||
           page == PUBLIC_PROMISES;
}

static enum status put_html(const struct public_request *asked,
                            struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer page = buffer_with_limit(out->limit);
    struct document document;
    enum status s = document_of(asked, &document);
    if (s != STATUS_OK)
        return s;
    s = put_page(asked, &document, &page);
    document_deinit(&document);
    if (s != STATUS_OK)
        return s;
    if (tells_what_waits(asked->page))
        gate_page_mark(asked->gate, asked->language, buffer_bytes(&page), out);
    else
        buffer_append(out, buffer_bytes(&page));
    return buffer_status(out);
}

static enum status put(const struct public_request *asked, struct buffer *out)
{
    char origin[GATE_ORIGIN_SIZE];
    if (asked->page == PUBLIC_PROMISES_JSON) {
        gate_promises_publish(asked->gate, out);
        return buffer_status(out);
    }
    if (asked->page != PUBLIC_FEED)
        return put_html(asked, out);
    gate_origin(asked->gate, origin);
    return atom_feed_write(&asked->versions, text_of(origin), asked->language,
                           gate_now(asked->gate), out);
}

enum status gate_public_make(struct gate *gate, enum public_page page,
                             uint32_t number, enum language language,
                             struct buffer *out)
{
    AUTO(notice_destroy) struct notice *loaded = NULL;
    struct public_request asked = {
        .gate = gate,
        .page = page,
        .language = language,
        .number = number,
    };
    struct public_version *list =
        alloc_array(gate->versions.count + 1, sizeof *list);
    if (list == NULL)
        return STATUS_NO_MEMORY;
    asked.versions.count = list_versions(&asked, list, &loaded);
    asked.versions.list = list;
    enum status s = put(&asked, out);
    alloc_free(list);
    return s;
}
