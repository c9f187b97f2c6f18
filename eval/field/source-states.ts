import {BOTH, type Builder, PLAIN, patched, placeIn, upTo} from './state.ts';
import {unknown} from './unknown-state.ts';

export const guardExtend: Builder = (named) => {
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
export const guardInFilesPatch: Builder = (named) => {
  const place = placeIn(named.text);
  const member = /no member named '(\w+)'/.exec(named.text)?.[1];
  if (place === undefined || member === undefined) return unknown(named);
  const source = upTo(place.line, ['struct state {', PLAIN, `\tint ${member};`, '#endif', '};'], [`use(state->${member});`, '']);
  return patched(named, place.file, source, source.replace(PLAIN, BOTH));
};
export const guardInBuild: Builder = (named) => {
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
export const headerMoved: Builder = (named) => {
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

export const crate: Builder = (named) => {
  const context = named.fix.causes.findings[0]?.context.lines.join('\n') ?? '';
  const path = /--> \/\S*?\/((?:cargo-crates|vendor)\/\S+?\/)src\//.exec(context)?.[1];
  if (path === undefined) return unknown(named);
  const gate = '#[cfg(any(target_os = "linux", target_os = "freebsd"))]\nmod internal;\n';
  const after = gate.replace('"freebsd"', '"freebsd", target_os = "dragonfly"');
  return patched(named, `${path}src/iter/mod.rs`, gate, after);
};
