import {stat} from 'node:fs/promises';
import type {Fix} from '../case/review/fixes.ts';
import {plainText} from '../case/text/plain-text.ts';
import {isOrigin, portName} from '../case/types.ts';
import {readFixes, rebuildFixes} from '../evidence/fixes.ts';
import {RecordStore} from '../evidence/store.ts';
import {rootsToRead} from './roots.ts';
import {terminalTable, withProgress} from './terminal.ts';
import {UsageError} from './usage-error.ts';

export interface FixesOptions {
  readonly origin?: string;
  readonly signature?: string;
  readonly class?: string;
  readonly diff?: boolean;
  readonly rebuild?: boolean;
  readonly json?: boolean;
}

/** `portwright fixes`: prints the proved fixes in the evidence, newest first, with the operators' verdict; with `diff` their diffs. */
export async function fixes(options: FixesOptions): Promise<void> {
  const {origin, signature} = options;
  if (origin !== undefined && !isOrigin(origin))
    throw new UsageError(`--origin takes category/port; got ${JSON.stringify(origin)}.`);
  if (signature !== undefined && !/^[0-9a-f]{16}$/.test(signature))
    throw new UsageError(`--signature takes 16 hex digits, as \`portwright show\` has them; got ${JSON.stringify(signature)}.`);
  const found: {fix: Fix; diff: string}[] = [];
  for (const root of rootsToRead()) {
    const store = new RecordStore(root);
    const isThere = (await stat(root).catch(() => undefined))?.isDirectory();
    // No root is created: `--rebuild` writes an index only into evidence.
    for (const fix of options.rebuild && isThere
      ? await withProgress(`reading the archives below ${root}`, () => rebuildFixes(root))
      : await readFixes(root)) {
      if (isWanted(fix, options)) found.push({fix, diff: await store.text(fix.diff).catch(() => '')});
    }
  }
  if (options.json)
    return console.log(
      JSON.stringify(
        found.map(({fix, diff}) => ({...fix, diffText: diff})),
        null,
        2,
      ),
    );
  if (found.length === 0) return console.log(`No proved fix${describe(options)} is known below ${rootsToRead().join(', ')}.`);
  if (!options.diff) return console.log(plainText(listText(found.map(({fix}) => fix))));
  for (const {fix, diff} of found)
    console.log(`${plainText(`${headOf(fix)}\n${fix.note}\n\n${diff.trimEnd() || '(its diff is missing)'}`)}\n`);
}

function isWanted({port, signature, classification}: Fix, wanted: FixesOptions): boolean {
  return (
    (wanted.origin === undefined || port.origin === wanted.origin) &&
    (wanted.signature === undefined || signature === wanted.signature) &&
    (wanted.class === undefined || classification === wanted.class)
  );
}

function describe({origin, signature, class: cls}: FixesOptions): string {
  const parts = [origin && `of ${origin}`, signature && `for ${signature}`, cls && `of class ${cls}`].filter(Boolean);
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

function listText(all: readonly Fix[]): string {
  const rows = all.map((fix) => [
    fix.atUtc.slice(0, 10),
    portName(fix.port),
    fix.port.target,
    fix.classification ?? '',
    fix.verdict,
    fix.by ?? 'a model',
    fix.signature,
  ]);
  return terminalTable([['Date', 'Port', 'Target', 'Class', 'Verdict', 'By', 'Signature'], ...rows]);
}

function headOf({port, atUtc, verdict, classification}: Fix): string {
  return `${port.origin} ${port.target}, ${atUtc.slice(0, 10)}, ${classification ?? 'no class'}: ${verdict}`;
}
