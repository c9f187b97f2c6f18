import {Envs} from './support.ts';

const envs = new Envs();
beforeAll(async () => {
  await envs.create('env1');
});
afterAll(() => envs.remove());

const COMPOSED = 'artifacts/compose/@2026Q2/devel';
const reapply = (...origins: string[]) => envs.run(['exec', 'env1', '--', 'reapply', ...origins]);
/** Writes a file below /work/DeltaPorts/ports/devel. */
const overlay = (file: string, text: string) =>
  envs.run(
    [
      'exec',
      '--cwd',
      '/work/DeltaPorts/ports/devel',
      'env1',
      '--',
      'sh',
      '-c',
      'mkdir -p "$(dirname "$1")" && cat >"$1"',
      'put',
      file,
    ],
    text,
  );

const HUNK = (before: string, after: string) =>
  `--- Makefile.orig\n+++ Makefile\n@@ -1,4 +1,5 @@\n ${before}\n CATEGORIES=\tdevel\n+${after}\n \n .include <bsd.port.mk>\n`;

test('the first compose applied diffs, REMOVE and Makefile.DragonFly, masked a port and made the last good tree', async () => {
  const {stdout} = await envs.sh(
    'env1',
    `cd ${COMPOSED}; grep COMMENT hunk/Makefile good/Makefile.DragonFly; ls removed; ls -d masked ../Mk; diff -r .. /work/DPorts && echo same`,
  );
  expect(stdout).toBe(
    'hunk/Makefile:COMMENT=\tpatched\ngood/Makefile.DragonFly:COMMENT=\tgood, on DragonFly\nMakefile\nkeep\n../Mk\nsame',
  );
});

test('reapply composes an edited overlay, with its dragonfly directory, and no leftovers', async () => {
  await overlay('good/dragonfly/patch-a.c', 'first\n');
  // Its lines have moved, of which patch makes a backup.
  const moved = HUNK('PORTNAME=\thunk', 'COMMENT=\tedited').replace('@@ -1,4 +1,5 @@\n PORTNAME=\thunk\n', '@@ -3,3 +3,4 @@\n');
  await overlay('hunk/diffs/Makefile.diff', moved);
  const {rc, stdout} = await reapply('devel/good', 'devel/hunk');
  expect({rc, stdout}).toEqual({rc: 0, stdout: 'compose: ports=2 ops=3 applied=3 fallback=0 errors=0'});
  const composed = await envs.sh(
    'env1',
    `cd ${COMPOSED}; cat good/dragonfly/*; grep COMMENT hunk/Makefile; ls hunk; mkdir ../../.compose.stale; reapply devel/good >/dev/null; ls -A .. ../..`,
  );
  expect(composed.stdout).toBe('first\nCOMMENT=\tedited\nMakefile\n..:\nMk\ndevel\n\n../..:\n.lock\n@2026Q2');
});

test('a failed hunk leaves the composed port as it was and shows the rejected hunk', async () => {
  const before = (await envs.sh('env1', `cat ${COMPOSED}/hunk/Makefile`)).stdout;
  await overlay('hunk/diffs/Makefile.diff', HUNK('PORTNAME=\tother', 'COMMENT=\tlost'));
  const failed = await reapply('devel/hunk');
  expect(failed.rc).toBe(1);
  expect(failed.stdout).toBe('compose: ports=1 ops=1 applied=0 fallback=0 errors=1');
  expect(failed.stderr).toContain('== Makefile.rej ==');
  expect(failed.stderr).toContain('+COMMENT=\tlost');
  expect(failed.stderr).toContain('reapply: devel/hunk: diffs/Makefile.diff does not apply');
  expect((await envs.sh('env1', `cat ${COMPOSED}/hunk/Makefile; ls ${COMPOSED}/hunk; ls artifacts/compose -A`)).stdout).toBe(
    `${before}\nMakefile\n.lock\n@2026Q2`,
  );
});

test('fuzz is not taken: a context line that changed fails', async () => {
  await overlay(
    'hunk/diffs/Makefile.diff',
    HUNK('PORTNAME=\thunk', 'COMMENT=\tfuzzy').replace(' .include <bsd.port.mk>', ' .include <other.mk>'),
  );
  expect((await reapply('devel/hunk')).rc).toBe(1);
});

test('STATUS MASK drops the port, LOCK takes the last good one, PORT brings it back', async () => {
  await overlay('flavored/STATUS', 'MASK\nnot here\n');
  expect((await reapply('devel/flavored')).rc).toBe(0);
  expect((await envs.sh('env1', `ls ${COMPOSED}/flavored`)).rc).not.toBe(0);
  await envs.sh('env1', 'echo locked >DPorts/devel/flavored/lock');
  await overlay('flavored/STATUS', 'LOCK\n');
  expect((await reapply('devel/flavored')).rc).toBe(0);
  expect((await envs.sh('env1', `cat ${COMPOSED}/flavored/lock`)).stdout).toBe('locked');
  await overlay('flavored/STATUS', 'PORT\n');
  await reapply('devel/flavored');
  expect((await envs.sh('env1', `ls ${COMPOSED}/flavored`)).stdout).toBe('Makefile');
  await overlay('flavored/STATUS', 'OTHER\n');
  expect(await reapply('devel/flavored')).toMatchObject({rc: 1, stderr: expect.stringContaining("got 'OTHER'")});
});

