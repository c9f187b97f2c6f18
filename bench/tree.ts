import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {compose} from '../src/devenv/compose.ts';
import {beginAttempt, captureDiff, overlayState, restoreOverlay} from '../src/devenv/overlay.ts';
import {type FakeWork, fakeWork} from '../test/support/fake-work.ts';

/** Milliseconds of each step on the overlay of one port; those that compose are given without the composer's own time. */
export interface TreeCost {
  readonly files: number;
  readonly overlayStateMs: number;
  readonly beginAttemptMs: number;
  readonly materializeMs: number;
  readonly captureDiffMs: number;
  readonly restoreOverlayMs: number;
}

/** Files of an overlay port in the generated checkout, each with some lines. */
const NAMES = [
  'overlay.dops',
  'STATUS',
  'dragonfly/patch-a',
  'dragonfly/patch-b',
  'dragonfly/patch-c',
  'diffs/Makefile.diff',
  'README',
  'notes',
];

/** Measures the steps of an attempt in a generated checkout with this many files. Throws if one fails. */
export async function measureTree(files: number): Promise<TreeCost> {
  const fake = await fakeWork({tools: 'host'});
  try {
    const made = await fillCheckout(fake, files);
    const port = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};
    const composer = async (): Promise<number> => timed(() => compose(fake.env, port.origin));
    await overlayState(fake.env, port.origin);
    const own = await composer();
    const overlayStateMs = await timed(() => overlayState(fake.env, port.origin));
    await beginAttempt(fake.env, port);
    await fake.put('/work/DeltaPorts/ports/net/foo/dragonfly/patch-new', 'x\n');
    const diff = await captureDiff(fake.env, port.origin);
    const captureDiffMs = await timed(() => captureDiff(fake.env, port.origin));
    const materializeMs = await composer();
    // Its longest way: what is there is restored and composed, the diff is applied and composed.
    const beginAttemptMs = (await timed(() => beginAttempt(fake.env, {...port, diff}))) - 2 * own;
    const restoreOverlayMs = (await timed(() => restoreOverlay(fake.env, port))) - own;
    return {files: made, overlayStateMs, beginAttemptMs, materializeMs, captureDiffMs, restoreOverlayMs};
  } finally {
    await fake.end();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round(performance.now() - begun);
}

/** Adds ports in 60 categories until the checkout has this many files, commits them, and returns their number. */
async function fillCheckout(fake: FakeWork, files: number): Promise<number> {
  let made = 3;
  for (let port = 0; made < files; port += 1) {
    const home = fake.at(`/work/DeltaPorts/ports/cat${port % 60}/port${port}`);
    await mkdir(join(home, 'dragonfly'), {recursive: true});
    await mkdir(join(home, 'diffs'));
    const names = NAMES.slice(0, files - made);
    await Promise.all(names.map((name) => writeFile(join(home, name), `${name} of ${port}\n`.repeat(20))));
    made += names.length;
  }
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'gc.auto=0', ...args], {cwd: fake.at('/work/DeltaPorts')});
  await git('add', '-A', '-f');
  await git('commit', '-q', '-m', 'A large tree');
  await git('gc', '-q');
  return made;
}
