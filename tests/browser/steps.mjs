/* SPDX-License-Identifier: Apache-2.0 */
/* What a person does in the console again and again. */
import assert from 'node:assert/strict';
import {accessible} from './axe.mjs';
import {PERSON} from './recorder.mjs';

export const NARROW = {width: 400, height: 850};
export const WIDE = {width: 1280, height: 850};

export const REASON = '1층 분실물 확인';

/* With the one-time code; ends at the question why. */
export async function firstLogin(page, recorder) {
    await page.waitForSelector('input[name=code]');
    await page.fill('input[name=code]', recorder.code);
    await page.fill('input[name=username]', PERSON.name);
    await page.fill('input[name=password]', PERSON.password);
    await page.fill('input[name=again]', PERSON.password);
    await page.click('button.primary');
    await page.waitForSelector('.ask');
}

/* The first purpose there is, and a reason. */
export async function giveReason(page, place = '') {
    const select = page.locator(`${place} select[name=purpose]`);
    const first = await select.locator('option').nth(1).getAttribute('value');
    await select.selectOption(first);
    await page.fill(`${place} input[name=reason]`, REASON);
}

export async function goTo(page, screen) {
    await page.click(`nav a[data-screen=${screen}]`);
    await page.waitForFunction((name) => window.haechi.screen === name, screen);
}

/* The console anew, in English: its button offers Korean only once all is drawn
 * again. */
export async function inEnglish(page) {
    await page.click('header button[lang=en]');
    await page.waitForSelector('header button[lang=ko]');
}

/* An answer of the API, with the page's session: {status, body}. */
export function askApi(page, method, path, body) {
    return page.evaluate(async ([how, where, what]) => {
        const headers = how === 'GET' ? {} : {'X-Haechi': '1', 'Content-Type': 'application/json'};
        const response = await fetch(`/api/v1${where}`, {method: how, headers, body: what === undefined ? undefined : JSON.stringify(what)});
        const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
        return {status: response.status, body: isJson ? await response.json() : (await response.arrayBuffer()).byteLength};
    }, [method, path, body]);
}

/* At both widths nothing sticks out, and axe finds nothing; a picture of each
 * where somebody wants to look (env PICTURES: a directory). */
export async function fits(page, where) {
    for (const size of [NARROW, WIDE]) {
        await page.setViewportSize(size);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        await accessible(page, `${where}, ${size.width} px`);
        if (process.env.PICTURES) {
            await page.screenshot({path: `${process.env.PICTURES}/${where}-${size.width}.png`, fullPage: true});
        }
        assert.ok(width <= size.width, `${where}: ${width} px wide at ${size.width}`);
    }
}
