import type {Cause} from './causes.ts';
import type {Dice} from './dice.ts';

/** A diff of the overlay as an attempt leaves it: a dragonfly patch of 1 to 12 hunks, and sometimes the port's Makefile.DragonFly. */
export function diffOf(origin: string, cause: Cause, dice: Dice): string {
  const name = `patch-${cause.file.replaceAll('/', '_')}`;
  const hunks = Array.from({length: 1 + dice.zipf(12)}, (_, at) => hunk(at, dice));
  const patch = [`--- ${cause.file}.orig`, `+++ ${cause.file}`, ...hunks.flat()];
  const whole = added(`ports/${origin}/dragonfly/${name}`, patch);
  return dice.chance(0.3) ? `${whole}${changed(`ports/${origin}/Makefile.DragonFly`, dice)}` : whole;
}

function hunk(at: number, dice: Dice): string[] {
  const from = 20 + at * 60;
  const symbol = `OPTION_${dice.between(10, 99)}`;
  const body = [' static const struct option table[] = {', `+#ifdef ${symbol}`, `-\t{ ${symbol}, "on" },`, '+#endif', ' };', ' '];
  const fill = Array.from({length: dice.between(1, 8)}, (_, line) => `+\tstate->values[${line}] = lookup("key_${line}", flags);`);
  return [`@@ -${from},4 +${from},${5 + fill.length} @@`, ...body.slice(0, 4), ...fill, ...body.slice(4)];
}

function added(path: string, lines: readonly string[]): string {
  const head = [
    'new file mode 100644',
    'index 0000000..bdb609b',
    '--- /dev/null',
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
  ];
  return `${[`diff --git a/${path} b/${path}`, ...head, ...lines.map((line) => `+${line}`)].join('\n')}\n`;
}

function changed(path: string, dice: Dice): string {
  const head = ['index 3f0c1b2..8a1d90e 100644', `--- a/${path}`, `+++ b/${path}`, '@@ -1,3 +1,4 @@'];
  const lines = [
    ' # Zoned by the overlay',
    ` CFLAGS+=\t-DNO_OPTION_${dice.between(10, 99)}`,
    '+LDFLAGS+=\t-lexecinfo',
    ' USES+=\tlocalbase',
  ];
  return `${[`diff --git a/${path} b/${path}`, ...head, ...lines].join('\n')}\n`;
}
