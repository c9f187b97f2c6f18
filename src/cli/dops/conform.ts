import {createInterface} from 'node:readline';
import {applyByPatch} from '../../devenv/dops/gnu-patch.ts';
import {applyPlan, isTarget} from '../../dops/apply/apply-plan.ts';
import {decodeText} from '../../dops/apply/read-entry.ts';
import {payloadOf, planText} from '../../dops/plan.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import {type Content, toContents, toModes, toTree} from './conform-content.ts';

interface PlanRequest {
  readonly op: 'plan';
  readonly text: string;
}

interface ApplyRequest {
  readonly op: 'apply';
  readonly files: Readonly<Record<string, Content>>;
  readonly overlay: Readonly<Record<string, Content>>;
  readonly target: string;
  readonly strict?: boolean;
  readonly dry_run?: boolean;
  readonly want_modes?: boolean;
}

/** `portwright dops conform`: answers each line of stdin, a request of the conformance checker, with a line. */
export async function conform(): Promise<void> {
  for await (const line of createInterface({input: process.stdin})) {
    const request = JSON.parse(line) as PlanRequest | ApplyRequest;
    console.log(JSON.stringify(request.op === 'plan' ? answerPlan(request.text) : answerApply(request)));
  }
}

function answerPlan(text: string): object {
  const {overlay, plan} = planText(text);
  const diagnostics = overlay.diagnostics.map(({code, line, column}) => [code, line, column]);
  if (plan === undefined) return {ok: false, diagnostics};
  const {operations, ...header} = plan;
  return {
    ok: true,
    ...header,
    statements: overlay.statements.map((statement) => [statement.place.line, ...wordsOf(statement)]),
    ops: operations.map(({kind, target, operation}) => ({kind, target, payload: payloadOf(operation)})),
    diagnostics,
  };
}

function wordsOf(statement: Statement): string[] {
  if (statement.kind === 'target') return ['target', statement.selectors.join(',')];
  return statement.place.tokens.filter(({kind}) => kind !== 'heredoc' && kind !== 'body').map(({value}) => value);
}

function answerApply({files, overlay: overlayFiles, target, strict, dry_run, want_modes}: ApplyRequest): object {
  const [port, overlay] = [toTree(files), toTree(overlayFiles)];
  const entry = overlay.get('overlay.dops');
  if (entry?.kind !== 'file') throw new Error('The request has no overlay.dops.');
  const {overlay: parsed, plan} = planText(decodeText(entry.bytes, 'overlay.dops'));
  const answer = (ok: boolean, ops: object[], codes: readonly string[]): object => ({
    ok,
    files: toContents(port),
    ops,
    codes,
    ...(want_modes ? {modes: toModes(port)} : {}),
  });
  if (plan === undefined)
    return answer(
      false,
      [],
      parsed.diagnostics.map(({code}) => code),
    );
  if (!isTarget(target)) return answer(false, [], ['E_APPLY_INVALID_TARGET']);
  const run = {plan, overlay, port, target, isStrict: strict === true, isDryRun: dry_run === true, applyPatch: applyByPatch};
  const {isOk, rows, codes} = applyPlan(run);
  return answer(
    isOk,
    rows.map(({planned, status, code = null}) => ({kind: planned.kind, status, code})),
    codes,
  );
}
