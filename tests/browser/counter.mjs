/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame counter that tools/make_clips.sh burns into the demo's clips, read
 * from a screenshot, and the ledger of camsim, which says when a frame left.
 */
import {readFileSync} from 'node:fs';
import {inflateSync} from 'node:zlib';

const SIGNATURE = '89504e470d0a1a0a';
const CHANNELS = {2: 3, 6: 4}; /* colour types RGB, RGBA */

/* Where the blocks lie in a clip's picture of 640x360, and how many frames
 * the clip has (make_clips.sh). */
const CLIP = {width: 640, height: 360, left: 8, middle: 346, side: 20, blocks: 13, bits: 10, frames: 360};

/* ISO/IEC 15948 clause 9: what a filter adds to a byte. */
function predicted(filter, left, above, corner) {
    switch (filter) {
    case 1: return left;
    case 2: return above;
    case 3: return left + above >> 1;
    case 4: {
        const p = left + above - corner;
        const [a, b, c] = [Math.abs(p - left), Math.abs(p - above), Math.abs(p - corner)];
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }
    default: return 0;
    }
}

/* {width, height, grey(x, y)} of a PNG with 8 bits a channel, not interlaced. */
export function readPng(file) {
    if (file.subarray(0, 8).toString('hex') !== SIGNATURE) {
        throw new Error('not a PNG');
    }
    let head = null;
    const parts = [];
    for (let at = 8; at < file.length;) {
        const size = file.readUInt32BE(at);
        const kind = file.toString('latin1', at + 4, at + 8);
        const body = file.subarray(at + 8, at + 8 + size);
        if (kind === 'IHDR') {
            head = body;
        } else if (kind === 'IDAT') {
            parts.push(body);
        }
        at += size + 12;
    }
    const [width, height, channels] = [head.readUInt32BE(0), head.readUInt32BE(4), CHANNELS[head[9]]];
    if (head[8] !== 8 || !channels || head[12] !== 0) {
        throw new Error('a PNG of another kind');
    }
    const raw = inflateSync(Buffer.concat(parts));
    const stride = width * channels;
    const pixels = Buffer.alloc(stride * height);
    for (let y = 0; y < height; y++) {
        const filter = raw[y * (stride + 1)];
        const from = y * (stride + 1) + 1;
        const to = y * stride;
        for (let x = 0; x < stride; x++) {
            const left = x >= channels ? pixels[to + x - channels] : 0;
            const above = y > 0 ? pixels[to + x - stride] : 0;
            const corner = x >= channels && y > 0 ? pixels[to + x - stride - channels] : 0;
            pixels[to + x] = raw[from + x] + predicted(filter, left, above, corner);
        }
    }
    return {
        width, height,
        grey: (x, y) => {
            const at = Math.floor(y) * stride + Math.floor(x) * channels;
            return (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3;
        },
    };
}

/* The counter of the clip shown in box {x, y, width, height} (16:9 inside it,
 * as object-fit: contain shows it), or null where no counter can be read. */
export function readCounter(picture, box) {
    const scale = Math.min(box.width / CLIP.width, box.height / CLIP.height);
    const left = box.x + (box.width - CLIP.width * scale) / 2;
    const top = box.y + (box.height - CLIP.height * scale) / 2;
    const bits = [];
    for (let i = 0; i < CLIP.blocks; i++) {
        const x = left + (CLIP.left + CLIP.side * (i + 0.5)) * scale;
        const y = top + CLIP.middle * scale;
        if (x >= picture.width || y >= picture.height) {
            return null;
        }
        bits.push(picture.grey(x, y) > 127 ? 1 : 0);
    }
    const sum = bits.slice(2).reduce((a, b) => a + b, 0);
    if (bits[0] !== 1 || bits[1] !== 0 || sum % 2 !== 0) {
        return null;
    }
    const counter = bits.slice(2, 2 + CLIP.bits).reduce((value, bit) => value * 2 + bit, 0);
    return counter < CLIP.frames ? counter : null;
}

/* Brightness at places of the box above the strip with the counter. */
export function sample(picture, box) {
    const values = [];
    for (let row = 0; row < 24; row++) {
        for (let column = 0; column < 48; column++) {
            values.push(picture.grey(box.x + (column + 0.5) * box.width / 48, box.y + (row + 0.5) * box.height * 0.9 / 24));
        }
    }
    return values;
}

/* camera -> [{index, counter, wallUs}] as camsim sent them. The last line may
 * be half written. */
export function readLedger(path) {
    const sent = new Map();
    for (const line of readFileSync(path, 'latin1').split('\n').slice(0, -1)) {
        const [camera, index, , wallUs] = line.split(' ').map(Number);
        if (!sent.has(camera)) {
            sent.set(camera, []);
        }
        sent.get(camera).push({index, counter: index % CLIP.frames, wallUs});
    }
    return sent;
}

/* When the frame with this counter was sent last before an instant. */
export function sentBefore(ledger, camera, counter, wallUs) {
    return ledger.get(camera)?.findLast((unit) => unit.counter === counter && unit.wallUs <= wallUs);
}

/* When it was sent nearest to an instant: clips repeat after 24 s. */
export function sentNear(ledger, camera, counter, wallUs) {
    const distance = (unit) => Math.abs(unit.wallUs - wallUs);
    return ledger.get(camera)?.filter((unit) => unit.counter === counter)
        .reduce((best, unit) => (best && distance(best) <= distance(unit) ? best : unit), undefined);
}
