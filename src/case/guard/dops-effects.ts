import {type DopsStatement, readStatements} from './dops-operations.ts';
import type {SideLine} from './sides.ts';

/** What a statement of overlay.dops does to the port, as far as the guard needs it. */
export interface DopsEffect {
  readonly changed: boolean;
  /** Equivalent make text. */
  readonly make?: readonly SideLine[];
  /** Text that is put into a file: complete lines, or part of one. */
  readonly insert?: {readonly into: string; readonly lines: readonly string[]; readonly isComplete: boolean};
  /** Variables that it removes, or a token of them. */
  readonly unsets?: readonly string[];
  /** Files of the port that it removes. */
  readonly drops?: readonly string[];
  /** Files of the port that it edits as text. */
  readonly edits?: readonly string[];
  /** Files of the port that it replaces or creates. */
  readonly writes?: readonly string[];
  /** A file that it copies into the port: from the overlay, or from the port itself. */
  readonly copies?: {readonly from: string; readonly to: string; readonly ofOverlay: boolean};
  /** File of the overlay that it applies to the port as a patch. */
  readonly applies?: string;
  readonly fault?: string;
}

const ASSIGN: Readonly<Record<string, string>> = {set: '=', add: '+=', eval: ':=', shell: '!='};

/** Returns the effects of lines of overlay.dops (contract, 7.4), which may be parts of the file. */
export function readDops(lines: readonly SideLine[]): DopsEffect[] {
  return readStatements(lines).map((statement) => {
    const {changed, fault, body} = statement;
    const effect = statement.tokens.length === 0 ? {make: body} : effectOf(statement);
    return {changed, ...(fault === undefined ? {} : {fault}), ...effect};
  });
}

function effectOf(statement: DopsStatement): Omit<DopsEffect, 'changed' | 'fault'> {
  const [verb = '', second = '', third = '', ...rest] = statement.tokens;
  if (verb === 'mk') return makeEffect(statement, second, third, rest);
  if (verb === 'text') return textEffect(statement.tokens);
  if (verb === 'file') return fileEffect(second, third, rest);
  if (verb === 'patch') return {applies: third};
  // `type mask` and `type lock` exclude the port from the build, as STATUS does. `type dport` builds the overlay's own port.
  const isBuilt = verb !== 'type' || second === 'port' || second === 'dport';
  return isBuilt ? {} : {make: [{text: `IGNORE=\ttype ${second}`, changed: statement.changed}]};
}

function makeEffect({changed, body}: DopsStatement, verb: string, third: string, rest: readonly string[]) {
  const line = (text: string): SideLine => ({text, changed});
  const assign = ASSIGN[verb];
  // A newline in a value makes more lines.
  if (assign !== undefined) return {make: `${third}${assign}\t${textOf(rest)}`.split('\n').map(line)};
  if (verb === 'unset' || verb === 'remove') return {unsets: [third]};
  if (verb === 'ensure-include') return {make: [line(`.include <${third}>`)]};
  if (verb === 'replace-if') return {make: [line(`.if ${rest[rest.indexOf('to') + 1] ?? ''}`), line('.endif')]};
  if (verb === 'disable-if') return {make: [line(`.if disabled(${rest[0] ?? ''})`), line('.endif')]};
  if (verb === 'block') return {make: [line(`.if ${rest[1] ?? ''}`), ...body, line('.endif')]};
  return verb === 'target' ? targetEffect(third, rest, line, body) : {};
}

function targetEffect(
  verb: string,
  [name = '', , renamed = '']: readonly string[],
  line: (text: string) => SideLine,
  body: readonly SideLine[],
) {
  if (verb === 'rename') return {make: [line(`${renamed}:`)], unsets: [`${name}:`]};
  return verb === 'remove' ? {unsets: [`${name}:`]} : {make: [line(`${name}:`), ...body]};
}

/** A value is one token; what follows is `on-missing`, or a fault that is judged with it. */
function textOf(rest: readonly string[]): string {
  return (rest.at(-2) === 'on-missing' ? rest.slice(0, -2) : rest).join(' ');
}

function textEffect(tokens: readonly string[]): Omit<DopsEffect, 'changed' | 'fault'> {
  const at = (key: string): string | undefined => (tokens.includes(key) ? tokens[tokens.lastIndexOf(key) + 1] : undefined);
  const into = tokens[tokens.indexOf('file') + 1] ?? '';
  const text = tokens[1] === 'replace-once' ? at('to') : tokens[1] === 'line-insert-after' ? at('line') : undefined;
  return {edits: [into], insert: {into, lines: text?.split('\n') ?? [], isComplete: tokens[1] !== 'replace-once'}};
}

function fileEffect(verb: string, from: string, rest: readonly string[]): Omit<DopsEffect, 'changed' | 'fault'> {
  if (verb === 'remove') return {drops: [from]};
  const to = rest[0] === '->' ? (rest[1] ?? '') : (rest[0] ?? '');
  return verb === 'materialize' || verb === 'copy' ? {writes: [to], copies: {from, to, ofOverlay: verb === 'materialize'}} : {};
}

/** Returns the effect of one line of overlay.dops. */
export function readDopsLine(text: string): DopsEffect {
  return readDops([{text, changed: true}])[0] ?? {changed: true};
}
