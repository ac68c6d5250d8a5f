/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept beyond its period: ordered, extended, ended. */
import {get, post, remove} from './api.js';
import {flatten} from './cameras.js';
import {el, field, replace, whereChanged} from './dom.js';
import {instant, orderForm} from './forms.js';
import {RowForm} from './row_form.js';
import {own, t, tOr} from './text.js';
import {dateTimeText, nowUs} from './time.js';

const DAY_US = 86400e6;
const FIRST_DAYS = 30; /* proposed; a person chooses */

function reasonFields() {
    const reason = el('input', {type: 'text', required: true, minLength: 2, maxLength: 300});
    const request = el('input', {type: 'text', maxLength: 20});
    return {
        reason: field(t('holds.reason'), reason, t('destructions.reason.hint')),
        request: field(t('destructions.request'), request),
        read: () => (request.value.trim() === '' ? {reason: reason.value.trim()} : {reason: reason.value.trim(), request: request.value.trim()}),
    };
}

const holdForm = (parts, button, send, close) => orderForm({
    parts, button, send, close, cancel: t('holds.cancel'),
    accepted: ({hold, entry}) => t('holds.accepted', {hold, n: entry}),
});

class HoldsScreen {
    #cameras;
    #mayOrder;
    #chosen; /* the span that came with the address */
    #list = el('ol.entries');
    #note = el('p.note', {role: 'status'});
    #order = el('div');
    #form = new RowForm(() => this.#load());
    #isMoving = false;
    #draw = whereChanged();

