import type {Tree} from '../apply/tree.ts';
import {isCompatPath} from '../overlay-form.ts';
import {type Overlay, parseOverlay} from '../syntax/parse-overlay.ts';
import type {PortType} from '../syntax/statement.ts';
import {emitStatement} from './emit-statement.ts';

/** Returns an overlay with a header and no operations. */
export function createOverlay(origin: string, reason: string, type: PortType = 'port'): Overlay {
  const header = [
    emitStatement({kind: 'port', origin}),
    emitStatement({kind: 'type', type}),
    emitStatement({kind: 'reason', text: reason}),
    '',
    emitStatement({kind: 'target', selectors: ['@any']}),
  ];
  return parseOverlay(`${header.join('\n')}\n\n`);
}

/** A first overlay.dops, and the files that it replaces; or why a port cannot get one. */
export type FirstOverlay =
  | {readonly ok: true; readonly overlay: Overlay; readonly replaces: readonly string[]}
  | {readonly ok: false; readonly why: 'compat' | 'masked'};

/** Returns the overlay.dops that a port without one gets, by the other files of its overlay. STATUS becomes type and reason. */
export function firstOverlay(files: Tree, origin: string, reason: string): FirstOverlay {
  const paths = files.entries().flatMap(([path, {kind}]) => (kind === 'directory' ? [] : [path]));
  if (paths.some(isCompatPath)) return {ok: false, why: 'compat'};
  const status = readStatus(files);
  if (status.type === 'mask') return {ok: false, why: 'masked'};
  const type = paths.some((path) => path.startsWith('newport/')) ? 'dport' : status.type;
  const reasons = [reason, ...status.notes].join('; ');
  return {ok: true, overlay: createOverlay(origin, reasons, type), replaces: paths.filter((path) => path === 'STATUS')};
}

/** Reads the type of STATUS, its first word, and its lines that are no records of builds. */
function readStatus(files: Tree): {readonly type: PortType; readonly notes: readonly string[]} {
  const entry = files.get('STATUS');
  const text = entry?.kind === 'file' ? new TextDecoder().decode(entry.bytes) : '';
  const [first = '', ...lines] = text.split(/\r\n?|\n/);
  const word = /\w+/.exec(first)?.[0].toLowerCase() ?? 'port';
  const type = word === 'mask' || word === 'ignore' ? 'mask' : word === 'lock' || word === 'dport' ? word : 'port';
  const notes = lines
    .map((line) => line.replace(/^#/, '').trim())
    .filter((line) => line !== '' && !/^Last (attempt|success):/.test(line));
  return {type, notes};
}
