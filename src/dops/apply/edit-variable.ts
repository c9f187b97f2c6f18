import {assignmentsOf, isContinued, piecesOf} from '../makefile/query-makefile.ts';
import type {Makefile} from '../makefile/read-makefile.ts';
import {insertBeforeFirst, lastInclude, replaceLines} from '../makefile/rewrite-lines.ts';
import {splitBlanks} from '../syntax/unicode-blank.ts';
import {changed, type Edit, editOnly, missing, UNCHANGED} from './edit.ts';

/** `mk set`: replaces the only assignment, whatever its operator and comment, or adds one. */
export function setVariable(makefile: Makefile, name: string, value: string): Edit {
  const line = `${name}= ${value}`;
  const found = assignmentsOf(makefile, name);
  if (found.length === 0) return changed(insertBeforeFirst(makefile, [line]));
  return editOnly(found, `assignments to ${name}`, ({from, to}) => changed(replaceLines(makefile, from, to, [line])));
}

/** `mk unset`: deletes the only assignment. */
export function unsetVariable(makefile: Makefile, name: string): Edit {
  const found = assignmentsOf(makefile, name);
  return editOnly(found, `assignments to ${name}`, ({from, to}) => changed(replaceLines(makefile, from, to, [])));
}

/** `mk add`: the pieces of a comment count as values, so behind a comment the token is lost in it. */
export function addToken(makefile: Makefile, name: string, token: string): Edit {
  const found = assignmentsOf(makefile, name);
  if (found.some((node) => splitBlanks(node.value).includes(token))) return UNCHANGED;
  const [only] = found;
  if (only === undefined) return changed(insertBeforeFirst(makefile, [`${name}= ${token}`]));
  if (found.length > 1 || isContinued(only)) return changed(insertBeforeFirst(makefile, [`${name}+= ${token}`]));
  const pieces = [...splitBlanks(only.value), token];
  return changed(replaceLines(makefile, only.from, only.to, [`${name}${only.operator} ${pieces.join(' ')}`]));
}

/** `mk remove`: continued lines become one; an assignment without a value is deleted. */
export function removeToken(makefile: Makefile, name: string, token: string): Edit {
  return editOnly(assignmentsOf(makefile, name), `assignments to ${name}`, (node) => {
    const pieces = piecesOf(node);
    if (!pieces.includes(token)) return missing(`${name} does not contain ${token}.`);
    const left = pieces.filter((piece) => piece !== token);
    const lines = left.length === 0 ? [] : [`${name}${node.operator} ${left.join(' ')}`];
    return changed(replaceLines(makefile, node.from, node.to, lines));
  });
}

/** `mk eval` and `mk shell`: always another assignment, before the last include. */
export function assignLast(makefile: Makefile, name: string, operator: ':=' | '!=', value: string): Edit {
  const at = lastInclude(makefile) ?? makefile.lines.length;
  return changed(replaceLines(makefile, at, at, [`${name}${operator} ${value}`]));
}
