/* SPDX-License-Identifier: Apache-2.0 */
/* Video that leaves the recorder: asked for, approved by another person, and
 * what is outside until it is destroyed. */
import {get, post, remove} from './api.js';
import {flatten} from './cameras.js';
import {el, field, replace, whereChanged} from './dom.js';
import {instant, orderForm} from './forms.js';
import {purposeText} from './reason.js';
import {RowForm} from './row_form.js';
import {own, t, tOr} from './text.js';
import {dateText, dateTimeText, dateValue, nowUs, valuesToUs} from './time.js';

const DAY_US = 86400e6;
const FIRST_DAYS = 30; /* proposed; a person chooses */

function textField(label, hint) {
    const input = el('input', {type: 'text', required: true, minLength: 2, maxLength: 160, autocomplete: 'off'});
    return {element: field(label, input, hint), value: () => input.value.trim()};
}

/* The end of a day in Korea. */
function endOfDay(day) {
    return valuesToUs(day, '00:00:00') + DAY_US;
}

class ExportsScreen {
    #list; /* cameras, as the recorder gives them */
    #cameras;
    #mayExport;
    #chosen; /* the span that came with the address */
    #rule = el('p.hint');
    #ask = el('div');
    #note = el('p.note', {role: 'status'});
    #orders = el('ol.entries');
    #copies = el('ol.entries');
    #copiesNote = el('p.note');
    #rowForm = new RowForm(() => this.#load());
    #draw = whereChanged();