test('REMOVE stays within the port', async () => {
  await overlay('removed/diffs/REMOVE', '../good/Makefile\n');
  expect(await reapply('devel/removed')).toMatchObject({rc: 1, stderr: expect.stringContaining("got '../good/Makefile'")});
  await overlay('removed/diffs/REMOVE', 'nothing-like-it\n');
  expect(await reapply('devel/removed')).toMatchObject({rc: 1, stderr: expect.stringContaining('which the port does not have')});
  expect((await envs.sh('env1', `ls ${COMPOSED}/good/Makefile ${COMPOSED}/removed/keep`)).rc).toBe(0);
});

const composed = async (file: string) => (await envs.sh('env1', `cat ${COMPOSED}/dops/${file}`)).stdout;

test('overlay.dops is composed by its operations, and alone counts', async () => {
  const dops =
    'port devel/dops\nmk set COMMENT "by dops"\nfile materialize dragonfly/patch-a -> dragonfly/patch-a\npatch apply x.diff\n';
  await overlay('dops/STATUS', 'MASK\n');
  await overlay('dops/Makefile.DragonFly', 'COMMENT=\tignored\n');
  await overlay('dops/dragonfly/patch-a', 'a\n');
  await overlay('dops/x.diff', '--- /dev/null\n+++ pkg-message\n@@ -0,0 +1 @@\n+hello\n');
  await overlay('dops/overlay.dops', dops);
  expect(await reapply('devel/dops')).toMatchObject({rc: 0, stdout: 'compose: ports=1 ops=3 applied=3 fallback=0 errors=0'});
  expect(await composed('Makefile')).toContain('COMMENT= by dops\n.include');
  expect(await composed('dragonfly/patch-a')).toBe('a');
  expect(await composed('pkg-message')).toBe('hello');
  expect((await envs.sh('env1', `ls ${COMPOSED}/dops`)).stdout).toBe('Makefile\ndragonfly\npkg-message');
});

test('errors and failed operations of overlay.dops have their places, and leave the composed port as it is', async () => {
  await overlay('dops/overlay.dops', 'port devel/dops\nmk add USES\n');
  const wrong = await reapply('devel/dops');
  expect(wrong).toMatchObject({rc: 1, stderr: expect.stringContaining('overlay.dops:2:12: E_PARSE_EXPECTED_TOKEN: ')});
  await overlay('dops/overlay.dops', 'port devel/dops\nmk set A "1"\n  mk unset NOT_THERE\n');
  const failed = await reapply('devel/dops');
  expect(failed).toMatchObject({
    rc: 1,
    stderr: expect.stringContaining('overlay.dops:3:3: mk.var.unset: E_APPLY_MISSING_SUBJECT: '),
  });
  expect(await composed('Makefile')).toContain('COMMENT= by dops');
});

test('with --json reapply prints a document for each port', async () => {
  await overlay('dops/overlay.dops', 'port devel/dops\nmk set A "1"\n  mk unset NOT_THERE\n');
  const {rc, stdout} = await reapply('--json', 'devel/good', 'devel/dops', 'devel/flavored');
  expect(rc).toBe(1);
  const [good, failed, ...more] = stdout.split('\n').map((line) => JSON.parse(line));
  expect(more).toEqual([]);
  expect(good).toMatchObject({ok: true, target: '@2026Q2', ports: [{origin: 'devel/good', type: 'port', mode: 'compat'}]});
  const diagnostic = {
    code: 'E_APPLY_MISSING_SUBJECT',
    source_path: '/work/DeltaPorts/ports/devel/dops/overlay.dops',
    line: 3,
    column: 3,
  };
  expect(failed).toMatchObject({
    ok: false,
    stages: [
      {success: true},
      {name: 'apply_semantic_ops', errors: [expect.stringContaining('E_COMPOSE_APPLY_FAILED: devel/dops: ')]},
      {},
    ],
    ports: [
      {mode: 'dops', dops_failed_op_results: [{id: 'op-0002-mk-var-unset', kind: 'mk.var.unset', diagnostics: [diagnostic]}]},
    ],
  });
  await overlay('hunk/diffs/REMOVE', 'a "quoted"\\name\n');
  const [refused] = JSON.parse((await reapply('--json', 'devel/hunk')).stdout).stages[2].errors;
  expect(refused).toContain(`E_COMPOSE_COMPAT_FAILED: devel/hunk: diffs/REMOVE names 'a "quoted"`);
});

