/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the ledger in words: ten columns, and the same for a spreadsheet. */
import {own, t, tOr} from './text.js';
import {dateText, dateTimeText} from './time.js';

export const COLUMNS = ['number', 'kind', 'time', 'file', 'person', 'purpose', 'recipient', 'basis', 'form', 'period'];

const CAMERAS_NAMED = 3;
const MACHINES = new Set(['destroyed', 'hold_destroyed']);

const minutes = (us) => dateTimeText(us).replace(/:\d\d$/, '');

function count(first, row) {
    first.entries = (first.entries ?? 1) + 1;
    first.last_entry = row.entry;
    first.last_us = row.time_us;
    first.seeds = (first.seeds ?? 0) + row.seeds;
}

/* What died by a person's order is told in the order's row; other deaths of one
 * day, cause, order and hold are one row, as on paper. */
export function joinRows(rows) {
    const joined = [];
    const places = new Map();
    for (const row of rows) {
        const order = MACHINES.has(row.deed) && row.order ? joined.find((one) => one.entry === row.order) : null;
        if (order) {
            count(order, row);
            continue;
        }
        const key = MACHINES.has(row.deed) ? [row.deed, dateText(row.time_us), row.cause, row.order, row.hold].join('|') : null;
        const first = key && places.get(key);
        if (!first) {
            const copy = {...row, cameras: [...row.cameras]};
            joined.push(copy);
            places.set(key, copy);
            continue;
        }
        count(first, row);
        first.from_us = Math.min(first.from_us, row.from_us);
        first.to_us = Math.max(first.to_us, row.to_us);
        first.cameras = [...new Set([...first.cameras, ...row.cameras])];
    }
    return joined;
}

function personal(object, member) {
    return object.text === 'there' ? object[member] ?? '' : t(object.text === 'erased' ? 'ledger.erased' : 'ledger.unreadable');
}

export function personText(account, people) {
    if (!account) {
        return t('ledger.automatic');
    }
    const person = people.get(account);
    const name = person ? `${personal(person, 'name')} ${own({ko: person.post_ko, en: person.post_en})} ` : '';
    return `${name}[${t('say.account', {account})}]`;
}

function camerasText(row, cameras) {
    if (row.cameras.length > CAMERAS_NAMED) {
        return t('ledger.cameras', {n: row.cameras.length});
    }
    return row.cameras.map((number) => {
        const camera = cameras.find((c) => c.number === number);
        return camera ? `${number} ${own(camera)}` : t('say.camera', {camera: number});
    }).join(', ');
}

function fileText(row, cameras) {
    const names = camerasText(row, cameras);
    const isAll = names === '' && !row.hold && !row.item && !row.corrects;
    return [
        isAll ? t('say.cameras.all') : names,
        row.item ? t('ledger.item', {n: row.item}) : '',
        row.medium ? `(${tOr(`ledger.medium.${row.medium}`, row.medium)})` : '',
        row.corrects ? t('ledger.corrects', {n: row.corrects}) : '',
        row.hold ? t('ledger.hold', {n: row.hold}) : '',
        row.to_us > 0 ? `${minutes(row.from_us)} ~ ${minutes(row.to_us)}` : '',
        `[${t('holds.entry', {n: row.last_entry ? `${row.entry} ~ ${row.last_entry}` : row.entry})}]`,
    ].filter(Boolean).join(' ');
}

function timeText(row) {
    const first = minutes(row.done_us > 0 ? row.done_us : row.time_us);
    return row.entries ? `${first} ~ ${minutes(row.last_us)} (${t('ledger.entries', {n: row.entries})})` : first;
}

function purposeText(row, purposes) {
    if (row.why === undefined) {
        return tOr(`cause.${row.cause}`, row.cause);
    }
    const purpose = row.purpose ? own(purposes.find((p) => p.id === row.purpose)) || row.purpose : '';
    return [purpose, personal(row, 'why')].filter(Boolean).join(': ');
}

function basisText(row) {
    if (row.ground) {
        return row.ground;
    }
    if (row.export) {
        return t('ledger.basis.export', {n: row.export});
    }
    if (row.order) {
        return t('ledger.basis.order', {n: row.order});
    }
    if (row.purpose) {
        return t('ledger.basis.purpose');
    }
    return row.cause === 'expired' ? t('ledger.basis.period') : '';
}

function formText(row) {
    const isDone = row.seeds > 0 && !MACHINES.has(row.deed);
    const machine = MACHINES.has(row.deed) ? t(row.order ? 'ledger.keys' : 'ledger.keys.cycle', {n: row.seeds}) : isDone ? t('ledger.keys.ordered', {n: row.seeds}) : '';
    return [
        tOr(`ledger.deed.${row.deed}`, row.deed),
        row.how ? tOr(`ledger.how.${row.how}`, row.how) : '',
        row.password ? t('ledger.password') : '',
        row.conditions ? t('ledger.conditions', {words: row.conditions}) : '',
        row.form, row.remark, machine,
    ].filter(Boolean).join(': ');
}

/* The ten cells as text; n: the running number. */
export function cells(row, n, {cameras, people, purposes}) {
    return [
        String(n), tOr(`ledger.kind.${row.kind}`, row.kind ?? ''), timeText(row), fileText(row, cameras),
        personText(row.account, people), purposeText(row, purposes),
        [row.receiver, row.request ? t('ledger.request', {n: row.request}) : ''].filter(Boolean).join(', '),
        basisText(row), formText(row), row.until_us > 0 ? `~ ${minutes(row.until_us)}` : '',
    ];
}

/* RFC 4180; what a spreadsheet would take for a formula becomes text. */
export function csv(lines) {
    const cell = (text) => `"${/^[ \u00a0\u3000]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
    return `\ufeff${lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')}`;
}
