import {patchedFiles} from '../../dops/check/lost-patches.ts';
import {isOperation} from '../../dops/plan.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {isCompat} from './dops-overlay.ts';
import type {OverlayContents} from './overlay-directory.ts';
import {MOST_SOURCE_BYTES} from './patch-source-scripts.ts';
import {failed, scriptRefusal} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** The diff of an overlay that changes a file of the port. Texts are bytes, one character each. */
export interface DiffPlace {
  /** Path below the overlay. */
  readonly path: string;
  /** The diff as it is stored, empty for a new one. */
  readonly stored: string;
  /** Diffs of the same file that are applied before it, joined. */
  readonly earlier: string;
  /** Its parts on other files. */
  readonly others: string;
}

/** Returns where the diff of a port's file stands: the last one that changes the file, or a new one by the tree's custom, `/` as `_` and `_` doubled. */
export function diffPlaceOf(state: OverlayContents, name: string): DiffPlace {
  const touching = diffsIn(state).filter((path) => patchedFiles(state.files, path).includes(name));
  const path = touching.at(-1) ?? `diffs/${name.replaceAll('_', '__').replaceAll('/', '_')}.diff`;
  const stored = bytesIn(state, path);
  const earlier = touching
    .slice(0, -1)
    .map((one) => bytesIn(state, one))
    .join('');
  return {path, stored, earlier, others: withoutFile(stored, name)};
}

/** Returns the diffs of an overlay in the order in which they are applied. */
function diffsIn({dops, files}: OverlayContents): string[] {
  if (dops !== undefined)
    return dops.statements.filter(isOperation).flatMap((one) => (one.kind === 'patch.apply' ? [one.path] : []));
  return files.entries().flatMap(([path]) => (/^diffs\/[^/]+\.diff$/.test(path) ? [path] : []));
}

function bytesIn({files}: OverlayContents, path: string): string {
  const entry = files.get(path);
  return entry?.kind === 'file' ? Buffer.from(entry.bytes).toString('latin1') : '';
}

/** Returns the parts of a diff that change other files, without what tools write between them. */
function withoutFile(diff: string, name: string): string {
  const parts = diff.split(/^(?=--- [^\n]*\n\+\+\+ )/m).filter((part) => part.startsWith('--- '));
  const others = parts.filter((part) => /\n\+\+\+ ([^\t\r\n]+)/.exec(part)?.[1]?.trim() !== name);
  return others.join('').replace(/^(?:diff |Index: |=+$).*\n?/gm, '');
}

/** A file of the port without its diff, and with it. Texts are bytes, one character each. */
export interface PortFile {
  readonly base: string;
  readonly now: string;
  /** Whether all of the diff applied. */
  readonly applies: boolean;
}

/**
 * PORT NAME BYTES EXACT; on stdin earlier diffs, BYTES long, and the file's own: `all` or `part`, the number of bytes of the file without the own diff and
 * with it, and both. EXACT is `-F0` where compose takes no fuzz, or empty. The diffs are applied to a copy of FreeBSD's port.
 */
const SCRIPT = `${PRELUDE}
name=$2 exact=$4
aside=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$aside"' EXIT
trap 'exit 143' TERM INT HUP
cat >"$aside/all"
: >"$aside/earlier"
[ "$3" -eq 0 ] || head -c "$3" "$aside/all" >"$aside/earlier"
tail -c "+$(($3 + 1))" "$aside/all" >"$aside/own"
cp -RPp "$1" "$aside/port"
changed() { [ ! -s "$aside/$1" ] || patch -d "$aside/port" -p0 $exact -N -f <"$aside/$1" >/dev/null 2>&1; }
changed earlier || refuse 71 "The diffs before this one do not apply to FreeBSD's port: repair those first."
cat "$aside/port/$name" >"$aside/base"
applies=all
changed own || applies=part
[ -f "$aside/port/$name" ] || : >"$aside/port/$name"
printf '%s\\n%s\\n%s\\n' "$applies" "$(($(wc -c <"$aside/base")))" "$(($(wc -c <"$aside/port/$name")))"
cat "$aside/base" "$aside/port/$name"
`;

/** Reads a file of FreeBSD's port as it is composed without its diff, and with it. */
export async function readPortFile(
  context: ToolContext,
  state: OverlayContents,
  name: string,
  {earlier, stored}: DiffPlace,
): Promise<PortFile | ToolOutcome> {
  const {env, origin, signal} = context;
  const params = [`/work/freebsd-ports/${origin}`, name, `${earlier.length}`, isCompat(state) ? '-F0' : ''];
  const result = await runScript(env, SCRIPT, params, {
    stdin: Buffer.from(earlier + stored, 'latin1'),
    timeoutSeconds: 120,
    tailBytes: 2 * MOST_SOURCE_BYTES + 1024,
    encoding: 'latin1',
    signal,
  });
  const [head = '', applies, size] = /^(all|part)\n(\d+)\n\d+\n/.exec(result.stdout) ?? [];
  if (result.rc !== 0 || head === '' || result.stdoutTruncated)
    return scriptRefusal(result) ?? failed(`${name} of ${origin} was not read`, result);
  const end = head.length + Number(size);
  return {base: result.stdout.slice(head.length, end), now: result.stdout.slice(end), applies: applies === 'all'};
}
