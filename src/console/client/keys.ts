const SWITCHED_OFF = 'portwright-keys-off';
/** How long the second key of a pair is waited for. */
const PAIR_MS = 1_500;

/** Second keys of `g`, and where they go. */
const GO: Readonly<Record<string, () => string>> = {
  o: () => '/',
  c: () => '/ui/cases',
  r: () => '/ui/runs',
  p: () => '/ui/ports',
  n: () => `/ui/next${shownCase()}`,
};

/** The query string that names the case of the page, so that the next one is another. */
function shownCase(): string {
  const id = /^\/ui\/cases\/([^/]+)/.exec(location.pathname)?.[1];
  return id === undefined ? '' : `?after=${id}`;
}

/**
 * Single keys of all pages. An element with `aria-keyshortcuts="d"` is pressed by that key; a button that sends a form only gets the focus, so that
 * no key alone changes a case. Off while something is typed, with Ctrl, Alt or Meta, where a part of
 * the page has used the key, and where they are switched off.
 */
export function keys(): void {
  let isPair = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  switchOf();
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || isOff()) return;
    const act = isPair ? goTo(event.key) : actionOf(event.key);
    clearTimeout(timer);
    isPair = !isPair && event.key === 'g';
    if (isPair) timer = setTimeout(() => (isPair = false), PAIR_MS);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
}

function isOff(): boolean {
  return localStorage.getItem(SWITCHED_OFF) === 'yes';
}

/** The box in the list of keys that switches them off: WCAG 2.1, 2.1.4. */
function switchOf(): void {
  const box = document.getElementById('single-keys');
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = !isOff();
  box.addEventListener('change', () => localStorage.setItem(SWITCHED_OFF, box.checked ? 'no' : 'yes'));
}

function goTo(key: string): (() => void) | undefined {
  const path = GO[key]?.();
  return path === undefined ? undefined : () => location.assign(path);
}

function actionOf(key: string): (() => void) | undefined {
  switch (key) {
    case '?':
      return () => document.getElementById('keys')?.togglePopover();
    case '/':
      return find;
    case '.':
      return () => document.getElementById('pause')?.click();
    case 'j':
      return moveIn(rowLinks(), 1);
    case 'k':
      return moveIn(rowLinks(), -1);
    case 'f':
      return focusOn('[data-filters] :is(input:not([type="hidden"]), select)');
    default:
      return pressed(key) ?? ofFindings(key);
  }
}

/** The search of the top bar; a phone has none, and the list of cases has its own. */
function find(): void {
  const box = document.getElementById('find');
  if (box instanceof HTMLInputElement && box.offsetParent !== null) box.focus();
  else location.assign('/ui/cases#filter-q');
}

function focusOn(selector: string): (() => void) | undefined {
  const found = document.querySelector<HTMLElement>(selector);
  return found === null ? undefined : () => found.focus();
}

/** The link of each row of the lists of a page. */
function rowLinks(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main :is(.grid tbody tr > th a, .queue > li .port a)')].filter(
    (link) => link.offsetParent !== null,
  );
}

/** Moves the focus among elements; the first one where none has it. Undefined without any. */
function moveIn(elements: readonly HTMLElement[], step: number): (() => void) | undefined {
  if (elements.length === 0) return undefined;
  return () => {
    const at = elements.indexOf(document.activeElement as HTMLElement);
    const next = at < 0 ? 0 : Math.min(elements.length - 1, Math.max(0, at + step));
    elements[next]?.focus();
    elements[next]?.scrollIntoView({block: 'nearest'});
  };
}

function pressed(key: string): (() => void) | undefined {
  const named = [...document.querySelectorAll<HTMLElement>('[aria-keyshortcuts]')];
  const button = named.find((one) => one.getAttribute('aria-keyshortcuts') === key && one.offsetParent !== null);
  if (button === undefined) return undefined;
  const sends = button instanceof HTMLButtonElement && button.type === 'submit';
  return () => (sends ? button.focus() : button.click());
}

/** `n` and `p` go to the next and the previous finding of the guard. */
function ofFindings(key: string): (() => void) | undefined {
  if (key !== 'n' && key !== 'p') return undefined;
  const findings = [...document.querySelectorAll<HTMLElement>('main [id*="-finding-"]')].filter(
    (one) => one.offsetParent !== null,
  );
  for (const one of findings) one.tabIndex = -1;
  return moveIn(findings, key === 'n' ? 1 : -1);
}
