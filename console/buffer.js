/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Media Source with one video track, whose operations wait for one another.
 * A full buffer is trimmed and tried again; any other failure is told once.
 */
export class VideoBuffer {
    #video;
    #source = new MediaSource();
    #url;
    #track = null;
    #queue = [];
    #isOver = false;
    #onFailure;

    constructor(video, codec, onFailure) {
        this.#video = video;
        this.#onFailure = onFailure;
        this.#url = URL.createObjectURL(this.#source);
        this.#source.addEventListener('sourceopen', () => {
            if (this.#isOver || this.#track) {
                return;
            }
            try {
                this.#track = this.#source.addSourceBuffer(`video/mp4; codecs="${codec}"`);
                this.#track.mode = 'segments';
                this.#track.addEventListener('updateend', () => this.#next());
                this.#track.addEventListener('error', () => this.#fail(new Error('append')));
                this.#next();
            } catch (error) {
                this.#fail(error);
            }
        });
        video.src = this.#url;
    }

    get ranges() {
        return this.#track ? this.#track.buffered : this.#video.buffered;
    }

    /* Resolves when the bytes are part of the buffer. */
    append(bytes, offsetS) {
        return this.#enqueue((track) => {
            if (offsetS !== undefined && track.timestampOffset !== offsetS) {
                track.timestampOffset = offsetS;
            }
            track.appendBuffer(bytes);
        }, true);
    }

    remove(fromS, toS) {
        return toS > fromS ? this.#enqueue((track) => track.remove(Math.max(0, fromS), toS)) : Promise.resolve();
    }

    setDuration(seconds) {
        return this.#enqueue(() => {
            this.#source.duration = seconds;
        });
    }

    changeCodec(codec) {
        return this.#enqueue((track) => track.changeType(`video/mp4; codecs="${codec}"`));
    }

    destroy() {
        this.#isOver = true;
        for (const {resolve} of this.#queue.splice(0)) {
            resolve(false);
        }
        this.#video.pause();
        this.#video.removeAttribute('src');
        this.#video.load();
        URL.revokeObjectURL(this.#url);
    }

    #enqueue(run, isAppend = false) {
        return new Promise((resolve) => {
            this.#queue.push({run, resolve, isAppend, isStarted: false});
            this.#next();
        });
    }

    #next() {
        if (this.#isOver || !this.#track || this.#track.updating || this.#source.readyState === 'closed') {
            return;
        }
        if (this.#queue[0]?.isStarted) {
            this.#queue.shift().resolve(true);
        }
        const step = this.#queue[0];
        if (!step) {
            return;
        }
        step.isStarted = true;
        try {
            step.run(this.#track);
        } catch (error) {
            this.#recover(step, error);
            return;
        }
        if (!this.#track.updating) {
            queueMicrotask(() => this.#next());
        }
    }

    /* The browser's quota: forget what lies behind, then once more. */
    #recover(step, error) {
        const end = this.#video.currentTime - 2;
        if (error.name === 'QuotaExceededError' && step.isAppend && !step.wasRetried && end > 0) {
            step.wasRetried = true;
            step.isStarted = false;
            this.#queue.unshift({run: (track) => track.remove(0, end), resolve: () => {}, isStarted: true});
            this.#track.remove(0, end);
            return;
        }
        this.#fail(error);
    }

    #fail(error) {
        if (!this.#isOver) {
            this.#onFailure(error);
        }
    }
}
