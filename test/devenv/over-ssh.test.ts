import {overSsh, splitSsh} from '../../src/devenv/over-ssh.ts';

test.each([
  [['ssh', 'host', 'dportsv3'], 2],
  [['/usr/bin/ssh', 'root@host', 'dportsv3'], 2],
  [['ssh', '-p', '2222', '-i', '/key', 'host', 'A=b', 'dportsv3'], 6],
  [['ssh', '-p2222', '-oControlMaster=auto', '-q', 'host', 'dportsv3'], 5],
  [['ssh', '-4o', 'BatchMode=yes', 'host', 'dportsv3'], 4],
  [['ssh', '-q', '--', 'host', 'dportsv3'], 4],
  [['ssh', '-q', 'host'], 3],
])('%j: the command begins behind word %i', (command, words) => {
  expect(splitSsh(command)).toEqual({ssh: command.slice(0, words), words: command.slice(words)});
});

test.each([
  [['ssh', '-o', 'ServerAliveInterval=5', 'host'], 'host'],
  [['ssh', '-o', 'ServerAliveInterval=5', '--', 'host'], '-- host'],
])('%j: our options come behind the operator’s, of which ssh takes the first', (ssh, host) => {
  const line = overSsh(ssh).slice(0, -1).join(' ');
  expect(line).toBe(`ssh -o ServerAliveInterval=5 -T -o ServerAliveInterval=15 -o ServerAliveCountMax=4 ${host}`);
});
