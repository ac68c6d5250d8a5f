/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, which screen stands, and the line that says how it is. */
import {accountsScreen} from './accounts.js';
import {get, remove, whenDenied, whenSignedOut} from './api.js';
import {erasureText, flatten, isAsPromised, isRecording} from './cameras.js';
import {clockBanner} from './clock.js';
import {destructionsScreen, pendingText} from './destructions.js';
import {el, replace} from './dom.js';
import {exclusionsScreen} from './exclusions.js';
import {exportsScreen} from './exports.js';
import {holdsScreen} from './holds.js';
import {ledgerScreen} from './ledger.js';
import {firstPage, loginPage} from './login.js';
import {playbackScreen} from './playback.js';
import {recordsScreen} from './records.js';
import {language, own, switchLanguage, t, tOr} from './text.js';
import {dateTimeText, learnClock, nowUs} from './time.js';
import {versionsScreen} from './versions.js';
import {wallScreen} from './wall.js';
import {witnessAlarm, witnessedText} from './witnesses.js';

const POLL_MS = 4000;

/* Screen, and the rights of which one opens it (office/rights). */
const SCREENS = {
    wall: {make: wallScreen, rights: ['view_live']},
    playback: {make: playbackScreen, rights: ['view_recorded']},
    records: {make: recordsScreen, rights: ['read_log']},
    destructions: {make: destructionsScreen, rights: ['read_log']},
    holds: {make: holdsScreen, rights: ['hold', 'read_log']},
    exports: {make: exportsScreen, rights: ['export', 'read_texts']},
    ledger: {make: ledgerScreen, rights: ['read_texts', 'keep_ledger']},
    exclusions: {make: exclusionsScreen, rights: ['publish', 'read_log']},
    versions: {make: versionsScreen, rights: ['publish', 'read_log']},
    accounts: {make: accountsScreen, rights: ['manage_accounts']},
};

const place = document.getElementById('app');
let session = null;
let cameras = null;
let screen = null;
let screenName = '';
let poll = 0;
let statusLine = null;
let banner = null; /* what is due and not destroyed */
let clockDoubt = null;
let diskBanner = null;
let driftBanner = null; /* practice differs from the notice */
let witnessBanner = null;
let main = null;

function mayOpen(name) {
    const rights = session?.rights;
    return !Array.isArray(rights) || SCREENS[name].rights.some((right) => rights.includes(right));
}

function header() {
    const names = Object.keys(SCREENS).filter(mayOpen);
    return el('header.top', {},
        el('a.skip', {href: '#main'}, t('app.skip')),
        el('div.brand', {},
            el('img', {src: '/icon.svg', alt: '', width: 28, height: 28}),
            el('span.product', {}, t('app.name')),
            el('span.institution', {}, own(cameras?.institution))),
        el('nav', {'aria-label': t('app.navigation')},
            names.map((name) => el('a', {
                href: `#${name}`, dataset: {screen: name},
            }, t(`nav.${name}`)))),
        el('div.who', {},
            el('a', {href: language() === 'ko' ? '/public' : '/public/en', target: '_blank', rel: 'noopener'}, t('app.notice')),
            languageButton(),
            el('span.person', {}, session.account?.name ?? '', el('small', {}, tOr(`role.${session.account?.role}`, session.account?.role ?? ''))),
            el('button.quiet', {type: 'button', onclick: signOut}, t('app.signout'))));
}

function languageButton() {
    return el('button.quiet', {
        type: 'button', lang: language() === 'ko' ? 'en' : 'ko', title: t('app.language.label'),
        onclick: async () => {
            switchLanguage();
            document.title = t('app.name');
            await render();
            place.querySelector('button[lang]')?.focus();
        },
    }, t('app.language'));
}

/* ---- the status line ------------------------------------------------------ */

/* The line at the foot; its parts stay, so that the focus stays. */
function statusBar() {
    const strong = el('strong');
    const detail = el('span.detail');
    const witnessed = el('span.witnessed');
    const note = el('p.erasure-note', {id: 'erasure-note', hidden: true});
    const button = el('button.quiet.erasure', {
        type: 'button', 'aria-expanded': 'false', 'aria-controls': note.id,
        onclick: () => {
            note.hidden = !note.hidden;
            button.setAttribute('aria-expanded', String(!note.hidden));
        },
    });
    const element = el('footer.status', {role: 'contentinfo'},
        el('span.dot', {'aria-hidden': 'true'}), strong, detail, el('span.spread'), witnessed, button, note);
    return {element, strong, detail, witnessed, button, note};
}

/* Disks on which nothing is recorded: '' while all are well. */
function disksText(cameras) {
    return (cameras?.disks ?? []).map(({id, state}) =>
        t('disk.alarm', {id, state: tOr(`disk.${state}`, state)})).join(' ');
}

/* The place or processor that a drift is about, in brackets. */
function subjectText(subject, cameras) {
    const group = (cameras?.sites ?? []).flatMap((site) => site.groups).find(({id}) => id === subject);
    return subject === '' ? '' : ` (${group ? own(group) : subject})`;
}

/* Where practice differs from the notice; only for those who see to it. */
function driftText(cameras) {
    return (cameras?.drift ?? []).map(({code, subject, since_us: since}) => t('drift.alarm', {
        words: tOr(`drift.${code}`, code), subject: subjectText(subject, cameras),
        since: dateTimeText(since), remedy: tOr(`drift.${code}.remedy`, ''),
    })).join(' ');
}

