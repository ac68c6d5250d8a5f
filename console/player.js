/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays an entered span: fetches pieces of it and hands them to the browser.
 *
 * The time line of the video element is the recorder's clock minus an origin
 * before the span, so that a place in the video is an instant, and a gap in
 * the recording is a gap in the buffer.
 */
import {open} from './api.js';
import {VideoBuffer} from './buffer.js';
import {canShow} from './mp4.js';

const AHEAD_S = 20;       /* fetched ahead of what is shown */
const BEHIND_S = 60;      /* kept behind it */
const LEAD_US = 600e6;    /* pictures begin at the IDR before the span */
const CHECK_MS = 250;
const RETRIES = 5;
const SLACK_S = 0.25;     /* less than this is no gap */

/*
 * events: onTime(us), onState('loading' | 'playing' | 'paused' | 'end'),
 * onSkip(fromUs, toUs), onProblem('h265' | 'unsupported' | 'empty' | error).
 */
export class SpanPlayer {
    #video;
    #view;
    #camera;
    #span;
    #events;
    #originUs;
    #buffer = null;
    #codec = '';
    #nextUs;
    #fetching = null;
    #isAtEnd = false;
    #hasAny = false;
    #wantsUs;
    #wantsPlay = true;
    #timer;

    constructor(video, {view, camera, span, events}) {
        this.#video = video;
        this.#view = view;
        this.#camera = camera;
        this.#span = span;
        this.#events = events;
        this.#originUs = span[0] - LEAD_US;
        this.#nextUs = span[0];
        this.#wantsUs = span[0];
        this.#timer = setInterval(() => this.#check(), CHECK_MS);
        this.#events.onState('loading');
        this.#fill();
    }

    get shownUs() {
        return this.#wantsUs ?? this.#originUs + this.#video.currentTime * 1e6;
    }

    get isPlaying() {
        return this.#wantsPlay;
    }

    play() {
        this.#wantsPlay = true;
        if (this.shownUs >= this.#span[1] - 0.5e6) {
            this.seek(this.#span[0]);
        }
        this.#check();
    }

    pause() {
        this.#wantsPlay = false;
        this.#video.pause();
        this.#events.onState('paused');
    }

    setSpeed(rate) {
        this.#video.playbackRate = rate;
        this.#video.defaultPlaybackRate = rate;
    }

    seek(us) {
        const target = Math.min(this.#span[1] - 0.2e6, Math.max(this.#span[0], us));
        this.#wantsUs = target;
        this.#events.onTime(target);
        const range = this.#rangeAt(this.#seconds(target));
        this.#fetchFrom(range ? this.#us(range[1]) : target);
        if (range) {
            this.#land();
        } else {
            this.#events.onState('loading');
        }
        this.#fill();
    }

    /* What is fetched goes on where what is shown ends, not where the last
     * seek left it: else the part between would be skipped as if missing. */
    #fetchFrom(us) {
        if (Math.abs(this.#nextUs - us) < SLACK_S * 1e6) {
            return;
        }
        this.#fetching?.abort();
        this.#fetching = null;
        this.#nextUs = Math.round(us);
        this.#isAtEnd = us >= this.#span[1];
    }

    /* This part is gone for good: neither kept nor shown any longer. */
    forget(fromUs, toUs) {
        const isShown = this.shownUs >= fromUs && this.shownUs < toUs;
        this.#buffer?.remove(this.#seconds(fromUs), this.#seconds(toUs));
        if (isShown) {
            this.pause();
        }
        return isShown;
    }

    destroy() {
        clearInterval(this.#timer);
        this.#fetching?.abort();
        this.#buffer?.destroy();
        this.#buffer = null;
    }

    #seconds(us) {
        return (us - this.#originUs) / 1e6;
    }

    #us(seconds) {
        return this.#originUs + seconds * 1e6;
    }

    /* [start, end] of the buffered range that holds this place, or null. */
    #rangeAt(seconds) {
        const ranges = this.#buffer?.ranges ?? {length: 0};
        for (let i = 0; i < ranges.length; i++) {
            if (seconds >= ranges.start(i) - SLACK_S && seconds < ranges.end(i) - 0.01) {
                return [ranges.start(i), ranges.end(i)];
            }
        }
        return null;
    }

    /* The next pictures after this place, once all before them is known. */
    #rangeAfter(seconds) {
        const ranges = this.#buffer?.ranges ?? {length: 0};
        for (let i = 0; i < ranges.length; i++) {
            if (ranges.start(i) > seconds) {
                const isNext = this.#isAtEnd || this.#seconds(this.#nextUs) > ranges.start(i);
                return isNext ? [ranges.start(i), ranges.end(i)] : null;
            }
        }
        return null;
    }

