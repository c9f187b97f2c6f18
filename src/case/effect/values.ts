import {flagOfAlias} from '../guard/uses-alias.ts';
import type {Finding} from '../types.ts';
import {addedArgument, addedFlag, removedFlag, type Suspicion} from './flags.ts';
import {findingOf} from './rules.ts';
import {GROUPS, groupOf, MAKE_FLAGS, VARIABLES, type VariableGroup} from './variables.ts';
import {type Delta, deltaOf, itemsOf} from './words.ts';

/** Values of the variables before and after a diff, under one surrounding. */
export interface Values {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

/** A change of one variable. */
interface Change extends Delta {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

type Check = (change: Change, values: Values) => Finding[];

/** Returns the delta of a variable as the list of items that it is. */
export function valueDelta(before = '', after = ''): Delta {
  return deltaOf(itemsOf(before), itemsOf(after));
}

/** Returns the findings for the changed variables. */
export function valueFindings(values: Values): Finding[] {
  const found = [...VARIABLES, MAKE_FLAGS].flatMap((name) => {
    const [before, after] = [values.before[name] ?? '', values.after[name] ?? ''];
    if (before === after) return [];
    const change = {name, before, after, ...valueDelta(before, after)};
    return [...CHECKS[groupOf(name)](change, values), ...shellInValue(change)];
  });
  return merged(withoutAliasFlag(found, values));
}

/** Omits the finding for the flag that USES=alias stood for, where the diff replaces one by the other. */
function withoutAliasFlag(found: readonly Finding[], {before, after}: Values): Finding[] {
  const flags = valueDelta(before.USES, after.USES).removed.flatMap((word) => flagOfAlias(word) ?? []);
  return found.filter(({rule, reason}) => rule !== 'reserved-macro' || !flags.some((flag) => reason.startsWith(`${flag} `)));
}

/** A value that the framework puts into a command line may end that command and start another. */
function shellInValue({name, added}: Change): Finding[] {
  const found = added.find((one) => /[;|&`<>\n]|\$\(/.test(one.replace(/\\./g, '')));
  if (found === undefined || QUOTED_BY_FRAMEWORK.has(name)) return [];
  return [findingOf('hook', '', `${name} has a part that a shell would run or redirect: ${found}`)];
}

const QUOTED_BY_FRAMEWORK: ReadonlySet<string> = new Set([...GROUPS.dependencies, ...GROUPS.hiding, ...GROUPS.downloads]);

/** Returns `NAME: old → new`, each cut to what fits in a line. */
export function shownChange(name: string, before: string, after: string): string {
  const cut = (text: string): string => {
    const line = text.replaceAll('\u0001', ' ').trim();
    return line === '' ? 'nothing' : line.length > 120 ? `${line.slice(0, 120)}…` : line;
  };
  return `${name}: ${cut(before)} → ${cut(after)}`;
}

const shown = ({name, before, after}: Change): string => shownChange(name, before, after);
const ofRule =
  (rule: string, reason: string): Check =>
  (change) => [findingOf(rule, '', `${reason}: ${shown(change)}`)];

const CHECKS: Readonly<Record<VariableGroup, Check>> = {
  hiding: (change) => {
    const text = shown(change);
    if (change.after !== '')
      return [findingOf('hiding', '', `The port is marked or built differently instead of repaired: ${text}`)];
    return [findingOf('hiding', '', `A mark of the maintainer is removed: ${text}`, 'ask')];
  },
  checksums: (change) => [findingOf('checks', '', `Checksums are no longer verified as before: ${shown(change)}`)],
  downloads: ofRule('downloads', 'This changes what is downloaded, or from where'),
  identity: (change) =>
    withoutRevision(change.before) === withoutRevision(change.after)
      ? []
      : ofRule('identity', 'This changes the identity of the port')(change, {before: {}, after: {}}),
  dependencies: (change) => {
    const found = lost('dependencies', 'A dependency is lost', change);
    // Of USES, what matters shows in other variables; many a repair drops one that is unknown.
    const isMinor = change.name === 'USES' && !change.removed.some((one) => PROTECTING_USES.test(one));
    return isMinor ? found.map((one) => ({...one, severity: 'note'})) : found;
  },
  options: (change) => lost('options', 'An option is lost', change),
  excluded: (change) =>
    change.added.length === 0 ? [] : [findingOf('options', '', `Options are switched off: ${shown(change)}`)],
  tools: (change, values) =>
    isCompilerChoice(change, values)
      ? [findingOf('tools', '', `USES or USE_GCC selects another compiler: ${shown(change)}`, 'note')]
      : [findingOf('tools', '', `A tool of the framework is replaced: ${shown(change)}`)],
  places: ofRule('places', 'The framework works in another place'),
  flags: (change) => suspicions(change, [...checkEach(change.added, addedFlag), ...checkEach(change.removed, removedFlag)]),
  arguments: (change, {before}) => {
    const expected = GROUPS.tools.map((name) => before[name] ?? '');
    const known = new Set(
      Object.values(before)
        .flatMap(itemsOf)
        .filter((one) => /^["']?\w*FLAGS=/.test(one)),
    );
    const items = change.added.filter((one) => !known.has(one));
    return suspicions(
      change,
      checkEach(
        items.map((one) => newFlagsOnly(one, change.removed)),
        (one) => addedArgument(one, expected),
      ),
    );
  },
  hardening: (change) =>
    change.after === '' ? [] : ofRule('hardening', 'Hardening is switched off')(change, {before: {}, after: {}}),
  scripts: ofRule('install-script', 'This runs as root on machines that install the package'),
  shown: (change) => {
    if (change.name !== 'PLIST_FILES' && change.name !== 'PLIST_SUB') return [];
    const keyword = change.added.find((one) => /@\w*(?:exec|script|sample|shell|rc_subr)|@\(/.test(one));
    if (keyword === undefined) return [];
    return [findingOf('install-script', '', `The packing list runs commands or sets modes: ${keyword}`)];
  },
};

/** USES that bring cryptography or authentication. */
const PROTECTING_USES = /^(?:ssl|gssapi|pam|samba|ldap|gnutls|libsodium)\b/;

function lost(rule: string, reason: string, {name, removed, added}: Change): Finding[] {
  const left = removed.filter((one) => !added.some((other) => isSameDependency(one, other)));
  return left.length === 0 ? [] : [findingOf(rule, '', `${reason}: ${name} has no ${left.slice(0, 8).join(', ')}`)];
}

/** Whether two items name the same port or the same USES, by another file, version or argument: `libfoo.so:devel/foo`, `ssl:build`. */
function isSameDependency(one: string, other: string): boolean {
  const portOf = (item: string): string =>
    item.includes('/') ? item.replace(/^[^:]*:/, '').replace(/[@:].*$/, '') : item.replace(/:.*$/, '');
  return portOf(one) === portOf(other) && portOf(one) !== '';
}

function withoutRevision(value: string): string {
  return value.replace(/_\d+(?=,\d+$|$)/, '');
}

/** Whether a compiler changes together with the framework's own way to choose one, and to the name of a compiler. */
function isCompilerChoice({name, after}: Change, values: Values): boolean {
  if (
    !['CC', 'CXX', 'CPP'].includes(name) ||
    !/^(?:[\w/.]*\/)?(?:gcc|g\+\+|clang|clang\+\+|clang-cpp|cpp|cc|c\+\+)-?\d*$/.test(after)
  )
    return false;
  return ['USES', 'USE_GCC'].some((one) => {
    const {added, removed} = valueDelta(values.before[one], values.after[one]);
    return [...added, ...removed].some((item) => one === 'USE_GCC' || item.startsWith('compiler'));
  });
}

/** Returns `NAME=flags` with only those flags that the removed item of the same name has not. */
function newFlagsOnly(item: string, removed: readonly string[]): string {
  const name = /^["']?(\w*(?:FLAGS|LIBS)\w*)=/.exec(item)?.[1];
  const old = name === undefined ? undefined : removed.find((one) => one.replace(/^["']/, '').startsWith(`${name}=`));
  if (name === undefined || old === undefined) return item;
  const parts = (text: string): string[] =>
    text
      .replace(/^["']?\w+=/, '')
      .replace(/\\(.)/g, '$1')
      .split(/[\s"']+/);
  return `${name}=${deltaOf(parts(old), parts(item)).added.join(' ')}`;
}

function checkEach(items: readonly string[], check: (item: string) => Suspicion | undefined): Suspicion[] {
  return items.flatMap((one) => check(one) ?? []);
}

function suspicions({name}: Change, found: readonly Suspicion[]): Finding[] {
  return found.map(({rule, reason}) => findingOf(rule, '', `${reason}${IN}${name}`));
}

/** Separates a reason from the variable in which it was found. */
const IN = ', in ';

/** One finding for what several variables show: a flag of CFLAGS is also in MAKE_ENV. */
function merged(findings: readonly Finding[]): Finding[] {
  const byReason = new Map<string, Finding>();
  for (const one of findings) {
    const [reason = ''] = one.reason.split(IN);
    const key = `${one.rule} ${reason}`;
    if (one.reason !== reason && byReason.has(key)) continue;
    byReason.set(key, one);
  }
  return [...byReason.values()];
}
