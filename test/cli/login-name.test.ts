import {hostname, userInfo} from 'node:os';
import {commandLogin, loginName, requireName} from '../../src/cli/login-name.ts';
import {portwright} from './program.ts';

test('the name is that of the login, or of the account', () => {
  expect(loginName({USER: 'ann', LOGNAME: 'bo'}, () => 'cy')).toBe('ann');
  expect(loginName({USER: ' ', LOGNAME: 'bo'}, () => 'cy')).toBe('bo');
  expect(loginName({}, () => 'cy')).toBe('cy');
  expect(loginName({}, () => '')).toBeUndefined();
});

test('a command states the machine and its user, whatever name is given', () => {
  expect(commandLogin()).toEqual({method: 'cli', issuer: hostname(), subject: userInfo().username});
});

test('without a name an action is refused as a wrong command line, in one line', () => {
  expect(() => requireName(undefined)).toThrow(expect.objectContaining({name: 'UsageError'}));
  expect(requireName('ann')).toBe('ann');
});

test.each([['accept'], ['hold', 'release']])('%s takes the login name', async (...commands) => {
  for (const command of commands) {
    const {stdout} = await portwright([command, '--help'], {USER: '', LOGNAME: 'bo'});
    expect(stdout).toMatch(/--by <name> .*default: "bo"/s);
  }
});
