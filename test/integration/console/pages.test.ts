import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Browser, BrowserContextOptions, Page} from 'playwright-core';
import {KeptCase} from '../../cli/kept-case.ts';
import {attempt, caseAt} from '../../console/case-at.ts';
import {axeFindings, screenshot, startBrowser} from '../../support/browser.ts';
import {DemoRun} from '../../support/demo-run.ts';

const CASE = `/ui/cases/${encodeURIComponent('port:@demo:net/wifimedia')}`;
const JUDGED_BUNDLE = 'devel_bar-20260102-101500Z';
const DIFF = `diff --git a/ports/devel/bar/Makefile.DragonFly b/ports/devel/bar/Makefile.DragonFly
--- a/ports/devel/bar/Makefile.DragonFly
+++ b/ports/devel/bar/Makefile.DragonFly
@@ -1 +1,2 @@
 USES+=	gmake
+MASTER_SITES=	http://b.example/
`;
const HOSTILE_BUNDLE = 'devel_foo-20260101-101500Z';

let demo: DemoRun;
let browser: Browser;
let base: string;
let bundle: string;
let run: string;
/** What browsers said that they should not: errors of scripts, what the security policy held back, things that were not found. */
const complaints: string[] = [];

beforeAll(async () => {
  [demo, browser] = await Promise.all([DemoRun.make(), startBrowser()]);
  demo.startWith({PORTWRIGHT_CONSOLE: '127.0.0.1:0', USER: 'ann'}, '--port', 'net/wifimedia');
  base = (await demo.line(/^Console: /)).replace('Console: ', '');
  await demo.line(/It stays up/);
  bundle = (await json<{bundles: {bundle_id: string}[]}>('/bundles')).bundles[0]?.bundle_id ?? '';
  run = (await json<{runs: {run_id: string}[]}>('/runs')).runs[0]?.run_id ?? '';
}, 180_000);

afterAll(async () => {
  await browser.close();
  await demo.remove();
});

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

async function json<T>(path: string): Promise<T> {
  return (await (await fetch(base + path)).json()) as T;
}

