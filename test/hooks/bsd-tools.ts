import {chmodSync, existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {read} from './build-host.ts';

/** Tools of the hooks, and the option letters that FreeBSD's and DragonFly's have in common with POSIX. */
const OPTIONS: Readonly<Record<string, string>> = {
  awk: 'Fvf',
  cat: 'u',
  cmp: 'lsx',
  cp: 'HLPRafinp',
  date: 'u',
  find: '',
  grep: 'EFcefilnqsvx',
  gzip: '9c',
  id: 'Ggnru',
  ls: 'ACFHLRSacdfiklmnopqrstux1',
  mkdir: 'pm',
  mv: 'fi',
  nice: 'n',
  printf: '',
  ps: 'ao',
  rm: 'Rfr',
  rmdir: 'p',
  sed: 'Eefn',
  sort: 'bcdfikmnortu',
  tail: 'cfn',
  tr: 'cds',
  wc: 'clmw',
};
const GNU_PRIMARIES = ['-printf', '-regextype', '-executable', '-readable', '-writable', '-quit', '-wholename'];

/**
 * A directory with the tools of a BSD: they refuse every option that only GNU's have, `cp -P` without `-R` follows links, awk is the one true
 * awk, and there is no other tool.
 */
export class BsdTools {
  readonly dir: string;
  readonly #refusals: string;

  constructor(top: string) {
    this.dir = join(top, 'bsd-bin');
    this.#refusals = join(top, 'refusals');
    mkdirSync(this.dir);
    for (const [tool, letters] of Object.entries(OPTIONS)) {
      const path = join(this.dir, tool);
      writeFileSync(path, this.#wrapper(tool, letters));
      chmodSync(path, 0o755);
    }
  }

  /** Options that were refused, a line each. */
  get refused(): string {
    return existsSync(this.#refusals) ? read(this.#refusals) : '';
  }

  #wrapper(tool: string, letters: string): string {
    const program = tool === 'awk' ? 'original-awk' : tool;
    const check = tool === 'find' ? findCheck() : optionCheck(tool, letters);
    return `#!/bin/dash
PATH=/usr/bin:/bin
refuse() { echo "${tool}: $1" | tee -a '${this.#refusals}' >&2; exit 64; }
${check}
exec ${program} "$@"
`;
  }
}

function findCheck(): string {
  return `for one in "$@"; do case $one in ${GNU_PRIMARIES.join(' | ')}) refuse "$one" ;; esac; done`;
}

function optionCheck(tool: string, letters: string): string {
  const class_ = tool === 'printf' ? '' : `[!${letters}${tool === 'ps' ? 'p' : ''}]`;
  const check = class_ === '' ? ':' : `case \${one#-} in *${class_}*) refuse "$one" ;; esac`;
  const valued = ['awk', 'tail', 'sort', 'ps', 'nice'].includes(tool) ? 'break' : ':';
  const follow = tool === 'cp' ? 'case $1 in -P) shift; set -- -L "$@" ;; esac' : '';
  return `for one in "$@"; do
  case $one in
  --) break ;;
  --*) refuse "$one" ;;
  -?*) ${check}; ${valued} ;;
  *) break ;;
  esac
done
${follow}`;
}

/** Shells of the hooks: DragonFly's sh is an ash like dash; mksh shows what only that has. */
export const SHELLS = ['dash', 'mksh'] as const;
