import {captureDiff} from '../../../src/devenv/overlay.ts';
import {PRELUDE, PUT} from '../../../src/devenv/scripts.ts';
import {overlayDir, workDir} from '../../../src/devenv/tools/paths.ts';
import {callHostilely, hostileCalls} from '../../support/hostile/calls.ts';
import {tally} from '../../support/hostile/figures.ts';
import {ORIGIN, OTHER} from '../../support/hostile/paths.ts';
import {HostilePlace, NEIGHBOUR, SECRET} from '../../support/hostile/place.ts';
import {race} from '../../support/hostile/race.ts';
import {resultOf} from '../../support/tool-run.ts';

const seed = Number(process.env.PORTWRIGHT_SEED ?? Math.floor(Math.random() * 4_294_967_296));
process.stderr.write(`hostile calls: PORTWRIGHT_SEED=${seed}\n`);

const OWN = overlayDir(ORIGIN);
const WORK = workDir(ORIGIN);
const START = 'cd "$1"; rm -rf name\n';

let place: HostilePlace;
let before: readonly string[];
beforeAll(async () => {
  place = await HostilePlace.make();
  before = await place.digest();
});
// Whatever a test did, what is not the case's own is as it was.
afterEach(async () => expect(await place.digest()).toEqual(before));
afterAll(() => place.remove(), 60_000);

const result = (tool: string, args: object) => resultOf(place.context, tool, args);
const put = (path: string) => result('put_file', {path, content: 'overwritten\n'});
const get = (path: string) => result('get_file', {path});
const patch = (path: string) => result('patch_source', {path, edits: [{old_text: NEIGHBOUR, new_text: 'overwritten'}]});
const refusal = (kind: string) => expect.objectContaining({ok: false, kind});

test('no call of the tools reaches, changes or shows what is not its own', async () => {
  const answers = await callHostilely(place, hostileCalls(seed, 60));
  const {figures, faults} = tally(answers.map(({judged}) => judged));
  expect(faults.slice(0, 10)).toEqual([]);
  expect(figures).toMatchObject({escaped: 0, leaked: 0, crashed: 0});
  expect(figures.tried).toBeGreaterThan(200);
  for (const tool of ['get_file', 'put_file', 'grep', 'list_dir', 'emit_diff', 'install_patches'])
    expect(answers.filter(({call, result}) => call.tool === tool && result?.ok).length).toBeGreaterThan(0);
}, 120_000);

test('/work/../etc is refused', async () => {
  expect(await get('/work/../etc/passwd')).toEqual(refusal('outside'));
  expect(await result('list_dir', {path: '/work/../etc'})).toEqual(refusal('outside'));
});

test('.. is refused anywhere in a path', async () => {
  const paths = ['/work//./../etc/passwd', `${OWN}/../../${OTHER}/canary`, `${OWN}/h/dir/../../../x`, `${OWN}/x/..`, '/work/..'];
  for (const path of paths)
    expect([path, await get(path), await put(path)]).toEqual([path, refusal('outside'), refusal('outside')]);
  expect(await result('emit_diff', {origin: ORIGIN, relpath: `../../${OTHER}`})).toEqual(refusal('outside'));
});

test('a path that only starts like an allowed one is refused', async () => {
  expect(await get('/work-evil/x')).toEqual(refusal('outside'));
  for (const path of ['/work-evil/x', `${OWN}-evil/canary`, `${WORK}-evil/canary`, `${OWN}x`])
    expect([path, await put(path)]).toEqual([path, refusal('outside')]);
  expect(await result('dupe', {path: `${WORK}-evil/canary`})).toEqual(refusal('outside'));
  expect(await patch(`${WORK}-evil/canary`)).toEqual(refusal('outside'));
});

test('a link to a file is neither read nor written through', async () => {
  for (const link of ['to-passwd', 'to-config', 'to-outside-file', 'to-other-file']) {
    expect([link, await get(`${OWN}/h/${link}`), await put(`${OWN}/h/${link}`)]).toEqual([
      link,
      refusal('symlink'),
      refusal('symlink'),
    ]);
    expect(await result('grep', {path: `${OWN}/h/${link}`, pattern: '.'})).toEqual(refusal('symlink'));
  }
});

test('a link to a directory is neither read nor written through, where it leads out', async () => {
  for (const link of ['to-etc', 'to-git', 'to-outside', 'to-up-far', 'chain-1', 'to-proc'])
    expect([link, await result('list_dir', {path: `${OWN}/h/${link}`})]).toEqual([link, refusal('outside')]);
  for (const link of ['to-other', 'to-evil', 'to-newline', 'inside'])
    expect([link, await put(`${OWN}/h/${link}/canary`)]).toEqual([link, refusal('symlink')]);
  const edit = {path: `${OWN}/h/to-other/canary`, old_text: NEIGHBOUR, new_text: 'overwritten'};
  expect(await result('replace_in_file', edit)).toEqual(refusal('outside'));
});

