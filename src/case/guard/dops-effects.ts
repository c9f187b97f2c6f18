import {splitLines} from '../../dops/syntax/lines.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import type {Token} from '../../dops/syntax/token.ts';
import {type DopsPiece, readPieces} from './dops-pieces.ts';
import {lostLines} from './lost.ts';
import {kindOf} from './names.ts';
import type {SideLine} from './sides.ts';

/** What a statement of overlay.dops does to the port, as far as the guard needs it. */
export interface DopsEffect {
  readonly changed: boolean;
  /** Equivalent make text. */
  readonly make?: readonly SideLine[];
  /** Text that is put into a file: complete lines, or part of one. */
  readonly insert?: {readonly into: string; readonly lines: readonly string[]; readonly isComplete: boolean};
  /** Variables and targets that it removes, or a word of a variable, as `isLoss` takes them. */
  readonly unsets?: readonly string[];
  /** Files of the port that it removes. */
  readonly drops?: readonly string[];
  /** Files of the port that it edits as text. */
  readonly edits?: readonly string[];
  /** Files of the port that it replaces or creates. */
  readonly writes?: readonly string[];
  /** A file that it copies into the port: from the overlay, or from the port itself. */
  readonly copies?: {readonly from: string; readonly to: string; readonly ofOverlay: boolean};
  /** Type that it gives the port. */
  readonly type?: string;
  /** File of the overlay that it applies to the port as a patch. */
  readonly applies?: string;
  readonly fault?: string;
}

type Effect = Omit<DopsEffect, 'changed' | 'fault'>;

/** Operators by which `mk` operations assign. */
const ASSIGN = {'mk.var.set': '=', 'mk.var.token_add': '+=', 'mk.var.eval': ':=', 'mk.var.shell': '!='} as const;

/** Returns the effects of lines of overlay.dops, the complete file or hunks of it. */
export function readDops(lines: readonly SideLine[], isComplete = false): DopsEffect[] {
  return readPieces(lines, isComplete).map((piece) => {
    const {changed, fault} = piece;
    return {changed, ...(fault === undefined ? {} : {fault}), ...effectOf(piece)};
  });
}

function effectOf({statement, head, body, changed}: DopsPiece): Effect {
  if (statement === undefined) return body.length === 0 ? {} : {make: body};
  const line = (text: string): SideLine => ({text, changed});
  switch (statement.kind) {
    case 'mk.var.set':
    case 'mk.var.token_add':
    case 'mk.var.eval':
    case 'mk.var.shell':
      // A newline in a value makes more lines.
      return {make: splitLines(`${statement.name}${ASSIGN[statement.kind]}\t${statement.value}`).map(line)};
    case 'mk.var.unset':
      return {unsets: [statement.name]};
    case 'mk.var.token_remove':
      return {unsets: [`${statement.name} ${statement.value}`]};
    case 'mk.include.ensure':
      return {make: [line(`.include <${statement.name}>`)]};
    case 'mk.block.replace_condition':
      return {make: [line(`.if ${statement.to}`), line('.endif')]};
    case 'mk.block.disable':
      return {make: [line(`.if disabled(${statement.condition})`), line('.endif')]};
    case 'mk.block.set':
      return {make: [line(`.if ${statement.condition}`), ...body, line('.endif')]};
    case 'mk.target.set':
    case 'mk.target.append':
      return {make: [line(`${statement.name}:`), ...body]};
    case 'mk.target.remove':
      return {unsets: [`${statement.name}:`]};
    case 'mk.target.rename':
      return {make: [line(`${statement.new}:`)], unsets: [`${statement.old}:`]};
    case 'type':
      return typeEffect(statement.type, line);
    case 'unknown':
      return unknownEffect(statement, head, body, line);
    default:
      return fileEffect(statement);
  }
}

/** Returns the effect of a type. `mask` and `lock` exclude the port from the build, as STATUS does. `dport` builds the overlay's own port. */
function typeEffect(type: string, line: (text: string) => SideLine): Effect {
  return type === 'port' || type === 'dport' ? {type} : {type, make: [line(`IGNORE=\ttype ${type}`)]};
}

function fileEffect(statement: Statement): Effect {
  switch (statement.kind) {
    case 'text.line_remove':
      return textEffect(statement.file, statement.exact, '', true);
    case 'text.line_insert_after':
      return {edits: [statement.file], insert: {into: statement.file, lines: splitLines(statement.line), isComplete: true}};
    case 'text.replace_once':
      return textEffect(statement.file, statement.from, statement.to, false);
    case 'file.remove':
      return {drops: [statement.path]};
    case 'file.copy':
    case 'file.materialize': {
      const {src: from, dst: to} = statement;
      return {writes: [to], copies: {from, to, ofOverlay: statement.kind === 'file.materialize'}};
    }
    case 'patch.apply':
      return {applies: statement.path};
    default:
      return {};
  }
}

function textEffect(into: string, gone: string, text: string, isComplete: boolean): Effect {
  const lines = splitLines(text);
  const unsets = kindOf(into) === 'make' ? lostLines(splitLines(gone), lines) : [];
  return {edits: [into], ...(unsets.length === 0 ? {} : {unsets}), insert: {into, lines, isComplete}};
}

/** First words of statements. */
const VERBS = new Set(['port', 'type', 'reason', 'maintainer', 'target', 'mk', 'file', 'text', 'patch']);

/**
 * Returns what a statement with errors may do, or one of a later version of the language: it sets the variable that it names, and
 * writes the files. A line that begins as no statement is make text.
 */
function unknownEffect(
  {place}: Statement,
  head: readonly SideLine[],
  body: readonly SideLine[],
  line: (text: string) => SideLine,
): Effect {
  const values = place.tokens.filter(({kind}) => kind === 'word' || kind === 'string').map(({value}) => value);
  const [verb = '', second = '', ...rest] = values;
  if (!VERBS.has(verb)) return {make: [...head, ...body]};
  if (verb === 'type') return typeEffect(second, line);
  if (verb === 'file' || verb === 'patch') return {writes: rest};
  if (verb === 'text') return {edits: rest.slice(1, 2), insert: {into: rest[1] ?? '', lines: rest.slice(2), isComplete: true}};
  return verb === 'mk' ? {make: [...unknownMake(second, rest, place.tokens).map(line), ...body]} : {};
}

function unknownMake(verb: string, [name = '', ...values]: readonly string[], tokens: readonly Token[]): string[] {
  if (verb === 'ensure-include') return [`.include <${name}>`];
  if (verb === 'target') return [`${values[0] ?? ''}:`];
  if (verb !== 'block' && !verb.endsWith('-if')) return splitLines(`${name}=\t${values.join(' ')}`);
  return tokens.flatMap(({kind, value}) => (kind === 'string' ? [`.if ${value}`, '.endif'] : []));
}

/** Returns the effect of one line of overlay.dops, which may be of a heredoc. */
export function readDopsLine(text: string): DopsEffect {
  return readDops([{text, changed: true, afterGap: true}])[0] ?? {changed: true};
}
