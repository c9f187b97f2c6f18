import fc from 'fast-check';
import {overlayDir, patchDir, workDir} from '../../../src/devenv/tools/paths.ts';

/** The case's port, and another one. */
export const ORIGIN = 'net/wifimedia';
export const OTHER = 'sysutils/dfwho';

/** Planted directory in the port's overlay, in its work tree and in /work. */
export const PLANTED = 'h';

/** Planted links. */
export const LINKS: Readonly<Record<string, string>> = {
  'to-root': '/',
  'to-etc': '/etc',
  'to-passwd': '/etc/passwd',
  'to-work': '/work',
  'to-outside': '/construction/canary',
  'to-outside-file': '/construction/canary/canary',
  'to-tmp': '/tmp/canary',
  'to-git': '/work/DeltaPorts/.git',
  'to-config': '/work/DeltaPorts/.git/config',
  'to-ports-git': '/work/freebsd-ports/.git',
  'to-other': overlayDir(OTHER),
  'to-other-file': `${overlayDir(OTHER)}/canary`,
  'to-other-work': workDir(OTHER),
  'to-evil': `${overlayDir(ORIGIN)}-evil`,
  'to-newline': `${overlayDir(ORIGIN)}\n`,
  'to-newline-work': `${workDir(ORIGIN)}\n`,
  'to-reference': `/work/freebsd-ports/${OTHER}`,
  'to-up': '..',
  'to-up-far': '../../../../../..',
  dangling: '/nonexistent/x',
  'dangling-other': `${overlayDir(OTHER)}/not-there`,
  'dangling-outside': '/construction/canary/not-there',
  'loop-a': 'loop-b',
  'loop-b': 'loop-a',
  self: 'self',
  'chain-1': 'chain-2',
  'chain-2': 'chain-3',
  'chain-3': '/construction/canary',
  'chain-git': 'to-up-far/work/DeltaPorts/.git',
  'to-proc': '/proc/self/root',
  'to-cwd': '/proc/self/cwd',
  'to-fd': '/dev/fd/0',
  'to-null': '/dev/null',
  'to-zero': '/dev/zero',
  inside: 'dir',
  '$(reboot)': '/construction/canary',
  '-rf': '/construction/canary',
};

/** Planted regular files, with unusual but valid paths. */
export const FILES = ['dir/file', 'dir/deep/file', 'a b', '*', '[ab]', '-n', '$x;`y`', "it's", 'ключ\u0441\u0301', '\u202etxt.x'];

const HOMES = [overlayDir(ORIGIN), workDir(ORIGIN), '/work'];
const LEGITIMATE = HOMES.flatMap((home) => FILES.map((file) => `${home}/${PLANTED}/${file}`));
const LINKED = HOMES.flatMap((home) => Object.keys(LINKS).map((link) => `${home}/${PLANTED}/${link}`));

const BASES = [
  ...HOMES,
  ...HOMES.map((home) => `${home}/${PLANTED}`),
  '/work/',
  '//work',
  '/./work',
  '/work/.',
  '/work/..',
  '/work-evil',
  '/workx',
  '/work\\',
  '/WORK',
  '/',
  '',
  '.',
  '..',
  'work',
  '~',
  `${overlayDir(ORIGIN)}-evil`,
  `${workDir(ORIGIN)}-evil`,
  `${overlayDir(ORIGIN)}x`,
  `${overlayDir('net')}`,
  '/work/obj/net',
  overlayDir(OTHER),
  workDir(OTHER),
  patchDir(ORIGIN),
  '/work/DeltaPorts',
  '/work/freebsd-ports',
  '/work/freebsd-ports/net/wifimedia',
  '/work/DPorts/net/wifimedia',
  '/work/artifacts/compose/@demo/net/wifimedia',
  '/work/dsynth/build/Template',
  '/construction/canary',
  '/construction',
  `/construction/${ORIGIN}`,
  `/construction/${OTHER}`,
  '/usr/include',
  '/usr/include/sys',
  '/usr/includes',
  '/usr/local/etc',
  '/proc/self/root/work',
  '/proc/self/cwd',
  '/proc/1/root',
  '/dev/fd/0',
  '/dev/zero',
  '/etc',
  '/tmp/canary',
  'file:///work',
  'C:\\work',
];

