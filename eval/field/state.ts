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
export interface Named {
  readonly fix: FieldFix;
  readonly text: string;
  /** The rejected file of the source, and the patch that failed. */
  readonly file: string;
  readonly patch: string;
  /** Number of hunks of the patch for this file. */
  readonly hunks: number;
}

export type Builder = (named: Named) => FailingState;

export const MAKEFILE = 'PORTNAME=\tport\nUSES=\tgmake\n\n.include <bsd.port.mk>\n';
export const END = '\n.include <bsd.port.mk>\n';

export function namedIn(fix: FieldFix): Named {
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

/** An overlay.dops with these statements. */
export function dops({fix}: Named, ...statements: string[]): string {
  return [`port ${fix.origin}`, 'type port', 'reason "as it was"', 'target @any', '', ...statements, ''].join('\n');
}

/** A new dragonfly patch repairs one file of the source. */
export function patched(named: Named, file: string, before: string, after: string, makefile = MAKEFILE): FailingState {
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
export function placeIn(text: string): {file: string; line: number} | undefined {
  const [, path = '', line = ''] = /^(?:CMake Error at )?(?:\.\.\/)*(?:\.\/)?([\w./+-]+?):(\d+)/.exec(text) ?? [];
  return path === '' || path.startsWith('/') ? undefined : {file: path, line: Number(line)};
}

/** Lines of which the one at a place is the last. */
export function upTo(line: number, head: readonly string[], tail: readonly string[]): string {
  const fill = Array.from({length: Math.max(0, line - head.length - tail.length)}, (_one, at) => `int filler_${at};`);
  return [...head, ...fill, ...tail].join('\n');
}

export const PART = (number: number, guard: string, call = `call_${number}(argument);`) =>
  `int first_of_${number};\n${guard}\n${call}\n#endif\nint last_of_${number};\n`;
export const PLAIN = '#ifdef __FreeBSD__';
export const BOTH = '#if defined(__FreeBSD__) || defined(__DragonFly__)';
export const parts = (hunks: number, guard: string) =>
  Array.from({length: hunks}, (_one, at) => `${PART(at, guard)}\n\n\n\n\n\n`).join('');
