import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {startConsole} from '../../../src/console/server.tsx';
import {consoleSettings} from '../../../src/console/settings.ts';
import type {UsageFaults} from '../../../src/worker/running-work.ts';
import {EvidenceDir} from '../../evidence/evidence-dir.ts';
import {axeFindings, screenshot, startBrowser} from '../../support/browser.ts';

jest.setTimeout(90_000);

const fault = (count: number): UsageFaults => ({
  count,
  model: 'small',
  at: '2026-01-01T10:00:00Z',
  problem: 'The server reports 0 prompt tokens for 21000 bytes; at least 2984 are plausible.',
});
const call = (purpose: string) => ({purpose, model: 'small', at: '2026-01-01T10:00:00Z', ok: true, error: null});

/** Opens the overview, in a browser, of a console whose worker reports this; Temporal is not there. */
async function overview(usageFaults: object, picture: string): Promise<{text: string; axe: string[]}> {
  const model = {triage: call('triage'), patch: call('patch')};
  const report = {
    status: 'idle',
    job_id: null,
    current_stage: null,
    started_at: null,
    updated_at: 'b',
    extra: {model, usage_faults: usageFaults},
  };
  const worker = createServer((_, response) => response.end(JSON.stringify(report)));
  await new Promise<void>((done) => worker.listen(0, '127.0.0.1', done));
  const evidence = new EvidenceDir();
  const running = await startConsole({
    settings: consoleSettings({}, {host: '127.0.0.1', port: 0}),
    env: {},
    roots: [evidence.root],
    cacheFile: join(evidence.root, '..', 'console.sqlite'),
    place: async () => ({address: '127.0.0.1:1', namespace: 'default', options: {}}),
    workerUrl: () => `http://127.0.0.1:${(worker.address() as AddressInfo).port}`,
    webUi: () => undefined,
  });
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({viewport: {width: 1280, height: 900}});
    const shown = page.locator('.health', {hasText: 'small, answered'});
    while ((await shown.count()) < 1) {
      await page.goto(running.url);
      await page.waitForSelector('html[data-ready=true]');
    }
    await screenshot(page, picture);
    return {text: await page.locator('main').innerText(), axe: await axeFindings(page)};
  } finally {
    await browser.close();
    await running.stop();
    await new Promise((done) => worker.close(done));
    evidence.remove();
  }
}

test('the overview names a model whose reports of tokens were implausible twice, and none for a single one', async () => {
  const {text, axe} = await overview({triage: fault(1), patch: fault(2)}, 'usage-faults');
  expect(text).toMatch(
    /Model for patch: 2 implausible reports of tokens, which count as our estimate\. The server reports 0 prompt tokens for 21000 bytes/,
  );
  expect(text).not.toContain('Model for triage');
  expect(axe).toEqual([]);
});
