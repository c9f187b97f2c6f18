import {actorText, loginOf, loginText} from '../../src/case/login.ts';

test.each([
  [{method: 'oidc', issuer: 'https://id.example', subject: '12'}, 'OpenID Connect, https://id.example, subject 12'],
  [{method: 'cli', issuer: 'build1', subject: 'root'}, 'command line, build1, subject root'],
  [{method: 'proxy'}, 'reverse proxy'],
  [{method: 'token'}, "the console's token"],
  [{method: 'none'}, 'no login'],
])('%j is recorded as it is, and described', (given, text) => {
  const login = loginOf(given);
  expect(login).toEqual(given);
  expect(login && loginText(login)).toBe(text);
});

test.each([
  [{by: 'ann'}, 'ann'],
  [
    {by: 'ann', login: {method: 'oidc', issuer: 'https://id.example', subject: '12'}} as const,
    'ann (OpenID Connect, https://id.example)',
  ],
  [{by: 'ann', login: {method: 'cli', issuer: 'build1', subject: 'root'}} as const, 'ann (command line)'],
])('%j is published without subjects and machines', (actor, text) => {
  expect(actorText(actor)).toBe(text);
});

test('what does not fit is left out or cut, whoever sent it', () => {
  for (const none of [undefined, null, 'oidc', {}, {method: 'root'}, {method: ['oidc']}, []])
    expect(loginOf(none)).toBeUndefined();
  expect(loginOf({method: 'oidc', issuer: 1, subject: '', more: 'x'})).toEqual({method: 'oidc'});
  const long = loginOf({method: 'oidc', issuer: `a\nb\u202e${'x'.repeat(1000)}`});
  expect(long?.issuer).toHaveLength(500);
  expect(long?.issuer?.startsWith('a b x')).toBe(true);
});
