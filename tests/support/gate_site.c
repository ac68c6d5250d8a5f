/* SPDX-License-Identifier: Apache-2.0 */
#include "support/gate_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "model/policy.h"
#include "notice/versions/store.h"
#include "support/example_edit.h"
#include "sys/file.h"
#include "unit/test.h"

enum { PATH_SIZE = 256, TURN_MS = 20, TURNS = 3000 };

static const char REASON[] = "보관기간을 줄임";

static void format_day(int64_t day, char out[16])
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    (void)snprintf(out, 16, "%04d-%02u-%02u", (int)(year % 10000), month % 100,
                   day_of_month % 100);
}

void gate_site_replace(struct buffer *text, const char *find,
                       const char *replacement)
{
    const uint8_t *at = memmem(text->data, text->size, find, strlen(find));
    CHECK(at != NULL);
    size_t head = (size_t)(at - text->data);
    struct buffer fresh = buffer_with_limit(1 << 20);
    buffer_append(&fresh, bytes_of(text->data, head));
    buffer_append_text(&fresh, replacement);
    head += strlen(find);
    buffer_append(&fresh, bytes_of(text->data + head, text->size - head));
    CHECK_OK(buffer_status(&fresh));
    buffer_deinit(text);
    *text = fresh;
}

int64_t gate_site_today(const struct gate_stage *stage)
{
    return civil_day(
        (struct wall_time){gate_stage_now_us() + stage->ahead_us},
        UTC_OFFSET_KOREA_S);
}

void gate_site_put(const struct gate_stage *stage, const char *name,
                   struct bytes content)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", stage->directory, name);
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, content));
}

void gate_site_draft(const struct gate_stage *stage,
                     const struct stage_change *changes, size_t count,
                     int64_t effective_day, char sha256[NOTICE_DIGEST_SIZE])
{
    char announced[64];
    char effective[64];
    char day[16];
    char path[PATH_SIZE];
    struct buffer text = buffer_with_limit(1 << 20);
    buffer_append(&text, example_file(EXAMPLE_NOTICE));
    for (size_t i = 0; i < count; i++)
        gate_site_replace(&text, changes[i].find, changes[i].replacement);
    format_day(gate_site_today(stage), day);
    (void)snprintf(announced, sizeof announced, "announced: %s", day);
    format_day(effective_day, day);
    (void)snprintf(effective, sizeof effective, "effective: %s", day);
    gate_site_replace(&text, "announced: 2023-03-20", announced);
    gate_site_replace(&text, "effective: 2023-04-01", effective);
    CHECK_OK(notice_digest(buffer_bytes(&text), sha256));
    CHECK(notice_draft_path(stage->directory, sha256, path, sizeof path));
    CHECK_OK(
        file_replace(&FILE_LAYER_SYSTEM, path, buffer_bytes(&text)));
    buffer_deinit(&text);
}

void gate_site_make(struct gate_stage *stage)
{
    static const char *const DIRECTORIES[] = {NOTICE_VERSIONS_DIRECTORY,
                                              NOTICE_DRAFTS_DIRECTORY};
    char path[PATH_SIZE];
    gate_stage_make(stage);
    gate_site_put(stage, "notice.yaml", example_file(EXAMPLE_NOTICE));
    gate_site_put(stage, "plant.yaml", example_file(EXAMPLE_PLANT));
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", stage->directory,
                       DIRECTORIES[i]);
        CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path));
    }
}

enum status gate_site_publish(struct gate_stage *stage, const char *sha256,
                              int64_t day, bool is_at_once)
{
    const struct stage_announcement announcement = {
        .sha256 = sha256,
        .effective_us = civil_day_start(day, UTC_OFFSET_KOREA_S).us,
        .is_at_once = is_at_once,
        .reason = REASON};
    return gate_stage_publish(stage, &announcement);
}

static int64_t number_behind(const char *json, const char *name)
{
    const char *at = strstr(json, name);
    return at == NULL ? 0 : strtoll(at + strlen(name), NULL, 10);
}

/* Whether the gate has taken this time, and what it brings into force. */
static bool has_come(const char *versions, int64_t now_us)
{
    const char *waiting = strstr(versions, "\"state\":\"announced\"");
    return number_behind(versions, "\"clock_us\":") >= now_us &&
           (waiting == NULL ||
            number_behind(waiting, "\"effective_us\":") > now_us);
}

void gate_site_clock(struct gate_stage *stage, int64_t ahead_us)
{
    /* It is read twice on the way, here and there. */
    const int64_t now_us = gate_stage_now_us() + ahead_us - SECOND_US / 2;
    stage->ahead_us = ahead_us;
    gate_stage_attach_one(stage, ROLE_KEEPER);
    for (int i = 0; i < TURNS; i++) {
        CHECK_OK(gate_stage_versions(stage));
        if (has_come(stage->json, now_us))
            break;
        gate_stage_idle(stage, TURN_MS);
    }
    gate_stage_idle(stage, 300);
}
