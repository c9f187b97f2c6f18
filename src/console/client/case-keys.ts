/** Dialogs that keys open: accept and reject ask first. */
const DIALOGS: Readonly<Record<string, string>> = {a: 'ask-accept', r: 'ask-reject'};
/** Links that keys follow, by their `data-action`. */
const LINKS: Readonly<Record<string, string>> = {q: 'ask', d: 'patch', l: 'log'};

/** Does what a key means on the page of a case. Returns whether it means anything there. */
export function pressCaseKey(key: string): boolean {
  const dialog = document.getElementById(DIALOGS[key] ?? '');
  if (dialog !== null) return openDialog(dialog);
  const link = document.querySelector<HTMLElement>(`[data-action="${LINKS[key] ?? 'none'}"]`);
  if (link !== null) {
    link.click();
    return true;
  }
  return key === 'n' || key === 'p' ? goToFinding(key === 'n' ? 1 : -1) : false;
}

function openDialog(dialog: HTMLElement): boolean {
  dialog.showPopover();
  dialog.querySelector<HTMLElement>('textarea, input:not([type=hidden]), button[type=submit]')?.focus();
  return true;
}

/** Goes to the next or previous finding of the guard, around at the end. */
function goToFinding(step: 1 | -1): boolean {
  const findings = [...document.querySelectorAll<HTMLElement>('#change [data-finding]')];
  if (findings.length === 0) return false;
  const at = findings.indexOf(document.activeElement as HTMLElement);
  const start = at < 0 && step < 0 ? 0 : at;
  const next = findings[(start + step + findings.length) % findings.length];
  if (next === undefined) return false;
  next.tabIndex = -1;
  next.closest('details')?.setAttribute('open', '');
  next.focus();
  next.scrollIntoView({block: 'center'});
  return true;
}

/** Whether a key is for a field, a dialog or the browser, and not for the page. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  if (document.querySelector(':popover-open') !== null) return true;
  return event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Name under which the page of keys stores that single keys are switched off. */
const SINGLE_KEYS = 'portwright-single-keys';

document.addEventListener('keydown', (event) => {
  if (isTaken(event) || localStorage.getItem(SINGLE_KEYS) === 'off') return;
  if (pressCaseKey(event.key)) event.preventDefault();
});
