import {createHash} from 'node:crypto';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {beginAttempt, captureDiff, type Diff, OverlayDirty, overlayState, restoreOverlay} from '../../src/devenv/overlay.ts';
import {type ProofInput, proveRebuild} from '../../src/devenv/proof.ts';
import {BuildRunning} from '../../src/devenv/unavailable.ts';
import {type FakeWork, fakeWork, PORT_MAKEFILE} from '../support/fake-work.ts';

let fake: FakeWork;
let dir: string;
beforeEach(async () => {
  fake = await fakeWork();
  dir = await mkdtemp(join(tmpdir(), 'portwright-proof-'));
});
afterEach(async () => {
  await fake.end();
  await rm(dir, {recursive: true});
});
const MINE = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};
const MAKEFILE = '/work/DeltaPorts/ports/net/foo/Makefile.DragonFly';

/** Diff of an attempt that wrote this Makefile.DragonFly. */
async function diffOf(content: string | Uint8Array): Promise<Buffer> {
  await beginAttempt(fake.env, MINE);
  await fake.put(MAKEFILE, content);
  return captureDiff(fake.env, 'net/foo');
}

function prove(diff: Diff, more: Partial<ProofInput> = {}) {
  return proveRebuild(fake.env, {...MINE, diff, logFile: join(dir, 'log'), buildIdleSeconds: 30, buildTotalSeconds: 60, ...more});
}

test('a diff that builds is proved, by test and from a fresh overlay', async () => {
  const diff = await diffOf('FIXED=1\n');
  await fake.put('/work/DeltaPorts/ports/net/foo/not-recorded', 'x\n');
  const {trees, started_utc, finished_utc, log_sha256, ...proof} = await prove(diff);
  expect(proof).toEqual({
    rebuild_ok: true,
    origin: 'net/foo',
    dsynth_profile: 'fake',
    build_command: 'dsynth -S -y -p fake test net/foo',
    timestamp_utc: finished_utc,
    diff_sha256: createHash('sha256').update(diff).digest('hex'),
    findings: [],
  });
  expect(trees.deltaports).toEqual({commit: expect.stringMatching(/^[0-9a-f]{40}$/), dirty: false});
  expect(trees.freebsd_ports.commit).toBe('unknown');
  expect(started_utc <= finished_utc).toBe(true);
  const log = await readFile(join(dir, 'log'), 'utf8');
  expect(log_sha256).toBe(createHash('sha256').update(log).digest('hex'));
  expect(log).toContain('line 100');
  expect(await readFile(fake.at('/work/dsynth/calls'), 'utf8')).toContain(
    'test net/foo; flag: /work/.dports-agent-hooks-disabled',
  );
  expect((await overlayState(fake.env, 'net/foo')).paths).toEqual(['ports/net/foo/Makefile.DragonFly']);
  await restoreOverlay(fake.env, MINE);
  expect((await overlayState(fake.env, 'net/foo')).clean).toBe(true);
});

test('a diff of Latin-1 text is proved by its bytes, and its digest is of them', async () => {
  const diff = await diffOf(Buffer.from('FIXED=\tcaf\xe9\n', 'latin1'));
  expect(diff.includes(Buffer.from('caf\xe9', 'latin1'))).toBe(true);
  const digest = createHash('sha256').update(diff).digest('hex');
  expect(await prove(diff)).toMatchObject({rebuild_ok: true, diff_sha256: digest});
  expect(await readFile(fake.at(MAKEFILE), 'latin1')).toBe('FIXED=\tcaf\xe9\n');
});

test('one that does not build is not', async () => {
  const proof = await prove(await diffOf('STILL=broken\n'));
  expect(proof).toMatchObject({rebuild_ok: false, failure: {step: 'build', tail: expect.stringContaining("'X' undeclared")}});
});

test('a build that fails in a late phase of dsynth names it', async () => {
  const phases = ['build', 'stage', 'check-plist'].map((phase) => `-- Phase: ${phase}\nline`).join('\n');
  const log = `${phases}\nError: Orphaned: bin/foo\n===> Error: Plist issues found.\n*** Error code 1\n`;
  await fake.put(
    '/work/.bin/dsynth',
    `#!/bin/sh\ncat >/work/dsynth/logs/net___foo.log <<'END'\n${log}END\necho "failed: 1"\nexit 1\n`,
  );
  const proof = await prove(await diffOf('FIXED=1\n'));
  expect(proof.failure).toMatchObject({step: 'build', phase: 'check-plist', tail: expect.stringContaining('Orphaned: bin/foo')});
});

