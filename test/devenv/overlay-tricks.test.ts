import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beginAttempt, captureDiff, OverlayDirty, overlayState, restoreOverlay} from '../../src/devenv/overlay.ts';
import {type Proof, proveRebuild} from '../../src/devenv/proof.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';

// A dev-env of the contract's command line only: make code of an attempt may write the overlay and its repository.

const MINE = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};
const FILE = 'ports/net/foo/Makefile.DragonFly';
const CONFIG = '/work/DeltaPorts/.git/config';
const FIX = `echo FIXED=1 >${FILE}`;
const COMMIT = 'git -c user.name=a -c user.email=a@b';

/** Each makes the tree build without being in the recorded diff, and hides that from git. */
const TRICKS: Readonly<Record<string, string>> = {
  'a change that nobody recorded': FIX,
  'the flag assume-unchanged': `git update-index --assume-unchanged ${FILE}; ${FIX}`,
  'the flag skip-worktree': `git update-index --skip-worktree ${FILE}; ${FIX}`,
  'a sparse checkout': `git config core.sparseCheckout true; echo /none >.git/info/sparse-checkout; ${FIX}`,
  'a staged change': `${FIX}; git add --sparse -f ${FILE}`,
  'a lock of the index': `${FIX}; : >.git/index.lock`,
  'a broken index': `${FIX}; echo x >.git/index`,
  'times that git trusts': `git config core.trustctime false; touch -t 202601010000 ${FILE} .git/index; ${FIX}; touch -t 202601010000 ${FILE}`,
  'a filter': `git config filter.f.smudge 'echo FIXED=1; touch /work/ran'; git config filter.f.clean 'git show HEAD:${FILE}; touch /work/ran'; echo '* filter=f' >.git/info/attributes; ${FIX}`,
  'attributes of the tree': `echo '* filter=f ident text eol=crlf working-tree-encoding=UTF-16' >ports/.gitattributes; ${FIX}`,
  'a monitor of the file system': `git config core.fsmonitor 'touch /work/ran; echo x'; ${FIX}`,
  hooks: `for h in post-checkout post-index-change reference-transaction; do printf '#!/bin/sh\ntouch /work/ran\n%s\n' '${FIX}' >.git/hooks/$h; chmod 755 .git/hooks/$h; done; ${FIX}`,
  'another work tree': `mkdir -p /work/obj/tree; git config core.worktree /work/obj/tree; ${FIX}`,
  'ignored files': `echo '*' >.git/info/exclude; echo '*' >ports/net/foo/.gitignore; ${FIX}`,
  'a replaced commit': `${FIX}; git add --sparse -f ${FILE}; tree=$(git write-tree); git replace HEAD $(${COMMIT} commit-tree $tree -m x)`,
  'a replaced file': `git replace $(git rev-parse HEAD:${FILE}) $(echo FIXED=1 | git hash-object -w --stdin); ${FIX}`,
  'a graft': `mkdir -p .git/info; git rev-parse HEAD >.git/info/grafts; ${FIX}`,
  'other objects': `mkdir -p /work/obj/o; echo /work/obj/o >.git/objects/info/alternates; ${FIX}`,
  'a repository in the port': `mkdir -p ports/net/foo/dragonfly; git init -q ports/net/foo/dragonfly; ${FIX}`,
  'a link in the place of the port': `mv ports/net/foo /work/moved; ln -s /work/moved ports/net/foo; echo FIXED=1 >/work/moved/Makefile.DragonFly`,
  'a link in the place of the category': `mv ports/net /work/category; ln -s /work/category ports/net; echo FIXED=1 >/work/category/foo/Makefile.DragonFly`,
  'a pipe in the port': `mkfifo ports/net/foo/pipe; ${FIX}`,
  'a directory in the place of a file': `rm ${FILE}; mkdir ${FILE}; echo FIXED=1 >${FILE}/x`,
  'a port that is gone': 'rm -r ports/net/foo',
};

let fake: FakeWork;
let dir: string;
let config: Buffer;
let wrong: Buffer;
let right: Buffer;

beforeAll(async () => {
  fake = await fakeWork();
  dir = await mkdtemp(join(tmpdir(), 'portwright-tricks-'));
  wrong = await diffOf('STILL=broken\n');
  right = await diffOf('FIXED=1\n');
  await restoreOverlay(fake.env, MINE);
  config = await readFile(fake.at(CONFIG));
});
// The repository's settings are nobody's to restore; each trick begins with the first ones, so that git does what it is asked.
beforeEach(() => fake.put(CONFIG, config));
afterAll(async () => {
  await fake.end();
  await rm(dir, {recursive: true});
});

async function diffOf(content: string): Promise<Buffer> {
  await beginAttempt(fake.env, MINE);
  await fake.put(`/work/DeltaPorts/${FILE}`, content);
  return captureDiff(fake.env, MINE.origin);
}

const make = (script: string) => fake.env.exec(['sh', '-c', script], {timeoutSeconds: 20});
const prove = (diff: Buffer): Promise<Proof> =>
  proveRebuild(fake.env, {...MINE, diff, logFile: join(dir, 'log'), buildIdleSeconds: 30, buildTotalSeconds: 60});

test.each(Object.entries(TRICKS))('%s reaches no proof, and is gone after the case', async (_, script) => {
  await beginAttempt(fake.env, MINE);
  expect(await make(script)).toMatchObject({rc: 0, stderr: expect.not.stringContaining('fatal')});
  expect(await prove(wrong)).toMatchObject({
    rebuild_ok: false,
    failure: {step: 'build', tail: expect.stringContaining('undeclared')},
  });
  await restoreOverlay(fake.env, MINE);
  expect(await overlayState(fake.env, MINE.origin)).toEqual({clean: true, head: expect.any(String), paths: []});
  const at = await make(`cat ${FILE}; ls -d /work/ran ports/net/foo/* ports/net/other/*`);
  expect(at.stdout.split('\n')).toEqual(['CFLAGS+=\t-DOLD', FILE, 'ports/net/other/STATUS', '']);
});

test('a right diff is proved after all of them', async () => {
  expect(await prove(right)).toMatchObject({rebuild_ok: true});
  await restoreOverlay(fake.env, MINE);
});

test('a commit stops the case and the next one, and is not thrown away', async () => {
  await fake.end();
  fake = await fakeWork();
  await beginAttempt(fake.env, MINE);
  const made = await make(`${FIX}; git add -f ${FILE}; ${COMMIT} commit -q --no-verify -m x; git rev-parse HEAD`);
  await expect(prove(wrong)).rejects.toThrow(OverlayDirty);
  await expect(restoreOverlay(fake.env, MINE)).rejects.toThrow(made.stdout.trim());
  expect((await overlayState(fake.env)).head).toBe(made.stdout.trim());
});
