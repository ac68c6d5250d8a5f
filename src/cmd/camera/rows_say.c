/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/encoding.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/rows_private.h"
#include "cmd/camera/words.h"

enum { FINGERPRINT_TEXT_SIZE = HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1 };

/* Begins a line about a row. */
static void begin_line(const struct camera_rows_work *work,
                       const struct camera_row *row, const char *severity)
{
    (void)fprintf(stderr,
                  work->rows->language == LANGUAGE_KOREAN
                      ? "%s:%u: %s: 카메라 %.*s"
                      : "%s:%u: %s: camera %.*s",
                  work->rows->from, (unsigned)row->line, severity,
                  (int)row->id.size, row->id.data);
}

/* The way on is the administrator's: look at the camera's page, confirm. */
void camera_rows_say_certificate(const struct camera_rows_work *work,
                                 const struct camera_row *row,
                                 const struct camera_target *target,
                                 const uint8_t seen[TLS_FINGERPRINT_SIZE])
{
    enum language language = work->rows->language;
    char hex[FINGERPRINT_TEXT_SIZE];
    hex_encode(bytes_of(seen, TLS_FINGERPRINT_SIZE), hex);
    const char *what =
        target->has_pin
            ? camera_either(language, ": 확인된 것과 다른 인증서를 보입니다",
                            " shows another certificate than the confirmed one")
            : camera_either(language,
                            ": 아직 아무도 확인하지 않은 인증서를 보입니다",
                            " shows a certificate that nobody has confirmed");
    begin_line(work, row, "error");
    (void)fprintf(
        stderr,
        language == LANGUAGE_KOREAN
            ? "%s: sha256 %s - 카메라의 설정 화면에 나오는 지문과 비교하고, 같으면 "
            : "%s: sha256 %s - compare it with what the camera's own page "
              "shows; where it is the same, ",
        what, hex);
    if (work->rows->is_table)
        (void)fprintf(stderr,
                      language == LANGUAGE_KOREAN
                          ? "표의 fingerprint 열에 %s를 적으십시오. 또는 path를 "
                            "적으십시오\n"
                          : "write %s into the column fingerprint. Or write "
                            "its path\n",
                      hex);
    else
        (void)fprintf(stderr,
                      language == LANGUAGE_KOREAN
                          ? "--fingerprint %s를 붙여 다시 실행하십시오. 또는 "
                            "path를 적으십시오\n"
                          : "run this again with --fingerprint %s. Or write "
                            "its path\n",
                      hex);
}

/* A camera's own words, to be taken over by a person: in quotes that make one
 * word of them for a shell, or one cell for a table. */
static void say_quoted(bool is_table, const char *text)
{
    const char quote = is_table ? '"' : '\'';
    (void)fputc(quote, stderr);
    for (; *text != 0; text++)
        if (*text == quote)
            (void)fputs(is_table ? "\"\"" : "'\\''", stderr);
        else
            (void)fputc(*text, stderr);
    (void)fputc(quote, stderr);
}

/* What to say next time: where the stream is, and its certificate. */
static void say_place(bool is_table, uint16_t port, const char *path,
                      const char *sub_path, const char *hex)
{
    (void)fprintf(stderr, is_table ? "port %u, path " : "--port %u --path ",
                  (unsigned)port);
    say_quoted(is_table, path);
    if (sub_path[0] != 0) {
        (void)fputs(is_table ? ", sub_path " : " --sub-path ", stderr);
        say_quoted(is_table, sub_path);
    }
    (void)fprintf(stderr, is_table ? ", fingerprint %s" : " --fingerprint %s",
                  hex);
}

