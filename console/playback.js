/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded video: camera, time, purpose, reason; then the picture. */
import {get, post, remove} from './api.js';
import {coverageText, erasureText, flatten, placeText, retentionText} from './cameras.js';
import {announce, el, field, replace} from './dom.js';
import {SpanPlayer} from './player.js';
import {reasonFields} from './reason.js';
import {own, t, tOr} from './text.js';
import {Timeline, stateAt} from './timeline.js';
import {clockText, dateTimeText, dateValue, learnClock, nowUs, parseUs, timeValue, valuesToUs} from './time.js';

const RANGES_S = [600, 3600, 6 * 3600, 24 * 3600];
const LENGTHS_S = [60, 300, 600, 1800, 3600];
const POLL_MS = 5000;
const STREAM_SUB = 32768; /* added to a camera's number: its sub stream */

function rangeText(seconds) {
    return seconds < 3600 ? t('playback.minutes', {n: seconds / 60}) : t('playback.hours', {n: seconds / 3600});
}

function lengthText(seconds) {
    return seconds < 60 ? t('playback.seconds', {n: seconds}) : rangeText(seconds);
}

class PlaybackScreen {
    #list;
    #cameras;
    #camera;
    #coverage = null;
    #rangeS = 3600;
    #fromUs;
    #startUs;
    #lengthS = 300;
    #view = null;
    #isChosen = false; /* the start, by a person */
    #player = null;
    #previous = {};
    #poll;
    #mayHold;
    #mayExport;
    #exports; /* what taking video out asks for */
    #go;

