/* SPDX-License-Identifier: Apache-2.0 */
/* Who may: the session, its account, the right, and the notice's groups. */
#include "base/text.h"
#include "notice/plant_site.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"

enum status gate_person_find(struct gate *gate, struct text token,
                             struct gate_person *out)
{
    uint64_t administrators = 0;
    enum status s =
        office_session_find(gate->office, token, gate_now(gate), &out->session);
    if (s == STATUS_OK)
        s = account_get(gate->office, out->session.account, &out->account);
    if (s == STATUS_NOT_FOUND)
        s = STATUS_DENIED;
    if (s == STATUS_OK)
        s = account_count(gate->office, ACCOUNT_ADMINISTRATOR, &administrators);
    out->has_administrator = administrators > 0;
    return s;
}

bool gate_person_may(const struct gate_person *person, enum right right)
{
    return role_has_right(person->account.role, right,
                          person->has_administrator);
}

bool gate_person_reaches(const struct gate *gate,
                         const struct gate_person *person, size_t group)
{
    if (!plant_runs_group(gate->configuration.plant,
                          gate->configuration.notice, group))
        return false;
    if (role_reaches_all_groups(person->account.role))
        return true;
    /* Taken off the notice, a person has no right to any picture. */
    const struct notice_person *named = notice_person_find(
        gate->configuration.notice, text_of(person->account.person));
    return named != NULL && notice_scope_holds(&named->scope, group);
}

const struct plant_camera *gate_person_camera(const struct gate *gate,
                                              const struct gate_person *person,
                                              enum right right, uint32_t camera)
{
    const struct plant_camera *found =
        plant_stream_find(gate->configuration.plant, camera);
    bool is_allowed = found != NULL && gate_person_may(person, right) &&
                      gate_person_reaches(gate, person, found->group) &&
                      plant_stores_group(gate->configuration.plant,
                                         gate->configuration.notice,
                                         found->group);
    return is_allowed ? found : NULL;
}
