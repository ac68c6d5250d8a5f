/* SPDX-License-Identifier: Apache-2.0 */
/* Every sentence of the console is there, in both languages. */
import assert from 'node:assert/strict';
import {copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

const CONSOLE = new URL('../../console/', import.meta.url).pathname;
const SOURCE = new URL('../../src/', import.meta.url).pathname;

/* The folder has no package.json: modules are taken in as .mjs. */
async function load(name) {
    const folder = mkdtempSync(join(tmpdir(), 'haechi-catalogue-'));
    for (const file of readdirSync(CONSOLE).filter((one) => one.endsWith('.js'))) {
        copyFileSync(join(CONSOLE, file), join(folder, file));
    }
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    const module = await import(join(folder, name));
    rmSync(folder, {recursive: true});
    return module;
}

const {catalogue, t} = await load('text.js');
const sources = readdirSync(CONSOLE).filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(join(CONSOLE, name), 'utf8')]);

test('each key has both languages, with the same places', () => {
    for (const [key, entry] of Object.entries(catalogue)) {
        assert.deepEqual(Object.keys(entry).sort(), ['en', 'ko'], key);
        const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
        assert.ok(entry.ko.trim() && entry.en.trim(), key);
        assert.deepEqual(places(entry.ko), places(entry.en), key);
    }
});

test('a drift has the words that the public pages use', () => {
    const rows = [...readFileSync(join(SOURCE, 'notice/promise/drift_codes.def'), 'utf8')
        .matchAll(/DRIFT\(\w+, \w+, "(\w+)", "([^"]*)", "([^"]*)",\s*"([^"]*)", "([^"]*)"\)/g)];
    assert.ok(rows.length > 10);
    for (const [, code, ko, en, remedyKo, remedyEn] of rows) {
        assert.deepEqual(catalogue[`drift.${code}`], {ko, en});
        assert.deepEqual(catalogue[`drift.${code}.remedy`], {ko: remedyKo, en: remedyEn});
    }
});

test('Korean is Korean', () => {
    for (const [key, {ko}] of Object.entries(catalogue)) {
        const isSymbolic = /^[\s{}\w–,.:]*$/.test(ko) || key === 'app.language';
        assert.ok(isSymbolic || /[가-힣]/.test(ko), `${key}: ${ko}`);
    }
});

test('every key that the console names exists', () => {
    for (const [name, text] of sources) {
        for (const [, key] of text.matchAll(/\bt\('([^']+)'/g)) {
            assert.ok(key in catalogue, `${name}: ${key}`);
        }
    }
});

/* {name, ko, en} of a table of words in C. */
const wordRows = (file) => [...readFileSync(join(SOURCE, file), 'utf8')
    .matchAll(/\] = \{"(\w+)",\s*\{"([^"]*)",\s*"([^"]*)"\}\}/g)].map(([, name, ko, en]) => ({name, ko, en}));

test('causes and duties have the words that the reports use', () => {
    for (const {name, ko} of wordRows('model/cause.c')) {
        assert.equal(catalogue[`cause.${name}`].ko, ko);
    }
    const duties = wordRows('model/duty.c');
    assert.ok(duties.length > 10);
    for (const {name, ko, en} of duties) {
        assert.deepEqual(catalogue[`duty.${name}`], {ko, en});
    }
});

test('every cause, role and kind of entry has its words', () => {
    const causes = wordRows('model/cause.c').map((row) => row.name);
    const roles = [...readFileSync(join(SOURCE, 'office/rights.c'), 'utf8').matchAll(/\[ACCOUNT_\w+\] = "(\w+)"/g)].map((m) => m[1]);
    const kinds = [...readFileSync(join(SOURCE, 'log/entry_kinds.def'), 'utf8').matchAll(/KIND\(\w+, "([\w.]+)"/g)].map((m) => m[1]);
    assert.ok(causes.length > 10 && roles.length >= 3 && kinds.length > 20);
    const wanted = [...causes.map((c) => `cause.${c}`), ...roles.map((r) => `role.${r}`),
        ...kinds.flatMap((k) => [`kind.${k}`, `say.${k}`])];
    for (const key of wanted) {
        assert.ok(key in catalogue, key);
    }
    const records = sources.find(([name]) => name === 'records.js')[1];
    for (const kind of kinds) {
        assert.ok(records.includes(`'${kind}'`), `records.js: ${kind}`);
    }
});

test('one destruction by order is one row of the ledger', async () => {
    const {joinRows} = await load('ledger_words.js');
    const death = (entry, order, day = 1) => ({entry, order, deed: 'destroyed', cause: order ? 'ordered' : 'expired', hold: 0, seeds: 2, cameras: [3], time_us: day * 86400e6, from_us: 1, to_us: 2});
    const order = {entry: 5, order: 0, deed: 'destruction_ordered', seeds: 0, cameras: [3], time_us: 9, from_us: 0, to_us: 0};
    const rows = joinRows([order, death(6, 5), death(7, 0), death(8, 5, 2), death(9, 0), death(10, 4)]);
    assert.deepEqual(rows.map((row) => [row.entry, row.entries ?? 1, row.seeds]), [[5, 3, 4], [7, 2, 4], [10, 1, 2]]);
    assert.deepEqual([rows[0].last_entry, rows[0].last_us, rows[0].to_us], [8, 2 * 86400e6, 0]);
});

test('values go into their places', () => {
    assert.equal(t('wall.entry', {n: 7}), '이 열람은 기록 제 7 번으로 남았습니다');
    assert.equal(t('no.such.key'), 'no.such.key');
});

test('nothing is fetched from elsewhere, nothing is written as markup', () => {
    for (const [name, text] of sources) {
        assert.ok(!/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/.test(text), name);
        const elsewhere = [...text.matchAll(/https?:\/\/[^\s'"`]+/g)].map((m) => m[0]).filter((url) => !url.startsWith('http://www.w3.org/'));
        assert.deepEqual(elsewhere, [], name);
    }
});

test('codec strings of init segments', async () => {
    const {describeInit} = await load('mp4.js');
    const box = (name, ...bytes) => new Uint8Array([0, 0, 0, 0, ...[...name].map((c) => c.charCodeAt(0)), ...bytes, 0, 0, 0]);
    assert.deepEqual(describeInit(box('avcC', 1, 0x64, 0, 0x1f)), {codec: 'avc1.64001F', isH265: false});
    assert.deepEqual(describeInit(box('hvcC', 1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93)), {codec: 'hvc1.1.6.L93.90', isH265: true});
    assert.deepEqual(describeInit(box('free')), {codec: '', isH265: false});
});

test('what a spreadsheet would take for a formula is text in the CSV', async () => {
    const {csv} = await load('ledger_words.js');
    for (const sign of ['=', '+', '-', '@', '\t', '\r', '\uff1d', '\uff0b', '\uff0d', '\uff20']) {
        for (const space of ['', ' ', '\u3000', '\u00a0']) {
            assert.equal(csv([[`${space}${sign}1+1`]]), `\ufeff"'${space}${sign}1+1"\r\n`);
        }
    }
    assert.equal(csv([['1=1', 'a "b"', '가-나']]), '\ufeff"1=1","a ""b""","가-나"\r\n');
});
