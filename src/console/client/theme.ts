const NEXT = {auto: 'light', light: 'dark', dark: 'auto'} as const;
const NAMES = {auto: 'as the system', light: 'light', dark: 'dark'} as const;
type Theme = keyof typeof NEXT;

/** Changes the theme by its button. The choice is a cookie, so that the next page is rendered in it. */
export function themes(): void {
  const button = document.getElementById('theme');
  if (button === null) return;
  button.addEventListener('click', () => {
    const theme = NEXT[(button.dataset.themeChoice ?? 'auto') as Theme];
    button.dataset.themeChoice = theme;
    button.title = `Theme: ${NAMES[theme]}`;
    button.setAttribute('aria-label', button.title);
    const root = document.documentElement;
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    // biome-ignore lint/suspicious/noDocumentCookie: the server reads it, and CookieStore is not everywhere yet
    document.cookie = `portwright_theme=${theme}; path=/; max-age=31536000; samesite=strict`;
  });
}
