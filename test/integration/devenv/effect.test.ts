import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createDemoTrees} from '../../../src/demo/trees.ts';
import type {DevEnv} from '../../../src/devenv/client.ts';
import {caseEffect, portEffect} from '../../../src/devenv/effect.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import {findMaster} from '../../../src/devenv/master-port.ts';
import {overlayState, restoreOverlay} from '../../../src/devenv/overlay.ts';
import {proveRebuild} from '../../../src/devenv/proof.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

const envs = new Envs();
let env: DevEnv;
beforeAll(async () => {
  const trees = await createDemoTrees(join(envs.root, 'demo-trees'));
  addSlave(trees.freebsdPorts, SLAVE, '');
  addSlave(trees.freebsdPorts, IGNORED_SLAVE, 'IGNORE=\tneeds more\n');
  await envs.createDemo('effect', trees);
  env = openDevEnv('effect', {command: [DEV_ENV], env: {...process.env, ...envs.env}});
}, 120_000);
afterAll(() => envs.remove(), 60_000);

const ORIGIN = 'net/wifimedia';
const SLAVE = 'net/wifimedia-lite';
const IGNORED_SLAVE = 'net/wifimedia-old';

function addSlave(ports: string, origin: string, lines: string): void {
  const makefile = `PKGNAMESUFFIX=\t-${origin.split('-')[1]}\nMASTERDIR=\t\${.CURDIR}/../wifimedia\n${lines}.include "\${MASTERDIR}/Makefile"\n`;
  mkdirSync(join(ports, origin));
  writeFileSync(join(ports, origin, 'Makefile'), makefile);
}

const mine = (origin: string) => ({caseId: `port:@demo:${origin}`, origin});

/** Diff that adds files to the overlay of a port. */
function adding(files: Readonly<Record<string, string>>, origin = ORIGIN): string {
  return Object.entries(files)
    .map(([name, content]) => {
      const lines = content.split('\n').slice(0, -1);
      const path = `ports/${origin}/${name}`;
      return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
    })
    .join('');
}

async function effectOf(diff: string, origin = ORIGIN, failed: readonly string[] = []) {
  try {
    return await portEffect(env, {...mine(origin), diff, failedPatches: new Set(failed)});
  } finally {
    await restoreOverlay(env, mine(origin));
  }
}
const found = async (makefile: string): Promise<string[]> => {
  const {findings} = await effectOf(adding({'Makefile.DragonFly': makefile}));
  return [...new Set(findings.map(({rule, severity}) => `${severity} ${rule}`))];
};

/** Each case takes seconds of make in a dev-env, so each run has one of `parts` parts of them, by the seed. */
const seed = Number(process.env.PORTWRIGHT_SEED ?? Math.floor(Math.random() * 4_294_967_296));
process.stderr.write(`effect: PORTWRIGHT_SEED=${seed}\n`);
function partOf<T>(parts: number, all: readonly T[]): T[] {
  return all.filter((_, at) => (at + seed) % parts === 0);
}

/** `demo/answers` proves all of them. */
const ANSWERS = partOf(3, readdirSync(join(installRoot(), 'demo', 'answers')));

test.each(ANSWERS)('the known right fix %s has no finding but notes', async (name) => {
  const diff = readFileSync(join(installRoot(), 'demo', 'answers', name), 'utf8');
  const origin = name.replace('.diff', '').replace('_', '/');
  const effect = await effectOf(diff, origin, ['patch-clockfmt.c', 'patch-units.c']);
  expect(effect.missing).toEqual([]);
  expect(effect.findings.filter(({severity}) => severity !== 'note')).toEqual([]);
  expect(effect.summary).toMatch(/^Only files change: /);
  expect(await overlayState(env, origin)).toMatchObject({clean: true});
});

test.each([
  [
    'an edit by sed and a flag',
    "CFLAGS+=\t-I/usr/include/x -DHAVE_X\ndfly-patch:\n\t@${REINPLACE_CMD} -e 's/a/b/' ${WRKSRC}/wifimedia.c\n",
  ],
  ['another dependency and argument', 'LIB_DEPENDS+=\tlibx.so:x11/x\nCONFIGURE_ARGS+=\t--with-x\nUSES+=\ticonv\n'],
])('%s pass', async (_name, makefile) => {
  expect(await found(makefile)).toEqual([]);
});

