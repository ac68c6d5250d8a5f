/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/words.h"

#include "cmd/camera/options.h"

const char *camera_words_silence(const struct camera_survey *survey,
                                 enum language language)
{
    if (survey->is_untrusted)
        return camera_either(language, "등록되지 않은 인증서",
                             "another certificate");
    if (survey->lacks_tls)
        return camera_either(language, "TLS로 통신하지 않음", "speaks no TLS");
    if (survey->is_forbidden)
        return camera_either(language,
                             "plant.yaml의 camera_networks에 없는 주소",
                             "camera_networks of plant.yaml does not hold its "
                             "address");
    if (survey->fault.is_denied)
        return camera_either(language, "비밀번호를 거부함",
                             "refuses the password");
    if (survey->fault.reason[0] != 0)
        return camera_either(language, "요청을 거부함", "refuses the request");
    if (survey->reached == STATUS_BAD_INPUT || survey->reached == STATUS_LIMIT)
        return camera_either(language, "읽을 수 없는 응답",
                             "an answer that cannot be read");
    if (survey->reached == STATUS_NOT_FOUND && survey->profiles.count > 0)
        return camera_either(language, "H.264나 H.265 영상의 주소가 없음",
                             "no address of H.264 or H.265 video");
    return camera_either(language, "응답 없음", "no answer");
}

const char *camera_words_file(enum status status, enum language language)
{
    if (status == STATUS_NOT_FOUND)
        return camera_either(language, "파일이 없습니다", "there is no such file");
    if (status == STATUS_DENIED)
        return camera_either(language, "이 사용자에게 권한이 없습니다",
                             "this user may not");
    if (status == STATUS_LIMIT)
        return camera_either(language, "너무 큽니다", "it is too large");
    if (status == STATUS_BAD_INPUT || status == STATUS_CORRUPT)
        return camera_either(language, "손상되었습니다", "it is damaged");
    if (status == STATUS_NO_SPACE)
        return camera_either(language, "남은 공간이 없습니다",
                             "there is no space left");
    return camera_either(language, "저장 장치가 거부합니다",
                         "the disk refuses it");
}
