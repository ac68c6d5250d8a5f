/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check/words.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"

static size_t count_of(const char *processing, enum key_erasure erasure,
                       const char *tcti)
{
    struct notice notice = {.processing.ko = text_of(processing)};
    struct plant plant = {.erasure = erasure, .tcti = text_of(tcti)};
    const struct configuration configuration = {.notice = &notice,
                                                .plant = &plant};
    struct findings findings = {0};
    check_words("d", &configuration, &findings);
    size_t count = findings.count;
    if (count > 0) {
        CHECK(findings.list[0].code == FINDING_ERASURE_LEVEL_BELOW_WORDS);
        CHECK(strcmp(findings.list[0].file, "d/notice.yaml") == 0);
        CHECK(strstr(findings.list[0].message, "processing") != NULL);
        CHECK(strstr(findings.list[0].remedy, "삭제 수준") != NULL);
        CHECK(findings.errors == 0);
    }
    findings_deinit(&findings);
    return count;
}

static void a_promise_beyond_the_level_is_told(void **state)
{
    (void)state;
    static const char PROMISE[] =
        "보관기간 만료 시 복원이 불가능한 방법으로 영구 삭제합니다.";
    CHECK(count_of(PROMISE, KEY_ERASURE_FILE, "") == 1);
    CHECK(count_of(PROMISE, KEY_ERASURE_TPM, "swtpm:path=/x") == 1);
    CHECK(count_of(PROMISE, KEY_ERASURE_TPM, "device:/dev/tpmrm0") == 0);
}

static void words_that_name_the_level_are_not(void **state)
{
    (void)state;
    CHECK(count_of("복원이 불가능한 방법(삭제 수준 0: 파일)으로 삭제합니다.",
                   KEY_ERASURE_FILE, "") == 0);
    CHECK(count_of("보관기간 만료 시 삭제합니다.", KEY_ERASURE_FILE, "") == 0);
    CHECK(count_of("", KEY_ERASURE_FILE, "") == 0);
}

TEST_MAIN("cmd/check_words", TEST(a_promise_beyond_the_level_is_told),
          TEST(words_that_name_the_level_are_not))