test('neither is one that makes dsynth ignore the port', async () => {
  expect(await prove(await diffOf('IGNORE=\tyes\n'))).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'build', tail: expect.stringContaining('ignored')},
  });
});

test('nor one that is empty, does not apply or does not compose', async () => {
  expect(await prove(' \n')).toMatchObject({rebuild_ok: false, failure: {step: 'apply'}});
  const strange = '--- a/ports/net/foo/none\n+++ b/ports/net/foo/none\n@@ -1 +1 @@\n-a\n+b\n';
  expect(await prove(strange)).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'apply', tail: expect.stringContaining('none')},
  });
  await beginAttempt(fake.env, MINE);
  await fake.put('/work/DeltaPorts/ports/net/foo/broken', 'x\n');
  const broken = await captureDiff(fake.env, 'net/foo');
  expect(await prove(broken)).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'reapply', tail: expect.stringContaining('hunks failed')},
  });
  await expect(readFile(fake.at('/work/dsynth/calls'))).rejects.toThrow();
});

test('a flavor is named, a limit ends the build, and a repeated proof truncates its log', async () => {
  const diff = await diffOf('FIXED=1\n');
  expect((await prove(diff, {flavor: 'py311'})).build_command).toBe('dsynth -S -y -p fake test net/foo@py311');
  await fake.put('/work/.bin/dsynth', '#!/bin/sh\necho slow\nsleep 100\n');
  const late = await prove(diff, {buildIdleSeconds: 0.5});
  expect(late).toMatchObject({rebuild_ok: false, failure: {step: 'build', tail: expect.stringContaining('idle time limit')}});
  expect(await readFile(join(dir, 'log'), 'utf8')).not.toContain('SUCCESS');
});

test('a port is built as the tree has it, without a diff', async () => {
  expect(await prove('', {isUnchanged: true})).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'build', tail: expect.stringContaining("'X' undeclared")},
  });
  await restoreOverlay(fake.env, MINE);
  await fake.put(MAKEFILE, 'FIXED=1\n');
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: fake.at('/work/DeltaPorts')});
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Repair');
  const proof = await prove('', {isUnchanged: true, twice: true});
  expect(proof).toMatchObject({rebuild_ok: true, bulk_build_command: 'dsynth -S -y -p fake force net/foo'});
  expect(proof).not.toHaveProperty('failure');
});

test('foreign changes stop a proof', async () => {
  await fake.put(MAKEFILE, 'X\n');
  await expect(prove('anything')).rejects.toThrow(OverlayDirty);
});

test('a build that changes the overlay is no proof, and neither is a diff that reaches beyond the port', async () => {
  const diff = await diffOf('FIXED=1\n');
  const dsynth = await readFile(fake.at('/work/.bin/dsynth'), 'utf8');
  for (const [change, path] of [
    ['echo x >>/work/DeltaPorts/ports/net/foo/Makefile.DragonFly', 'ports/net/foo/Makefile.DragonFly'],
    ['mkfifo /work/DeltaPorts/ports/net/foo/pipe', 'ports/net/foo/pipe'],
    ['rm -r /work/DeltaPorts/ports/net/foo', 'ports/net/foo/Makefile.DragonFly'],
  ]) {
    await fake.put('/work/.bin/dsynth', `${dsynth}${change}\n`);
    expect(await prove(diff)).toMatchObject({
      rebuild_ok: false,
      failure: {step: 'build', tail: expect.stringContaining(`differs in ${path}`)},
    });
  }
  await fake.put('/work/.bin/dsynth', dsynth);
  const beyond = `${diff}diff --git a/ports/net/other/new b/ports/net/other/new\nnew file mode 100644\n--- /dev/null\n+++ b/ports/net/other/new\n@@ -0,0 +1 @@\n+x\n`;
  expect(await prove(beyond)).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'apply', tail: expect.stringContaining('ports/net/other/new')},
  });
  expect(await prove(diff)).toMatchObject({rebuild_ok: true});
});

test('a port that differs from its commit of freebsd-ports stops a proof', async () => {
  const diff = await diffOf('FIXED=1\n');
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: fake.at('/work/freebsd-ports')});
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Ports');
  await fake.put('/work/freebsd-ports/net/other/Makefile', 'another port\n');
  expect(await prove(diff)).toMatchObject({rebuild_ok: true});
  await fake.put('/work/freebsd-ports/net/foo/source/main.c', 'int main(void) { return 1; }\n');
  await expect(prove(diff)).rejects.toThrow('freebsd-ports/net/foo/source/main.c');
});

