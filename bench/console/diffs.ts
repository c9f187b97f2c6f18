import type {SeededRandom} from '../seeded-random.ts';
import type {Cause} from './causes.ts';

/** Generates an attempt's diff of the overlay: a dragonfly patch of 1 to 12 hunks, sometimes with the port's Makefile.DragonFly. */
export function generateDiff(origin: string, cause: Cause, random: SeededRandom): string {
  const name = `patch-${cause.file.replaceAll('/', '_')}`;
  const hunks = Array.from({length: 1 + random.zipf(12)}, (_, at) => hunk(at, random));
  const patch = [`--- ${cause.file}.orig`, `+++ ${cause.file}`, ...hunks.flat()];
  const patchDiff = addedFile(`ports/${origin}/dragonfly/${name}`, patch);
  return random.chance(0.3) ? `${patchDiff}${changedFile(`ports/${origin}/Makefile.DragonFly`, random)}` : patchDiff;
}

function hunk(at: number, random: SeededRandom): string[] {
  const from = 20 + at * 60;
  const symbol = `OPTION_${random.between(10, 99)}`;
  const body = [' static const struct option table[] = {', `+#ifdef ${symbol}`, `-\t{ ${symbol}, "on" },`, '+#endif', ' };', ' '];
  const fill = Array.from(
    {length: random.between(1, 8)},
    (_, line) => `+\tstate->values[${line}] = lookup("key_${line}", flags);`,
  );
  return [`@@ -${from},4 +${from},${5 + fill.length} @@`, ...body.slice(0, 4), ...fill, ...body.slice(4)];
}

function addedFile(path: string, lines: readonly string[]): string {
  const head = [
    'new file mode 100644',
    'index 0000000..bdb609b',
    '--- /dev/null',
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
  ];
  return `${[`diff --git a/${path} b/${path}`, ...head, ...lines.map((line) => `+${line}`)].join('\n')}\n`;
}

function changedFile(path: string, random: SeededRandom): string {
  const head = ['index 3f0c1b2..8a1d90e 100644', `--- a/${path}`, `+++ b/${path}`, '@@ -1,3 +1,4 @@'];
  const lines = [
    ' # Zoned by the overlay',
    ` CFLAGS+=\t-DNO_OPTION_${random.between(10, 99)}`,
    '+LDFLAGS+=\t-lexecinfo',
    ' USES+=\tlocalbase',
  ];
  return `${[`diff --git a/${path} b/${path}`, ...head, ...lines].join('\n')}\n`;
}
