/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in, and the very first time with the one-time code. */
import {post} from './api.js';
import {PASSWORD_MIN} from './accounts.js';
import {el, field} from './dom.js';
import {t} from './text.js';

function page(title, note, fields, submitText, submit) {
    const error = el('p.error', {role: 'alert', hidden: true});
    const button = el('button.primary', {type: 'submit'}, submitText);
    const form = el('form.card.door', {
        onsubmit: async (event) => {
            event.preventDefault();
            error.hidden = true;
            button.disabled = true;
            try {
                await submit();
            } catch (failure) {
                error.textContent = failure.message;
                error.hidden = false;
            }
            button.disabled = false;
        },
    },
    el('img', {src: '/icon.svg', alt: '', width: 56, height: 56}),
    el('h1', {}, title), el('p.lead', {}, note), fields, error, button,
    el('p.hint', {}, t('login.note')));
    return el('div.door-place', {}, form);
}

export function loginPage(onDone) {
    const name = el('input', {type: 'text', name: 'username', required: true, autocomplete: 'username', autofocus: true});
    const password = el('input', {type: 'password', name: 'password', required: true, autocomplete: 'current-password'});
    return page(t('login.title'), t('app.tagline'),
        [field(t('login.name'), name), field(t('login.password'), password)],
        t('login.submit'),
        async () => onDone(await post('/session', {name: name.value.trim(), password: password.value})));
}

export function firstPage(onDone) {
    const code = el('input', {type: 'text', name: 'code', required: true, autocomplete: 'one-time-code', spellcheck: false, autofocus: true});
    const name = el('input', {type: 'text', name: 'username', required: true, autocomplete: 'username'});
    const password = el('input', {type: 'password', name: 'password', required: true, autocomplete: 'new-password'});
    const again = el('input', {type: 'password', name: 'again', required: true, autocomplete: 'new-password'});
    return page(t('first.title'), t('first.note'),
        [field(t('first.code'), code), field(t('login.name'), name),
            field(t('first.password'), password, t('first.rule')), field(t('first.again'), again)],
        t('first.submit'),
        async () => {
            if (password.value.length < PASSWORD_MIN) {
                throw new Error(t('first.short'));
            }
            if (password.value !== again.value) {
                throw new Error(t('first.differ'));
            }
            onDone(await post('/session/first', {code: code.value.trim(), name: name.value.trim(), password: password.value}));
        });
}
