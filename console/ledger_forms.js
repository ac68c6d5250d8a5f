/* SPDX-License-Identifier: Apache-2.0 */
/* What people enter into the ledger: copies outside the recorder, their end,
 * corrections. */
import {post} from './api.js';
import {el, field} from './dom.js';
import {orderForm} from './forms.js';
import {own, t} from './text.js';
import {dateValue, nowUs, timeValue, valuesToUs} from './time.js';

const DAY_US = 86400e6;
const FIRST_DAYS = 30; /* proposed; a person chooses */
const USES = ['use', 'provision', 'viewing'];
const MEDIA = ['print', 'usb', 'disc', 'other'];
const ENDS = ['shredded', 'burnt', 'erased', 'returned'];

export const ledgerForm = (parts, button, send, close) => orderForm({
    parts, button, send, close, cancel: t('holds.cancel'),
    accepted: ({item, entry}) => (item ? t('ledger.entered', {item, n: entry}) : t('ledger.entered.entry', {n: entry})),
});

function choice(label, name, ids, key, chosen) {
    const select = el('select', {name, required: true}, ids.map((id) => el('option', {value: id}, t(`${key}.${id}`))));
    select.value = chosen ?? ids[0];
    return {select, element: field(t(label), select)};
}

function input(label, name, {hint, ...properties}) {
    const control = el('input', {type: 'text', name, maxLength: 150, autocomplete: 'off', ...properties});
    return {control, element: field(t(label), control, hint)};
}

/* Day and time; read() gives microseconds, or 0 where both are empty. */
function instant(label, name, us, isNeeded) {
    const day = el('input', {type: 'date', name: `${name}-day`, required: isNeeded, value: us ? dateValue(us) : ''});
    const time = el('input', {type: 'time', name: `${name}-time`, step: 1, required: isNeeded, value: us ? timeValue(us) : ''});
    return {
        element: el('div.row.even', {}, field(t('ledger.day', {what: t(label)}), day), field(t('ledger.time', {what: t(label)}), time)),
        read: () => (day.value ? valuesToUs(day.value, time.value || '00:00:00') : 0),
    };
}

/* row: what is corrected, or null for a new one. */
export function copyForm(cameras, row, close) {
    const use = choice('ledger.field.use', 'use', USES, 'ledger.use', row?.kind);
    const medium = choice('ledger.field.medium', 'medium', MEDIA, 'ledger.medium', row?.medium);
    const camera = el('select', {name: 'camera'}, el('option', {value: 0}, t('ledger.camera.none')),
        cameras.map((c) => el('option', {value: c.number}, `${c.number} ${own(c)}`)));
    camera.value = String(row?.cameras?.[0] ?? 0);
    const from = instant('ledger.field.from', 'from', row?.from_us, false);
    const to = instant('ledger.field.to', 'to', row?.to_us, false);
    const done = instant('ledger.field.done', 'done', row?.done_us || nowUs(), true);
    const due = el('input', {type: 'date', name: 'due', required: true, value: dateValue((row?.until_us || nowUs() + (FIRST_DAYS + 1) * DAY_US) - 1e6)});
    const reason = input('ledger.field.reason', 'why', {required: true, minLength: 2, maxLength: 300, value: row?.why ?? ''});
    const receiver = input('ledger.field.receiver', 'receiver', {value: row?.receiver ?? '', hint: t('ledger.field.receiver.hint')});
    const ground = input('ledger.field.ground', 'ground', {value: row?.ground ?? '', hint: t('ledger.field.ground.hint')});
    const form = input('ledger.field.form', 'form', {value: row?.form ?? ''});
    const request = input('destructions.request', 'request', {value: row?.request ?? '', maxLength: 20});
    const remark = input('ledger.field.remark', 'remark', {required: true, minLength: 2, maxLength: 300});
    const settle = () => {
        receiver.control.required = use.select.value !== 'use';
        ground.control.required = use.select.value === 'provision';
    };
    use.select.addEventListener('change', settle);
    settle();
    const read = () => ({
        use: use.select.value, medium: medium.select.value, camera: Number(camera.value), from: from.read(), to: to.read(),
        done: done.read(), due: valuesToUs(due.value, '00:00:00') + DAY_US,
        reason: reason.control.value.trim(), receiver: receiver.control.value.trim(), ground: ground.control.value.trim(),
        form: form.control.value.trim(), request: request.control.value.trim(),
    });
    return ledgerForm([
        row ? remark.element : null,
        el('div.row.even', {}, use.element, medium.element),
        el('div.row.even', {}, receiver.element, ground.element),
        el('div.row.even', {}, reason.element, form.element),
        el('div.row.even', {}, request.element, field(t('ledger.field.due'), due)),
        done.element, field(t('ledger.field.camera'), camera), from.element, to.element,
    ], t(row ? 'ledger.correct.submit' : 'ledger.add.submit'), () => (row
        ? post(`/ledger/items/${row.item}/corrections`, {...read(), corrects: row.last, remark: remark.control.value.trim()})
        : post('/ledger/items', read())), close);
}

export function endForm(row, close) {
    const how = choice('ledger.field.how', 'how', ENDS, 'ledger.how');
    const done = instant('ledger.field.ended', 'done', nowUs(), true);
    const reason = input('ledger.field.remark.end', 'why', {required: true, minLength: 2, maxLength: 300});
    return ledgerForm([el('div.row.even', {}, how.element, reason.element), done.element], t('ledger.end.submit'),
        () => post(`/ledger/items/${row.item}/end`, {how: how.select.value, done: done.read(), reason: reason.control.value.trim()}), close);
}

/* A row that the recorder wrote stays; what is right is a row of its own. */
export function remarkForm(row, close) {
    const reason = input('ledger.field.remark', 'why', {required: true, minLength: 2, maxLength: 300});
    return ledgerForm([el('p', {}, t('ledger.remark.note', {n: row.entry})), reason.element], t('ledger.correct.submit'),
        () => post(`/ledger/${row.entry}/remarks`, {reason: reason.control.value.trim()}), close);
}
