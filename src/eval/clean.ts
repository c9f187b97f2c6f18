import {filesAfter} from '../case/guard/dead-files.ts';
import type {GuardedDiff} from '../case/guard/finding.ts';
import {guardDiff} from '../case/guard/index.ts';
import {isSourcePatch} from '../case/guard/names.ts';
import {readGuarded} from '../case/guard/read-diff.ts';
import {treeOf} from '../dops/apply/text-tree.ts';
import {checkOverlay, newWarnings} from '../dops/check/check-overlay.ts';
import {DEAD, type DeadFile, deadFiles} from '../dops/check/dead-files.ts';
import type {Warning, WarningCode} from '../dops/check/warning.ts';
import {assignmentsOf, piecesOf} from '../dops/makefile/query-makefile.ts';
import {readMakefile} from '../dops/makefile/read-makefile.ts';
import {type Overlay, parseOverlay} from '../dops/syntax/parse-overlay.ts';
import {type EvalCase, type Forbidden, matchesForbidden} from './eval-case.ts';

/** Complete texts of a case's files before the fix, by path below the port's directory. */
export interface CaseTexts {
  readonly overlay: ReadonlyMap<string, string>;
  /** The port as it was built; its Makefile names the values of tokens. */
  readonly composed: ReadonlyMap<string, string>;
  /** The port as FreeBSD has it, the input of overlay.dops; without it the effect of operations is not judged. */
  readonly freebsd?: ReadonlyMap<string, string> | undefined;
}

/** Input of the judgement on a proved fix. */
export interface JudgedFix {
  readonly known: EvalCase;
  readonly diff: string;
  readonly texts: CaseTexts;
  /** Forms that no fix of the corpus may have. */
  readonly forbidden?: readonly Forbidden[];
}

/** Guard rules of which a finding makes a fix unclean, whatever the policy's severity. */
const RULES = new Set(['dead-file', 'patch-ineffective']);

/** Warnings on operations that make a fix unclean. */
const WARNINGS = new Set<WarningCode>([
  'W_DOPS_NO_EFFECT',
  'W_DOPS_OPERATION_FAILS',
  'W_DOPS_PATCH_OVERWRITTEN',
  'W_DOPS_ORPHAN',
]);

const EDITS_BY_COMMAND = /\$\{(?:REINPLACE_CMD|SED|PERL5?|AWK)\}|\b(?:sed|perl|awk)\s+-/;

/** Kind of what makes a fix false or unclean, by the name that a report shows. */
export type Fault = 'no effect' | 'literal for a token' | 'replaced file' | 'edit by a command' | 'forbidden form' | 'unreadable';

/** A fault with its reason. */
export interface Unclean {
  readonly fault: Fault;
  readonly why: string;
}

/**
 * Returns why a fix with right files and no forbidden line is not clean; empty for a clean one: something has no effect, a literal
 * is in the place of a token, a file is replaced as a whole, or a command edits the source where the case wants a patch.
 */
export function findUnclean({known, diff, texts, forbidden = []}: JudgedFix): Unclean[] {
  const context = {failedPatches: new Set<string>(), overlay: texts.overlay, port: texts.freebsd ?? texts.composed};
  const read = readGuarded(diff, known.origin, context);
  if (read === undefined) return [{fault: 'unreadable', why: 'the diff cannot be parsed in full'}];
  const found = guardDiff(diff, known.origin, context).filter(({rule}) => RULES.has(rule));
  const reasons: Readonly<Partial<Record<Fault, readonly string[]>>> = {
    'no effect': [...found.map(({path, reason}) => `${path}: ${reason}`), ...withoutEffect(known, read, texts)],
    'literal for a token': literals(known, read, texts.composed),
    'replaced file': replacedFiles(read, texts),
    'edit by a command': known.custom === 'patch' ? editsByCommand(read) : [],
    'forbidden form': matchesForbidden(forbidden, diff, pathsOf(read)).map(({why}) => why),
  };
  return Object.entries(reasons).flatMap(([fault, all]) => [...new Set(all)].map((why) => ({fault: fault as Fault, why})));
}

