/* SPDX-License-Identifier: Apache-2.0 */
/* The console in Debian's Chromium, from the first login to a destroyed span. */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {accessible} from './axe.mjs';
import {moves, openBrowser, openPage} from './browser.mjs';
import {PERSON, startRecorder} from './recorder.mjs';
import {giveReason, goTo, inEnglish} from './steps.mjs';

let recorder;
let browser;
let page;
let errors;

before(async () => {
    recorder = await startRecorder();
    browser = await openBrowser();
    ({page, errors} = await openPage(browser, recorder.address));
});

after(async () => {
    await browser.close();
    await recorder.stop();
});

const api = (path) => page.evaluate(async (p) => (await fetch(p)).json(), `/api/v1${path}`);

async function shortCamera() {
    const list = await api('/cameras');
    const groups = list.sites.flatMap((site) => site.groups);
    return groups.find((group) => group.retention.unit === 'seconds').cameras[0];
}

test('the first login asks for the code, name and the password twice', async () => {
    await page.waitForSelector('input[name=code]');
    await accessible(page, 'first login');
    await page.fill('input[name=code]', recorder.code);
    await page.fill('input[name=username]', PERSON.name);
    await page.fill('input[name=password]', PERSON.password);
    await page.fill('input[name=again]', 'another password');
    await page.click('button.primary');
    await page.waitForSelector('.error:not([hidden])');
    assert.match(await page.textContent('.error'), /두 암호가 다릅니다/);
    await page.fill('input[name=again]', PERSON.password);
    await page.click('button.primary');
    await page.waitForSelector('.ask');
    const cookies = await page.evaluate(() => document.cookie);
    assert.equal(cookies, '', 'the session is within reach of scripts');
});

test('the wall shows nothing without purpose and reason', async () => {
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await accessible(page, 'before the wall');
    await page.click('.ask button.primary');
    await page.waitForSelector('.ask .error:not([hidden])');
    assert.match(await page.textContent('.ask .error'), /목적/);
    await page.locator('select[name=purpose]').selectOption({index: 1});
    await page.click('.ask button.primary');
    assert.match(await page.textContent('.ask .error'), /사유/);
    assert.equal(await page.locator('.tile').count(), 0);
    assert.ok(asked.every((url) => !url.includes('/live')));
});

