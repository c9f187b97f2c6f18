import {baseName} from '../../src/case/text/base-name.ts';
import type {FieldFix} from './read-field.ts';
import {patchOf} from './source-patch.ts';

export type Files = Readonly<Record<string, string>>;

/** The port, its overlay and its source where a delivered fix was needed, made small. */
export interface FailingState {
  readonly overlay: Files;
  readonly freebsd: Files;
  /** The source after files/ and before the overlay's patches. */
  readonly sources: Files;
  /** The overlay after a change with the effect of the delivered one; undefined where no rule could know it. */
  readonly delivered: Files | undefined;
}

/** What the first cause of a log names. */
interface Named {
  readonly fix: FieldFix;
  readonly text: string;
  /** The rejected file of the source, and the patch that failed. */
  readonly file: string;
  readonly patch: string;
  /** Number of hunks of the patch for this file. */
  readonly hunks: number;
}

const MAKEFILE = 'PORTNAME=\tport\nUSES=\tgmake\n\n.include <bsd.port.mk>\n';
const END = '\n.include <bsd.port.mk>\n';

/** Builds the state of a failure from what its log and the table have, by the pattern of its fix. */
export function failingState(fix: FieldFix): FailingState {
  const named = namedIn(fix);
  const build = BUILDERS[fix.pattern];
  return build === undefined ? unknown(named) : build(named);
}

function namedIn(fix: FieldFix): Named {
  const causes = fix.causes.findings.filter(({kind}) => kind === 'cause');
  const facts = Object.assign({}, ...causes.map((one) => one.facts).reverse());
  const texts = causes.map(({text}) => text);
  const hunks = Number(/out of (\d+) hunks?/.exec(texts.join('\n'))?.[1] ?? 1);
  const rejects = (facts.rejects ?? '').split('\n')[0] ?? '';
  return {
    fix,
    text: texts[0] ?? '',
    file: rejects === '' ? 'src/a.c' : rejects,
    patch: baseName(facts.patch ?? 'patch-a'),
    hunks,
  };
}

type Builder = (named: Named) => FailingState;

/** An overlay.dops with these statements. */
function dops({fix}: Named, ...statements: string[]): string {
  return [`port ${fix.origin}`, 'type port', 'reason "as it was"', 'target @any', '', ...statements, ''].join('\n');
}

/** A dragonfly patch that fails, in an overlay with another statement. */
function failedPatch(
  named: Named,
  text: string,
  source: string | undefined,
  after: string | undefined | 'dropped',
): FailingState {
  const path = `dragonfly/${named.patch}`;
  const other = 'mk add LDFLAGS "-lm"';
  const overlay = {'overlay.dops': dops(named, `file materialize ${path} -> ${path}`, other), [path]: text};
  const dropped = {'overlay.dops': dops(named, other)};
  const delivered = after === 'dropped' ? dropped : after === undefined ? undefined : {...overlay, [path]: after};
  return {overlay, freebsd: {Makefile: MAKEFILE}, sources: source === undefined ? {} : {[named.file]: source}, delivered};
}

const PART = (number: number, guard: string, call = `call_${number}(argument);`) =>
  `int first_of_${number};\n${guard}\n${call}\n#endif\nint last_of_${number};\n`;
const PLAIN = '#ifdef __FreeBSD__';
const BOTH = '#if defined(__FreeBSD__) || defined(__DragonFly__)';
const parts = (hunks: number, guard: string) =>
  Array.from({length: hunks}, (_one, at) => `${PART(at, guard)}\n\n\n\n\n\n`).join('');

/** A patch that extends conditions, and the source as upstream has it now. */
function obsolete(now: (hunks: number) => string): Builder {
  return (named) => {
    const text = patchOf(named.file, parts(named.hunks, PLAIN), parts(named.hunks, BOTH));
    return failedPatch(named, text, now(named.hunks), 'dropped');
  };
}

