import type {PortFile} from '../case/prompt/playbooks.ts';
import {type DevEnv, succeeded} from './client.ts';
import {PRELUDE, runScript} from './scripts.ts';

/** Most bytes of a file, as in the snapshot of a bundle. */
const FILE_BYTES = 65_535;
const MOST_FILES = 1000;
const MOST_BYTES = 16 << 20;

/** ORIGIN FILE_BYTES MOST_FILES. For each regular file a line `SIZE PATH`, its bytes and a newline. */
const READ = `${PRELUDE}
enter /work/freebsd-ports "/work/freebsd-ports/$1"
find . -type f -size "-$(($2 + 1))c" ! -path '*[!A-Za-z0-9._+@%,=~:#/-]*' | LC_ALL=C sort | head -n "$3" | while IFS= read -r path; do
  printf '%s %s\\n' "$(($(wc -c <"$path")))" "\${path#./}"
  cat "$path"
  echo
done
`;

/**
 * Returns the files of a port as FreeBSD has it, by paths relative to its directory, without those of 64 KB or more; undefined if the
 * dev-env has no such port.
 */
export async function readFreebsdPort(env: DevEnv, origin: string, signal?: AbortSignal): Promise<PortFile[] | undefined> {
  const options = {timeoutSeconds: 120, tailBytes: MOST_BYTES, encoding: 'latin1' as const, signal};
  const result = await runScript(env, READ, [origin, `${FILE_BYTES}`, `${MOST_FILES}`], options);
  return succeeded(result) && !result.stdoutTruncated ? splitFiles(Buffer.from(result.stdout, 'latin1')) : undefined;
}

function splitFiles(bytes: Buffer): PortFile[] {
  const files: PortFile[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = bytes.indexOf(10, at) + 1;
    const [, size = '', path = ''] = /^(\d+) (.+)$/.exec(bytes.toString('utf8', at, start - 1)) ?? [];
    if (start === 0 || path === '') break;
    const end = start + Number(size);
    files.push({path, text: bytes.toString('utf8', start, end)});
    at = end + 1;
  }
  return files;
}