    constructor({cameras, session, parameters}) {
        this.#list = cameras;
        this.#cameras = flatten(cameras);
        this.#mayExport = session?.rights?.includes('export') ?? false;
        this.#chosen = parameters?.camera ? parameters : null;
        this.element = el('div.screen.narrow', {},
            el('h1', {}, t('exports.title')),
            el('p.lead', {}, t('exports.intro')), this.#rule,
            this.#ask,
            el('h2', {}, t('exports.orders')), this.#note, this.#orders,
            el('h2', {}, t('exports.copies')), this.#copiesNote, this.#copies);
        this.#showAsk(this.#chosen !== null);
        this.#load();
    }

    leave() {}

    /* Others answer, and packages are made, without us. */
    update() {
        if (!this.#rowForm.isOpen) {
            this.#load();
        }
    }

    /* ---- asking ---- */

    #cameraBoxes() {
        const boxes = this.#cameras.map((camera) => ({camera, box: el('input', {
            type: 'checkbox', value: camera.number, checked: Number(this.#chosen?.camera) === camera.number})}));
        const element = el('fieldset.chooser', {}, el('legend', {}, t('exports.cameras')),
            boxes.map(({camera, box}) => el('label.choice', {}, box, el('span', {}, `${camera.number} ${own(camera)}`,
                (camera.masks ?? []).length > 0 ? el('small', {}, ` (${t('exports.masked')})`) : null))));
        return {
            element,
            read() {
                const numbers = boxes.filter(({box}) => box.checked).map(({camera}) => camera.number);
                if (numbers.length === 0) {
                    throw new Error(t('exports.cameras.need'));
                }
                return numbers.sort((a, b) => a - b);
            },
        };
    }

    #showAsk(isOpen) {
        if (!this.#mayExport) {
            return;
        }
        if (!isOpen) {
            replace(this.#ask, el('button', {type: 'button', dataset: {act: 'ask'}, onclick: () => this.#showAsk(true)}, t('exports.ask')));
            return;
        }
        const endUs = Number(this.#chosen?.to) || nowUs() - 5e6;
        const cameras = this.#cameraBoxes();
        const from = instant('exports.from', Number(this.#chosen?.from) || endUs - 60e6);
        const to = instant('exports.to', endUs);
        const purpose = el('select', {required: true}, (this.#list?.purposes ?? []).map(({id}) =>
            el('option', {value: id}, purposeText(id, this.#list.purposes))));
        const use = el('select', {required: true}, [1, 0].map((value) => el('option', {value}, t(`exports.use.${value}`))));
        const until = el('input', {type: 'date', required: true, value: dateValue(nowUs() + FIRST_DAYS * DAY_US)});
        const reason = textField(t('holds.reason'), t('destructions.reason.hint'));
        const ground = textField(t('exports.ground'), t('exports.ground.hint'));
        const receiver = textField(t('exports.receiver'));
        const conditions = textField(t('exports.conditions'), t('exports.conditions.hint'));
        replace(this.#ask, el('section.card', {'aria-label': t('exports.form')},
            el('h2', {}, t('exports.form')),
            orderForm({
                parts: [cameras.element, from.element, to.element,
                    el('div.row.even', {}, field(t('exports.purpose'), purpose), field(t('exports.use'), use)),
                    reason.element, ground.element,
                    el('div.row.even', {}, receiver.element, field(t('exports.until'), until)), conditions.element],
                button: t('exports.submit'), cancel: t('exports.cancel'),
                send: () => post('/exports/orders', {
                    cameras: cameras.read(), from: from.us(), to: to.us(), until: endOfDay(until.value),
                    provided: Number(use.value), password: 0, purpose: purpose.value, ground: ground.value(),
                    receiver: receiver.value(), conditions: conditions.value(), reason: reason.value(),
                }),
                accepted: ({entry}) => t('exports.accepted', {n: entry}),
                close: () => {
                    this.#chosen = null;
                    this.#showAsk(false);
                    this.#ask.querySelector('button')?.focus();
                    this.#load();
                },
            })));
        queueMicrotask(() => this.#ask.querySelector('input')?.focus({preventScroll: true}));
    }

    /* ---- rows ---- */

    #camerasText(numbers) {
        return numbers.map((number) => {
            const camera = this.#cameras.find((c) => c.number === number);
            return camera ? own(camera) : t('say.camera', {camera: number});
        }).join(', ');
    }

    /* What both lists say first. */
    #head(number, state, entry) {
        return el('div.entry-head', {},
            el('span.entry-number', {}, `${number}`), el('strong', {}, state), el('span', {}, t('exports.entry', {n: entry})));
    }

    #span(one) {
        return el('p', {}, el('strong', {}, this.#camerasText(one.cameras)), ' ', `${dateTimeText(one.from_us)} – ${dateTimeText(one.to_us)}`);
    }

    #use(one) {
        return [purposeText(one.purpose, this.#list?.purposes), t(`exports.use.${one.provided}`),
            t('exports.until.of', {day: dateText(one.until_us - 1)})].join(' · ');
    }

    #words(order) {
        const rows = [['holds.reason', order.why], ['exports.ground', order.ground], ['exports.receiver', order.receiver], ['exports.conditions', order.conditions]];
        return el('dl.facts', {}, rows.map(([name, text]) => [el('dt', {}, t(name)), el('dd', {}, text || t('exports.erased'))]));
    }

    #answered(order) {
        if (!order.answer_entry) {
            return null;
        }
        const key = order.state === 'declined' ? 'exports.declined.by' : 'exports.approved.by';
        return el('p', {}, t(key, {name: order.answered_by, n: order.answer_entry}));
    }

    #next(order) {
        if (order.state === 'waiting' && order.own) {
            return el('p.hint', {}, t('exports.own.waits'));
        }
        if (order.state === 'waiting' && this.#mayExport) {
            return this.#actions([['approve', () => this.#approveForm(order)], ['decline', () => this.#declineForm(order)]]);
        }
        if (order.state === 'ready') {
            const command = `haechi export --dir DIR --order ${order.order} --out export-${order.order}.zip`;
            return el('div', {}, el('p', {}, t('exports.command')), el('pre', {}, command),
                el('p.hint', {}, t('exports.command.password'), ' ', el('code', {}, '--zip-password-file FILE')));
        }
        return order.made_entry ? el('p', {}, t('exports.made', {n: order.made_entry})) : null;
    }

    #order(order) {
        const isOpen = ['waiting', 'ready'].includes(order.state);
        return el('li.entry-row', {dataset: {order: order.order, state: order.state}},
            this.#head(order.order, tOr(`exports.state.${order.state}`, order.state), order.order),
            this.#span(order),
            el('p', {}, t('exports.asked.by', {name: order.asked_by, time: dateTimeText(order.time_us)}),
                isOpen ? ` · ${t('exports.expires', {time: dateTimeText(order.expires_us)})}` : ''),
            el('p', {}, this.#use(order)),
            order.masked.length > 0 ? el('p.warning', {}, t('exports.masked.are', {cameras: this.#camerasText(order.masked)})) : null,
            this.#words(order), this.#answered(order), this.#next(order));
    }

    #copy(copy) {
        const isOutside = ['ordered', 'made', 'due'].includes(copy.state);
        return el('li.entry-row', {dataset: {copy: copy.export, state: copy.state}},
            this.#head(copy.export, tOr(`exports.copy.${copy.state}`, copy.state), copy.destroyed_entry || copy.made_entry || copy.export),
            this.#span(copy), el('p', {}, this.#use(copy)),
            isOutside && this.#mayExport ? this.#actions([['destroyed', () => this.#destroyedForm(copy)]]) : null);
    }

    /* ---- forms in a row ---- */

    #actions(list) {
        return el('div.row', {}, list.map(([act, make]) =>
            this.#rowForm.button(t(`exports.${act}`), act, (place) => replace(place, make()))));
    }

    #form(parts, button, send, accepted) {
        return orderForm({parts, button, send, cancel: t('exports.cancel'), accepted: ({entry}) => t(accepted, {n: entry}),
            close: (isDone) => this.#rowForm.close(isDone)});
    }

    #approveForm(order) {
        return this.#form([el('p', {}, t('exports.approve.note')),
            order.masked.length > 0 ? el('p.warning', {}, t('exports.approve.masked')) : null],
        t('exports.approve.submit'), () => post(`/exports/orders/${order.order}/answer`, {approved: 1}), 'exports.approved');
    }

    #declineForm(order) {
        const why = textField(t('exports.decline.why'));
        return this.#form([why.element], t('exports.decline.submit'),
            () => post(`/exports/orders/${order.order}/answer`, {approved: 0, reason: why.value()}), 'exports.declined');
    }

    #destroyedForm(copy) {
        const why = textField(t('exports.destroyed.why'));
        return this.#form([why.element], t('exports.destroyed.submit'),
            () => remove(`/exports/${copy.export}`, {body: {reason: why.value()}}), 'exports.destroyed.done');
    }

    /* ---- from the recorder ---- */

    async #load() {
        try {
            const [asked, {exports}] = await Promise.all([get('/exports/orders'), get('/exports')]);
            if (this.#rowForm.isOpen) {
                return;
            }
            this.#rule.textContent = t(asked.second_person ? 'exports.second.always' : 'exports.second.masks');
            this.#draw([asked.orders, exports], () => {
                const focused = this.#focused();
                replace(this.#orders, asked.orders.map((order) => this.#order(order)));
                replace(this.#copies, exports.map((copy) => this.#copy(copy)));
                this.#focusAgain(focused);
            });
            this.#note.textContent = asked.orders.length === 0 ? t('exports.orders.none') : '';
            this.#copiesNote.textContent = exports.length === 0 ? t('exports.copies.none') : '';
        } catch (error) {
            this.#note.textContent = error.message;
        }
        this.#note.hidden = this.#note.textContent === '';
        this.#copiesNote.hidden = this.#copiesNote.textContent === '';
    }

    #focused() {
        const row = document.activeElement?.closest?.('[data-order], [data-copy]');
        const {order, copy} = row?.dataset ?? {};
        return row ? [order ? `[data-order="${order}"]` : `[data-copy="${copy}"]`, document.activeElement.dataset.act] : null;
    }

    #focusAgain(focused) {
        if (focused) {
            this.element.querySelector(`${focused[0]} [data-act="${focused[1]}"]`)?.focus({preventScroll: true});
        }
    }
}

export function exportsScreen(options) {
    return new ExportsScreen(options);
}
