import {baseName} from '../text/base-name.ts';
import type {PortFile} from './playbooks.ts';
import type {Item} from './space.ts';
import {truncateMiddle} from './wrap-untrusted.ts';

/** Maximum characters of one file in a prompt. */
const FILE_CHARS = 32_768;

/** Returns a line with name and size for each file of a port's snapshot. A composed file equal to its overlay file is omitted. */
export function portFileList(files: readonly PortFile[]): string {
  return distinctFiles(files)
    .map(({path, text}) => `${path}  ${new TextEncoder().encode(text).length} bytes`)
    .join('\n');
}

/**
 * Returns the files that a triage prompt includes, most relevant first: those named by the findings, and the Makefiles.
 * `portFileList` lists all files.
 */
export function relevantFiles(files: readonly PortFile[], findings: string): Item[] {
  const ranked = distinctFiles(files).map(({path, text}) => ({
    path,
    rank: rank(path, findings),
    item: {title: safeTitle(path), text: truncateMiddle(text, FILE_CHARS)},
  }));
  const shown = ranked.filter((one) => one.rank < LISTED_RANK);
  shown.sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
  return shown.map((one) => one.item);
}

/** Returns a name that is safe outside of the data marks: without blanks it cannot contain instructions. */
export function safeTitle(path: string): string {
  return path.replace(/[^\w.+@,=~/-]+/g, '_').slice(0, 120);
}

/** Returns the files of a snapshot without the composed ones that equal their overlay file. */
export function distinctFiles(files: readonly PortFile[]): PortFile[] {
  const overlay = new Map(files.flatMap(({path, text}) => (path.startsWith('overlay/') ? [[path.slice(8), text] as const] : [])));
  return files.filter(({path, text}) => !path.startsWith('port/') || overlay.get(path.slice(5)) !== text);
}

const LISTED_RANK = 3;

function rank(path: string, findings: string): number {
  const name = baseName(path);
  if (name.length > 8 && !name.startsWith('Makefile') && findings.includes(name)) return 0;
  if (/^overlay\/(Makefile\.DragonFly|overlay\.dops)$/.test(path)) return 1;
  return path === 'port/Makefile' ? 2 : LISTED_RANK;
}