/* Its stream's is the one that is pinned; ONVIF need not be asked again. */
void camera_rows_say_stream_certificate(
    const struct camera_rows_work *work, const struct camera_row *row,
    uint16_t port, const struct camera_survey *survey,
    const uint8_t seen[TLS_FINGERPRINT_SIZE])
{
    enum language language = work->rows->language;
    bool is_table = work->rows->is_table;
    char hex[FINGERPRINT_TEXT_SIZE];
    hex_encode(bytes_of(seen, TLS_FINGERPRINT_SIZE), hex);
    begin_line(work, row, "error");
    (void)fprintf(
        stderr,
        language == LANGUAGE_KOREAN
            ? ": 영상 스트림은 ONVIF와 다른 인증서를 보입니다: sha256 %s - 카메라의 "
              "설정 화면에 나오는 지문과 비교하고, 같으면 %s"
            : ": its stream shows another certificate than ONVIF: sha256 %s - "
              "compare it with what the camera's own page shows; where it is "
              "the same, %s",
        hex,
        is_table ? camera_either(language, "표의 열을 이렇게 고치십시오: ",
                                 "change the columns of the table to ")
                 : camera_either(language, "앞서 준 지문 대신 ",
                                 "run this again, instead of the fingerprint "
                                 "given, with "));
    /* One that was said stays as it was said. */
    say_place(is_table, port, survey->path,
              row->sub_path.size > 0 ? "" : survey->sub_path, hex);
    (void)fprintf(stderr, "%s\n",
                  is_table ? ""
                           : camera_either(language, "를 붙여 다시 실행하십시오",
                                           ""));
}

void camera_rows_say_unasked(const struct camera_rows_work *work,
                             const struct camera_row *row,
                             const struct camera_survey *survey)
{
    enum language language = work->rows->language;
    const char *reason = survey->fault.reason;
    begin_line(work, row, "error");
    (void)fprintf(
        stderr, "%s: %s%s%s%s - %s\n",
        camera_either(language, ": ONVIF로 path를 알려주지 않습니다",
                      " does not say its path over ONVIF"),
        camera_words_silence(survey, language), reason[0] == 0 ? "" : " (",
        reason, reason[0] == 0 ? "" : ")",
        survey->is_forbidden
            ? camera_either(language,
                            "host를 확인하거나 camera_networks에 그 주소의 "
                            "네트워크를 적으십시오",
                            "check host, or write the network of its address "
                            "into camera_networks")
            : camera_either(language,
                            "path를 적거나 host, onvif_port, 비밀번호를 "
                            "확인하십시오",
                            "write its path, or check host, onvif_port and "
                            "password"));
}

void camera_rows_say_missed(const struct camera_rows_work *work,
                            const struct camera_row *row,
                            const struct camera_survey *survey)
{
    enum language language = work->rows->language;
    const struct onvif_profile *missed = survey->missed;
    const struct onvif_profile *first = survey->first;
    bool is_video = camera_survey_is_video(missed);
    begin_line(work, row, "warning");
    (void)fprintf(
        stderr,
        language == LANGUAGE_KOREAN
            ? ": 프로필 %s(%s %ux%u)을 건너뜁니다: %s. path는 프로필 %s(%s "
              "%ux%u)의 것입니다 - %s\n"
            : ": profile %s (%s %ux%u) is passed over: %s; path is that of "
              "profile %s (%s %ux%u) - %s\n",
        missed->token, missed->encoding, (unsigned)missed->width,
        (unsigned)missed->height,
        is_video ? camera_either(language, "카메라가 그 주소를 알려주지 않습니다",
                                 "the camera does not say its address")
                 : camera_either(language, "녹화할 수 없는 형식입니다",
                                 "its format is not recorded"),
        first->token, first->encoding, (unsigned)first->width,
        (unsigned)first->height,
        is_video ? camera_either(language,
                                 "건너뛴 것을 녹화하려면 plant.yaml에 그 path를 "
                                 "적으십시오",
                                 "to record the other, write its path into "
                                 "plant.yaml")
                 : camera_either(language,
                                 "건너뛴 것을 녹화하려면 카메라에서 H.264나 "
                                 "H.265를 고르십시오",
                                 "to record the other, choose H.264 or H.265 "
                                 "for it in the camera"));
}
