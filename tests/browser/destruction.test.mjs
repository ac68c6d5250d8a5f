/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to destroy, what is pending, and two people's word on the clock. */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {accessible} from './axe.mjs';
import {openBrowser, openPage} from './browser.mjs';
import {startRecorder} from './recorder.mjs';
import {firstLogin, goTo, inEnglish} from './steps.mjs';

const NARROW = {width: 400, height: 850};
const WIDE = {width: 1360, height: 850};
const CLOCK = '.banner.doubt';

let recorder;
let browser;
let page;
let errors;

before(async () => {
    recorder = await startRecorder('doubt');
    browser = await openBrowser();
    ({page, errors} = await openPage(browser, recorder.address));
    await firstLogin(page, recorder);
});

after(async () => {
    await browser.close();
    await recorder.stop();
});

/* For people to look at; only where they ask for it. */
async function picture(name) {
    if (process.env.PICTURES) {
        await page.screenshot({path: `${process.env.PICTURES}/${name}.png`, fullPage: true});
    }
}

/* Nothing sticks out of a telephone's screen, and axe finds nothing. */
async function fitsNarrow(where) {
    await page.setViewportSize(NARROW);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    await accessible(page, `${where}, 400 px`);
    await picture(`${where}-400`);
    await page.setViewportSize(WIDE);
    assert.ok(width <= NARROW.width, `${where}: ${width} px wide`);
}

test('a clock in doubt is said in plain words above every screen', async () => {
    await page.waitForSelector(`${CLOCK}:not([hidden])`);
    const text = await page.textContent(CLOCK);
    assert.match(text, /40일 3시간 앞서/);
    assert.match(text, /늦어도 .*부터/);
    assert.match(text, /녹화는 계속됩니다/);
    assert.match(text, /파기되는 영상은 없으며/);
    assert.match(text, /두 번째 사람/);
    assert.match(await page.textContent('p.banner:not([hidden])'), /시계가 확인되지 않아/);
    await goTo(page, 'destructions');
    assert.ok(await page.locator(CLOCK).isVisible());
    await accessible(page, 'clock in doubt');
    await picture('clock');
    await fitsNarrow('clock');
});

test('one word is not enough, and a second person is asked for', async () => {
    const button = page.getByRole('button', {name: '시계가 맞습니다'});
    await button.focus();
    await button.press('Enter');
    await page.waitForFunction((place) => /한 사람이 맞다고 했습니다/.test(document.querySelector(place).textContent), CLOCK);
    assert.ok(await page.locator(CLOCK).isVisible());
    await page.waitForTimeout(5000); /* the next look at the recorder */
    assert.ok(await button.evaluate((it) => it === document.activeElement || document.activeElement === document.body));
    await button.click();
    await page.waitForSelector(CLOCK, {state: 'hidden'});
    await page.waitForSelector('p.banner', {state: 'hidden'});
});

test('the order names what it destroys, and asks for the camera again', async () => {
    await page.click('details summary');
    const form = page.locator('form.card');
    assert.match(await form.textContent(), /되돌릴 수 없습니다/);
    assert.match(await form.textContent(), /haechi destroy --all --decommission/);
    await accessible(page, 'order');
    await picture('order');
    await fitsNarrow('order');
    const fields = form.locator('input[type=text]');
    await form.locator('select').selectOption('2');
    await fields.nth(0).fill('정보주체의 삭제 요구');
    await fields.nth(1).fill('2026-17');
    await fields.nth(2).fill('3');
    await form.locator('button.primary').click();
    await page.waitForSelector('p.warning[role=alert]:not([hidden])');
    assert.match(await page.textContent('p.warning[role=alert]'), /파기하지 않았습니다/);
    assert.equal(await page.locator('tr[data-entry]').count(), 1, 'ordered all the same');
});

test('what is ordered stands in the list and in the banner until it is done', async () => {
    const form = page.locator('form.card');
    await form.locator('input[type=text]').nth(2).fill('2');
    await form.locator('button.primary').click();
    const row = page.locator('tr[data-entry]').first();
    await page.waitForSelector('tr[data-state=pending]');
    assert.match(await row.textContent(), /지시.*대기.*차례를 기다리는 중/);
    await page.waitForSelector('p.banner:not([hidden])');
    assert.match(await page.textContent('p.banner'), /지시된 파기 1건/);
    await accessible(page, 'pending');
    await picture('pending');
    await recorder.carryOut();
    await page.waitForSelector('p.banner', {state: 'hidden'});
    await page.waitForSelector('tr[data-state=pending]', {state: 'detached'});
    assert.match(await row.textContent(), /완료/);
    await fitsNarrow('destructions');
});

test('the list is filtered, and a row leads to its page', async () => {
    await page.locator('main > div > .row select').selectOption('expired');
    await page.waitForFunction(() => document.querySelectorAll('tr[data-entry]').length === 1);
    const link = page.locator('tr[data-entry] a');
    assert.match(await link.textContent(), /제7호/);
    const href = await link.getAttribute('href');
    const answer = await page.evaluate(async (path) => {
        const response = await fetch(path);
        return [response.status, await response.text()];
    }, href);
    assert.equal(answer[0], 200);
    assert.match(answer[1], /영상정보 파기 기록/);
});

test('the keys of a destruction stand in its row, not in one of their own', async () => {
    await goTo(page, 'records');
    await page.waitForSelector('.entry-row');
    assert.equal(await page.locator('.entry-row[data-kind="deletion.seeds"]').count(), 0);
    const folded = page.locator('.entry-row[data-n="7"] details[data-seeds="6"]');
    assert.equal(await folded.count(), 1);
    await folded.locator('summary').click();
    assert.match(await folded.textContent(), /제 6 번/);
    assert.match(await folded.locator('pre').textContent(), /deletion\.seeds/);
    assert.match(await page.textContent('.entry-row[data-kind="clock.confirmed"]'), /1일 2시간/);
    await accessible(page, 'records');
    await picture('records');
    await fitsNarrow('records');
});

test('in English, too', async () => {
    await inEnglish(page);
    await goTo(page, 'destructions');
    await page.waitForSelector('h1:has-text("Destruction")');
    await accessible(page, 'English');
});

test('no script failed and no policy was broken on the way', () => {
    assert.deepEqual(errors, []);
});
