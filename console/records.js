/* SPDX-License-Identifier: Apache-2.0 */
/* The log: what happened, in plain sentences, and each line as it stands. */
import {get} from './api.js';
import {erasureText, flatten} from './cameras.js';
import {lengthText} from './clock.js';
import {el, field} from './dom.js';
import {purposeText} from './reason.js';
import {own, t, tOr} from './text.js';
import {clockText, dateText, dateTimeText, parseUs} from './time.js';

const COUNT = 50;

export const KINDS = [
    'deletion.done', 'deletion.intent', 'deletion.answered', 'deletion.pending', 'deletion.seeds', 'deletion.attested', 'keys.dropped', 'hold.intent', 'hold.made', 'hold.missing', 'hold.end', 'hold.destroyed', 'export.asked', 'export.approved', 'export.declined', 'export.denied', 'export', 'export.covered', 'export.made', 'export.destroyed', 'view.open', 'live.open', 'view.close', 'view.download', 'view.refused', 'log.read', 'ledger.added', 'ledger.corrected', 'ledger.destroyed', 'ledger.remarked', 'ledger.reviewed', 'exclusion.signed', 'duty.set', 'duty.done', 'gap', 'gap.open', 'records.lost', 'drift.found', 'drift.ended', 'disk.state', 'space.warning', 'space.freed', 'index.rebuilt', 'recording.day', 'recording.root',
    'camera.added', 'camera.state', 'camera.certificate', 'camera.told', 'camera.tamper', 'camera.tamper.over', 'camera.codec', 'login', 'login.again', 'login.failed', 'login.first', 'logout',
    'account.added', 'account.closed', 'notice.version', 'notice.announced', 'notice.superseded', 'notice.withdrawn', 'notice.confirmed', 'notice.differs', 'retention.set', 'setting', 'clock.step', 'clock.confirmed', 'clock.settled',
    'recorder.start', 'recorder.stop', 'role.restarted', 'texts.deleted', 'log.start',
    'witness.state', 'witness.equivocation', 'log.succeeded',
];

/* Every ten seconds: shown only where they are asked for. */
const OFTEN = 'recording.root';

/* A destruction, of which there is a page to print. */
const RECORDED = new Set(['deletion.done', 'deletion.intent']);

/* Lengths in milliseconds, with a sign. */
const LENGTHS = new Set(['wall_ms', 'step_ms', 'unconfirmed_ms', 'recorded_ms']);

const TIMES = new Set(['from', 'to', 'died', 'back', 'until', 'expires', 'asked_from', 'asked_to', 'due', 'done', 'last', 'since', 'effective', 'taken']);

/* Kinds whose sentence depends on a member. */
const VARIANTS = {
    'camera.certificate': (line) => line.change,
    'witness.state': (line) => line.state,
    'notice.announced': (line) => line.exception === 'none' ? '' : line.exception,
    'export.denied': (line) => line.cause,
    'exclusion.signed': (line) => line.by === 'none' ? 'none' : '',
    'notice.confirmed': (line) => line.way === 'hash' ? 'hash' : '',
};

/* A number above this one is that of a camera's sub stream. */
const STREAM_SUB = 32768;

function streamText(number, cameras) {
    const isSub = number > STREAM_SUB && number < 2 * STREAM_SUB;
    const camera = isSub ? number - STREAM_SUB : number;
    const known = cameras.find((c) => c.number === camera);
    const name = known ? own(known) : t('say.camera', {camera});
    return isSub ? t('say.camera.sub', {camera: name}) : name;
}

/* Members of the line as people read them. */
function readable(line, list, cameras) {
    const values = {};
    for (const [name, value] of Object.entries(line)) {
        if (name === 'camera' && value === 0) {
            values.camera = t('say.cameras.all');
        } else if (TIMES.has(name)) {
            /* The end of a span that ends on the day it began: the clock is enough. */
            const us = parseUs(value);
            const isSameDay = name === 'to' && line.from && dateText(parseUs(line.from)) === dateText(us);
            values[name] = isSameDay ? clockText(us) : dateTimeText(us);
        } else if (LENGTHS.has(name)) {
            values[name] = `${value < 0 ? '−' : ''}${lengthText(Math.abs(value) / 1000)}`;
        } else if (name === 'camera') {
            values.camera = streamText(value, cameras);
        } else if (name === 'cameras') {
            values.cameras = value.split(',').map((n) => Number(n) > STREAM_SUB ? streamText(Number(n), cameras) : n).join(', ');
        } else if (name === 'account') {
            values.account = t('say.account', {account: value});
        } else if (name === 'sound' || name === 'turns' || name === 'copies') {
            values[name] = t(`told.${value}`);
        } else if (name === 'cause') {
            values.cause = tOr(`cause.${value}`, value);
        } else if (name === 'code') {
            values.code = tOr(`drift.${value}`, value);
        } else if (line.kind.startsWith('duty.') && (name === 'what' || name === 'result')) {
            values[name] = tOr(`duty.${value}`, value);
        } else if (name === 'what' && ['log.read', 'view.refused'].includes(line.kind)) {
            values.what = tOr(`what.${value}`, value);
        } else if (name === 'purpose') {
            values.purpose = purposeText(value, list.purposes);
        } else {
            values[name] = String(value);
        }
    }
    return values;
}