/** A page of a browser of its own. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (said) => {
    if (said.type() === 'error') complaints.push(`${page.url()}: ${said.text()}`);
  });
  await page.goto(base + path);
  if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready=true]');
  return page;
}

function pages(): [string, string][] {
  return [
    ['overview', '/'],
    ['cases', '/ui/cases'],
    ['case', CASE],
    ['session', `${CASE}/session`],
    ['session-raw', `${CASE}/session?view=raw`],
    ['ask', `${CASE}/ask`],
    ['diff', `${CASE}/diff/1`],
    ['events', '/ui/events'],
    ['jobs', '/ui/jobs'],
    ['job', `/ui/jobs/${bundle}-patch`],
    ['runs', '/ui/runs'],
    ['run', `/ui/runs/${run}`],
    ['compare', `/ui/compare?a=${run}&b=${run}`],
    ['ports', '/ui/ports'],
    ['port', '/ui/ports/net/wifimedia'],
    ['bundles', '/ui/bundles'],
    ['bundle', `/ui/bundles/${bundle}`],
    ...['summary', 'patch', 'logs', 'artifacts'].map((tab): [string, string] => [
      `bundle-${tab}`,
      `/ui/bundles/${bundle}?tab=${tab}`,
    ]),
    ['artifact', `/ui/bundles/${bundle}/artifacts/meta.txt`],
    ['log', `/ui/bundles/${bundle}/log`],
    ['api', '/ui/api'],
  ];
}

test.each([
  ['light', {colorScheme: 'light', viewport: {width: 1600, height: 1000}}],
  ['dark-phone', {colorScheme: 'dark', viewport: {width: 360, height: 740}}],
] as const)(
  'each page, %s: nothing that axe objects to, nothing beyond its edge',
  async (name, options) => {
    const page = await open('/', options);
    for (const [what, path] of pages()) {
      await page.goto(base + path);
      await page.waitForSelector('html[data-ready=true]');
      expect([what, await axeFindings(page)]).toEqual([what, []]);
      const [width = 0, room = 0] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect([what, width - room]).toEqual([what, 0]);
      await screenshot(page, `${name}-${what}`);
    }
    await page.context().close();
  },
  120_000,
);

test('without JavaScript: what waits, the case with its diff, and the lines of the log', async () => {
  const page = await open('/', {javaScriptEnabled: false});
  await page.getByRole('link', {name: 'net/wifimedia'}).first().click();
  expect(await page.locator('.title .pill').textContent()).toBe('Fix ready for review');
  expect(await page.locator('.diff').first().textContent()).toContain('+#ifdef IFM_IEEE80211_11A');
  await page.getByRole('link', {name: 'Failed log', exact: true}).click();
  expect(await page.locator('main').textContent()).toContain("error: 'IFM_IEEE80211_11A' undeclared");
  await page.context().close();
});

test('what a log, a model and a bundle say stays text', async () => {
  const kept = new KeptCase();
  const script = '<script>document.title = "owned"</script><img src=x onerror="document.title=\'owned\'">';
  const dir = join(demo.dir, 'demo', 'logs', 'evidence', 'runs', 'run-Live-1', 'ports', HOSTILE_BUNDLE);
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(dir, name)), {recursive: true});
    writeFileSync(join(dir, name), text);
  };
  const status = kept.archive({
    reason: script,
    triage: {classification: script, confidence: script, platform: script, rootCause: `${script} [a](javascript:alert(1))`},
    timeline: [{atUtc: '2026-01-01T10:16:00.000Z', phase: 'closed', text: script}],
    operatorLog: [{atUtc: '2026-01-01T10:16:00.000Z', by: script, did: script}],
    phase: 'closed',
    outcome: 'manual',
    bundles: [{runId: 'run-Live-1', bundleId: HOSTILE_BUNDLE}],
    bundle: {runId: 'run-Live-1', bundleId: HOSTILE_BUNDLE},
  });
  kept.remove();
  put('analysis/case.json', JSON.stringify(status));
  put('analysis/triage.md', `## Classification\n${script}\n\n[click](javascript:alert(1)) ![x](http://127.0.0.1:1/x.png)\n`);
  put('analysis/patch.md', script);
  put(
    'analysis/changes.diff',
    `diff --git a/ports/devel/foo/${script} b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-${script}\n+${script}\n`,
  );
  put('logs/errors.txt', script);
  put('logs/full.log', `${script}\n\u001b]0;owned\u0007${script}\n`);
  put('port/evil.html', script);
  put(
    'meta.txt',
    `ts_utc=20260101-101500Z\norigin=devel/foo\norigin_base=devel/foo\nflavor=devel/foo\ntarget=@main\nresult=${script}\nprofile=${script}\n`,
  );
  const page = await open('/ui/bundles');
  await page.locator(`main a[href*="${HOSTILE_BUNDLE}"]`).first().waitFor();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const paths = [
    ...[
      '',
      '?tab=summary',
      '?tab=triage',
      '?tab=patch',
      '?tab=logs',
      '?tab=artifacts',
      '/log',
      '/artifacts/port/evil.html',
      '/artifacts/analysis/triage.md',
    ].map((rest) => `/ui/bundles/${HOSTILE_BUNDLE}${rest}`),
    ...[
      '/ui/cases',
      `/ui/cases/${encodeURIComponent(status.workflowId)}`,
      '/ui/ports/devel/foo',
      '/ui/events',
      '/',
      '/ui/runs/run-Live-1',
    ],
    ...['port/evil.html', 'analysis/triage.md', 'logs/full.log'].map((file) => `/bundles/${HOSTILE_BUNDLE}/artifacts/${file}`),
  ];
  for (const path of paths) {
    await page.goto(base + path);
    expect([path, await page.title()]).not.toEqual([path, 'owned']);
    expect([path, await page.locator('script:not([src]), img, iframe, [onerror], a[href^=javascript]').count()]).toEqual([
      path,
      0,
    ]);
  }
  expect(requests.filter((url) => !url.startsWith(base))).toEqual([]);
  await page.goto(`${base}/ui/bundles/${HOSTILE_BUNDLE}?tab=triage`);
  expect(await page.locator('main').textContent()).toContain('<script>document.title = "owned"</script>');
  await screenshot(page, 'hostile-triage');
  await page.context().close();
}, 60_000);

test.each(['light', 'dark'] as const)(
  'the effect of a diff stands next to it, with what its model insists on: %s',
  async (colorScheme) => {
    const evil = '<img src=x onerror="document.title=1">\u202e\u200b';
    const dir = join(demo.dir, 'demo', 'logs', 'evidence', 'runs', 'run-Live-1', 'ports', JUDGED_BUNDLE);
    const put = (name: string, text: string): void => {
      mkdirSync(dirname(join(dir, name)), {recursive: true});
      writeFileSync(join(dir, name), text);
    };
    const findings = [
      {
        rule: 'downloads',
        severity: 'ask',
        path: 'ports/devel/bar/Makefile.DragonFly',
        reason: `It fetches: MASTER_SITES=${evil}`,
      },
      {rule: 'surroundings', severity: 'refuse', path: '', reason: 'CFLAGS differs between the proof and a bulk build.'},
    ] as const;
    const attempts = [
      {effect: 'Only files change: files/patch-a.c (added).'},
      {findings, guardRound: {raised: findings, turns: 3, insists: evil}},
    ];
    const bundle = {runId: 'run-Live-1', bundleId: JUDGED_BUNDLE};
    const status = caseAt(['collect', 'closed'], {
      workflowId: 'port:@main:devel/bar',
      port: {target: '@main', origin: 'devel/bar'},
      outcome: 'needs-help',
      bundles: [bundle],
      bundle,
      attempts: attempts.map((one, at) => attempt({attempt: at + 1, diff: String(at), diffText: DIFF, bundle, ...one})),
    });
    put('analysis/case.json', JSON.stringify(status));
    const changes = [
      {kind: 'file', name: 'Makefile', text: 'changed'},
      {kind: 'variable', name: 'MASTER_SITES', text: `MASTER_SITES: https://a.example/ → http://b.example/${evil}`},
      {kind: 'target', name: 'pre-configure', text: evil},
      {kind: 'command', name: `uname -${'r'.repeat(150)}`, text: 'run when make reads the port'},
    ];
    put(
      'analysis/effect.json',
      JSON.stringify({diff: '1', summary: `These change: ${evil}.`, changes, findings, missing: ['make: 1']}),
    );
    put('meta.txt', 'ts_utc=20260102-101500Z\norigin=devel/bar\norigin_base=devel/bar\ntarget=@main\nprofile=Live\n');
    const page = await open('/ui/bundles', {colorScheme});
    await page.locator(`main a[href*="${JUDGED_BUNDLE}"]`).first().waitFor();
    const path = `/ui/cases/${encodeURIComponent(status.workflowId)}`;
    for (const [name, at] of [
      ['case', path],
      ['diff', `${path}/diff/2`],
      ['diff-one-line', `${path}/diff/1`],
    ] as const) {
      await page.goto(base + at);
      await page.waitForSelector('html[data-ready=true]');
      expect([name, await axeFindings(page)]).toEqual([name, []]);
      const [width = 0, room = 0] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect([name, width - room]).toEqual([name, 0]);
      await screenshot(page, `effect-${colorScheme}-${name}`);
    }
    const oneLine = page.locator('#effect');
    expect([await oneLine.innerText(), await oneLine.locator('table').count()]).toEqual([
      expect.stringMatching(/What the fix does to the port\s+Only files change/),
      0,
    ]);
    await page.goto(`${base}${path}/diff/2`);
    const text = await page.locator('main').innerText();
    expect(text).toContain('http://b.example/<img src=x onerror="document.title=1">‹U+202E›‹U+200B›');
    expect(await page.locator('img').count()).toBe(0);
    await page.goto(base + path);
    expect(await page.locator('#a2').innerText()).toContain('The model was sent 2 findings and insists: <img');
    await page.setViewportSize({width: 360, height: 740});
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await screenshot(page, `effect-${colorScheme}-phone`);
    await page.context().close();
  },
  60_000,
);

test('a file has an address of its own, and Back returns to the tab', async () => {
  const page = await open(`/ui/bundles/${bundle}?tab=artifacts`);
  await page.getByRole('link', {name: 'analysis/triage.md', exact: true}).click();
  await page.waitForURL('**/artifacts/analysis/triage.md');
  expect(await page.locator('main').textContent()).toContain('net80211');
  await page.goBack();
  await page.waitForURL(`**/ui/bundles/${bundle}?tab=artifacts`);
  expect(await page.locator('.tabs [aria-current]').textContent()).toBe('Files');
  await page.context().close();
});

