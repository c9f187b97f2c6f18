/** A real source, broken on purpose, and how it is built. Commands are sh, run in the source's directory. */
export interface Break {
  /** Name of the log. */
  readonly name: string;
  /** Source package of Debian, by whose name the corpus is split; or another source that `fetch` gets. */
  readonly source: string;
  readonly origin: string;
  /** Gets the source into the current, empty directory, instead of Debian's package. */
  readonly fetch?: string;
  /** Below the unpacked source. */
  readonly dir?: string;
  /** What is broken before anything is configured. */
  readonly edit?: string;
  /** What a phase before `patch` runs, if it is that which fails. */
  readonly early?: string;
  /** The ports-like lines of the phase `patch`, where it is that which fails. */
  readonly patch?: string;
  readonly configure?: string;
  readonly build?: string;
  readonly stage?: string;
  readonly plist?: string;
  /** Phase that fails. */
  readonly fails: string;
  /** dsynth killed it: neither make nor the framework says anything more. */
  readonly killed?: true;
  /** The lines that name the cause: known, since it was made. All that match in the failing phase count. */
  readonly cause: RegExp;
  readonly class: string;
  readonly family: string;
  readonly note: string;
}

/** What the usual build systems run. */
export const AUTOCONF = {configure: './configure --prefix=/usr/local', build: 'gmake -j4', stage: 'gmake install DESTDIR=$STAGE'};
export const CMAKE = {
  configure: 'cmake -B build -G Ninja -DCMAKE_INSTALL_PREFIX=/usr/local .',
  build: 'ninja -j4 -v -C build',
  stage: 'DESTDIR=$STAGE ninja -C build install',
};
export const CMAKE_MAKE = {
  configure: 'cmake -B build -DCMAKE_INSTALL_PREFIX=/usr/local -DCMAKE_VERBOSE_MAKEFILE=ON .',
  build: 'gmake -j4 -C build',
  stage: 'gmake -C build install DESTDIR=$STAGE',
};
export const MESON = {
  configure: 'meson setup build --prefix /usr/local',
  build: 'ninja -j4 -v -C build',
  stage: 'DESTDIR=$STAGE ninja -C build install',
};
export const MAKE = {build: 'gmake -j4', stage: 'gmake install PREFIX=$STAGE/usr/local'};

/** What a break of a source's file usually ends as. */
export const COMPILE = {fails: 'build', class: 'compile-error', family: 'compiler'};
export const LINK = {fails: 'build', class: 'link-error', family: 'linker'};
export const CONFIGURE = {fails: 'configure', class: 'configure-error'};

/** sh that appends lines to a file. */
export function append(file: string, ...lines: readonly string[]): string {
  return `cat >>${file} <<'END_OF_LINES'\n${lines.join('\n')}\nEND_OF_LINES\n`;
}

/** sh that puts an include after the first one of a file. */
export function include(file: string, header: string): string {
  return `awk '{ print } !done && /^#[ \\t]*include/ { print "#include <${header}>"; done = 1 }' ${file} >${file}.new && mv ${file}.new ${file}\n`;
}

/** sh that checks what was staged against its own list after a change of it by sed, so that exactly that is wrong. */
export function plistAfter(sed: string): string {
  return `(cd $STAGE/usr/local && find . ! -type d) | sed 's|^\\./||' | sort | sed '${sed}' >pkg-plist; sh $CHECK_PLIST $STAGE pkg-plist`;
}
