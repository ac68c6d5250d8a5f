/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger: what is due, the month's ten columns, what is entered by hand, its
 * end, a correction, the monthly signature; on paper the same rows. */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {openBrowser, openPage} from './browser.mjs';
import {startRecorder} from './recorder.mjs';
import {firstLogin, fits, goTo, inEnglish} from './steps.mjs';

let recorder;
let browser;
let page;
let errors;

before(async () => {
    recorder = await startRecorder();
    browser = await openBrowser();
    ({page, errors} = await openPage(browser, recorder.address));
    await firstLogin(page, recorder);
});

after(async () => {
    await browser.close();
    await recorder.stop();
});

const row = (entry) => page.locator(`tr[data-entry="${entry}"]`);
const item = (number) => page.locator(`tr[data-item="${number}"]`);

/* The form that is open, filled in and sent; until all is loaded anew, of
 * which the review comes last. */
async function send(words) {
    const review = await page.waitForSelector('p[data-signed]');
    const form = page.locator('form.stack').first();
    await form.waitFor();
    for (const [name, text] of Object.entries(words)) {
        await form.locator(`[name=${name}]`).fill(text);
    }
    await form.locator('button.primary').click();
    await form.waitFor({state: 'detached'});
    await page.waitForFunction((old) => !old.isConnected, review);
}

test('the month has ten columns, and says what is erased', async () => {
    await goTo(page, 'ledger');
    await row(41).waitFor();
    assert.equal(await page.locator('table.ledger-table thead th:not(.no-print)').count(), 10);
    assert.match(await row(40).textContent(), /분실물 확인/);
    const given = await row(41).textContent();
    for (const words of [/제공/, /△△법원/, /제18조 제2항 제8호/, /재판 목적만/]) {
        assert.match(given, words);
    }
    assert.doesNotMatch(given, /분실물/);
    await fits(page, 'ledger');
});

test('what is late stands above it, and can be said to be gone', async () => {
    assert.equal(await item(1).getAttribute('data-late'), 'yes');
    await item(1).locator('[data-act=end]').click();
    await send({why: '파쇄함'});
    await item(1).waitFor({state: 'detached'});
});

test('a copy is entered by hand, by keyboard', async () => {
    await page.locator('[data-act=add]').focus();
    await page.keyboard.press('Enter');
    await page.locator('[name=use]').selectOption('provision');
    await fits(page, 'ledger-add');
    await send({why: '교통사고 확인', receiver: '△△보험', ground: '제18조'});
    await item(2).waitFor();
    assert.match(await page.textContent('#announce'), /기록 제/);
    assert.match(await item(2).textContent(), /△△보험/);
});

test('a row that wrote itself is corrected by a row of its own', async () => {
    await row(40).locator('[data-act=remark]').click();
    await send({why: '카메라 2가 아니라 3'});
    await row(60).waitFor();
    assert.match(await row(60).textContent(), /카메라 2가 아니라 3/);
    assert.equal(await row(40).count(), 1, 'the first one stays');
});

test('a duty is entered, and one that is late is done', async () => {
    const duty = (number) => page.locator(`tr[data-duty="${number}"]`);
    assert.equal(await duty(1).getAttribute('data-late'), 'yes');
    assert.match(await duty(1).textContent(), /잠금장치 점검.*센터.*6개월마다/);
    await page.locator('[data-act=duty-add]').focus();
    await page.keyboard.press('Enter');
    await page.locator('[name=what]').selectOption('training');
    await fits(page, 'ledger-duty');
    await send({why: '하반기 담당자 교육'});
    await duty(2).waitFor();
    assert.match(await duty(2).textContent(), /담당자 교육/);
    await duty(1).locator('[data-act=duty-done]').click();
    await page.locator('[name=result]').selectOption('defect');
    await send({why: '열쇠 하나 바꿈'});
    await duty(1).waitFor({state: 'detached'});
});

test('the month is signed', async () => {
    assert.match(await page.locator('.warning').first().textContent(), /2026년 10월/);
    assert.match(await page.locator('li[data-finding=refused]').textContent(), /41, 44/);
    await page.click('[data-act=sign]');
    await page.locator('[name=review-remark]').fill('살펴봄');
    await page.locator('section.card form button.primary').click();
    await page.waitForSelector('p[data-signed=yes]');
});

test('on paper: the rows, and no button', async () => {
    await page.emulateMedia({media: 'print'});
    assert.equal(await page.locator('button:visible').count(), 0);
    assert.equal(await row(41).isVisible(), true);
    assert.equal(await page.locator('table.approval').isVisible(), true);
    await page.emulateMedia({media: 'screen'});
});

test('in English, too', async () => {
    await inEnglish(page);
    await goTo(page, 'ledger');
    await row(41).waitFor();
    await fits(page, 'ledger-english');
});

test('no script failed and no policy was broken on the way', () => {
    assert.deepEqual(errors, []);
});
