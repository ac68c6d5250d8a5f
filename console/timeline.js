/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strip of time: recorded, missing (with its cause), destroyed (with its
 * entry), the entered span, motion in it, and the present moment. A slider for the keyboard
 * and for screen readers.
 */
import {el, replace} from './dom.js';
import {t, tOr} from './text.js';
import {clockText, dateText, minuteText} from './time.js';

const NS = 'http://www.w3.org/2000/svg';
const HEIGHT = 64;
const STEPS_S = [10, 30, 60, 300, 600, 1800, 3600, 7200, 14400];

function shape(name, attributes) {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) {
        element.setAttribute(key, value);
    }
    return element;
}

/* What stands at an instant: {state, gap | destroyed}. */
export function stateAt(coverage, us) {
    const destroyed = coverage?.destroyed?.find((d) => us >= d.from_us && us < d.to_us);
    if (destroyed) {
        return {state: 'destroyed', destroyed};
    }
    if (coverage?.recorded?.some(([from, to]) => us >= from && us < to)) {
        return {state: 'recorded'};
    }
    const gap = coverage?.gaps?.find((g) => us >= g.from_us && us < g.to_us);
    return gap ? {state: 'gap', gap} : {state: 'none'};
}

export function stateSentence(found) {
    switch (found.state) {
    case 'destroyed':
        return t('timeline.destroyed.at', {n: found.destroyed.entry});
    case 'gap':
        return t('timeline.gap.at', {cause: tOr(`cause.${found.gap.cause}`, found.gap.cause)});
    case 'recorded':
        return t('timeline.recorded');
    default:
        return t('timeline.none');
    }
}

/* onPick(us) where a person chooses an instant. */
export class Timeline {
    #svg;
    #tip;
    #onPick;
    #fromUs = 0;
    #toUs = 1;
    #coverage = null;
    #cursorUs = 0;
    #span = null;
    #motion = [];

