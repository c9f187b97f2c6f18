import {Projector} from '../../src/console/cache/projector.ts';
import type {Health} from '../../src/console/watch/health.ts';
import {EvidenceDir} from '../evidence/evidence-dir.ts';
import {attempt, caseAt, TRIAGE} from './case-at.ts';
import {NO_HEALTH, type PageApp, pageApp} from './page-app.tsx';

const USAGE = {prompt: 100, cached: 40, completion: 10, reasoning: 0, cost: 0.0123};

let evidence: EvidenceDir;
let pages: PageApp | undefined;

beforeEach(() => {
  evidence = new EvidenceDir();
});

afterEach(async () => {
  await pages?.close();
  pages = undefined;
  evidence.remove();
});

/** A worker that answers with these settings, and Temporal too. */
function working(extra: Record<string, unknown>, pools: Health['pools'] = []): Health {
  return {...NO_HEALTH, temporalProblem: undefined, runner: {...NO_HEALTH.runner, status: 'idle', stale: false, extra}, pools};
}

const READY = working({models: {triage: 'small', patch: 'small'}, envs: ['dev-1'], activities: []});

async function openPages(health: Health): Promise<Projector> {
  pages = await pageApp(evidence.root, {health: () => health});
  return new Projector(pages.cache, () => undefined);
}

/** Text of the overview, without markup. */
async function overview(): Promise<string> {
  const answer = await pages?.app.inject('/');
  expect(answer?.statusCode).toBe(200);
  return (answer?.body ?? '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

test('a system that is not set up shows its first steps, each with its command', async () => {
  await openPages(working({models: {triage: null, patch: null}, envs: []}));
  const text = await overview();
  expect(text).toContain('Welcome. 2 steps to the first case');
  expect(text).toContain('Model: none is set');
  expect(text).toContain('Dev-envs: none');
  expect(text).toContain('Hooks: no report yet');
  expect(text).toContain('DP_HARNESS_TRIAGE_MODEL=…');
  expect(text).toContain('portwright host add');
  expect(text).toContain('2 steps are left');
});

test('with cases from another time it names what is missing, above them', async () => {
  const projector = await openPages(working({models: {triage: null, patch: null}, envs: ['dev-1']}));
  evidenceRun(projector);
  expect(await overview()).toContain('Not set up: no model. Cases collect evidence and wait for you.');
});

function evidenceRun(projector: Projector): void {
  projector.dsynthRun({
    ...{runId: 'run-Live-1', root: '/x', profile: 'Live', target: '@main', startedUtc: '2026-03-01T09:00:00Z', portsQueued: 100},
    results: {bytes: 0, built: 20, failed: 1, ignored: 0, skipped: 2},
  });
}

test('a worker that does not answer leaves model and dev-envs unknown, and the page does not look well', async () => {
  await openPages(NO_HEALTH);
  expect(await overview()).toContain('Welcome. 1 step to the first case');
  evidenceRun(new Projector((pages as PageApp).cache, () => undefined));
  const text = await overview();
  expect(text).toContain('Nothing is repaired: Temporal cannot be reached');
  expect(text).toContain('Worker: does not answer');
  expect(text).toContain('Temporal: cannot be reached');
  expect(text).toContain('Model: not known');
  expect(text).not.toContain('Not set up');
});

test('cases that need a person, by what is asked: counts in the title, money in cents', async () => {
  const projector = await openPages(READY);
  evidenceRun(projector);
  projector.case(
    caseAt(['prove', 'awaiting-operator'], {
      triage: {...TRIAGE, rootCause: 'The header `net/if.h` is gone.\nMore of it.'},
      pendingOutcome: 'fixed',
      usage: USAGE,
      attempts: [attempt()],
    }),
  );
  expect(await overview()).toMatch(
    /1 case needs you .*Fixes to review 1 .*net\/foo compile-error The header net\/if\.h is gone\. /,
  );
  projector.case(
    caseAt(['awaiting-operator'], {
      runId: 'case-run-2',
      workflowId: 'port:@main:net/bar',
      port: {target: '@main', origin: 'net/bar'},
      pendingOutcome: 'manual',
      reason: 'the policy maps fetch-checksum to MANUAL',
    }),
  );
  const text = await overview();
  expect(text).toMatch(
    /2 cases need you .*Questions 1 .*net\/bar Repair it by hand, or let a model try\? the policy maps fetch-checksum to MANUAL \$0\.00 · waits/,
  );
  expect(text).toContain('$0.01 · waits');
  expect(text).not.toMatch(/\d\.\d{3}|\d{4}-\d{2}-\d{2}T|\b1 cases\b/);
  expect(text).toContain('23 of 100');
  expect(text).not.toContain('an hour');
});

test('a case that waits for a dev-env while none can be used is blocked, not running', async () => {
  const pool = {target: '@main', leases: [], waiting: [], unhealthy: {'dev-1': 'its root is not mounted'}};
  const projector = await openPages({...READY, pools: [pool]});
  projector.case(caseAt(['waiting-env']));
  const text = await overview();
  expect(text).toMatch(/Blocked by infrastructure 1 .*net\/foo/);
  expect(text).toContain('Dev-env dev-1 is out of the pool: its root is not mounted');
  expect(text).toContain('Nothing running');
});
