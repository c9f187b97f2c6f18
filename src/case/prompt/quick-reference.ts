import {assignmentsOf, nodesOf, targetBlocks} from '../../dops/makefile/query-makefile.ts';
import {type Makefile, readMakefile} from '../../dops/makefile/read-makefile.ts';
import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {OperationKind} from '../../dops/syntax/statement.ts';
import {DOPS_RULES, helpOf} from './dops-reference.ts';
import {textOf} from './overlay-kind.ts';
import type {PortFile} from './playbooks.ts';

/** What a port has that decides which operations its overlay may need. */
interface PortFacts {
  readonly files: readonly PortFile[];
  readonly makefile: Makefile;
}

/** A part of the reference: its operations and advice, for the ports that it applies to. */
interface Topic {
  readonly applies: (port: PortFacts) => boolean;
  readonly kinds?: readonly OperationKind[];
  readonly advice?: (port: PortFacts) => string;
}

const TOPICS: readonly Topic[] = [
  {
    applies: () => true,
    kinds: ['mk.var.set', 'mk.var.unset', 'mk.var.token_add', 'mk.var.token_remove'],
  },
  {applies: hasOptions, advice: optionAdvice},
  {
    applies: ({makefile}) => nodesOf(makefile, 'if', 'elif').length > 0,
    kinds: ['mk.block.replace_condition'],
  },
  {applies: () => true, kinds: ['mk.target.set'], advice: stepAdvice},
  {applies: () => true, kinds: ['file.materialize'], advice: patchAdvice},
  {
    applies: ({files}) => has(files, /^port\/pkg-plist/),
    kinds: ['text.line_remove', 'text.line_insert_after', 'text.replace_once'],
    advice: () => 'The plist is `pkg-plist`; write its own tokens (%%DATADIR%%), not what they stand for.',
  },
  {
    applies: ({files, makefile}) => !has(files, /^port\/pkg-plist/) && assignmentsOf(makefile, 'PLIST_FILES').length > 0,
    kinds: ['text.replace_once'],
    advice: () => 'The plist is PLIST_FILES of the Makefile: `mk add PLIST_FILES bin/x`, `mk remove PLIST_FILES bin/x`.',
  },
];

/**
 * Returns the operations of overlay.dops that a port may need, in the forms of the grammar, and the rules that models get wrong.
 * The choice depends on the port's snapshot only: its Makefile, plist, patches and overlay.
 */
export function quickReference(files: readonly PortFile[]): string {
  const port = {files, makefile: readMakefile(textOf(files, 'port/Makefile'))};
  const topics = TOPICS.filter(({applies}) => applies(port));
  const forms = topics.flatMap(({kinds = []}) => kinds.map((kind) => `    ${helpOf(kind, {short: true})}`));
  const advice = topics.flatMap((topic) => (topic.advice === undefined ? [] : [topic.advice(port)]));
  return [...forms, ...[...DOPS_RULES, ...advice].map((line) => `- ${line}`)].join('\n');
}

function has(files: readonly PortFile[], path: RegExp): boolean {
  return files.some((file) => path.test(file.path));
}

function hasOptions({makefile}: PortFacts): boolean {
  return nodesOf(makefile, 'assignment').some(({name}) => /^OPTIONS_(DEFAULT|DEFINE)/.test(name));
}

/** An assignment by `mk eval` stands behind bsd.port.options.mk, which has evaluated the options by then. */
function optionAdvice({makefile}: PortFacts): string {
  const isOnce = assignmentsOf(makefile, 'OPTIONS_DEFAULT').length === 1;
  const isEarly = nodesOf(makefile, 'include').some(({text}) => /bsd\.port\.(options|pre)\.mk/.test(text));
  if (isOnce) return 'An option off: `mk remove OPTIONS_DEFAULT NAME`.';
  return isEarly
    ? 'An option off: `text replace-once` on its line of OPTIONS_DEFAULT; an `mk eval` would come behind the include of bsd.port.options.mk, too late.'
    : 'An option off: `mk eval OPTIONS_DEFAULT "${OPTIONS_DEFAULT:NNAME}"`.';
}

/** A second `mk target set` of one target replaces the first. */
function stepAdvice({files, makefile}: PortFacts): string {
  const {statements} = parseOverlay(textOf(files, 'overlay/overlay.dops'));
  const isSet = statements.some((one) => one.kind === 'mk.target.set' && one.name === 'dfly-patch');
  if (isSet) return '`mk target set dfly-patch` is there: add lines to its heredoc; a second one would replace it.';
  return targetBlocks(makefile, 'dfly-patch').length > 0
    ? "FreeBSD's Makefile has dfly-patch: `mk target append dfly-patch`."
    : 'Commands on the unpacked source: `mk target set dfly-patch`, dfly-configure, dfly-build or dfly-install.';
}

function patchAdvice({files}: PortFacts): string {
  const line = 'Each dragonfly/patch-x has its `file materialize dragonfly/patch-x -> dragonfly/patch-x`; they go together.';
  return has(files, /^port\/files\/patch-/) ? `${line} files/patch-* are applied before them.` : line;
}