const LISTS = '/work/dsynth/logs';
/** Replaces dsynth by one that writes these lines for each verb. */
async function dsynth(script: string): Promise<void> {
  await fake.put(
    '/work/.bin/dsynth',
    `#!/bin/sh\nset -eu\nfor port; do :; done\nverb=$5\ncd ${LISTS}\nrm -f 0*.log\nlog=net___foo.log\necho built >$log\n${script}\n`,
  );
}

test('with `twice`, a build without DEVELOPER must pass too', async () => {
  const diff = await diffOf('FIXED=1\n');
  const both = await prove(diff, {twice: true});
  expect(both).toMatchObject({rebuild_ok: true, bulk_build_command: 'dsynth -S -y -p fake force net/foo'});
  expect(await readFile(fake.at('/work/dsynth/calls'), 'utf8')).toMatch(/ test net\/foo[\s\S]* force net\/foo/);
  await dsynth(
    `[ "$verb" = test ] || { echo "[001] FAILURE $port" >02_failure_list.log; exit 0; }; echo "[001] SUCCESS $port" >01_success_list.log`,
  );
  expect(await prove(diff, {twice: true})).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'build', isWithoutDeveloper: true, tail: expect.stringContaining('The build without DEVELOPER failed')},
  });
  expect(await prove(diff)).toMatchObject({rebuild_ok: true});
});

test.each([
  ['its own SUCCESS', 'net/foo', 'echo "[001] SUCCESS net/foo     00:00:10" >01_success_list.log', true],
  ['a flavor’s own SUCCESS', 'net/foo@py311', 'echo "[001] SUCCESS net/foo@py311" >01_success_list.log', true],
  ['the end of a meta-node', 'net/foo', 'echo "[XXX] net/foo meta-node complete" >01_success_list.log', false],
  ['another flavor', 'net/foo@py311', 'echo "[001] SUCCESS net/foo@py312" >01_success_list.log', false],
  ['another port', 'net/foo', 'echo "[001] SUCCESS net/foobar" >01_success_list.log', false],
  ['a port that needs it', 'net/foo', 'echo "[001] SUCCESS net/bar net/foo" >01_success_list.log', false],
  ['the padded line of dsynth', 'net/foo', "printf '[000] SUCCESS %-49s00:00:10\\n' net/foo >01_success_list.log", true],
  ['a long name without room for padding', 'net/foo', `echo "[000] SUCCESS net/foo 00:00:10" >01_success_list.log`, true],
  [
    'another port with as many that need it',
    'net/foo',
    'echo "[000] SUCCESS net/foo 0:1" >01_success_list.log; echo "[001] FAILURE net/foo-lite 2  build 0:1" >02_failure_list.log',
    true,
  ],
  ['that it was skipped', 'net/foo', 'echo "[XXX] net/foo 3 skipped due to net/bar " >04_skipped_list.log', false],
  [
    'success, and that it was skipped by a worker',
    'net/foo',
    'echo "[000] SUCCESS net/foo" >01_success_list.log; echo "[000] SKIPPD net/foo 1 - net/bar" >04_skipped_list.log',
    false,
  ],
  [
    'a complete meta-node behind one good and one bad flavor',
    'net/foo',
    'printf "[000] SUCCESS net/foo@a  0:1\\n[XXX] net/foo meta-node complete\\n" >01_success_list.log; echo "[000] FAILURE net/foo@b 1  build 0:1" >02_failure_list.log',
    false,
  ],
  ['that it was built already', 'net/foo', 'echo "[XXX] net/foo Already-Built" >00_last_results.log', false],
  [
    'success and failure',
    'net/foo',
    'echo "[001] SUCCESS net/foo" >01_success_list.log; echo "[002] FAILURE net/foo 3 build" >02_failure_list.log',
    false,
  ],
  [
    'one failed flavor of it',
    'net/foo',
    'echo "[001] SUCCESS net/foo@a" >01_success_list.log; echo "[002] FAILURE net/foo@b 3 build" >02_failure_list.log',
    false,
  ],
  [
    'that it was ignored',
    'net/foo',
    'echo "[001] SUCCESS net/foo" >01_success_list.log; echo "[XXX] net/foo ignored due to x" >03_ignored_list.log',
    false,
  ],
  [
    'that another was skipped because of it',
    'net/foo',
    'echo "[001] SUCCESS net/foo" >01_success_list.log; echo "[XXX] net/bar skipped due to net/foo" >04_skipped_list.log',
    true,
  ],
])('the lists of dsynth have %s', async (_name, port, script, ok) => {
  const diff = await diffOf('FIXED=1\n');
  await dsynth(`cp $log net___foo@py311.log\n${script}`);
  const flavor = port.split('@')[1];
  expect((await prove(diff, flavor === undefined ? {} : {flavor})).rebuild_ok).toBe(ok);
});

