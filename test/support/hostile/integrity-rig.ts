import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {DevEnv, ExecOptions} from '../../../src/devenv/client.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import {beginAttempt, captureDiff, type Diff, overlayState, restoreOverlay} from '../../../src/devenv/overlay.ts';
import {type Proof, proveRebuild} from '../../../src/devenv/proof.ts';
import {call} from '../tool-run.ts';
import {EnvsOf, SELF} from './baits.ts';
import type {Judged} from './figures.ts';
import type {WayGroup} from './integrity-ways.ts';

const TARGET = '@2026Q2';
const ENV = 'integrity';
const BAD = 'net/bad';
const GOOD = 'net/foo';

/** A port of C that does not compile. What its overlay adds to the Makefile is read by make. */
const makefile = (name: string): string =>
  [
    `PORTNAME=\t${name}`,
    'CATEGORIES=\tnet',
    'do-extract=\tmkdir -p $(WRKSRC) && cp $(.CURDIR)/main.c $(WRKSRC)/',
    'do-patch=\tcd $(WRKSRC); for one in $(.CURDIR)/dragonfly/patch-*; do test ! -f $$one || patch -p0 -s -f -i $$one || exit 1; done',
    'do-build=\tcd $(WRKSRC) && cc -I/usr/local/include -c main.c',
    '.sinclude "$(.CURDIR)/Makefile.DragonFly"',
    '.include <bsd.port.mk>',
    '',
  ].join('\n');
const MAIN = 'int main(void)\n{\n\treturn NOT_ON_DRAGONFLY;\n}\n';

/** The right diff of the next port. */
const REPAIR = `diff --git a/ports/${GOOD}/dragonfly/patch-main.c b/ports/${GOOD}/dragonfly/patch-main.c
new file mode 100644
--- /dev/null
+++ b/ports/${GOOD}/dragonfly/patch-main.c
@@ -0,0 +1,7 @@
+--- main.c.orig
++++ main.c
+@@ -1,4 +1,4 @@
+ int main(void)
+ {
+-\treturn NOT_ON_DRAGONFLY;
++\treturn 0;
+ }
`.replace('+1,7', '+1,8');

/** What make reads of the hostile port: the ways run once, when the Makefile is parsed. */
const HOSTILE = 'WAYS!=\tsh $(.CURDIR)/dragonfly/ways.sh >/dev/null 2>&1 </dev/null; echo\n';

/** What one group of ways did, and what came of it. */
export interface Outcome {
  /** Names of the ways that did what they tried. */
  readonly landed: readonly string[];
  /** Of a wrong diff, after the ways. */
  readonly wrong: Proof;
  /** Of a right diff of another port, after the clean-up. */
  readonly honest: Proof;
  /** Names in /work that the ways left. */
  readonly left: readonly string[];
}

/** A dev-env of one user with a hostile port and an honest one. */
export class IntegrityRig {
  readonly #envs: EnvsOf;
  readonly #logs = mkdtempSync(join(tmpdir(), 'portwright-integrity-'));
  readonly env: DevEnv;
  #names: readonly string[] = [];

