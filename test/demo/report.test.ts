import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {newStatus} from '../../src/case/status.ts';
import {DEMO_PORTS} from '../../src/demo/ports.ts';
import {allAsExpected, allLine, type CaseLine, caseLine, endingText} from '../../src/demo/report.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portwright-report-'));
  await mkdir(join(dir, 'analysis'));
});
afterAll(() => rm(dir, {recursive: true}));

const status = newStatus('port:@demo:net/foo', 'run', {target: '@demo', origin: 'net/foo'});

test('proof and diff are paths only of files that are not empty', async () => {
  await writeFile(join(dir, 'analysis', 'changes.diff'), '');
  const line = await caseLine({outcome: 'awaiting-operator', status}, dir);
  expect(line).toEqual({
    workflowId: 'port:@demo:net/foo',
    outcome: 'awaiting-operator',
    tier: null,
    classification: null,
    origin: 'net/foo',
    bundleDir: dir,
    attempts: 0,
    tokens: 0,
    proof: null,
    diff: null,
  });
  expect(await endingText(line, 'why')).not.toContain('The diff');
  await writeFile(join(dir, 'analysis', 'changes.diff'), '+x\n');
  expect((await caseLine({outcome: 'fixed', status}, dir)).diff).toBe(join(dir, 'analysis', 'changes.diff'));
});

test('only the expected end of every port counts as expected', () => {
  const lines = DEMO_PORTS.map(({origin, ends}) => ({origin, outcome: ends, classification: 'x', tokens: 1}) as CaseLine);
  expect(allAsExpected(lines, DEMO_PORTS)).toBe(true);
  expect(allLine(lines)).toMatchObject({fixed: DEMO_PORTS.length - 2, operator: 2});
  expect(allAsExpected(lines.slice(1), DEMO_PORTS)).toBe(false);
  expect(allAsExpected([{...(lines[0] as CaseLine), outcome: 'awaiting-operator'}, ...lines.slice(1)], DEMO_PORTS)).toBe(false);
});
