import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {consoleSettings} from '../../src/console/settings.ts';
import {isLoopback} from '../../src/setup/host-port.ts';

const TOKEN = '0123456789abcdef';
const asks = {PORTWRIGHT_CONSOLE_TOKEN: TOKEN};
const proxied = {PORTWRIGHT_CONSOLE_USER_HEADER: 'X-Forwarded-User'};

test('without settings it listens on loopback, asks for nothing, and believes proxies of this machine', () => {
  expect(consoleSettings({}, {})).toEqual({
    host: '127.0.0.1',
    port: 8787,
    isLoopback: true,
    token: undefined,
    userHeader: undefined,
    proxies: ['127.0.0.1', '::1'],
    hosts: [],
    proposedName: undefined,
    oidc: undefined,
    sessionSeconds: 12 * 3600,
    tokenRole: 'admin',
    groupsHeader: undefined,
    roles: [],
    isPublic: false,
  });
});

test.each([
  ['the usual address', {}, '127.0.0.1', 8787],
  ['an address', {PORTWRIGHT_CONSOLE: '127.0.0.2:80'}, '127.0.0.2', 80],
  ['an address with blanks around', {PORTWRIGHT_CONSOLE: ' localhost:9000 '}, 'localhost', 9000],
  ['one of IPv6', {PORTWRIGHT_CONSOLE: '[::1]:8787'}, '::1', 8787],
  ['any port', {PORTWRIGHT_CONSOLE: '127.0.0.1:0'}, '127.0.0.1', 0],
  ['the state server’s', {STATE_SERVER_BIND: '127.0.0.9', STATE_SERVER_PORT: '9999'}, '127.0.0.9', 9999],
  ['the state server’s host', {STATE_SERVER_BIND: '::1'}, '::1', 8787],
  ['the state server’s port', {STATE_SERVER_PORT: '0'}, '127.0.0.1', 0],
  [
    'both, of which ours counts',
    {PORTWRIGHT_CONSOLE: 'localhost:1', STATE_SERVER_BIND: '0.0.0.0', STATE_SERVER_PORT: '2'},
    'localhost',
    1,
  ],
  ['an empty one', {PORTWRIGHT_CONSOLE: ' '}, '127.0.0.1', 8787],
  ['all addresses, with a token', {...asks, PORTWRIGHT_CONSOLE: '0.0.0.0:8787'}, '0.0.0.0', 8787],
  ['all of IPv6, behind a proxy', {...proxied, PORTWRIGHT_CONSOLE: '[::]:8787'}, '::', 8787],
  ['a name, with a token', {...asks, PORTWRIGHT_CONSOLE: 'build.example:8787'}, 'build.example', 8787],
])('listens at %s', (_, env, host, port) => {
  expect(consoleSettings(env, {})).toMatchObject({host, port});
});

test('what is told beside the environment comes first, and is judged as well', () => {
  expect(consoleSettings({PORTWRIGHT_CONSOLE: '127.0.0.1:1'}, {port: 0})).toMatchObject({host: '127.0.0.1', port: 0});
  expect(() => consoleSettings({}, {host: '0.0.0.0'})).toThrow('asks nobody who he is');
});

test.each([
  ['0.0.0.0:8787'],
  ['[::]:8787'],
  ['192.168.1.5:8787'],
  ['[fe80::1]:8787'],
  ['build.example:8787'],
  ['127.0.0.1.example:8787'],
  ['127.1:8787'],
  ['0:8787'],
  ['localhost.example:8787'],
])('does not start at %s for anybody, and says what to set', (address) => {
  const start = (): unknown => consoleSettings({PORTWRIGHT_CONSOLE: address}, {});
  expect(start).toThrow(/asks nobody who he is.*PORTWRIGHT_CONSOLE_TOKEN.*openssl rand -hex 32.*PORTWRIGHT_CONSOLE_USER_HEADER/);
  expect(() => consoleSettings({...asks, PORTWRIGHT_CONSOLE: address}, {})).not.toThrow();
  expect(() => consoleSettings({...proxied, PORTWRIGHT_CONSOLE: address}, {})).not.toThrow();
});

