import {applyPatch} from 'diff';
import {cargoTargetOs} from '../../../src/case/recipes/cargo-target-os.ts';
import {applied, composedByDops, type Files, fixOf, inputOf, withText} from './support.ts';

const OVERLAY = {'overlay.dops': 'port net/foo\ntarget @any\n'};
const FREEBSD = {Makefile: 'USES=\tcargo\n'};
const CRATE = 'cargo-crates/mac-1.2';
const LIB = `${CRATE}/src/lib.rs`;
const ERROR = 'error[E0432]: unresolved import `internal`';
const failing = (text = ERROR, crate = CRATE) =>
  withText(inputOf({}, OVERLAY, composedByDops(FREEBSD, OVERLAY), FREEBSD), text, 'build', [
    '   Compiling x',
    text,
    `  --> /construction/net/foo/foo-1.0/${crate}/src/iter/mod.rs:17:9`,
  ]);

function found(...files: string[]) {
  const [search] = cargoTargetOs.searches?.(failing()) ?? [];
  if (search === undefined) throw new Error('It searches for nothing.');
  return {...failing(), matches: [{...search, lines: files.map((file) => `${file}:3:target_os = "freebsd"`)}]};
}

async function repaired(sources: Files): Promise<(string | false)[]> {
  const input = found(...Object.keys(sources));
  expect(cargoTargetOs.wants(input)).toEqual(Object.keys(sources));
  const after = await applied(fixOf(cargoTargetOs, input, sources), OVERLAY);
  const patches = Object.entries(after).filter(([path]) => path.startsWith('dragonfly/'));
  return patches.sort().map(([, text], index) => applyPatch(Object.values(sources)[index] ?? '', text, {fuzzFactor: 0}));
}

test.each([
  [
    '#[cfg(any(target_os = "linux", target_os = "freebsd"))]',
    '#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "dragonfly"))]',
  ],
  ['#[cfg(target_os = "freebsd")]', '#[cfg(any(target_os = "freebsd", target_os = "dragonfly"))]'],
  ['#[cfg(not(target_os="freebsd"))]', '#[cfg(not(any(target_os="freebsd", target_os="dragonfly")))]'],
  ['#[cfg(all(unix, target_os = "freebsd"))]', '#[cfg(all(unix, any(target_os = "freebsd", target_os = "dragonfly")))]'],
  [
    '#[cfg(any(\n    target_os = "freebsd",\n    unix\n))]',
    '#[cfg(any(\n    target_os = "freebsd", target_os = "dragonfly",\n    unix\n))]',
  ],
  ['if cfg!(target_os = "freebsd") {}', 'if cfg!(any(target_os = "freebsd", target_os = "dragonfly")) {}'],
])('%j becomes %j', async (before, after) => {
  expect(await repaired({[LIB]: `${before}\nmod a;\n`})).toEqual([`${after}\nmod a;\n`]);
});

test('each file of the crate with a gate gets a patch, its manifest too', async () => {
  const manifest = '[target.\'cfg(target_os = "freebsd")\'.dependencies.nix]\n';
  expect(cargoTargetOs.searches?.(failing())).toEqual([{pattern: expect.stringContaining('freebsd'), path: CRATE}]);
  expect(await repaired({[`${CRATE}/Cargo.toml`]: manifest, [LIB]: '#[cfg(target_os = "freebsd")]\nmod a;\n'})).toEqual([
    '[target.\'cfg(any(target_os = "freebsd", target_os = "dragonfly"))\'.dependencies.nix]\n',
    '#[cfg(any(target_os = "freebsd", target_os = "dragonfly"))]\nmod a;\n',
  ]);
});

test('no fix where each gate has DragonFly, and none for many files', () => {
  const gate = '#[cfg(any(target_os = "freebsd", target_os = "dragonfly"))]\n';
  expect(cargoTargetOs.fix(found(LIB), new Map([[LIB, gate]]))).toBeUndefined();
  expect(cargoTargetOs.wants(found(...Array.from({length: 9}, (_one, index) => `${CRATE}/src/${index}.rs`)))).toEqual([]);
  expect(cargoTargetOs.wants(found(`${CRATE}/tests/a.rs`))).toEqual([]);
});

test('of the port’s own crate, src/ is searched', () => {
  const searched = (directory: string) => cargoTargetOs.searches?.(failing(ERROR, directory)).map(({path}) => path);
  expect(searched('.')).toEqual(['src']);
  expect(searched('crates/one')).toEqual(['crates/one/src']);
});

test('another error is none of its failures', () => {
  expect(cargoTargetOs.wants(failing('error[E0308]: mismatched types'))).toBeUndefined();
});
