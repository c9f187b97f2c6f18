import {createHash} from 'node:crypto';
import {readdir} from 'node:fs/promises';
import {runOnHost} from '../../src/devenv/on-host.ts';
import {type StandInSsh, standInSsh} from '../support/stand-in-ssh.ts';

/** Login shells of root, csh on DragonFly, and the sh that runs the wrapper. */
const SHELLS = [
  ['/bin/tcsh', 'dash'],
  ['/bin/zsh', 'mksh'],
] as const;
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
  "!$\n'".repeat(10_000),
];

describe.each(SHELLS)('login shell %s, wrapper under %s', (login, shell) => {
  let host: StandInSsh;
  beforeAll(async () => {
    host = await standInSsh(login, shell);
  });
  afterAll(() => host.end());

  test('arguments of any bytes, output, and no trace of the command afterwards', async () => {
    const options = {timeoutSeconds: 30, tailBytes: 65_536};
    const result = await runOnHost(host.command, 'printf "%s|" "$@"; echo err >&2; exit 3', HOSTILE, options);
    expect(result).toMatchObject({rc: 3, stdout: HOSTILE.map((one) => `${one}|`).join(''), stderr: 'err\n'});
    expect(await readdir(host.registry)).toEqual([]);
  });

  test('input and output are binary', async () => {
    const input = Buffer.from(Uint8Array.from({length: 300_000}, (_, at) => (at * at) % 251));
    const hash = createHash('sha256');
    const options = {timeoutSeconds: 30, stdin: input, onStdout: (chunk: Uint8Array) => hash.update(chunk)};
    expect((await runOnHost(host.command, 'cat', [], options)).rc).toBe(0);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(input).digest('hex'));
  });

  test.each([
    ['exit 255', 255],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('%s is %i', async (script, rc) => {
    expect(await runOnHost(host.command, script, [], {timeoutSeconds: 30})).toMatchObject({rc, stderr: ''});
  });
});
