import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {survivorLine} from '../../mutate/score.ts';
import {mutantsOf} from '../../mutate/select.ts';
import {runUnitTests} from '../../mutate/unit-run.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'portwright-mutate-test-'));
});
afterEach(() => rm(root, {recursive: true}));

/** The verdicts on all mutants of `src/a.ts`, as `line operator: killer`. */
async function verdicts(files: Record<string, string>): Promise<string[]> {
  for (const [file, text] of Object.entries({'package.json': '{"type": "module"}', ...files})) {
    await mkdir(dirname(join(root, file)), {recursive: true});
    await writeFile(join(root, file), text);
  }
  const sources = Object.keys(files).filter((file) => file.startsWith('src/'));
  const tests = Object.keys(files).filter((file) => file.startsWith('test/'));
  const run = {root, sources, tests, mutants: mutantsOf(root, sources)};
  const all = await runUnitTests(run);
  return all.map((one) => `${one.mutant.line} ${one.mutant.operator}: ${one.killedBy ?? survivorLine(one).replace(/.*?→ /, '')}`);
}

const TEST = "import {f} from '../src/a.ts';\n";

test('a mutant is killed by the test that fails, and survives where none does', async () => {
  const source = 'export function f(a: number): number {\n  return a > 1 ? 10 : 20;\n}\nexport const g = (): number => 1;\n';
  const cases = "test('big', () => expect(f(5)).toBe(10));\ntest.each([[0, 20]])('small', (a, b) => expect(f(a)).toBe(b));\n";
  expect(await verdicts({'src/a.ts': source, 'test/a.test.ts': TEST + cases})).toEqual([
    '2 return value: test/a.test.ts, big',
    '2 condition true: test/a.test.ts, small (row 1)',
    '2 condition false: test/a.test.ts, big',
    '2 > to >=: (a) >= (1)',
    '2 > to <=: test/a.test.ts, big',
    '2 number + 1: 2',
    '2 number + 1: test/a.test.ts, big',
    '2 number + 1: test/a.test.ts, small (row 1)',
    '4 number + 1: 2 (no test reaches it)',
  ]);
});

test('a mutant in what a module computes when it is loaded is seen by the modules that import it', async () => {
  const files = {
    'src/a.ts': "import {WORD} from './b.ts';\nconst LENGTH = WORD.length;\nexport const f = () => LENGTH;\n",
    'src/b.ts': "export const WORD = 'abc';\n",
    'test/a.test.ts': `${TEST}test('length', () => expect(f()).toBe(3));\n`,
  };
  expect(await verdicts(files)).toEqual(['1 string: test/a.test.ts, length']);
});

test('an endless loop is killed, and the mutants after it are judged', async () => {
  const source =
    'export function f(n: number): number {\n  let at = 0;\n  while (at < n) {\n    at += 1;\n  }\n  return at;\n}\n';
  const found = await verdicts({'src/a.ts': source, 'test/a.test.ts': `${TEST}test('three', () => expect(f(3)).toBe(3));\n`});
  expect(found).toContain('4 += to -=: ran too long, or ended the process');
  expect(found).toContain('6 return value: test/a.test.ts, three');
});

test('a mutant that spoils a shared value does not count for the mutants after it', async () => {
  const source = [
    'const seen: string[] = [];',
    'export function f(clear: boolean): number {',
    "  seen.push('x');",
    '  const count = seen.length;',
    '  if (clear) seen.length = 0;',
    '  return count;',
    '}',
    'export const g = (): string => `g`;',
    '',
  ].join('\n');
  const cases =
    "import {g} from '../src/a.ts';\ntest('f', () => expect(f(true)).toBe(1));\ntest('g', () => { f(true); g(); });\n";
  const found = await verdicts({'src/a.ts': source, 'test/a.test.ts': TEST + cases});
  expect(found).toContain('5 condition true: true');
  expect(found).toContain("8 string: ''");
});

test('a test that fails without a mutant is reported, and nothing is judged', async () => {
  const files = {'src/a.ts': 'export const f = () => 1;\n', 'test/a.test.ts': `${TEST}test('two', () => expect(f()).toBe(2));\n`};
  await expect(verdicts(files)).rejects.toThrow(/test\/a.test.ts, two, fails without any mutant/);
});

test('hooks run around the tests as in Jest', async () => {
  const cases = [
    'let calls = [];',
    "beforeAll(() => calls.push('all'));",
    "beforeEach(() => calls.push('each'));",
    "describe('inner', () => {",
    "  beforeEach(() => calls.push('inner'));",
    "  afterEach(() => calls.push('end'));",
    "  test('first', () => { f(); });",
    '});',
    "test('second', () => { f(); expect(calls).toEqual(['all', 'each', 'inner', 'end', 'each']); calls = ['all']; });",
    '',
  ].join('\n');
  const found = await verdicts({'src/a.ts': 'export const f = () => 1;\n', 'test/a.test.ts': TEST + cases});
  expect(found).toEqual(['1 number + 1: 2']);
});
