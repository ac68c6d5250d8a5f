/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live wall of a whole installation: how old is what the screen shows?
 * Read from screenshots of the page, against the ledger of the cameras (env
 * HAECHI_LEDGER), so that nothing of the recorder is believed.
 */
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {difference, moves, openBrowser, openPage} from './browser.mjs';
import {readCounter, readLedger, readPng, sample, sentBefore} from './counter.mjs';
import {startRecorder} from './recorder.mjs';
import {firstLogin, giveReason} from './steps.mjs';

const CAMERAS = 9;
const SHOTS = 12;
const TRIES = 60;
const EVERY_MS = 1000;
const SHUTTER_MAX_S = 0.8; /* a screenshot that takes longer says too little */
const DELAY_MAX_S = 2;
const FRAMES_PER_SECOND = 15;
const CLIP_FRAMES = 360;

let recorder;
let browser;
let page;
let errors;
let shots;
let devtools;

before(async () => {
    recorder = await startRecorder();
    browser = await openBrowser();
    /* Nine tiles are above the fold: what is below it is not painted. */
    ({page, errors} = await openPage(browser, recorder.address, {viewport: {width: 1280, height: 800}}));
    devtools = await page.context().newCDPSession(page);
});

after(async () => {
    await browser.close();
    await recorder.stop();
});

/* The page as it is seen, with the instants around it. */
async function shoot() {
    const fromUs = Date.now() * 1000;
    const {data} = await devtools.send('Page.captureScreenshot', {format: 'png', optimizeForSpeed: true});
    return {fromUs, toUs: Date.now() * 1000, file: Buffer.from(data, 'base64')};
}

async function tiles() {
    const found = await page.locator('.tile').all();
    return Promise.all(found.map(async (tile) => ({
        camera: Number(await tile.getAttribute('data-camera')),
        box: await tile.locator('video').boundingBox(),
    })));
}

/* What the tiles themselves say, in seconds. */
const told = () => page.locator('.tile').evaluateAll((all) => all.map((tile) => parseFloat(tile.querySelector('.delay').textContent)));

function median(values) {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const asSeconds = (values) => `median ${median(values).toFixed(2)} s, max ${Math.max(...values).toFixed(2)} s`;

test('the wall shows nine cameras that move', async () => {
    await firstLogin(page, recorder);
    await giveReason(page, '.ask');
    await page.click('.ask button.primary');
    await page.waitForSelector('.tile');
    for (const video of await page.locator('.tile video').all()) {
        assert.ok(await moves(video), 'a picture stands still');
    }
    assert.equal((await tiles()).length, CAMERAS);
});

test('each picture is at most two seconds old', async (context) => {
    await page.waitForTimeout(3000);
    shots = [];
    for (let i = 0; i < TRIES && shots.length < SHOTS; i++) {
        const begin = Date.now();
        const shot = {...await shoot(), told: await told()};
        if (shot.toUs - shot.fromUs <= SHUTTER_MAX_S * 1e6) {
            shots.push(shot);
        }
        await page.waitForTimeout(Math.max(0, EVERY_MS - (Date.now() - begin)));
    }
    assert.equal(shots.length, SHOTS, 'this machine is too busy for screenshots');
    const places = await tiles();
    const ledger = readLedger(process.env.HAECHI_LEDGER);
    const delays = [];
    const lies = [];
    for (const shot of shots) {
        shot.picture = readPng(shot.file);
        shot.seen = places.map(({camera, box}, i) => {
            const counter = readCounter(shot.picture, box);
            assert.ok(counter !== null, `camera ${camera}: no counter to be read`);
            const unit = sentBefore(ledger, camera, counter, shot.toUs);
            assert.ok(unit, `camera ${camera}: frame ${counter} was never sent`);
            /* As long as can be: the end of the screenshot counts. */
            const delayS = (shot.toUs - unit.wallUs) / 1e6;
            delays.push(delayS);
            lies.push(Math.abs(delayS - shot.told[i]));
            return {camera, index: unit.index, delayS};
        });
    }
    const shutter = shots.map((shot) => (shot.toUs - shot.fromUs) / 1e6);
    context.diagnostic(`live delay of ${delays.length} pictures in ${SHOTS} screenshots: ${asSeconds(delays)}; a screenshot takes ${asSeconds(shutter)}`);
    context.diagnostic(`beside what the tiles say: ${asSeconds(lies)}`);
    for (const {camera, delayS} of shots.flatMap((shot) => shot.seen)) {
        assert.ok(delayS <= DELAY_MAX_S, `camera ${camera}: ${delayS.toFixed(2)} s`);
    }
    assert.ok(Math.max(...lies) <= 1.5, `a tile is wrong about its delay by ${Math.max(...lies).toFixed(2)} s`);
});

test('from screenshot to screenshot counter and picture go on', async () => {
    const places = await tiles();
    for (let i = 1; i < shots.length; i++) {
        const passedS = (shots[i].toUs - shots[i - 1].toUs) / 1e6;
        for (const [k, {camera, box}] of places.entries()) {
            const frames = shots[i].seen[k].index - shots[i - 1].seen[k].index;
            assert.ok(Math.abs(frames / FRAMES_PER_SECOND - passedS) < 1, `camera ${camera}: ${frames} frames in ${passedS.toFixed(2)} s`);
            assert.ok(frames > 0 && frames < CLIP_FRAMES);
            const changed = difference(sample(shots[i].picture, box), sample(shots[i - 1].picture, box));
            assert.ok(changed > 0.05, `camera ${camera}: only the counter moves (${changed.toFixed(3)})`);
        }
    }
});

test('no script failed on the way', () => {
    assert.deepEqual(errors, []);
});
