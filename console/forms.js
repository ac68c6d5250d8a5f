/* SPDX-License-Identifier: Apache-2.0 */
/* Forms that give an order, which stands in the log when they close. */
import {post} from './api.js';
import {announce, el, field} from './dom.js';
import {t} from './text.js';
import {dateValue, timeValue, valuesToUs} from './time.js';

/* Day and time of an instant, as two fields; labels: key of their words. */
export function instant(labels, us) {
    const day = el('input', {type: 'date', required: true, value: dateValue(us)});
    const time = el('input', {type: 'time', step: 1, required: true, value: timeValue(us)});
    return {
        element: el('div.row.even', {}, field(t(`${labels}.day`), day), field(t(`${labels}.time`), time)),
        us: () => valuesToUs(day.value, time.value),
        day,
    };
}

/* The password once more, where the recorder has asked for it. */
function passwordAgain() {
    const input = el('input', {type: 'password', autocomplete: 'current-password', maxLength: 256});
    const element = el('div', {hidden: true}, field(t('form.password.again'), input, t('form.password.again.hint')));
    return {
        element,
        ask() {
            element.hidden = false;
            input.required = true;
            input.focus();
        },
        /* Given, it is told before the order. */
        async tell() {
            if (!element.hidden) {
                await post('/session/password', {password: input.value});
                input.value = '';
                input.required = false;
                element.hidden = true;
            }
        },
    };
}

/* Asks once and is closed, close(true), when the order stands in the log;
 * accepted: the words about the recorder's answer. */
export function orderForm({parts, button, send, close, accepted, cancel}) {
    const trouble = el('p.error', {role: 'alert', hidden: true});
    const submit = el('button.primary', {type: 'submit'}, button);
    const password = passwordAgain();
    return el('form.stack', {
        onsubmit: async (event) => {
            event.preventDefault();
            submit.disabled = true;
            trouble.hidden = true;
            try {
                await password.tell();
                announce(accepted(await send()));
                close(true);
            } catch (error) {
                trouble.textContent = error.message;
                trouble.hidden = false;
                if (error.problem === 'password_again') {
                    password.ask();
                }
            }
            submit.disabled = false;
        },
        onkeydown: (event) => {
            if (event.key === 'Escape') {
                event.stopPropagation();
                close(false);
            }
        },
    }, parts, password.element, trouble, el('div.row', {}, submit, el('button', {type: 'button', onclick: () => close(false)}, cancel)));
}
