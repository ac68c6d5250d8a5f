/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/check/words - whether the notice's words about destruction are what this
 * installation can keep.
 *
 * Threads: any; no state.
 */
#ifndef CMD_CHECK_WORDS_H
#define CMD_CHECK_WORDS_H

#include "notice/configuration.h"

/* directory: for the place of the finding. Adds findings. */
void check_words(const char *directory,
                 const struct configuration *configuration,
                 struct findings *findings);

#endif
