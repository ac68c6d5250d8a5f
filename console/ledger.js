/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of personal video (개인영상정보 관리대장): what is due, the month's
 * rows, what is entered by hand, and the monthly review. */
import {get} from './api.js';
import {flatten} from './cameras.js';
import {el, field, replace} from './dom.js';
import {dutiesPart} from './ledger_duties.js';
import {copyForm, endForm, remarkForm} from './ledger_forms.js';
import {monthText, reviewPart} from './ledger_review.js';
import {cells, COLUMNS, csv, joinRows, personText} from './ledger_words.js';
import {t, tOr} from './text.js';
import {dateTimeText, dateValue, nowUs, valuesToUs} from './time.js';

const MONTHS = 24;
const PAGES_MAX = 400; /* of 50 rows: as many as on paper */

/* 202611 */
const monthNow = () => Number(dateValue(nowUs()).slice(0, 7).replace('-', ''));
const monthBefore = (month) => (month % 100 === 1 ? month - 89 : month - 1);
const monthAfter = (month) => (month % 100 === 12 ? month + 89 : month + 1);
const monthStart = (month) => valuesToUs(`${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}-01`, '00:00:00');

/* All rows of a span, with the people in them. */
async function fetchAll(path, people, look = () => {}) {
    const rows = [];
    let next = 0;
    for (let page = 0; page < PAGES_MAX; page++) {
        const answer = await get(`${path}${path.includes('?') ? '&' : '?'}next=${next}`);
        rows.push(...answer.rows);
        look(answer);
        for (const person of answer.people) {
            people.set(person.account, person);
        }
        if (!answer.next || answer.next <= next) {
            return rows;
        }
        next = answer.next;
    }
    throw new Error(t('ledger.too.many'));
}

class LedgerScreen {
    #cameras;
    #purposes;
    #rights;
    #reads;
    #people = new Map();
    #lines = []; /* the cells as shown */
    #due = el('div');
    #table = el('div');
    #form = el('div.no-print');
    #note = el('p.note', {role: 'status', hidden: true});
    #overdue = el('p.warning.no-print', {role: 'status', hidden: true});
    #duties;
    #missing = el('p.warning.no-print', {role: 'status', hidden: true});
    #month;
    #review = null;
    #caller = null; /* the button that has opened the form */

