/* SPDX-License-Identifier: Apache-2.0 */
/* Who has read the log's texts: an entry a session and sitting. */
#include <string.h>

#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/ledger/ledger.h"

static const int64_t SITTING_US = 600 * (int64_t)SECOND_US;

static struct gate_reading *find(struct gate *gate,
                                 const struct gate_person *person,
                                 const char *what)
{
    for (size_t i = 0; i < GATE_READINGS; i++) {
        struct gate_reading *reading = &gate->readings[i];
        /* A hash of a token: public. */
        if (reading->what != NULL && strcmp(reading->what, what) == 0 &&
            memcmp(reading->session, person->session.hash,
                   SESSION_HASH_SIZE) == 0)
            return reading;
    }
    return NULL;
}

static void remember(struct gate *gate, const struct gate_person *person,
                     const char *what)
{
    struct gate_reading *reading = find(gate, person, what);
    if (reading == NULL) {
        reading = &gate->readings[gate->next_reading];
        gate->next_reading = (gate->next_reading + 1) % GATE_READINGS;
    }
    memcpy(reading->session, person->session.hash, SESSION_HASH_SIZE);
    reading->what = what;
    reading->noted = clock_boot(gate->process.clock);
}

enum status gate_reading_note(struct gate *gate,
                              const struct gate_person *person,
                              const char *what, log_appended_fn *on_done,
                              void *context)
{
    const struct gate_reading *reading = find(gate, person, what);
    if (reading != NULL &&
        clock_boot(gate->process.clock).us - reading->noted.us < SITTING_US) {
        on_done(context, STATUS_OK, 0);
        return STATUS_OK;
    }
    struct entry entry = entry_of(ENTRY_LOG_READ);
    entry_number(&entry, "account", person->account.number);
    entry_text(&entry, "what", text_of(what));
    enum status s = gate_append(gate, &entry, on_done, context);
    if (s == STATUS_OK)
        remember(gate, person, what);
    return s;
}