const guardGone = obsolete((hunks) => parts(hunks, '').replaceAll('#endif\n', ''));
const upstream = obsolete((hunks) => `int added_upstream;\n${parts(hunks, BOTH)}`);
const superseded: Builder = (named) => {
  const before = 'extern int errno;\nint main_function(void);\nint other_function(void);\n';
  const text = patchOf(named.file, before, before.replace('extern int errno;', '#include <errno.h>'));
  return failedPatch(named, text, '#include <stdio.h>\n#include <errno.h>\nint main_function(int);\n', 'dropped');
};
const configGuess: Builder = (named) => {
  const before = 'case x in\n    *:FreeBSD:*:*)\n\techo freebsd ;;\nesac\n';
  const text = patchOf(named.file, before, before.replace('esac', '    *:DragonFly:*:*)\n\techo dragonfly ;;\nesac'));
  return failedPatch(named, text, 'case y in\n    *:DragonFly:*:*)\n\tGUESS=dragonfly ;;\nesac\n', 'dropped');
};

/** The lines around a hunk changed. */
const moved: Builder = (named) => {
  const [before, now] = [PART(0, PLAIN), PART(0, PLAIN).replace('int first_of_0;', 'long first_of_0;')];
  const text = patchOf(named.file, before, PART(0, BOTH));
  return failedPatch(named, text, now, patchOf(named.file, now, now.replace(PLAIN, BOTH)));
};

/** Upstream changed other words of the line that the patch changes; where no rule could know the fix, all of it. */
const recut: Builder = (named) => {
  const [old, updated] = ['#if defined(__FreeBSD__) || defined(__OpenBSD__)', `${BOTH} || defined(__OpenBSD__)`];
  const text = patchOf(named.file, PART(0, old), PART(0, updated));
  if (named.fix.det !== 'N') return failedPatch(named, text, 'int rewritten;\nstatic void other(void);\n', undefined);
  const now = PART(0, `${old} || defined(__NetBSD__)`);
  return failedPatch(named, text, now, patchOf(named.file, now, PART(0, `${updated} || defined(__NetBSD__)`)));
};

const targetGone: Builder = (named) => {
  const text = patchOf(named.file, PART(0, PLAIN), PART(0, BOTH));
  // Where rules mend the first error only, another patch of the same failure has to be written again.
  if (named.fix.det === 'P') return {...failedPatch(named, text, undefined, 'dropped'), delivered: undefined};
  return failedPatch(named, text, undefined, 'dropped');
};
const targetMoved: Builder = (named) => {
  const now = `int new_file;\n${PART(0, PLAIN)}`;
  const place = named.file.replace(/(\.\w+)$/, '/mod$1');
  const text = patchOf(named.file, PART(0, PLAIN), PART(0, BOTH));
  const state = failedPatch(named, text, undefined, patchOf(place, now, `int new_file;\n${PART(0, BOTH)}`));
  return {...state, sources: {[place]: now}};
};

/** A command of dfly-patch that does not find its file. */
const commandPath: Builder = (named) => {
  const path = /: \/\S*?\/[^/]+\/[^/]+\/[^/]+\/(\S+?): No such file/.exec(named.text)?.[1];
  if (path === undefined) return unknown(named);
  const recipe = (...files: string[]) =>
    dops(
      named,
      "mk target set dfly-patch <<'MK'",
      ...files.map((file) => `\t\${REINPLACE_CMD} -e "s/a/b/" \${WRKSRC}/${file}`),
      'MK',
    );
  const inside = path.replace(/^(\.\.\/)+/, '');
  const present = inside === path ? {} : {[inside]: 'a\n'};
  const after =
    inside !== path
      ? recipe('src/a.c', inside)
      : named.fix.det === 'P'
        ? recipe('src/a.c', `${inside}.renamed`)
        : recipe('src/a.c');
  return {
    overlay: {'overlay.dops': recipe('src/a.c', path)},
    freebsd: {Makefile: MAKEFILE},
    sources: {'src/a.c': 'a\n', ...present},
    delivered: {'overlay.dops': after},
  };
};

