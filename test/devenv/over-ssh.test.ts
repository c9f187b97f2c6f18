import {spawnSync} from 'node:child_process';
import {overSsh} from '../../src/devenv/over-ssh.ts';

/** Login shells of root: csh on DragonFly, others elsewhere. */
const SHELLS = ['tcsh', 'sh', 'dash', 'bash', 'mksh', 'zsh'] as const;
const HOSTILE = [
  '',
  ' ',
  "it's",
  '!history !! ^a^b',
  '$(id) `id` $HOME ${HOME}',
  'a\nb\n',
  '\\0101 \\n \\\\ %s %b %%',
  '"double" * ? [a] {a,b} ~ ; | & < > ( ) #',
  'é\u{1f600}\u0007\t',
  '-n',
];

/** Returns what the remote side prints: sshd passes the joined words to the login shell. */
function remote(shell: string, line: readonly string[]): string {
  const {stdout, stderr, status} = spawnSync(shell, ['-c', line.slice(2).join(' ')], {
    encoding: 'utf8',
    env: {PATH: '/usr/bin:/bin', HOME: '/'},
  });
  expect({shell, stderr, status}).toEqual({shell, stderr: '', status: 0});
  return stdout;
}

test.each(SHELLS)('arguments come through %s as they are', (shell) => {
  const line = overSsh(['ssh', 'host', 'printf'], ['%s|', ...HOSTILE]);
  expect(remote(shell, line)).toBe(HOSTILE.map((one) => `${one}|`).join(''));
});

test.each(SHELLS)('a script of 10 kB comes through %s', (shell) => {
  const script = `# ${'x! $y '.repeat(1400)}\nprintf %s "$1"\n`;
  expect(remote(shell, overSsh(['ssh', 'host', '/bin/sh'], ['-c', script, 'name', "don't!"]))).toBe("don't!");
});

test('words after the host are text of sh, as an operator wrote them', () => {
  expect(remote('tcsh', overSsh(['ssh', 'host', 'A=b', 'sh', '-c', "'echo", "$A'"], []))).toBe('b\n');
});

test.each([
  [['ssh', 'host', 'dportsv3'], 2],
  [['/usr/bin/ssh', 'root@host', 'dportsv3'], 2],
  [['ssh', '-p', '2222', '-i', '/key', 'host', 'dportsv3'], 6],
  [['ssh', '-p2222', '-oControlMaster=auto', '-tt', 'host', 'dportsv3'], 5],
  [['ssh', '-4o', 'BatchMode=yes', 'host', 'dportsv3'], 4],
  [['ssh', '-q', '--', 'host', 'dportsv3'], 4],
])('%j: the command begins behind word %i', (command, words) => {
  const line = overSsh(command, ['status']);
  expect(line.slice(0, words)).toEqual(command.slice(0, words));
  expect(line).toHaveLength(words + 1);
  expect(line.at(-1)).toBe(`/bin/sh -c 'eval "$(printf %b "$0")"' 'dportsv3\\0040\\0047status\\0047'`);
});
