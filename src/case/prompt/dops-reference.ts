import {renderForm} from '../../dops/syntax/render-form.ts';
import type {OperationKind} from '../../dops/syntax/statement.ts';

/** Effect of each operation, and its trap, in a few words. */
const EFFECTS: Readonly<Record<OperationKind, string>> = {
  'mk.var.set': 'NAME= VALUE in place of its one assignment, whatever the operator',
  'mk.var.unset': 'deletes the assignment. Never set a variable to "" instead: it stays defined',
  'mk.var.token_add': 'one token more; an unassigned NAME becomes NAME= TOKEN, without its default: then use eval, as for CFLAGS',
  'mk.var.token_remove': 'one token less; NAME must be assigned once',
  'mk.var.eval': 'NAME:= VALUE behind the rest, for a value made of itself: "${NAME:Ntoken}"',
  'mk.var.shell': 'NAME!= VALUE behind the rest',
  'mk.include.ensure': 'such as bsd.port.options.mk, above a block that tests an option',
  'mk.block.set': 'an .if block before the last .include, or in place of the one with that condition',
  'mk.block.replace_condition': 'the text behind .if or .elif, exactly',
  'mk.block.disable': 'leaves the .endif, so no mk operation behind it works; use replace-if',
  'mk.target.set': 'in place of the whole target; recipe lines begin with a tab',
  'mk.target.append': 'to a target of the Makefile',
  'mk.target.remove': 'with its recipe',
  'mk.target.rename': 'drops its dependencies',
  'text.line_remove': 'the first line that equals TEXT',
  'text.line_insert_after': 'behind the first line that equals TEXT',
  'text.replace_once': 'TEXT must be there exactly once; it may be a part of a line',
  'file.materialize': 'a file of the overlay into the port',
  'file.remove': 'a file of the port left out',
  'file.copy': 'within the port',
  'patch.apply': "a diff of the overlay to the port's own files, -p0; before other operations on them",
};

/** Headings of the full reference, with the operations below each. Every kind is listed once. */
const TOPICS: readonly (readonly [heading: string, ...kinds: OperationKind[]])[] = [
  [
    "Variables of the port's Makefile",
    'mk.var.set',
    'mk.var.unset',
    'mk.var.token_add',
    'mk.var.token_remove',
    'mk.var.eval',
    'mk.var.shell',
  ],
  ['Conditions', 'mk.include.ensure', 'mk.block.set', 'mk.block.replace_condition', 'mk.block.disable'],
  ['Targets', 'mk.target.set', 'mk.target.append', 'mk.target.remove', 'mk.target.rename'],
  ['Lines of a file of the port (Makefile, pkg-plist)', 'text.line_remove', 'text.line_insert_after', 'text.replace_once'],
  ['Files', 'file.materialize', 'file.remove', 'file.copy', 'patch.apply'],
];

/** Rules of the language that models get wrong, for both references. */
export const DOPS_RULES: readonly string[] = [
  'In "..." only \\\\ \\" \\n \\t are escapes: "s/a\\\\.b/c/" for s/a\\.b/c/. $ stands as it is; a tab is \\t.',
  "A heredoc's tag is quoted, <<'MK'; nothing in it is escaped; MK ends it, alone on its line.",
  'A variable that is assigned twice, in an .if too, is ambiguous; `?=` and `+=` have no operation: `text replace-once` on the line.',
  'The overlay is for DragonFly alone: never add a condition on OPSYS.',
];

const MORE_RULES: readonly string[] = [
  'Operations run in order, each on what those above left; a later one does not see what `file materialize` brought.',
  'A changed source is a dragonfly/patch-* file with its `file materialize` line, never `patch apply`. Delete both together.',
  "Steps on the unpacked source go into dfly-patch, dfly-configure, dfly-build, dfly-install, never into the port's own targets.",
  'Paths of the plist are written with its own tokens (%%DATADIR%%, %%PORTVERSION%%), not as literals.',
  'What is not found is an error; forms with * take `on-missing warn` or `on-missing noop` at the end.',
];

const HEADER = `overlay.dops: what is done to FreeBSD's port. Beside it, Makefile.DragonFly, diffs/, dragonfly/ and STATUS do nothing by themselves.

Header, once each:
  ${renderForm('port')}
  type port            (dport: the overlay's newport/; lock, mask)
  ${renderForm('reason')}
  target @any          (or @main, @2026Q2; holds for what follows)
One statement a line; \\ at the end continues it; # begins a comment. Such as:
  mk target set dfly-patch <<'MK'
	\${REINPLACE_CMD} -e 's/a/b/' \${WRKSRC}/configure
MK`;

/** The language of overlay.dops for a model: each operation in the form that the grammar has, with its effect. At most 4 KB. */
export const DOPS_REFERENCE: string = [
  HEADER,
  ...TOPICS.map(([heading, ...kinds]) => [`${heading}:`, ...kinds.map((kind) => `  ${helpOf(kind)}`)].join('\n')),
  ['Rules:', ...[...DOPS_RULES, ...MORE_RULES].map((rule) => `- ${rule}`)].join('\n'),
].join('\n\n');

/** Returns the form of an operation and its effect, in one line. */
export function helpOf(kind: OperationKind, {short = false} = {}): string {
  return `${renderForm(kind, {short})}  (${EFFECTS[kind]})`;
}
