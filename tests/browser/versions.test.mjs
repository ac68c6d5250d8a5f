/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of the notice: what waits, what changes, announced with its reason,
 * confirmed on the homepage, withdrawn; by keyboard, and on a telephone. */
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import test, {after, before} from 'node:test';
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

const version = (number) => page.locator(`li[data-version="${number}"]`);
const draft = () => page.locator('li[data-draft="3e23e8160039"]');

/* A page whose hash begins with these letters. */
function pageOf(letters) {
    for (let i = 0; ; i++) {
        const text = `<p>방침 ${i}</p>`;
        if (createHash('sha256').update(text).digest('hex').startsWith(letters)) {
            return Buffer.from(text);
        }
    }
}

test('each version says how it stands, and what was declared', async () => {
    await goTo(page, 'versions');
    await version(2).waitFor();
    assert.match(await version(2).textContent(), /시행 중/);
    assert.match(await version(2).textContent(), /선언한 예외: 사실을 바로잡는 변경/);
    assert.match(await version(2).textContent(), /아직 확인하지 않음/);
    assert.match(await version(1).textContent(), /지난 방침/);
    assert.match(await version(1).textContent(), /누리집 게시 확인/);
    assert.equal(await version(1).locator('[data-act=confirm]').count(), 0, 'what is over needs no word');
    assert.equal(await version(1).locator('a').getAttribute('href'), '/public/versions/1');
    await fits(page, 'versions');
});

test('a draft tells in plain words what would change', async () => {
    const text = await draft().textContent();
    assert.match(text, /촬영시간, 보관기간/);
    assert.match(text, /바뀜 3층 상담실, 보관기간: 60일 → 14일/);
    assert.match(text, /더함 복도: 복도 전체, 2대/);
    const unsound = page.locator('li[data-draft="2e7d2c03a950"]');
    assert.match(await unsound.textContent(), /이대로는 공고할 수 없습니다: the floor of a period/);
    assert.equal(await unsound.locator('[data-act]').count(), 0);
});

test('what changed with a version is told below it', async () => {
    await version(2).locator('[data-act=change]').click();
    await version(2).locator('.changes').waitFor();
    assert.match(await version(2).textContent(), /60일 → 14일/);
    assert.equal(await version(2).locator('[data-act=change]').getAttribute('aria-expanded'), 'true');
    await fits(page, 'versions-change');
    await version(1).locator('[data-act=change]').click();
    await page.waitForFunction(() => /첫 방침입니다/.test(document.querySelector('li[data-version="1"]').textContent));
    assert.equal(await version(2).locator('.changes').count(), 0, 'one at a time');
    await version(1).locator('[data-act=change]').click();
});

test('the homepage is confirmed by its page, byte for byte, or by a person', async () => {
    await version(2).locator('[data-act=confirm]').click();
    const form = version(2).locator('form');
    await form.locator('button.primary').click();
    await page.waitForFunction(() => /저장한 쪽을 고르세요/.test(document.querySelector('li[data-version="2"] [role=alert]')?.textContent));
    await form.locator('input[type=file]').setInputFiles({name: 'saved.html', mimeType: 'text/html', buffer: pageOf('b')});
    await form.locator('button.primary').click();
    await page.waitForFunction(() => /다릅니다/.test(document.querySelector('li[data-version="2"] [role=alert]')?.textContent));
    await fits(page, 'versions-confirm');
    await form.locator('input[type=file]').setInputFiles({name: 'saved.html', mimeType: 'text/html', buffer: pageOf('aa')});
    await form.locator('button.primary').click();
    await page.waitForFunction(() => /누리집 게시 확인/.test(document.querySelector('li[data-version="2"]').textContent));
    assert.match(await page.textContent('#announce'), /제2판이 누리집에 있음을 확인했습니다. 기록 32번/);

    await version(2).locator('[data-act=confirm]').click();
    await form.locator('select').selectOption('person');
    assert.equal(await form.locator('input[type=file]').isVisible(), false);
    await page.keyboard.press('Escape');
    assert.equal(await form.count(), 0, 'closed by Escape');
});

test('a draft is announced with its day and reason, not too soon', async () => {
    await draft().locator('[data-act=publish]').focus();
    await page.keyboard.press('Enter');
    const form = draft().locator('form');
    await form.waitFor();
    assert.match(await form.textContent(), /방침과 함께 공개됩니다/);
    const day = form.locator('input[type=date]');
    const first = await day.getAttribute('min');
    assert.ok(await day.inputValue() >= first, 'the day it states, or the first');
    await form.getByLabel('바꾸는 까닭').fill('보관기간을 줄임');
    await day.evaluate((input) => input.removeAttribute('min'));
    await day.fill(new Date().toISOString().slice(0, 10));
    await form.locator('button.primary').click();
    await page.waitForFunction(() => /7일 전에 공고합니다/.test(document.querySelector('li[data-draft] [role=alert]')?.textContent));
    await fits(page, 'versions-publish');
    await day.fill(first);
    await form.locator('button.primary').click();
    await version(3).waitFor();
    assert.match(await version(3).textContent(), /공고함, 시행을 기다림/);
    assert.match(await version(3).textContent(), /까닭: 보관기간을 줄임/);
    assert.match(await page.textContent('#announce'), /제3판을 공고했습니다. 기록 30번/);
    assert.equal(await draft().count(), 0);
});

test('what was announced is withdrawn with a reason', async () => {
    await version(3).locator('[data-act=withdraw]').click();
    const form = version(3).locator('form');
    await form.getByLabel('취소하는 까닭').fill('잘못 공고함');
    await form.locator('button.primary').click();
    await page.waitForSelector('li[data-version="3"][data-state=withdrawn]');
    assert.equal(await version(3).locator('[data-act]').count(), 0);
});

test('in English, too', async () => {
    await inEnglish(page);
    await version(2).waitFor();
    assert.match(await version(2).textContent(), /declared exception: it corrects facts/);
    await version(2).locator('[data-act=change]').click();
    await page.waitForFunction(() => /60 days → 14 days/.test(document.querySelector('li[data-version="2"]').textContent));
    await fits(page, 'versions-english');
    assert.deepEqual(errors, []);
});
