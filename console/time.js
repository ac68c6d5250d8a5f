/* SPDX-License-Identifier: Apache-2.0 */
/* Microseconds of the recorder's clock, shown as Korean time. */
import {language} from './text.js';

const ZONE = 'Asia/Seoul';
const ZONE_OFFSET_MS = 9 * 3600 * 1000; /* no summer time since 1988 */

const formats = new Map();

function format(options) {
    const locale = language() === 'ko' ? 'ko-KR' : 'en-GB';
    const key = locale + JSON.stringify(options);
    if (!formats.has(key)) {
        formats.set(key, new Intl.DateTimeFormat(locale, {timeZone: ZONE, hourCycle: 'h23', ...options}));
    }
    return formats.get(key);
}

export function clockText(us) {
    return format({hour: '2-digit', minute: '2-digit', second: '2-digit'}).format(us / 1000);
}

export function minuteText(us) {
    return format({hour: '2-digit', minute: '2-digit'}).format(us / 1000);
}

export function dateText(us) {
    return format({year: 'numeric', month: 'long', day: 'numeric', weekday: 'short'}).format(us / 1000);
}

export function dateTimeText(us) {
    return format({year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit'}).format(us / 1000);
}

/* RFC 3339 as the log writes it. */
export function parseUs(text) {
    return Date.parse(text) * 1000;
}

/* For <input type="date"> and <input type="time" step="1">, and back. */
export function dateValue(us) {
    return new Date(us / 1000 + ZONE_OFFSET_MS).toISOString().slice(0, 10);
}

export function timeValue(us) {
    return new Date(us / 1000 + ZONE_OFFSET_MS).toISOString().slice(11, 19);
}

export function valuesToUs(date, time) {
    const full = time.length === 5 ? `${time}:00` : time;
    return Date.parse(`${date}T${full}+09:00`) * 1000;
}

/* The recorder's clock against ours, learnt from its answers. */
let offsetUs = 0;

export function learnClock(serverUs) {
    if (Number.isFinite(serverUs) && serverUs > 0) {
        offsetUs = serverUs - Date.now() * 1000;
    }
}

export function nowUs() {
    return Date.now() * 1000 + offsetUs;
}
