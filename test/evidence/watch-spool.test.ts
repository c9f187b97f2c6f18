import {deliverSpool, type SpoolResult} from '../../src/evidence/spool.ts';
import {watchSpool} from '../../src/evidence/watch-spool.ts';
import {EvidenceDir} from './evidence-dir.ts';

const T1 = '20260118-140501Z';
const T2 = '20260118-140502Z';
const NEVER = 1e9;

let evidence: EvidenceDir;
let stop: AbortController;
beforeEach(() => {
  evidence = new EvidenceDir();
  stop = new AbortController();
});
afterEach(() => evidence.remove());

/** Calls of `deliverAll`, each of which a test can wait for. */
function counted(work: (root: string, call: number) => Promise<SpoolResult>) {
  const waiting = new Map<number, () => void>();
  let calls = 0;
  return {
    deliverAll: async (root: string) => {
      calls += 1;
      const result = await work(root, calls);
      waiting.get(calls)?.();
      return result;
    },
    reached: (call: number) => new Promise<void>((resolve) => waiting.set(call, resolve)),
    get calls() {
      return calls;
    },
  };
}

const EMPTY: SpoolResult = {delivered: [], skipped: [], failed: [], waiting: [], unreadable: []};

test('delivers existing jobs at once, and then new ones, without waiting for the next poll', async () => {
  const seen: string[] = [];
  let second: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    second = resolve;
  });
  const deliverAll = (root: string) =>
    deliverSpool(root, async ({bundleId}) => {
      seen.push(bundleId);
      if (seen.length === 1) {
        evidence.bundle(T2);
        evidence.job(T2);
      } else second();
    });
  evidence.bundle(T1);
  evidence.job(T1);
  const watching = watchSpool([evidence.root], deliverAll, stop.signal, {rescanMs: NEVER});
  await arrived;
  stop.abort();
  await watching;
  expect(seen).toEqual([`devel_foo-${T1}`, `devel_foo-${T2}`]);
});

test('polls again, also where no directory can be watched', async () => {
  const calls = counted(async () => EMPTY);
  const third = calls.reached(3);
  const watching = watchSpool([evidence.root], calls.deliverAll, stop.signal, {rescanMs: 1});
  await third;
  stop.abort();
  await watching;
  expect(calls.calls).toBeGreaterThanOrEqual(3);
});

test('after a problem returned jobs do not trigger it at once, and the problem is reported', async () => {
  const problems: string[] = [];
  evidence.bundle(T1);
  evidence.job(T1);
  const calls = counted((root) =>
    deliverSpool(root, async () => {
      throw new Error('down');
    }),
  );
  const first = calls.reached(1);
  const onProblem = (_root: string, problem: Error) => problems.push(problem.message);
  const watching = watchSpool([evidence.root], calls.deliverAll, stop.signal, {rescanMs: NEVER, onProblem});
  await first;
  // A job that appears now must wait for the next look as well.
  evidence.job(T2);
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await watching;
  expect(calls.calls).toBe(1);
  expect(problems).toEqual(['down']);
});

test('a delivery that throws does not end the watch', async () => {
  const calls = counted(async (_root, call) => {
    if (call === 1) throw new Error('odd');
    return EMPTY;
  });
  const second = calls.reached(2);
  const watching = watchSpool([evidence.root], calls.deliverAll, stop.signal, {rescanMs: 1});
  await second;
  stop.abort();
  await watching;
  expect(calls.calls).toBeGreaterThanOrEqual(2);
});
