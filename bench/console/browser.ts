import {chromium} from 'playwright-core';
import {onPath} from '../../src/setup/os-packages.ts';

const READY_MS = 30_000;

/** Notes, in the page itself, when its script says that it is ready; milliseconds since the navigation began. */
const NOTE = `new MutationObserver((_, observer) => {
  if (document.documentElement?.dataset.ready !== 'true') return;
  globalThis.readyAtMs = performance.now();
  observer.disconnect();
}).observe(document, {attributes: true, subtree: true, attributeFilter: ['data-ready']});`;

/** The Chromium of this machine. Throws with the package that has it where it is missing. */
export async function findChromium(): Promise<string> {
  const path = await onPath('chromium');
  if (path === undefined)
    throw new Error(
      "The overview is looked at in a real browser, and there is no `chromium` on PATH. Debian's package is chromium: apt-get install chromium",
    );
  return path;
}

/** Times until a page can be used, each in a new context with nothing cached: from the start of the navigation until its script is ready, milliseconds. */
export async function interactiveTimes(executablePath: string, url: string, times: number): Promise<number[]> {
  // A signal ends the bench, which closes the browser.
  const browser = await chromium.launch({executablePath, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false});
  try {
    const found: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.addInitScript(NOTE);
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
