/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wall's one stream: frames of all cameras in one answer,
 *
 *   camera u32, kind u8 (1 init, 2 fragment), zero x3, time i64 us, size u32,
 *   bytes    big-endian
 *
 * and a tile per camera that plays them at the live edge.
 */
import {open} from './api.js';
import {VideoBuffer} from './buffer.js';
import {canShow, describeInit} from './mp4.js';
import {nowUs} from './time.js';

const HEADER = 20;
const FRAME_MAX = 80 * 1024 * 1024;
const KIND_INIT = 1;

const EDGE_S = 0.3; /* how far behind the newest picture a tile plays */
const LATE_S = 1.0; /* further behind than this: jump */
const KEEP_S = 6;   /* of what has been shown */
const TRIM_S = 12;

/* Cuts a stream of bytes into frames. */
class FrameReader {
    #parts = [];
    #size = 0;

    push(bytes) {
        this.#parts.push(bytes);
        this.#size += bytes.length;
    }

    #take(size) {
        const taken = new Uint8Array(size);
        let at = 0;
        while (at < size) {
            const part = this.#parts[0];
            const use = Math.min(part.length, size - at);
            taken.set(part.subarray(0, use), at);
            at += use;
            if (use === part.length) {
                this.#parts.shift();
            } else {
                this.#parts[0] = part.subarray(use);
            }
        }
        this.#size -= size;
        return taken;
    }

    #header = null;

    next() {
        if (!this.#header) {
            if (this.#size < HEADER) {
                return null;
            }
            const view = new DataView(this.#take(HEADER).buffer);
            this.#header = {
                camera: view.getUint32(0), kind: view.getUint8(4),
                timeUs: Number(view.getBigInt64(8)), size: view.getUint32(16),
            };
            if (this.#header.size > FRAME_MAX) {
                throw new Error('frame');
            }
        }
        if (this.#size < this.#header.size) {
            return null;
        }
        const frame = {...this.#header, bytes: this.#take(this.#header.size)};
        this.#header = null;
        return frame;
    }
}

/* Plays one camera. onState('waiting' | 'playing' | 'h265' | 'unsupported') */
export class LiveTile {
    #video;
    #onState;
    #buffer = null;
    #codec = '';
    #originUs = 0;
    #lastUs = 0;
    #edgeS = 0;
    #stuckAt = -1;
    #stuckSince = 0;

    constructor(video, onState) {
        this.#video = video;
        this.#onState = onState;
    }

    take(frame) {
        if (frame.kind === KIND_INIT) {
            this.#begin(frame);
        } else if (this.#buffer) {
            this.#lastUs = frame.timeUs;
            this.#buffer.append(frame.bytes).then((done) => done && this.#follow());
        }
    }

    #begin(frame) {
        const {codec, isH265} = describeInit(frame.bytes);
        this.stop();
        this.#lastUs = frame.timeUs;
        if (!canShow(codec)) {
            this.#onState(isH265 ? 'h265' : 'unsupported');
            return;
        }
        this.#codec = codec;
        this.#originUs = frame.timeUs;
        this.#buffer = new VideoBuffer(this.#video, codec, () => this.#restart());
        this.#init = frame;
        this.#buffer.append(frame.bytes);
    }

    #init = null;

    /* The decoder gave up: begin anew with the next picture that can stand
     * alone (the browser waits for it by itself). */
    #restart() {
        const init = this.#init;
        this.stop();
        if (init) {
            setTimeout(() => this.#begin(init), 500);
        }
    }

    #follow() {
        const ranges = this.#buffer?.ranges;
        if (!ranges || ranges.length === 0) {
            return;
        }
        const video = this.#video;
        const end = ranges.end(ranges.length - 1);
        const start = ranges.start(ranges.length - 1);
        this.#edgeS = end;
        if (video.currentTime < start || end - video.currentTime > LATE_S + EDGE_S) {
            video.currentTime = Math.max(start, end - EDGE_S);
        } else {
            /* Gently towards the edge, and not beyond it, unseen. */
            const behind = end - video.currentTime;
            video.playbackRate = behind > EDGE_S + 0.4 ? 1.1 : behind < EDGE_S / 2 ? 0.9 : 1;
        }
        if (video.paused) {
            video.play().catch(() => {});
        }
        if (ranges.start(0) < video.currentTime - TRIM_S) {
            this.#buffer.remove(0, video.currentTime - KEEP_S);
        }
    }

    /* Called now and then: unsticks a video that stands still while newer
     * pictures are there, and says how it stands. */
    check() {
        if (!this.#buffer) {
            return null;
        }
        const video = this.#video;
        const isStuck = video.currentTime === this.#stuckAt && this.#edgeS - video.currentTime > EDGE_S;
        if (!isStuck) {
            this.#stuckAt = video.currentTime;
            this.#stuckSince = performance.now();
        } else if (performance.now() - this.#stuckSince > 1500) {
            this.#stuckSince = performance.now();
            video.currentTime = Math.max(0, this.#edgeS - EDGE_S);
            video.play().catch(() => {});
        }
        const hasPicture = video.readyState >= 2;
        const silentS = (nowUs() - this.#lastUs) / 1e6;
        this.#onState(silentS > 5 ? 'stalled' : hasPicture ? 'playing' : 'waiting');
        return hasPicture ? Math.max(0, (nowUs() - this.shownUs) / 1e6) : null;
    }

    get shownUs() {
        return this.#originUs + this.#video.currentTime * 1e6;
    }

    stop() {
        this.#buffer?.destroy();
        this.#buffer = null;
        this.#edgeS = 0;
        this.#stuckAt = -1;
    }
}

/*
 * Reads the stream of a view until stop() or its end. onFrame(frame);
 * onBroken() each time it breaks off; onEnd(error or null).
 */
export function readLive(view, {onFrame, onBroken, onEnd}) {
    const abort = new AbortController();
    let tries = 0;

    /* A fault of one tile is told, but does not end the others. */
    function give(frame) {
        try {
            onFrame(frame);
        } catch (error) {
            window.reportError(error);
        }
    }

    async function once() {
        const response = await open('GET', `/live/${view}/stream`, {signal: abort.signal});
        const reader = response.body.getReader();
        const frames = new FrameReader();
        for (;;) {
            const {done, value} = await reader.read();
            if (done) {
                return;
            }
            frames.push(value);
            for (let frame = frames.next(); frame; frame = frames.next()) {
                tries = 0;
                give(frame);
            }
        }
    }

    async function run() {
        for (;;) {
            try {
                await once();
                /* The recorder ended it: the view is closed, or it restarts. */
            } catch (error) {
                if (abort.signal.aborted) {
                    return;
                }
                if (error.status >= 400 && error.status < 500) {
                    onEnd(error);
                    return;
                }
            }
            if (++tries > 20) {
                onEnd(null);
                return;
            }
            onBroken();
            await new Promise((resolve) => setTimeout(resolve, Math.min(3000, 300 * tries)));
        }
    }

    run();
    return {stop: () => abort.abort()};
}
