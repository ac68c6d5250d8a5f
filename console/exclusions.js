/* SPDX-License-Identifier: Apache-2.0 */
/* What the notice excludes from filming: how each camera stands, its picture
 * now with the masks that are set, and a person's signature under it. */
import {get, post, remove} from './api.js';
import {flatten} from './cameras.js';
import {el, field, replace, whereChanged} from './dom.js';
import {orderForm} from './forms.js';
import {LiveTile, readLive} from './live.js';
import {reasonFields} from './reason.js';
import {RowForm} from './row_form.js';
import {own, t} from './text.js';
import {dateTimeText, nowUs} from './time.js';

const SVG = 'http://www.w3.org/2000/svg';
const CHECK_MS = 500;

function stateOf({is_proven: isProven, signed}) {
    if (isProven) {
        return 'proven';
    }
    if (!signed) {
        return 'unproven';
    }
    return signed.by === 'none' ? 'denied' : 'outdated';
}

/* The masks as set, over the picture: regions are in thousandths. */
function outline(masks) {
    const drawing = document.createElementNS(SVG, 'svg');
    drawing.setAttribute('viewBox', '0 0 1000 1000');
    drawing.setAttribute('preserveAspectRatio', 'none');
    drawing.setAttribute('aria-hidden', 'true');
    drawing.append(...masks.map(({region}) => {
        const polygon = document.createElementNS(SVG, 'polygon');
        polygon.setAttribute('points', region);
        return polygon;
    }));
    return drawing;
}

