import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {planText} from '../src/dops/plan.ts';
import {emitOverlay} from '../src/dops/syntax/parse-overlay.ts';
import {SeededRandom} from './seeded-random.ts';

/** Times of reading overlays. `differing` counts those that were not printed as they were read. */
export interface DopsFigures {
  readonly overlays: number;
  readonly kb: number;
  readonly operations: number;
  readonly ms: number;
  readonly differing: number;
  readonly withErrors: number;
}

/** Parses, plans and prints overlays, and compares the result with the text. */
export function measureDops(texts: readonly string[]): DopsFigures {
  const begun = performance.now();
  const read = texts.map((text) => {
    const {overlay, plan} = planText(text);
    return {isSame: emitOverlay(overlay) === text, operations: plan?.operations.length};
  });
  return {
    overlays: texts.length,
    kb: Math.round(texts.reduce((sum, text) => sum + text.length, 0) / 1024),
    operations: read.reduce((sum, {operations = 0}) => sum + operations, 0),
    ms: Math.round(performance.now() - begun),
    differing: read.filter(({isSame}) => !isSame).length,
    withErrors: read.filter(({operations}) => operations === undefined).length,
  };
}

/** Returns the overlays of `ports/` in a checkout of DeltaPorts. */
export function checkoutOverlays(checkout: string): string[] {
  const ports = join(checkout, 'ports');
  return readdirSync(ports, {recursive: true, encoding: 'utf8'})
    .filter((path) => path.endsWith('/overlay.dops') && statSync(join(ports, path)).isFile())
    .map((path) => readFileSync(join(ports, path), 'utf8'));
}

const OPERATIONS = [
  'mk set USES "gmake pkgconfig"',
  'mk add USES ssl',
  'mk remove CONFIGURE_ARGS --enable-epoll on-missing noop',
  'file materialize dragonfly/patch-src_main.c -> dragonfly/patch-src_main.c',
  'text line-insert-after file pkg-plist anchor "bin/foo" line "bin/bar"',
  'text replace-once file Makefile \\\n  from "OPSYS == \\"FreeBSD\\"" \\\n  to "1"',
  "mk target set dfly-patch <<'MK'\n\t${REINPLACE_CMD} -e 's/FreeBSD/DragonFly/' ${WRKSRC}/configure\nMK",
  'mk block set condition "${DFLYVERSION} >= 600000" <<\'MK\'\nLIB_DEPENDS+=\tlibmd.so:security/libmd\nMK',
];

/** Returns overlays of a header and up to ten operations, the same for a seed. */
export function generatedOverlays(count: number, seed: number): string[] {
  const random = new SeededRandom(seed);
  return Array.from({length: count}, (_, index) => {
    const operations = Array.from(
      {length: Math.ceil(random.next() * 10)},
      () => OPERATIONS[Math.floor(random.next() * OPERATIONS.length)],
    );
    return [`port bench/p${index}`, 'type port', 'reason "generated"', 'target @any', '', ...operations, ''].join('\n');
  });
}
