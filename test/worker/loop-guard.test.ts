import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';

const GUARD = new URL('../../src/worker/loop-guard.ts', import.meta.url).href;
const dir = mkdtempSync(join(tmpdir(), 'loop-guard-'));
afterAll(() => rmSync(dir, {recursive: true}));

/** Runs a program whose thread runs `code` as the SDK runs workflow code, in a context and with a timeout. */
async function run(code: string, seconds = '1') {
  const program = join(dir, 'program.mjs');
  writeFileSync(
    program,
    `import v8 from 'node:v8';
import vm from 'node:vm';
import {isMainThread, Worker} from 'node:worker_threads';
if (isMainThread) new Worker(new URL(import.meta.url)).on('exit', () => console.log('ended'));
else {
  const stop = v8.promiseHooks.createHook({init: () => console.log('hook')});
  const context = vm.createContext({}, {microtaskMode: 'afterEvaluate'});
  console.log(new vm.Script(${JSON.stringify(code)}).runInContext(context, {timeout: 20}));
  stop();
}`,
  );
  const argv = ['--no-warnings', '--import', GUARD, program];
  return execa(process.execPath, argv, {env: {PORTWRIGHT_LOOP_GUARD: seconds}, reject: false});
}

test.each(['for (;;) {}', '(async () => { for (;;) await null; })()'])('%s ends the process', async (loop) => {
  const {exitCode, stderr} = await run(loop);
  expect(stderr).toContain('Workflow code did not return for 1 s');
  expect(exitCode).toBe(70);
});

test('a call that is slow, longer than the guard that it replaces, returns; no promise is traced', async () => {
  const {exitCode, stdout} = await run('const end = Date.now() + 100; while (Date.now() < end); Promise.resolve(), "slow"');
  expect({exitCode, stdout}).toEqual({exitCode: 0, stdout: 'slow\nended'});
});

test.each(['0', '61', 'yes'])('%s is no setting', async (setting) => {
  const {exitCode, stderr} = await run('1', setting);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('PORTWRIGHT_LOOP_GUARD must be a number of seconds from 1 to 60');
});
