/* SPDX-License-Identifier: Apache-2.0 */
/* The public pages as they stand in tests/golden/public: valid, accessible, on a desk, a telephone and paper. */
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import test, {after, before} from 'node:test';
import {HtmlValidate} from 'html-validate';
import {accessible} from './axe.mjs';
import {openBrowser, openPage} from './browser.mjs';

const FOLDER = new URL('../golden/public/', import.meta.url);
const PAGES = readdirSync(FOLDER).filter((name) => name.endsWith('.html'));

/* Every page at the narrowest, which is the hardest; one institution's in one language on a desk too. */
const LOOKED_AT = PAGES.map((name) => [name, /^geoje\..*\.ko\./.test(name) ? [1360, 360] : [360]]);

let browser;
before(async () => {
    browser = await openBrowser();
});
after(() => browser.close());

test('public pages are valid HTML', async () => {
    /* How long the name of an institution is, is not ours to say. */
    const rules = {'long-title': 'off'};
    const validator = new HtmlValidate({root: true, extends: ['html-validate:recommended'], rules});
    const found = [];
    for (const name of PAGES) {
        const report = await validator.validateString(readFileSync(new URL(name, FOLDER), 'utf8'), name);
        found.push(...report.results.flatMap((result) => result.messages)
            .map((message) => `${name}:${message.line}: ${message.ruleId}: ${message.message}`));
    }
    assert.ok(PAGES.length >= 32, `${PAGES.length} pages`);
    assert.deepEqual(found, []);
});

test('public pages are accessible, on a desk and on a telephone', async () => {
    for (const [name, widths] of LOOKED_AT) {
        for (const width of widths) {
            const {page, context, errors} = await openPage(browser, new URL(name, FOLDER).href, {viewport: {width, height: 800}});
            await accessible(page, `${name} at ${width}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert.ok(wide <= 0, `${name} at ${width}: ${wide} too wide`);
            assert.equal(await page.locator('script').count(), 0, 'no script');
            assert.deepEqual(errors, []);
            await context.close();
        }
    }
});

test('the form is one sheet of paper', async () => {
    for (const name of ['geoje.form.ko.html', 'geoje.form.en.html']) {
        const {page, context} = await openPage(browser, new URL(name, FOLDER).href);
        await page.emulateMedia({media: 'print'});
        const print = await page.pdf({preferCSSPageSize: true});
        const count = (print.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length;
        assert.equal(count, 1, `${name}: ${count} pages`);
        await context.close();
    }
});