    constructor({cameras, session}) {
        this.#cameras = flatten(cameras);
        this.#purposes = cameras?.purposes ?? [];
        this.#rights = new Set(session?.rights ?? []);
        this.#reads = this.#rights.has('read_texts');
        this.#duties = dutiesPart({mayEnter: this.#rights.has('keep_ledger'), open: (button, heading, make) => this.#open(button, heading, make)});
        let month = monthNow();
        this.#month = el('select', {name: 'month', onchange: () => this.#load()}, Array.from({length: MONTHS}, () => {
            const option = el('option', {value: month}, monthText(month));
            month = monthBefore(month);
            return option;
        }));
        this.#review = this.#reads ? reviewPart({cameras: this.#cameras, session, onMissing: (months) => this.#showMissing(months)}) : null;
        this.element = el('div.screen.ledger', {},
            el('h1', {}, t('ledger.title')),
            el('p.lead.no-print', {}, t('ledger.intro')),
            this.#missing, this.#overdue, this.#note, this.#due, this.#duties.element, this.#form, this.#reads ? this.#monthPart() : null, this.#review?.element);
        this.#load();
    }

    leave() {}

    update() {}

    #monthPart() {
        return el('section', {'aria-label': t('ledger.month')},
            el('div.row.filter.no-print', {}, field(t('ledger.month'), this.#month),
                el('button', {type: 'button', dataset: {act: 'csv'}, onclick: () => this.#download()}, t('ledger.csv')),
                el('button', {type: 'button', dataset: {act: 'print'}, onclick: () => window.print()}, t('ledger.print'))),
            el('table.approval.print-only', {}, el('tbody', {}, el('tr', {}, el('th', {scope: 'row'}, t('ledger.approval')), el('td', {}, t('ledger.approval.clerk')), el('td', {}, t('role.chief_manager'))), el('tr', {}, el('td'), el('td'), el('td')))),
            this.#table);
    }

    #showDuties({duties, subjects, duties_overdue: overdue = 0}) {
        this.#overdue.hidden = overdue === 0;
        this.#overdue.textContent = overdue === 0 ? '' : t('ledger.duties', {n: overdue});
        if (duties) {
            this.#duties.show(duties, subjects);
        }
    }

    #showMissing(months) {
        this.#missing.hidden = months.length === 0;
        this.#missing.textContent = months.length === 0 ? '' : t('review.missing', {months: months.map(monthText).join(', ')});
    }

    async #load() {
        try {
            if (this.#rights.has('keep_ledger') || this.#reads) {
                this.#showDue(await fetchAll('/ledger/items', this.#people, (answer) => this.#showDuties(answer)));
            }
            if (this.#reads) {
                const month = Number(this.#month.value);
                const rows = await fetchAll(`/ledger?from=${monthStart(month)}&to=${monthStart(monthAfter(month))}`, this.#people);
                this.#showRows(month, joinRows(rows));
                await this.#review.show(month, this.#people);
            }
            this.#note.textContent = '';
        } catch (error) {
            this.#note.textContent = error.message;
        }
        this.#note.hidden = this.#note.textContent === '';
    }

    /* ---- what is outside the recorder ---- */

    #showDue(rows) {
        const mayEnter = this.#rights.has('keep_ledger');
        const heads = ['ledger.due.item', 'ledger.field.due', 'ledger.column.recipient', 'ledger.column.person', 'ledger.column.purpose'];
        replace(this.#due, el('section.card.no-print', {'aria-label': t('ledger.due')},
            el('h2', {}, t('ledger.due')),
            rows.length === 0 ? el('p.note', {}, t('ledger.due.none')) : el('div.scroll', {tabIndex: 0, role: 'region', 'aria-label': t('ledger.due')}, el('table', {},
                el('thead', {}, el('tr', {}, heads.map((key) => el('th', {scope: 'col'}, t(key))), mayEnter ? el('th', {scope: 'col'}, t('ledger.actions')) : null)),
                el('tbody', {}, rows.map((row) => this.#dueRow(row, mayEnter))))),
            mayEnter ? el('button', {type: 'button', dataset: {act: 'add'}, onclick: (event) => this.#open(event.target, t('ledger.add'), (close) => copyForm(this.#cameras, null, close))}, t('ledger.add')) : null));
    }

    #dueRow(row, mayEnter) {
        const isLate = row.until_us < nowUs();
        return el('tr', {dataset: {item: row.item, late: isLate ? 'yes' : 'no'}},
            el('th', {scope: 'row'}, `${row.item} ${tOr(`ledger.medium.${row.medium}`, row.medium)}`),
            el('td', {}, dateTimeText(row.until_us - 1e6), isLate ? el('strong.late', {}, ` ${t('ledger.late')}`) : null),
            el('td', {}, row.receiver ?? ''), el('td', {}, personText(row.account, this.#people)), el('td', {}, row.why ?? ''),
            mayEnter ? el('td', {}, el('div.row', {},
                el('button', {type: 'button', dataset: {act: 'end'}, onclick: (event) => this.#openItem(event.target, 'ledger.end', (close) => endForm(row, close), row.item)}, t('ledger.end')),
                el('button', {type: 'button', dataset: {act: 'correct'}, onclick: (event) => this.#openItem(event.target, 'ledger.correct', (close) => copyForm(this.#cameras, row, close), row.item)}, t('ledger.correct')))) : null);
    }

    #openItem(button, key, make, item) {
        this.#open(button, `${t(key)} – ${t('ledger.item', {n: item})}`, make);
    }

    #open(button, heading, make) {
        this.#caller = button;
        const close = (isDone) => {
            replace(this.#form);
            this.#caller?.focus();
            if (isDone) {
                this.#load();
            }
        };
        replace(this.#form, el('section.card', {'aria-label': heading}, el('h2', {}, heading), make(close)));
        this.#form.querySelector('input, select')?.focus();
    }

    /* ---- the month ---- */

    #showRows(month, rows) {
        const context = {cameras: this.#cameras, people: this.#people, purposes: this.#purposes};
        const mayCorrect = this.#rights.has('keep_ledger');
        this.#lines = rows.map((row, i) => cells(row, i + 1, context));
        const heads = COLUMNS.map((name) => el('th', {scope: 'col'}, t(`ledger.column.${name}`)));
        replace(this.#table, el('div.scroll', {tabIndex: 0, role: 'region', 'aria-label': t('ledger.title')}, el('table.ledger-table', {},
            el('caption', {}, `${t('ledger.title')} – ${monthText(month)} (${t('ledger.rows', {n: rows.length})})`),
            el('thead', {}, el('tr', {}, heads, mayCorrect ? el('th.no-print', {scope: 'col'}, t('ledger.actions')) : null)),
            el('tbody', {}, rows.map((row, i) => el('tr', {dataset: {entry: row.entry, deed: row.deed}},
                this.#lines[i].map((text, column) => (column === 0 ? el('th', {scope: 'row'}, text) : el('td', {}, text))),
                mayCorrect ? el('td.no-print', {}, row.item ? null : el('button.quiet', {
                    type: 'button', dataset: {act: 'remark'},
                    'aria-label': t('ledger.correct.row', {n: i + 1}),
                    onclick: (event) => this.#open(event.target, t('ledger.correct'), (close) => remarkForm(row, close)),
                }, t('ledger.correct'))) : null))))),
        rows.length === 0 ? el('p.note', {}, t('ledger.none')) : null);
    }

    #download() {
        const text = csv([COLUMNS.map((name) => t(`ledger.column.${name}`)), ...this.#lines]);
        const url = URL.createObjectURL(new Blob([text], {type: 'text/csv;charset=utf-8'}));
        const link = el('a', {href: url, download: `ledger-${this.#month.value}.csv`});
        link.click();
        setTimeout(() => URL.revokeObjectURL(url), 1000);
    }
}

export function ledgerScreen(options) {
    return new LedgerScreen(options);
}