function showBanner(element, words) {
    if (element.textContent !== words) {
        element.textContent = words;
        element.hidden = words === '';
    }
}

function showStatus(isReachable = true) {
    if (!statusLine) {
        return;
    }
    const all = flatten(cameras);
    const good = all.filter(isRecording).length;
    const level = cameras?.erasure_level ?? 0;
    showBanner(banner, pendingText(cameras));
    showBanner(diskBanner, disksText(cameras));
    showBanner(driftBanner, driftText(cameras));
    showBanner(witnessBanner, witnessAlarm(cameras));
    clockDoubt.show(cameras?.clock);
    const isFine = isReachable && all.every(isAsPromised);
    const {element, strong, detail, witnessed, button, note} = statusLine;
    element.classList.toggle('trouble', !isFine);
    strong.textContent = isReachable ? t('status.recording', {n: good, all: all.length}) : t('status.unreachable');
    detail.textContent = isReachable ? t(isFine ? 'status.all' : 'status.some') : '';
    witnessed.textContent = witnessedText(cameras);
    button.textContent = tOr(`erasure.${level}.short`, t('erasure.label', {level}));
    button.title = erasureText(cameras);
    note.textContent = erasureText(cameras);
}

async function refresh() {
    try {
        cameras = await get('/cameras');
        learnClock(cameras.clock_us);
        showStatus();
        screen?.update(cameras);
    } catch (error) {
        if (error.status === 0 || error.status >= 500) {
            showStatus(false);
        }
    }
}

/* ---- screens ---------------------------------------------------------------- */

function go(name, parameters) {
    const query = parameters ? `?${new URLSearchParams(parameters)}` : '';
    window.location.hash = `${name}${query}`;
}

function route() {
    if (!session?.account || !main) {
        return;
    }
    const [name, query] = window.location.hash.slice(1).split('?');
    const known = name in SCREENS && mayOpen(name) ? name : Object.keys(SCREENS).find(mayOpen);
    screen?.leave();
    screen = null;
    screenName = known ?? '';
    for (const link of place.querySelectorAll('nav a')) {
        link.toggleAttribute('aria-current', false);
        if (link.dataset.screen === known) {
            link.setAttribute('aria-current', 'page');
        }
    }
    if (!known) {
        replace(main, el('p.note', {}, t('app.nothing')));
        return;
    }
    screen = SCREENS[known].make({cameras, session, go, parameters: Object.fromEntries(new URLSearchParams(query ?? ''))});
    replace(main, screen.element);
    document.title = `${t(`nav.${known}`)} – ${t('app.name')}`;
}

function door() {
    clearInterval(poll);
    screen?.leave();
    screen = null;
    main = null;
    statusLine = null;
    const make = session?.first_login ? firstPage : loginPage;
    replace(place, el('div.door-tools', {},
        el('a', {href: language() === 'ko' ? '/public' : '/public/en'}, t('app.notice')), languageButton()),
    make(enter));
}

async function enter(newSession) {
    session = newSession;
    await render();
    main?.focus({preventScroll: true});
}

async function render() {
    if (!session?.account) {
        door();
        return;
    }
    clearInterval(poll);
    screen?.leave();
    screen = null;
    try {
        cameras = await get('/cameras');
        learnClock(cameras.clock_us);
    } catch (error) {
        if (error.status === 401) {
            return;
        }
        cameras = cameras ?? {sites: [], purposes: []};
    }
    main = el('main', {id: 'main', tabIndex: -1});
    statusLine = statusBar();
    banner = el('p.banner', {role: 'status', hidden: true});
    clockDoubt = clockBanner({session, onSaid: refresh});
    diskBanner = el('p.banner', {role: 'status', hidden: true});
    driftBanner = el('p.banner.drift', {role: 'status', hidden: true});
    witnessBanner = el('p.banner.witness', {role: 'status', hidden: true});
    replace(place, header(), banner, diskBanner, witnessBanner, driftBanner, clockDoubt.element, main, statusLine.element);
    showStatus();
    route();
    poll = setInterval(refresh, POLL_MS);
}

/* Denied: no right, or no session any more? */
async function checkSession() {
    const now = await get('/session').catch(() => null);
    if (session?.account && now && !now.account) {
        session = now;
        door();
    }
}

async function signOut() {
    screen?.leave();
    screen = null;
    await remove('/session').catch(() => {});
    session = {first_login: false};
    door();
}

whenSignedOut(() => {
    session = {first_login: false};
    door();
});

whenDenied(checkSession);

async function start() {
    document.documentElement.lang = language();
    document.title = t('app.name');
    for (;;) {
        try {
            session = await get('/session');
            break;
        } catch (error) {
            replace(place, el('div.door-place', {}, el('div.card.door', {}, el('h1', {}, t('app.name')), el('p.warning', {role: 'alert'}, error.message))));
            await new Promise((resolve) => setTimeout(resolve, 2000));
        }
    }
    await render();
}

window.addEventListener('hashchange', route);
window.addEventListener('pagehide', () => screen?.leave());

/* For tests and for support: nothing secret. */
window.haechi = {get screen() { return screenName; }, nowUs};

start();