test.each([
  ['an address without a port', {PORTWRIGHT_CONSOLE: '127.0.0.1'}, /PORTWRIGHT_CONSOLE must be HOST:PORT.*got "127.0.0.1"/],
  ['a port alone', {PORTWRIGHT_CONSOLE: '8787'}, /must be HOST:PORT/],
  ['a port that is none', {PORTWRIGHT_CONSOLE: 'localhost:65536'}, /must be HOST:PORT/],
  ['IPv6 without brackets', {PORTWRIGHT_CONSOLE: '::1:8787'}, /must be HOST:PORT/],
  ['brackets around a name', {PORTWRIGHT_CONSOLE: '[abc]:8787'}, /must be HOST:PORT/],
  ['a URL', {PORTWRIGHT_CONSOLE: 'http://localhost:8787'}, /must be HOST:PORT/],
  ['an old port that is none', {STATE_SERVER_PORT: 'x'}, /STATE_SERVER_PORT must be a port.*got "x"/],
  ['an old host with a port', {STATE_SERVER_BIND: 'localhost:1'}, /STATE_SERVER_BIND must be a host/],
  ['an old address for all', {STATE_SERVER_BIND: '0.0.0.0'}, /asks nobody who he is/],
  [
    'a short token',
    {PORTWRIGHT_CONSOLE_TOKEN: 'short-secret'},
    /at least 16 characters.*got 12\. `openssl rand -hex 32` makes one/,
  ],
  ['a token with blanks', {PORTWRIGHT_CONSOLE_TOKEN: 'four words of secret'}, /without blanks/],
  ['a header that is none', {PORTWRIGHT_CONSOLE_USER_HEADER: 'X User'}, /must be the name of a header.*got "X User"/],
  ['a proxy by its name', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.1, proxy'}, /must be addresses.*got "proxy"/],
  ['a proxy with a zone', {PORTWRIGHT_CONSOLE_PROXY: 'fe80::1%em0'}, /got "fe80::1%em0"/],
  ['a network of proxies', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.0/8'}, /neither names nor networks/],
  ['a host with a port', {PORTWRIGHT_CONSOLE_HOSTS: 'a.example:80'}, /must be names of hosts.*got "a.example:80"/],
  ['a host as a URL', {PORTWRIGHT_CONSOLE_HOSTS: 'https://a.example'}, /must be names of hosts/],
])('refuses %s in words', (_, env, words) => {
  expect(() => consoleSettings(env, {})).toThrow(words);
});

const provider = {
  PORTWRIGHT_OIDC_ISSUER: 'https://id.example/realms/ports',
  PORTWRIGHT_OIDC_CLIENT_ID: 'portwright',
  PORTWRIGHT_CONSOLE_URL: 'https://console.example',
  PORTWRIGHT_CONSOLE_ROLES: 'admin = /ports/admins, operator=urn:x:y=z,viewer=*',
};

describe('a login provider', () => {
  test('is enough to listen for others, and has usual values', () => {
    const {oidc, roles, hosts} = consoleSettings({...provider, PORTWRIGHT_CONSOLE: '0.0.0.0:8787'}, {});
    expect(oidc).toEqual({
      issuer: new URL('https://id.example/realms/ports'),
      clientId: 'portwright',
      clientSecret: undefined,
      redirectUrl: new URL('https://console.example/login/oidc/callback'),
      scopes: 'openid profile email',
      nameClaim: undefined,
      roleClaim: 'groups',
      label: 'id.example',
    });
    expect(roles).toEqual([
      {role: 'admin', value: '/ports/admins'},
      {role: 'operator', value: 'urn:x:y=z'},
      {role: 'viewer', value: '*'},
    ]);
    expect(hosts).toEqual(['console.example']);
  });

  test('has its secret in a variable or in a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'portwright-secret-')), 'secret');
    writeFileSync(file, 'in-a-file\n');
    const secret = (env: object): unknown => consoleSettings({...provider, ...env}, {}).oidc?.clientSecret;
    expect(secret({PORTWRIGHT_OIDC_CLIENT_SECRET: ' given '})).toBe('given');
    expect(secret({PORTWRIGHT_OIDC_CLIENT_SECRET_FILE: file})).toBe('in-a-file');
    const both = {PORTWRIGHT_OIDC_CLIENT_SECRET: 'given-secret', PORTWRIGHT_OIDC_CLIENT_SECRET_FILE: file};
    expect(() => secret(both)).toThrow(/are both set/);
    expect(() => secret(both)).not.toThrow('given-secret');
    expect(() => secret({PORTWRIGHT_OIDC_CLIENT_SECRET_FILE: `${file}-not`})).toThrow(/must be a file that the console can read/);
    writeFileSync(file, '\n');
    expect(() => secret({PORTWRIGHT_OIDC_CLIENT_SECRET_FILE: file})).toThrow(/must be a file with the secret alone/);
    rmSync(dirname(file), {recursive: true});
  });

  test.each([
    ['http elsewhere', {PORTWRIGHT_OIDC_ISSUER: 'http://id.example'}, /must be an https address.*got "http:/i],
    ['no address', {PORTWRIGHT_OIDC_ISSUER: 'id.example'}, /must be an https address/],
    ['a password in its address', {PORTWRIGHT_OIDC_ISSUER: 'https://a:b@id.example'}, /without user/],
    ['no client', {PORTWRIGHT_OIDC_CLIENT_ID: ''}, /PORTWRIGHT_OIDC_CLIENT_ID must be the id/],
    ['no way back', {PORTWRIGHT_CONSOLE_URL: ''}, /needs PORTWRIGHT_CONSOLE_URL/],
    ['a way back by http', {PORTWRIGHT_CONSOLE_URL: 'http://console.example'}, /PORTWRIGHT_CONSOLE_URL must be an https address/],
    ['a way back to a page', {PORTWRIGHT_OIDC_REDIRECT_URL: 'https://console.example/ui'}, /must have the path \/login/],
    ['other scopes', {PORTWRIGHT_OIDC_SCOPES: 'profile'}, /openid among them/],
    ['no roles', {PORTWRIGHT_CONSOLE_ROLES: ''}, /no group has a role/],
    ['an odd role', {PORTWRIGHT_CONSOLE_ROLES: 'root=a'}, /must be entries ROLE=GROUP.*got "root=a"/],
    ['a public group', {PORTWRIGHT_CONSOLE_ROLES: 'public=*'}, /must be entries ROLE=GROUP/],
    ['a role without a group', {PORTWRIGHT_CONSOLE_ROLES: 'admin='}, /must be entries ROLE=GROUP/],
    ['sessions without an end', {PORTWRIGHT_CONSOLE_SESSION_HOURS: '169'}, /a number from 1 to 168/],
    ['an odd role of the token', {PORTWRIGHT_CONSOLE_TOKEN_ROLE: 'public'}, /must be viewer, operator or admin/],
    ['an odd switch', {PORTWRIGHT_CONSOLE_PUBLIC: 'yes'}, /must be 1 or 0/],
    [
      'settings without an issuer',
      {PORTWRIGHT_OIDC_ISSUER: ''},
      /PORTWRIGHT_OIDC_CLIENT_ID is set, and PORTWRIGHT_OIDC_ISSUER is not/,
    ],
  ])('is refused with %s', (_, env, text) => {
    expect(() => consoleSettings({...provider, ...env}, {})).toThrow(text);
  });

  test('by http is for this machine', () => {
    const here = {PORTWRIGHT_OIDC_ISSUER: 'http://[::1]:9000', PORTWRIGHT_CONSOLE_URL: 'http://localhost:8787'};
    expect(() => consoleSettings({...provider, ...here}, {})).not.toThrow();
  });
});

test.each([
  ['public pages without a login', {PORTWRIGHT_CONSOLE_PUBLIC: '1'}, /is for a console with a login/],
  ['groups without a user', {PORTWRIGHT_CONSOLE_GROUPS_HEADER: 'X-Groups'}, /Set both, or neither/],
  ['groups without roles', {...proxied, PORTWRIGHT_CONSOLE_GROUPS_HEADER: 'X-Groups'}, /no group has a role/],
])('%s are refused', (_, env, text) => {
  expect(() => consoleSettings(env, {})).toThrow(text);
});

test('a token that is refused is not told', () => {
  expect(() => consoleSettings({PORTWRIGHT_CONSOLE_TOKEN: 'short-secret'}, {})).not.toThrow('short-secret');
});

test('headers, proxies and hosts are read from lists', () => {
  const env = {
    ...{...proxied, PORTWRIGHT_CONSOLE_PROXY: ' 10.0.0.1, [fd00::1],,', PORTWRIGHT_CONSOLE_HOSTS: 'A.example, [fd00::2]'},
    PORTWRIGHT_CONSOLE_URL: 'https://console.example:8443/portwright',
  };
  expect(consoleSettings(env, {})).toMatchObject({
    userHeader: 'x-forwarded-user',
    proxies: ['10.0.0.1', 'fd00::1'],
    hosts: ['a.example', 'fd00::2', 'console.example'],
  });
});

test('who started it is proposed as the operator, where only this machine reaches it', () => {
  expect(consoleSettings({USER: 'ann', LOGNAME: 'bo'}, {}).proposedName).toBe('ann');
  expect(consoleSettings({LOGNAME: 'bo'}, {}).proposedName).toBe('bo');
  expect(consoleSettings({USER: 'a\nb'}, {}).proposedName).toBeUndefined();
  expect(consoleSettings({...asks, USER: 'ann', PORTWRIGHT_CONSOLE: '0.0.0.0:1'}, {}).proposedName).toBeUndefined();
});

test.each([
  ['127.0.0.1', true],
  ['127.255.1.2', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['LocalHost', true],
  ['::ffff:10.0.0.1', false],
  ['fe80::1%eth0', false],
  ['128.0.0.1', false],
  ['', false],
])('%s is loopback: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});