test('a line that an earlier run left proves nothing where dsynth ends before it empties its lists', async () => {
  const diff = await diffOf('FIXED=1\n');
  await fake.put(`${LISTS}/01_success_list.log`, '[000] SUCCESS net/foo   00:00:10\n');
  await fake.put(`${LISTS}/00_last_results.log`, 'net/bar: other\nnet/foo: make: Malformed conditional\n');
  await fake.put(
    '/work/.bin/dsynth',
    '#!/bin/sh\necho "1 packages failed to probe"\necho "unable to continue, aborting"\nexit 1\n',
  );
  const proof = await prove(diff);
  expect(proof).toMatchObject({rebuild_ok: false, failure: {step: 'build'}});
  expect(proof.failure?.tail).toContain('unable to continue, aborting');
});

test('another build in the dev-env is no failed proof: its log is left to it', async () => {
  const diff = await diffOf('FIXED=1\n');
  await fake.put(`${LISTS}/net___foo.log`, 'the log of the other build\n');
  await fake.put(`${LISTS}/00_last_results.log`, '[000] START   net/foo  ##\n[000] SUCCESS net/foo\n[000] START   net/bar  \n');
  await fake.put(
    '/work/.bin/dsynth',
    '#!/bin/sh\necho "main: Another dsynth is using /work/dsynth/build, exiting" >&2\nexit 1\n',
  );
  await expect(prove(diff, {buildIdleSeconds: 3})).rejects.toThrow(
    new BuildRunning(
      'Another dsynth is running in this dev-env, it builds net/bar. There can be one at a time: nothing was built. Try again when it has ended.',
    ),
  );
  expect(await readFile(fake.at(`${LISTS}/net___foo.log`), 'utf8')).toBe('the log of the other build\n');
});

test('a port that is built as its flavors is proved by their logs', async () => {
  await fake.put('/work/freebsd-ports/net/foo/distinfo', 'SHA256 (foo-1.0.tar.gz) = ab\n');
  const diff = await diffOf('FIXED=1\n');
  await fake.put(`${LISTS}/net___foo.log`, 'earlier\n');
  const flavors = `rm $log; echo "=> SHA256 Checksum OK for foo-1.0.tar.gz." >net___foo@a.log; echo "error: 'X' undeclared" >net___foo@b.log`;
  await dsynth(`${flavors}; printf '[0] SUCCESS net/foo@%s\\n' a b >01_success_list.log`);
  expect(await prove(diff)).toMatchObject({rebuild_ok: true});
  await dsynth(
    `${flavors}; echo '[0] SUCCESS net/foo@a' >01_success_list.log; echo '[0] FAILURE net/foo@b 1 build' >02_failure_list.log`,
  );
  expect((await prove(diff)).failure?.tail).toContain("error: 'X' undeclared");
});

test('the log must show the checksum of each distfile that the port uses', async () => {
  await fake.put(
    '/work/freebsd-ports/net/foo/distinfo',
    'TIMESTAMP = 1\nSHA256 (sub/foo-1.0.tar.gz) = ab\nSIZE (sub/foo-1.0.tar.gz) = 1\nSHA256 (other-arch.tar.gz) = cd\n',
  );
  const diff = await diffOf('FIXED=1\n');
  await dsynth('echo "[001] SUCCESS $port" >01_success_list.log; echo "=> SHA256 Checksum OK for foo-1.0.tar.gz." >>$log');
  expect(await prove(diff)).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'build', phase: 'checksum', tail: expect.stringContaining('none for sub/foo-1.0.tar.gz.')},
  });
  await dsynth('echo "[001] SUCCESS $port" >01_success_list.log; echo "=> SHA256 Checksum OK for sub/foo-1.0.tar.gz." >>$log');
  expect(await prove(diff)).toMatchObject({rebuild_ok: true});
});