const UNSEEN_BY_TEXT: [string, string[], string][] = [
  ['a variable named by its value', ['refuse checks'], 'N=\tCHECKSUM\nNO_${N}=\tyes\n'],
  ['a private target of the framework', ['refuse checks'], '_check-plist _checksum:\n\t@true\n'],
  ['a target whose name is computed', ['ask effect-unknown'], '_check-${:Uplist}:\n\t@true\n'],
  ['a compiler by another file', ['ask effect-unknown'], '.include "../../misc/goodport/Makefile.x"\n'],
  ['a condition on the user', ['refuse surroundings'], '.if ${USER:U} == root\nCFLAGS+=\t-DX\n.endif\n'],
  ['a condition on DEVELOPER', ['refuse surroundings'], '.ifdef DEVELOPER\npost-patch:\n\t@true\n.endif\n'],
  ['a condition on the phase', ['refuse checks', 'refuse surroundings'], '.if make(checksum)\nNO_CHECKSUM=\tyes\n.endif\n'],
  ['a condition on the work tree', ['refuse surroundings'], '.if ${WRKDIRPREFIX:U:M/construction}\nLDFLAGS+=\t-lm\n.endif\n'],
];
test.each(partOf(2, UNSEEN_BY_TEXT))('%s is found', async (_name, expected, makefile) => {
  const other = `CC=\ttrue\n`;
  await envs.sh('effect', 'printf %s "$1" >"$DPORTS_COMPOSE_ROOT/misc/goodport/Makefile.x"', other);
  expect((await found(makefile)).filter((one) => !one.startsWith('note')).sort()).toEqual(expect.arrayContaining(expected));
});

const FORGED = String.raw`#*** Input graph:\n#   Files that are only sources:`;
const HOSTILE_TO_MAKE: [string, string][] = [
  [
    'writes into the output of make',
    'X!=\tfor f in /proc/[0-9]*/fd/1; do echo forged >$$f; done; kill -9 $$PPID; touch /work/obj/ran\nNO_CHECKSUM=\tyes\n',
  ],
  ['selects its own shell', '.SHELL: name=sh path=/bin/sh\nX!=\ttouch /work/obj/ran; kill -9 $$PPID\nNO_CHECKSUM=\tyes\n'],
  ['computes the name of that', '.SH${:UELL}: name=sh path=/bin/sh\nX!=\ttouch /work/obj/ran\n'],
  ['reads that from elsewhere', '.include "/work/obj/x.mk"\nX!=\ttouch /work/obj/ran\n'],
  ['prints a graph', `.info \${:U${FORGED}:S/\\\\n/\${.newline}/g}\n_checksum:\n\t@true\n`],
  ['redirects what make prints of it', '.MAKEFLAGS: -dF/tmp/elsewhere\n_checksum:\n\t@true\n'],
  [
    'does not end',
    'X=\t${:!true!}\n.for a in ${:U1 2 3 4 5 6 7 8 9:range:@i@1 2 3 4 5 6 7 8 9@}\n.include "/dev/stdin"\n.endfor\n.error no\n',
  ],
];
test.each(partOf(2, HOSTILE_TO_MAKE))('a port that %s does not pass', async (_name, makefile) => {
  await envs.sh('effect', 'echo ".SHELL: name=sh path=/bin/sh" >/work/obj/x.mk');
  const rules = await found(makefile);
  expect(rules.some((one) => /^(?:ask|refuse)/.test(one))).toBe(true);
  expect((await envs.sh('effect', 'ls /work/obj/ran 2>/dev/null || :')).stdout).toBe('');
});

test('a change of distinfo by whatever name is refused', async () => {
  const diff = adding({'diffs/x.diff': '--- distinfo.orig\n+++ distinfo\n@@ -1 +1 @@\n-TIMESTAMP = 1\n+TIMESTAMP = 2\n'});
  const first = (
    await envs.sh(
      'effect',
      `head -n 1 "$DPORTS_COMPOSE_ROOT/${ORIGIN}/distinfo"; wc -l <"$DPORTS_COMPOSE_ROOT/${ORIGIN}/distinfo"`,
    )
  ).stdout.split('\n');
  const fitting = diff.replace('-TIMESTAMP = 1', `-${first[0]}`).replace('@@ -1 +1 @@', '@@ -1,1 +1,1 @@');
  const {findings} = await effectOf(fitting);
  expect(findings).toContainEqual(expect.objectContaining({rule: 'distinfo', severity: 'refuse'}));
});

