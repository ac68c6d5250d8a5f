/* SPDX-License-Identifier: Apache-2.0 */
/* verification.html: what this package is, what is missing in it, and how
 * anybody checks it; Korean, then English. No script, nothing fetched. */
#include <inttypes.h>
#include <string.h>

#include "base/markup.h"
#include "base/text.h"
#include "cmd/package/export.h"
#include "cmd/people_time.h"

static void put_escaped(struct buffer *out, const char *text)
{
    markup_escape(text_of(text), out);
}

static void put_span(struct buffer *out, struct span span)
{
    char from[PEOPLE_TIME_SIZE];
    char to[PEOPLE_TIME_SIZE];
    people_time_format(span.from, from);
    people_time_format(span.to, to);
    buffer_format(out, "%s – %s", from, to);
}

static void put_row(struct buffer *out, const char *name, const char *value)
{
    buffer_format(out, "<tr><th scope=\"row\">%s</th><td>", name);
    put_escaped(out, value);
    buffer_append_text(out, "</td></tr>\n");
}

/* One of two, by the language. */
static const char *say(bool is_korean, const char *korean, const char *english)
{
    return is_korean ? korean : english;
}

static void put_about(const struct export_job *job, bool is_korean,
                      struct buffer *out)
{
    const json_t *about = job->manifest->about;
    char until[PEOPLE_TIME_SIZE];
    people_time_format(local_time(about, "until_us"), until);
    buffer_append_text(out, "<table>\n");
    buffer_format(out, "<tr><th scope=\"row\">%s</th><td>%" PRIu64
                       "</td></tr>\n<tr><th scope=\"row\">%s</th><td>",
                  say(is_korean, "반출 기록 번호", "Entry of the export"),
                  job->manifest->export,
                  say(is_korean, "구간(한국 시각)", "Span (Korean time)"));
    put_span(out, job->manifest->asked);
    buffer_append_text(out, "</td></tr>\n");
    put_row(out, say(is_korean, "구분", "Kind"),
            json_is_true(json_object_get(about, "provided")) ? say(is_korean, "제공", "given to others")
                                 : say(is_korean, "이용", "used here"));
    put_row(out, say(is_korean, "목적", "Purpose"), local_text(about, "purpose"));
    put_row(out, say(is_korean, "사유", "Reason"), local_text(about, "reason"));
    put_row(out, say(is_korean, "근거", "Ground"), local_text(about, "ground"));
    put_row(out, say(is_korean, "받는 자", "Receiver"), local_text(about, "receiver"));
    put_row(out, say(is_korean, "조건", "Conditions"), local_text(about, "conditions"));
    put_row(out, say(is_korean, "파기 예정일(한국 시각)",
                     "To be destroyed by (Korean time)"),
            until);
    if (job->manifest->approval != 0)
        buffer_format(out,
                      "<tr><th scope=\"row\">%s</th><td>%" PRIu64
                      "</td></tr>\n",
                      say(is_korean, "다른 사람의 승인 기록 번호",
                          "Entry of another person's approval"),
                      job->manifest->approval);
    put_row(out, say(is_korean, "기록(로그)의 이름", "Name of the log"),
            job->key.name);
    buffer_append_text(out, "</table>\n");
}

