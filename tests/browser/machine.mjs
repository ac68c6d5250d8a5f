/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this machine keeps from a test: a host may stop it for a third of a
 * second, again and again. A thread sleeps for 10 ms at a time and adds up by
 * how much it woke too late; allowedS() is what to add to a limit of time, 0
 * where all is quiet. As tests/scenario/machine.py.
 */
import {Worker} from 'node:worker_threads';

const PROCESSES = 4; /* what waits for several in turn waits for each of them */

const late = new Float64Array(new SharedArrayBuffer(8)); /* s so far */

const WATCH = `
const {workerData} = require('node:worker_threads');
const STEP_MS = 10, NORMAL_MS = 30;
const nothing = new Int32Array(new SharedArrayBuffer(4));
for (let before = performance.now();;) {
    Atomics.wait(nothing, 0, 0, STEP_MS);
    const now = performance.now();
    const lateMs = now - before - STEP_MS;
    if (lateMs > NORMAL_MS) {
        workerData[0] += lateMs / 1000;
    }
    before = now;
}`;

new Worker(WATCH, {eval: true, workerData: late}).unref();

/* A moment for allowedS(). */
export function mark() {
    return late[0];
}

/* What is added to a limit from that moment on; from the start without one. */
export function allowedS(since = 0) {
    return PROCESSES * (late[0] - since);
}
