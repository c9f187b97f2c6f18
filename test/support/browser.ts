import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {type Browser, chromium, type Page} from 'playwright-core';
import {onPath} from '../../src/setup/os-packages.ts';
import {installRoot} from '../../src/setup/paths.ts';

/** The system's Chromium. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await onPath('chromium');
  if (executablePath === undefined)
    throw new Error('Chromium is missing: run `npm run setup -- --tests` (Debian calls the package chromium).');
  // Chromium has no sandbox as root, which is usual in containers.
  return chromium.launch({executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : []});
}

/** Saves a picture of the full page in screenshots/, for manual review, if PORTWRIGHT_SCREENSHOTS is set: they take long. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!process.env.PORTWRIGHT_SCREENSHOTS) return;
  const dir = join(installRoot(), 'screenshots');
  mkdirSync(dir, {recursive: true});
  await page.screenshot({path: join(dir, `${name}.png`), fullPage: true});
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(
    context: unknown,
    options: object,
  ): Promise<{violations: {id: string; nodes: {target: unknown[]; failureSummary?: string}[]}[]}>;
}

/** Returns axe's findings against WCAG 2.2 AA and its best practices on a page. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Evaluated as text, which the page's content security policy does not block.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const {axe, document} = globalThis as unknown as {axe: Axe; document: unknown};
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const {violations} = await axe.run(document, {runOnly: {type: 'tag', values}});
    return violations.flatMap(({id, nodes}) =>
      nodes.map(({target, failureSummary}) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n').at(-1)?.trim() ?? ''}`),
    );
  });
}
