/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>

#include "base/text.h"
#include "cmd/camera/rows_private.h"
#include "cmd/local/json.h"

static uint32_t cameras_of(const struct plant *plant, struct text group)
{
    uint32_t count = 0;
    for (size_t i = 0; i < plant->camera_count; i++)
        count += text_equal(plant->cameras[i].group_id, group);
    return count;
}

void camera_rows_print(const struct camera_rows_work *work)
{
    bool is_korean = work->rows->language == LANGUAGE_KOREAN;
    (void)printf(is_korean ? "카메라 %zu대를 추가했습니다: %s\n"
                           : "%zu cameras added to %s\n",
                 work->rows->count, work->plant_path);
    for (size_t i = 0; i < work->notice->group_count; i++) {
        const struct notice_group *group = &work->notice->groups[i];
        uint32_t count = cameras_of(work->plant, group->id);
        if (count == group->camera_count)
            continue;
        (void)printf(is_korean
                         ? "notice.yaml:%u: 설치 행 '%.*s'의 카메라가 방침에는 "
                           "%u대, plant.yaml에는 %u대입니다 - 이 수를 적은 "
                           "방침을 공고한 뒤에 녹화를 다시 시작하십시오\n"
                         : "notice.yaml:%u: group '%.*s' states %u cameras, "
                           "the plant now has %u - announce a notice with this "
                           "count before the recorder is started again\n",
                     (unsigned)group->line, (int)group->id.size, group->id.data,
                     (unsigned)group->camera_count, (unsigned)count);
    }
}

void camera_rows_print_json(const struct camera_rows_work *work)
{
    json_t *cameras = json_array();
    json_t *counts = json_array();
    for (size_t i = work->cameras_before; i < work->plant->camera_count; i++) {
        const struct plant_camera *one = &work->plant->cameras[i];
        (void)json_array_append_new(
            cameras, json_pack("{s:I, s:s%, s:s%, s:s%, s:I, s:s%, s:s%}",
                               "number",
                               (json_int_t)one->number, "id", one->id.data,
                               one->id.size, "group", one->group_id.data,
                               one->group_id.size, "host", one->host.data,
                               one->host.size, "port", (json_int_t)one->port,
                               "path", one->path.data, one->path.size,
                               "sub_path",
                               one->sub_path.size == 0 ? ""
                                                       : one->sub_path.data,
                               one->sub_path.size));
    }
    for (size_t i = 0; i < work->notice->group_count; i++) {
        const struct notice_group *group = &work->notice->groups[i];
        uint32_t count = cameras_of(work->plant, group->id);
        if (count != group->camera_count)
            (void)json_array_append_new(
                counts, json_pack("{s:s%, s:I, s:I}", "group", group->id.data,
                                  group->id.size, "notice_states",
                                  (json_int_t)group->camera_count,
                                  "plant_has", (json_int_t)count));
    }
    json_t *document =
        json_pack("{s:o, s:o}", "added", cameras, "counts_differ", counts);
    local_print(document);
    json_decref(document);
}
