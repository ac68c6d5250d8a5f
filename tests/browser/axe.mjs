/* SPDX-License-Identifier: Apache-2.0 */
/* What axe finds on a page as it stands. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function accessible(page, where) {
    const found = await page.evaluate(async (source) => {
        if (!window.axe) {
            (0, eval)(source);
        }
        const result = await window.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']});
        return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`);
    }, AXE);
    assert.deepEqual(found, [], where);
}
