/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded video of a whole installation: nothing without a purpose, the right
 * second with one, nothing after the period. What is seen is compared with the
 * ledger of the cameras (env HAECHI_LEDGER) by the counter in the picture.
 */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {moves, openBrowser, openPage} from './browser.mjs';
import {readCounter, readLedger, readPng, sentNear} from './counter.mjs';
import {PERSON, startRecorder} from './recorder.mjs';
import {REASON, askApi, firstLogin, giveReason, goTo} from './steps.mjs';

const LONG_CAMERA = 1;
const SECOND_US = 1e6;
const WRONG_MAX_S = 1;
/* Key, and how many seconds it moves; null: to the beginning. Some places are
 * fetched already, some are not, and some lie before what is. */
const SEEKS = [['Home', null], ['ArrowRight', 5], ['ArrowRight', 5], ['Shift+ArrowRight', 30], ['ArrowLeft', -5], ['Shift+ArrowLeft', -30], ['ArrowRight', 5]];
const VIDEO = /\/(media\?|stream$|download\.mp4$)/;
const OPENING = /\/api\/v1\/(views|live)$/;

let recorder;
let browser;
let page;
let errors;
const answered = []; /* {url, status} of everything that could bear pictures or open a view */

before(async () => {
    recorder = await startRecorder();
    browser = await openBrowser();
    /* A small screen: the picture is shown whole on it too, counter and all. */
    ({page, errors} = await openPage(browser, recorder.address, {viewport: {width: 1280, height: 800}}));
    page.on('response', (response) => {
        const url = response.url();
        if (VIDEO.test(url) || (OPENING.test(url) && response.request().method() === 'POST')) {
            answered.push({url, status: response.status()});
        }
    });
});

after(async () => {
    await browser.close();
    await recorder.stop();
});

const api = (method, path, body) => askApi(page, method, path, body);

async function entries(kind) {
    return (await api('GET', `/entries?count=200&kind=${kind}`)).body.entries;
}

async function entry(number) {
    const found = (await api('GET', `/entries?before=${number + 1}&count=1`)).body.entries[0];
    assert.equal(found?.n, number, `no entry ${number}`);
    return {...found, line: JSON.parse(found.line)};
}

async function coverage(camera) {
    const to = Date.now() * 1000;
    return (await api('GET', `/cameras/${camera}/coverage?from=${to - 3600 * SECOND_US}&to=${to}`)).body;
}

/* Nothing opened, nothing shown, nothing in the log. */
async function nothingHappened(where) {
    assert.deepEqual(answered.filter((one) => one.status < 300), [], where);
    assert.deepEqual([...await entries('view.open'), ...await entries('live.open')], [], where);
}

/* Until the video stands where it was sent. */
async function landed() {
    await page.waitForTimeout(300);
    await page.waitForFunction(() => {
        const shown = document.querySelector('.stage video');
        return shown && !shown.seeking && shown.readyState >= 2 && document.querySelector('.stage .message').hidden;
    }, null, {timeout: 10000});
    await page.waitForTimeout(300);
}

/* The instant that the page names, in whole seconds of Korean time: us. */
async function clockUs() {
    const [year, month, day, ...clock] = (await page.textContent('.stage .clock')).match(/\d+/g).map(Number);
    return Date.UTC(year, month - 1, day, clock[0] - 9, clock[1], clock[2]) * 1000;
}

/* When the picture that the video shows was sent: us. */
async function seenUs(camera, nearUs) {
    await landed();
    const counter = readCounter(readPng(await page.screenshot()), await page.locator('.stage video').boundingBox());
    assert.ok(counter !== null, 'no counter to be read');
    return sentNear(readLedger(process.env.HAECHI_LEDGER), camera, counter, nearUs).wallUs;
}

/* ---- without a purpose ------------------------------------------------------ */

test('on the pages: what is missing is said, and nothing is asked for', async () => {
    await firstLogin(page, recorder);
    for (const [place, go] of [['.ask', () => {}], ['aside', () => goTo(page, 'playback')]]) {
        await go();
        const error = page.locator(`${place} .error`);
        const submit = page.locator(`${place} button.primary`);
        await page.locator(`${place} select[name=purpose]`).selectOption('');
        await page.fill(`${place} input[name=reason]`, '');
        await submit.click();
        await error.waitFor({state: 'visible'});
        assert.match(await error.textContent(), /열람 목적을 고르세요/);
        /* A reason alone does not do, nor a purpose with blanks. */
        await page.fill(`${place} input[name=reason]`, REASON);
        await submit.click();
        assert.match(await error.textContent(), /열람 목적을 고르세요/);
        await page.locator(`${place} select[name=purpose]`).selectOption({index: 1});
        await page.fill(`${place} input[name=reason]`, '   ');
        await submit.click();
        assert.match(await error.textContent(), /사유를 적으세요/);
        assert.equal(await page.locator('video').count(), 0);
    }
    assert.deepEqual(answered, [], 'the page asked all the same');
    await nothingHappened('pages');
});

