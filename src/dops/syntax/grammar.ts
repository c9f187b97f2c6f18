import type {OperationKind, StatementKind} from './statement.ts';

/**
 * A part of a statement. `word`, `string` and `value` (a word or a string) fill a field, `keyword` is literal, `body` is a
 * heredoc that fills `recipe` and `heredocTag`; `contains` and `on-missing` are optional.
 */
export type Part =
  | {readonly is: 'word' | 'string' | 'value'; readonly field: string}
  | {readonly is: 'keyword'; readonly text: string}
  | {readonly is: 'arrow' | 'body' | 'contains' | 'on-missing'};

const word = (field: string): Part => ({is: 'word', field});
const string = (field: string): Part => ({is: 'string', field});
const value = (field: string): Part => ({is: 'value', field});
const keyword = (text: string): Part => ({is: 'keyword', text});
const arrow: Part = {is: 'arrow'};
const body: Part = {is: 'body'};
const contains: Part = {is: 'contains'};
const onMissing: Part = {is: 'on-missing'};
const condition = [keyword('condition'), string('condition'), contains];
const file = value('file');

/** Words that start each statement, in the order of the language's manual, and the parts behind them. */
export const GRAMMAR: Readonly<Record<Exclude<StatementKind, 'unknown'>, readonly [head: string, ...parts: Part[]]>> = {
  port: ['port', word('origin')],
  type: ['type', word('type')],
  reason: ['reason', string('text')],
  maintainer: ['maintainer', string('text')],
  target: ['target', word('selectors')],
  'mk.var.set': ['mk set', word('name'), string('value'), onMissing],
  'mk.var.eval': ['mk eval', word('name'), string('value'), onMissing],
  'mk.var.shell': ['mk shell', word('name'), string('value'), onMissing],
  'mk.var.unset': ['mk unset', word('name'), onMissing],
  'mk.var.token_add': ['mk add', word('name'), value('value'), onMissing],
  'mk.var.token_remove': ['mk remove', word('name'), value('value'), onMissing],
  'mk.block.disable': ['mk disable-if', ...condition, onMissing],
  'mk.block.replace_condition': [
    'mk replace-if',
    keyword('from'),
    string('from'),
    keyword('to'),
    string('to'),
    contains,
    onMissing,
  ],
  'mk.block.set': ['mk block', keyword('set'), ...condition, body],
  'mk.include.ensure': ['mk ensure-include', word('name')],
  'mk.target.set': ['mk target set', word('name'), body],
  'mk.target.append': ['mk target append', word('name'), body],
  'mk.target.remove': ['mk target remove', word('name'), onMissing],
  'mk.target.rename': ['mk target rename', word('old'), arrow, word('new'), onMissing],
  'file.copy': ['file copy', value('src'), arrow, value('dst')],
  'file.materialize': ['file materialize', value('src'), arrow, value('dst')],
  'file.remove': ['file remove', value('path'), onMissing],
  'text.line_remove': ['text line-remove', keyword('file'), file, keyword('exact'), string('exact'), onMissing],
  'text.line_insert_after': [
    'text line-insert-after',
    keyword('file'),
    file,
    keyword('anchor'),
    string('anchor'),
    keyword('line'),
    string('line'),
    onMissing,
  ],
  'text.replace_once': [
    'text replace-once',
    keyword('file'),
    file,
    keyword('from'),
    string('from'),
    keyword('to'),
    string('to'),
    onMissing,
  ],
  'patch.apply': ['patch', keyword('apply'), value('path')],
};

const DIRECTIVES: ReadonlySet<string> = new Set(['port', 'type', 'reason', 'maintainer', 'target']);

/** Returns whether the kind is one of an operation, and neither a directive nor `unknown`. */
export function isOperationKind(kind: StatementKind): kind is OperationKind {
  return kind !== 'unknown' && !DIRECTIVES.has(kind);
}

type KnownKind = Exclude<StatementKind, 'unknown'>;

/** Kind by head, such as `mk target set`. */
export const KIND_BY_HEAD: ReadonlyMap<string, KnownKind> = new Map(
  (Object.keys(GRAMMAR) as KnownKind[]).map((kind) => [GRAMMAR[kind][0], kind]),
);

/** Beginnings of heads that need another word: `mk`, `mk target`, `file`, `text`. */
export const HEAD_PREFIXES: ReadonlySet<string> = new Set(
  [...KIND_BY_HEAD.keys()].flatMap((head) => {
    const words = head.split(' ');
    return words.slice(1).map((_, index) => words.slice(0, index + 1).join(' '));
  }),
);