test('a directory whose name differs by a line break at its end is another one', async () => {
  const path = `${WORK}/h/to-newline-work/canary`;
  expect(await result('replace_in_file', {path, old_text: NEIGHBOUR, new_text: 'overwritten'})).toEqual(refusal('outside'));
  expect(await result('dupe', {path})).toEqual(refusal('outside'));
  expect(await patch(path)).toEqual(refusal('outside'));
});

test('nothing is made where a dangling link leads', async () => {
  for (const link of ['dangling', 'dangling-other', 'dangling-outside', 'loop-a', 'self']) {
    expect([link, await put(`${OWN}/h/${link}`)]).toEqual([link, refusal('symlink')]);
    expect([link, await put(`${OWN}/h/${link}/x`)]).toEqual([link, refusal('symlink')]);
  }
});

test('.git/config is out of reach, and what it has run is not run', async () => {
  const config = '/work/DeltaPorts/.git/config';
  for (const path of [config, `${OWN}/.git/config`, `${OWN}/h/to-git/config`, `${OWN}/h/chain-git/config`])
    expect([path, await get(path), await put(path)]).toEqual([
      path,
      expect.objectContaining({ok: false}),
      expect.objectContaining({ok: false}),
    ]);
  await place.sh(SET_UP, config, OWN);
  try {
    expect(JSON.stringify(await result('emit_diff', {origin: ORIGIN, relpath: ''}))).not.toContain(SECRET);
    expect(await place.sh('cat /work/ran 2>/dev/null || :')).toBe('');
  } finally {
    await place.sh('mv "$1.kept" "$1"; rm -f "$2/.gitattributes" /work/ran', config, OWN);
  }
});

const SET_UP = `cp -p "$1" "$1.kept"
for key in core.fsmonitor core.pager diff.external diff.evil.textconv diff.evil.command filter.evil.clean filter.evil.process; do
  git config --file "$1" $key "sh -c 'echo $key >>/work/ran; cat'"
done
echo '* diff=evil filter=evil' >"$2/.gitattributes"
`;

test('no file is written by whose name git would refuse the diff of the overlay', async () => {
  for (const name of [
    '.git',
    '.GIT',
    '.Git/config',
    'git~1',
    'GIT~1/x',
    '.gitattributes',
    '.gitmodules',
    '.git.',
    '.git ',
    'x\\.git',
    'x\\GIT~1',
  ])
    expect([name, await put(`${OWN}/${name}`)]).toEqual([name, refusal('git_refused')]);
  for (const name of ['git', 'x.git', 'git~2', '．git'])
    expect([name, await put(`${OWN}/n/${name}`)]).toMatchObject([name, {ok: true}]);
  expect(String(await captureDiff(place.context.env, ORIGIN))).toContain('n/git~2');
});

test('install_patches takes no origin but the case’s', async () => {
  for (const origin of [OTHER, `${ORIGIN}-evil`, `${ORIGIN}/`, `${ORIGIN}\n`, `./${ORIGIN}`, '../net/wifimedia', '', '*'])
    expect([origin, await result('install_patches', {origin})]).toEqual([origin, refusal('other_origin')]);
});

test('install_patches takes no name but a patch’s, and no link', async () => {
  const names = [
    '../canary',
    'patch-x/../../../x',
    'patch-\0',
    'patch-x\n',
    'patch-',
    '-rf',
    'patch-*',
    'patch-$(id)',
    'patch-.git/config',
    '/etc/passwd',
  ];
  const install = (name: string) => result('install_patches', {origin: ORIGIN, patches: [name]});
  for (const name of names) expect([name, await install(name)]).toEqual([name, refusal('bad_patch_name')]);
  for (const name of ['patch-to-passwd', 'patch-to-config', 'patch-dangling', 'patch-loop-a'])
    expect([name, await install(name)]).toEqual([name, refusal('symlink')]);
  expect(await install('patch-fifo')).toEqual(refusal('not_a_regular_file'));
  expect(await install('patch-dir')).toEqual(refusal('is_directory'));
  expect(await install('patch-own')).toMatchObject({ok: true});
});

