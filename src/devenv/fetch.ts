import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {type DistFile, DistinfoError, downloadUrls, parseDistinfo} from '../case/evidence/distinfo.ts';
import {isOrigin} from '../case/types.ts';
import type {DevEnv} from './client.ts';
import {ownDevEnv} from './command.ts';
import {DownloadError, download} from './download.ts';
import {openDevEnv} from './exec.ts';
import {PORT_MAKE} from './port-scripts.ts';
import {PRELUDE, runScript} from './scripts.ts';

export interface Fetched {
  readonly name: string;
  readonly how: 'there already' | 'fetched' | 'failed';
  /** The address that it came from, or why none had it. */
  readonly detail: string;
}

/** ORIGIN. Prints what the composed port wants, by make inside: nothing of it is run or trusted outside. */
const WANTED = `${PRELUDE}
origin=$1 flavor=${PORT_MAKE}
composed
values=$(port_make -V '\${DIST_SUBDIR:M*}' -V '\${DISTFILES:M*}' -V '\${MASTER_SITES:M*}' -V '\${PATCHFILES:M*}' -V '\${PATCH_SITES:M*}' -V '\${DISTINFO_FILE:M*}')
printf '%s\\n' "$values"
head -c 1048576 "$(printf '%s\\n' "$values" | sed -n 6p)" 2>/dev/null || :
`;

/** Lines `SHA256 NAME` on stdin: prints the names of the files that are there and right. */
const THERE = `${PRELUDE}
cd /usr/distfiles
while read -r digest name; do
  if [ -f "./$name" ] && [ "$(sha256 <"./$name")" = "$digest" ]; then printf '%s\\n' "$name"; fi
done
`;

/** NAME, the file on stdin. */
const STORE = `set -eu
cd /usr/distfiles
case $1 in */*) mkdir -p "./\${1%/*}" && cd -P "./\${1%/*}" ;; esac
case $(pwd -P)/ in /usr/distfiles/*) ;; *) echo "a link leads out of /usr/distfiles" >&2; exit 1 ;; esac
fresh=$(mktemp -d ./.new.XXXXXX)
trap 'rm -rf "$fresh"' EXIT
cat >"$fresh/\${1##*/}"
mv -f "$fresh/\${1##*/}" .
`;

/**
 * Fetches the distfiles of a composed port from outside of the isolation into a Linux dev-env, each only if size and SHA-256 are those of
 * distinfo. `sites` are asked first, and may be anywhere; the port's own must be on the public network. Throws `DistinfoError`, or an
 * error with the reason, where nothing can be fetched; a file that no site has is a result.
 */
export async function fetchDistfiles(
  name: string,
  origin: string,
  {sites = [], env = process.env}: {readonly sites?: readonly string[]; readonly env?: NodeJS.ProcessEnv} = {},
): Promise<Fetched[]> {
  if (!isOrigin(origin)) throw new Error(`An origin must be category/port; got ${JSON.stringify(origin.slice(0, 100))}.`);
  const devEnv = openDevEnv(name, {command: [ownDevEnv()], env});
  const asked = await runScript(devEnv, WANTED, [origin], {timeoutSeconds: 600, tailBytes: 4 << 20});
  if (asked.rc !== 0) throw new Error(asked.stderr.trim());
  const [subdir = '', files = '', masters = '', patches = '', patchSites = '', , ...distinfo] = asked.stdout.split('\n');
  const addresses = new Map([...downloadUrls(files, masters), ...downloadUrls(patches, patchSites)]);
  const known = parseDistinfo(distinfo.join('\n'));
  if (addresses.size === 0) return [];
  const prefix = subdir.trim() === '' ? '' : `${subdir.trim()}/`;
  const all = [...addresses].map(([file, urls]) => {
    const wanted = known.find((one) => one.name === prefix + file);
    if (wanted === undefined) throw new DistinfoError(`distinfo of ${origin} must name ${prefix}${file}; it does not.`);
    const first = sites.map((site) => ({url: `${site.replace(/\/*$/, '/')}${wanted.name}`, anywhere: true}));
    return {wanted, places: [...first, ...urls.map((url) => ({url, anywhere: false}))]};
  });
  const there = await filesThere(
    devEnv,
    all.map(({wanted}) => wanted),
  );
  const results: Fetched[] = [];
  for (const {wanted, places} of all) {
    if (there.has(wanted.name)) results.push({name: wanted.name, how: 'there already', detail: `${wanted.size} bytes`});
    else results.push(await fetchOne(name, wanted, places, env));
  }
  return results;
}

async function filesThere(devEnv: DevEnv, files: readonly DistFile[]): Promise<ReadonlySet<string>> {
  const stdin = files.map(({sha256, name}) => `${sha256} ${name}\n`).join('');
  const {stdout} = await runScript(devEnv, THERE, [], {stdin, timeoutSeconds: 600, tailBytes: 4 << 20});
  return new Set(stdout.split('\n'));
}

async function fetchOne(
  devEnv: string,
  wanted: DistFile,
  places: readonly {readonly url: string; readonly anywhere: boolean}[],
  env: NodeJS.ProcessEnv,
): Promise<Fetched> {
  const why: string[] = places.length === 0 ? ['the port names no http or https site; name one by --site URL'] : [];
  const aside = await mkdtemp(join(tmpdir(), 'portwright-fetch-'));
  try {
    const path = join(aside, 'file');
    for (const {url, anywhere} of places) {
      try {
        await download(url, path, wanted, {anywhere});
      } catch (error) {
        if (!(error instanceof DownloadError)) throw error;
        why.push(error.message);
        continue;
      }
      // Without the protection of `--keep`: distfiles are read-only to what the worker runs.
      const argv = ['exec', '--cwd', '/usr/distfiles', devEnv, '--', '/bin/sh', '-c', STORE, 'portwright', wanted.name];
      await execa(ownDevEnv(), argv, {inputFile: path, env});
      return {name: wanted.name, how: 'fetched', detail: url};
    }
  } finally {
    await rm(aside, {recursive: true, force: true});
  }
  return {name: wanted.name, how: 'failed', detail: why.join(' ')};
}
