/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check/words.h"

#include <stdio.h>
#include <string.h>

enum { FILE_SIZE = 1100 };

/* Promises that an overwritten file does not keep on every medium. */
static const char *const PROMISES[] = {
    "복원이 불가능",    "복원 불가능",        "복원할 수 없",
    "복구가 불가능",    "복구 불가능",        "복구할 수 없",
    "재생이 불가능",    "cannot be restored", "cannot be recovered",
    "cannot be undone", "irrecoverabl",       "irreversibl",
};

/* What takes the promise back to what is done. */
static const char *const LEVELS[] = {"삭제 수준", "erasure level",
                                     "Erasure level"};

static bool has_one(struct text words, const char *const *phrases,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words.size > 0 && memmem(words.data, words.size, phrases[i],
                                     strlen(phrases[i])) != NULL)
            return true;
    }
    return false;
}

static bool says_one_of(struct notice_words words, const char *const *phrases,
                        size_t count)
{
    return has_one(words.ko, phrases, count) ||
           has_one(words.en, phrases, count);
}

/* An emulator's memory is somebody's file. */
static bool is_in_hardware(const struct plant *plant)
{
    static const char EMULATOR[] = "swtpm";
    return plant->erasure == KEY_ERASURE_TPM &&
           (plant->tcti.size < sizeof EMULATOR - 1 ||
            memcmp(plant->tcti.data, EMULATOR, sizeof EMULATOR - 1) != 0);
}

void check_words(const char *directory,
                 const struct configuration *configuration,
                 struct findings *findings)
{
    const struct notice *notice = configuration->notice;
    const struct {
        const char *key;
        struct notice_words words;
    } places[] = {{"processing", notice->processing},
                  {"measures.technical", notice->measures_technical},
                  {"measures.managerial", notice->measures_managerial},
                  {"measures.physical", notice->measures_physical}};
    char file[FILE_SIZE];
    (void)snprintf(file, sizeof file, "%s/notice.yaml", directory);
    if (is_in_hardware(configuration->plant))
        return;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (!says_one_of(places[i].words, PROMISES,
                         sizeof PROMISES / sizeof PROMISES[0]) ||
            says_one_of(places[i].words, LEVELS,
                        sizeof LEVELS / sizeof LEVELS[0]))
            continue;
        findings_add(findings, FINDING_ERASURE_LEVEL_BELOW_WORDS,
                     (struct finding_place){.file = file},
                     "erase by a TPM (plant.yaml: keys: erasure: tpm, level "
                     "2), or let the words name the level: \"삭제 수준 0 "
                     "(파일)\"",
                     "%s promises destruction that cannot be undone, and the "
                     "keys stand in files (erasure level 0)",
                     places[i].key);
    }
}