    /* The place asked for is buffered, or what follows it is. */
    #land() {
        const wanted = this.#seconds(this.#wantsUs);
        const here = this.#rangeAt(wanted);
        const range = here ?? this.#rangeAfter(wanted);
        if (!range) {
            return;
        }
        if (!here && range[0] - wanted > SLACK_S) {
            this.#events.onSkip(this.#wantsUs, this.#us(range[0]));
        }
        this.#video.currentTime = Math.max(range[0] + 0.001, Math.min(wanted, range[1] - 0.05));
        this.#wantsUs = undefined;
        if (this.#wantsPlay) {
            this.#video.play().catch(() => {});
        } else {
            this.#events.onState('paused');
        }
    }

    /* Fetches until enough is ahead. */
    async #fill() {
        if (this.#fetching || this.#isAtEnd || !this.#needsMore()) {
            return;
        }
        const abort = new AbortController();
        this.#fetching = abort;
        try {
            await this.#fetchOne(abort.signal);
        } catch (error) {
            if (!abort.signal.aborted) {
                this.#isAtEnd = true;
                this.#events.onProblem(error);
            }
        }
        if (this.#fetching === abort) {
            this.#fetching = null;
        }
        if (!abort.signal.aborted && this.#buffer !== undefined) {
            queueMicrotask(() => this.#fill());
        }
    }

    /* Until there is something at or behind the place shown, always. */
    #needsMore() {
        const place = this.#seconds(this.shownUs);
        return (!this.#rangeAt(place) && !this.#rangeAfter(place)) ||
            this.#nextUs - this.shownUs < AHEAD_S * 1e6;
    }

    async #request(signal) {
        for (let tries = 1; ; tries++) {
            try {
                return await open('GET', `/views/${this.#view}/media?camera=${this.#camera}&from=${Math.round(this.#nextUs)}`, {signal});
            } catch (error) {
                const isPassing = error.status === 0 || error.status === 503;
                if (!isPassing || tries > RETRIES) {
                    throw error;
                }
                await new Promise((resolve) => setTimeout(resolve, 400 * tries));
            }
        }
    }

    async #fetchOne(signal) {
        const response = await this.#request(signal);
        const header = (name) => response.headers.get(`X-Haechi-${name}`);
        const nextUs = Number(header('Next') ?? 0);
        if (response.status !== 204) {
            const bytes = await response.arrayBuffer();
            if (signal.aborted || !await this.#append(bytes, header)) {
                return;
            }
        }
        if (signal.aborted) {
            return;
        }
        if (nextUs <= this.#nextUs || nextUs >= this.#span[1]) {
            this.#isAtEnd = true;
            if (!this.#hasAny) {
                this.#events.onProblem('empty');
            }
        } else {
            this.#nextUs = nextUs;
        }
        if (this.#wantsUs !== undefined) {
            this.#land();
        }
    }

    async #append(bytes, header) {
        const codec = header('Codec');
        if (!canShow(codec)) {
            this.#isAtEnd = true;
            this.#events.onProblem(/^(hvc1|hev1)/.test(codec) ? 'h265' : 'unsupported');
            return false;
        }
        if (!this.#buffer) {
            this.#buffer = new VideoBuffer(this.#video, codec, (error) => this.#events.onProblem(error));
            this.#buffer.setDuration(this.#seconds(this.#span[1]));
        } else if (codec !== this.#codec) {
            await this.#buffer.changeCodec(codec);
        }
        this.#codec = codec;
        this.#hasAny = true;
        return this.#buffer.append(bytes, this.#seconds(Number(header('Start'))));
    }

    /* Now and then: time, end, gaps, what lies behind. */
    #check() {
        if (!this.#buffer) {
            return;
        }
        const video = this.#video;
        this.#fill();
        if (this.#wantsUs !== undefined) {
            this.#land();
            return;
        }
        this.#events.onTime(this.shownUs);
        if (this.shownUs >= this.#span[1] - 0.15e6) {
            this.#finish();
            return;
        }
        if (!this.#rangeAt(video.currentTime + 0.02)) {
            this.#crossGap();
        } else if (this.#wantsPlay && video.paused) {
            video.play().catch(() => {});
        }
        if (this.#wantsPlay) {
            this.#events.onState(video.readyState >= 3 ? 'playing' : 'loading');
        }
        this.#buffer.remove(0, video.currentTime - BEHIND_S);
    }

    #crossGap() {
        const after = this.#rangeAfter(this.#video.currentTime);
        if (after) {
            this.#events.onSkip(this.shownUs, this.#us(after[0]));
            this.#video.currentTime = after[0] + 0.001;
        } else if (this.#isAtEnd) {
            this.#finish();
        } else {
            this.#events.onState('loading');
        }
    }

    #finish() {
        if (this.#wantsPlay) {
            this.#wantsPlay = false;
            this.#video.pause();
            this.#events.onState('end');
        }
    }
}
