/* SPDX-License-Identifier: Apache-2.0 */
/* The notices as pages, as they stand in tests/golden: valid, accessible, and ready for a printer. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test, {after, before} from 'node:test';
import {HtmlValidate} from 'html-validate';
import {accessible} from './axe.mjs';
import {openBrowser, openPage} from './browser.mjs';

const PAGES = ['geoje.ko', 'geoje.en', 'gwangju.ko', 'gwangju.en'];
const fileOf = (name) => new URL(`../golden/notice/${name}.html`, import.meta.url);

let browser;
before(async () => {
    browser = await openBrowser();
});
after(() => browser.close());

test('pages are valid HTML', async () => {
    /* How long the name of an institution is, is not ours to say. */
    const rules = {'long-title': 'off'};
    const validator = new HtmlValidate({root: true, extends: ['html-validate:recommended'], rules});
    for (const name of PAGES) {
        const report = await validator.validateString(readFileSync(fileOf(name), 'utf8'), name);
        const found = report.results.flatMap((result) => result.messages)
            .map((message) => `${name}:${message.line}: ${message.ruleId}: ${message.message}`);
        assert.deepEqual(found, []);
    }
});

test('pages are accessible, on a desk and on a telephone', async () => {
    for (const name of PAGES) {
        for (const width of [1360, 360]) {
            const {page, context, errors} = await openPage(browser, fileOf(name).href, {viewport: {width, height: 800}});
            await accessible(page, `${name} at ${width}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert.ok(wide <= 0, `${name} at ${width}: ${wide} too wide`);
            assert.equal(await page.locator('script').count(), 0, 'no script');
            assert.deepEqual(errors, []);
            await context.close();
        }
    }
});

test('a printer gets pages', async () => {
    const {page, context} = await openPage(browser, fileOf('gwangju.ko').href);
    await page.emulateMedia({media: 'print'});
    const print = await page.pdf({preferCSSPageSize: true});
    const count = (print.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length;
    assert.ok(count >= 3 && count <= 8, `${count} pages`);
    await context.close();
});