const alias =
  (condition: boolean): Builder =>
  (named): FailingState => {
    const sources = {'src/main.c': PART(0, condition ? PLAIN : BOTH)};
    const overlay = {'overlay.dops': dops(named, 'mk add USES "alias"')};
    const state = {overlay, freebsd: {Makefile: MAKEFILE}, sources};
    const isFlag = /CFLAGS -D__FreeBSD__/.test(named.fix.fix);
    if (isFlag) return {...state, delivered: {'overlay.dops': dops(named, 'mk add CFLAGS "-D__FreeBSD__=9"')}};
    if (!condition) return {...state, delivered: {'overlay.dops': dops(named)}};
    const path = 'dragonfly/patch-src_main.c';
    const patch = patchOf('src/main.c', PART(0, PLAIN), PART(0, BOTH));
    return {...state, delivered: {'overlay.dops': dops(named, `file materialize ${path} -> ${path}`), [path]: patch}};
  };

/** A new dragonfly patch repairs one file of the source. */
function patched(named: Named, file: string, before: string, after: string, makefile = MAKEFILE): FailingState {
  const path = 'dragonfly/patch-of-the-fix';
  const operation = `file materialize ${path} -> ${path}`;
  return {
    overlay: {'overlay.dops': dops(named)},
    freebsd: {Makefile: makefile},
    sources: {[file]: before},
    delivered: {'overlay.dops': dops(named, operation), [path]: patchOf(file, before, after)},
  };
}

/** The place of a compiler's or CMake's message, with the path as the source has it. */
function placeIn(text: string): {file: string; line: number} | undefined {
  const [, path = '', line = ''] = /^(?:CMake Error at )?(?:\.\.\/)*(?:\.\/)?([\w./+-]+?):(\d+)/.exec(text) ?? [];
  return path === '' || path.startsWith('/') ? undefined : {file: path, line: Number(line)};
}

/** Lines of which the one at a place is the last. */
function upTo(line: number, head: readonly string[], tail: readonly string[]): string {
  const fill = Array.from({length: Math.max(0, line - head.length - tail.length)}, (_one, at) => `int filler_${at};`);
  return [...head, ...fill, ...tail].join('\n');
}

const guardExtend: Builder = (named) => {
  const place = placeIn(named.text);
  if (place === undefined) return unknown(named);
  const guard = '#if defined(__FreeBSD__) || defined(__NetBSD__)';
  const header = /fatal error: (\S+):/.exec(named.text)?.[1];
  const source =
    header === undefined
      ? upTo(place.line, [guard, '#include <needed.h>', '#endif'], ['use_of_it();', ''])
      : `${upTo(place.line, [], [guard, '#include <sys/mount.h>', '#else', `#include <${header}>`])}\n#endif\n`;
  return patched(
    named,
    place.file,
    source,
    source.replace('defined(__FreeBSD__)', 'defined(__FreeBSD__) || defined(__DragonFly__)'),
  );
};
const guardInFilesPatch: Builder = (named) => {
  const place = placeIn(named.text);
  const member = /no member named '(\w+)'/.exec(named.text)?.[1];
  if (place === undefined || member === undefined) return unknown(named);
  const source = upTo(place.line, ['struct state {', PLAIN, `\tint ${member};`, '#endif', '};'], [`use(state->${member});`, '']);
  return patched(named, place.file, source, source.replace(PLAIN, BOTH));
};
const guardInBuild: Builder = (named) => {
  const place = placeIn(named.text);
  if (place === undefined) return unknown(named);
  const head = [
    'if(CMAKE_SYSTEM_NAME STREQUAL "Linux")',
    'set(L 1)',
    'elseif(CMAKE_SYSTEM_NAME MATCHES "FreeBSD")',
    'set(F 1)',
    'else()',
  ];
  const source = `${upTo(place.line, [], [...head, 'message(FATAL_ERROR "Platform")'])}\nendif()\n`;
  return patched(named, place.file, source, source.replace('"FreeBSD"', '"FreeBSD|DragonFly"'));
};
const headerMoved: Builder = (named) => {
  const context = named.fix.causes.findings[0]?.context.lines.join('\n') ?? '';
  const place = placeIn(named.text) ?? placeIn(/In file included from (\S+:\d+)/.exec(context)?.[1] ?? '');
  const header = /fatal error: (\S+):/.exec(named.text)?.[1] ?? 'sys/disk.h';
  const there = HEADERS.find(([from]) => header.startsWith(from));
  if (place === undefined) return unknown(named);
  const source = `${upTo(place.line, [], [`#include <${header}>`])}\nint x;\n`;
  if (there === undefined) return {...patched(named, place.file, source, source), delivered: undefined};
  const now = `#include <${header.replace(there[0], there[1])}>`;
  const after = source.replace(`#include <${header}>`, `#ifdef __DragonFly__\n${now}\n#else\n#include <${header}>\n#endif`);
  return patched(named, place.file, source, after);
};
const HEADERS = [
  ['cam/', 'bus/cam/'],
  ['sys/disk.h', 'sys/diskslice.h'],
] as const;