/** The right fix in the compat form, which a Makefile.DragonFly may accompany. */
function compatAnswer(): string {
  const answer = readFileSync(join(installRoot(), 'demo', 'answers', 'net_wifimedia.diff'), 'utf8');
  return answer.slice(0, answer.indexOf(`diff --git a/ports/${ORIGIN}/overlay.dops`));
}

test('a fix that only works with DEVELOPER passes the first build and is no proof', async () => {
  const answer = compatAnswer();
  const diff = answer + adding({'Makefile.DragonFly': '.ifndef DEVELOPER\npre-build:\n\t@false\n.endif\n'});
  const limits = {logFile: join(envs.root, 'proof.log'), buildIdleSeconds: 60, buildTotalSeconds: 120};
  expect(await proveRebuild(env, {...mine(ORIGIN), diff, ...limits})).toMatchObject({rebuild_ok: true, findings: []});
  const twice = await proveRebuild(env, {...mine(ORIGIN), diff, ...limits, twice: true});
  expect(twice).toMatchObject({
    rebuild_ok: false,
    failure: {tail: expect.stringContaining('The build without DEVELOPER failed')},
  });
  const right = await proveRebuild(env, {...mine(ORIGIN), diff: answer, ...limits, twice: true});
  expect(right).toMatchObject({rebuild_ok: true, bulk_build_command: expect.stringContaining(` force ${ORIGIN}`), findings: []});
  await restoreOverlay(env, mine(ORIGIN));
});

test('a build that switches the verification of checksums off is no proof', async () => {
  const answer = compatAnswer();
  const diff = answer + adding({'Makefile.DragonFly': 'NO_CHECKSUM=\tyes\n'});
  const limits = {logFile: join(envs.root, 'proof.log'), buildIdleSeconds: 60, buildTotalSeconds: 120};
  const proof = await proveRebuild(env, {...mine(ORIGIN), diff, ...limits});
  expect(proof).toMatchObject({
    rebuild_ok: false,
    failure: {phase: 'checksum', tail: expect.stringContaining('wifimedia-1.2.tar.gz')},
  });
  await restoreOverlay(env, mine(ORIGIN));
});

test('the fix of a slave port in the overlay of its master is judged by both, and proved by each that can be built', async () => {
  expect(await findMaster(env, {origin: SLAVE})).toEqual({origin: ORIGIN, overlay: 'none', slaves: [IGNORED_SLAVE]});
  const diff = readFileSync(join(installRoot(), 'demo', 'answers', 'net_wifimedia.diff'), 'utf8');
  const scope = [ORIGIN, SLAVE];
  const effect = await caseEffect(env, {...mine(SLAVE), master: ORIGIN, diff, failedPatches: new Set()});
  expect(effect.missing).toEqual([]);
  expect(effect.findings.filter(({severity}) => severity !== 'note')).toEqual([]);
  expect(effect.changes.map(({name}) => name)).toContainEqual(expect.stringMatching(/^net\/wifimedia: .*patch-wifimedia.c$/));
  const weaker = await caseEffect(env, {
    ...mine(SLAVE),
    master: ORIGIN,
    diff: adding({'Makefile.DragonFly': '.SHELL: name=sh path=/bin/sh\n'}),
    failedPatches: new Set(),
  });
  expect(weaker.missing).toHaveLength(2);
  const input = {
    ...mine(SLAVE),
    scope,
    diff,
    logFile: join(envs.root, 'proof.log'),
    buildIdleSeconds: 60,
    buildTotalSeconds: 120,
  };
  expect(await proveRebuild(env, input)).toMatchObject({rebuild_ok: true, origin: SLAVE});
  expect(await proveRebuild(env, {...input, origin: ORIGIN, isOther: true})).toMatchObject({rebuild_ok: true, origin: ORIGIN});
  expect(await proveRebuild(env, {...input, origin: IGNORED_SLAVE, isOther: true})).toMatchObject({
    rebuild_ok: false,
    leftOut: 'IGNORE: needs more',
  });
  await restoreOverlay(env, {...mine(SLAVE), origin: scope});
  expect(await overlayState(env, scope)).toMatchObject({clean: true});
}, 180_000);
