/* SPDX-License-Identifier: Apache-2.0 */
/* Live video of all cameras, after purpose and reason. */
import {post, remove} from './api.js';
import {commonPurposes, countsOnly, coverageText, flatten, isAsPromised, isRecording, maskText, placeText, stateText} from './cameras.js';
import {announce, el, replace} from './dom.js';
import {LiveTile, readLive} from './live.js';
import {reasonFields} from './reason.js';
import {own, t} from './text.js';
import {clockText, parseUs} from './time.js';

const CHECK_MS = 500;

/* One camera's place on the wall. */
class Tile {
    constructor(camera, go) {
        this.camera = camera;
        this.video = el('video', {muted: true, playsInline: true, disablePictureInPicture: true,
            'aria-label': t('playback.video', {camera: own(camera)})});
        this.video.muted = true;
        this.delay = el('span.delay', {title: t('tile.delay.label'), hidden: true});
        this.state = el('span.state');
        this.masks = el('span.masks');
        this.message = el('p.message', {}, t('tile.waiting'));
        this.enlarge = el('button.quiet', {type: 'button', 'aria-pressed': 'false', onclick: () => this.toggle()});
        this.nameEnlarge(false);
        this.element = el('article.tile', {'aria-label': own(camera), dataset: {camera: camera.number}},
            el('div.picture', {ondblclick: () => this.toggle()}, this.video, this.message, this.delay),
            el('footer', {},
                el('span.dot', {'aria-hidden': 'true'}),
                el('span.label', {}, el('span.name', {}, own(camera)), this.masks, this.state),
                el('span.tools', {},
                    el('button.quiet', {
                        type: 'button', title: t('tile.playback'), 'aria-label': t('tile.playback'),
                        onclick: () => go('playback', {camera: camera.number}),
                    }, '↺'),
                    this.enlarge)));
        this.player = new LiveTile(this.video, (state) => this.show(state));
        this.update(camera);
        this.show('waiting');
    }

    toggle() {
        const isLarge = this.element.classList.toggle('large');
        this.enlarge.setAttribute('aria-pressed', String(isLarge));
        this.nameEnlarge(isLarge);
        if (isLarge) {
            this.element.scrollIntoView({block: 'nearest'});
        }
    }

    nameEnlarge(isLarge) {
        const name = t(isLarge ? 'tile.reduce' : 'tile.enlarge');
        this.enlarge.textContent = isLarge ? '⤡' : '⤢';
        this.enlarge.title = name;
        this.enlarge.setAttribute('aria-label', name);
    }

    update(camera) {
        const good = isRecording(camera);
        this.element.classList.toggle('lost', !isAsPromised(camera));
        this.masks.textContent = maskText(camera);
        const since = camera.since ? clockText(typeof camera.since === 'number' ? camera.since : parseUs(camera.since)) : '';
        const words = [stateText(camera)];
        if (!good && since) {
            words.push(t('tile.since', {time: since}));
        }
        if (camera.sub_state && camera.sub_state !== 'recording' && camera.sub_state !== camera.state) {
            words.push(t('tile.sub', {state: stateText({state: camera.sub_state})}));
        }
        this.state.textContent = words.join(' · ');
    }

    show(state) {
        if (this.shown === state) {
            return;
        }
        this.shown = state;
        const key = {waiting: 'tile.waiting', h265: 'tile.h265', unsupported: 'tile.unsupported', stalled: 'tile.stalled'}[state];
        this.message.hidden = key === undefined;
        this.message.textContent = key ? t(key) : '';
        this.element.dataset.state = state;
    }

    check() {
        const seconds = this.player.check();
        this.delay.hidden = seconds === null;
        if (seconds !== null) {
            this.delay.textContent = t('tile.delay', {s: seconds.toFixed(1)});
            this.delay.classList.toggle('late', seconds > 3);
        }
    }

    stop() {
        this.player.stop();
    }
}

/* How many tiles beside one another; the style sheet takes fewer where the
 * window is narrow. */
function columns(count) {
    return [1, 2, 2, 2, 3, 3, 4, 4][count - 1] ?? (count <= 20 ? 5 : 6);
}

/* The tiles by place; places stand beside one another as long as they fit. */
function grid(cameras, tiles) {
    const groups = [...new Set(cameras.map((camera) => camera.group))];
    const wall = el('div.wall');
    wall.style.setProperty('--wanted', columns(cameras.length));
    wall.append(...groups.map((group) => {
        const members = cameras.filter((camera) => camera.group === group);
        return el('section.place', {'aria-label': placeText(group)},
            el('h2', {}, placeText(group), el('small', {}, coverageText(group))),
            el('div.tiles', {}, members.map((camera) => tiles.get(camera.number).element)));
    }));
    return el('div.wall-frame', {}, wall);
}

