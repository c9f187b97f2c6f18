import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {readLabels, readLog} from '../../eval/evidence.ts';
import {RootCauseScan} from '../../src/case/evidence/root-causes/index.ts';
import {RULES} from '../../src/case/evidence/root-causes/rules/index.ts';
import {errorSignature} from '../../src/evidence/signature.ts';
import {installRoot} from '../../src/setup/paths.ts';

// Each log is read by real programs; on a machine under load they take their time.
jest.setTimeout(300_000);

/** Lines that are a cause by the worker's rules, at least one for each rule. */
const CAUSE_EXAMPLES = RULES.filter(({kind}) => kind === 'cause').flatMap(({examples}) => examples);

/** Lines that failures of one form repeat too often for an errors.txt: other ones of that form come first there. */
const CUT = ['big-gawk-weverything.log.gz', 'big-ncurses-weverything.log.gz'];

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-patterns-'));
});
afterEach(() => rmSync(dir, {recursive: true, force: true}));

/** The errors.txt that the failure hook makes of a log. */
function errorsOf(log: string | Uint8Array): string {
  writeFileSync(join(dir, 'log'), log);
  const script =
    'PW_ASIDE=$2 PW_LOG=; . "$1/hook_common.sh"; . "$1/hook_evidence.sh"; mkdir -p "$2/logs"; pw_errors "$2/log" log';
  execFileSync('/bin/sh', ['-c', script, 'sh', join(installRoot(), 'hooks'), dir]);
  return readFileSync(join(dir, 'logs', 'errors.txt'), 'utf8');
}

/** Numbers of the lines that an errors.txt shows as matches. */
function matchesIn(errors: string): Set<number> {
  return new Set([...errors.matchAll(/^(\d+):/gm)].map(([, line]) => Number(line)));
}

test('the hook takes all that the rules take for a cause', () => {
  const every = 10;
  const matches = matchesIn(errorsOf(CAUSE_EXAMPLES.map((line) => `${line}\n${'noise\n'.repeat(every - 1)}`).join('')));
  expect(CAUSE_EXAMPLES.filter((_, at) => !matches.has(1 + at * every))).toEqual([]);
});

test('and no line of a build that goes well', () => {
  const fine = [
    'cc -O2 -pipe -c error.c -o error.o',
    'checking for library containing strerror... none required',
    "src/a.c:12:7: warning: unused variable 'error_12' [-Wunused-variable]",
    'install  -m 555 foo /construction/stage/usr/local/bin/foo',
    'libtool: install: ranlib /construction/stage/usr/local/lib/liba.a',
    'gmake[2]: Entering directory `/construction/x/fatal`',
    '===>   foo-1.0 depends on package: bar>=2 - found',
    '===>  Extracting for foo-1.0',
    '# FAIL:  0',
    'PASS: test_error',
    'FAILED 00:00:54',
    'ok 3 - not found is an error',
  ];
  expect([...matchesIn(errorsOf(`${fine.join('\n')}\n`))]).toEqual([]);
});

test('of each log of the corpus the first cause is a match, and its errors.txt has the signature of the log', () => {
  const wrong: string[] = [];
  for (const label of readLabels()) {
    const log = readLog(label);
    const scan = new RootCauseScan();
    scan.take(log);
    const {findings, signature} = scan.finish();
    const errors = errorsOf(log);
    const [top] = findings;
    if (top?.kind === 'cause' && !matchesIn(errors).has(top.line)) wrong.push(`${label.log}: no match for ${top.text}`);
    if (errorSignature(errors) !== signature && !CUT.includes(label.log)) wrong.push(`${label.log}: another signature`);
  }
  expect(wrong).toEqual([]);
});