/** Returns what of the overlay does nothing after the fix, and was not so before. */
function withoutEffect({origin, target = '@any'}: EvalCase, read: GuardedDiff, texts: CaseTexts): string[] {
  const after = filesAfter(texts.overlay, read);
  if (after === undefined) return [];
  const known = new Set(deadIn(texts.overlay).map(({path}) => path));
  const dead = deadIn(after).filter(({path}) => !known.has(path));
  const port = texts.freebsd === undefined ? undefined : treeOf(texts.freebsd);
  const checked = (files: ReadonlyMap<string, string>): [Overlay, readonly Warning[]] | undefined => {
    const overlay = overlayOf(files);
    return overlay && [overlay, checkOverlay({overlay, files: treeOf(files), origin, target, port}).warnings];
  };
  const now = checked(after);
  const warnings = now === undefined ? [] : newWarnings(checked(texts.overlay), now);
  return [
    ...dead.map(({path, why}) => `${path} ${DEAD[why]}`),
    ...warnings.filter(({code}) => WARNINGS.has(code)).map(({message, line}) => `overlay.dops, line ${line ?? '-'}: ${message}`),
  ];
}

function deadIn(files: ReadonlyMap<string, string>): DeadFile[] {
  return deadFiles(treeOf(files), overlayOf(files)).filter(({path}) => path !== 'STATUS');
}

function overlayOf(files: ReadonlyMap<string, string>): Overlay | undefined {
  const text = files.get('overlay.dops');
  return text === undefined ? undefined : parseOverlay(text);
}

/** Returns the added lines of Makefiles and plists with the value of a token in its place. */
function literals(known: EvalCase, {files}: GuardedDiff, composed: ReadonlyMap<string, string>): string[] {
  const tokens = Object.entries({...tokensOf(composed.get('Makefile') ?? ''), ...known.tokens});
  const lines = files.flatMap(({added}) => [...added.make, ...added.fragment, ...added.plist]);
  return lines.flatMap((line) =>
    tokens
      .filter(([token, value]) => !line.includes(token) && hasLiteral(line, value))
      .map(([token, value]) => `${JSON.stringify(value)} is written for ${token}: ${line.trim().slice(0, 200)}`),
  );
}

/** Returns the tokens of a plist whose values a Makefile has as plain text of three characters or more. */
function tokensOf(makefile: string): Record<string, string> {
  const read = readMakefile(makefile);
  const versions = ['PORTVERSION', 'DISTVERSION'].flatMap((name) => assignmentsOf(read, name).map(({value}) => value.trim()));
  const pairs = assignmentsOf(read, 'PLIST_SUB').flatMap((one) =>
    piecesOf(one).flatMap((piece): [string, string][] => {
      const [, name = '', value = ''] = /^(\w+)="?([^"]*)"?$/.exec(piece) ?? [];
      return name === '' ? [] : [[`%%${name}%%`, value]];
    }),
  );
  const all = [...versions.map((value): [string, string] => ['%%PORTVERSION%%', value]), ...pairs];
  return Object.fromEntries(all.filter(([, value]) => /^[\w.+/-]{3,}$/.test(value)));
}

/** Returns whether a line has a value as a complete version or name, not as part of a longer one. */
function hasLiteral(line: string, value: string): boolean {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<!\\d)(?<!\\d\\.)${escaped}(?!\\w)(?!\\.\\d)`).test(line);
}

/** Returns the files of the port that the fix replaces by copies in the overlay. */
function replacedFiles({files}: GuardedDiff, {freebsd, composed}: CaseTexts): string[] {
  const port = freebsd ?? composed;
  const name = (path: string): boolean => port.has(path) && !isSourcePatch(path);
  return files
    .filter(({within}) => within === 'overlay.dops')
    .flatMap(({written}) => written.filter(name).map((path) => `${path} is replaced as a whole by a copy in the overlay`));
}

function editsByCommand({files}: GuardedDiff): string[] {
  const lines = files.flatMap(({added}) => [...added.make, ...added.fragment]);
  return lines
    .filter((line) => EDITS_BY_COMMAND.test(line))
    .map((line) => `a command edits the source, which a patch should change: ${line.trim().slice(0, 200)}`);
}

function pathsOf({files}: GuardedDiff): string[] {
  return files.map(({within, path}) => within ?? path);
}
