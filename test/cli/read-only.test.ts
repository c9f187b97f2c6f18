import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {KeptCase} from './kept-case.ts';
import {portwright, type Ran, scratch} from './program.ts';

/** Every command that only reads, as an operator runs it. */
const READ_COMMANDS: readonly (readonly string[])[] = [
  ['cases'],
  ['cases', '--waiting'],
  ['show', 'devel/foo'],
  ['runs'],
  ['run', 'run-Live-1'],
  ['fixes'],
  ['fixes', '--diff'],
  ['fixes', '--rebuild'],
  ['log', 'devel/foo'],
  ['log', 'devel/foo', '--proof'],
  ['diff', 'devel/foo'],
  ['session', 'devel/foo'],
  ['export', 'devel/foo'],
  ['doctor'],
  ['policy', 'check'],
  ['evidence', 'a.log'],
  ['guard', 'a.diff', '--origin', 'net/foo'],
  ['triage', 'devel_foo-20260101-101500Z', '--dry-run'],
  ['hold'],
  ['report'],
  ['eval', '--name', 'none'],
  ['__complete', 'cases'],
];
/** Of these, those that write into evidence that is there: an index is rebuilt where that is asked for. */
const WRITES_INDEX = 'fixes --rebuild';

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

/** Names and contents of everything below `dir`; directories without content. */
function snapshot(dir: string): string[] {
  return readdirSync(dir, {recursive: true, withFileTypes: true})
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? `${path}: ${readFileSync(path, 'latin1')}` : path;
    })
    .sort();
}

async function runAll(logs: string, commands: readonly (readonly string[])[]): Promise<Ran[]> {
  const env = {LOGS_ROOT: logs, PORTWRIGHT_STATE_DIR: join(place.dir, 'state'), HOME: join(place.dir, 'home')};
  return Promise.all(commands.map((args) => portwright(args, env)));
}

test('no read command creates a log directory or an evidence root that is missing', async () => {
  mkdirSync(join(place.dir, 'logs'));
  await runAll(`${join(place.dir, 'none')}:${join(place.dir, 'logs')}`, READ_COMMANDS);
  expect(readdirSync(place.dir)).toEqual(['logs']);
  expect(readdirSync(join(place.dir, 'logs'))).toEqual([]);
}, 180_000);

test('no read command changes the evidence', async () => {
  const kept = new KeptCase();
  try {
    kept.file('logs/errors.txt', '== First error candidates (max 60 matches) ==\n1:a.c:1: error: no\n');
    kept.archive({attempts: [await kept.proved(1, 'diff --git a/x b/x\n')]});
    const before = snapshot(kept.logs);
    const commands = READ_COMMANDS.filter((args) => args.join(' ') !== WRITES_INDEX);
    const ran = await runAll(kept.logs, commands);
    expect(snapshot(kept.logs)).toEqual(before);
    const codeOf = (...args: string[]) => ran[commands.findIndex((one) => one.join() === args.join())]?.code;
    expect([codeOf('fixes'), codeOf('log', 'devel/foo'), codeOf('diff', 'devel/foo')]).toEqual([0, 0, 0]);
  } finally {
    kept.remove();
  }
}, 180_000);

test('fixes are listed where their index cannot be written', async () => {
  const kept = new KeptCase();
  try {
    const triage = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'x'} as const;
    kept.archive({
      outcome: 'fixed',
      triage,
      signature: '0123456789abcdef',
      attempts: [await kept.proved(1, 'diff --git a/x b/x\n')],
    });
    // Not a directory: not even root can write below it.
    kept.evidence.write('fixes', '');
    const [ran] = await runAll(kept.logs, [['fixes']]);
    expect(ran).toMatchObject({code: 0, stderr: '', stdout: expect.stringContaining('0123456789abcdef')});
  } finally {
    kept.remove();
  }
});