/* What stands in the picture that nobody is to see, and who has let it out. */
static void put_masks(const struct export_job *job, const json_t *names,
                      bool is_korean, struct buffer *out)
{
    const json_t *masks = json_object_get(names, "masks");
    const json_t *mask = NULL;
    size_t i = 0;
    if (json_array_size(masks) == 0)
        return;
    buffer_format(
        out, "<p><strong>%s</strong></p>\n<ul>\n",
        say(is_korean,
            "가림 설정이 있는 카메라입니다. 이 영상은 카메라가 보낸 그대로라서, "
            "화면에서만 가리는 부분은 가려져 있지 않습니다. 다른 사람에게 보이기 "
            "전에 가려야 합니다.",
            "This camera has a mask. The video is as the camera sent it: what is "
            "covered on screens only is not covered here. Cover it before "
            "anybody else sees it."));
    json_array_foreach(masks, i, mask)
    {
        bool is_in_camera = strcmp(local_text(mask, "by"), "camera") == 0;
        buffer_append_text(out, "<li>");
        put_escaped(out, local_text(mask, "what"));
        buffer_format(out, " (%s)</li>\n",
                      is_in_camera ? say(is_korean, "카메라가 스스로 가림",
                                         "covered by the camera itself")
                                   : say(is_korean, "화면에서만 가림",
                                         "covered on screens only"));
    }
    buffer_format(out, "</ul>\n<p>%s %" PRIu64 "</p>\n",
                  say(is_korean, "그래서 다른 한 사람이 승인했습니다. 승인 기록 번호:",
                      "So another person had to say yes. Entry of the approval:"),
                  job->manifest->approval);
}

static size_t whole_groups(const struct manifest_camera *camera)
{
    size_t count = 0;
    for (size_t i = 0; i < camera->group_count; i++)
        count += camera->groups[i].is_whole ? 1 : 0;
    return count;
}

static void put_gaps(const struct manifest_camera *camera, bool is_korean,
                     struct buffer *out)
{
    if (camera->gap_count == 0) {
        buffer_format(out, "<p>%s</p>\n",
                      say(is_korean, "빠진 구간이 없습니다.",
                          "Nothing of the span is missing."));
        return;
    }
    buffer_format(out, "<p><strong>%s</strong></p>\n<ul>\n",
                  say(is_korean, "이 영상에는 빠진 구간이 있습니다:",
                      "Pictures are missing in this video:"));
    for (size_t i = 0; i < camera->gap_count; i++) {
        buffer_append_text(out, "<li>");
        put_span(out, camera->gaps[i].span);
        buffer_append_text(out, " (");
        put_escaped(out, camera->gaps[i].cause);
        buffer_append_text(out, ")</li>\n");
    }
    buffer_append_text(out, "</ul>\n");
}

static void put_cameras(const struct export_job *job, bool is_korean,
                        struct buffer *out)
{
    for (size_t i = 0; i < job->manifest->camera_count; i++) {
        const struct manifest_camera *camera = &job->manifest->cameras[i];
        const json_t *names = json_array_get(
            json_object_get(job->manifest->about, "cameras"), i);
        buffer_format(out, "<h3>%s %" PRIu32 " ",
                      say(is_korean, "카메라", "Camera"), camera->camera);
        put_escaped(out, local_text(names, is_korean ? "ko" : "en"));
        buffer_append_text(out, "</h3>\n<p>");
        if (camera->file[0] == 0)
            buffer_append_text(out, say(is_korean, "영상이 없습니다.",
                                        "There is no video."));
        else
            buffer_format(out, "<code>%s</code>: %s %zu, %s %zu",
                          camera->file,
                          say(is_korean, "영상 묶음(GOP)", "groups of pictures"),
                          camera->group_count,
                          say(is_korean, "기록(로그)이 증명하는 묶음",
                              "proven by the log"),
                          whole_groups(camera));
        buffer_append_text(out, "</p>\n");
        put_masks(job, names, is_korean, out);
        put_gaps(camera, is_korean, out);
    }
}