    constructor({cameras, session, parameters}) {
        this.#cameras = flatten(cameras);
        this.#mayOrder = session?.rights?.includes('hold') ?? false;
        this.#chosen = parameters?.camera ? parameters : null;
        this.element = el('div.screen.narrow', {},
            el('h1', {}, t('holds.title')),
            el('p.lead', {}, t('holds.intro')),
            this.#order, this.#note, this.#list);
        this.#showOrder(this.#chosen !== null);
        this.#load();
    }

    leave() {}

    /* A copy goes on, or an end is carried out, without us. */
    update() {
        if (this.#isMoving && !this.#form.isOpen) {
            this.#load();
        }
    }

    #showOrder(isOpen) {
        if (!this.#mayOrder) {
            return;
        }
        if (!isOpen) {
            replace(this.#order, el('button', {type: 'button', dataset: {act: 'order'}, onclick: () => this.#showOrder(true)}, t('holds.order')));
            return;
        }
        const endUs = Number(this.#chosen?.to) || nowUs() - 5e6;
        const camera = el('select', {required: true}, this.#cameras.map((c) => el('option', {value: c.number}, `${c.number} ${own(c)}`)));
        camera.value = this.#chosen?.camera ?? camera.value;
        const from = instant('holds.from', Number(this.#chosen?.from) || endUs - 60e6);
        const to = instant('holds.to', endUs);
        const until = instant('holds.until', nowUs() + FIRST_DAYS * DAY_US);
        const why = reasonFields();
        replace(this.#order, el('section.card', {'aria-label': t('holds.form')},
            el('h2', {}, t('holds.form')),
            el('p.hint', {}, t('holds.order.note')),
            holdForm([
                field(t('destructions.camera'), camera), from.element, to.element, until.element,
                el('div.row.even', {}, why.reason, why.request),
            ], t('holds.submit'), () => post('/holds', {
                camera: Number(camera.value), from: from.us(), to: to.us(), until: until.us(), ...why.read(),
            }), () => {
                this.#chosen = null;
                this.#showOrder(false);
                this.#order.querySelector('button')?.focus();
                this.#load();
            })));
        queueMicrotask(() => camera.focus({preventScroll: true})); /* when it is in the page */
    }

    #cameraText(hold) {
        const camera = this.#cameras.find((c) => c.number === hold.camera);
        return camera ? own(camera) : t('say.camera', {camera: hold.camera});
    }

    #missing(hold) {
        if (hold.missing.length === 0) {
            return null;
        }
        return el('div.warning', {}, el('p', {}, t('holds.missing')),
            el('ul', {}, hold.missing.map((one) => el('li', {},
                t('holds.missing.one', {from: dateTimeText(one.from_us), to: dateTimeText(one.to_us), cause: tOr(`cause.${one.cause}`, one.cause)})))));
    }

    #actions(hold) {
        if (!this.#mayOrder || !['held', 'copying'].includes(hold.state)) {
            return null;
        }
        const button = (act, make) => this.#form.button(t(`holds.${act}`), act, (place) => replace(place, make()));
        return el('div.row', {}, button('extend', () => this.#extendForm(hold)), button('end', () => this.#endForm(hold)));
    }

    #extendForm(hold) {
        const until = instant('holds.until', hold.until_us + FIRST_DAYS * DAY_US);
        const why = reasonFields();
        return holdForm([el('p', {}, t('holds.extend.note')), until.element, el('div.row.even', {}, why.reason, why.request)],
            t('holds.extend.submit'), () => post(`/holds/${hold.hold}/extensions`, {until: until.us(), ...why.read()}), (isDone) => this.#form.close(isDone));
    }

    #endForm(hold) {
        const why = reasonFields();
        const typed = el('input', {type: 'text', required: true, autocomplete: 'off'});
        return holdForm([el('p.warning', {}, t('holds.end.note')), why.reason, field(t('holds.type'), typed)],
            t('holds.end.submit'), () => {
                if (typed.value.trim() !== String(hold.hold)) {
                    throw new Error(t('holds.mistyped'));
                }
                return remove(`/holds/${hold.hold}`, {body: {reason: why.read().reason}});
            }, (isDone) => this.#form.close(isDone));
    }

    #row(hold) {
        const last = hold.destroyed_entry || hold.end_entry || hold.made_entry;
        return el('li.entry-row', {dataset: {hold: hold.hold, state: hold.state}},
            el('div.entry-head', {},
                el('span.entry-number', {}, `${hold.hold}`),
                el('strong', {}, tOr(`holds.state.${hold.state}`, hold.state)),
                el('span', {}, t('holds.entry', {n: hold.entry}), last ? ` – ${last}` : '')),
            el('p', {}, el('strong', {}, this.#cameraText(hold)), ' ', `${dateTimeText(hold.from_us)} – ${dateTimeText(hold.to_us)}`),
            el('p', {}, t(hold.state === 'destroyed' ? 'holds.until.past' : 'holds.until', {until: dateTimeText(hold.until_us)}),
                hold.extends ? ` · ${t('holds.extends', {n: hold.extends})}` : ''),
            this.#missing(hold), this.#actions(hold));
    }

    async #load() {
        try {
            const {holds, all} = await get('/holds');
            if (this.#form.isOpen) {
                return;
            }
            this.#draw(holds, () => {
                const focused = this.#focused();
                replace(this.#list, holds.map((hold) => this.#row(hold)));
                this.#focusAgain(focused);
            });
            this.#isMoving = holds.some((hold) => hold.state === 'copying' || hold.state === 'ending' || hold.until_us < nowUs() + DAY_US && hold.state === 'held');
            this.#note.textContent = all === 0 ? t('holds.none') : '';
        } catch (error) {
            this.#note.textContent = error.message;
        }
        this.#note.hidden = this.#note.textContent === '';
    }

    #focused() {
        const row = document.activeElement?.closest?.('[data-hold]');
        return row ? [row.dataset.hold, document.activeElement.dataset.act] : null;
    }

    #focusAgain(focused) {
        if (focused) {
            this.#list.querySelector(`[data-hold="${focused[0]}"] [data-act="${focused[1]}"]`)?.focus({preventScroll: true});
        }
    }
}

export function holdsScreen(options) {
    return new HoldsScreen(options);
}
