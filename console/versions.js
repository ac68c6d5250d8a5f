/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of the notice: drafts, what is announced and in force, what changes,
 * and whether the homepage shows it. */
import {get, post, remove} from './api.js';
import {el, field, replace, whereChanged} from './dom.js';
import {orderForm} from './forms.js';
import {RowForm} from './row_form.js';
import {language, t, tOr} from './text.js';
import {dateText, dateTimeText, dateValue, nowUs, valuesToUs} from './time.js';

const DAY_US = 86400e6;
const HASH_SHOWN = 12; /* letters of a hash: enough to tell drafts apart */
const DEMO_LEAD_US = 10e6;

/* ---- what changes ---- */

function changeItem({kind, subject, column, before, after}) {
    const place = [subject, column].filter((part) => part !== '').join(', ');
    return el('li', {dataset: {kind}},
        el('strong', {}, tOr(`versions.kind.${kind}`, kind)), ' ',
        place === '' ? null : el('span', {}, `${place}: `),
        before === '' ? null : el('del', {}, before),
        before !== '' && after !== '' ? ' → ' : null,
        after === '' ? null : el('ins', {}, after));
}

/* Sections in the order in which the recorder names them. */
function changeList(changes) {
    if (changes.length === 0) {
        return el('p.note', {}, t('versions.change.none'));
    }
    const sections = [...new Set(changes.map(({section}) => section))];
    return el('div.changes', {}, sections.map((section) => [
        section === '' ? null : el('h4', {}, section),
        el('ul', {}, changes.filter((one) => one.section === section).map(changeItem))]));
}

function changesOf(answer) {
    return answer[language()]?.changes ?? null;
}

/* ---- forms ---- */

function reasonField(label, hint) {
    const input = el('input', {type: 'text', required: true, minLength: 2, maxLength: 300, autocomplete: 'off'});
    return {element: field(label, input, hint), value: () => input.value.trim()};
}

