/* SPDX-License-Identifier: Apache-2.0 */
/* Purpose and reason: the two things without which nothing is shown. */
import {el, field, announce} from './dom.js';
import {own, t, tOr} from './text.js';

export const REASON_MAX = 300; /* characters; well below the API's bytes */

export function purposeText(id, purposes) {
    const known = purposes?.find((purpose) => purpose.id === id);
    return own(known) || tOr(`purpose.${id}`, id);
}

/*
 * Fields and a way to read them: {element, read()}; read gives null after
 * telling what is missing.
 */
export function reasonFields(ids, purposes, previous = {}) {
    const select = el('select', {required: true, name: 'purpose'},
        el('option', {value: ''}, t('reason.choose')),
        ids.map((id) => el('option', {value: id, selected: previous.purpose === id}, purposeText(id, purposes))));
    if (ids.length === 1) {
        select.value = ids[0];
    }
    const text = el('input', {
        type: 'text', name: 'reason', required: true, maxLength: REASON_MAX, autocomplete: 'off',
        placeholder: t('reason.example'), value: previous.reason ?? '',
    });
    const error = el('p.error', {role: 'alert', hidden: true});

    function missing(control, key) {
        error.textContent = t(key);
        error.hidden = false;
        control.setAttribute('aria-invalid', 'true');
        control.focus();
        announce(t(key));
        return null;
    }

    return {
        element: el('div.reason', {},
            field(t('reason.purpose'), select), field(t('reason.text'), text), error),
        tell(message) {
            error.textContent = message;
            error.hidden = message === '';
        },
        read() {
            error.hidden = true;
            select.removeAttribute('aria-invalid');
            text.removeAttribute('aria-invalid');
            if (select.value === '') {
                return missing(select, 'reason.need.purpose');
            }
            if (text.value.trim() === '') {
                return missing(text, 'reason.need.text');
            }
            return {purpose: select.value, reason: text.value.trim()};
        },
    };
}
