/** Search and the choice of light or dark. Without JavaScript both are hidden, and the pages read the same. */
const root = document.body.dataset.root ?? '';
const find = document.querySelector('.find');
const input = find?.querySelector('input');
const results = document.querySelector('.results');
const article = document.querySelector('article');
const MOST = 30;

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('theme', theme);
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}

function loadIndex() {
  return new Promise((done, fail) => {
    if (globalThis.searchIndex !== undefined) return done(globalThis.searchIndex);
    const script = document.createElement('script');
    script.src = `${root === '' ? '.' : root}/search-index.js`;
    script.addEventListener('load', () => done(globalThis.searchIndex));
    script.addEventListener('error', fail);
    document.head.append(script);
  });
}

/** Returns the entries that have all words, those with a word in their heading first. */
function matches(index, words) {
  const scored = index.flatMap((entry) => {
    const heading = `${entry.page} ${entry.heading}`.toLowerCase();
    const all = `${heading} ${entry.text.toLowerCase()}`;
    if (!words.every((word) => all.includes(word))) return [];
    return [{entry, score: words.filter((word) => heading.includes(word)).length}];
  });
  return scored.sort((a, b) => b.score - a.score).map(({entry}) => entry);
}

/** Returns the part of a text around its first match. */
function excerpt(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  return `${at > 0 ? '… ' : ''}${text.slice(at, at + 200)}${text.length > at + 200 ? ' …' : ''}`;
}

function resultOf({url, page, heading, text}, word) {
  const link = document.createElement('a');
  link.href = `${root === '' ? '.' : root}/${url}`;
  link.textContent = heading === page ? page : `${page}: ${heading}`;
  const shown = document.createElement('p');
  shown.textContent = excerpt(text, word);
  const item = document.createElement('li');
  item.append(link, shown);
  return item;
}

async function search() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  results.hidden = words.length === 0;
  article.hidden = words.length > 0;
  if (words.length === 0) return;
  const found = matches(await loadIndex(), words);
  const count = document.createElement('p');
  count.textContent = found.length === 1 ? '1 result' : `${found.length} results`;
  const list = document.createElement('ul');
  list.append(...found.slice(0, MOST).map((entry) => resultOf(entry, words[0])));
  results.replaceChildren(count, list);
}

const stored = localStorage.getItem('theme');
if (stored !== null) document.documentElement.dataset.theme = stored;
const theme = document.querySelector('.theme');
theme.hidden = false;
theme.addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'));
find.hidden = false;
find.addEventListener('submit', (event) => event.preventDefault());
input.addEventListener('input', () => void search());
if (matchMedia('(max-width: 60rem)').matches) document.querySelector('nav details').open = false;
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  input.focus();
});
