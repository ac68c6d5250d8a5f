/* SPDX-License-Identifier: Apache-2.0 */
/* What is excluded from filming: how each camera stands, its picture with the
 * masks over it, and a signature whose hash is that of the picture saved. */
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import test, {after, before} from 'node:test';
import {openBrowser, openPage} from './browser.mjs';
import {startRecorder} from './recorder.mjs';
import {askApi, firstLogin, fits, goTo, inEnglish, WIDE} from './steps.mjs';

let recorder;
let browser;
let page;
let errors;

before(async () => {
    recorder = await startRecorder();
    browser = await openBrowser();
    ({page, errors} = await openPage(browser, recorder.address));
    await page.setViewportSize(WIDE);
    await firstLogin(page, recorder);
});

after(async () => {
    await browser.close();
    await recorder.stop();
});

const row = (camera) => page.locator(`li[data-camera="${camera}"]`);

async function look(camera) {
    await row(camera).locator('[data-act=look]').focus();
    await page.keyboard.press('Enter');
    const select = row(camera).locator('select[name=purpose]');
    if (await select.inputValue() === '') {
        await select.selectOption({index: 1});
    }
    await row(camera).locator('button.primary').click();
    await page.waitForFunction((n) => document.querySelector(`li[data-camera="${n}"] video`)?.videoWidth > 0, camera);
}

test('each camera says how it stands', async () => {
    await goTo(page, 'exclusions');
    await row(1).waitFor();
    assert.equal(await row(1).getAttribute('data-state'), 'unproven');
    assert.equal(await row(2).getAttribute('data-state'), 'outdated');
    assert.match(await row(2).textContent(), /서명 뒤에 바뀜/);
    assert.match(await page.textContent('main'), /서명 0 \/ 2/);
    await fits(page, 'exclusions');
});

test('the picture stands under the masks, and what is signed is what can be saved', async () => {
    await look(1);
    assert.equal(await row(1).locator('svg polygon').getAttribute('points'), '0,0 300,0 300,1000 0,1000');
    const boxes = await row(1).evaluate((element) => ['video', 'svg'].map((name) => {
        const {width, height} = element.querySelector(name).getBoundingClientRect();
        return [Math.round(width), Math.round(height)];
    }));
    assert.deepEqual(boxes[0], boxes[1], 'the outline lies on the picture');
    await fits(page, 'exclusions-picture');
    const form = row(1).locator('form');
    assert.deepEqual(await form.locator('select option').evaluateAll((list) => list.map(({value}) => value)), ['aim', 'mask', 'none']);
    await form.locator('select').selectOption('mask');
    await form.getByLabel('무엇을 확인했나').fill('가림이 수유실 문을 덮음');
    await form.locator('button.primary').click();
    await page.waitForSelector('li[data-camera="1"][data-state=proven]');
    assert.match(await page.textContent('#announce'), /서명했습니다. 기록 40번/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
    assert.equal(download.suggestedFilename(), 'haechi-1-40.png');
    const picture = readFileSync(await download.path());
    assert.equal(picture.subarray(1, 4).toString(), 'PNG');
    const {exclusions} = (await askApi(page, 'GET', '/exclusions')).body;
    assert.equal(exclusions[0].signed.picture_sha256, createHash('sha256').update(picture).digest('hex'));
});

test('that it is not kept is signed without a picture', async () => {
    await look(2);
    const form = row(2).locator('form');
    assert.deepEqual(await form.locator('select option').evaluateAll((list) => list.map(({value}) => value)), ['aim', 'none']);
    await form.locator('select').selectOption('none');
    await form.getByLabel('무엇을 확인했나').fill('카메라가 돌아감');
    await form.locator('button.primary').click();
    await page.waitForSelector('li[data-camera="2"][data-state=denied]');
    assert.match(await row(2).textContent(), /그곳이 화면에 나옴/);
    const again = await askApi(page, 'POST', '/exclusions', {camera: 2, place: '수유실', by: 'aim', taken: 1, reason: '오래된 화면'});
    assert.equal(again.status, 400);
});

test('in English, too', async () => {
    await inEnglish(page);
    await row(1).waitFor();
    assert.match(await row(1).textContent(), /A mask in the camera covers it/);
    await fits(page, 'exclusions-english');
    assert.deepEqual(errors, []);
});