async function digestOf(file) {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* 00:00 in Korea, so many days from today. */
function startOfDay(days) {
    return valuesToUs(dateValue(nowUs() + days * DAY_US), '00:00:00');
}

/* The day, or in a demo a few seconds from now. */
function effectiveField(draft, leadDays) {
    if (leadDays === 0) {
        return {element: el('p.hint', {}, t('versions.demo')), us: () => Math.round(nowUs() + DEMO_LEAD_US)};
    }
    const first = startOfDay(leadDays);
    const input = el('input', {type: 'date', required: true, min: dateValue(first),
        value: dateValue(Math.max(first, draft.effective_us ?? 0))});
    return {
        element: field(t('versions.publish.day'), input, t('versions.publish.day.hint', {day: dateText(first)})),
        us: () => valuesToUs(input.value, '00:00:00'),
    };
}

class VersionsScreen {
    #mayPublish;
    #intro = el('p.hint', {hidden: true}, t('versions.demo'));
    #note = el('p.note', {role: 'status', hidden: true});
    #drafts = el('ol.entries');
    #draftsNote = el('p.note');
    #versions = el('ol.entries');
    #rowForm = new RowForm(() => this.#load());
    #draw = whereChanged();

    constructor({session}) {
        this.#mayPublish = session?.rights?.includes('publish') ?? false;
        this.element = el('div.screen.narrow', {},
            el('h1', {}, t('versions.title')),
            el('p.lead', {}, t('versions.intro')), this.#intro, this.#note,
            this.#mayPublish ? [el('h2', {}, t('versions.drafts')), el('p.hint', {}, t('versions.drafts.hint')),
                this.#draftsNote, this.#drafts] : null,
            el('h2', {}, t('versions.all')), this.#versions);
        this.#load();
    }

    leave() {}

    /* A version comes into force, and others announce, without us. */
    update() {
        if (!this.#rowForm.isOpen) {
            this.#load();
        }
    }

    /* ---- rows ---- */

    #form(place, {parts, button, send, accepted}) {
        replace(place, orderForm({parts, button, send, accepted: (answer) => {
            const words = accepted(answer);
            this.#note.textContent = words;
            this.#note.hidden = false;
            return words;
        }, cancel: t('exports.cancel'), close: (isDone) => this.#rowForm.close(isDone)}));
    }

    #version(one) {
        const {version, state, exception} = one;
        const page = `${language() === 'ko' ? '/public' : '/public/en'}/${state === 'announced' ? 'next' : `versions/${version}`}`;
        const isConfirmable = this.#mayPublish && (state === 'announced' || state === 'active');
        return el('li.entry-row', {dataset: {version, state}},
            el('h3', {}, t('versions.number', {n: version}), ' ', el('span.tag', {}, tOr(`versions.state.${state}`, state))),
            el('p', {}, [one.announced_us ? t('versions.announced', {day: dateTimeText(one.announced_us)}) : null,
                one.effective_us ? t('versions.effective', {day: dateTimeText(one.effective_us)}) : null,
                one.ended_us ? t('versions.ended', {day: dateTimeText(one.ended_us)}) : null].filter((part) => part).join(' · ')),
            exception === 'none' ? null : el('p.declared', {}, tOr(`versions.exception.${exception}`, exception)),
            one.reason === '' ? null : el('p', {}, t('versions.reason', {reason: one.reason})),
            state === 'withdrawn' ? null : el('p.hint', {}, one.confirmed_us
                ? t('versions.confirmed', {day: dateTimeText(one.confirmed_us)}) : t('versions.unconfirmed')),
            el('div.row', {},
                state === 'withdrawn' ? null : el('a', {href: page, target: '_blank', rel: 'noopener'}, t('versions.read')),
                state === 'withdrawn' ? null : this.#rowForm.button(t('versions.change'), 'change', (place) => this.#showChange(version, place)),
                isConfirmable ? this.#rowForm.button(t('versions.confirm'), 'confirm', (place) => this.#confirmForm(version, place)) : null,
                this.#mayPublish && state === 'announced'
                    ? this.#rowForm.button(t('versions.withdraw'), 'withdraw', (place) => this.#withdrawForm(version, place)) : null));
    }

    #draft(draft, leadDays) {
        const changes = changesOf(draft);
        const hash = draft.sha256.slice(0, HASH_SHOWN);
        const canBeAnnounced = draft.obstacle === '' && changes !== null;
        return el('li.entry-row', {dataset: {draft: hash}},
            el('h3', {}, t('versions.draft', {hash})),
            draft.announced_us && draft.effective_us ? el('p', {}, t('versions.draft.dates', {
                announced: dateText(draft.announced_us), effective: dateText(draft.effective_us)})) : null,
            draft.obstacle === '' ? null : el('p.warning', {}, t('versions.draft.obstacle', {words: draft.obstacle})),
            ['restriction', 'correction'].includes(draft.exception)
                ? el('p.declared', {}, t(`versions.at_once.${draft.exception}`)) : null,
            changes === null ? null : changeList(changes),
            canBeAnnounced ? el('div.row', {},
                this.#rowForm.button(t('versions.publish'), 'publish', (place) => this.#publishForm(draft, leadDays, place))) : null);
    }

    /* ---- deeds ---- */

    async #showChange(version, place) {
        replace(place, el('p.note', {}, t('app.loading')));
        try {
            const answer = await get(`/versions/${version}/change`);
            const changes = changesOf(answer);
            replace(place, changes === null ? el('p.note', {}, t('versions.change.first')) : changeList(changes));
        } catch (error) {
            replace(place, el('p.error', {role: 'alert'}, error.message));
        }
    }

    #publishForm(draft, leadDays, place) {
        const day = effectiveField(draft, leadDays);
        const atOnce = el('input', {type: 'checkbox'});
        const why = reasonField(t('versions.publish.reason'), t('versions.publish.reason.hint'));
        atOnce.addEventListener('change', () => {
            day.element.hidden = atOnce.checked;
        });
        this.#form(place, {
            parts: [el('p', {}, t('versions.publish.note')), day.element,
                ['restriction', 'correction'].includes(draft.exception)
                    ? el('label.choice', {}, atOnce, el('span', {}, t('versions.publish.at_once'))) : null,
                why.element],
            button: t('versions.publish.submit'),
            send: () => post('/versions', {sha256: draft.sha256, at_once: atOnce.checked ? 1 : 0, reason: why.value(),
                effective: atOnce.checked ? startOfDay(0) : day.us()}),
            accepted: ({version, entry}) => t('versions.published', {n: version, entry}),
        });
    }

    #withdrawForm(version, place) {
        const why = reasonField(t('versions.withdraw.reason'));
        this.#form(place, {
            parts: [why.element], button: t('versions.withdraw.submit'),
            send: () => remove(`/versions/${version}`, {body: {reason: why.value()}}),
            accepted: ({entry}) => t('versions.withdrawn', {n: version, entry}),
        });
    }

    #confirmForm(version, place) {
        const way = el('select', {}, ['page', 'person'].map((value) => el('option', {value}, t(`versions.confirm.${value}`))));
        const file = el('input', {type: 'file', accept: '.html,.txt'});
        const chooser = field(t('versions.confirm.file'), file);
        way.addEventListener('change', () => {
            chooser.hidden = way.value === 'person';
        });
        this.#form(place, {
            parts: [el('p', {}, t('versions.confirm.note')), field(t('versions.confirm.way'), way), chooser],
            button: t('versions.confirm.submit'),
            send: async () => {
                if (way.value === 'person') {
                    return post(`/versions/${version}/confirmations`, {});
                }
                if (file.files.length === 0) {
                    throw new Error(t('versions.confirm.file.need'));
                }
                try {
                    return await post(`/versions/${version}/confirmations`, {page_sha256: await digestOf(file.files[0])});
                } catch (error) {
                    throw error.status === 409 ? new Error(t('versions.confirm.differs')) : error;
                }
            },
            accepted: ({entry}) => t('versions.confirmed.done', {n: version, entry}),
        });
    }

    /* ---- from the recorder ---- */

    async #load() {
        try {
            const [{versions}, waiting] = await Promise.all([get('/versions'),
                this.#mayPublish ? get('/drafts') : {drafts: [], lead_days: 1}]);
            if (this.#rowForm.isOpen) {
                return;
            }
            this.#intro.hidden = waiting.lead_days !== 0;
            this.#draw([versions, waiting.drafts, waiting.lead_days], () => {
                const focused = this.#focused();
                replace(this.#versions, versions.toReversed().map((one) => this.#version(one)));
                replace(this.#drafts, waiting.drafts.map((draft) => this.#draft(draft, waiting.lead_days)));
                if (focused) {
                    this.element.querySelector(focused)?.focus({preventScroll: true});
                }
            });
            this.#draftsNote.textContent = waiting.drafts.length === 0 ? t('versions.drafts.none') : '';
            this.#draftsNote.hidden = waiting.drafts.length > 0;
        } catch (error) {
            this.#note.textContent = error.message;
            this.#note.hidden = false;
        }
    }

    #focused() {
        const row = document.activeElement?.closest?.('[data-version], [data-draft]');
        const {version, draft} = row?.dataset ?? {};
        const act = document.activeElement?.dataset.act;
        return row && act ? `${version ? `[data-version="${version}"]` : `[data-draft="${draft}"]`} [data-act="${act}"]` : null;
    }
}

export function versionsScreen(options) {
    return new VersionsScreen(options);
}
