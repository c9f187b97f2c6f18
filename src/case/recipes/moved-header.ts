import type {Finding} from '../evidence/root-causes/finding.ts';
import {type Chain, chainsOf} from './branches.ts';
import {cRole} from './c-conditions.ts';
import {factsOf} from './facts.ts';
import {fixDiff} from './fix-diff.ts';
import {overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';
import {sourcePatchChanges} from './source-patch.ts';
import {pathIn, placeOf, type SourcePlace} from './source-place.ts';

/** Headers of FreeBSD and where DragonFly has them: by a pattern and its replacement. */
const MOVED: readonly (readonly [RegExp, string])[] = [
  [/^cam\/((?:scsi\/)?\w+\.h)$/, 'bus/cam/$1'],
  [/^dev\/usb\/(\w+\.h)$/, 'bus/u4b/$1'],
  [/^dev\/pci\/(\w+\.h)$/, 'bus/pci/$1'],
  [/^dev\/ppbus\/ppi\.h$/, 'dev/misc/ppi/ppi.h'],
  [/^net80211\/(\w+\.h)$/, 'netproto/802_11/$1'],
  [/^net\/(pfvar\.h|if_pflog\.h|if_pfsync\.h)$/, 'net/pf/$1'],
  [/^net\/(if_tap\.h|if_tapvar\.h)$/, 'net/tap/$1'],
  [/^net\/(if_tun\.h|if_tunvar\.h)$/, 'net/tun/$1'],
  [/^net\/(if_vlan_var\.h|if_vlan_ether\.h)$/, 'net/vlan/$1'],
  [/^net\/if_bridgevar\.h$/, 'net/bridge/if_bridgevar.h'],
  [/^netinet\/ip_fw\.h$/, 'net/ipfw/ip_fw.h'],
  [/^netinet\/ip_dummynet\.h$/, 'net/dummynet/ip_dummynet.h'],
  [/^ufs\/(?:ufs|ffs)\/(\w+\.h)$/, 'vfs/ufs/$1'],
  [/^fs\/(msdosfs|ntfs|smbfs|udf|nwfs)\/(\w+\.h)$/, 'vfs/$1/$2'],
  [/^isofs\/cd9660\/(\w+\.h)$/, 'vfs/isofs/cd9660/$1'],
  [/^sys\/ata\.h$/, 'sys/nata.h'],
  [/^sys\/disk\.h$/, 'sys/diskslice.h'],
];

/** sys/disk.h is there, and refuses programs. */
const REFUSED = /\/include\/(sys\/disk\.h):\d+:(?:\d+:)? (?:fatal )?error: .*should not be included by userland/;
const INCLUDE = /^(\s*#\s*)include\s*<([\w./+-]+)>/;

/** Includes headers from where DragonFly has them, in the file that the first error names. */
export const movedHeader: Recipe = {
  name: 'error-moved-header',
  wants(input) {
    const place = includingPlace(input);
    return place === undefined ? undefined : [place.path];
  },
  fix(input, sources): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const place = includingPlace(input);
    const file = place && pathIn(sources, place.path);
    if (overlay === undefined || place === undefined || file === undefined) return undefined;
    const edits = new Map([[file, (text: string) => withMovedHeaders(text, place.line)]]);
    const diff = fixDiff(overlay, sourcePatchChanges(overlay, sources, edits, `headers that ${file} includes`));
    if (diff === undefined) return undefined;
    const header = missingHeader(input);
    const note = `DragonFly has no ${header} for programs; ${file} includes ${newPlace(header ?? '')} there instead.`;
    return {diff, note, review: `Check that ${newPlace(header ?? '')} declares all that ${file} takes from ${header}.`};
  },
};

function firstCause({causes}: RecipeInput): Finding | undefined {
  return causes.findings.find(({kind}) => kind === 'cause');
}

function missingHeader(input: RecipeInput): string | undefined {
  return REFUSED.exec(firstCause(input)?.text ?? '')?.[1] ?? factsOf(input, 'header')[0];
}

/** Returns where DragonFly has a header; undefined if it is not known to be moved. */
function newPlace(header: string): string | undefined {
  const found = MOVED.find(([pattern]) => pattern.test(header));
  return found && header.replace(found[0], found[1]);
}

/** Returns the line that includes the header: that of the error, or of the last `In file included from` above an error in the header. */
function includingPlace(input: RecipeInput): SourcePlace | undefined {
  const first = firstCause(input);
  const header = missingHeader(input);
  if (first === undefined || header === undefined || newPlace(header) === undefined) return undefined;
  if (!REFUSED.test(first.text)) return placeOf(input, first.text);
  const at = first.context.lines.indexOf(first.text);
  const above = first.context.lines.slice(0, at < 0 ? undefined : at);
  const [, place] = /^In file included from (\S+:\d+)[:,]/.exec(includedFrom(above) ?? '') ?? [];
  return place === undefined ? undefined : placeOf(input, `${place}:`);
}

/** Returns the first line of the last `In file included from`, whose further lines are the outer files. */
function includedFrom(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => line.startsWith('In file included from '));
}

/** Returns the text with conditions around its includes of moved headers; undefined if the line has none, or it depends on DragonFly. */
function withMovedHeaders(text: string, line: number): string | undefined {
  const lines = text.split('\n');
  const chains = chainsOf(lines, cRole);
  const included = lines.map((one) => newPlace(INCLUDE.exec(one)?.[2] ?? ''));
  const moved = [...included.keys()].filter((index) => included[index] !== undefined);
  if (chains === undefined || !moved.includes(line - 1) || moved.some((index) => isDecided(lines, chains, index)))
    return undefined;
  const result: string[] = [];
  for (let from = 0; from < lines.length; ) {
    const to = runEnd(included, from);
    result.push(...(to === from ? lines.slice(from, from + 1) : conditional(lines.slice(from, to))));
    from = Math.max(to, from + 1);
  }
  return result.join('\n');
}

/** Returns whether a line is under a condition on DragonFly, or beside one. */
function isDecided(lines: readonly string[], chains: readonly Chain[], index: number): boolean {
  return chains.some((chain) => {
    const isAround = index >= (chain[0]?.from ?? 0) && index < (chain.at(-1)?.end ?? 0);
    return isAround && chain.some(({from, to}) => lines.slice(from, to).join(' ').includes('__DragonFly__'));
  });
}

/** Returns the index behind the includes of moved headers that begin at an index. */
function runEnd(included: readonly (string | undefined)[], from: number): number {
  const length = included.slice(from).indexOf(undefined);
  return length < 0 ? included.length : from + length;
}

function conditional(includes: readonly string[]): string[] {
  const head = /^\s*#\s*/.exec(includes[0] ?? '')?.[0] ?? '#';
  const moved = includes.map((line) =>
    line.replace(/<([\w./+-]+)>/, (_all, header: string) => `<${newPlace(header) ?? header}>`),
  );
  return [`${head}ifdef __DragonFly__`, ...new Set(moved), `${head}else`, ...includes, `${head}endif`];
}
