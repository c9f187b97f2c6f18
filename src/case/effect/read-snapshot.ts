import {readGraph} from './read-graph.ts';
import {type Evaluation, type PortFile, type PortSnapshot, SURROUNDINGS, type Surrounding} from './snapshot.ts';
import {MAKE_FLAGS, VARIABLES} from './variables.ts';

/** Prefixes of the work tree under each surrounding; a value is compared without them. */
export const WORK_PREFIX: Readonly<Record<Surrounding, string>> = {proof: '/construction', bulk: '/usr/obj/bulk-construction'};

/** Stands for the directory of the snapshot's own Makefiles. */
const OURS = '/portwright-effect';

/**
 * Parses the output of the snapshot script: `NONCE begin`, parts of the form `NAME LENGTH`, that many bytes and a line break, and
 * `NONCE end`; one character a byte. The nonce is a random text that only the script knew while make ran. Anything before, between or behind makes it invalid, since make may have written it.
 */
export function readSnapshot(output: string, nonce: string): PortSnapshot {
  const parts = readParts(output, nonce);
  if (parts === undefined) return emptySnapshot('The output of the snapshot is not in its form; something else wrote into it.');
  const missing: string[] = [];
  const evaluations = Object.fromEntries(SURROUNDINGS.map((one) => [one, readEvaluation(parts, one, missing)])) as Record<
    Surrounding,
    Evaluation
  >;
  const odd = linesOf(parts.get('odd'));
  if (odd.length > 0) missing.push(`The port has files whose names have unusual characters: ${odd[0]}`);
  return {files: readFiles(parts), texts: readTexts(parts), evaluations, commands: linesOf(parts.get('commands')), missing};
}

/** Returns a snapshot of which nothing is known, for the reason given. */
export function emptySnapshot(reason: string): PortSnapshot {
  const nothing: Evaluation = {variables: {}, targets: {}, makefiles: []};
  return {files: [], texts: {}, evaluations: {proof: nothing, bulk: nothing}, commands: [], missing: [reason]};
}

function readParts(output: string, nonce: string): Map<string, string> | undefined {
  const [start, end] = [`${nonce} begin\n`, `${nonce} end\n`];
  if (!output.startsWith(start)) return undefined;
  const parts = new Map<string, string>();
  let at = start.length;
  while (!(output.startsWith(end, at) && at + end.length === output.length)) {
    const lineEnd = output.indexOf('\n', at);
    const header = lineEnd < 0 ? null : /^(\S+) (\d{1,9})$/.exec(output.slice(at, lineEnd));
    if (header === null) return undefined;
    const [, name = '', length = ''] = header;
    const bodyEnd = lineEnd + 1 + Number(length);
    if (output[bodyEnd] !== '\n' || parts.has(name)) return undefined;
    parts.set(name, output.slice(lineEnd + 1, bodyEnd));
    at = bodyEnd + 1;
  }
  return parts;
}

function linesOf(text = ''): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function readFiles(parts: ReadonlyMap<string, string>): PortFile[] {
  const hashes = new Map(
    linesOf(parts.get('hashes')).map((line) => [line.replace(/^[0-9a-f]{64}\s+\*?\.\//, ''), line.slice(0, 64)]),
  );
  const links = new Map(linesOf(parts.get('links')).map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
  return linesOf(parts.get('files')).flatMap((line) => {
    const [, mode = '', size = '', path = ''] = /^(\d+) (\d+) \.\/(.*)$/.exec(line) ?? [];
    if (path === '') return [];
    const link = links.get(path);
    const sha256 = link ?? hashes.get(path) ?? '';
    const kind = link !== undefined ? 'link' : hashes.has(path) ? 'file' : 'other';
    return [{path, kind, mode, size: kind === 'link' ? 0 : Number(size), sha256} as const];
  });
}

function readTexts(parts: ReadonlyMap<string, string>): Record<string, string> {
  const texts = [...parts].filter(([name]) => name.startsWith('text:'));
  return Object.fromEntries(texts.map(([name, text]) => [name.replace(/^text:\.\//, ''), text]));
}

function readEvaluation(parts: ReadonlyMap<string, string>, of: Surrounding, missing: string[]): Evaluation {
  const directory = parts.get('directory') ?? '';
  const aside = parts.get('aside') || '/portwright-effect';
  const normalize = (text: string): string => text.replaceAll(WORK_PREFIX[of], WORK_PREFIX.proof).replaceAll(aside, OURS);
  const values = normalize(parts.get(`values:${of}`) ?? '').split('\n');
  const complete = parts.get(`status:${of}`)?.trim() === '0' && values.length === VARIABLES.length + 2 && values.at(-1) === '';
  if (!complete) {
    missing.push(`make could not evaluate the variables (${of}): ${lastLine(parts.get(`errors:${of}`))}`);
    return {variables: {}, targets: {}, makefiles: []};
  }
  const printed = normalize(parts.get(`graph:${of}`) ?? '');
  const graph = readGraph(printed);
  if (graph === undefined) missing.push(`make did not print its targets (${of}): ${lastLine(parts.get(`errors:${of}`))}`);
  const makefiles = (values[VARIABLES.length] ?? '').split(/\s+/).filter((path) => path !== '' && !path.startsWith(`${OURS}/`));
  return {
    variables: {...Object.fromEntries(VARIABLES.map((name, at) => [name, values[at] ?? ''])), [MAKE_FLAGS]: makeFlags(printed)},
    targets: graph ?? {},
    makefiles: makefiles.map((path) => (path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path)),
  };
}

/** Every line of make's dump of variables that may be the one of its flags, without the name of the dump. */
function makeFlags(printed: string): string {
  const lines = printed.split('\n').filter((line) => /^\.MAKEFLAGS\s*=/.test(line));
  return lines
    .map((line) => line.replace(/^\S+\s*=\s*/, '').replace(/-d F\S+/, ''))
    .join(' ')
    .trim();
}

function lastLine(text = ''): string {
  return linesOf(text).at(-1)?.slice(0, 300) ?? 'it printed no error';
}
