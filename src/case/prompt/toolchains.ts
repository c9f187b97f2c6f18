import {type PortFile, TOOLCHAINS} from './playbooks.ts';

type Toolchain = (typeof TOOLCHAINS)[number];

/** Tool chains by USES. */
const BY_USES: Readonly<Record<string, Toolchain>> = {
  autoreconf: 'autoconf',
  automake: 'autoconf',
  autotools: 'autoconf',
  cargo: 'cargo',
  cmake: 'cmake',
  compiler: 'c',
  gmake: 'gmake',
  gnumake: 'gmake',
  go: 'go',
  libtool: 'libtool',
  meson: 'meson',
  perl5: 'perl5',
  pkgconfig: 'pkg-config',
  python: 'python',
};

/** Tool chains by file name, or by the name of a patch for the file. */
const BY_FILE: readonly (readonly [RegExp, Toolchain])[] = [
  [/(^|[/_-])(configure(\.ac|\.in)?|Makefile\.(am|in)|config\.(sub|guess))$/, 'autoconf'],
  [/\.(c|h|cc|cpp|cxx|hpp)$/, 'c'],
  [/(^|[/_-])(Cargo\.(toml|lock)|Makefile\.crates|build\.rs)$|\.rs$/, 'cargo'],
  [/(^|[/_-])CMakeLists\.txt$|\.cmake$/, 'cmake'],
  [/(^|[/_-])GNUmakefile$/, 'gmake'],
  [/(^|[/_-])go\.(mod|sum)$|\.go$/, 'go'],
  [/(^|[/_-])ltmain\.sh$/, 'libtool'],
  [/(^|[/_-])meson(\.build|_options\.txt|\.options)$/, 'meson'],
  [/(^|[/_-])Makefile\.PL$|\.xs$/, 'perl5'],
  [/\.pc(\.in)?$/, 'pkg-config'],
  [/(^|[/_-])(setup\.(py|cfg)|pyproject\.toml)$/, 'python'],
];

/**
 * Returns the tool chains of a port, from USES, GNU_CONFIGURE and USE_GMAKE in its Makefiles and from the names of its files
 * and patches. Considers both the composed port and its overlay, since either may lack files of the other.
 */
export function toolchainsOf(files: readonly PortFile[]): string[] {
  const found = new Set(files.flatMap((file) => [...fromName(file.path), ...fromMakefile(file)]));
  return TOOLCHAINS.filter((tool) => found.has(tool));
}

function fromName(path: string): Toolchain[] {
  return BY_FILE.flatMap(([pattern, tool]) => (pattern.test(path) ? [tool] : []));
}

function fromMakefile({path, text}: PortFile): Toolchain[] {
  if (!/(^|\/)Makefile(\.(DragonFly|local|common|inc))?$/.test(path)) return [];
  const found: Toolchain[] = [];
  for (const [, name = '', value = ''] of logicalLines(text).matchAll(/^[ \t]*(\w+)[ \t]*[+?:]?=[ \t]*(.*)$/gm)) {
    if (/^(\w+_)?USES$/.test(name)) found.push(...fromUses(value));
    if (name === 'GNU_CONFIGURE' && /^yes/i.test(value)) found.push('autoconf');
    if (name === 'USE_GMAKE' && /^yes/i.test(value)) found.push('gmake');
  }
  return found;
}

function fromUses(value: string): Toolchain[] {
  const names = value.split(/\s+/).map((name) => name.replace(/:.*$/, ''));
  return names.flatMap((name) => (Object.hasOwn(BY_USES, name) ? [BY_USES[name] as Toolchain] : []));
}

/** Returns a Makefile with continued lines joined and comments removed. */
function logicalLines(text: string): string {
  return text.replace(/\\\r?\n/g, ' ').replace(/(^|[^\\])#.*$/gm, '$1');
}