test('an overlay that is not UTF-8 is refused by its name, and a branch that is not the target’s by the composer’s code', async () => {
  await envs.sh('env1', 'printf \'port devel/dops\\nreason "\\377"\\n\' >DeltaPorts/ports/devel/dops/overlay.dops');
  expect(await reapply('devel/dops')).toMatchObject({
    rc: 1,
    stderr: expect.stringContaining('overlay.dops: E_APPLY_PARSE_FAILED: '),
  });
  await envs.sh('env1', 'git -C freebsd-ports checkout -q -b other');
  const {stages} = JSON.parse((await reapply('--json', 'devel/good')).stdout);
  await envs.sh('env1', 'git -C freebsd-ports checkout -q 2026Q2');
  expect(stages[0].errors).toEqual([
    expect.stringMatching(/^E_COMPOSE_TARGET_BRANCH_MISMATCH: .*2026Q2.*it is on other\. Check out/),
  ]);
  expect(await reapply('devel/good')).toMatchObject({rc: 0});
});

test('the types of overlay.dops and removed_in of overlay.toml choose what is composed', async () => {
  await overlay('dops/newport/Makefile', 'PORTNAME=\tnewport\n');
  await overlay('dops/overlay.dops', 'port devel/dops\ntype dport\nmk set A "1"\n');
  expect(await reapply('devel/dops')).toMatchObject({rc: 0});
  expect(await composed('Makefile')).toBe('PORTNAME=\tnewport\nA= 1');
  await overlay('dops/overlay.toml', '[status]\nremoved_in = ["@main", "@2026Q2"]\n');
  expect(await reapply('devel/dops')).toMatchObject({rc: 0, stdout: expect.stringContaining('ops=0')});
  expect(await composed('Makefile')).toContain('PORTNAME=\tdops\n');
  await overlay('dops/overlay.toml', '\n');
  await overlay('dops/overlay.dops', 'port devel/dops\ntype lock\nmk set LOCKED "1"\n');
  expect(await reapply('devel/dops')).toMatchObject({rc: 0});
  const locked = (await envs.sh('env1', 'cat /work/DPorts/devel/dops/Makefile')).stdout;
  expect(await composed('Makefile')).toBe(locked.replace('.include', 'LOCKED= 1\n.include'));
  await overlay('dops/overlay.dops', 'port devel/dops\ntype mask\n');
  expect(await reapply('devel/dops')).toMatchObject({rc: 0, stderr: expect.stringContaining('masked')});
  expect((await envs.sh('env1', `ls ${COMPOSED}`)).stdout).not.toContain('dops');
});

test('unknown ports and invalid origins are refused', async () => {
  expect(await reapply('devel/nothing')).toMatchObject({
    rc: 1,
    stderr: expect.stringContaining('devel/nothing/Makefile does not exist'),
  });
  for (const word of ['../etc', 'devel', 'devel/../x', '-x/y', 'a/b;id'])
    expect(await reapply(word)).toMatchObject({rc: 1, stderr: expect.stringContaining(`got '${word}'`)});
});

test('without an origin reapply uses the touched origins, and prints its usage when there is none', async () => {
  expect(await reapply()).toMatchObject({rc: 1, stderr: expect.stringContaining('usage: reapply [--json] ORIGIN')});
  await envs.sh('env1', 'echo devel/good >.dports-dev-touched-origins');
  expect((await reapply()).stdout).toContain('ports=1 ');
});

test('dupe and genpatch make the same patch each time, named and labelled by the path in WRKSRC', async () => {
  const script = `make -C ${COMPOSED}/good WRKDIRPREFIX=/work/obj extract >/dev/null
    cd /work/obj/devel/good/good-1.0/src && dupe a_b.c && sed s/two/2/ a_b.c.orig >a_b.c && dupe a_b.c 2>/dev/null
    cd /work/genpatch-out && genpatch /work/obj/devel/good/good-1.0/src/a_b.c && cat patch-*
    mv patch-* /tmp/first; cd ../obj/devel/good/good-1.0 && touch src/a_b.c && genpatch src/a_b.c && cmp patch-* /tmp/first && echo same`;
  const {stdout} = await envs.sh('env1', script);
  const diff = '--- src/a_b.c.orig\n+++ src/a_b.c\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three';
  expect(stdout).toBe(`patch-src_a__b.c\n${diff}\npatch-src_a__b.c\nsame`);
});

test('make -V prints expanded values, as on DragonFly', async () => {
  const {stdout} = await envs.sh('env1', `make -C ${COMPOSED}/good WRKDIRPREFIX=/work/obj -V WRKDIR -V WRKSRC`);
  expect(stdout).toBe('/work/obj/devel/good\n/work/obj/devel/good/good-1.0');
});

test('genpatch reports what is missing', async () => {
  const run = async (script: string) => (await envs.sh('env1', script)).stderr;
  await envs.sh(
    'env1',
    'mkdir -p obj/devel/x/x-1 && cd obj/devel/x/x-1 && touch new same && dupe same && touch /tmp/out /tmp/out.orig',
  );
  expect(await run('genpatch obj/devel/x/x-1/new')).toContain('Run dupe on the file before it is edited');
  expect(await run('genpatch obj/devel/x/x-1/same')).toContain('does not differ');
  expect(await run('genpatch /tmp/out')).toContain('FILE must be below /work/obj');
});
