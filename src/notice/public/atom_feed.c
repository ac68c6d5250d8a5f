/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/public/atom_feed.h"

#include <inttypes.h>

#include "base/markup.h"
#include "base/text.h"
#include "notice/notice_phrases.h"
#include "notice/render_html.h"

struct feed {
    struct buffer *out;
    enum language language;
    struct text origin; /* host/haechi/site */
};

static void put(struct feed *feed, const char *xml)
{
    buffer_append_text(feed->out, xml);
}

static const char *either(const struct feed *feed, const char *ko,
                          const char *en)
{
    return feed->language == LANGUAGE_KOREAN ? ko : en;
}

/* RFC 4151: whoever had the host in that year may name things by it. */
static void put_id(struct feed *feed, uint32_t version)
{
    struct text rest = feed->origin;
    struct text host = text_cut(&rest, '/');
    put(feed, "<id>tag:");
    markup_escape(host, feed->out);
    put(feed, ",2026:");
    markup_escape(rest, feed->out);
    put(feed, "/notice");
    if (version > 0)
        buffer_format(feed->out, "/%" PRIu32, version);
    put(feed, "</id>\n");
}

/* RFC 3339: the day's beginning in Korea. */
static void put_day(struct feed *feed, const char *element, int64_t day)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    buffer_format(feed->out,
                  "<%s>%04d-%02u-%02uT00:00:00+09:00</%s>\n", element,
                  (int)year, month, day_of_month, element);
}

static void put_title(struct feed *feed, const struct notice_words *institution)
{
    put(feed, "<title>");
    if (institution != NULL)
        markup_escape(notice_words_in(*institution, feed->language),
                      feed->out);
    put(feed, " ");
    markup_escape(text_of(phrase_in(PHRASE_TITLE, feed->language)), feed->out);
    put(feed, "</title>\n");
}

static void put_words_day(struct feed *feed, int64_t day)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    buffer_format(feed->out,
                  feed->language == LANGUAGE_KOREAN ? "%d년 %u월 %u일"
                                                    : "%04d-%02u-%02u",
                  (int)year, month, day_of_month);
}

static void put_summary(struct feed *feed,
                        const struct public_version *version)
{
    put(feed, "<summary>");
    put(feed, either(feed, "공고 ", "Announced "));
    if (version->announced_day == NOTICE_NO_DAY)
        put(feed, "–");
    else
        put_words_day(feed, version->announced_day);
    put(feed, either(feed, ", 시행 ", ", effective "));
    if (version->effective_day == NOTICE_NO_DAY)
        put(feed, "–");
    else
        put_words_day(feed, version->effective_day);
    put(feed, ". ");
    markup_escape(notice_words_in(version->reason, feed->language), feed->out);
    put(feed, version->reason.ko.size > 0 ? " SHA-256 " : "SHA-256 ");
    markup_escape(version->sha256, feed->out);
    put(feed, "</summary>\n");
}

/* When people could first know of it. */
static int64_t day_of(const struct public_version *version)
{
    return version->announced_day != NOTICE_NO_DAY ? version->announced_day
                                                   : version->effective_day;
}

static void put_entry(struct feed *feed, const struct public_version *version,
                      int64_t otherwise)
{
    int64_t day = day_of(version);
    put(feed, "<entry>\n");
    put_id(feed, version->number);
    buffer_format(feed->out,
                  feed->language == LANGUAGE_KOREAN
                      ? "<title>방침 제%" PRIu32 "판</title>\n"
                      : "<title>Notice, version %" PRIu32 "</title>\n",
                  version->number);
    put_day(feed, "published", day == NOTICE_NO_DAY ? otherwise : day);
    put_day(feed, "updated", day == NOTICE_NO_DAY ? otherwise : day);
    buffer_format(feed->out,
                  "<link rel=\"alternate\" type=\"text/html\" "
                  "href=\"/public%s/versions/%" PRIu32 "\"/>\n",
                  either(feed, "", "/en"), version->number);
    put_summary(feed, version);
    put(feed, "</entry>\n");
}

enum status atom_feed_write(const struct public_versions *versions,
                            struct text origin, enum language language,
                            struct wall_time now, struct buffer *out)
{
    struct feed feed = {out, language, origin};
    int64_t newest = NOTICE_NO_DAY;
    int64_t today = civil_day(now, UTC_OFFSET_KOREA_S);
    const struct notice *notice = NULL;
    for (size_t i = 0; i < versions->count; i++) {
        int64_t day = day_of(&versions->list[i]);
        newest = day > newest ? day : newest;
        if (versions->list[i].notice != NULL)
            notice = versions->list[i].notice;
    }
    buffer_format(out,
                  "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
                  "xml:lang=\"%s\">\n",
                  language_tag(language));
    put_id(&feed, 0);
    put_title(&feed, notice == NULL ? NULL : &notice->institution);
    put_day(&feed, "updated", newest == NOTICE_NO_DAY ? today : newest);
    put(&feed, "<author><name>");
    if (notice != NULL)
        markup_escape(notice_words_in(notice->institution, language), out);
    put(&feed, "</name></author>\n");
    buffer_format(out,
                  "<link rel=\"self\" type=\"application/atom+xml\" "
                  "href=\"/public%s/feed.xml\"/>\n"
                  "<link rel=\"alternate\" type=\"text/html\" "
                  "href=\"/public%s/versions\"/>\n",
                  either(&feed, "", "/en"), either(&feed, "", "/en"));
    for (size_t i = versions->count; i > 0; i--)
        put_entry(&feed, &versions->list[i - 1], today);
    put(&feed, "</feed>\n");
    return buffer_status(out);
}