const plist =
  (isKnown: boolean): Builder =>
  (named) => {
    const paths = named.fix.causes.findings
      .flatMap(({facts}) => (facts.unstaged ?? '').split('\n'))
      .filter((path) => path !== '');
    const stale = [...new Set(paths)].map((path) => path.replace('/usr/local/', ''));
    const kept = Array.from({length: 2 * stale.length + 4}, (_one, at) => `share/kept/${at}`);
    const lines = stale.map((path) => `text line-remove file pkg-plist exact "${path}"`);
    return {
      overlay: {'overlay.dops': dops(named)},
      freebsd: {Makefile: MAKEFILE, 'pkg-plist': `${[...kept, ...stale].join('\n')}\n`},
      sources: {},
      delivered: isKnown ? {'overlay.dops': dops(named, ...lines)} : undefined,
    };
  };

const werror: Builder = (named) => ({
  overlay: {'overlay.dops': dops(named)},
  freebsd: {Makefile: `PORTNAME=\tport\nUSES=\tmeson pkgconfig\n${END}`},
  sources: {'meson.build': "project('port', 'c', default_options: ['werror=true'])\n"},
  delivered: {'overlay.dops': dops(named, 'mk add MESON_ARGS "-Dwerror=false"')},
});
const iconv: Builder = (named) => ({
  overlay: {'overlay.dops': dops(named, 'mk add CFLAGS "-I${LOCALBASE}/include"')},
  freebsd: {Makefile: `PORTNAME=\tport\nUSES=\tcmake iconv\n${END}`},
  sources: {},
  delivered: {
    'overlay.dops': dops(named, 'mk add CFLAGS "-I${LOCALBASE}/include"', 'mk add LDFLAGS "-L${LOCALBASE}/lib -liconv"'),
  },
});
const crate: Builder = (named) => {
  const context = named.fix.causes.findings[0]?.context.lines.join('\n') ?? '';
  const path = /--> \/\S*?\/((?:cargo-crates|vendor)\/\S+?\/)src\//.exec(context)?.[1];
  if (path === undefined) return unknown(named);
  const gate = '#[cfg(any(target_os = "linux", target_os = "freebsd"))]\nmod internal;\n';
  const after = gate.replace('"freebsd"', '"freebsd", target_os = "dragonfly"');
  return patched(named, `${path}src/iter/mod.rs`, gate, after);
};

/** A state in which nothing but the failure is known: each recipe has to decline. */
function unknown(named: Named): FailingState {
  if (named.fix.causes.failedPhase === 'patch') return recut({...named, fix: {...named.fix, det: 'M'}});
  const place = placeIn(named.text);
  const sources = place === undefined ? {} : {[place.file]: upTo(place.line, [], ['int x;', ''])};
  return {overlay: {'overlay.dops': dops(named)}, freebsd: {Makefile: MAKEFILE}, sources, delivered: undefined};
}

const BUILDERS: Readonly<Record<string, Builder>> = {
  'patch-drop': guardGone,
  'patch-superseded': guardGone,
  'patch-upstream': upstream,
  'patch-superseded-files': superseded,
  'config-guess': configGuess,
  'patch-moved': moved,
  'patch-recut': recut,
  'patch-recut-guard': recut,
  'patch-target-gone': targetGone,
  'patch-target-moved': targetMoved,
  'dfly-patch-path': commandPath,
  'uses-alias-drop': alias(false),
  'uses-alias-cflags': alias(true),
  'guard-extend': guardExtend,
  'guard-extend-files-patch': guardInFilesPatch,
  'guard-extend-build': guardInBuild,
  'header-moved': headerMoved,
  'plist-remove': plist(true),
  'plist-rename': plist(false),
  werror,
  'link-iconv': iconv,
  'cargo-cfg': crate,
};
