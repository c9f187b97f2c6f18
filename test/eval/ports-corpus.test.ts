import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {largeConfigure} from '../../eval/large-configure.ts';
import {loadPolicy, policyPath} from '../../src/activities/policy.ts';
import {RootCauseScan} from '../../src/case/evidence/root-causes/index.ts';
import type {CaseTexts} from '../../src/eval/clean.ts';
import {writeCorpusTrees} from '../../src/eval/corpus-trees.ts';
import {type Corpus, findCorpus, missingClasses, readCorpus} from '../../src/eval/prepare.ts';
import {type ScoredCase, scoreCase} from '../../src/eval/score.ts';
import {readTexts} from '../../src/eval/texts.ts';
import {end} from './made.ts';

const CORPUS = await readCorpus(await findCorpus('ports'));
const CASES = CORPUS.cases.map((one): [string, Corpus['cases'][number]] => [one.known.name, one]);

async function textsOf(dir: string): Promise<CaseTexts> {
  const [overlay, composed, freebsd] = await Promise.all(
    ['bundle/overlay', 'bundle/port', 'freebsd'].map((at) => readTexts(join(dir, at))),
  );
  return {overlay: overlay ?? new Map(), composed: composed ?? new Map(), freebsd};
}

/** Judges a diff of a case as one that a clean rebuild proved. */
async function judged({known, dir}: Corpus['cases'][number], name: string): Promise<ScoredCase> {
  const scan = new RootCauseScan();
  scan.take(readFileSync(join(dir, 'bundle', 'logs', 'full.log')));
  const diff = readFileSync(join(dir, name), 'utf8');
  const {findings} = scan.finish();
  return scoreCase(
    known,
    end({classification: known.expectedClass, diff, findings, texts: await textsOf(dir)}),
    CORPUS.facts.forbidden,
  );
}

test('the corpus has its cases, and the shipped policy their classes', async () => {
  expect(CASES.length).toBeGreaterThanOrEqual(23);
  expect(missingClasses(CORPUS, await loadPolicy(policyPath({})))).toEqual([]);
  expect(new Set(CASES.map(([, {known}]) => known.expectedClass)).size).toBeGreaterThanOrEqual(5);
});

test.each(CASES)('%s: its bundle is one of a failure of its port, and its cause is the first finding', async (name, one) => {
  const bundle = await readTexts(join(one.dir, 'bundle'));
  const {origin, flavor} = one.known;
  expect([...bundle.keys()]).toEqual(expect.arrayContaining(['logs/errors.txt', 'logs/full.log', 'port/Makefile']));
  expect(bundle.get('meta.txt')).toContain(`\norigin_base=${origin}\nflavor=${flavor ?? origin}\n`);
  expect([name, (await judged(one, 'right.diff')).rootCauseAt]).toEqual([name, 1]);
});

test.each(CASES)('%s: its right diff is clean', async (_, one) => {
  const {wrong, unclean} = await judged(one, 'right.diff');
  expect({wrong, unclean}).toEqual({wrong: [], unclean: []});
});

test.each(CASES)('%s: its wrong diff is false or not clean', async (_, one) => {
  const {wrong, unclean} = await judged(one, 'wrong.diff');
  expect([...wrong, ...(unclean ?? [])]).not.toEqual([]);
});

test('the diffs of all cases apply to their overlays', async () => {
  for (const name of ['right.diff', 'wrong.diff']) {
    const tree = mkdtempSync(join(tmpdir(), 'portwright-'));
    for (const [, {known, dir}] of CASES) {
      for (const [path, text] of await readTexts(join(dir, 'bundle', 'overlay'))) {
        const file = join(tree, 'ports', known.origin, path);
        mkdirSync(dirname(file), {recursive: true});
        writeFileSync(file, text);
      }
    }
    const diffs = CASES.map(([, {dir}]) => join(dir, name));
    expect(() => execFileSync('git', ['apply', ...diffs], {cwd: tree, stdio: 'pipe'})).not.toThrow();
    rmSync(tree, {recursive: true});
  }
});

test('the trees of its dev-envs have each port, overlay and distfile, with the distinfo of the corpus', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'portwright-'));
  const {freebsdPorts, deltaPorts, distfiles} = await writeCorpusTrees(CORPUS, dir);
  for (const [name, {known, dir: from}] of CASES) {
    const overlay = await readTexts(join(deltaPorts, 'ports', known.origin));
    expect([name, overlay]).toEqual([name, await readTexts(join(from, 'bundle', 'overlay'))]);
  }
  const distinfo = readFileSync(join(freebsdPorts, 'devel/capbox/distinfo'), 'utf8');
  expect(distinfo).toBe(readFileSync(join(CORPUS.dir, 'capbox/freebsd/distinfo'), 'utf8'));
  const master = readFileSync(join(freebsdPorts, 'textproc/names/distinfo'), 'utf8');
  expect(master).toBe(readFileSync(join(CORPUS.dir, 'names-lite/also/textproc/names/distinfo'), 'utf8'));
  expect(readdirSync(distfiles)).toHaveLength(CASES.length);
  rmSync(dir, {recursive: true});
});

test('the large configure script is what its generator writes', () => {
  const script = readFileSync(join(CORPUS.dir, 'manychecks/src/configure'), 'utf8');
  expect(script).toBe(largeConfigure());
  expect(script.split('\n').length).toBeGreaterThan(3000);
});

test('the trees of cases without overlays have the directory of overlays too', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'portwright-'));
  const cases = CORPUS.cases.filter(({known}) => known.name === 'packets');
  const {deltaPorts} = await writeCorpusTrees({cases}, dir);
  expect(readdirSync(deltaPorts)).toEqual(['ports']);
  rmSync(dir, {recursive: true});
});
