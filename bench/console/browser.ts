import {chromium} from 'playwright-core';
import {onPath} from '../../src/setup/os-packages.ts';

const READY_MS = 30_000;

/** Page script that records when the page is ready, milliseconds since the navigation started. */
const READY_OBSERVER = `new MutationObserver((_, observer) => {
  if (document.documentElement?.dataset.ready !== 'true') return;
  globalThis.readyAtMs = performance.now();
  observer.disconnect();
}).observe(document, {attributes: true, subtree: true, attributeFilter: ['data-ready']});`;

/** Returns the path of Chromium. Throws with the name of its package if it is missing. */
export async function findChromium(): Promise<string> {
  const path = await onPath('chromium');
  if (path === undefined)
    throw new Error(
      'The overview is measured in a real browser, and there is no `chromium` on PATH. On Debian: apt-get install chromium',
    );
  return path;
}

/** Measures the time from the navigation until the page's script is ready, each time in a new context without a cache; milliseconds. */
export async function interactiveTimes(executablePath: string, url: string, times: number): Promise<number[]> {
  // A signal ends the bench, which closes the browser.
  const browser = await chromium.launch({executablePath, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false});
  try {
    const found: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.addInitScript(READY_OBSERVER);
      await page.goto(url, {waitUntil: 'commit'});
      const ready = await page.waitForFunction(() => (globalThis as {readyAtMs?: number}).readyAtMs, undefined, {
        timeout: READY_MS,
      });
      found.push((await ready.jsonValue()) ?? Number.NaN);
      await context.close();
    }
    return found;
  } finally {
    await browser.close();
  }
}
