import {type Login, loginOf} from '../../case/login.ts';
import type {CaseAnswer, CaseQuestion} from '../../case/question.ts';
import {type AttemptResult, type CaseStatus, newStatus} from '../../case/status.ts';
import {isOrigin, NO_USAGE, type Usage} from '../../case/types.ts';
import {WAIT_REASONS} from '../../case/wait-reason.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A state of a case that was read from a file, with what it lacks or has in another form filled in; undefined if it names no case. */
export function parseArchivedStatus(value: unknown): CaseStatus | undefined {
  const found = fields(value);
  const {workflowId, runId} = found;
  const {origin, target, flavor} = fields(found.port);
  if (typeof workflowId !== 'string' || typeof runId !== 'string') return undefined;
  if (typeof origin !== 'string' || !isOrigin(origin) || typeof target !== 'string') return undefined;
  const blank = newStatus(workflowId, runId, {origin, target, ...(typeof flavor === 'string' ? {flavor} : {})});
  return {
    ...blank,
    ...sameIn(blank, found),
    port: blank.port,
    ...(typeof fields(found.delivery).state === 'string' ? {delivery: deliveryOf(fields(found.delivery))} : {}),
    ...(WAIT_REASONS.some((one) => one === found.waitReason) ? {waitReason: found.waitReason} : {}),
    ...(typeof fields(found.master).origin === 'string' ? {master: masterOf(fields(found.master))} : {}),
    seq: Number.isSafeInteger(found.seq) ? found.seq : blank.seq,
    triage: found.triage === null || found.triage === undefined ? null : triageOf(fields(found.triage)),
    accepted:
      typeof fields(found.accepted).by === 'string'
        ? {...textsOf({by: '', atUtc: ''}, found.accepted), ...loginIn(found.accepted)}
        : null,
    usage: {...NO_USAGE, ...numbersOf(found.usage)},
    budget: {...blank.budget, ...numbersOf(found.budget)},
    granted: {...blank.granted, ...numbersOf(found.granted)},
    timeline: list(found.timeline).map((one) => ({...textsOf({phase: 'collect', text: ''}, one), atUtc: timeOf(one.atUtc)})),
    bundles: list(found.bundles).filter(isRef),
    bundle: isRef(found.bundle) ? found.bundle : null,
    attempts: list(found.attempts).map(attemptOf),
    context: list(found.context).map((one) => ({...textsOf({by: '', text: ''}, one), atUtc: timeOf(one.atUtc)})),
    operatorLog: list(found.operatorLog).map((one) => ({
      ...textsOf({by: '', did: ''}, one),
      ...loginIn(one),
      atUtc: timeOf(one.atUtc),
    })),
    ...(Array.isArray(found.questions) ? {questions: list(found.questions).map(questionOf)} : {}),
    earlier: list(found.earlier).map((one) => ({
      ...one,
      ...textsOf({bundleId: '', runId: '', outcome: 'discarded', reason: '', signature: ''}, one),
      closedUtc: timeOf(one.closedUtc),
      classification: typeof one.classification === 'string' ? one.classification : null,
    })),
  } as unknown as CaseStatus;
}

function attemptOf(one: Fields): AttemptResult {
  const known = textsOf({end: 'ended-from-outside', reason: ''}, one);
  const texts = ['env', 'by', 'conversation', 'finalText', 'said', 'diffText', 'effect', 'diff', 'finalError'];
  const proof = fields(one.proof);
  const failure = fields(proof.failure);
  return {
    ...Object.fromEntries(texts.flatMap((key) => (typeof one[key] === 'string' ? [[key, one[key]]] : []))),
    ...known,
    attempt: Number(one.attempt) || 0,
    ...(isRef(one.bundle) ? {bundle: one.bundle} : {}),
    turns: Number(one.turns) || 0,
    minutes: Number(one.minutes) || 0,
    usage: {...NO_USAGE, ...numbersOf(one.usage)},
    built: one.built === true,
    findings: findingsOf(one.findings),
    ...(Array.isArray(fields(one.guardRound).raised) ? {guardRound: guardRoundOf(fields(one.guardRound))} : {}),
    ...(Array.isArray(fields(one.diffReview).findings) ? {diffReview: diffReviewOf(fields(one.diffReview))} : {}),
    ...(typeof proof.diffSha256 === 'string'
      ? {
          proof: {
            rebuildOk: proof.rebuildOk === true,
            diffSha256: proof.diffSha256,
            ...(Array.isArray(proof.others) ? {others: list(proof.others).map(otherOf)} : {}),
            ...(typeof failure.step === 'string' ? {failure: failureOf(failure)} : {}),
          },
        }
      : {}),
    ...(typeof fields(one.rejected).by === 'string' ? {rejected: textsOf({by: '', reason: ''}, one.rejected)} : {}),
  } as unknown as AttemptResult;
}

function questionOf(one: Fields, at: number): CaseQuestion {
  const {state, usage, answer, answeredUtc} = one;
  const texts = ['conversation', 'record', 'problem'].filter((key) => typeof one[key] === 'string');
  return {
    ...Object.fromEntries(texts.map((key) => [key, one[key]])),
    number: at + 1,
    ...textsOf({by: '', text: ''}, one),
    atUtc: timeOf(one.atUtc),
    ...(typeof answeredUtc === 'string' ? {answeredUtc: timeOf(answeredUtc)} : {}),
    state: state === 'answered' || state === 'failed' ? state : 'running',
    usage: {...NO_USAGE, ...numbersOf(usage)} as Usage,
    ...(isRef(one.bundle) ? {bundle: one.bundle} : {}),
    ...(typeof fields(answer).text === 'string' ? {answer: answerOf(fields(answer))} : {}),
  };
}

