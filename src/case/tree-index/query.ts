import type {Finding, RootCauses} from '../evidence/root-causes/finding.ts';
import {baseName} from '../text/base-name.ts';
import {fileKeys, headerKeys, type Key, plistKeys, stemKeys, symbolKeys, wordKeys} from './keys.ts';

/** What a failure is about: keys with their importance, 1 for those of the best finding. */
export type TreeQuery = ReadonlyMap<Key, number>;

/** Findings that make up a query, best first. */
const MAX_FINDINGS = 6;
const MAX_PLIST = 20;

/**
 * Returns the keys of a failure: what its findings name, the origin's stem, and what triage's root cause names, if there is one.
 * Consequences do not count.
 */
export function queryOf(causes: RootCauses, origin: string, rootCause = ''): TreeQuery {
  const query = new Map<Key, number>();
  const add = (keys: readonly Key[], importance: number): void => {
    for (const key of keys) query.set(key, Math.max(importance, query.get(key) ?? 0));
  };
  const findings = causes.findings.filter(({kind}) => kind !== 'consequence').slice(0, MAX_FINDINGS);
  for (const [at, finding] of findings.entries()) add(findingKeys(finding), 1 / (1 + at / 2));
  add(namesIn(rootCause), 0.8);
  add(stemKeys(origin), 1);
  return query;
}

function findingKeys({family, text, facts}: Finding): Key[] {
  const path = /^(?:In file included from )?([\w./+~@-]+\.\w+):\d+/.exec(text)?.[1] ?? '';
  const listed = [facts.orphaned, facts.missing, facts.unstaged].flatMap((entries) => entries?.split('\n') ?? []);
  return [
    `form:${family}`,
    ...fileKeys(path),
    ...(facts.rejects?.split('\n') ?? []).flatMap(fileKeys),
    ...(facts.symbol === undefined ? [] : identifiersIn(facts.symbol)),
    ...(facts.header === undefined ? [] : [...headerKeys(facts.header), ...wordKeys(stemOfFile(facts.header))]),
    ...(facts.uses === undefined ? [] : ([`word:uses=${facts.uses.toLowerCase()}`] as const)),
    ...(facts.library === undefined ? [] : [...wordKeys(`-l${facts.library}`), ...wordKeys(facts.library)]),
    ...[facts.program, facts.package, facts.module, facts.macro].flatMap((name) =>
      name === undefined ? [] : [...wordKeys(baseName(name)), ...identifiersIn(name)],
    ),
    ...listed.slice(0, MAX_PLIST).flatMap(plistKeys),
    ...(listed.length > 0 ? [] : quotedNames(text)),
  ];
}

function stemOfFile(path: string): string {
  return baseName(path).replace(/\.\w+$/, '');
}

/** Compilers quote what they do not know; what looks like a path is the place of an error. */
function quotedNames(text: string): Key[] {
  return [...text.matchAll(/['‘`"]([^'‘’`"\s]{4,80})['’`"]/g)].flatMap(([, name = '']) => {
    if (/\.h(?:h|pp)?$/.test(name)) return headerKeys(name);
    return name.includes('/') || /^[Mm]akefile|\.\w{1,4}$/.test(name) ? [] : identifiersIn(name);
  });
}

function identifiersIn(text: string): Key[] {
  return (text.match(/[A-Za-z_]\w{3,63}/g) ?? []).slice(0, 6).flatMap(symbolKeys);
}

/** A root cause is prose: only its names that look like code count. */
function namesIn(text: string): Key[] {
  const headers = text.match(/[\w./+-]+\.h\b/g) ?? [];
  const names = (text.match(/\b[A-Za-z_]\w{3,63}\b/g) ?? []).filter((name) => /_|[a-z]\d|^[A-Z]{4}/.test(name));
  return [...headers.slice(0, 6).flatMap(headerKeys), ...quotedNames(text), ...names.slice(0, 12).flatMap(symbolKeys)];
}
