/* SPDX-License-Identifier: Apache-2.0 */
/* What opens below a row of a list, one at a time. */
import {el} from './dom.js';

export class RowForm {
    #opened = null; /* the place, and the button that has opened it */
    #onDone;
    #onClose;

    /* onDone: runs where a form closed because its order stands in the log;
     * onClose: each time, before its place goes. */
    constructor(onDone, onClose = () => {}) {
        this.#onDone = onDone;
        this.#onClose = onClose;
    }

    get isOpen() {
        return this.#opened !== null;
    }

    /* A button in a row that opens what make(place) puts there, and closes it. */
    button(label, act, make) {
        const button = el('button', {type: 'button', dataset: {act}, 'aria-expanded': 'false', onclick: () => {
            const isOurs = this.#opened?.button === button;
            this.close(false);
            if (!isOurs) {
                this.#open(button, make);
            }
        }}, label);
        return button;
    }

    #open(button, make) {
        const place = el('div.card');
        button.closest('li').append(place);
        button.setAttribute('aria-expanded', 'true');
        this.#opened = {button, place};
        make(place);
        place.querySelector('input, select, button')?.focus();
    }

    close(isDone) {
        const opened = this.#opened;
        this.#opened = null;
        this.#onClose();
        opened?.place.remove();
        opened?.button.setAttribute('aria-expanded', 'false');
        opened?.button.focus({preventScroll: true});
        if (isDone) {
            this.#onDone();
        }
    }
}
