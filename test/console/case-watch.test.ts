import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Client} from '@temporalio/client';
import type {Phase} from '../../src/case/types.ts';
import {Cache} from '../../src/console/cache/cache.ts';
import {Projector} from '../../src/console/cache/projector.ts';
import {CaseWatch} from '../../src/console/watch/cases.ts';
import {caseAt} from './case-at.ts';

let dir: string;
let cache: Cache;
let queries: string[];
let phase: Phase;
let isRead: boolean;
let watch: CaseWatch;
const ends = new AbortController();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-case-watch-'));
  cache = new Cache(join(dir, 'console.sqlite'));
  queries = [];
  isRead = false;
  const projector = new Projector(cache, () => undefined);
  watch = new CaseWatch(temporal(), {roots: [], cache, projector, signal: ends.signal, isRead: () => isRead});
});

afterEach(() => {
  cache.close();
  rmSync(dir, {recursive: true, force: true});
});

/** A server with one case, in `phase`, that answers its status and whose history has no events. */
function temporal(): Client {
  const listed = async function* () {
    const searchAttributes = {PortPhase: [phase]};
    yield {workflowId: 'port:@main:net/foo', runId: 'case-run-1', searchAttributes, memo: {seq: 1}, historyLength: 9};
  };
  const handle = {
    query: async ({name}: {readonly name: string}) => {
      queries.push(name);
      return caseAt(['collect', phase]);
    },
  };
  const workflowService = {getWorkflowExecutionHistory: async () => ({history: {events: []}})};
  return {
    options: {namespace: 'default'},
    connection: {workflowService},
    workflow: {list: listed, getHandle: () => handle},
    withDeadline: (_at: number, work: () => Promise<unknown>) => work(),
  } as unknown as Client;
}

const phaseShown = (): string | undefined => cache.one<{phase: string}>('SELECT phase FROM cases')?.phase;

test('a case in triage is not queried before somebody reads the console', async () => {
  phase = 'triage';
  await watch.poll();
  await watch.poll();
  expect(phaseShown()).toBe('triage');
  expect(queries).toEqual([]);
  isRead = true;
  await watch.poll();
  await watch.poll();
  expect(queries).toEqual(['status']);
});

test.each<Phase>(['patch', 'awaiting-operator'])('a case in %s is queried when it changes', async (now) => {
  phase = 'triage';
  await watch.poll();
  phase = now;
  await watch.poll();
  await watch.poll();
  expect(queries).toEqual(['status']);
  expect(phaseShown()).toBe(now);
});
