import {Live} from './live.ts';
import {changeInPlace, keepWhatIsTyped} from './morph.ts';
import {toast} from './toasts.ts';

const main = document.getElementById('main') as HTMLElement;

themes();
keepWhatIsTyped(document);
const live = new Live(main, changeInPlace, toast);
live.start();
document.documentElement.dataset.ready = 'true';

/** The choice of a theme is a cookie, so that the next page comes in it. */
function themes(): void {
  const select = document.getElementById('theme') as HTMLSelectElement | null;
  const label = document.getElementById('theme-label');
  if (select === null || label === null) return;
  label.hidden = false;
  select.addEventListener('change', () => {
    const root = document.documentElement;
    if (select.value === 'auto') delete root.dataset.theme;
    else root.dataset.theme = select.value;
    // biome-ignore lint/suspicious/noDocumentCookie: the server reads it, and CookieStore is not everywhere yet
    document.cookie = `portwright_theme=${select.value}; path=/; max-age=31536000; samesite=strict`;
  });
}
