import {readdirSync, statSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import {closestChanges} from '../src/activities/tree-memory.ts';
import {selectRootCauses} from '../src/evidence/root-causes.ts';
import {EvidenceDir} from '../test/evidence/evidence-dir.ts';
import {type FakeWork, fakeWork} from '../test/support/fake-work.ts';
import {generatedOverlays} from './dops.ts';
import {SeededRandom} from './seeded-random.ts';

/** Milliseconds until a prompt has its similar changes: for the first case of a checkout, for a later one, and after a commit that changed 50 files. */
export interface TreeMemoryCost {
  readonly files: number;
  readonly firstMs: number;
  readonly laterMs: number;
  readonly newCommitMs: number;
  readonly storedKb: number;
  readonly matches: number;
}

/** Measures the lookup in a generated checkout with this many overlays, and three patches for each four of them. */
export async function measureTreeMemory(overlays: number): Promise<TreeMemoryCost> {
  const work = await fakeWork();
  const evidence = new EvidenceDir();
  try {
    const dir = evidence.bundle('20260101-101500Z');
    const log = `-- Phase: build\na.c:3:4: error: '${nameOf(7)}' undeclared\n*** Error code 1\nFAILED 00:00:01\n`;
    evidence.write(join(dir, 'logs/full.log').slice(evidence.root.length + 1), log);
    await selectRootCauses(dir);
    const files = await fill(work, overlays);
    const port = {target: '@2026Q2', origin: 'net/foo'};
    const query = () => closestChanges(work.env, {root: evidence.root, dir, port, flow: 'triage'}, AbortSignal.timeout(120_000));
    let matches = 0;
    const timed = async (): Promise<number> => {
      const begun = performance.now();
      matches = (await query()).length;
      return Math.round(performance.now() - begun);
    };
    const firstMs = await timed();
    const laterMs = await timed();
    await change(work, 50);
    const newCommitMs = await timed();
    return {files, firstMs, laterMs, newCommitMs, storedKb: storedKb(evidence.root), matches};
  } finally {
    await work.end();
    evidence.remove();
  }
}

function storedKb(root: string): number {
  const dir = join(root, 'tree-index');
  const sizes = readdirSync(dir).map((name) => statSync(join(dir, name)).size);
  return Math.round(Math.max(...sizes) / 1024);
}

/** Returns one of 20,000 names. */
function nameOf(at: number): string {
  return `SYS_${(at * 7919) % 400}_NAME_${at}`;
}

async function fill(work: FakeWork, overlays: number): Promise<number> {
  const random = new SeededRandom(1);
  const line = (): string =>
    `${random.pick([' ', ' ', '+', '-'])}\tif (value->field & ${nameOf(random.between(0, 20_000))}) call_${random.between(0, 5000)}(x);`;
  const patches = Array.from({length: Math.floor(overlays * 0.76)}, (_, at) => {
    const hunks = Array.from({length: random.between(1, 4)}, () =>
      ['@@ -1,9 +1,9 @@', ...Array.from({length: 12}, line)].join('\n'),
    );
    return [
      `${portOf(at)}/dragonfly/patch-src_file${at}.c`,
      `--- src/file${at}.c.orig\n+++ src/file${at}.c\n${hunks.join('\n')}\n`,
    ] as const;
  });
  const texts = generatedOverlays(overlays, 1).map((text, at) => [`${portOf(at)}/overlay.dops`, text] as const);
  await put(work, [...texts, ...patches]);
  return texts.length + patches.length;
}

function portOf(at: number): string {
  return `cat${at % 60}/port${String.fromCharCode(97 + (at % 26))}${at}x`;
}

async function change(work: FakeWork, count: number): Promise<void> {
  await put(
    work,
    Array.from(
      {length: count},
      (_, at) => [`${portOf(at)}/dragonfly/patch-new`, `--- new.c.orig\n+++ new.c\n@@ -1 +1 @@\n+${nameOf(at)}\n`] as const,
    ),
  );
}

async function put(work: FakeWork, files: readonly (readonly [string, string])[]): Promise<void> {
  const checkout = work.at('/work/DeltaPorts');
  for (const [path, text] of files) {
    const place = join(checkout, 'ports', path);
    await mkdir(dirname(place), {recursive: true});
    await writeFile(place, text);
  }
  const git = (...args: string[]) => execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: checkout});
  await git('add', '-A');
  await git('commit', '-q', '-m', 'A large tree');
}
