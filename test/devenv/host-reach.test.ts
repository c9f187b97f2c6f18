import {buildHost, type SshReach} from '../../src/case/host/host.ts';
import {faultOf, reachFault} from '../../src/devenv/host-reach.ts';

const REACH: SshReach = {address: 'b1', user: 'root', port: 2222, identity: '/k/id', knownHosts: '/k/known'};
const ended = (printed: string, code = 255) =>
  `A command must start on b1; ssh ended before that (exit code ${code}): ${printed} Check with: ssh -- b1 true`;

test.each([
  [
    'ssh: Could not resolve hostname b1: Name or service not known',
    'The name b1 cannot be resolved.',
    'Correct the address in /etc/hosts.json',
  ],
  ['ssh: connect to host b1 port 2222: Connection refused', 'Nothing listens at b1, port 2222.', 'Start sshd there'],
  ['ssh: connect to host b1 port 2222: Connection timed out', 'b1 does not answer at port 2222.', 'Is it up'],
  ['ssh: connect to host b1 port 2222: No route to host', 'b1 does not answer at port 2222.', 'Is it up'],
  [
    'No ED25519 host key is known for [b1]:2222 and you have requested strict checking. | Host key verification failed.',
    'The host key of b1 is not known.',
    'ssh-keyscan -p 2222 b1 >>/k/known',
  ],
  [
    'Host key for [b1]:2222 has changed and you have requested strict checking. | Host key verification failed.',
    'The host key of b1 is not the known one',
    "ssh-keygen -R '[b1]:2222' -f /k/known",
  ],
  ['root@b1: Permission denied (publickey).', 'b1 accepts no key of the user root.', 'ssh-copy-id -i /k/id.pub -p 2222 root@b1'],
  ['Connection closed by 10.0.0.1 port 2222', 'ssh cannot log in to b1: Connection closed', 'ssh -p 2222 -i /k/id'],
])('%s', (printed, found, todo) => {
  const fault = faultOf(REACH, ended(printed), '/etc/hosts.json');
  expect(fault).toEqual({found: expect.stringContaining(found), todo: expect.stringContaining(todo)});
});

test('what is not of ssh is of the login shell', () => {
  expect(faultOf(REACH, ended('This account is currently not available.', 1), '')).toEqual({
    found: 'The login shell of root@b1 must run /bin/sh; it does not: This account is currently not available.',
    todo: expect.stringContaining('root@b1 /bin/sh -c id'),
  });
});

test('a host that is named by its address alone is reached as ssh does by default', () => {
  expect(faultOf({address: 'b1'}, ended('Host key verification failed.'), '').todo).toContain(
    'ssh-keyscan -p 22 b1 >>~/.ssh/known_hosts',
  );
  expect(faultOf({address: 'b1'}, ended('b1: Permission denied (publickey).'), '')).toEqual({
    found: 'b1 accepts no key of this user.',
    todo: expect.stringContaining('ssh-copy-id -p 22 b1'),
  });
});

test('this machine is always reached', async () => {
  expect(await reachFault(buildHost('here', {local: true}), {})).toBeUndefined();
});
