import {partsOf} from './log-marks.ts';
import {Scale} from './log-scale.ts';

/** When a scroll counts as over. */
const STILL_MS = 150;

/** What the rows show. */
export interface RowSource {
  readonly total: () => number;
  /** Undefined for a line that has not come yet. */
  readonly text: (line: number) => string | undefined;
  /** Called with the lines in view. */
  readonly seen: (first: number, last: number) => void;
}

/** Shows a log in a box that scrolls: only the lines in view are in the document. */
export class LogRows {
  readonly #box: HTMLElement;
  readonly #source: RowSource;
  readonly #signs: ReadonlyMap<number, {readonly kind: string; readonly sign: string}>;
  readonly #spacer = element('div', 'log-spacer');
  readonly #stage = element('div', 'log-stage');
  readonly #rows = element('div', 'log-rows');
  readonly #shown = new Map<number, HTMLElement>();
  #scale = new Scale(0, 1, 1);
  #rowPx = 1;
  #top = 0;
  #scroll = 0;
  #at = 1;
  #to = 1;
  #q = '';
  #cased = false;
  #frame = 0;
  #still = 0;

  /** `signs`: the lines that are findings. */
  constructor(box: HTMLElement, source: RowSource, signs: ReadonlyMap<number, {readonly kind: string; readonly sign: string}>) {
    this.#box = box;
    this.#source = source;
    this.#signs = signs;
    this.#stage.append(this.#rows);
    this.#spacer.append(this.#stage);
    box.replaceChildren(this.#spacer);
    box.classList.add('is-whole');
    box.addEventListener('scroll', () => this.#scrolled());
    new ResizeObserver(() => this.layOut()).observe(box);
    this.layOut();
  }

  /** The line that the viewer is about. */
  get at(): number {
    return this.#at;
  }

  /** Last line of the range that begins with `at`; `at` itself without a range. */
  get to(): number {
    return this.#to;
  }

  /** Selects a range of lines. */
  showRange(from: number, to: number, where: 'middle' | 'nearest'): void {
    this.show(from, where);
    this.#to = Math.min(Math.max(this.#at, to), Math.max(1, this.#source.total()));
  }

  /** Lines that fit into the view. */
  get pageLines(): number {
    return Math.max(1, Math.floor(this.#box.clientHeight / this.#rowPx));
  }

  /** Measures again: the box, its font or the log has another size. */
  layOut(): void {
    const line = this.#top / this.#rowPx;
    this.#rowPx = this.#measured();
    const total = Math.max(1, this.#source.total());
    this.#scale = new Scale(total, this.#rowPx, this.#box.clientHeight);
    this.#box.style.setProperty('--digits', String(String(total).length));
    this.#spacer.style.height = `${this.#scale.height}px`;
    this.#stage.style.height = `${Math.min(this.#box.clientHeight, this.#scale.height)}px`;
    this.#moveTo(line * this.#rowPx);
  }

  /** Shows the lines again, after some have come or another text is marked. */
  refresh(q = this.#q, cased = this.#cased): void {
    if (q !== this.#q || cased !== this.#cased) this.#clear();
    this.#q = q;
    this.#cased = cased;
    this.#soon();
  }

  /** Makes a line the one that the viewer is about; in the middle, or no further than it must be moved. */
  show(line: number, where: 'middle' | 'nearest'): void {
    this.#at = Math.min(Math.max(1, line), Math.max(1, this.#source.total()));
    this.#to = this.#at;
    const from = (this.#at - 1) * this.#rowPx;
    const room = this.#box.clientHeight - this.#rowPx;
    const isSeen = this.#top <= from && from <= this.#top + room;
    if (where === 'middle' && !isSeen) this.#moveTo(from - room / 2);
    else if (where === 'nearest') this.#moveTo(Math.min(from, Math.max(this.#top, from - room)));
    this.#soon();
  }

  /** Moves the view by lines, and the line that the viewer is about with it. */
  page(lines: number): void {
    this.#moveTo(this.#top + lines * this.#rowPx);
    this.show(this.#at + lines, 'nearest');
  }

  /** The line, if it is in view, else the first one that is. */
  get inView(): number {
    const first = Math.ceil(this.#top / this.#rowPx) + 1;
    return this.#at >= first && this.#at < first + this.pageLines ? this.#at : first;
  }

  #measured(): number {
    const probe = this.#row(0);
    this.#rows.append(probe);
    const {height} = probe.getBoundingClientRect();
    probe.remove();
    return height || 1;
  }

  #scrolled(): void {
    const scroll = this.#box.scrollTop;
    if (scroll === this.#scroll) return;
    this.#top = this.#scale.after(this.#top, this.#scroll, scroll);
    this.#scroll = scroll;
    if (this.#scale.isStuck(this.#top, scroll)) this.#settle();
    clearTimeout(this.#still);
    this.#still = setTimeout(() => this.#settle(), STILL_MS);
    this.#soon();
  }

  #moveTo(top: number): void {
    this.#top = this.#scale.clamp(top);
    this.#settle();
    this.#soon();
  }

  /** Puts the scroll bar where the view is in the log. */
  #settle(): void {
    const scroll = this.#scale.scrollOf(this.#top);
    if (Math.abs(scroll - this.#box.scrollTop) >= 1) this.#box.scrollTop = scroll;
    this.#scroll = this.#box.scrollTop;
  }

  #soon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #clear(): void {
    this.#shown.clear();
    this.#rows.replaceChildren();
  }

  /** Rows that stay in view are left as they are, so that a selection in them stays too. */
  #draw(): void {
    const first = Math.floor(this.#top / this.#rowPx) + 1;
    const last = Math.min(this.#source.total(), first + Math.ceil(this.#box.clientHeight / this.#rowPx));
    this.#source.seen(first, last);
    for (const [line, row] of this.#shown) {
      if (line >= first && line <= last && this.#isFresh(line, row)) continue;
      row.remove();
      this.#shown.delete(line);
    }
    for (let line = first, next = this.#rows.firstChild; line <= last; line += 1) {
      const row = this.#shown.get(line);
      if (row !== undefined) next = row.nextSibling;
      else {
        const made = this.#row(line);
        this.#shown.set(line, made);
        this.#rows.insertBefore(made, next);
      }
    }
    for (const [line, row] of this.#shown) {
      if (line === this.#at) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
      row.classList.toggle('in-range', this.#to > this.#at && line >= this.#at && line <= this.#to);
    }
    this.#rows.style.transform = `translateY(${(first - 1) * this.#rowPx - this.#top}px)`;
  }

  #isFresh(line: number, row: HTMLElement): boolean {
    return !row.classList.contains('is-awaited') || this.#source.text(line) === undefined;
  }

  #row(line: number): HTMLElement {
    const text = this.#source.text(line);
    const row = element('div', text === undefined ? 'log-line is-awaited' : 'log-line');
    const number = element('a', 'log-number', String(line));
    Object.assign(number, {href: `#L${line}`, tabIndex: -1});
    const found = this.#signs.get(line);
    const sign = element('span', 'log-sign', found?.sign ?? '');
    if (found !== undefined) {
      sign.title = found.kind;
      row.dataset.kind = found.kind;
    }
    row.append(number, sign, markedText('code', text ?? '…', this.#q, this.#cased));
    return row;
  }
}

/** An element with a text in which what is searched for is marked. */
export function markedText(tag: 'code' | 'span', text: string, q: string, cased: boolean): HTMLElement {
  const made = element(tag, tag === 'span' ? 'log-text' : '');
  made.append(...partsOf(text, q, cased).map((part) => (part.hit ? element('mark', '', part.text) : part.text)));
  return made;
}

export function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}
