import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';
import {BsdTools} from '../support/bsd-tools/bsd-tools.ts';

const HOOKS = join(installRoot(), 'hooks');
const PARTS = ['hook_common.sh', 'hook_evidence.sh', 'portwright-hooks.conf.sample'];
const PROGRAMS = readdirSync(HOOKS).filter((name) => name !== 'Makefile' && !PARTS.includes(name));

let top: string;
let stage: string;
let tools: BsdTools;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'portwright-make-'));
  stage = join(top, 'stage');
  tools = new BsdTools(top);
});
afterEach(() => {
  expect(tools.refused).toBe('');
  rmSync(top, {recursive: true});
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.each(['bmake', 'make'])('hooks/Makefile with %s', (make) => {
  const run = (...args: string[]): void =>
    void execFileSync(join('/usr/bin', make), ['-C', HOOKS, ...args, `DESTDIR=${stage}`], {
      stdio: 'pipe',
      env: {PATH: tools.dir},
    });

  test('installs each hook for root to run, below PREFIX, and leaves no temporary file', () => {
    run('install', 'PREFIX=/usr/pkg');
    const dir = join(stage, 'usr', 'pkg', 'etc', 'dsynth');
    expect(PROGRAMS).toHaveLength(8);
    expect(readdirSync(dir).sort()).toEqual([...PROGRAMS, ...PARTS].sort());
    for (const name of [...PROGRAMS, ...PARTS]) expect(readFileSync(join(dir, name))).toEqual(readFileSync(join(HOOKS, name)));
    expect(PROGRAMS.map((name) => modeOf(join(dir, name)))).toEqual(PROGRAMS.map(() => 0o755));
    expect(PARTS.map((name) => modeOf(join(dir, name)))).toEqual(PARTS.map(() => 0o644));
  });

  test('HOOKDIR is another directory; an upgrade replaces the hooks, and neither it nor the removal touches the configuration', () => {
    const dir = join(stage, 'etc', 'dsynth');
    run('install', 'HOOKDIR=/etc/dsynth');
    writeFileSync(join(dir, 'portwright-hooks.conf'), 'PORTWRIGHT_TARGET=@x\n');
    writeFileSync(join(dir, 'hook_run_end'), 'old');
    run('install', 'HOOKDIR=/etc/dsynth');
    expect(readFileSync(join(dir, 'hook_run_end'))).toEqual(readFileSync(join(HOOKS, 'hook_run_end')));
    run('deinstall', 'HOOKDIR=/etc/dsynth');
    expect(readdirSync(dir)).toEqual(['portwright-hooks.conf']);
    expect(readFileSync(join(dir, 'portwright-hooks.conf'), 'utf8')).toBe('PORTWRIGHT_TARGET=@x\n');
  });
});