test('by keyboard alone: to the case, a refusal in the case’s own words, what was typed still there', async () => {
  const page = await open('/');
  const tabTo = async (selector: string): Promise<void> => {
    for (let at = 0; at < 100; at += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    }
    throw new Error(`Tab does not come to ${selector}.`);
  };
  await tabTo('.skip');
  await page.keyboard.press('Enter');
  await tabTo(`main a[href="${CASE}"]`);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${CASE}`);
  await tabTo('[popovertarget=ask-reject]');
  await page.keyboard.press('Enter');
  await tabTo('#operator-reject-reason');
  await page.keyboard.type('   ');
  await tabTo('#operator-form-reject button');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('reject needs "reason" of 1 to 8000 characters');
  await screenshot(page, 'refused');
  complaints.length = 0;
  await page.context().close();
}, 30_000);

test('keys: the list of them, go, move and filter in a list; off while typing, and by their switch', async () => {
  const page = await open('/');
  await page.keyboard.press('?');
  await page.getByRole('dialog', {name: 'Keys'}).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL('**/ui/cases');
  await page.waitForSelector('html[data-ready=true]');
  await page.keyboard.press('j');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe(CASE);
  await page.keyboard.press('f');
  await page.keyboard.type('no such port, ?');
  await page.getByRole('heading', {name: 'No case matches'}).waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('no such port, ?');
  await page.getByRole('link', {name: 'Clear filters'}).click();
  await page.waitForURL('**/ui/cases');
  await page.locator(`main a[href="${CASE}"]`).waitFor();
  await page.waitForSelector('html[data-ready=true]');
  await page.keyboard.press('?');
  await page.getByLabel('Single keys are on').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('A');
  await page.context().close();
});

test('a page changes in place: what was typed, opened and scrolled to stays, and a proof is told', async () => {
  const page = await open(CASE);
  await page.locator('#actions [popovertarget=more]').click();
  await page.locator('#more [popovertarget=ask-context]').click();
  await page.locator('#operator-context-text').fill('half a note');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('#triage-text > summary').click();
  await page.locator('#activity').scrollIntoViewIfNeeded();
  const scrolled = await page.evaluate(() => scrollY);
  const answer = await fetch(`${base}/api/v1/cases/${encodeURIComponent('port:@demo:net/wifimedia')}/reject`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({by: 'bob', reason: 'the comment is missing'}),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('ok')]);
  await page.locator('#activity q', {hasText: 'the comment is missing'}).first().waitFor();
  await page.locator('.title .pill', {hasText: 'Running'}).waitFor();
  expect(await page.locator('#operator-context-text').inputValue()).toBe('half a note');
  expect(await page.locator('#triage-text').getAttribute('open')).not.toBeNull();
  expect(Math.abs((await page.evaluate(() => scrollY)) - scrolled)).toBeLessThan(900);
  await screenshot(page, 'live-attempt');
  await page.locator('#toasts', {hasText: 'a clean rebuild passed'}).waitFor({timeout: 60_000});
  await page.locator('.title .pill', {hasText: 'Fix ready for review'}).waitFor();
  expect(await page.locator('#operator-context-text').inputValue()).toBe('half a note');
  await page.context().close();
}, 120_000);

test('each thing that can be said: budget, context, escalate, retry, resolve refused, accept', async () => {
  const page = await open(CASE);
  const say = async (action: string, fill: Record<string, string> = {}): Promise<string> => {
    const opener = page.locator(`#actions [popovertarget=ask-${action}]`);
    if ((await opener.count()) === 0) await page.locator('#actions [popovertarget=more]').click();
    await ((await opener.count()) === 0 ? page.locator(`#more [popovertarget=ask-${action}]`) : opener).click();
    const part = page.locator(`#ask-${action}`);
    for (const [name, value] of Object.entries(fill)) await part.locator(`[name=${name}]`).fill(value);
    await part.locator('button[type=submit]').click();
    return (await page.locator('.notice[role=status], .notice[role=alert]').first().textContent()) ?? '';
  };
  const phase = (word: string): Promise<void> =>
    page.locator('.title .pill', {hasText: new RegExp(word)}).waitFor({timeout: 60_000});
  await phase('Fix ready for review');
  expect(await say('budget', {attempts: '2'})).toContain('It counts from now on');
  expect(await say('reject', {reason: 'again, with less'})).toContain('The patch loop goes on');
  await phase('Running');
  expect(await say('escalate', {reason: 'I take it'})).toContain('Automation stops');
  await phase('Needs you');
  await page.locator('#question', {hasText: 'ann escalated it: I take it'}).waitFor();
  expect(await say('context', {text: 'only where the system has them'})).toContain('Triage starts again');
  await phase('Running');
  await phase('Fix ready for review');
  await page.locator('#actions .primary').click();
  await page.locator('.notice[role=status]', {hasText: 'closes as fixed'}).waitFor();
  await phase('Fixed');
  expect(await page.locator('#actions button').count()).toBe(0);
  await screenshot(page, 'accepted');
  const {status} = await json<{status: {operatorLog: {by: string}[]; accepted: {by: string}}}>(
    `/api/v1/cases/${encodeURIComponent('port:@demo:net/wifimedia')}`,
  );
  expect(status.accepted.by).toBe('ann');
  expect(status.operatorLog.map(({by}) => by)).toEqual(expect.arrayContaining(['ann', 'bob']));
  await page.context().close();
}, 180_000);

test('a session as one file needs nothing else', async () => {
  const answer = await fetch(`${base}${CASE}/session.html`);
  const text = await answer.text();
  expect(answer.headers.get('content-disposition')).toContain('session-net_wifimedia.html');
  expect(text).toContain('IFM_IEEE80211_11A');
  expect(text).not.toMatch(/<script|<link|src=/);
  const context = await browser.newContext();
  const page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.setContent(text);
  expect(await page.locator('h1').textContent()).toContain('net/wifimedia');
  expect(await axeFindings(page)).toEqual([]);
  expect(requests).toEqual([]);
  await context.close();
});