const DOTS = [
  '..',
  '..',
  '..',
  '.',
  '...',
  '.. ',
  ' ..',
  '..\\',
  '..;',
  '%2e%2e',
  '%2e%2e%2f',
  '..%00',
  '．．',
  '‥',
  '․․',
  '.\u200b.',
  '..／',
];
const GIT = [
  '.git',
  '.git/config',
  '.GIT',
  '.Git',
  '.git.',
  '.git ',
  '.git\\config',
  '.gitattributes',
  '.gitmodules',
  'git~1',
  '.git\u200c',
  '.ｇit',
];
const SHELL = [
  '$(touch /work/pwned)',
  '`id`',
  ';id',
  '&& id',
  '|id',
  "';id;'",
  '";id;"',
  '${HOME}',
  '~root',
  '#',
  '-',
  '--',
  '-rf',
  '-e x',
  '\\',
  '$IFS',
];
const GLOBS = ['*', '?', '[a-z]*', '{a,b}', '**', '.*', '!x', '[!.]*'];
const CONTROLS = ['\0', 'x\0/../../etc', '\n', 'x\n', '\r', '\t', '\u001b[2J', '\u007f', '\u0085', 'wifimedia\n'];
const UNICODE = [
  '\u202e',
  '\u200f',
  '／',
  '／etc',
  '⁄',
  '\ud800',
  '\udc00x',
  'e\u0301',
  '\ufeff',
  '𝒘ork',
  'ﬁle',
  '\u{10ffff}',
  '\u2028',
  'İ',
  '\ufffd',
];
const PLAIN = [
  'etc',
  'passwd',
  'config',
  'hooks',
  'canary',
  'Makefile',
  'Makefile.DragonFly',
  'dragonfly',
  'x',
  'wifimedia-evil',
  '__proto__',
  'con',
];
const LONG = [
  'a'.repeat(255),
  'b'.repeat(256),
  'é'.repeat(127),
  'é'.repeat(128),
  '𝒘'.repeat(64),
  'c'.repeat(1100),
  'd/'.repeat(200),
  '../'.repeat(300),
];

const part = fc.oneof(
  {arbitrary: fc.constantFrom(...DOTS), weight: 4},
  {arbitrary: fc.constantFrom(...Object.keys(LINKS), PLANTED), weight: 8},
  {arbitrary: fc.constantFrom(...GIT), weight: 3},
  {arbitrary: fc.constantFrom(...PLAIN), weight: 8},
  {arbitrary: fc.constantFrom(...SHELL, ...GLOBS), weight: 4},
  {arbitrary: fc.constantFrom(...CONTROLS), weight: 1},
  {arbitrary: fc.constantFrom(...UNICODE), weight: 3},
  {arbitrary: fc.constantFrom(...LONG), weight: 1},
  {arbitrary: fc.string({unit: 'binary', minLength: 1, maxLength: 6}), weight: 3},
);
const separator = fc.constantFrom('/', '/', '/', '/', '/', '//', '/./', '/../', '\\');
const ending = fc.constantFrom('', '', '', '', '/', '/.', '/..', '//', '\0', ' ', '/canary', '/../canary');

const joined = fc
  .tuple(fc.constantFrom(...BASES), fc.array(fc.tuple(separator, part), {maxLength: 5}), ending)
  .map(([base, parts, end]) => base + parts.flat().join('') + end);