test('the wall moves, says its delay and its entry', async () => {
    await giveReason(page);
    await page.click('.ask button.primary');
    await page.waitForSelector('.tile');
    assert.match(await page.textContent('.entry'), /이 열람은 기록 제 \d+ 번으로 남았습니다/);
    const tile = page.locator('.tile:not(.lost)').first();
    assert.ok(await moves(tile.locator('video')), 'the picture stands still');
    /* One look that finds all of them so: at any other moment the browser may
     * just have stood still. */
    await page.waitForFunction(() => {
        const delays = [...document.querySelectorAll('.tile:not(.lost) .delay:not([hidden])')];
        return delays.length >= 2 && delays.every((delay) => parseFloat(delay.textContent) <= 2);
    });
    /* One stream for all tiles. */
    const streams = await page.evaluate(() => performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/stream')).length);
    assert.ok(streams <= 1);
    await accessible(page, 'wall');
});

test('the wall trims what it has shown', async () => {
    await page.waitForTimeout(18000);
    /* What came at once after a standstill is trimmed a moment later. */
    await page.waitForFunction(() => {
        const lengths = [...document.querySelectorAll('.tile:not(.lost) video')]
            .filter((video) => video.buffered.length > 0)
            .map((video) => video.buffered.end(video.buffered.length - 1) - video.buffered.start(0));
        return lengths.length > 0 && lengths.every((length) => length < 16);
    });
});

test('a tile says what nobody is to see', async () => {
    const masks = page.locator('.tile[data-camera="2"] .masks');
    // Only the pretended recorder's camera 2 has a mask.
    assert.equal(await masks.textContent(), recorder.isFake ? '가림: 수유실' : '');
    assert.equal(await page.locator('.tile[data-camera="1"] .masks').textContent(), '');
});

test('a tile that is enlarged fills the row', async () => {
    const tile = page.locator('.tile').first();
    await tile.getByRole('button', {name: '크게 보기'}).click();
    const box = await tile.boundingBox();
    assert.ok(box.width > 1000);
    await tile.getByRole('button', {name: '작게 보기'}).click();
});

test('recorded video does not play without a reason, and plays with one', async () => {
    await goTo(page, 'playback');
    await page.waitForSelector('.strip .recorded');
    await page.fill('input[name=reason]', '');
    await page.click('aside button.primary');
    await page.waitForSelector('aside .error:not([hidden])');
    assert.equal(await page.locator('.stage video').count(), 0);
    await giveReason(page);
    await page.click('aside button.primary');
    await page.waitForSelector('.stage video');
    assert.match(await page.textContent('.stage .entry'), /기록 제 \d+ 번/);
    assert.ok(await moves(page.locator('.stage video')), 'the picture stands still');
    await accessible(page, 'playback');
});

test('it seeks by a click on the timeline and by keys', async () => {
    const clock = () => page.textContent('.stage .clock');
    const seconds = (text) => {
        const [h, m, s] = text.match(/(\d+):(\d+):(\d+)/).slice(1).map(Number);
        return h * 3600 + m * 60 + s;
    };
    /* Into what is both entered and recorded; measured at once, as the strip
     * is drawn anew every few seconds. */
    const place = await page.evaluate(() => {
        const box = (block) => block.getBoundingClientRect();
        const view = box(document.querySelector('.strip .view'));
        const recorded = box([...document.querySelectorAll('.strip .recorded')].at(-1));
        const left = Math.max(view.left, recorded.left);
        const right = Math.min(view.right, recorded.right);
        return {x: left + (right - left) * 0.6, y: view.top + view.height / 2};
    });
    await page.mouse.click(place.x, place.y);
    await page.waitForTimeout(300);
    assert.ok(await moves(page.locator('.stage video')), 'after the click');
    await page.locator('.strip').focus();
    /* As the key goes down, and once it has done its work: the video plays on
     * meanwhile, however long the way from here to the page takes. */
    await page.evaluate(() => {
        const text = () => document.querySelector('.stage .clock').textContent;
        window.pressed = new Promise((resolve) => {
            window.addEventListener('keydown', () => {
                const before = text();
                setTimeout(() => resolve([before, text()]));
            }, {capture: true, once: true});
        });
    });
    await page.keyboard.press('ArrowLeft');
    const [late, back] = (await page.evaluate(() => window.pressed)).map(seconds);
    const jump = (late - back + 86400) % 86400;
    assert.ok(jump >= 3 && jump <= 6, `${late} ${back}`);
    assert.ok(await moves(page.locator('.stage video')), 'after the key');
    await page.getByRole('button', {name: '멈춤'}).click();
    /* By the page's own timers, which also write the clock. */
    const wait = (ms) => page.evaluate((time) => new Promise((resolve) => {
        setTimeout(resolve, time);
    }), ms);
    await wait(600);
    const stopped = await clock();
    await wait(1500);
    assert.equal(await clock(), stopped);
});

test('what has been destroyed says when, and by which entry', {timeout: 600000}, async () => {
    const camera = await shortCamera();
    await page.evaluate((number) => {
        window.location.hash = `playback?camera=${number}`;
    }, camera.number);
    /* Enough of it that the shortest span, from its middle, is within it. */
    const middle = await page.waitForFunction(() => {
        const boxes = [...document.querySelectorAll('.strip .destroyed')].map((block) => block.getBoundingClientRect());
        const strip = document.querySelector('.strip').getBoundingClientRect();
        const left = Math.min(...boxes.map((box) => box.left));
        const right = Math.max(...boxes.map((box) => box.right));
        const shownS = Number(document.querySelector('select[name=range]').value);
        return (right - left) / strip.width * shownS > 24 && {x: (left + right) / 2, y: strip.y + strip.height / 2};
    }, undefined, {timeout: 500000});
    await page.selectOption('select[name=length]', '10');
    const {x, y} = await middle.jsonValue();
    await page.mouse.click(x, y);
    await page.waitForSelector('.destroyed-note');
    assert.match(await page.textContent('.destroyed-note'), /파기.*제 \d+ 번/);
    await giveReason(page);
    await Promise.all([
        page.waitForResponse((response) => /\/api\/v1\/views$/.test(response.url())),
        page.click('aside button.primary'),
    ]);
    await page.waitForTimeout(4000);
    await page.waitForFunction(() => /파기/.test(document.querySelector('.stage').textContent));
    const shows = await page.locator('.stage video').evaluateAll((videos) => videos.some((video) => video.readyState >= 2));
    assert.equal(shows, false, 'destroyed video is shown');
    await accessible(page, 'destroyed');
});

test('the records name viewings and destructions', async () => {
    await goTo(page, 'records');
    await page.waitForSelector('.entry-row');
    await page.selectOption('main select', 'deletion.done');
    await page.waitForSelector('.entry-row.deletion');
    assert.match(await page.locator('.entry-row.deletion').first().textContent(), /파기되었습니다/);
    await accessible(page, 'records');
});

test('English at a switch, and back', async () => {
    await inEnglish(page);
    await page.waitForSelector('h1:has-text("Records")');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await goTo(page, 'accounts');
    await page.waitForSelector('table');
    await accessible(page, 'accounts');
    await page.getByRole('button', {name: '한국어'}).click();
    await page.waitForSelector('h1:has-text("계정")');
});

test('the status line says how many record and what erasure means', async () => {
    assert.match(await page.textContent('.status'), /녹화 중 \d+\/\d+/);
    assert.match(await page.textContent('.status'), /삭제 수준 0 \(파일\)/);
    assert.match(await page.getAttribute('.erasure', 'title'), /논리적 삭제/);
});

test('signing out leads to the door, and the session is gone', async () => {
    await page.getByRole('button', {name: '로그아웃'}).click();
    await page.waitForSelector('.door');
    await page.reload();
    await page.waitForSelector('input[name=username]');
    assert.equal(await page.locator('input[name=code]').count(), 0);
});

test('no script failed and no policy was broken on the way', () => {
    assert.deepEqual(errors, []);
});