async function hexDigest(blob) {
    const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* What the video shows now, as PNG. */
function still(video) {
    const canvas = el('canvas', {width: video.videoWidth, height: video.videoHeight});
    canvas.getContext('2d').drawImage(video, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

class ExclusionsScreen {
    #cameras;
    #purposes;
    #mayPublish;
    #note = el('p.note', {role: 'status', hidden: true});
    #sum = el('p.note');
    #list = el('ol.entries');
    #rows = new RowForm(() => this.#load(), () => this.#stop());
    #draw = whereChanged();
    #stop = () => {}; /* ends the picture that is shown */

    constructor({session, cameras}) {
        this.#cameras = new Map(flatten(cameras).map((camera) => [camera.number, camera]));
        this.#purposes = cameras.purposes;
        this.#mayPublish = session?.rights?.includes('publish') ?? false;
        this.element = el('div.screen.narrow', {},
            el('h1', {}, t('exclusions.title')), el('p.lead', {}, t('exclusions.intro')), this.#note, this.#sum, this.#list);
        this.#load();
    }

    leave() {
        this.#rows.close(false);
    }

    update() {
        if (!this.#rows.isOpen) {
            this.#load();
        }
    }

    /* ---- rows ---- */

    #row(one) {
        const state = stateOf(one);
        const camera = this.#cameras.get(one.camera);
        const {signed} = one;
        return el('li.entry-row', {dataset: {camera: one.camera, place: one.ko, state}},
            el('h3', {}, `${camera ? own(camera) : one.camera} · ${own(one)} `, el('span.tag', {}, t(`exclusions.${state}`))),
            el('p', {}, t(`exclusions.met.${one.met_by ?? 'unsaid'}`)),
            signed ? el('p', {}, t('exclusions.signed', {by: t(`exclusions.by.${signed.by}`), person: signed.person,
                signed: dateTimeText(signed.signed_us), taken: dateTimeText(signed.taken_us), entry: signed.entry})) : null,
            signed?.picture_sha256 ? el('p.hint.hash', {}, t('exclusions.hash', {hash: signed.picture_sha256})) : null,
            this.#mayPublish ? el('div.row', {}, this.#rows.button(t('exclusions.look'), 'look', (place) => this.#ask(one, place))) : null);
    }

    /* ---- the picture, after purpose and reason ---- */

    #ask(one, place) {
        const camera = this.#cameras.get(one.camera);
        const reason = reasonFields(camera?.group.purposes ?? [], this.#purposes, {reason: t('exclusions.title')});
        const submit = el('button.primary', {type: 'submit'}, t('exclusions.open'));
        replace(place, el('form.stack', {noValidate: true, onsubmit: async (event) => {
            event.preventDefault();
            const why = reason.read();
            if (!why) {
                return;
            }
            submit.disabled = true;
            try {
                this.#show(one, place, await post('/live', {cameras: [one.camera], stream: 'main', ...why}));
            } catch (error) {
                submit.disabled = false;
                reason.tell(error.message);
            }
        }}, el('p', {}, t('exclusions.look.note')), reason.element, el('div.row', {}, submit,
            el('button', {type: 'button', onclick: () => this.#rows.close(false)}, t('exclusions.cancel')))));
    }

    #show(one, place, view) {
        if (!place.isConnected) {
            remove(`/views/${view.view}`, {keepalive: true}).catch(() => {});
            return; /* closed meanwhile */
        }
        const name = t('exclusions.picture', {camera: own(this.#cameras.get(one.camera) ?? {})});
        const video = el('video', {muted: true, playsInline: true, disablePictureInPicture: true, 'aria-label': name});
        video.muted = true;
        const player = new LiveTile(video, () => {});
        const stream = readLive(view.view, {
            onFrame: (frame) => player.take(frame), onBroken: () => {}, onEnd: () => {},
        });
        const timer = setInterval(() => player.check(), CHECK_MS);
        this.#stop = () => {
            this.#stop = () => {};
            stream.stop();
            clearInterval(timer);
            player.stop();
            remove(`/views/${view.view}`, {keepalive: true}).catch(() => {});
        };
        replace(place,
            el('div.outlined', {}, video, outline(one.masks)),
            el('p.hint', {}, one.masks.length > 0 ? t('exclusions.masks', {n: one.masks.length}) : t('exclusions.masks.none')),
            el('p', {}, t('exclusions.people')),
            this.#form(one, {view: view.view, video, player}));
        place.querySelector('form select').focus();
    }

    #form(one, {view, video, player}) {
        const ways = ['aim', ...one.masks.some(({by}) => by === 'camera') ? ['mask'] : [], 'none'];
        const way = el('select', {}, ways.map((value) => el('option', {value}, t(`exclusions.by.${value}`))));
        const why = el('input', {type: 'text', required: true, minLength: 2, maxLength: 300, autocomplete: 'off'});
        return orderForm({
            parts: [field(t('exclusions.way'), way), field(t('exclusions.reason'), why)],
            button: t('exclusions.sign'),
            send: async () => {
                const order = {camera: one.camera, place: one.ko, by: way.value, view, reason: why.value.trim()};
                if (way.value === 'none') {
                    return post('/exclusions', {...order, taken: Math.round(nowUs())});
                }
                if (video.videoWidth === 0) {
                    throw new Error(t('exclusions.nopicture'));
                }
                const taken = Math.round(Math.min(player.shownUs, nowUs()));
                const blob = await still(video);
                const answer = await post('/exclusions', {...order, taken, picture_sha256: await hexDigest(blob)});
                this.#offer(one, answer.entry, blob);
                return answer;
            },
            accepted: ({entry}) => {
                const words = t('exclusions.done', {entry});
                this.#note.firstChild?.remove();
                this.#note.prepend(words);
                this.#note.hidden = false;
                return words;
            },
            cancel: t('exclusions.cancel'),
            close: (isDone) => this.#rows.close(isDone),
        });
    }

    /* The recorder keeps no picture of it: it would outlive its period. */
    #offer(one, entry, blob) {
        const link = el('a', {href: URL.createObjectURL(blob), download: `haechi-${one.camera}-${entry}.png`}, t('exclusions.save'));
        replace(this.#note, '', ' ', link);
    }

    /* ---- from the recorder ---- */

    #drawRows(exclusions) {
        const focused = document.activeElement?.closest?.('li[data-place]')?.dataset;
        replace(this.#list, exclusions.map((one) => this.#row(one)));
        if (focused) {
            [...this.#list.children].find(({dataset}) => dataset.camera === focused.camera && dataset.place === focused.place)
                ?.querySelector('[data-act=look]')?.focus({preventScroll: true});
        }
    }

    async #load() {
        try {
            const {exclusions} = await get('/exclusions');
            if (this.#rows.isOpen) {
                return;
            }
            this.#draw(exclusions, () => this.#drawRows(exclusions));
            this.#sum.textContent = exclusions.length === 0 ? t('exclusions.none')
                : t('exclusions.sum', {n: exclusions.filter((one) => one.is_proven).length, all: exclusions.length});
        } catch (error) {
            this.#note.textContent = error.message;
            this.#note.hidden = false;
        }
    }
}

export function exclusionsScreen(options) {
    return new ExclusionsScreen(options);
}
