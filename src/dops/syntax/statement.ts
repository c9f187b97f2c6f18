import type {Token} from './token.ts';

/** Types of an overlay: from FreeBSD's port, left out, a port of DragonFly's own, or a port frozen at an older version. */
export const PORT_TYPES = ['port', 'mask', 'dport', 'lock'] as const;
export type PortType = (typeof PORT_TYPES)[number];

/** What an operation reports when the file or the subject that it changes is absent. */
export const ON_MISSING = ['error', 'warn', 'noop'] as const;
export type OnMissing = (typeof ON_MISSING)[number];

interface OnMissingField {
  readonly onMissing?: OnMissing;
}

interface Body {
  /** Lines of the heredoc. */
  readonly recipe: readonly string[];
  readonly heredocTag: string;
}

/** Fields of each kind of statement. Kinds of operations are those of the reference's plans. */
export interface StatementFields {
  port: {readonly origin: string};
  type: {readonly type: PortType};
  reason: {readonly text: string};
  maintainer: {readonly text: string};
  target: {readonly selectors: readonly string[]};
  'mk.var.set': {readonly name: string; readonly value: string} & OnMissingField;
  'mk.var.eval': {readonly name: string; readonly value: string} & OnMissingField;
  'mk.var.shell': {readonly name: string; readonly value: string} & OnMissingField;
  'mk.var.unset': {readonly name: string} & OnMissingField;
  'mk.var.token_add': {readonly name: string; readonly value: string} & OnMissingField;
  'mk.var.token_remove': {readonly name: string; readonly value: string} & OnMissingField;
  'mk.block.disable': {readonly condition: string; readonly contains?: string} & OnMissingField;
  'mk.block.replace_condition': {readonly from: string; readonly to: string; readonly contains?: string} & OnMissingField;
  'mk.block.set': {readonly condition: string; readonly contains?: string} & Body;
  'mk.include.ensure': {readonly name: string};
  'mk.target.set': {readonly name: string} & Body;
  'mk.target.append': {readonly name: string} & Body;
  'mk.target.remove': {readonly name: string} & OnMissingField;
  'mk.target.rename': {readonly old: string; readonly new: string} & OnMissingField;
  'file.copy': {readonly src: string; readonly dst: string};
  'file.materialize': {readonly src: string; readonly dst: string};
  'file.remove': {readonly path: string} & OnMissingField;
  'text.line_remove': {readonly file: string; readonly exact: string} & OnMissingField;
  'text.line_insert_after': {readonly file: string; readonly anchor: string; readonly line: string} & OnMissingField;
  'text.replace_once': {readonly file: string; readonly from: string; readonly to: string} & OnMissingField;
  'patch.apply': {readonly path: string};
  /**
   * A statement that this engine cannot read: `operation` is one that the language may have gained since, `malformed` a known
   * one with wrong arguments.
   */
  unknown: {readonly problem: 'operation' | 'malformed'};
}

export type StatementKind = keyof StatementFields;
export type DirectiveKind = 'port' | 'type' | 'reason' | 'maintainer' | 'target';
export type OperationKind = Exclude<StatementKind, DirectiveKind | 'unknown'>;

/** Place of a statement: line and column, from 1, of its first token; offsets into the text, `end` exclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly start: number;
  /** Behind the last token; of a heredoc, behind its terminator. The newline is not included. */
  readonly end: number;
  /** Its tokens, without newlines. */
  readonly tokens: readonly Token[];
}

/** Fields of a statement without its place, as an editor takes it. */
export type NewStatement<K extends StatementKind = StatementKind> = {
  [Kind in K]: {readonly kind: Kind} & StatementFields[Kind];
}[K];

/** A statement of an overlay.dops. */
export type Statement<K extends StatementKind = StatementKind> = {
  [Kind in K]: {readonly kind: Kind; readonly place: Place} & StatementFields[Kind];
}[K];

/** A statement that changes the port. */
export type Operation = Statement<OperationKind>;
