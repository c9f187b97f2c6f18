import type {EffectChange} from './effect.ts';

/** Most names of a kind in a summary. */
const SHOWN = 4;
const LABELS: Readonly<Record<EffectChange['kind'], string>> = {
  file: 'files',
  variable: 'variables',
  target: 'targets',
  makefile: 'Makefiles read',
  command: 'commands run when make reads the port',
};

/** Returns one line on what changes and what does not. */
export function summaryOf(changes: readonly EffectChange[], missing: readonly string[]): string {
  if (missing.length > 0) return `The effect on the port is not known: ${missing[0]}`;
  const kinds = (Object.keys(LABELS) as EffectChange['kind'][]).filter((kind) => changes.some((one) => one.kind === kind));
  if (kinds.length === 0) return 'The composed port is the same with and without the diff.';
  const parts = kinds.map((kind) => `${LABELS[kind]}: ${namesOf(changes.filter((one) => one.kind === kind))}`);
  if (kinds.length === 1 && kinds[0] === 'file')
    return `Only files change: ${namesOf(changes)}. Variables, targets and the Makefiles that are read are the same.`;
  return `These change, nothing else: ${parts.join('; ')}.`;
}

function namesOf(changes: readonly EffectChange[]): string {
  const names = changes.slice(0, SHOWN).map(({kind, name, text}) => (kind === 'file' ? `${name} (${text})` : name.slice(0, 80)));
  const more = changes.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
