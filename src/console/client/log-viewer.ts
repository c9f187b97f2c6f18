import {LogApi} from './log-api.ts';
import {LineStore} from './log-lines.ts';
import {element, LogRows, markedText} from './log-rows.ts';
import {LogSearch} from './log-search.ts';

/** Hits that are listed as links. */
const LISTED = 200;
/** Lines around those in view that are requested with them. */
const AHEAD = 60;
/** Most lines that are copied at once. */
const COPIED = 500;
/** How long a line is rested on before it is written into the address. */
const REST_MS = 250;

function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Turns a page of lines into the viewer of all of the log. */
class LogViewer {
  readonly #root: HTMLElement;
  readonly #api: LogApi;
  readonly #box = byId('log-lines');
  readonly #status = byId('log-status');
  readonly #current = byId('log-current');
  readonly #q = byId<HTMLInputElement>('log-q');
  readonly #cased = byId<HTMLInputElement>('log-cased');
  readonly #line = byId<HTMLInputElement>('log-line');
  readonly #store: LineStore;
  readonly #rows: LogRows;
  /** Lines that are findings, in order. */
  readonly #signed: readonly number[];
  #search: LogSearch | undefined;
  #rest = 0;
  #problem = '';

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#api = new LogApi(root.dataset.api ?? '', root.dataset.file);
    this.#store = new LineStore(this.#api, Number(root.dataset.total), (problem) => this.#came(problem));
    const signs = signsOf(root);
    this.#signed = [...signs.keys()].sort((a, b) => a - b);
    const source = {
      total: () => this.#store.total,
      text: (line: number) => this.#store.get(line),
      seen: (first: number, last: number) =>
        this.#store.want(Math.max(1, first - AHEAD), Math.min(this.#store.total, last + AHEAD)),
    };
    this.#rows = new LogRows(this.#box, source, signs);
  }

  start(): void {
    for (const id of ['log-pages', 'log-more']) document.getElementById(id)?.remove();
    for (const id of ['log-current', 'log-copy', 'log-keys', 'log-previous', 'log-next']) byId(id).hidden = false;
    this.#root.addEventListener('click', (event) => this.#clicked(event));
    this.#root.addEventListener('keydown', (event) => this.#pressed(event));
    byId('log-search').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#begin();
      void this.#toHit('first');
    });
    byId('log-goto').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#jump(Number(this.#line.value));
      this.#box.focus();
    });
    byId('log-next').addEventListener('click', () => void this.#toHit('next'));
    byId('log-previous').addEventListener('click', () => void this.#toHit('previous'));
    addEventListener('popstate', () => this.#toHash());
    if (this.#q.value !== '') this.#begin();
    const {line, to} = this.#root.dataset;
    const first = hashRange() ?? {from: Number(line), to: Number(line)};
    this.#rows.showRange(first.from, first.from === Number(line) ? Math.max(first.to, Number(to ?? 0)) : first.to, 'middle');
    this.#note();
    if (document.activeElement === document.body) this.#box.focus({preventScroll: true});
    void this.#store.follow().then(() => document.getElementById('log-unpacking')?.remove());
  }

  /** Lines have come, or cannot be had. */
  #came(problem: string | undefined): void {
    if (problem !== undefined) this.#announce(problem);
    else if (this.#problem !== '') this.#announce('');
    this.#problem = problem ?? '';
    const total = byId('log-total');
    if (total.dataset.lines !== String(this.#store.total)) {
      total.dataset.lines = String(this.#store.total);
      total.textContent = this.#store.total.toLocaleString('en').replaceAll(',', '\u202f');
      this.#rows.layOut();
      const wanted = hashRange();
      if (wanted !== undefined && wanted.from > this.#rows.at) this.#rows.showRange(wanted.from, wanted.to, 'middle');
    }
    this.#rows.refresh();
    this.#describe();
  }

  /** Goes to a line, so that Back returns to where the viewer was. */
  #jump(line: number): void {
    this.#note();
    this.#rows.show(line, 'middle');
    this.#write('push');
    this.#describe();
  }

  #toHash(): void {
    const range = hashRange();
    if (range === undefined) return;
    clearTimeout(this.#rest);
    this.#rest = 0;
    this.#rows.showRange(range.from, range.to, 'middle');
    this.#describe();
  }

  /** Writes a line that was moved to, at once. */
  #note(): void {
    clearTimeout(this.#rest);
    this.#rest = 0;
    this.#write('replace');
    this.#describe();
  }

  #move(move: () => void): void {
    move();
    this.#describe();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#note(), REST_MS);
  }

  #write(how: 'push' | 'replace'): void {
    const address = new URL(location.href);
    for (const key of ['line', 'to', 'after', 'q', 'cased']) address.searchParams.delete(key);
    if (this.#search !== undefined) address.searchParams.set('q', this.#search.q);
    if (this.#search?.cased) address.searchParams.set('cased', '1');
    address.hash = hashOf(this.#rows.at, this.#rows.to);
    if (address.href === location.href) return;
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }

  /** The line in full, since a long one does not fit into the view. */
  #describe(): void {
    const line = this.#rows.at;
    const text = this.#store.get(line);
    const shown = this.#store.total === 0 ? 'The log is empty.' : `${line}: ${text ?? '…'}`;
    if (this.#current.textContent !== shown) this.#current.textContent = shown;
    this.#line.max = String(Math.max(1, this.#store.total));
    if (document.activeElement !== this.#line) this.#line.value = String(line);
    this.#offerCopies();
  }

  /** Has the buttons copy the link to the line or range, and its text as far as it has come. */
  #offerCopies(): void {
    const {at, to} = this.#rows;
    const [link, lines] = [byId<HTMLButtonElement>('log-copy-link'), byId<HTMLButtonElement>('log-copy-lines')];
    const address = new URL(location.href);
    address.hash = hashOf(at, to);
    link.dataset.copy = address.href;
    const texts = Array.from({length: Math.min(COPIED, to - at + 1)}, (_, index) => this.#store.get(at + index));
    lines.disabled = texts.includes(undefined) || to - at >= COPIED;
    lines.dataset.copy = texts.join('\n');
    const what = to > at ? `lines ${at}–${to}` : `line ${at}`;
    setText(link, `Copy link to ${what}`);
    setText(lines, `Copy ${what}`);
  }

  /** Extends the range from the line that the viewer is about to another one. */
  #extend(line: number): void {
    const {at} = this.#rows;
    this.#rows.showRange(Math.min(at, line), Math.max(at, line), 'nearest');
    this.#write('replace');
    this.#describe();
  }

  #clicked(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>('a.log-number, a.log-link');
    const line = link === null ? undefined : lineOf(link.hash);
    if (line === undefined) return;
    event.preventDefault();
    if (event.shiftKey) this.#extend(line);
    else this.#jump(line);
    if (link?.classList.contains('log-link')) this.#box.focus({preventScroll: true});
  }

  /** Letters are keys only where nothing is typed. */
  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target instanceof HTMLInputElement;
    if (inField && event.key === 'Escape') this.#box.focus();
    if (inField) return;
    const act = this.#keys()[event.key] ?? (event.target === this.#box ? this.#moves()[event.key] : undefined);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #keys(): Readonly<Record<string, () => void>> {
    return {
      '/': () => this.#q.select(),
      n: () => void this.#toHit('next'),
      N: () => void this.#toHit('previous'),
      e: () => this.#toSigned(),
      ':': () => this.#line.select(),
    };
  }

  /** Goes to the next finding, behind the last one to the first. */
  #toSigned(): void {
    const line = this.#signed.find((one) => one > this.#rows.at) ?? this.#signed[0];
    if (line !== undefined) this.#jump(line);
  }

  #moves(): Readonly<Record<string, () => void>> {
    const rows = this.#rows;
    const step = (by: number) => () =>
      this.#move(() => rows.show(rows.at === rows.inView ? rows.at + by : rows.inView, 'nearest'));
    const page = (by: number) => () => this.#move(() => rows.page(by * (rows.pageLines - 1)));
    return {
      ArrowUp: step(-1),
      ArrowDown: step(1),
      PageUp: page(-1),
      PageDown: page(1),
      Home: () => this.#move(() => rows.show(1, 'nearest')),
      End: () => this.#move(() => rows.show(this.#store.total, 'nearest')),
    };
  }

  /** Begins the search of what is in the field, unless it is the one that there is. */
  #begin(): void {
    const q = this.#q.value.slice(0, 200);
    if (this.#search?.q === q && this.#search.cased === this.#cased.checked) return;
    this.#search?.stop();
    this.#search = q === '' ? undefined : new LogSearch(this.#api, q, this.#cased.checked);
    byId('log-hits').hidden = q === '';
    byId('log-hit-list').replaceChildren();
    this.#rows.refresh(q, this.#cased.checked);
    this.#announce('');
    const {search} = {search: this.#search};
    search?.list(() => this.#list(search)).catch((error: unknown) => this.#failed(search, error));
  }

  #list(search: LogSearch): void {
    if (search !== this.#search) return;
    const list = byId('log-hit-list');
    const links = search.hits.slice(list.childElementCount, LISTED).map(({line, text}) => {
      const link = Object.assign(element('a', 'log-link'), {href: `#L${line}`});
      link.append(element('span', 'num', String(line)), ' ', markedText('span', text, search.q, search.cased));
      const item = element('li', '');
      item.append(link);
      return item;
    });
    list.append(...links);
    this.#announcePlace();
  }

  async #toHit(where: 'first' | 'next' | 'previous'): Promise<void> {
    this.#begin();
    const search = this.#search;
    if (search === undefined) return this.#q.focus();
    const at = this.#rows.at;
    try {
      const near = await (where === 'previous' ? search.before(at) : search.from(where === 'first' ? at : at + 1));
      const total = this.#store.total;
      const hit = near ?? (await (where === 'previous' ? search.before(total + 1) : search.from(1)));
      if (hit !== undefined) this.#jump(hit.line);
      if (search !== this.#search) return;
      if (where === 'first') this.#box.focus({preventScroll: true});
      this.#announcePlace(near === undefined && hit !== undefined ? 'Wrapped: ' : '');
    } catch (error) {
      this.#failed(search, error);
    }
  }

  #announcePlace(before = ''): void {
    const search = this.#search;
    if (search === undefined) return;
    const place = search.place(this.#rows.at);
    if (place !== '') this.#announce(`${before}match ${place}`);
    else if (search.hits.length > 0)
      this.#announce(`${before}${search.count} ${search.hits.length === 1 ? 'line has' : 'lines have'} “${search.q}”.`);
    else this.#announce(search.complete ? `No line has “${search.q}”.` : 'Searching …');
  }

  #failed(search: LogSearch, error: unknown): void {
    if (search !== this.#search || (error as Error).name === 'AbortError') return;
    this.#announce(`The search failed: ${(error as Error).message}. Try it again.`);
    this.#search = undefined;
  }

  #announce(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }
}

/** The findings of the log, by the links of its contents. */
function signsOf(root: HTMLElement): Map<number, {kind: string; sign: string}> {
  const links = root.querySelectorAll<HTMLElement>('a.log-link[data-kind]');
  return new Map(
    [...links].map((link) => [
      Number(link.dataset.line),
      {kind: link.dataset.kind ?? '', sign: link.querySelector('.log-sign')?.textContent ?? ''},
    ]),
  );
}

function lineOf(hash: string): number | undefined {
  const line = /^#L([1-9]\d{0,14})$/.exec(hash)?.[1];
  return line === undefined ? undefined : Number(line);
}

/** Returns the lines that the address names: `#L583`, `#L583-L590`. */
function hashRange(): {readonly from: number; readonly to: number} | undefined {
  const [, from, to = from] = /^#L([1-9]\d{0,14})(?:-L?([1-9]\d{0,14}))?$/.exec(location.hash) ?? [];
  return from === undefined ? undefined : {from: Number(from), to: Number(to)};
}

function hashOf(from: number, to: number): string {
  return to > from ? `L${from}-L${to}` : `L${from}`;
}

function setText(button: HTMLElement, text: string): void {
  if (button.textContent !== text) button.textContent = text;
}

const page = document.getElementById('log-page');
if (page !== null) {
  new LogViewer(page).start();
  page.dataset.ready = 'true';
}