test('a package that lost its files is a finding on a proof that passed', async () => {
  const diff = await diffOf('FIXED=1\n');
  const packaged = (version: string, ...files: string[]) =>
    `(cd /tmp && mkdir -p usr/bin && cd usr/bin && touch ${files.join(' ')} && cd /tmp && mkdir -p /work/dsynth/packages/All && tar -cJf /work/dsynth/packages/All/foo-${version}.txz ${files.map((one) => `usr/bin/${one}`).join(' ')} 2>/dev/null)`;
  await fake.put('/work/freebsd-ports/net/foo/Makefile', `PKGNAME=foo-1.1\n${PORT_MAKEFILE}`);
  await dsynth(`${packaged('1.0', 'a', 'b', 'c')}\necho "[001] SUCCESS $port" >01_success_list.log\n${packaged('1.1', 'a')}`);
  await prove(diff);
  await rm(fake.at('/work/dsynth/packages/All/foo-1.1.txz'));
  expect(await prove(diff)).toMatchObject({
    rebuild_ok: true,
    findings: [{rule: 'package', severity: 'ask', reason: expect.stringContaining('2 of 3 files')}],
  });
});

describe('the proof of a fix to a master', () => {
  const SCOPE = {scope: ['net/foo', 'net/foo-lite']};
  const OTHER = {...SCOPE, origin: 'net/foo-more', isOther: true};
  const MORE = '/work/freebsd-ports/net/foo-more/Makefile';
  /** The slave ports build if their master is fixed. */
  const DSYNTH = `#!/bin/sh
for port; do :; done
echo "$*" >>/work/dsynth/calls
: >/work/dsynth/logs/01_success_list.log
grep -q FIXED "$DPORTS_COMPOSE_ROOT/net/foo/Makefile.DragonFly" || { echo "failed: 1"; exit 1; }
echo "[001] SUCCESS $port" >/work/dsynth/logs/01_success_list.log
`;
  beforeEach(async () => {
    for (const origin of ['net/foo-lite', 'net/foo-more'])
      await fake.put(`/work/freebsd-ports/${origin}/Makefile`, 'MASTERDIR=${.CURDIR}/../foo\n.include "${MASTERDIR}/Makefile"\n');
    await fake.put('/work/.bin/dsynth', DSYNTH);
  });

  test('builds each port from the one diff, which may be in both overlays', async () => {
    const diff = await diffOf('FIXED=1\n');
    expect(await prove(diff, {...SCOPE, origin: 'net/foo-lite'})).toMatchObject({rebuild_ok: true, origin: 'net/foo-lite'});
    expect(await prove(diff, {...SCOPE, isOther: true})).toMatchObject({rebuild_ok: true, origin: 'net/foo'});
    expect(await prove(diff, OTHER)).toMatchObject({rebuild_ok: true, origin: 'net/foo-more'});
    expect(await readFile(fake.at('/work/dsynth/calls'), 'utf8')).toMatch(
      /test net\/foo-lite\n.*test net\/foo\n.*test net\/foo-more\n/,
    );
    expect(await prove(await diffOf('STILL=broken\n'), OTHER)).toMatchObject({rebuild_ok: false, failure: {step: 'build'}});
  });

  test('leaves out another port that is ignored or not in the tree with and without the diff', async () => {
    const diff = await diffOf('FIXED=1\n');
    await fake.put(MORE, 'IGNORE=needs X\n');
    const {failure, ...left} = await prove(diff, OTHER);
    expect(left).toMatchObject({rebuild_ok: false, leftOut: 'IGNORE: needs X'});
    expect(failure).toBeUndefined();
    await expect(readFile(fake.at('/work/dsynth/calls'))).rejects.toThrow();
    await fake.put(
      MORE,
      '.if !exists(${.CURDIR}/../foo/Makefile.DragonFly)\n.endif\nFIXED!=grep FIXED ${.CURDIR}/../foo/Makefile.DragonFly || true\n.if empty(FIXED)\nIGNORE=before\n.endif\n',
    );
    expect(await prove(diff, OTHER)).toMatchObject({rebuild_ok: true});
  });

  test('refuses a change of another port’s overlay', async () => {
    const diff = await diffOf('FIXED=1\n');
    await restoreOverlay(fake.env, MINE);
    await fake.put('/work/DeltaPorts/ports/net/foo-more/Makefile.DragonFly', 'X=1\n');
    expect(await prove(diff, OTHER)).toMatchObject({
      rebuild_ok: false,
      failure: {step: 'apply', tail: expect.stringContaining('it differs in ports/net/foo-more/Makefile.DragonFly')},
    });
  });
});
