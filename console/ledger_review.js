/* SPDX-License-Identifier: Apache-2.0 */
/* The monthly review: what a month's accesses show, and a person's signature. */
import {get, post} from './api.js';
import {announce, el, field, replace} from './dom.js';
import {ledgerForm} from './ledger_forms.js';
import {personText} from './ledger_words.js';
import {own, t, tOr} from './text.js';
import {dateTimeText} from './time.js';

export const monthText = (month) => t('ledger.month.of', {year: Math.floor(month / 100), month: month % 100});

/* {element, show(month, people)}; tells onChange when it has been signed. */
export function reviewPart({cameras, session, onMissing}) {
    const maySign = session?.rights?.includes('review');
    const body = el('div.stack');
    const element = el('section.card.no-print', {'aria-label': t('review.title')},
        el('h2', {}, t('review.title')), el('p.hint', {}, t('review.intro')), body);
    let people = new Map();

    function finding(one) {
        const camera = cameras.find((c) => c.number === one.camera);
        return el('li.entry-row', {dataset: {finding: one.finding}},
            el('p', {}, el('strong', {}, tOr(`review.${one.finding}`, one.finding)), ' ',
                one.account ? personText(one.account, people) : t('review.nobody'),
                one.camera ? ` · ${camera ? own(camera) : t('say.camera', {camera: one.camera})}` : '',
                ` · ${t('review.times', {n: one.count})}`),
            el('p.hint', {}, t('review.entries', {list: one.entries.join(', '), more: one.count > one.entries.length ? '…' : ''})));
    }

    function signForm(review, again) {
        const remark = el('input', {type: 'text', name: 'review-remark', required: true, minLength: 2, maxLength: 300, autocomplete: 'off'});
        const place = el('div');
        const button = el('button', {type: 'button', dataset: {act: 'sign'}, onclick: () => {
            replace(place, ledgerForm([field(t('review.remark'), remark, t('review.remark.hint'))], t('review.submit'),
                () => post(`/reviews/${review.month}`, {remark: remark.value.trim()}),
                (isDone) => (isDone ? again() : replace(place, button))));
            remark.focus();
        }}, t('review.sign'));
        replace(place, button);
        return place;
    }

    async function show(month, known) {
        people = known;
        try {
            const review = await get(`/reviews/${month}`);
            const again = () => show(month, known);
            replace(body,
                el('p', {dataset: {signed: review.signed ? 'yes' : 'no'}}, review.signed
                    ? t('review.signed', {who: personText(review.signed.account, people), when: dateTimeText(review.signed.time_us), n: review.signed.entry})
                    : t(review.is_whole ? 'review.unsigned' : 'review.running')),
                review.findings.length === 0 ? el('p.note', {}, t('review.none'))
                    : el('ol.entries', {}, review.findings.map(finding)),
                maySign && review.is_whole ? signForm(review, again) : null);
            onMissing(review.missing);
        } catch (error) {
            replace(body, el('p.error', {role: 'alert'}, error.message));
            announce(error.message);
        }
    }

    return {element, show};
}