test('by the API, signed in: no view without a purpose of the notice and a reason', async () => {
    const now = Date.now() * 1000;
    const span = {camera: LONG_CAMERA, from: now - 5 * SECOND_US, to: now - 2 * SECOND_US};
    const why = {purpose: 'facility_safety', reason: REASON};
    const wrong = [{}, {purpose: why.purpose}, {reason: REASON}, {...why, reason: ''}, {...why, reason: '  '}, {...why, reason: 'x'},
        {...why, purpose: ''}, {...why, purpose: 'curiosity'}, {...why, purpose: 'traffic_control'}, {...why, purpose: null}];
    for (const one of wrong) {
        for (const [path, what] of [['/views', span], ['/live', {cameras: [LONG_CAMERA]}]]) {
            const {status, body} = await api('POST', path, {...what, ...one});
            assert.ok(status >= 400 && status < 500, `${path} ${JSON.stringify(one)}: ${status}`);
            assert.ok(/[가-힣]/.test(body.error.ko) && body.error.en, 'an answer in both languages');
        }
    }
    await nothingHappened('refused views');
});

test('by the API, signed in: no picture without a view', async () => {
    const newest = (await api('GET', '/entries?count=1')).body.entries[0].n;
    const from = Date.now() * 1000 - 5 * SECOND_US;
    for (let view = 0; view <= newest + 2; view++) {
        for (const path of [`/views/${view}/media?camera=${LONG_CAMERA}&from=${from}`, `/views/${view}/download.mp4`, `/live/${view}/stream`]) {
            const {status} = await api('GET', path);
            assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
        }
    }
    await nothingHappened('guessed views');
});

/* ---- with one --------------------------------------------------------------- */

let view; /* as the recorder answered */

/* Chooses a camera, says why, and waits for the picture. */
async function watch(camera) {
    await page.locator('aside select').first().selectOption(String(camera));
    await page.waitForSelector('.strip .recorded');
    await giveReason(page, 'aside');
    const [answer] = await Promise.all([
        page.waitForResponse((response) => OPENING.test(response.url())),
        page.click('aside button.primary'),
    ]);
    assert.equal(answer.status(), 201);
    await page.waitForSelector('.stage video');
    return answer.json();
}

test('with purpose and reason it plays, and its entry stands in the log', async () => {
    const end = Date.now() + 60000;
    while ((await coverage(LONG_CAMERA)).recorded.every(([from, to]) => to - from < 42 * SECOND_US)) {
        assert.ok(Date.now() < end, 'not enough recorded');
        await page.waitForTimeout(1000);
    }
    view = await watch(LONG_CAMERA);
    assert.ok(await moves(page.locator('.stage video')), 'the picture stands still');
    const shown = Number((await page.textContent('.stage .entry')).match(/기록 제 (\d+) 번/)[1]);
    assert.equal(shown, view.entry);
    const {kind, line, texts} = await entry(shown);
    assert.equal(kind, 'view.open');
    assert.equal(line.camera, LONG_CAMERA);
    assert.equal(Date.parse(line.from) * 1000, view.from_us);
    assert.ok(line.purpose);
    assert.ok(Object.values(texts).includes(REASON), JSON.stringify(texts));
    assert.equal((await entries('view.open')).length, 1);
});

