/* SPDX-License-Identifier: Apache-2.0 */
/* Who outside confirms the log: said on every screen; its silence is an alarm. */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {accessible} from './axe.mjs';
import {openBrowser, openPage} from './browser.mjs';
import {startRecorder} from './recorder.mjs';
import {firstLogin, goTo, inEnglish} from './steps.mjs';

const SCREENS = ['wall', 'playback', 'records', 'destructions', 'holds', 'exports', 'ledger', 'accounts'];
const LINE = 'footer .witnessed';
const ALARM = '.banner.witness';
const WHEN = Date.parse('2026-11-20T09:30:00+09:00') * 1000;

let recorder;
let browser;
let page;
let errors;
let witnesses = null; /* what the gate is to say; null: as it does */

before(async () => {
    recorder = await startRecorder();
    browser = await openBrowser();
    ({page, errors} = await openPage(browser, recorder.address));
    await page.route('**/api/v1/cameras', async (route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        await route.fulfill({response: answer, json: witnesses ? {...body, witnesses} : body});
    });
    await firstLogin(page, recorder);
});

after(async () => {
    /* The page asks every few seconds: no answer of ours is to meet its end. */
    await page.unrouteAll({behavior: 'wait'});
    await browser.close();
    await recorder.stop();
});

const one = (state, last_us = WHEN) => ({name: 'tongyeong', state, last_us, size: 12, detail: ''});

async function says(selector, pattern) {
    await page.waitForFunction(([place, words]) => new RegExp(words).test(document.querySelector(place)?.textContent ?? ''), [selector, pattern.source], {timeout: 60000});
}

async function picture(name) {
    if (process.env.PICTURES) {
        await page.screenshot({path: `${process.env.PICTURES}/${name}.png`});
    }
}

test('when the log was last witnessed stands on every screen', async () => {
    witnesses = [one('set', WHEN - 5e6), {...one('back'), name: 'goseong'}];
    await says(LINE, /2026.*20.*09:30:00 \(goseong\)/);
    for (const screen of SCREENS) {
        await goTo(page, screen);
        assert.ok(await page.locator(LINE).isVisible(), screen);
        assert.ok(await page.locator(ALARM).isHidden(), screen);
    }
    await accessible(page, 'witnessed');
    await picture('witnessed');
});

test('no witness, and none that has said a word, are said too', async () => {
    witnesses = [];
    await says(LINE, /증인이 정해지지 않음/);
    witnesses = [one('set', 0)];
    await says(LINE, /아직 외부 증인이 확인하지 않음/);
    assert.ok(await page.locator(ALARM).isHidden());
});

test('a day without a witness, and another log, are alarms on every screen', async () => {
    witnesses = [one('away'), {...one('contradicted', 0), name: 'goseong'}];
    await says(ALARM, /goseong.*다릅니다.*없음.*tongyeong.*하루 넘게.*09:30:00/);
    for (const screen of SCREENS) {
        await goTo(page, screen);
        assert.ok(await page.locator(ALARM).isVisible(), screen);
    }
    await accessible(page, 'witness away');
    await picture('witness-away');
    await inEnglish(page);
    await says(ALARM, /goseong knows another log.*never.*tongyeong has not confirmed this log for more than a day/);
    await says(LINE, /Log last witnessed: .*09:30:00 \(tongyeong\)/);
    await page.setViewportSize({width: 400, height: 850});
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 400);
    await picture('witness-away-400');
    witnesses = [one('back')];
    await page.waitForSelector(ALARM, {state: 'hidden', timeout: 60000});
    assert.deepEqual(errors, []);
});
