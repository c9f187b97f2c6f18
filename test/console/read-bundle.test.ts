import {mkdirSync, renameSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {analysedAt, readBundle} from '../../src/console/watch/read-bundle.ts';
import {KeptCase} from '../cli/kept-case.ts';

const REF = {runId: 'run-Live-1', bundleId: 'devel_foo-20260101-101500Z'};

let stored: KeptCase;

beforeEach(() => {
  stored = new KeptCase();
});

afterEach(() => stored.remove());

/** When a file of analysis/ last changed, milliseconds. */
function changedAt(name: string): number {
  return statSync(join(stored.dir, 'analysis', name)).ctimeMs;
}

async function changedSince(since: number): Promise<string[] | undefined> {
  const read = await readBundle(stored.evidence.root, REF, since);
  return read?.changed.map(({relpath}) => relpath).sort();
}

/** Writes a file, as the worker does by a rename, with later times of change of it and its directory than all before: the clock of a file system has ticks. */
function writeLater(name: string): void {
  const path = join(stored.dir, 'analysis', name);
  const before = changedAt('first.md');
  do {
    writeFileSync(`${path}.new`, 'later');
    renameSync(`${path}.new`, path);
  } while (changedAt(name) <= before || changedAt('.') <= before);
}

test('files of analysis/ that changed after a moment are listed; one that changed at it is not', async () => {
  stored.file('analysis/first.md', 'first');
  writeLater('second.md');
  expect(await changedSince(0)).toEqual(['analysis/first.md', 'analysis/second.md']);
  expect(await changedSince(changedAt('first.md'))).toEqual(['analysis/second.md']);
});

test('nothing is listed while the directory has not changed since, whatever the times of its files', async () => {
  stored.file('analysis/first.md', 'first');
  expect(await changedSince(await analysedAt(stored.dir))).toEqual([]);
});

test('neither directories nor files on their way into place are listed', async () => {
  stored.file('analysis/first.md', 'first');
  stored.file('analysis/.first.md.tmp', 'half');
  mkdirSync(join(stored.dir, 'analysis', 'directory'));
  expect(await changedSince(0)).toEqual(['analysis/first.md']);
});
