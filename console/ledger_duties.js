/* SPDX-License-Identifier: Apache-2.0 */
/* What people have to see to (locks, keys, signs, training, the processor): by
 * when, done, and a form for each. */
import {post} from './api.js';
import {el, field, replace} from './dom.js';
import {instant, orderForm} from './forms.js';
import {own, t, tOr} from './text.js';
import {dateText, dateValue, nowUs, valuesToUs} from './time.js';

const DAY_US = 86400e6;
const FIRST_DAYS = 30; /* proposed; a person chooses */
const KINDS = ['locks', 'keys', 'signs', 'aim', 'training', 'processor', 'requests', 'need', 'self_check', 'other'];
const RESULTS = ['good', 'defect', 'dropped'];

const form = (parts, button, send, close) => orderForm({
    parts, button, send, close, cancel: t('holds.cancel'),
    accepted: ({duty, entry}) => t('duties.entered', {duty, n: entry}),
});

const choices = (name, ids) => el('select', {name, required: true}, ids.map((id) => el('option', {value: id}, t(`duty.${id}`))));

const reasonInput = () => el('input', {type: 'text', name: 'why', required: true, minLength: 2, maxLength: 300, autocomplete: 'off'});

/* A last day is over at its end. */
const dayInput = (name, us) => el('input', {type: 'date', name, required: us !== 0, value: us === 0 ? '' : dateValue(us)});
const dayEnd = (input) => (input.value ? valuesToUs(input.value, '00:00:00') + DAY_US : 0);

function addForm(subjects, close) {
    const what = choices('what', KINDS);
    const subject = el('select', {name: 'subject'}, el('option', {value: ''}, t('duties.subject.all')),
        subjects.map((one) => el('option', {value: one.id}, own(one))));
    const due = dayInput('due', nowUs() + FIRST_DAYS * DAY_US);
    const months = el('input', {type: 'number', name: 'months', min: 0, max: 120, value: 0, required: true});
    const reason = reasonInput();
    return form([
        el('div.row.even', {}, field(t('duties.what'), what), field(t('duties.subject'), subject)),
        el('div.row.even', {}, field(t('duties.due'), due), field(t('duties.months'), months, t('duties.months.hint'))),
        field(t('duties.reason'), reason),
    ], t('duties.add.submit'), () => post('/duties', {
        what: what.value, due: dayEnd(due), reason: reason.value.trim(), months: Number(months.value),
        ...(subject.value ? {subject: subject.value} : {}),
    }), close);
}

function doneForm(duty, close) {
    const result = choices('result', RESULTS);
    const done = instant('duties.done', nowUs());
    const due = dayInput('next', 0);
    const reason = reasonInput();
    return form([
        el('div.row.even', {}, field(t('duties.result'), result), field(t('duties.reason'), reason)),
        done.element,
        field(t('duties.next'), due, t(duty.months > 0 ? 'duties.next.months' : 'duties.next.hint', {n: duty.months})),
    ], t('duties.done.submit'), () => post(`/duties/${duty.duty}/done`, {
        done: done.us(), result: result.value, reason: reason.value.trim(),
        ...(due.value && result.value !== 'dropped' ? {due: dayEnd(due)} : {}),
    }), close);
}

/* open(button, heading, make): shows a form. */
export function dutiesPart({mayEnter, open}) {
    const element = el('div');
    const row = (duty, names) => {
        const isLate = duty.due_us < nowUs();
        return el('tr', {dataset: {duty: duty.duty, late: isLate ? 'yes' : 'no'}},
            el('th', {scope: 'row'}, `${duty.duty} ${tOr(`duty.${duty.what}`, duty.what)}`),
            el('td', {}, names.get(duty.subject) ?? duty.subject),
            el('td', {}, dateText(duty.due_us - 1e6), isLate ? el('strong.late', {}, ` ${t('ledger.late')}`) : null),
            el('td', {}, duty.months > 0 ? t('duties.every', {n: duty.months}) : t('duties.once')),
            el('td', {}, duty.done_us ? dateText(duty.done_us) : t('duties.never')),
            mayEnter ? el('td', {}, el('button', {type: 'button', dataset: {act: 'duty-done'}, onclick: (event) => open(event.target, `${t('duties.done.title')} – ${duty.duty} ${tOr(`duty.${duty.what}`, duty.what)}`, (close) => doneForm(duty, close))}, t('duties.done.title'))) : null);
    };
    const show = (duties, subjects) => {
        const names = new Map(subjects.map((one) => [one.id, own(one)]));
        const heads = ['duties.what', 'duties.subject', 'duties.due', 'duties.again', 'duties.last'];
        replace(element, el('section.card.no-print', {'aria-label': t('duties.title')},
            el('h2', {}, t('duties.title')),
            duties.length === 0 ? el('p.note', {}, t('duties.none')) : el('div.scroll', {tabIndex: 0, role: 'region', 'aria-label': t('duties.title')}, el('table', {},
                el('thead', {}, el('tr', {}, heads.map((key) => el('th', {scope: 'col'}, t(key))), mayEnter ? el('th', {scope: 'col'}, t('ledger.actions')) : null)),
                el('tbody', {}, duties.map((duty) => row(duty, names))))),
            mayEnter ? el('button', {type: 'button', dataset: {act: 'duty-add'}, onclick: (event) => open(event.target, t('duties.add'), (close) => addForm(subjects, close))}, t('duties.add')) : null));
    };
    return {element, show};
}
