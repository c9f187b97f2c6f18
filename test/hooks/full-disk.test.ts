import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {SHELLS} from '../support/bsd-tools/bsd-tools.ts';
import {BuildHost, failureOf, names, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(120_000);

const PAGE = 4096;
const SOURCES: Readonly<Record<string, string>> = {
  'ports/devel/foo/Makefile': 'PORTNAME=foo\n',
  'ports/devel/foo/files/patch-a': '--- a\n'.repeat(1500),
  'ports/devel/foo/files/patch-b': '--- b\n'.repeat(1500),
  'DeltaPorts/ports/devel/foo/overlay.dops': 'port devel/foo\n',
  'etc/dsynth.ini': '[LiveSystem]\n',
};
const LOG = `${'compiling\n'.repeat(2000)}cc: error: no\n`;

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
  for (const [name, text] of Object.entries(SOURCES)) host.write(name, text);
  // The log would be renamed by its compression while the test copies it.
  const hook = join(host.etc, 'hook_pkg_failure');
  writeFileSync(hook, readFileSync(hook, 'utf8').replace('pw_background pw_compress', ': '));
});
afterEach(() => host.remove());

/** Runs the failure hook on a file system with so many free pages, and copies what it left to `after`. */
function failOnFullDisk(shell: string, freePages: number): void {
  const all = 128;
  const logBytes = Buffer.byteLength(LOG);
  const script = `
    mount -t tmpfs -o size=${all * PAGE},mode=755 tmpfs ${host.logs} || exit 3
    cp ${host.top}/the.log ${host.logs}/devel___foo.log
    : >${host.logs}/portwright-hooks.log
    mkdir -m 750 ${host.evidence}
    dd if=/dev/zero of=${host.logs}/filler bs=${PAGE} count=${all} 2>/dev/null
    dd if=/dev/null of=${host.logs}/filler bs=${PAGE} seek=${all - Math.ceil(logBytes / PAGE) - 1 - freePages} 2>/dev/null
    ${shell} ${host.etc}/hook_pkg_failure; status=$?
    rm ${host.logs}/filler
    cp -R ${host.evidence} ${host.top}/after
    exit $status`;
  const env = host.environment(failureOf('devel/foo'));
  const {status, stderr} = spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', script], {
    env: {...env, PATH: process.env.PATH ?? ''},
    encoding: 'utf8',
  });
  expect({status, stderr: status === 3 ? stderr : ''}).toEqual({status: 0, stderr: ''});
}

/** Names of sources that the bundle holds neither completely nor notes as missing. */
function silentlyLacking(dir: string): string[] {
  const notes = read(join(dir, 'capture_notes.txt'));
  const copies: [string, string, string][] = Object.entries(SOURCES).map(([name, text]) => {
    const relpath = name.replace('DeltaPorts/ports/devel/foo', 'overlay').replace('ports/devel/foo', 'port').replace('etc/', '');
    return [relpath, text, relpath];
  });
  copies.push(['logs/full.log', LOG, 'logs/full.log']);
  const odd = copies.filter(([relpath, text, noted]) => !notes.includes(noted) && read(join(dir, relpath)) !== text);
  const meta = /^target=@LiveSystem\n/m.test(read(join(dir, 'meta.txt'))) ? [] : ['meta.txt'];
  const errors = read(join(dir, 'logs/errors.txt')).endsWith('cc: error: no\n') ? [] : ['logs/errors.txt'];
  return [...odd.map(([relpath]) => relpath), ...meta, ...errors];
}

test.each(SHELLS)(
  'under %s, whenever the disk gets full, a bundle is complete, or names what it lacks, or is not there',
  (shell) => {
    writeLog();
    const kinds = new Set<string>();
    for (let free = 0; free <= 60; free += free < 40 ? 2 : 10) {
      spawnSync('rm', ['-rf', join(host.top, 'after')]);
      failOnFullDisk(shell, free);
      const ports = join(host.top, 'after/runs/run-LiveSystem-unknown/ports');
      const [id, ...others] = names(ports);
      expect(others).toEqual([]);
      kinds.add(id === undefined ? 'none' : names(join(ports, id)).includes('capture_notes.txt') ? 'noted' : 'complete');
      if (id === undefined) continue;
      expect(id).not.toMatch(/^\./);
      expect({free, lacking: silentlyLacking(join(ports, id))}).toEqual({free, lacking: []});
    }
    expect(kinds).toContain('none');
    expect(kinds).toContain('complete');
  },
);

function writeLog(): void {
  const path = host.write('the.log', LOG);
  expect(readFileSync(path)).toHaveLength(LOG.length);
}