function answerOf({text, citations, dropped}: Fields): CaseAnswer {
  return {
    text: String(text),
    citations: list(citations).map((one) => ({
      ...textsOf({artifact: ''}, one),
      from: Number(one.from) || 0,
      to: Number(one.to) || 0,
      lines: Array.isArray(one.lines) ? one.lines.filter((line) => typeof line === 'string') : [],
      ...(Number.isSafeInteger(one.turn) ? {turn: Number(one.turn)} : {}),
    })),
    dropped: list(dropped).map((one) => textsOf({text: '', reason: ''}, one)),
  };
}

/** Returns a delivery with the texts that it has; a link is checked where it is shown. */
function deliveryOf(found: Fields): CaseStatus['delivery'] {
  const texts = ['tail', 'link', 'reason', 'by'].filter((key) => typeof found[key] === 'string');
  return {
    ...textsOf({state: 'failed', id: ''}, found),
    atUtc: timeOf(found.atUtc),
    ...(Number.isInteger(found.exit) ? {exit: found.exit} : {}),
    ...Object.fromEntries(texts.map((key) => [key, found[key]])),
  } as CaseStatus['delivery'];
}

function masterOf({origin, overlay, slaves, isInScope}: Fields): Fields {
  return {
    origin,
    overlay: overlay === 'overlay.dops' || overlay === 'compat' ? overlay : 'none',
    slaves: Array.isArray(slaves) ? slaves.filter((one) => typeof one === 'string') : [],
    isInScope: isInScope === true,
  };
}

function otherOf(one: Fields): Fields {
  const known = textsOf({origin: '', result: 'failed'}, one);
  return typeof one.reason === 'string' ? {...known, reason: one.reason} : known;
}

function findingsOf(value: unknown): AttemptResult['findings'] {
  return list(value).map((one) => textsOf({rule: '', severity: 'note', path: '', reason: ''}, one)) as AttemptResult['findings'];
}

function guardRoundOf({raised, turns, insists}: Fields): AttemptResult['guardRound'] {
  const known = {raised: findingsOf(raised), turns: Number(turns) || 0};
  return typeof insists === 'string' ? {...known, insists} : known;
}

function diffReviewOf(found: Fields): AttemptResult['diffReview'] {
  const findings = list(found.findings).map((one) => textsOf({kind: '', path: '', reason: ''}, one));
  const texts = ['conversation', 'skipped', 'problem', 'answer'].filter((key) => typeof found[key] === 'string');
  return {
    ...Object.fromEntries(texts.map((key) => [key, found[key]])),
    findings,
    turns: Number(found.turns) || 0,
    ...(found.isTakenBack === true ? {isTakenBack: true} : {}),
  };
}

function failureOf(found: Fields): Fields {
  const texts = textsOf({step: '', tail: '', signature: ''}, found);
  return {
    ...texts,
    ...(typeof found.origin === 'string' ? {origin: found.origin} : {}),
    ...(typeof found.phase === 'string' ? {phase: found.phase} : {}),
    ...(found.isWithoutDeveloper === true ? {isWithoutDeveloper: true} : {}),
  };
}

function triageOf(found: Fields): CaseStatus['triage'] {
  const texts = textsOf({classification: '', confidence: '', platform: '', rootCause: ''}, found);
  return {
    ...texts,
    ...(typeof found.rule === 'string' ? {rule: found.rule} : {}),
    ...(typeof found.from === 'string' ? {from: found.from} : {}),
  };
}

/** Plain values of `found` that are of the kind of those of `blank`; where that has null, texts. */
function sameIn(blank: object, found: Fields): Fields {
  const fits = (mine: unknown, theirs: unknown): boolean =>
    mine === null ? theirs === null || typeof theirs === 'string' : typeof mine === 'string' && typeof theirs === 'string';
  return Object.fromEntries(Object.entries(blank).flatMap(([key, mine]) => (fits(mine, found[key]) ? [[key, found[key]]] : [])));
}

/** `defaults` with the texts that `value` has under the same keys. */
function loginIn(value: unknown): {readonly login?: Login} {
  const login = loginOf(fields(value).login);
  return login === undefined ? {} : {login};
}

function textsOf<T extends Record<string, string>>(defaults: T, value: unknown): T {
  const found = fields(value);
  return Object.fromEntries(
    Object.entries(defaults).map(([key, otherwise]) => [key, typeof found[key] === 'string' ? found[key] : otherwise]),
  ) as T;
}

function numbersOf(value: unknown): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(fields(value)).filter(
      (entry): entry is [string, number | null] => entry[1] === null || Number.isFinite(entry[1]),
    ),
  );
}

function isRef(value: unknown): value is {bundleId: string; runId: string} {
  const {bundleId, runId} = fields(value);
  return typeof bundleId === 'string' && typeof runId === 'string';
}

/** ISO 8601; the beginning of time for what is none. */
function timeOf(value: unknown): string {
  const time = Date.parse(String(value));
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null && !Array.isArray(one)) : [];
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
