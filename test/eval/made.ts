import {NO_USAGE} from '../../src/case/types.ts';
import type {EvalCase} from '../../src/eval/eval-case.ts';
import type {EvalReport} from '../../src/eval/report.ts';
import {buildReport} from '../../src/eval/report.ts';
import type {CaseEnd, ScoredCase} from '../../src/eval/score.ts';

/** A case of a corpus: kermit's. */
export function known(more: Partial<EvalCase> = {}): EvalCase {
  return {
    name: 'kermit',
    origin: 'comms/kermit',
    expectedClass: 'configure-error',
    acceptableClasses: [],
    rootCause: ['Unknown USES=alias'],
    rightFiles: ['Makefile.DragonFly', 'dragonfly/*'],
    forbidden: [{why: 'no warning is switched off', added: '-Wno-'}],
    ...more,
  };
}

/** What a case came to: fixed by a line in its Makefile.DragonFly. */
export function end(more: Partial<CaseEnd> = {}): CaseEnd {
  return {
    classification: 'configure-error',
    confidence: 'high',
    via: 'model',
    fixedBy: 'model',
    outcome: 'fixed',
    reason: 'a clean rebuild passed',
    usage: {prompt: 1000, cached: 400, completion: 100, reasoning: 0, cost: 0.5},
    turns: 4,
    attempts: 1,
    seconds: 10,
    diff: diffOf('Makefile.DragonFly', 'USES+= ncurses'),
    findings: [{text: 'Unknown USES=alias'}],
    ...more,
  };
}

/** A git diff of kermit's overlay that adds one line. */
export function diffOf(file: string, added: string): string {
  const path = `ports/comms/kermit/${file}`;
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1,2 @@\n a\n+${added}\n`;
}

/** A line of a report: a right fix. */
export function row(more: Partial<ScoredCase> = {}): ScoredCase {
  return {
    name: 'a',
    origin: 'net/a',
    expectedClass: 'compile-error',
    expectedOutcome: 'fixed',
    classification: 'compile-error',
    confidence: 'high',
    via: 'model',
    fixedBy: 'model',
    classRight: true,
    labelled: true,
    rootCauseAt: 1,
    outcome: 'fixed',
    reason: '',
    proved: true,
    wrong: [],
    touched: [],
    usage: {...NO_USAGE, prompt: 900, completion: 100, cost: 0.2},
    tokens: 1000,
    turns: 4,
    attempts: 1,
    seconds: 10,
    ...more,
  };
}

export function made(rows: readonly ScoredCase[], more: Partial<EvalReport> = {}): EvalReport {
  const settings = {
    version: 1,
    name: 'now',
    corpus: 'known-failures',
    repair: true,
    modelOnly: false,
    parallel: 2,
    maxTokens: null,
    maxCost: null,
    model: 'small',
    answers: 'server',
    scripted: false,
    startedUtc: '2026-01-01T00:00:00.000Z',
    cases: rows.map(({name, origin}) => ({
      name,
      report: {target: '@eval-1', origin, runId: 'r', bundleId: 'b', profile: 'eval', createdUtc: ''},
    })),
  } as const;
  return {...buildReport(settings, {stopped: null}, rows), ...more};
}