export function sentence(line, list, cameras) {
    const values = readable(line, list, cameras);
    const isFine = (line.kind === 'camera.state' && (line.cause === 'none' || line.cause === '')) ||
        (line.kind === 'deletion.pending' && line.state === 'done');
    const variant = VARIANTS[line.kind]?.(line) ?? '';
    const which = variant ? `.${variant}` : isFine ? '.ok' : '';
    return tOr(`say.${line.kind}${which}`, tOr(`kind.${line.kind}`, line.kind), values);
}

function raw(entry) {
    return [el('pre', {}, entry.line),
        entry.leaf ? el('p.leaf', {}, `${t('records.leaf')}: `, el('code', {}, entry.leaf)) : null];
}

/* The commitments stand right before the destruction that counts them, in an
 * entry of their own: they belong to its row. */
function fold(rows, entry) {
    const owner = rows.querySelector(`:is([data-kind="deletion.done"], [data-kind="keys.dropped"], [data-kind="hold.destroyed"])[data-n="${entry.n + 1}"]`);
    if (entry.kind !== 'deletion.seeds' || !owner) {
        return false;
    }
    owner.append(el('details', {dataset: {seeds: entry.n}}, el('summary', {}, t('records.seeds', {n: entry.n})), raw(entry)));
    return true;
}

function row(entry, list, cameras) {
    const line = JSON.parse(entry.line);
    const texts = Object.entries(entry.texts ?? {}).filter(([, text]) => text)
        .map(([member, text]) => tOr(`say.${member}`, `${member}: ${text}`, {text}));
    const isDeletion = (entry.kind.startsWith('deletion.') && entry.kind !== 'deletion.seeds') || entry.kind === 'hold.destroyed' || entry.kind === 'texts.deleted' || entry.kind === 'records.lost';
    return el(`li.entry-row${isDeletion ? '.deletion' : ''}`, {dataset: {kind: entry.kind, n: entry.n}},
        el('div.entry-head', {},
            el('span.entry-number', {}, `${entry.n}`),
            el('time', {dateTime: entry.t}, dateTimeText(parseUs(entry.t))),
            el('span.tag', {}, tOr(`kind.${entry.kind}`, entry.kind))),
        el('p', {}, sentence(line, list, cameras)),
        texts.length > 0 ? el('p.texts', {}, texts.join(' · ')) : null,
        RECORDED.has(entry.kind) ? el('p', {}, el('a', {href: `/api/v1/destructions/${entry.n}/page`, target: '_blank', rel: 'noopener'}, t('records.page'))) : null,
        el('details', {}, el('summary', {}, t('records.raw')), raw(entry)));
}

export function recordsScreen({cameras: list}) {
    const cameras = flatten(list);
    const rows = el('ol.entries');
    const note = el('p.note', {role: 'status'});
    const more = el('button', {type: 'button', hidden: true, onclick: () => load(false)}, t('records.more'));
    let before = 0;

    const filter = el('select', {onchange: () => load(true)},
        el('option', {value: `-${OFTEN}`}, t('records.most')),
        KINDS.map((kind) => el('option', {value: kind}, t(`kind.${kind}`))));

    async function load(isNew) {
        const kind = filter.value;
        if (isNew) {
            before = 0;
        }
        try {
            const query = `before=${before}&count=${COUNT}${kind ? `&kind=${kind}` : ''}`;
            const {entries, next} = await get(`/entries?${query}`);
            if (kind !== filter.value) {
                return;
            }
            if (isNew) {
                rows.replaceChildren();
            }
            for (const entry of entries) { /* the newest first */
                if (!fold(rows, entry)) {
                    rows.append(row(entry, list, cameras));
                }
            }
            before = next ?? 0;
            more.hidden = !next || entries.length === 0;
            note.textContent = rows.children.length === 0 ? t('records.empty') : '';
        } catch (error) {
            note.textContent = error.message;
        }
        note.hidden = note.textContent === '';
    }

    const element = el('div.screen.narrow', {},
        el('h1', {}, t('records.title')),
        el('p.lead', {}, t('records.intro')),
        el('p.hint', {}, erasureText(list)),
        el('div.row.filter', {}, field(t('records.filter'), filter),
            el('button', {type: 'button', onclick: () => load(true)}, t('records.refresh'))),
        note, rows, more);
    load(true);
    return {element, update: () => {}, leave: () => {}};
}
