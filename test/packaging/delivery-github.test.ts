import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const SCRIPT = new URL('../../packaging/delivery/github.sh', import.meta.url).pathname;
const URL_OF_PR = 'https://github.com/o/r/pull/7';

/** Records its arguments, and opens one pull request per branch. */
const GH = `#!/bin/sh
printf '<%s>' "$@" >>"$HOME/gh.log"; echo >>"$HOME/gh.log"
case $2 in
list) cat "$HOME/pr" 2>/dev/null || : ;;
create) [ ! -e "$HOME/refuse" ] || { echo 'gh: HTTP 502' >&2; exit 1; }; echo ${URL_OF_PR} >"$HOME/pr"; cat "$HOME/pr" ;;
esac
`;

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'portwright-github-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'gh'), GH);
  chmodSync(join(home, 'bin', 'gh'), 0o755);
  env = {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    PORTWRIGHT_DELIVERY_DIR: join(home, 'files'),
    PORTWRIGHT_DELIVERY_ID: '0f0e0d0c-d1d1d1d1d1d1d1d1',
    DELTAPORTS_CLONE: join(home, 'clone'),
  };
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Bo\n\temail = bo@example.org\n[init]\n\tdefaultBranch = master\n');
  git('init', '-q', '--bare', join(home, 'remote'));
  git('clone', '-q', join(home, 'remote'), join(home, 'clone'));
  writeFileSync(join(home, 'clone', 'README'), 'overlay\n');
  const clone = ['-C', join(home, 'clone')];
  git(...clone, 'add', '-A');
  git(...clone, 'commit', '-q', '-m', 'Start');
  git(...clone, 'push', '-q', 'origin', 'master');
  writeFileSync(join(home, 'clone', 'fix'), 'fixed\n');
  git(...clone, 'add', '-A');
  git(...clone, 'commit', '-q', '-m', 'net/foo: Use sys/endian.h');
  mkdirSync(join(home, 'files'));
  writeFileSync(join(home, 'files', 'fix.patch'), git(...clone, 'format-patch', '--stdout', '-1'));
  writeFileSync(join(home, 'files', 'title.txt'), '--web $(id) net/foo: "it"\n');
  writeFileSync(join(home, 'files', 'body.md'), '## Problem\n');
  git(...clone, 'reset', '-q', '--hard', 'origin/master');
});
afterEach(() => rmSync(home, {recursive: true, force: true}));

function git(...args: string[]): string {
  return execFileSync('git', args, {env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

function deliver() {
  const {status, stdout, stderr} = spawnSync('/bin/sh', [SCRIPT], {env, encoding: 'utf8'});
  return {status, stdout, stderr};
}

const calls = (): string[] => readFileSync(join(home, 'gh.log'), 'utf8').trim().split('\n');

test('a pull request is opened once, from a branch with the delivery’s id', () => {
  expect(deliver()).toEqual({status: 0, stdout: `${URL_OF_PR}\n`, stderr: ''});
  expect(calls()[1]).toBe(
    `<pr><create><--base><master><--head><portwright/0f0e0d0c-d1d1d1d1d1d1d1d1><--title=--web $(id) net/foo: "it"><--body-file><${join(home, 'files', 'body.md')}>`,
  );
  expect(git('-C', join(home, 'remote'), 'log', '--format=%s', 'portwright/0f0e0d0c-d1d1d1d1d1d1d1d1')).toBe(
    'net/foo: Use sys/endian.h\nStart\n',
  );
  expect(deliver()).toEqual({status: 0, stdout: `${URL_OF_PR}\n`, stderr: ''});
  expect(calls().filter((line) => line.includes('<create>'))).toHaveLength(1);
  expect(git('-C', join(home, 'clone'), 'worktree', 'list').trim().split('\n')).toHaveLength(1);
});

test('after a failure of GitHub the branch is there, and the next run opens the pull request', () => {
  writeFileSync(join(home, 'refuse'), '');
  expect(deliver()).toMatchObject({status: 1, stdout: '', stderr: expect.stringContaining('HTTP 502')});
  rmSync(join(home, 'refuse'));
  expect(deliver()).toEqual({status: 0, stdout: `${URL_OF_PR}\n`, stderr: ''});
});

test('a fix that no longer applies is a failure, and nothing is pushed', () => {
  const patch = join(home, 'files', 'fix.patch');
  writeFileSync(patch, readFileSync(patch, 'utf8').replaceAll('b/fix', 'b/README'));
  const {status, stdout} = deliver();
  expect({status: status !== 0, stdout}).toEqual({status: true, stdout: ''});
  expect(git('-C', join(home, 'remote'), 'branch', '--list', 'portwright/*')).toBe('');
});
