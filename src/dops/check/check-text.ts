import type {Tree} from '../apply/tree.ts';
import {isOperation} from '../plan.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import type {Operation, Statement} from '../syntax/statement.ts';
import {DEAD, deadFiles} from './dead-files.ts';
import {type Warning, warningAt} from './warning.ts';

/** Returns what is wrong with an overlay whatever its port has. `origin` is that of its directory, `files` the directory. */
export function checkText(overlay: Overlay, origin: string | undefined, files: Tree | undefined): Warning[] {
  const {statements} = overlay;
  const operations = statements.filter(isOperation);
  return [
    ...statements.flatMap((statement) => [...checkHeader(statement, origin), ...checkAlone(statement)]),
    ...checkOrder(operations),
    ...(files === undefined ? [] : checkFiles(overlay, files)),
  ];
}

function checkHeader(statement: Statement, origin: string | undefined): Warning[] {
  if (statement.kind === 'unknown' && statement.problem === 'operation')
    return [warningAt(statement, 'W_DOPS_UNKNOWN_OPERATION', 'This engine does not know the operation; the composer may.')];
  if (statement.kind !== 'port' || origin === undefined || statement.origin === origin) return [];
  return [warningAt(statement, 'W_DOPS_OTHER_ORIGIN', `The overlay is in the directory of ${origin}. Nothing compares the two.`)];
}

function checkAlone(statement: Statement): Warning[] {
  if (statement.kind.startsWith('mk.var.') && 'name' in statement && statement.name.endsWith('+'))
    return [warningAt(statement, 'W_DOPS_NAME_WITH_PLUS', plusMessage(statement.kind, statement.name))];
  if (statement.kind !== 'mk.target.set' && statement.kind !== 'mk.target.append') return [];
  const line = statement.recipe.find((one) => one !== '' && !/^[\t.#]/.test(one));
  if (line === undefined) return [];
  return [warningAt(statement, 'W_DOPS_RECIPE_WITHOUT_TAB', `\`${line}\` has no tab at its start, so make does not run it.`)];
}

/** `+` belongs to the operator only before `=`; before another operator it is a part of the variable's name. */
function plusMessage(kind: Statement['kind'], name: string): string {
  const plain = name.slice(0, -1);
  if (kind === 'mk.var.set' || kind === 'mk.var.token_add')
    return `Writes \`${name}= …\`, which make reads as appending to ${plain}.`;
  return `Names a variable \`${name}\`, which is not ${plain}.`;
}

/** Checks each operation against those before it that later ones can depend on. */
function checkOrder(operations: readonly Operation[]): Warning[] {
  const before: Operation[] = [];
  return operations.flatMap((operation) => {
    const found = checkBehind(operation, before);
    if (operation.kind === 'file.materialize' || operation.kind === 'mk.block.disable') before.push(operation);
    return found;
  });
}

/** Checks an operation against those before it. */
function checkBehind(operation: Operation, before: readonly Operation[]): Warning[] {
  const found: Warning[] = [];
  const file = readFile(operation);
  const materialized = before.findLast((one) => one.kind === 'file.materialize' && one.dst === file);
  if (file !== undefined && materialized !== undefined)
    found.push(
      warningAt(
        operation,
        'W_DOPS_READ_AFTER_MATERIALIZE',
        `Reads ${file} as it was before line ${materialized.place.line} materialized it.`,
      ),
    );
  const disabled = before.findLast(({kind}) => kind === 'mk.block.disable');
  if (operation.kind.startsWith('mk.') && disabled !== undefined)
    found.push(
      warningAt(
        operation,
        'W_DOPS_UNBALANCED_CONDITION',
        `The disable-if of line ${disabled.place.line} leaves an .endif behind, so the Makefile cannot be read here.`,
      ),
    );
  return found;
}

/** Returns the file of the port that an operation reads as text. */
function readFile(operation: Operation): string | undefined {
  if ('file' in operation) return operation.file;
  if (operation.kind === 'file.copy') return operation.src;
  return operation.kind.startsWith('mk.') ? 'Makefile' : undefined;
}

/** Returns a warning for each file of an overlay that does nothing. `overlay` is its overlay.dops. */
export function checkFiles(overlay: Overlay | undefined, files: Tree): Warning[] {
  return deadFiles(files, overlay).map(({path, why}) => ({
    code: why === 'orphan' ? 'W_DOPS_ORPHAN' : 'W_DOPS_DEAD_FILE',
    message: `${path} ${DEAD[why]}.`,
  }));
}
