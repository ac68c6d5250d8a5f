/* SPDX-License-Identifier: Apache-2.0 */
/* What was destroyed, its records to print, and orders to destroy early. */
import {get, post} from './api.js';
import {flatten} from './cameras.js';
import {announce, el, field, replace} from './dom.js';
import {own, t, tOr} from './text.js';
import {dateTimeText, dateValue, nowUs, timeValue, valuesToUs} from './time.js';

const COUNT = 50;

export function pendingText(list) {
    if (list?.deletion_pending && list.pending_reason === 'clock') {
        return t('pending.clock');
    }
    if (list?.deletion_pending && list.pending_reason !== 'bucket') {
        return t('pending.late');
    }
    return list?.orders_open > 0 ? t('pending.orders', {n: list.orders_open}) : '';
}

function spanText(item) {
    if (item.decommission) {
        return t('destructions.all');
    }
    return item.from_us === 0
        ? t('destructions.until', {to: dateTimeText(item.to_us)})
        : `${dateTimeText(item.from_us)} – ${dateTimeText(item.to_us)}`;
}

function row(item, cameras) {
    const camera = cameras.find((c) => c.number === item.camera);
    const page = `/api/v1/destructions/${item.entry}/page`;
    const isDone = item.state === 'done';
    return el('tr', {dataset: {entry: item.entry, state: item.state}},
        el('th', {scope: 'row'}, el('a', {href: page, target: '_blank', rel: 'noopener'}, t('destructions.number', {n: item.entry}))),
        el('td', {}, item.camera === 0 ? t('say.cameras.all') : camera ? own(camera) : t('say.camera', {camera: item.camera})),
        el('td', {}, spanText(item)),
        el('td', {}, tOr(`destructions.${item.kind}`, item.kind)),
        el('td', {}, el(isDone ? 'span' : 'strong', {}, t(isDone ? 'destructions.done' : 'destructions.pending')),
            isDone ? null : el('small', {}, ` ${tOr(`destructions.waits.${item.pending}`, '')}`)));
}

function orderForm(cameras, onOrdered, tell) {
    const endUs = nowUs() - 60e6;
    const camera = el('select', {required: true}, cameras.map((c) => el('option', {value: c.number}, `${c.number} ${own(c)}`)));
    const whole = el('input', {type: 'checkbox'});
    const fromDay = el('input', {type: 'date', required: true, value: dateValue(endUs - 60e6)});
    const fromTime = el('input', {type: 'time', step: 1, required: true, value: timeValue(endUs - 60e6)});
    const toDay = el('input', {type: 'date', required: true, value: dateValue(endUs)});
    const toTime = el('input', {type: 'time', step: 1, required: true, value: timeValue(endUs)});
    const reason = el('input', {type: 'text', required: true, minLength: 2, maxLength: 300});
    const request = el('input', {type: 'text', maxLength: 20});
    const typed = el('input', {type: 'text', required: true, autocomplete: 'off'});
    const span = el('div.stack', {},
        el('div.row.even', {}, field(t('destructions.from.day'), fromDay), field(t('destructions.from.time'), fromTime)),
        el('div.row.even', {}, field(t('destructions.to.day'), toDay), field(t('destructions.to.time'), toTime)));
    whole.addEventListener('change', () => {
        span.hidden = whole.checked;
        for (const input of [fromDay, fromTime, toDay, toTime]) {
            input.disabled = whole.checked;
        }
    });

    async function submit(event) {
        event.preventDefault();
        const number = Number(camera.value);
        if (typed.value.trim() !== String(number)) {
            tell(t('destructions.mistyped'));
            return;
        }
        const body = {camera: number, reason: reason.value.trim()};
        if (request.value.trim() !== '') {
            body.request = request.value.trim();
        }
        if (!whole.checked) {
            body.from = valuesToUs(fromDay.value, fromTime.value);
            body.to = valuesToUs(toDay.value, toTime.value);
        }
        try {
            const {entry} = await post('/destructions', body);
            tell('');
            typed.value = '';
            announce(t('destructions.accepted', {n: entry}));
            onOrdered();
        } catch (error) {
            tell(error.message);
        }
    }

    return el('details', {}, el('summary', {}, t('destructions.order')),
        el('form.card', {onsubmit: submit},
            el('p.warning', {}, t('destructions.warning')),
            field(t('destructions.camera'), camera),
            el('p', {}, el('label', {}, whole, ' ', t('destructions.whole'))),
            span,
            el('div.row.even', {}, field(t('destructions.reason'), reason, t('destructions.reason.hint')), field(t('destructions.request'), request)),
            field(t('destructions.type'), typed),
            el('button.primary', {type: 'submit'}, t('destructions.submit')),
            el('p.hint', {}, t('destructions.decommission'))));
}

export function destructionsScreen({cameras: list, session}) {
    const cameras = flatten(list);
    const body = el('tbody');
    const note = el('p.note', {role: 'status', hidden: true});
    const trouble = el('p.warning', {role: 'alert', hidden: true});
    const more = el('button', {type: 'button', hidden: true, onclick: () => load(false)}, t('records.more'));
    const filter = el('select', {onchange: () => load(true)},
        el('option', {value: ''}, t('records.all')),
        ['ordered', 'expired'].map((kind) => el('option', {value: kind}, t(`destructions.${kind}`))));
    let before = 0;
    let wasOpen = 0;

    function tell(text) {
        trouble.textContent = text;
        trouble.hidden = text === '';
    }

    async function load(isNew) {
        const kind = filter.value;
        before = isNew ? 0 : before;
        try {
            const query = `before=${before}&count=${COUNT}${kind ? `&kind=${kind}` : ''}`;
            const {destructions, next} = await get(`/destructions?${query}`);
            if (kind !== filter.value) {
                return;
            }
            if (isNew) {
                replace(body);
            }
            body.append(...destructions.map((item) => row(item, cameras)));
            before = next ?? 0;
            more.hidden = !next;
            note.textContent = body.children.length === 0 ? t('records.empty') : '';
        } catch (error) {
            note.textContent = error.message;
        }
        note.hidden = note.textContent === '';
    }

    const mayOrder = session?.rights?.includes('destroy');
    const element = el('div.screen.narrow', {},
        el('h1', {}, t('destructions.title')),
        el('p.lead', {}, t('destructions.intro')),
        trouble,
        mayOrder ? orderForm(cameras, () => load(true), tell) : null,
        el('div.row', {}, field(t('records.filter'), filter),
            el('button', {type: 'button', onclick: () => load(true)}, t('records.refresh'))),
        note,
        el('table', {}, el('thead', {}, el('tr', {}, ['record', 'camera', 'span', 'why', 'state'].map((key) => el('th', {scope: 'col'}, t(`destructions.${key}`))))), body),
        more);
    load(true);
    return {
        element,
        update: (now) => { /* an order has been carried out meanwhile */
            const open = now?.orders_open ?? 0;
            if (open !== wasOpen) {
                wasOpen = open;
                load(true);
            }
        },
        leave: () => {},
    };
}
