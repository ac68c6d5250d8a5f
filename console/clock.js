/* SPDX-License-Identifier: Apache-2.0 */
/* The clock in doubt: what it means, and a person's word that it is right. */
import {post} from './api.js';
import {announce, el, replace} from './dom.js';
import {t} from './text.js';
import {dateTimeText} from './time.js';

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/* 93784 s: "1 day 2 hours": the two greatest parts. */
export function lengthText(seconds) {
    let left = Math.max(0, Math.round(seconds));
    const parts = [];
    for (const [unit, size] of UNITS) {
        const n = Math.floor(left / size);
        left -= n * size;
        if (n > 0 || (unit === 'second' && parts.length === 0)) {
            parts.push(t(`length.${unit}`, {n}));
        }
    }
    return parts.slice(0, 2).join(' ');
}

function sentences(clock) {
    return [
        clock.claimed_s > 0 ? t('clock.ahead', {by: lengthText(clock.claimed_s)}) : null,
        clock.unconfirmed_s > 0 ? t('clock.unconfirmed', {by: lengthText(clock.unconfirmed_s)}) : null,
        clock.since_us > 0 ? t('clock.since', {since: dateTimeText(clock.since_us)}) : null,
    ].filter(Boolean).join(' ');
}

/* Above every screen; hidden while nothing is in doubt. */
export function clockBanner({session, onSaid}) {
    const mayConfirm = session?.rights?.includes('confirm_clock');
    const what = el('p');
    const words = el('p');
    const trouble = el('p.error', {role: 'alert', hidden: true});
    const button = el('button', {type: 'button', onclick: confirm}, t('clock.right'));
    const element = el('section.banner.doubt', {'aria-label': t('clock.title'), hidden: true},
        el('div', {}, el('strong', {}, t('clock.title')), what,
            el('p', {}, t('clock.meaning')), words, trouble),
        mayConfirm ? button : null);
    let shown = '';

    async function confirm() {
        button.disabled = true;
        try {
            const {confirmations, needed} = await post('/clock/confirmations');
            announce(t(confirmations >= needed ? 'clock.settling' : 'clock.first'));
            trouble.hidden = true;
            onSaid();
        } catch (error) {
            trouble.textContent = error.message;
            trouble.hidden = false;
        }
        button.disabled = false;
    }

    /* Changes only what has changed: the focus stays. */
    function show(clock) {
        const isInDoubt = clock?.in_doubt === true;
        const now = isInDoubt ? JSON.stringify(clock) : '';
        if (now === shown) {
            return;
        }
        shown = now;
        element.hidden = !isInDoubt;
        if (!isInDoubt) {
            return;
        }
        replace(what, sentences(clock));
        const isFirst = clock.confirmations > 0;
        replace(words, t(mayConfirm ? (isFirst ? 'clock.one' : 'clock.two') : (isFirst ? 'clock.others.one' : 'clock.others')));
    }

    return {element, show};
}
