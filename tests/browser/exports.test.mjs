/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: asked for, answered by another person after the password, what is
 * outside; by keyboard, and on a telephone's screen. */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {openBrowser, openPage} from './browser.mjs';
import {PERSON, startRecorder} from './recorder.mjs';
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

const order = (number) => page.locator(`li[data-order="${number}"]`);
const copy = () => page.locator('li[data-copy="80"]');

test('who is to say yes reads for whom, why and what is masked', async () => {
    await goTo(page, 'exports');
    await order(90).waitFor();
    const text = await order(90).textContent();
    for (const words of [/승인 대기/, /김아무개/, /○○경찰서 수사과/, /제18조/, /파기 통보/, /가림 설정이 있는 카메라/]) {
        assert.match(text, words);
    }
    await fits(page, 'exports');
});

test('a yes needs the password once more, and then the command is told', async () => {
    await order(90).locator('[data-act=approve]').focus();
    await page.keyboard.press('Enter');
    await order(90).locator('form').waitFor();
    assert.match(await order(90).locator('form').textContent(), /화면에서 가리는 부분이 보입니다/);
    assert.equal(await order(90).locator('input[type=password]').isVisible(), false);
    await order(90).locator('button.primary').click();
    const password = order(90).locator('input[type=password]');
    await password.waitFor({state: 'visible'});
    assert.match(await order(90).locator('[role=alert]').textContent(), /암호를 다시/);
    await fits(page, 'exports-password');
    await password.fill('wrong one');
    await password.press('Enter');
    await page.waitForFunction(() => /맞지 않습니다/.test(document.querySelector('li[data-order="90"] [role=alert]').textContent));
    await password.fill(PERSON.password);
    await password.press('Enter');
    await page.waitForSelector('li[data-order="90"][data-state=ready]');
    assert.match(await page.textContent('#announce'), /승인했습니다: 기록 제/);
    const text = await order(90).textContent();
    assert.match(text, /haechi export --dir DIR --order 90/);
    assert.match(text, /홍길동 님이 승인함/);
    await fits(page, 'exports-ready');
});

test('a span chosen in the playback view is asked for', async () => {
    await goTo(page, 'playback');
    await page.waitForSelector('[data-act=export]');
    await page.waitForTimeout(1000);
    await page.click('[data-act=export]');
    await page.waitForFunction(() => window.haechi.screen === 'exports');
    const form = page.locator('section.card form');
    await form.waitFor();
    const boxes = form.locator('fieldset input');
    assert.equal(await boxes.first().isChecked(), true, 'its camera is chosen');
    assert.match(await form.locator('fieldset').textContent(), /승인 필요/);
    await fits(page, 'exports-ask');
    await boxes.nth(1).check(); /* the masked one */
    for (const [label, words] of [['사유', '사고 확인'], ['근거', '공문 2026-17'], ['받는 자', '홍길동'], ['조건', '목적 밖 이용 금지']]) {
        await form.getByLabel(label, {exact: true}).fill(words);
    }
    await form.locator('button.primary').click();
    const mine = page.locator('li[data-order][data-state=waiting]');
    await mine.waitFor();
    assert.match(await page.textContent('#announce'), /신청했습니다/);
    assert.match(await mine.textContent(), /스스로 승인할 수 없습니다/);
    assert.equal(await mine.locator('[data-act]').count(), 0, 'no buttons on one\u2019s own');
});

test('nothing is asked for without a camera', async () => {
    await page.click('[data-act=ask]');
    const form = page.locator('section.card form');
    for (const label of ['사유', '근거', '받는 자', '조건']) {
        await form.getByLabel(label, {exact: true}).fill('시험');
    }
    await form.locator('button.primary').click();
    await form.locator('[role=alert]:not([hidden])').waitFor();
    assert.match(await form.locator('[role=alert]').textContent(), /카메라를 하나 이상/);
    await page.keyboard.press('Escape');
    await form.waitFor({state: 'detached'});
    assert.equal(await page.evaluate(() => document.activeElement.dataset.act), 'ask');
});

test('a copy past its day is said to be destroyed', async () => {
    assert.equal(await copy().getAttribute('data-state'), 'due');
    await copy().locator('[data-act=destroyed]').click();
    await copy().locator('input[type=text]').fill('파쇄 확인서를 받음');
    await copy().locator('button.primary').click();
    await page.waitForSelector('li[data-copy="80"][data-state=destroyed]');
    assert.equal(await copy().locator('button').count(), 0);
});

test('in English, too', async () => {
    await inEnglish(page);
    await goTo(page, 'exports');
    await page.waitForSelector('h1:has-text("Exports")');
    await fits(page, 'exports-english');
});

test('no script failed and no policy was broken on the way', () => {
    assert.deepEqual(errors, []);
});
