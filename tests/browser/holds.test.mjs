/* SPDX-License-Identifier: Apache-2.0 */
/* Holds: from a span chosen in the playback view to the order, the list, its
 * extension and its end; by keyboard, and on a telephone's screen. */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {accessible} from './axe.mjs';
import {openBrowser, openPage} from './browser.mjs';
import {startRecorder} from './recorder.mjs';
import {firstLogin, fits, goTo, inEnglish, WIDE} from './steps.mjs';

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

const row = (number) => page.locator(`li[data-hold="${number}"]`);

test('the list says what is held, until when, and what could not be kept', async () => {
    await goTo(page, 'holds');
    await row(1).waitFor();
    const text = await row(1).textContent();
    assert.match(text, /보존 중/);
    assert.match(text, /까지 보존/);
    assert.match(text, /보존하지 못한 구간/);
    await fits(page, 'holds');
});

test('a span chosen in the playback view becomes an order, by keyboard', async () => {
    await goTo(page, 'playback');
    await page.waitForSelector('[data-act=hold]');
    await page.waitForTimeout(1000);
    await page.focus('[data-act=hold]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.haechi.screen === 'holds');
    const form = page.locator('section.card form');
    await form.waitFor();
    assert.equal(await form.locator('select').evaluate((it) => it === document.activeElement), true, 'the form has the focus');
    const [from, to] = await form.locator('input[type=time]').evaluateAll((inputs) => inputs.map((input) => input.value));
    assert.notEqual(from, to);
    await fits(page, 'holds-order');
    await form.locator('input[type=text]').first().fill('정보주체의 열람 요구');
    await form.locator('input[type=text]').nth(1).fill('2026-17');
    await form.locator('input[type=text]').nth(1).press('Enter');
    await row(2).waitFor();
    assert.match(await row(2).textContent(), /복사 중/);
    assert.match(await page.textContent('#announce'), /보존 2번/);
    await recorder.carryOut();
    await page.waitForSelector('li[data-hold="2"][data-state=held]');
});

test('what does not fit is refused with the remedy', async () => {
    await page.click('[data-act=order]');
    const form = page.locator('section.card form');
    await form.locator('input[type=date]').first().fill('2026-01-01');
    await form.locator('input[type=text]').first().fill('시험');
    await form.locator('button.primary').click();
    const alert = form.locator('[role=alert]:not([hidden])');
    await alert.waitFor();
    const text = await alert.textContent();
    assert.match(text, /9000 MB/);
    assert.match(text, /128 MB/);
    assert.match(text, /hold_reserve/);
    await accessible(page, 'refused');
    await form.locator('input[type=text]').first().press('Escape');
    await form.waitFor({state: 'detached'});
    assert.equal(await page.evaluate(() => document.activeElement.dataset.act), 'order');
    assert.equal(await page.locator('li[data-hold]').count(), 2);
});

test('it is extended, and ended only with its number typed', async () => {
    await row(2).locator('[data-act=extend]').focus();
    await page.keyboard.press('Enter');
    await row(2).locator('form').waitFor();
    assert.equal(await row(2).locator('[data-act=extend]').getAttribute('aria-expanded'), 'true');
    await fits(page, 'holds-extend');
    await row(2).locator('input[type=text]').first().fill('재판이 이어짐');
    await row(2).locator('button.primary').click();
    await row(3).waitFor();
    assert.match(await row(3).textContent(), /보존 2번을 연장한 것/);
    await row(2).locator('[data-act=end]').click();
    await fits(page, 'holds-end');
    const fields = row(2).locator('form input[type=text]');
    await fields.nth(0).fill('사유가 없어짐');
    await fields.last().fill('3');
    await row(2).locator('button.primary').click();
    await row(2).locator('[role=alert]:not([hidden])').waitFor();
    assert.match(await row(2).locator('[role=alert]').textContent(), /끝내지 않았습니다/);
    assert.equal(await row(2).getAttribute('data-state'), 'held');
    await fields.last().fill('2');
    await row(2).locator('button.primary').click();
    await page.waitForSelector('li[data-hold="2"][data-state=ending]');
    await recorder.carryOut();
    await page.waitForSelector('li[data-hold="2"][data-state=destroyed]');
    assert.equal(await row(2).locator('button').count(), 0, 'nothing more can be ordered of it');
});

test('in English, too', async () => {
    await inEnglish(page);
    await goTo(page, 'holds');
    await page.waitForSelector('h1:has-text("Holds")');
    await fits(page, 'holds-english');
});

test('no script failed and no policy was broken on the way', () => {
    assert.deepEqual(errors.filter((error) => !/409/.test(error)), []);
});