test('it seeks to the right second', async (context) => {
    await page.getByRole('button', {name: '멈춤'}).click();
    await page.locator('.strip').focus();
    const wrong = [];
    let beforeUs = null;
    for (const [key, stepS] of SEEKS) {
        await page.keyboard.press(key);
        await landed();
        const namedUs = await clockUs();
        const expectedUs = stepS === null ? view.from_us : beforeUs + stepS * SECOND_US;
        assert.ok(Math.abs(namedUs - expectedUs) <= 2 * SECOND_US, `${key}: the page names ${(namedUs - expectedUs) / SECOND_US} s beside`);
        /* The page names whole seconds; their middle counts. */
        const seen = await seenUs(LONG_CAMERA, namedUs);
        wrong.push(Math.abs(seen - namedUs - SECOND_US / 2) / SECOND_US);
        beforeUs = namedUs;
    }
    context.diagnostic(`picture beside the second that the page names, ${wrong.length} seeks: median ${[...wrong].sort((x, y) => x - y)[wrong.length >> 1].toFixed(2)} s, max ${Math.max(...wrong).toFixed(2)} s`);
    assert.ok(Math.max(...wrong) <= WRONG_MAX_S, String(wrong));
    /* From there on at the pace of time. */
    await page.getByRole('button', {name: '재생', exact: true}).click();
    await page.waitForTimeout(1000);
    const first = await seenUs(LONG_CAMERA, beforeUs);
    const begin = Date.now();
    await page.waitForTimeout(3000);
    const second = await seenUs(LONG_CAMERA, beforeUs);
    assert.ok(Math.abs((second - first) / SECOND_US - (Date.now() - begin) / 1000) < 1, `${(second - first) / SECOND_US} s`);
    /* What the seeks jumped over is fetched too, not taken for missing. */
    await page.waitForFunction(() => document.querySelector('.stage video').buffered.length === 1, null, {timeout: 20000});
});

test('a view is worth nothing to another session, and nothing once it is closed', async () => {
    const path = `/views/${view.view}/media?camera=${LONG_CAMERA}&from=${view.from_us}`;
    const own = await api('GET', path);
    assert.equal(own.status, 200);
    assert.ok(own.body > 10000, 'the control sees no video');
    const stranger = await openPage(browser, recorder.address);
    const asks = (what) => askApi(stranger.page, 'GET', what);
    assert.equal((await asks(path)).status, 401);
    await stranger.page.fill('input[name=username]', PERSON.name);
    await stranger.page.fill('input[name=password]', PERSON.password);
    await stranger.page.click('button.primary');
    await stranger.page.waitForSelector('.ask');
    for (const what of [path, `/views/${view.view}/download.mp4`]) {
        const {status} = await asks(what);
        assert.ok(status === 403 || status === 404, `${what}: ${status}`);
    }
    await stranger.context.close();
    await page.getByRole('button', {name: '열람 끝내기'}).click();
    await page.waitForFunction(() => !document.querySelector('.stage video'));
    await page.waitForTimeout(500);
    const {status} = await api('GET', path);
    assert.ok(status >= 400 && status < 500, `closed: ${status}`);
});

/* ---- after the period ------------------------------------------------------- */

test('what is destroyed while it is open leaves the screen, and is named', {timeout: 150000}, async () => {
    const list = (await api('GET', '/cameras')).body;
    const group = list.sites.flatMap((site) => site.groups).find((one) => one.retention.unit === 'seconds');
    const camera = group.cameras[0].number;
    const open = await watch(camera);
    assert.ok(await moves(page.locator('.stage video')), 'the picture stands still');
    await page.getByRole('button', {name: '멈춤'}).click();
    await page.locator('.strip').focus();
    await page.keyboard.press('Home');
    const path = (one) => `/views/${one.view}/media?camera=${camera}&from=${open.from_us}`;
    const control = await api('GET', path(open));
    assert.ok(control.status === 200 && control.body > 10000, 'the control sees no video');

    await page.waitForSelector('.destroyed-note', {timeout: 120000});
    assert.equal(await page.locator('.stage video').count(), 0, 'the picture is still there');
    const text = await page.textContent('.destroyed-note');
    const named = await entry(Number(text.match(/파기 기록 제 (\d+) 번/)[1]));
    assert.equal(named.kind, 'deletion.done');
    assert.equal(named.line.camera, camera);
    assert.ok(Date.parse(named.line.from) * 1000 <= open.from_us && Date.parse(named.line.to) * 1000 > open.from_us, JSON.stringify(named.line));

    /* A new view says so too, and brings nothing: neither pieces nor file. */
    const span = {from: open.from_us, to: Math.min(open.to_us, Date.parse(named.line.to) * 1000)};
    const again = await api('POST', '/views', {camera, ...span, purpose: group.purposes[0], reason: REASON});
    if (again.status === 201) {
        const media = await api('GET', path(again.body));
        assert.ok(media.status !== 200, `media: ${media.status}, ${media.body} bytes`);
        const file = await api('GET', `/views/${again.body.view}/download.mp4`);
        assert.ok(file.status !== 200, `download: ${file.status}, ${file.body} bytes`);
    } else {
        assert.ok(again.status >= 400 && again.status < 500, String(again.status));
    }
});

test('no script failed on the way', () => {
    assert.deepEqual(errors, []);
});
