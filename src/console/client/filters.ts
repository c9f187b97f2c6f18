/** How long the next letter is waited for before a search applies. */
const TYPING_MS = 300;

/** Applies the filters of a list as soon as they are changed: the address is replaced, and the page changes in place. */
export function filters(change: () => Promise<void>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const apply = (form: HTMLFormElement): void => {
    clearTimeout(timer);
    history.replaceState(null, '', addressOf(form));
    // Without the page again, a new navigation shows the error.
    void change().catch(() => location.reload());
  };
  document.addEventListener('input', ({target}) => {
    const form = formOf(target);
    if (form === null) return;
    clearTimeout(timer);
    timer = setTimeout(() => apply(form), isTyped(target) ? TYPING_MS : 0);
  });
  document.addEventListener('submit', (event) => {
    const form = formOf(event.target);
    if (form === null) return;
    event.preventDefault();
    apply(form);
  });
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>('form[data-filters]') : null;
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'search';
}

/** Returns the address of the list with the fields that have a value. */
function addressOf(form: HTMLFormElement): string {
  const address = new URL(form.action);
  address.search = '';
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string' && value !== '') address.searchParams.set(name, value);
  return address.href;
}