/** Makes one fault in an otherwise valid path. */
const spoilt = fc.tuple(fc.constantFrom(...LEGITIMATE, ...LINKED), fc.nat(), separator, part).map(([path, at, between, odd]) => {
  const parts = path.split('/');
  parts.splice(1 + (at % parts.length), 0, odd);
  return parts.join('/').replace(/\/(?=[^/]*$)/, between);
});
const linked = fc
  .tuple(fc.constantFrom(...LINKED), fc.array(part, {maxLength: 2}))
  .map(([link, parts]) => [link, ...parts].join('/'));

const path = fc.oneof(
  {arbitrary: joined, weight: 5},
  {arbitrary: spoilt, weight: 3},
  {arbitrary: linked, weight: 3},
  {arbitrary: fc.string({unit: 'binary', maxLength: 40}).map((text) => `/work/${text}`), weight: 1},
);

/** Returns `count` different hostile paths, determined by the seed: every planted link and file, and generated ones. */
export function hostilePaths(seed: number, count: number): string[] {
  return different([...LINKED, ...LEGITIMATE], path, seed, count);
}

const patchName = fc.oneof(
  fc.constantFrom(
    ...Object.keys(LINKS).map((link) => `patch-${link}`),
    'patch-',
    'patch-..',
    'patch-.git',
    '../patch-x',
    'patch-x/../../y',
  ),
  fc
    .tuple(fc.constantFrom('patch-', 'patch-', 'Patch-', 'patch', '', '/patch-', './patch-', '-patch-'), part)
    .map((two) => two.join('')),
  fc.string({unit: 'grapheme-ascii', maxLength: 12}).map((text) => `patch-${text}`),
  fc.stringMatching(/^patch-[A-Za-z0-9._+-]{1,220}$/),
);

/** Returns names for `install_patches`. */
export function hostilePatchNames(seed: number, count: number): string[] {
  return different(['patch-own', ...Object.keys(LINKS).map((link) => `patch-${link}`)], patchName, seed, count);
}

const origin = fc.oneof(
  fc.tuple(fc.constantFrom('net', 'Net', '.', '..', '', ' net', '.git', 'net\0'), separator, part).map((three) => three.join('')),
  fc.tuple(part, part).map((two) => two.join('/')),
  fc.tuple(fc.constant(ORIGIN), ending).map((two) => two.join('')),
  fc.tuple(fc.constant(ORIGIN), part).map((two) => two.join('')),
  fc.stringMatching(/^[A-Za-z0-9_.+-]{1,70}\/[A-Za-z0-9_.+-]{1,140}$/),
);

/** Returns origins other than the case's. */
export function hostileOrigins(seed: number, count: number): string[] {
  return different([OTHER, `${ORIGIN}-evil`, `${ORIGIN}\n`], origin, seed, count + 1)
    .filter((one) => one !== ORIGIN)
    .slice(0, count);
}

const value = fc.oneof(
  fc.anything(),
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    -1,
    1e308,
    '1e9',
    true,
    [],
    [[]],
    {},
    'x'.repeat(300_000),
    Array(200).fill('patch-x'),
  ),
  path,
  fc.array(patchName, {maxLength: 4}),
);
const argument = fc.oneof(
  fc.dictionary(
    fc.constantFrom(
      'path',
      'origin',
      'patches',
      'relpath',
      'content',
      'pattern',
      'old_text',
      'new_text',
      'limit_lines',
      '__proto__',
      'constructor',
      '',
    ),
    value,
    {maxKeys: 5},
  ),
  value,
);

/** Returns arguments of tool calls, of any type. */
export function hostileArguments(seed: number, count: number): unknown[] {
  return fc.sample(argument, {seed, numRuns: count});
}

function different(first: readonly string[], arbitrary: fc.Arbitrary<string>, seed: number, count: number): string[] {
  const found = new Set(first);
  for (let round = 0; found.size < count; round++)
    for (const one of fc.sample(arbitrary, {seed: seed + round, numRuns: count})) found.add(one);
  return [...found].slice(0, count);
}
