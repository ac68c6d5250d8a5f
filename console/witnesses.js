/* SPDX-License-Identifier: Apache-2.0 */
/* When somebody outside has last confirmed the log; nobody for a day, or another log than this one. */
import {t} from './text.js';
import {dateTimeText} from './time.js';

const ALARMS = ['contradicted', 'away'];

const lastOf = (witnesses) => witnesses.reduce((last, one) => (one.last_us > (last?.last_us ?? 0) ? one : last), null);

/* For the line at the foot of every screen; '' while it is not known. */
export function witnessedText(cameras) {
    const witnesses = cameras?.witnesses;
    if (!Array.isArray(witnesses)) {
        return '';
    }
    const last = lastOf(witnesses);
    if (last) {
        return t('witness.last', {when: dateTimeText(last.last_us), witness: last.name});
    }
    return t(witnesses.length > 0 ? 'witness.never' : 'witness.none');
}

/* Above every screen; '' while all is well. The worst first. */
export function witnessAlarm(cameras) {
    const witnesses = cameras?.witnesses ?? [];
    return ALARMS.flatMap((state) => witnesses.filter((one) => one.state === state)).map((one) => t(`witness.alarm.${one.state}`, {
        witness: one.name, when: one.last_us > 0 ? dateTimeText(one.last_us) : t('witness.not.yet'),
    })).join(' ');
}
