/* SPDX-License-Identifier: Apache-2.0 */
/* The notices as pages, as they stand in tests/golden, and what changes from one to the next: valid, accessible, and
 * ready for a printer. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {after, before} from 'node:test';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {HtmlValidate} from 'html-validate';
import {accessible} from './axe.mjs';
import {openBrowser, openPage} from './browser.mjs';

const NOTICES = ['geoje.ko', 'geoje.en', 'gwangju.ko', 'gwangju.en'];
const CHANGES = {'geoje-family-center': 'geoje', 'gwangju-labor-office': 'gwangju'};
const FOLDER = mkdtempSync(join(tmpdir(), 'haechi-'));
const PAGES = Object.fromEntries(NOTICES.map((name) => [name, new URL(`../golden/notice/${name}.html`, import.meta.url)]));
const fileOf = (name) => PAGES[name];

/* From the published text of each example to the amended notice: many changes of all kinds. */
function draw_changes() {
    for (const [example, name] of Object.entries(CHANGES)) {
        for (const language of ['ko', 'en']) {
            const folder = fileURLToPath(new URL(`../../examples/${example}/`, import.meta.url));
            const out = join(FOLDER, `${name}.changes.${language}.html`);
            const done = spawnSync(process.env.HAECHI, ['notice', 'diff', `${folder}published.yaml`, `${folder}notice.yaml`,
                '--format', 'html', '--lang', language, '--out', out], {encoding: 'utf8'});
            assert.ok(done.status <= 1, done.stderr);
            PAGES[`${name}.changes.${language}`] = pathToFileURL(out);
        }
    }
}

let browser;
before(async () => {
    draw_changes();
    browser = await openBrowser();
});
after(async () => {
    await browser.close();
    rmSync(FOLDER, {recursive: true});
});

test('pages are valid HTML', async () => {
    /* How long the name of an institution is, is not ours to say. */
    const rules = {'long-title': 'off'};
    const validator = new HtmlValidate({root: true, extends: ['html-validate:recommended'], rules});
    assert.equal(Object.keys(PAGES).length, 8);
    for (const name of Object.keys(PAGES)) {
        const report = await validator.validateString(readFileSync(fileOf(name), 'utf8'), name);
        const found = report.results.flatMap((result) => result.messages)
            .map((message) => `${name}:${message.line}: ${message.ruleId}: ${message.message}`);
        assert.deepEqual(found, []);
    }
});

/* Korean words and telephone numbers in cells that stand on more than one line, though they would fit on one. */
const broken_words = () => [...document.querySelectorAll('td')].flatMap((cell) => [...cell.childNodes])
    .map((node) => node.firstChild ?? node).filter((node) => node.nodeType === Node.TEXT_NODE)
    .flatMap((node) => [...node.data.matchAll(/\p{Script=Hangul}{2,16}|(?<!\d)0\d+-\d+-\d+/gu)].map((word) => {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        return new Set([...range.getClientRects()].map((rect) => rect.top)).size > 1 ? word[0] : '';
    })).filter(Boolean);

test('pages are accessible, on a desk and on a telephone', async () => {
    for (const name of Object.keys(PAGES)) {
        for (const width of [1360, 360]) {
            const {page, context, errors} = await openPage(browser, fileOf(name).href, {viewport: {width, height: 800}});
            await accessible(page, `${name} at ${width}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert.ok(wide <= 0, `${name} at ${width}: ${wide} too wide`);
            assert.equal(await page.locator('script').count(), 0, 'no script');
            assert.deepEqual(await page.evaluate(broken_words), [], `${name} at ${width}`);
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
