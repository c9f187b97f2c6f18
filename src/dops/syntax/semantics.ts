import type {Diagnostic, SyntaxCode} from './diagnostic.ts';
import type {LineColumn} from './line-index.ts';
import type {Statement} from './statement.ts';

const DUPLICATES = {
  port: 'E_SEM_DUPLICATE_PORT',
  type: 'E_SEM_DUPLICATE_TYPE',
  reason: 'E_SEM_DUPLICATE_REASON',
  maintainer: 'E_SEM_DUPLICATE_MAINTAINER',
} as const;

/** Returns the errors of statements that are well formed. A missing `port` comes last, at the first statement or `end`. */
export function checkSemantics(statements: readonly Statement[], end: LineColumn): Diagnostic[] {
  const seen = new Set<string>();
  const found = statements.flatMap((statement) => {
    const problem = problemOf(statement, seen);
    seen.add(statement.kind);
    return problem === undefined ? [] : [at(statement.place, ...problem)];
  });
  if (!seen.has('port'))
    found.push(at(statements[0]?.place ?? end, 'E_SEM_MISSING_PORT', 'The overlay has no `port category/name`.'));
  return found;
}

function at({line, column}: LineColumn, code: SyntaxCode, message: string): Diagnostic {
  return {code, message, line, column};
}

function problemOf(statement: Statement, seen: ReadonlySet<string>): [SyntaxCode, string] | undefined {
  const state = 'E_SEM_INVALID_OPERATION_STATE';
  switch (statement.kind) {
    case 'port':
    case 'type':
    case 'reason':
    case 'maintainer':
      return seen.has(statement.kind) ? [DUPLICATES[statement.kind], `An overlay has one \`${statement.kind}\`.`] : undefined;
    case 'target':
      if (statement.selectors.length < 2 || !statement.selectors.includes('@any')) return undefined;
      return ['E_SEM_INVALID_TARGET_SCOPE', '@any cannot stand in a list: it includes every target.'];
    case 'mk.var.eval':
    case 'mk.var.shell':
      return statement.onMissing === undefined ? undefined : [state, 'mk eval and mk shell take no on-missing.'];
    case 'file.materialize':
      return /[*?[\]]/.test(statement.src) ? [state, 'file materialize names one file; * ? [ ] are not allowed.'] : undefined;
    case 'text.line_remove':
    case 'text.line_insert_after':
    case 'text.replace_once':
      return statement.file === '' ? [state, 'The path of the file is empty.'] : undefined;
    case 'patch.apply':
      return statement.path === '' ? [state, 'The path of the patch is empty.'] : undefined;
    default:
      return undefined;
  }
}
