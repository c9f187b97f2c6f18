import * as expectPackage from 'expect';

/** Jest's globals as far as the unit tests use them, so that a test can run again in the same process. */

type Hook = () => unknown;

interface Suite {
  readonly name: string;
  readonly parent: Suite | undefined;
  readonly beforeAll: Hook[];
  readonly beforeEach: Hook[];
  readonly afterEach: Hook[];
  readonly afterAll: Hook[];
}

export interface Test {
  readonly name: string;
  readonly suite: Suite;
  readonly run: () => unknown;
}

let suite: Suite | undefined;
let collected: Test[] = [];

/** Returns the tests that `load` defines, in their order. Only one file is collected at a time. */
export async function collectTests(file: string, load: () => Promise<unknown>): Promise<Test[]> {
  suite = newSuite(file, undefined);
  collected = [];
  await load();
  suite = undefined;
  return collected;
}

/** Runs tests of one file in their order, with their hooks. Stops at the first failure, and returns it. */
export async function firstFailure(
  tests: readonly Test[],
  around: (test: Test, run: () => Promise<void>) => Promise<void> = (_, run) => run(),
): Promise<{readonly test: Test; readonly error: unknown} | undefined> {
  const entered: Suite[] = [];
  try {
    for (const test of tests) {
      try {
        await around(test, () => runOne(test, entered));
      } catch (error) {
        return {test, error};
      }
    }
    return undefined;
  } finally {
    for (const one of entered.toReversed()) for (const hook of one.afterAll) await Promise.resolve(hook()).catch(() => {});
  }
}

async function runOne(test: Test, entered: Suite[]): Promise<void> {
  const suites = pathTo(test.suite);
  for (const one of suites) {
    if (entered.includes(one)) continue;
    entered.push(one);
    for (const hook of one.beforeAll) await hook();
  }
  for (const one of suites) for (const hook of one.beforeEach) await hook();
  try {
    await test.run();
  } finally {
    for (const one of suites.toReversed()) for (const hook of one.afterEach) await hook();
  }
}

function pathTo(last: Suite): Suite[] {
  return last.parent === undefined ? [last] : [...pathTo(last.parent), last];
}

function newSuite(name: string, parent: Suite | undefined): Suite {
  return {name, parent, beforeAll: [], beforeEach: [], afterEach: [], afterAll: []};
}

function currentSuite(): Suite {
  if (suite === undefined) throw new Error('A test or a hook is defined outside of a test file.');
  return suite;
}

function define(name: string, run: () => unknown): void {
  collected.push({name, suite: currentSuite(), run});
}

function describe(name: string, body: () => void): void {
  const outer = currentSuite();
  suite = newSuite(name, outer);
  body();
  suite = outer;
}

/** `test.each` and `describe.each` for a table given as an array. */
function forEachRow<T>(define: (name: string, run: () => T) => void) {
  return (rows: readonly unknown[]) =>
    (name: string, body: (...values: unknown[]) => T): void =>
      rows.forEach((row, at) => {
        define(`${name} (row ${at + 1})`, () => body(...(Array.isArray(row) ? row : [row])));
      });
}

const hook = (kind: 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll') => (run: Hook) => currentSuite()[kind].push(run);

/** Defines the globals that test files expect. */
export function installGlobals(): void {
  const test = Object.assign(define, {each: forEachRow(define)});
  Object.assign(globalThis, {
    expect: expectPackage.expect,
    test,
    it: test,
    describe: Object.assign(describe, {each: forEachRow(describe)}),
    beforeAll: hook('beforeAll'),
    beforeEach: hook('beforeEach'),
    afterEach: hook('afterEach'),
    afterAll: hook('afterAll'),
  });
}