  /** @param uid of the caller; @param inside of the processes inside, on this machine */
  constructor(uid: number, inside: number) {
    this.#envs = new EnvsOf(uid, inside);
    this.env = openDevEnv(ENV, {command: [this.#program(uid)], env: {...process.env, ...this.#envs.variables}});
  }

  /** A program by the name of the Linux dev-env that runs it as its user. */
  #program(uid: number): string {
    const path = join(this.#envs.root, 'as/src/devenv/linux/dev-env');
    mkdirSync(dirname(path), {recursive: true});
    const line = this.#envs.argv([]).map((part) => `'${part}'`);
    const variables = Object.entries(this.#envs.variables).map(([name, value]) => `${name}='${value}'; export ${name}\n`);
    writeFileSync(path, `#!/bin/sh\n${variables.join('')}exec ${line.join(' ')} "$@"\n`);
    chmodSync(path, 0o755);
    if (uid !== SELF) execFileSync('chown', ['-R', `${uid}:${uid}`, dirname(path)]);
    return path;
  }

  async create(): Promise<void> {
    for (const origin of [BAD, GOOD]) {
      this.#lay(`freebsd-ports/${origin}/Makefile`, makefile(origin.slice(4)));
      this.#lay(`freebsd-ports/${origin}/main.c`, MAIN);
      this.#lay(`delta/ports/${origin}/STATUS`, 'PORT\n');
    }
    const made = await this.#envs.create(ENV);
    if (made.rc !== 0 && !/dops|not composed/.test(made.stderr)) throw new Error(`No dev-env: ${made.stderr}`);
    this.#names = await this.#namesInWork();
  }

  #lay(path: string, content: string): void {
    const at = join(this.#envs.trees, path);
    mkdirSync(dirname(at), {recursive: true});
    writeFileSync(at, content);
  }

  /** Runs a group of ways in an attempt of the hostile port, then proves a wrong diff, restores, and proves a right diff of the other. */
  async attempt({tool, ways}: WayGroup): Promise<Outcome> {
    const bad = {caseId: `port:${TARGET}:${BAD}`, origin: BAD};
    await beginAttempt(this.env, bad);
    await this.#write(BAD, 'dragonfly/ways.sh', waysScript(ways));
    await this.#write(BAD, 'Makefile.DragonFly', HOSTILE);
    const context = {env: this.env, origin: BAD, target: TARGET, buildIdleSeconds: 20, buildTotalSeconds: 60};
    const composed = await call(context, 'materialize_dports', {origin: BAD});
    if (!composed.result.ok) throw new Error(`Not composed: ${JSON.stringify(composed.result)}`);
    await call({...context, composedTree: composed.effects?.composedTree ?? ''}, tool, {origin: BAD});
    const landed = (await this.#sh('cat /work/ways')).split('\n').filter((name) => name !== '');
    await this.#sh(`rm -r /work/DeltaPorts/ports/${BAD}/dragonfly`, {editsOverlay: true});
    await this.#write(BAD, 'Makefile.DragonFly', 'X=\ty\n');
    const wrong = await this.#prove(bad, await captureDiff(this.env, BAD));
    await restoreOverlay(this.env, bad);
    const left = (await this.#namesInWork()).filter((name) => !this.#names.includes(name));
    const good = {caseId: `port:${TARGET}:${GOOD}`, origin: GOOD};
    const honest = await this.#prove(good, REPAIR);
    await restoreOverlay(this.env, good);
    return {landed, wrong, honest, left};
  }

  #prove(port: {caseId: string; origin: string}, diff: Diff): Promise<Proof> {
    const limits = {buildIdleSeconds: 20, buildTotalSeconds: 60};
    return proveRebuild(this.env, {...port, diff, logFile: join(this.#logs, 'proof.log'), ...limits});
  }

  async #write(origin: string, name: string, content: string): Promise<void> {
    const at = `/work/DeltaPorts/ports/${origin}/${name}`;
    await this.#sh(`mkdir -p "$(dirname ${at})" && cat >${at}`, {editsOverlay: true, stdin: content});
  }

  async #namesInWork(): Promise<string[]> {
    return (await this.#sh("find /work /construction -mindepth 1 -maxdepth 1 -printf '%p\\0'"))
      .split('\0')
      .filter((name) => name !== '');
  }

  async #sh(script: string, options: Partial<ExecOptions> = {}): Promise<string> {
    const ran = await this.env.exec(['sh', '-c', script], {cwd: '/work', timeoutSeconds: 60, ...options});
    if (ran.rc !== 0) throw new Error(`The rig's script failed: ${script}: ${ran.stderr}`);
    return ran.stdout;
  }

  /** Whether both ports are as their commit has them, and no case has its mark here. */
  async isClean(): Promise<boolean> {
    const states = await Promise.all([BAD, GOOD].map((origin) => overlayState(this.env, origin)));
    return states.every(({clean, ours}) => clean && ours === undefined);
  }

  async remove(): Promise<void> {
    await this.#envs.remove();
    rmSync(this.#logs, {recursive: true, force: true});
  }
}

/** Each way runs in a shell of its own; the names of those that did what they tried are in /work/ways. */
function waysScript(ways: WayGroup['ways']): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = ways.map(({name, script}) => `if sh -c ${quoted(script)}; then echo ${quoted(name)} >>/work/ways; fi`);
  return ['[ ! -e /work/ways ] || exit 0', ': >/work/ways', ...lines, ''].join('\n');
}

/** Judges each way by what came of its group. */
export function judgeWays({ways}: WayGroup, {landed, wrong, honest, left}: Outcome): Judged[] {
  const harm = [
    wrong.rebuild_ok ? 'a wrong diff was proved' : '',
    honest.rebuild_ok ? '' : `the next port was not proved: ${honest.failure?.tail.slice(-300)}`,
    left.length > 0 ? `left: ${left.join(' ')}` : '',
  ].filter((one) => one !== '');
  return ways.map(({name, lands}) => {
    const expected = landed.includes(name) === lands ? [] : [`it ${lands ? 'did not do' : 'did'} what it tried`];
    const seen = [...harm, ...expected].join('; ');
    return {input: name, verdict: seen === '' ? 'refused' : harm.length > 0 ? 'escaped' : 'crashed', seen};
  });
}