    constructor({cameras, session, parameters, go}) {
        this.#list = cameras;
        this.#mayHold = session?.rights?.includes('hold') ?? false;
        this.#mayExport = session?.rights?.includes('export') ?? false;
        this.#exports = cameras?.exports;
        this.#go = go;
        this.#cameras = flatten(cameras);
        this.element = el('div.screen.playback');
        if (this.#cameras.length === 0) {
            replace(this.element, el('h1', {}, t('playback.title')), el('p.note', {}, t('wall.none')));
            return;
        }
        this.#camera = this.#cameras.find((camera) => camera.number === Number(parameters?.camera)) ?? this.#cameras[0];
        this.#timeline = new Timeline((us) => this.#pick(us));
        this.#build();
        this.#setCamera(this.#camera);
        this.#poll = setInterval(() => this.#load(), POLL_MS);
        this.#keys = (event) => this.#key(event);
        document.addEventListener('keydown', this.#keys);
    }

    #keys;
    #timeline;

    leave() {
        clearInterval(this.#poll);
        document.removeEventListener('keydown', this.#keys);
        this.#timeline?.destroy();
        this.#closeView();
    }

    update() {}

    /* ---- parts ---------------------------------------------------------- */

    #build() {
        const groups = [...new Set(this.#cameras.map((camera) => camera.group))];
        this.#cameraSelect = el('select', {onchange: (event) => this.#setCamera(this.#cameras.find((c) => c.number === Number(event.target.value)))},
            groups.map((group) => el('optgroup', {label: placeText(group)},
                this.#cameras.filter((c) => c.group === group).map((c) => el('option', {value: c.number}, own(c))))));
        this.#cameraSelect.value = this.#camera.number;
        this.#date = el('input', {type: 'date', required: true, onchange: () => this.#typed()});
        this.#time = el('input', {type: 'time', step: 1, required: true, onchange: () => this.#typed()});
        this.#length = el('select', {name: 'length', onchange: (event) => this.#setLength(Number(event.target.value))});
        this.#range = el('select', {
            name: 'range',
            'aria-label': t('timeline.range'),
            onchange: (event) => this.#setRange(Number(event.target.value)),
        }, RANGES_S.map((s) => el('option', {value: s}, rangeText(s))));
        this.#kept = el('p.hint');
        this.#stream = el('select', {name: 'stream'}, ['main', 'sub'].map((name) => el('option', {value: name}, t(`playback.stream.${name}`))));
        this.#streamField = field(t('playback.stream'), this.#stream);
        this.#askPlace = el('div');
        this.#stage = el('section.stage');
        replace(this.element,
            el('h1.unseen', {}, t('playback.title')),
            el('div.split', {},
                el('div.left', {}, this.#stage, this.#strip()),
                el('aside.card', {'aria-label': t('reason.title')},
                    field(t('playback.camera'), this.#cameraSelect), this.#kept,
                    el('div.row', {}, field(t('playback.date'), this.#date), field(t('playback.time'), this.#time)),
                    field(t('playback.length'), this.#length), this.#streamField,
                    this.#askPlace, el('div.row', {}, this.#spanButton('hold', this.#mayHold), this.#spanButton('export', this.#mayExport)))));
        this.#showIdle();
    }

    /* The timeline with its buttons. */
    #strip() {
        return el('section.card.time', {'aria-label': t('timeline.label')},
            el('div.row.tight', {},
                el('button', {type: 'button', onclick: () => this.#shift(-0.5)}, '← ', t('timeline.earlier')),
                this.#range,
                el('button', {type: 'button', onclick: () => this.#toNow()}, t('timeline.now')),
                el('button', {type: 'button', onclick: () => this.#shift(0.5)}, t('timeline.later'), ' →')),
            this.#timeline.element);
    }

    /* Takes the chosen span to where it is ordered to be kept, or to leave. */
    #spanButton(act, isAllowed) {
        if (!isAllowed) {
            return null;
        }
        return el('button', {
            type: 'button', dataset: {act},
            onclick: () => {
                const [from, to] = this.#spanUs().map(Math.round);
                this.#go(`${act}s`, {camera: this.#camera.number, from, to});
            },
        }, t(`playback.${act}`));
    }

    /* Where another person or the password is needed there is no file of a
     * view: only what is asked for on the page of exports. */
    #download(view, camera) {
        if (this.#exports?.second_person || this.#exports?.password_again || (camera.masks ?? []).length > 0) {
            return null;
        }
        return el('a.button', {href: `/api/v1/views/${view}/download.mp4`, download: ''}, t('playback.download'));
    }

    #cameraSelect;
    #date;
    #time;
    #length;
    #range;
    #kept;
    #stream;
    #streamField;
    #askPlace;
    #stage;
    #reason;

    #askAgain() {
        this.#reason = reasonFields(this.#camera.group.purposes ?? [], this.#list.purposes, this.#previous);
        const button = el('button.primary', {type: 'submit'}, t('playback.open'));
        replace(this.#askPlace, el('form', {
            noValidate: true,
            onsubmit: async (event) => {
                event.preventDefault();
                button.disabled = true;
                await this.#open();
                button.disabled = false;
            },
        }, this.#reason.element, button, el('p.hint', {}, t('reason.note'))));
    }

    #showIdle(message, tone = 'note') {
        replace(this.#stage, el('div.picture.idle', {},
            el(`p.${tone}`, tone === 'note' ? {} : {role: 'alert'}, message ?? t('playback.choose'))));
    }

    /* ---- choosing ------------------------------------------------------- */

    #setCamera(camera) {
        this.#closeView();
        this.#camera = camera;
        const {retention} = camera.group;
        const isShort = retention?.unit === 'seconds';
        this.#rangeS = isShort ? 600 : 3600;
        this.#range.value = this.#rangeS;
        const lengths = isShort ? [10, 30, ...LENGTHS_S.slice(0, 2)] : LENGTHS_S;
        replace(this.#length, lengths.map((s) => el('option', {value: s}, lengthText(s))));
        this.#lengthS = isShort ? 30 : 300;
        this.#length.value = this.#lengthS;
        this.#kept.textContent = [coverageText(camera.group), t('playback.kept', {period: retentionText(retention)})].filter(Boolean).join(' · ');
        this.#coverage = null;
        this.#isChosen = false;
        this.#stream.value = 'main';
        this.#streamField.hidden = !camera.sub_state;
        this.#askAgain();
        this.#showIdle();
        this.#toNow();
    }

    #setLength(seconds) {
        this.#lengthS = seconds;
        this.#isChosen = true;
        this.#showSpan();
    }

    #setRange(seconds) {
        const middle = this.#startUs;
        this.#rangeS = seconds;
        this.#moveTo(Math.min(middle - seconds * 0.5e6, nowUs() - seconds * 0.97e6));
    }

    #toNow() {
        this.#moveTo(nowUs() - this.#rangeS * 0.97e6);
        if (!this.#view) {
            this.#setStart(nowUs() - Math.max(this.#lengthS, 30) * 1e6);
        }
    }

    #shift(part) {
        this.#moveTo(this.#fromUs + part * this.#rangeS * 1e6);
    }

    #moveTo(fromUs) {
        this.#fromUs = Math.round(fromUs);
        this.#draw();
        this.#load();
    }

    #setStart(us) {
        this.#startUs = Math.floor(us / 1e6) * 1e6;
        this.#date.value = dateValue(this.#startUs);
        this.#time.value = timeValue(this.#startUs);
        this.#showSpan();
    }

    #typed() {
        const us = valuesToUs(this.#date.value, this.#time.value);
        if (!Number.isFinite(us)) {
            return;
        }
        this.#closeView();
        this.#isChosen = true;
        this.#setStart(us);
        this.#moveTo(us - this.#rangeS * 0.3e6);
    }

    /* On the timeline: inside the entered span it seeks, outside it chooses
     * where the next one begins. */
    #pick(us) {
        if (this.#view && us >= this.#view.from && us < this.#view.to) {
            this.#player?.seek(us);
            return;
        }
        if (this.#view) {
            this.#closeView();
            this.#showIdle();
        }
        this.#isChosen = true;
        this.#setStart(us);
        this.#explain(us);
    }

    /* Says at once what is known of an instant that cannot be played. */
    async #explain(us) {
        const found = stateAt(this.#coverage, us);
        if (found.state === 'destroyed') {
            this.#showIdle(await this.#destroyedText(found.destroyed), 'destroyed-note');
        } else if (found.state === 'gap') {
            this.#showIdle(t('timeline.gap.at', {cause: tOr(`cause.${found.gap.cause}`, found.gap.cause)}), 'warning');
        } else if (!this.#view) {
            this.#showIdle();
        }
    }

    #spanUs() {
        return this.#view ? [this.#view.from, this.#view.to] : [this.#startUs, Math.min(this.#startUs + this.#lengthS * 1e6, nowUs())];
    }

    #showSpan() {
        this.#timeline.setSpan(this.#spanUs());
        this.#timeline.setCursor(this.#player ? this.#player.shownUs : this.#startUs);
    }

    /* ---- what is recorded ------------------------------------------------ */

    async #load() {
        const camera = this.#camera;
        const [from, to] = [this.#fromUs, this.#fromUs + this.#rangeS * 1e6];
        try {
            const coverage = await get(`/cameras/${camera.number}/coverage?from=${from}&to=${Math.round(to)}`);
            if (camera !== this.#camera || from !== this.#fromUs) {
                return;
            }
            learnClock(coverage.clock_us);
            this.#coverage = coverage;
            this.#draw();
            this.#propose();
            this.#forgetDestroyed();
        } catch {
            /* the status line tells; the next poll tries again */
        }
    }

    /* Until somebody chooses: the newest that is there. */
    #propose() {
        const newest = this.#coverage.recorded?.at(-1);
        if (this.#isChosen || this.#view || !newest) {
            return;
        }
        this.#isChosen = true;
        this.#setStart(Math.max(newest[0] + 1e6, newest[1] - this.#lengthS * 1e6));
    }

    #draw() {
        this.#timeline.show(this.#fromUs, this.#fromUs + this.#rangeS * 1e6, this.#coverage);
    }

    /* What has been destroyed while it was open is not shown any longer. */
    async #forgetDestroyed() {
        for (const destroyed of this.#coverage?.destroyed ?? []) {
            if (!this.#view || destroyed.to_us <= this.#view.from || destroyed.from_us >= this.#view.to) {
                continue;
            }
            if (this.#player?.forget(destroyed.from_us, destroyed.to_us)) {
                const text = await this.#destroyedText(destroyed);
                this.#closeView();
                this.#showIdle(text, 'destroyed-note');
                return;
            }
        }
    }

    /* When and by which entry; the time of death stands in the entry. */
    async #destroyedText(destroyed) {
        let text = t('playback.destroyed.short', {n: destroyed.entry});
        try {
            const {entries} = await get(`/entries?before=${destroyed.entry + 1}&count=1`);
            const line = entries[0].n === destroyed.entry ? JSON.parse(entries[0].line) : null;
            text = t('playback.destroyed', {when: dateTimeText(parseUs(line.died)), n: destroyed.entry});
        } catch {
            /* not everybody may read the log: then without the time */
        }
        return `${text}\n${erasureText(this.#list)}`;
    }

    /* ---- looking --------------------------------------------------------- */

    async #open() {
        const why = this.#reason.read();
        if (!why) {
            return;
        }
        this.#previous = why;
        const [from, to] = this.#spanUs().map(Math.round);
        const camera = this.#camera;
        try {
            const stream = this.#stream.value;
            const view = await post('/views', {camera: camera.number, stream, from, to, ...why});
            this.#closeView();
            this.#view = {view: view.view, entry: view.entry, from: view.from_us ?? from, to: view.to_us ?? to, camera,
                stream: stream === 'sub' ? camera.number + STREAM_SUB : camera.number};
        } catch (error) {
            this.#reason.tell(error.message);
            return;
        }
        this.#showPlayer();
    }

    #showPlayer() {
        const {view, entry, from, to, camera, stream} = this.#view;
        const video = el('video', {playsInline: true, disablePictureInPicture: true, tabIndex: -1,
            'aria-label': t('playback.video', {camera: own(camera)})});
        video.muted = true;
        const message = el('p.message', {role: 'status'});
        const clock = el('span.clock', {}, dateTimeText(from));
        const toggle = el('button.round', {type: 'button', onclick: () => this.#toggle()}, t('playback.pause'));
        const speed = el('select', {'aria-label': t('playback.speed'), onchange: (event) => this.#player?.setSpeed(Number(event.target.value))},
            [0.5, 1, 2, 4].map((rate) => el('option', {value: rate, selected: rate === 1}, `${rate}×`)));
        const note = t('wall.entry', {n: entry});
        replace(this.#stage,
            el('header.bar', {},
                el('h2', {}, own(camera)),
                el('p.entry', {}, el('span.mark', {'aria-hidden': 'true'}), note)),
            el('div.picture', {dataset: {role: 'player'}}, video, message, clock),
            el('div.controls', {},
                toggle,
                el('button', {type: 'button', onclick: () => this.#jump(-10)}, t('playback.back')),
                el('button', {type: 'button', onclick: () => this.#jump(10)}, t('playback.forward')),
                speed,
                el('span.spread'),
                this.#download(view, camera),
                el('button', {type: 'button', onclick: () => this.#end()}, t('playback.close'))),
            el('p.hint', {}, t('playback.keys')));
        announce(note);
        const tell = (text) => {
            message.textContent = text;
            message.hidden = text === '';
        };
        tell(t('app.loading'));
        this.#player = new SpanPlayer(video, {
            view, camera: stream, span: [from, to],
            events: {
                onTime: (us) => {
                    clock.textContent = dateTimeText(us);
                    this.#timeline.setCursor(us);
                },
                onState: (state) => {
                    toggle.textContent = t(this.#player?.isPlaying ?? true ? 'playback.pause' : 'playback.play');
                    if (state === 'playing') {
                        tell('');
                    } else if (state === 'loading') {
                        tell(t('app.loading'));
                    } else {
                        tell(state === 'end' ? t('playback.end') : '');
                    }
                },
                onSkip: (fromUs, toUs) => this.#skipped(fromUs, toUs),
                onProblem: (problem) => this.#problem(problem, tell),
            },
        });
        this.#showSpan();
        this.#loadMotion();
        toggle.focus({preventScroll: true});
    }

    /* Where the camera told of motion, piece by piece. */
    async #loadMotion() {
        const view = this.#view;
        const spans = [];
        let at = view.from;
        try {
            while (at !== 0 && at < view.to) {
                const found = await get(`/views/${view.view}/motion?camera=${view.stream}&from=${at}`);
                if (view !== this.#view) {
                    return;
                }
                spans.push(...found.spans);
                this.#timeline.setMotion(spans);
                at = found.next;
            }
        } catch {
            /* without marks: the pictures count */
        }
    }

    #skipped(fromUs, toUs) {
        const found = stateAt(this.#coverage, (fromUs + toUs) / 2);
        const cause = found.state === 'gap' ? tOr(`cause.${found.gap.cause}`, found.gap.cause)
            : found.state === 'destroyed' ? t('timeline.destroyed.at', {n: found.destroyed.entry}) : t('playback.unknown');
        announce(t('playback.skipped', {from: clockText(fromUs), to: clockText(toUs), cause}));
    }

    async #problem(problem, tell) {
        if (problem === 'h265' || problem === 'unsupported') {
            tell(t(`playback.${problem}`));
            return;
        }
        /* Nothing there: perhaps it has been destroyed. */
        await this.#load();
        const span = this.#view ? [this.#view.from, this.#view.to] : this.#spanUs();
        const destroyed = this.#coverage?.destroyed?.find((d) => d.from_us < span[1] && d.to_us > span[0]);
        if (destroyed && (problem === 'empty' || problem.status === 404 || problem.status === 410)) {
            tell(await this.#destroyedText(destroyed));
        } else {
            tell(problem === 'empty' ? t('playback.empty') : problem.message);
        }
    }

    #toggle() {
        if (this.#player?.isPlaying) {
            this.#player.pause();
        } else {
            this.#player?.play();
        }
    }

    #jump(seconds) {
        if (this.#player) {
            this.#player.seek(this.#player.shownUs + seconds * 1e6);
        }
    }

    #end() {
        this.#closeView();
        this.#showIdle();
        this.#showSpan();
    }

    #closeView() {
        this.#player?.destroy();
        this.#player = null;
        if (this.#view) {
            remove(`/views/${this.#view.view}`, {keepalive: true}).catch(() => {});
            this.#view = null;
            this.#timeline.setMotion([]);
        }
    }

    #key(event) {
        const isTyping = /^(INPUT|SELECT|TEXTAREA|BUTTON|A)$/.test(event.target.tagName);
        if (!this.#player || event.altKey || event.ctrlKey || event.metaKey) {
            return;
        }
        if (event.key === ' ' && !isTyping) {
            event.preventDefault();
            this.#toggle();
        } else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
            event.preventDefault();
            this.#jump((event.shiftKey ? 30 : 5) * (event.key === 'ArrowLeft' ? -1 : 1));
        }
    }
}

export function playbackScreen(options) {
    const screen = new PlaybackScreen(options);
    return {element: screen.element, update: () => screen.update(), leave: () => screen.leave()};
}