    constructor(onPick) {
        this.#onPick = onPick;
        this.#svg = shape('svg', {
            height: HEIGHT, tabindex: '0', role: 'slider', 'aria-label': t('timeline.label'),
            preserveAspectRatio: 'none', class: 'strip',
        });
        this.#tip = el('div.tip', {hidden: true, 'aria-hidden': 'true'});
        this.element = el('div.timeline', {}, this.#svg, this.#tip, this.#legend());
        this.#svg.addEventListener('click', (event) => this.#onPick(this.#usAt(event.clientX)));
        this.#svg.addEventListener('pointermove', (event) => this.#hover(event));
        this.#svg.addEventListener('pointerleave', () => {
            this.#tip.hidden = true;
        });
        this.#svg.addEventListener('keydown', (event) => this.#key(event));
        this.#watch = new ResizeObserver(() => this.#draw());
        this.#watch.observe(this.#svg);
    }

    #watch;

    destroy() {
        this.#watch.disconnect();
    }

    show(fromUs, toUs, coverage) {
        this.#fromUs = fromUs;
        this.#toUs = toUs;
        this.#coverage = coverage;
        this.#draw();
    }

    setCursor(us) {
        this.#cursorUs = us;
        this.#placeCursor();
    }

    /* [from, to] of the entered span, or null. */
    setSpan(span) {
        this.#span = span;
        this.#draw();
    }

    /* Spans [from, to] in which the camera told of motion. */
    setMotion(spans) {
        this.#motion = spans;
        this.#draw();
    }

    #legend() {
        return el('ul.legend', {'aria-hidden': 'true'},
            ['recorded', 'gap', 'destroyed', 'view', 'motion'].map((name) =>
                el('li', {}, el(`span.swatch.${name}`), t(`timeline.${name}`))));
    }

    #width() {
        return Math.max(1, this.#svg.clientWidth);
    }

    #x(us) {
        return (us - this.#fromUs) / (this.#toUs - this.#fromUs) * this.#width();
    }

    #usAt(clientX) {
        const box = this.#svg.getBoundingClientRect();
        const part = Math.min(1, Math.max(0, (clientX - box.left) / box.width));
        return Math.round(this.#fromUs + part * (this.#toUs - this.#fromUs));
    }

    #block(fromUs, toUs, name, title, y = 6, height = 30) {
        const from = Math.max(0, this.#x(fromUs));
        const to = Math.min(this.#width(), this.#x(toUs));
        if (to <= from) {
            return null;
        }
        const rect = shape('rect', {x: from, y, width: Math.max(1, to - from), height, class: name});
        if (title) {
            const element = shape('title', {});
            element.textContent = title;
            rect.append(element);
        }
        return rect;
    }

    #draw() {
        const width = this.#width();
        this.#svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
        const pattern = shape('pattern', {id: 'hatch', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)'});
        pattern.append(shape('rect', {width: 7, height: 7, class: 'hatch-ground'}), shape('rect', {width: 3, height: 7, class: 'hatch-line'}));
        const defs = shape('defs', {});
        defs.append(pattern);
        const {recorded = [], gaps = [], destroyed = []} = this.#coverage ?? {};
        const parts = [
            defs,
            shape('rect', {x: 0, y: 6, width, height: 30, class: 'ground'}),
            ...recorded.map(([from, to]) => this.#block(from, to, 'recorded')),
            ...gaps.map((gap) => this.#block(gap.from_us, gap.to_us, 'gap', stateSentence({state: 'gap', gap}))),
            ...destroyed.map((d) => this.#block(d.from_us, d.to_us, 'destroyed', stateSentence({state: 'destroyed', destroyed: d}))),
            this.#span && this.#block(this.#span[0], this.#span[1], 'view'),
            ...this.#motion.map(([from, to]) => this.#block(from, to, 'motion', t('timeline.motion'), 30, 6)),
            ...this.#ticks(),
        ];
        this.#cursor = shape('line', {y1: 0, y2: 42, class: 'cursor'});
        replace(this.#svg, parts, this.#cursor);
        this.#placeCursor();
    }

    #cursor = null;

    #ticks() {
        const lengthS = (this.#toUs - this.#fromUs) / 1e6;
        const most = this.#width() / 90;
        const step = STEPS_S.find((s) => lengthS / s <= most) ?? STEPS_S.at(-1);
        const parts = [];
        for (let s = Math.ceil(this.#fromUs / 1e6 / step) * step; s <= this.#toUs / 1e6; s += step) {
            const x = this.#x(s * 1e6);
            const label = shape('text', {x, y: 56, class: 'tick'});
            label.textContent = step < 60 ? clockText(s * 1e6) : minuteText(s * 1e6);
            parts.push(shape('line', {x1: x, x2: x, y1: 36, y2: 42, class: 'tick-line'}), label);
        }
        return parts;
    }

    #placeCursor() {
        const x = this.#x(this.#cursorUs);
        const isVisible = x >= 0 && x <= this.#width();
        this.#cursor?.setAttribute('x1', x);
        this.#cursor?.setAttribute('x2', x);
        this.#cursor?.setAttribute('visibility', isVisible ? 'visible' : 'hidden');
        this.#svg.setAttribute('aria-valuemin', Math.round(this.#fromUs / 1e6));
        this.#svg.setAttribute('aria-valuemax', Math.round(this.#toUs / 1e6));
        this.#svg.setAttribute('aria-valuenow', Math.round(this.#cursorUs / 1e6));
        this.#svg.setAttribute('aria-valuetext', this.#sentence(this.#cursorUs));
    }

    #sentence(us) {
        const state = stateSentence(stateAt(this.#coverage, us));
        const moves = this.#motion.some(([from, to]) => us >= from && us < to);
        return t('timeline.at', {time: `${dateText(us)} ${clockText(us)}`, state: moves ? `${state}, ${t('timeline.motion')}` : state});
    }

    #hover(event) {
        const us = this.#usAt(event.clientX);
        const box = this.element.getBoundingClientRect();
        this.#tip.textContent = `${clockText(us)} · ${stateSentence(stateAt(this.#coverage, us))}`;
        this.#tip.hidden = false;
        const x = Math.min(box.width - this.#tip.offsetWidth, Math.max(0, event.clientX - box.left - this.#tip.offsetWidth / 2));
        this.#tip.style.transform = `translateX(${x}px)`;
    }

    #key(event) {
        const step = (event.shiftKey ? 30 : 5) * 1e6;
        const moves = {
            ArrowLeft: -step, ArrowRight: step, ArrowDown: -step, ArrowUp: step,
            PageDown: -300e6, PageUp: 300e6,
        };
        let us = this.#cursorUs;
        if (event.key in moves) {
            us += moves[event.key];
        } else if (event.key === 'Home') {
            us = this.#span?.[0] ?? this.#fromUs;
        } else if (event.key === 'End') {
            us = (this.#span?.[1] ?? this.#toUs) - 1e6;
        } else {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        this.#onPick(us);
    }
}