test('of the system only headers and make files are read, and of builds only the own one', async () => {
  const own = `/construction/${ORIGIN}`;
  await place.sh(
    'mkdir -p "$1/w" "/construction/$2"; echo checking >"$1/w/config.log"; ln -s /construction/canary "$1/w/out"; echo "$3" >"/construction/$2/canary"',
    own,
    OTHER,
    SECRET,
  );
  try {
    expect(await get(`${own}/w/config.log`)).toMatchObject({ok: true, content: 'checking\n'});
    expect(await result('grep', {path: own, pattern: 'check'})).toMatchObject({match_count: 1});
    expect(await get(`${own}/w/out/canary`)).toEqual(refusal('outside'));
    expect(await get('/usr/include/stdio.h')).toMatchObject({ok: true, content: expect.stringContaining('printf')});
    expect(await result('list_dir', {path: '/usr/share/mk'})).toMatchObject({ok: true});
    for (const path of [
      `/construction/${OTHER}/canary`,
      '/construction/canary/canary',
      '/etc/passwd',
      '/usr/share/portwright/case-places',
      '/usr/include/../../etc/passwd',
    ])
      expect([path, await get(path), await put(path)]).toEqual([path, refusal('outside'), expect.objectContaining({ok: false})]);
    expect(await put('/usr/include/stdio.h')).toEqual(refusal('outside'));
  } finally {
    await place.sh('rm -rf /construction/net /construction/sysutils');
  }
});

test('make_var, find_symbol and try_make take names only', async () => {
  for (const name of ['$(id)', 'A B', '', 'X:sh', 'A}${B', '-V', 'x\n.SHELL', '../x', `${'a'.repeat(300)}`]) {
    expect([name, await result('make_var', {names: [name]})]).toEqual([name, refusal('bad_arguments')]);
    expect([name, await result('find_symbol', {name})]).toEqual([name, refusal('bad_arguments')]);
    expect([name, await result('try_make', {target: name})]).toEqual([name, refusal('bad_arguments')]);
  }
  expect(await result('try_make', {target: 'all', dir: '../..'})).toEqual(refusal('outside'));
  expect(await result('make_var', {names: ['WRKSRC']})).toMatchObject({ok: true});
});

test('NUL, controls and lone surrogates are refused', async () => {
  for (const odd of ['\0', 'x\0/../../etc', '\n', '\u001b[2J', '\u007f', '\u0085', '\ud800', '\udc00x'])
    expect([odd, await get(`/work/${odd}`), await put(`${OWN}/${odd}`)]).toEqual([odd, refusal('bad_path'), refusal('bad_path')]);
});

test('over-long parts and paths are refused, and the longest possible ones are not', async () => {
  for (const long of ['a'.repeat(256), 'é'.repeat(128), 'd/'.repeat(600)])
    expect([await get(`${OWN}/${long}`), await put(`${OWN}/${long}`)]).toEqual([refusal('bad_path'), refusal('bad_path')]);
  for (const long of ['a'.repeat(255), 'é'.repeat(127), `${'ê'.repeat(127)}/${'d/'.repeat(200)}x`]) {
    expect(await put(`${OWN}/long/${long}`)).toMatchObject({ok: true});
    expect(await get(`${OWN}/long/${long}`)).toMatchObject({ok: true, content: 'overwritten\n'});
  }
});

test('a link that takes the place of a directory or a file while a tool is at work leads nowhere', async () => {
  const {answers, swaps} = await race(place, 12);
  const {figures, faults} = tally(answers.map(({judged}) => judged));
  expect(faults).toEqual([]);
  expect(figures).toMatchObject({tried: 108, escaped: 0, leaked: 0, crashed: 0});
  expect(swaps).toBeGreaterThan(100);
  // Both were met: the own file, and a link in its place.
  expect(answers.filter(({result}) => result?.ok).length).toBeGreaterThan(0);
  expect(answers.filter(({result}) => result?.kind === 'symlink' || result?.kind === 'outside').length).toBeGreaterThan(0);
}, 120_000);

// The moment between a look at a file and its use is too short to be met by chance: here it comes each time.
const TARGET = '/construction/canary/canary';
const SWAPS = {
  'a file': `regular() { ln -s ${TARGET} name; }\nopen name name; cat <&3`,
  'a file that is itself again when it is looked at once more': `stat=gnu
regular() { ln -s ${TARGET} name; }
stat() { [ ! -e own ] || mv -fT own name; command stat "$@"; }\necho own >own; open name name; cat <&3`,
  'a directory on the way': `mkdir() { ln -s ${overlayDir(OTHER)} "$1"; }\nway "$1" "$1" name not-there`,
};

test.each(Object.entries(SWAPS))('a link that is swapped in after the look is found: %s', async (_, script) => {
  expect(await place.ran(PRELUDE + START + script, OWN)).toMatchObject({rc: 74, stdout: ''});
});

test('a file takes the place of a link to a directory, and is not put into that directory', async () => {
  const script = `${PRELUDE}${PUT}${START}ln -s ${overlayDir(OTHER)} name; echo mine | put name; cat name; readlink name || ls -A ${overlayDir(OTHER)}`;
  expect(await place.sh(script, OWN)).toBe(['mine', 'canary', 'overlay.dops', 'x'].join('\n'));
});
