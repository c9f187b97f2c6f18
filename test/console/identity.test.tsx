import {render} from 'preact-render-to-string';
import {canLogOut, type Identity, identify, identityOf, recordedLogin, shownLogin} from '../../src/console/access/identity.ts';
import {ActivityPanel} from '../../src/console/pages/case-activity.tsx';
import {TopBar} from '../../src/console/pages/top-bar.tsx';
import {caseAt} from './case-at.ts';

const ANN: Identity = {role: 'operator', method: 'oidc', user: 'ann', issuer: 'https://id.example/', subject: '12'};

const by = (identity: Identity): object => {
  const request = {};
  identify(request, identity);
  return request;
};

test('a request that no gate let in is nobody’s', () => {
  expect(identityOf({})).toEqual({role: 'public', method: 'none'});
  expect(shownLogin({})).toBeUndefined();
  expect(canLogOut({})).toBe(false);
});

test.each([
  [ANN, {login: {method: 'oidc', issuer: 'https://id.example/', subject: '12'}}, true],
  [{role: 'admin', method: 'proxy', user: 'ann'} as const, {login: {method: 'proxy'}}, false],
  [{role: 'admin', method: 'token'} as const, {login: {method: 'token'}}, true],
  [{role: 'admin', method: 'none'} as const, {}, false],
])('%j is recorded as %j', (identity, login, canLeave) => {
  expect(recordedLogin(by(identity))).toEqual(login);
  expect(canLogOut(by(identity))).toBe(canLeave);
});

test('each page shows who is logged in, and as what', () => {
  const shell = {theme: 'auto', lastEventId: 0, problems: [], waiting: 0, operator: 'ann'} as const;
  const bar = (login: ReturnType<typeof shownLogin>): string =>
    render(<TopBar current={undefined} shell={{...shell, login, canLogOut: login !== undefined}} />);
  expect(bar(shownLogin(by(ANN)))).toMatch(
    /title="You are logged in as ann by https:\/\/id\.example\/">ann <span class="dim">operator</,
  );
  expect(bar(shownLogin(by(ANN)))).toContain('action="/logout"');
  expect(bar(undefined)).toMatch(/title="Your name in the activity of cases">ann /);
  expect(bar(undefined)).not.toContain('/logout');
});

test('an action in the activity has how its operator was identified', () => {
  const atUtc = '2026-03-01T12:00:00.000Z';
  const login = {method: 'oidc', issuer: 'https://id.example/', subject: '<12>'} as const;
  const status = caseAt(['closed'], {operatorLog: [{atUtc, by: 'ann', login, did: 'accepted the fix'}]});
  const entries = [{atUtc, phase: 'awaiting-operator', text: 'ann accepted the fix'}] as const;
  const timeline = {entries, page: 1, pages: 1, total: 1};
  const html = render(<ActivityPanel status={status} timeline={timeline} run={undefined} />);
  expect(html).toContain('<strong>ann</strong> <span class="dim" title="OpenID Connect, https://id.example/, subject &lt;12>">');
  expect(html).toContain('(OpenID Connect)');
});