/* Ticked boxes by place; all at first. */
function chooser(cameras, chosen) {
    const boxes = cameras.map((camera) => el('label.choice', {},
        el('input', {type: 'checkbox', value: camera.number, checked: chosen.has(camera.number)}),
        el('span', {}, own(camera))));
    return {
        element: el('fieldset.chooser', {}, el('legend', {}, t('wall.choose')), boxes),
        read: () => boxes.map((box) => box.firstChild).filter((box) => box.checked).map((box) => Number(box.value)),
    };
}

export function wallScreen({cameras: list, go}) {
    const cameras = flatten(list);
    const silent = countsOnly(list);
    const root = el('div.screen');
    let running = null;

    function intro(note) {
        if (cameras.length === 0) {
            replace(root, el('h1', {}, t('wall.title')), el('p.note', {}, t('wall.none')));
            return;
        }
        const reason = reasonFields(commonPurposes(cameras), list.purposes);
        const which = chooser(cameras, new Set(cameras.map((camera) => camera.number)));
        const button = el('button.primary', {type: 'submit'}, t('wall.start'));
        const form = el('form.card.ask', {
            noValidate: true,
            onsubmit: async (event) => {
                event.preventDefault();
                const numbers = which.read();
                const why = reason.read();
                if (!why) {
                    return;
                }
                if (numbers.length === 0) {
                    reason.tell(t('wall.choose.none'));
                    return;
                }
                button.disabled = true;
                try {
                    /* One alone is looked at; several are looked over. */
                    const stream = numbers.length > 1 ? 'sub' : 'main';
                    const view = await post('/live', {cameras: numbers, stream, ...why});
                    start(view, cameras.filter((camera) => numbers.includes(camera.number)));
                } catch (error) {
                    button.disabled = false;
                    reason.tell(error.message);
                }
            },
        },
        el('h1', {}, t('wall.title')),
        el('p.lead', {}, t('wall.intro', {n: cameras.length})),
        note ? el('p.warning', {role: 'alert'}, note) : null,
        silent.length > 0 ? el('p.hint', {}, t('wall.counts', {n: silent.length, names: silent.map(own).join(', ')})) : null,
        which.element, reason.element,
        el('div.row', {}, button, el('p.hint', {}, t('reason.note'))));
        replace(root, form);
    }

    function start(view, chosen) {
        const tiles = new Map(chosen.map((camera) => [camera.number, new Tile(camera, go)]));
        const note = el('p.warning', {role: 'alert', hidden: true});
        const entry = t('wall.entry', {n: view.entry});
        const end = el('button', {type: 'button', onclick: () => stop()}, t('wall.stop'));
        replace(root,
            el('header.bar', {},
                el('h1', {}, t('wall.title')),
                el('p.entry', {}, el('span.mark', {'aria-hidden': 'true'}), entry),
                end),
            note,
            view.sub?.length > 0 ? el('p.hint', {}, t('wall.sub', {n: view.sub.length})) : null,
            grid(chosen, tiles));
        end.focus({preventScroll: true});
        announce(entry);
        const stream = readLive(view.view, {
            onFrame: (frame) => {
                note.hidden = true;
                tiles.get(frame.camera)?.player.take(frame);
            },
            onBroken: () => {
                note.textContent = t('wall.reconnecting');
                note.hidden = false;
            },
            onEnd: (error) => stop(error?.message ?? t('wall.ended')),
        });
        const timer = setInterval(() => tiles.forEach((tile) => tile.check()), CHECK_MS);
        running = {view, stream, timer, tiles};
    }

    function halt() {
        if (!running) {
            return;
        }
        const {view, stream, timer, tiles} = running;
        running = null;
        stream.stop();
        clearInterval(timer);
        tiles.forEach((tile) => tile.stop());
        remove(`/views/${view.view}`, {keepalive: true}).catch(() => {});
    }

    /* The focus was in what has gone. */
    function stop(note) {
        halt();
        intro(note);
        root.querySelector('select')?.focus({preventScroll: true});
    }

    intro();
    return {
        element: root,
        update: (newList) => {
            for (const camera of flatten(newList)) {
                running?.tiles.get(camera.number)?.update(camera);
            }
        },
        leave: halt,
    };
}
