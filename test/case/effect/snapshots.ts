import type {Evaluation, PortFile, PortSnapshot, PortTarget} from '../../../src/case/effect/snapshot.ts';

/** Differences of a snapshot from `BEFORE`. */
export interface Given {
  readonly files?: readonly PortFile[];
  readonly texts?: Readonly<Record<string, string>>;
  /** Under both surroundings. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly targets?: Readonly<Record<string, PortTarget>>;
  readonly makefiles?: readonly string[];
  /** In addition, in a bulk build only. */
  readonly bulk?: Partial<Evaluation>;
  readonly commands?: readonly string[];
  readonly missing?: readonly string[];
}

export const file = (path: string, sha256 = 'a', more: Partial<PortFile> = {}): PortFile => ({
  path,
  kind: 'file',
  mode: '644',
  size: 1,
  sha256,
  ...more,
});
export const target = (commands: readonly string[], sources: readonly string[] = []): PortTarget => ({sources, commands});

export const FILES = [file('Makefile'), file('distinfo'), file('pkg-plist'), file('files/patch-a.c')];
const VARIABLES = {
  PORTNAME: 'foo',
  PKGNAME: 'foo-1.0',
  CC: 'cc',
  CFLAGS: '-O2 -pipe -fstack-protector-strong',
  LIB_DEPENDS: 'libssl.so:security/openssl libz.so:archivers/z',
  USES: 'ssl gmake alias',
  OPTIONS_DEFAULT: 'NLS SSL',
  MASTER_SITES: 'https://example.invalid/',
  LICENSE: 'MIT',
  MAKE_ENV: 'CC=cc CFLAGS=-O2\\ -pipe',
};
const TARGETS = {
  'do-build': target(['@cd ${BUILD_WRKSRC} && ${MAKE}']),
  _checksum: target(['@${CHECK}']),
  'post-patch': target([]),
  'lib-depends': target(["@what='${:Ulibz.so\\:archivers/z:C/:.*//}'"]),
  build: target([], ['configure', 'do-build', '_checksum']),
};
const MAKEFILES = ['/usr/share/mk/sys.mk', 'Makefile', '/usr/ports/Mk/bsd.port.mk'];

/** Returns a snapshot of a small port with differences. */
export function snapshot(given: Given = {}): PortSnapshot {
  const proof: Evaluation = {
    variables: {...VARIABLES, ...given.variables},
    targets: {...TARGETS, ...given.targets},
    makefiles: given.makefiles ?? MAKEFILES,
  };
  const bulk: Evaluation = {
    variables: {...proof.variables, ...given.bulk?.variables},
    targets: {...proof.targets, ...given.bulk?.targets},
    makefiles: given.bulk?.makefiles ?? proof.makefiles,
  };
  const {files = FILES, texts = {}, commands = ['uname -r'], missing = []} = given;
  return {files, texts, evaluations: {proof, bulk}, commands, missing};
}

export {MAKEFILES};
