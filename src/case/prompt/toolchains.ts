import {nodesOf, piecesOf} from '../../dops/makefile/query-makefile.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import {splitBlanks} from '../../dops/syntax/unicode-blank.ts';
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
 * Returns the tool chains of a port, from USES, GNU_CONFIGURE and USE_GMAKE in its Makefiles and overlay.dops and from the
 * names of its files and patches. Considers both the composed port and its overlay, since either may lack files of the other.
 */
export function toolchainsOf(files: readonly PortFile[]): string[] {
  const found = new Set(files.flatMap((file) => [...fromName(file.path), ...fromMakefile(file)]));
  return TOOLCHAINS.filter((tool) => found.has(tool));
}

function fromName(path: string): Toolchain[] {
  return BY_FILE.flatMap(([pattern, tool]) => (pattern.test(path) ? [tool] : []));
}

function fromMakefile({path, text}: PortFile): Toolchain[] {
  if (/(^|\/)overlay\.dops$/.test(path)) return fromOverlay(text);
  if (!/(^|\/)Makefile(\.(DragonFly|local|common|inc))?$/.test(path)) return [];
  return nodesOf(readMakefile(text), 'assignment').flatMap((node) => fromVariable(node.name, piecesOf(node)));
}

function fromOverlay(text: string): Toolchain[] {
  return parseOverlay(text).statements.flatMap((one) =>
    one.kind === 'mk.var.set' || one.kind === 'mk.var.token_add' ? fromVariable(one.name, splitBlanks(one.value)) : [],
  );
}

function fromVariable(name: string, pieces: readonly string[]): Toolchain[] {
  const comment = pieces.findIndex((one) => one.startsWith('#'));
  const values = comment < 0 ? pieces : pieces.slice(0, comment);
  if (/^(\w+_)?USES$/.test(name)) return fromUses(values);
  const isSet = /^yes/i.test(values[0] ?? '');
  if (name === 'GNU_CONFIGURE' && isSet) return ['autoconf'];
  return name === 'USE_GMAKE' && isSet ? ['gmake'] : [];
}

function fromUses(values: readonly string[]): Toolchain[] {
  const names = values.map((name) => name.replace(/:.*$/, ''));
  return names.flatMap((name) => (Object.hasOwn(BY_USES, name) ? [BY_USES[name] as Toolchain] : []));
}
