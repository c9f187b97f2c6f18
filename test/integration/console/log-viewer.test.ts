import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import type {FastifyInstance} from 'fastify';
import type {Browser, Page} from 'playwright-core';
import {logApp} from '../../console/log-app.ts';
import {screenshot, startBrowser} from '../../support/browser.ts';

const TOTAL = 200_000;
const CAUSE_LINE = 123_456;
const CAUSE = "main.c:3:1: error: use of undeclared identifier 'TIOCGWINSZ'";
const NEEDLES = [1000, 150_000, 199_990];

let dir: string;
let app: FastifyInstance;
let browser: Browser;
let page: Page;
const wrong: string[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-log-test-'));
  mkdirSync(join(dir, 'logs'));
  writeFileSync(join(dir, 'logs/full.log.gz'), gzipSync(logText(), {level: 1}));
  app = logApp({'devel_foo-1': dir});
  await app.listen({port: 0, host: '127.0.0.1'});
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  rmSync(dir, {recursive: true});
});

function logText(): string {
  const bar = '-'.repeat(79);
  const lines = Array.from({length: TOTAL}, (_, i) => `cc -O2 -pipe -I/construction/work/foo-1.0/include -c file${i + 1}.c`);
  for (const [at, name] of [
    [1, 'fetch'],
    [50, 'configure'],
    [900, 'build'],
  ] as const)
    lines.splice(at - 1, 3, bar, `-- Phase: ${name}`, bar);
  for (const line of NEEDLES)
    lines[line - 1] = `a \u001b[1mneedle\u001b[0m in line ${line} <script>document.title = 'hacked'</script>`;
  lines[CAUSE_LINE - 1] = CAUSE;
  lines[TOTAL - 2] = 'FAILED 00:10:00';
  lines[TOTAL - 1] = 'the very last line';
  return lines.join('\n');
}

async function open(path: string, more: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
  page = await browser.newPage({viewport: {width: 1200, height: 800}, ...more});
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  const address = app.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await page.goto(`http://127.0.0.1:${port}/ui/bundles/devel_foo-1/log${path}`);
  if (more.javaScriptEnabled !== false) await page.waitForSelector('#log-page[data-ready]');
}

/** Waits until the viewer is about a line, which is in the view with its text. */
async function isAt(line: number, text: string): Promise<void> {
  const row = page.locator('.log-line[aria-current]');
  await page.waitForFunction(
    ([wanted, words]) => {
      const now = document.querySelector('.log-line[aria-current]');
      if (now?.querySelector('.log-number')?.textContent !== wanted) return false;
      return now?.querySelector('code')?.textContent?.includes(words ?? '');
    },
    [String(line), text],
  );
  expect(await row.count()).toBe(1);
  const seen = await row.evaluate((one) => {
    const box = one.closest('.log-lines')?.getBoundingClientRect();
    const {top, bottom} = one.getBoundingClientRect();
    return box !== undefined && top >= box.top - 2 && bottom <= box.bottom + 2;
  });
  expect(seen).toBe(true);
  await page.waitForFunction((hash) => location.hash === hash, `#L${line}`);
}

const rows = (): Promise<number> => page.locator('.log-line').count();
async function shot(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme});
    await screenshot(page, `log-${name}-${colorScheme}`);
  }
}

test('a log of 200,000 lines: jump, scroll, search, keys and Back, with few rows in the document', async () => {
  await open('');
  await isAt(CAUSE_LINE, CAUSE);
  expect(await rows()).toBeLessThan(60);
  expect(await page.locator('.log-line[data-kind="cause"] .log-sign').textContent()).toBe('✖');
  await shot('wide');

  await page.getByRole('link', {name: 'build'}).click();
  await isAt(901, '-- Phase: build');
  await page.goBack();
  await isAt(CAUSE_LINE, CAUSE);
  await page.goForward();
  await isAt(901, '-- Phase: build');

  await page.locator('#log-lines').evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.getByText('the very last line').waitFor();
  expect(await rows()).toBeLessThan(60);

  await page.locator('#log-lines').focus();
  await page.keyboard.press('Home');
  await isAt(1, '-----');
  await page.keyboard.press('ArrowDown');
  await isAt(2, '-- Phase: fetch');
  await page.keyboard.press('End');
  await isAt(TOTAL, 'the very last line');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageDown');
  await isAt(TOTAL, 'the very last line');
  await page.keyboard.press('ArrowUp');
  await isAt(TOTAL - 1, 'FAILED');

  await page.keyboard.press('Home');
  await page.keyboard.press('e');
  await isAt(CAUSE_LINE, CAUSE);
  await page.keyboard.press(':');
  await page.keyboard.type('12');
  await page.keyboard.press('Enter');
  await isAt(12, '');
  await page.locator('#log-lines').focus();

  await page.keyboard.press('/');
  await page.keyboard.type('NEEDLE');
  await page.keyboard.press('Enter');
  await isAt(1000, 'a needle in line 1000');
  await page.getByText('match 1 of 3').waitFor();
  await page.keyboard.press('n');
  await isAt(150_000, '<script>');
  expect(await page.locator('.log-line[aria-current] mark').textContent()).toBe('needle');
  await page.keyboard.press('N');
  await isAt(1000, 'needle');
  await page.keyboard.press('N');
  await isAt(199_990, 'needle');
  await page.goBack();
  await isAt(1000, 'needle');
  expect(await page.locator('#log-hit-list a').count()).toBe(3);
  expect(page.url()).toContain('?q=NEEDLE#L1000');

  await page.reload();
  await isAt(1000, 'needle');
  await page.getByLabel('Line', {exact: true}).fill('77777');
  await page.keyboard.press('Enter');
  await isAt(77_777, 'file77777.c');
  await page.locator('.log-number', {hasText: /^77779$/}).click({modifiers: ['Shift']});
  await page.waitForFunction(() => location.hash === '#L77777-L77779');
  expect(await page.locator('.log-line.in-range').count()).toBe(3);
  await page.getByRole('button', {name: 'Copy link to lines 77777–77779'}).waitFor();
  expect(await page.locator('#log-copy-lines').getAttribute('data-copy')).toMatch(/file77777.c\n.*file77778.c\n.*file77779.c$/);
  expect(await page.title()).toBe('Log of devel_foo-1');
  await page.close();
});

test('dark and narrow, it fits; without JavaScript it is a page of lines', async () => {
  await open('?q=needle#L150000', {viewport: {width: 360, height: 740}, colorScheme: 'dark'});
  await isAt(150_000, 'needle');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await shot('narrow');
  await page.close();
  await open('', {javaScriptEnabled: false});
  expect(await rows()).toBe(400);
  await shot('no-script');
  await page.getByRole('link', {name: 'Last'}).click();
  expect(await page.locator(`#L${TOTAL}`).textContent()).toContain('the very last line');
  await page.close();
});

test('nothing was wrong in the browser, and nothing against its policy', () => {
  expect(wrong).toEqual([]);
});