static void put_korean(const struct export_job *job, const char *vkey,
                       struct buffer *out)
{
    buffer_append_text(
        out,
        "<section lang=\"ko\">\n<h1>영상 증거 꾸러미</h1>\n"
        "<p>이 꾸러미의 영상은 카메라가 보낸 그대로이며, 한 장면 묶음마다 그 "
        "해시가 녹화 당시의 기록(로그)에 들어 있습니다. 한 비트라도 바뀌면 "
        "아래 검증에서 어느 파일의 어느 묶음인지 드러납니다. 검증에는 어떤 "
        "비밀키도, 인터넷 연결도 필요 없습니다.</p>\n");
    put_about(job, true, out);
    buffer_append_text(out, "<h2>영상</h2>\n");
    put_cameras(job, true, out);
    buffer_append_text(out,
                       "<h2>검증하는 법</h2>\n"
                       "<p>아래 <code>vkey</code>는 이 꾸러미에서 베끼지 말고, "
                       "기관이 공개한 값과 견주어 보십시오.</p>\n<pre>haechi "
                       "verify 꾸러미.zip --vkey '");
    put_escaped(out, vkey);
    buffer_append_text(
        out,
        "'</pre>\n<p>끝 줄이 <code>ok</code>이면 영상은 기록과 같습니다. "
        "<code>NOT ok</code>이면 처음 다른 곳의 이름이 나옵니다.</p>\n"
        "<p>해치 없이도 됩니다: 영상은 ffmpeg 등 보통 재생기로 열리고, "
        "<code>manifest.json</code>에 묶음마다 해시와 소금값(salt)과 증명 "
        "경로가, <code>proofs/</code>에 C2SP tlog-proof가 있습니다. 계산식은 "
        "docs/design/evidence.md에 있습니다.</p>\n"
        "<p>이 검증은 영상이 기록된 뒤 바뀌지 않았음을 보입니다. 카메라 앞에서 "
        "일어난 일이 무엇인지, 시계가 맞았는지까지 증명하지는 않습니다. 조건에 "
        "적힌 목적 밖으로 쓰지 말고, 파기 예정일까지 파기하십시오.</p>\n"
        "</section>\n");
}

static void put_english(const struct export_job *job, const char *vkey,
                        struct buffer *out)
{
    buffer_append_text(
        out,
        "<section lang=\"en\">\n<h1>Video evidence package</h1>\n"
        "<p>The video is as the camera sent it, and a hash of each group of "
        "pictures went into the recorder's log when it was recorded. Where a "
        "single bit has changed, the check below names the file and the group. "
        "It needs no secret key and no network.</p>\n");
    put_about(job, false, out);
    buffer_append_text(out, "<h2>Video</h2>\n");
    put_cameras(job, false, out);
    buffer_append_text(out,
                       "<h2>How to check it</h2>\n<p>Do not take the "
                       "<code>vkey</code> from here: compare it with the one "
                       "that the institution publishes.</p>\n<pre>haechi "
                       "verify PACKAGE.zip --vkey '");
    put_escaped(out, vkey);
    buffer_append_text(
        out,
        "'</pre>\n<p>A last line <code>ok</code> says that the video is as it "
        "was logged; <code>NOT ok</code> comes with the place of the first "
        "difference.</p>\n<p>Without Haechi: any player opens the video; "
        "<code>manifest.json</code> has hash, salt and path of each group, and "
        "<code>proofs/</code> a C2SP tlog-proof for each entry. The formulas "
        "are in docs/design/evidence.md.</p>\n<p>This shows that the video has "
        "not been altered since it was recorded. It does not show what happened "
        "before the camera, nor that the clock was right. Use it for the stated "
        "purpose only, and destroy it by the stated day.</p>\n</section>\n");
}

enum status export_page(struct export_job *job)
{
    char vkey[NOTE_VKEY_SIZE];
    struct buffer *out = &job->page;
    note_key_format(&job->key, vkey);
    buffer_append_text(
        out, "<!DOCTYPE html>\n<html lang=\"ko\">\n<head>\n<meta "
             "charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
             "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
             "<title>영상 증거 꾸러미 · Video evidence package</title>\n"
             "<style>body{font-family:sans-serif;max-width:48em;margin:2em "
             "auto;padding:0 1em;line-height:1.6}table{border-collapse:"
             "collapse}th,td{border:1px solid #767676;padding:.3em .6em;"
             "text-align:left}pre{white-space:pre-wrap;word-break:break-all;"
             "background:#f2f2f2;padding:.6em}</style>\n</head>\n<body>\n");
    put_korean(job, vkey, out);
    buffer_append_text(out, "<hr>\n");
    put_english(job, vkey, out);
    buffer_append_text(out, "</body>\n</html>\n");
    return buffer_status(out);
}
