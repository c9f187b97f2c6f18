import {Projector} from '../../src/console/cache/projector.ts';
import {EvidenceDir} from '../evidence/evidence-dir.ts';
import {attempt, caseAt, TRIAGE} from './case-at.ts';
import {type PageApp, pageApp} from './page-app.tsx';

const RUN = 'run-Live-20260301-090000Z-7';

let evidence: EvidenceDir;
let pages: PageApp;
let projector: Projector;

beforeEach(async () => {
  evidence = new EvidenceDir();
  pages = await pageApp(evidence.root);
  projector = new Projector(pages.cache, () => undefined);
});

afterEach(async () => {
  await pages.close();
  evidence.remove();
});

async function get(path: string): Promise<string> {
  const answer = await pages.app.inject(path);
  expect([path, answer.statusCode]).toEqual([path, 200]);
  return answer.body;
}

function textOf(html: string): string {
  return html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

/** A case of a port of its own, with these tokens. */
function putCase(name: string, tokens: number, changes: Parameters<typeof caseAt>[1] = {}): void {
  const bundle = {runId: RUN, bundleId: `net_${name}-20260301-100000Z`};
  projector.case(
    caseAt(['triage'], {
      runId: `case-${name}`,
      workflowId: `port:@main:net/${name}`,
      port: {target: '@main', origin: `net/${name}`},
      bundles: [bundle],
      bundle,
      triage: TRIAGE,
      usage: {prompt: tokens, cached: 0, completion: 0, reasoning: 0, cost: 0.004},
      ...changes,
    }),
  );
}

function putRun(): void {
  projector.dsynthRun({
    ...{runId: RUN, root: '/x', profile: 'Live', target: '@main', startedUtc: '2026-03-01T09:00:00Z', portsQueued: 10},
    results: {bytes: 0, built: 5, failed: 1, ignored: 0, skipped: 1},
  });
}

/** A failure of a port in the run. */
function putFailure(name: string, signature: string): void {
  const bundleId = `net_${name}-20260301-100000Z`;
  const report = {
    target: '@main',
    origin: `net/${name}`,
    runId: RUN,
    bundleId,
    profile: 'Live',
    createdUtc: '2026-03-01T10:00:00Z',
  };
  projector.bundles([
    {
      archive: {dir: '/nowhere', root: '/nowhere', report},
      ...{tsUtc: '20260301-100000Z', result: 'failure', signature, errorLine: `error ${signature}`, triage: ''},
      ...{status: undefined, analysed: 0, changed: []},
    },
  ]);
}

test('heads sort a list by links: numbers downwards first, again the other way', async () => {
  putCase('aa', 10);
  putCase('bb', 30);
  putCase('cc', 20);
  const ports = (html: string): (string | undefined)[] => [...html.matchAll(/id="case-case-(\w+)"/g)].map(([, name]) => name);
  const plain = await get('/ui/cases?target=%40main');
  expect(plain).toContain('href="/ui/cases?target=%40main&amp;sort=-tokens"');
  expect(plain).not.toContain('aria-sort');
  const down = await get('/ui/cases?sort=-tokens');
  expect(ports(down)).toEqual(['bb', 'cc', 'aa']);
  expect(down).toMatch(/aria-sort="descending"><a href="\/ui\/cases\?sort=tokens"/);
  expect(ports(await get('/ui/cases?sort=tokens'))).toEqual(['aa', 'cc', 'bb']);
  expect(ports(await get('/ui/cases?sort=port'))).toEqual(['aa', 'bb', 'cc']);
  expect(ports(await get('/ui/cases?sort=rowid%20DESC'))).toHaveLength(3);
});

test.each([
  ['cases', ['port', 'state', 'class', 'attempts', 'tokens', 'cost', 'changed']],
  ['bundles', ['port', 'class', 'outcome', 'run', 'time']],
  ['jobs', ['port', 'state', 'type', 'time']],
  ['ports', ['port', 'failures', 'runs', 'open', 'last']],
  ['runs', ['began', 'profile', 'target', 'built', 'failed', 'skipped', 'lasted']],
])('the list of %s is sorted by each of its orders', async (list, orders) => {
  putRun();
  putFailure('aa', 'aaaa');
  putCase('aa', 10);
  const html = await get(`/ui/${list}`);
  const offered = [...html.matchAll(/[?;]sort=-?(\w+)"/g)].map(([, name]) => name);
  expect(offered.sort()).toEqual([...orders].sort());
  for (const order of orders) expect(await get(`/ui/${list}?sort=-${order}`)).toContain('aria-sort="descending"');
});

test('what is set of a filter can be cleared, and an empty list states why', async () => {
  expect(textOf(await get('/ui/cases'))).toContain('0 cases');
  expect(textOf(await get('/ui/cases'))).toContain('No case yet When dsynth fails a port');
  putCase('aa', 10);
  const none = await get('/ui/cases?class=other&sort=-tokens');
  expect(textOf(none)).toContain('No case matches A filter is set. Clear filters');
  expect(none).toContain('<a class="end small" href="/ui/cases?sort=-tokens">Clear</a>');
  const byRun = await get(`/ui/cases?run=${RUN}&phase=triage`);
  expect(textOf(byRun)).toContain(`Run: ${RUN} remove filter`);
  expect(byRun).toContain('<a class="chip on" href="/ui/cases?phase=triage">');
});

test('views count the cases that need a person and those at work', async () => {
  putCase('aa', 10);
  putCase('bb', 20, {phase: 'awaiting-operator', pendingOutcome: 'fixed', attempts: [attempt()]});
  putCase('cc', 20, {phase: 'closed', outcome: 'manual'});
  const html = await get('/ui/cases?state=waiting');
  expect(textOf(html)).toMatch(/Needs you 1 Running 1 Fixed Left to a person All 3 /);
  expect(html).toMatch(/aria-current="page">Needs you/);
  expect(textOf(html)).toMatch(/1 case .*net\/bb @main Fix ready for review a header compile-error 1 20 &lt;\$0\.01 /);
  expect(textOf(await get('/ui/cases?state=left'))).toContain('net/cc');
});

test('the next case that needs a person is a redirect, and the overview where there is none', async () => {
  const next = async (query = ''): Promise<unknown> => (await pages.app.inject(`/ui/next${query}`)).headers.location;
  expect(await next()).toBe('/');
  const waits = (waitingSinceUtc: string) => ({phase: 'awaiting-operator', pendingOutcome: 'manual', waitingSinceUtc}) as const;
  putCase('aa', 1, waits('2026-03-01T12:00:00Z'));
  putCase('bb', 1, waits('2026-03-01T11:00:00Z'));
  expect(await next()).toBe('/ui/cases/port%3A%40main%3Anet%2Fbb');
  expect(await next('?after=port%3A%40main%3Anet%2Fbb')).toBe('/ui/cases/port%3A%40main%3Anet%2Faa');
  expect(await next('?after=port%3A%40main%3Anet%2Faa')).toBe('/ui/cases/port%3A%40main%3Anet%2Fbb');
});

test('a run groups its failures by cause, with the state of each case', async () => {
  putRun();
  putFailure('aa', 'aaaa');
  putFailure('bb', 'aaaa');
  putFailure('cc', 'bbbb');
  putCase('aa', 10, {phase: 'closed', outcome: 'fixed'});
  const text = textOf(await get(`/ui/runs/${RUN}`));
  expect(text).toMatch(/Runs 1 Mar 09:00 Running profile Live/);
  expect(text).toMatch(/7 of 10 .* 5 built 1 failed 1 skipped 3 to go/);
  expect(text).toMatch(
    /Failures by cause 2 .*2 error aaaa compile-error net\/aa Fixed .*net\/bb no case yet .*1 error bbbb net\/cc/,
  );
  expect(text).toMatch(/Its cases 1 .*1 fixed Failures 3 Tokens 10/);
});

test('no list shows a moment in ISO 8601 outside of titles, or a cost of four decimals', async () => {
  putRun();
  putFailure('aa', 'aaaa');
  putCase('aa', 10);
  for (const path of ['/ui/cases', '/ui/bundles', '/ui/jobs', '/ui/ports', '/ui/runs', `/ui/runs/${RUN}`, '/ui/ports/net/aa'])
    expect([path, textOf(await get(path))]).toEqual([
      path,
      expect.not.stringMatching(/\d{4}-\d{2}-\d{2}T|\d\.\d{4}|\b1 (cases|ports|runs|jobs|bundles|failures)\b/),
    ]);
});
