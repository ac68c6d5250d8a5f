/* SPDX-License-Identifier: Apache-2.0 */
/* Elements from values; text is always text, never markup. */

/* el('p.note', {id: 'x', onclick: f}, 'text', otherElement, null) */
export function el(kind, properties = {}, ...children) {
    const [tag, ...classes] = kind.split('.');
    const element = document.createElement(tag || 'div');
    if (classes.length > 0) {
        element.className = classes.join(' ');
    }
    for (const [name, value] of Object.entries(properties)) {
        if (value === undefined || value === null || value === false) {
            continue;
        }
        if (name.startsWith('on')) {
            element.addEventListener(name.slice(2), value);
        } else if (name === 'dataset') {
            Object.assign(element.dataset, value);
        } else if (name in element && name !== 'list' && name !== 'form' && name !== 'role') {
            element[name] = value;
        } else {
            element.setAttribute(name, value === true ? '' : value);
        }
    }
    element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
    return element;
}

export function replace(parent, ...children) {
    parent.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
}

/*
 * A list that is asked for again and again is drawn only where its rows have
 * changed: a button replaced between press and release loses the click.
 * draw(): runs if the rows differ from those of the last call.
 */
export function whereChanged() {
    let shown = '';
    return (rows, draw) => {
        const now = JSON.stringify(rows);
        if (now !== shown) {
            shown = now;
            draw();
        }
    };
}

/* Says it to a screen reader, without moving the focus. */
export function announce(text) {
    document.getElementById('announce').textContent = text;
}

let lastId = 0;

/* A label, its control, and what helps to fill it in. */
export function field(label, control, hint) {
    control.id = control.id || `f${++lastId}`;
    let help = null;
    if (hint) {
        help = el('p.hint', {id: `${control.id}-hint`}, hint);
        control.setAttribute('aria-describedby', help.id);
    }
    return el('div.field', {}, el('label', {htmlFor: control.id}, label), control, help);
}
