import {spawnSync} from 'node:child_process';
import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {caseNames} from '../../src/cli/completion.ts';
import {KeptCase} from './kept-case.ts';
import {portwright, scratch} from './program.ts';

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
  const program = join(place.dir, 'portwright');
  writeFileSync(
    program,
    '#!/bin/sh\n[ "$2" = cases ] || exec printf "b1\\nb2\\n"\nprintf "net/foo\\nnet/foo@py311\\nnet/bar\\n"\n',
  );
  chmodSync(program, 0o755);
});
afterEach(() => place.remove());

/** What a shell would offer for the line, the cursor at its end. */
function offers(shell: string, script: string, line: string): string[] {
  writeFileSync(join(place.dir, 'script'), script);
  const bash = 'source ./script; COMP_LINE=$1; COMP_POINT=${#1}; _portwright; printf "%s\\n" "${COMPREPLY[@]}"';
  const zsh =
    'compdef() { : }; _files() { print FILES }; compadd() { shift; print -l -- ${(M)@:#$PREFIX*} }; source ./script; words=(${(s: :)1}); [[ $1 == *" " ]] && words+=(""); CURRENT=$#words; PREFIX=$words[-1]; _portwright';
  const {stdout, stderr} = spawnSync(
    shell,
    [shell === 'zsh' ? '-f' : '--norc', '-c', shell === 'zsh' ? zsh : bash, shell, line],
    {
      cwd: place.dir,
      encoding: 'utf8',
      env: {PATH: `${place.dir}:${process.env.PATH}`},
    },
  );
  expect(stderr).toBe('');
  return stdout.split('\n').filter((one) => one !== '');
}

test.each(['bash', 'zsh'])('%s completes commands, options, and cases where a case is wanted', async (shell) => {
  const {code, stdout: script} = await portwright(['completion', shell]);
  expect(code).toBe(0);
  expect(offers(shell, script, 'portwright se')).toEqual(['setup', 'session']);
  expect(offers(shell, script, 'portwright ')).toEqual(expect.arrayContaining(['show', 'accept', 'doctor', 'hold']));
  expect(offers(shell, script, 'portwright ')).not.toContain('__complete');
  expect(offers(shell, script, 'portwright show ')).toEqual(['net/foo', 'net/foo@py311', 'net/bar']);
  expect(offers(shell, script, 'portwright reject net/b')).toEqual(['net/bar']);
  expect(offers(shell, script, 'portwright log net/foo --p')).toEqual(['--proof']);
  expect(offers(shell, script, 'portwright policy ')).toContain('check');
  expect(offers(shell, script, 'portwright host re')).toEqual(['remove']);
  expect(offers(shell, script, 'portwright host check ')).toEqual(['b1', 'b2']);
});

test('bash gets only the part behind an @, at which it breaks words', async () => {
  const {stdout: script} = await portwright(['completion', 'bash']);
  expect(offers('bash', script, 'portwright show net/foo@')).toEqual(['py311']);
});

test('tcsh takes its script', async () => {
  const {stdout: script} = await portwright(['completion', 'tcsh']);
  writeFileSync(join(place.dir, 'script'), script);
  const {stdout, stderr} = spawnSync('tcsh', ['-f', '-c', 'source script; complete portwright'], {
    cwd: place.dir,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/p@1@\(up console setup .*\)@/);
  expect(stdout).toMatch(/n@\{start,show,.*\}@`portwright __complete cases`@/);
});

test('cases are named from the disk where Temporal does not answer', async () => {
  const kept = new KeptCase();
  const {code, stdout} = await portwright(['__complete', 'cases'], {LOGS_ROOT: kept.logs});
  kept.remove();
  expect({code, stdout}).toEqual({code: 0, stdout: 'devel/foo\n'});
});

test('build hosts are named from the hosts file', async () => {
  const PORTWRIGHT_HOSTS = join(place.dir, 'hosts.json');
  writeFileSync(PORTWRIGHT_HOSTS, '{"hosts": {"b1": {"local": true}, "b2": {"ssh": {"address": "b2"}}}}');
  expect(await portwright(['__complete', 'hosts'], {PORTWRIGHT_HOSTS})).toMatchObject({code: 0, stdout: 'b1\nb2\n'});
});

test('only plain names are offered, each once', () => {
  const ids = ['port:@a:net/foo', 'port:@b:net/foo', 'port:@a:net/foo@py', 'spool', 'port:@a:net/$(reboot)', 'port:@a:net/x@`y`'];
  expect(caseNames(ids)).toEqual(['net/foo', 'net/foo@py']);
});

test('another shell is a fault of the command line', async () => {
  expect(await portwright(['completion', 'constructor'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bash, zsh, tcsh'),
  });
});
