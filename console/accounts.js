/* SPDX-License-Identifier: Apache-2.0 */
/* People who may sign in: the administrator's and the chief manager's page. */
import {get, post, remove} from './api.js';
import {announce, el, field, replace} from './dom.js';
import {own, t, tOr} from './text.js';

const ROLES = ['access_holder', 'monitor', 'request_clerk', 'auditor', 'technician', 'administrator', 'chief_manager'];
export const PASSWORD_MIN = 10;

function personText(id, people) {
    const person = people.find((p) => p.id === id);
    return person ? [own(person), own({ko: person.post_ko, en: person.post_en})].filter(Boolean).join(' · ') : id;
}

export function accountsScreen({session}) {
    const list = el('div');
    const note = el('p.warning', {role: 'alert', hidden: true});

    function tell(text) {
        note.textContent = text;
        note.hidden = text === '';
    }

    function table({accounts, people}) {
        return el('table', {},
            el('thead', {}, el('tr', {}, ['name', 'role', 'person', 'state'].map((key) => el('th', {scope: 'col'}, t(`accounts.${key}`))), el('th', {scope: 'col'}, el('span.unseen', {}, t('accounts.close'))))),
            el('tbody', {}, accounts.map((account) => {
                const isClosed = Boolean(account.closed);
                const isOwn = account.number === session.account?.number;
                return el('tr', {className: isClosed ? 'closed' : ''},
                    el('th', {scope: 'row'}, account.name ?? account.number, isOwn ? el('span.tag', {}, t('accounts.self')) : null),
                    el('td', {}, tOr(`role.${account.role}`, account.role)),
                    el('td', {}, personText(account.person, people)),
                    el('td', {}, t(isClosed ? 'accounts.closed' : 'accounts.open')),
                    el('td', {}, isClosed || isOwn ? null : el('button', {type: 'button', onclick: () => close(account)}, t('accounts.close'))));
            })));
    }

    async function close(account) {
        if (!window.confirm(t('accounts.close.sure', {name: account.name}))) {
            return;
        }
        try {
            await remove(`/accounts/${account.number}`);
            tell('');
            await load();
        } catch (error) {
            tell(error.message);
        }
    }

    function addForm({people, roles}) {
        const name = el('input', {type: 'text', required: true, autocomplete: 'off', maxLength: 40});
        const password = el('input', {type: 'password', required: true, autocomplete: 'new-password', minLength: PASSWORD_MIN});
        const role = el('select', {}, roles.map((id) => el('option', {value: id}, tOr(`role.${id}`, id))));
        role.value = 'access_holder';
        const person = el('select', {}, el('option', {value: ''}, t('accounts.person.none')),
            people.map((p) => el('option', {value: p.id}, personText(p.id, people))));
        return el('form.card', {
            onsubmit: async (event) => {
                event.preventDefault();
                try {
                    await post('/accounts', {name: name.value.trim(), password: password.value, role: role.value, person: person.value});
                    tell('');
                    announce(t('accounts.added'));
                    await load();
                } catch (error) {
                    tell(error.message);
                }
            },
        }, el('h2', {}, t('accounts.add')),
        el('div.row.even', {}, field(t('accounts.name'), name), field(t('accounts.password'), password, t('first.rule'))),
        el('div.row.even', {}, field(t('accounts.role'), role), field(t('accounts.person'), person)),
        el('button.primary', {type: 'submit'}, t('accounts.submit')));
    }

    async function load() {
        try {
            const answer = await get('/accounts');
            const full = {accounts: answer.accounts ?? [], people: answer.people ?? [], roles: answer.roles ?? ROLES};
            replace(list, table(full), addForm(full));
        } catch (error) {
            tell(error.message);
        }
    }

    load();
    return {
        element: el('div.screen.narrow', {}, el('h1', {}, t('accounts.title')), el('p.lead', {}, t('accounts.intro')), note, list),
        update: () => {},
        leave: () => {},
    };
}
