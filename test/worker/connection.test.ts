import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {connectionOptions} from '../../src/worker/connection.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'connection-'));
});
afterEach(() => rmSync(dir, {recursive: true}));

function toml(text: string): NodeJS.ProcessEnv {
  writeFileSync(join(dir, 'temporal.toml'), text);
  return {TEMPORAL_CONFIG_FILE: join(dir, 'temporal.toml')};
}

test('nothing set means the embedded server', () => {
  expect(connectionOptions({HOME: dir})).toBeUndefined();
  expect(connectionOptions({HOME: dir, TEMPORAL_NAMESPACE: 'ports'})).toBeUndefined();
});

test('an address, with a namespace or the default one', () => {
  expect(connectionOptions({HOME: dir, TEMPORAL_ADDRESS: 'build:7233'})).toMatchObject({
    connectionOptions: {address: 'build:7233'},
    namespace: 'default',
  });
  expect(connectionOptions({HOME: dir, TEMPORAL_ADDRESS: 'build:7233', TEMPORAL_NAMESPACE: 'ports'})?.namespace).toBe('ports');
});

test('a profile of temporal.toml, by name too, and the environment over it', () => {
  const env = toml(
    '[profile.default]\naddress = "a:1"\nnamespace = "one"\n[profile.far]\naddress = "b:2"\nnamespace = "two"\napi_key = "k"\n',
  );
  expect(connectionOptions(env)).toMatchObject({connectionOptions: {address: 'a:1'}, namespace: 'one'});
  const far = connectionOptions({...env, TEMPORAL_PROFILE: 'far'});
  expect(far).toMatchObject({connectionOptions: {address: 'b:2', apiKey: 'k', tls: true}, namespace: 'two'});
  expect(connectionOptions({...env, TEMPORAL_ADDRESS: 'c:3'})).toMatchObject({
    connectionOptions: {address: 'c:3'},
    namespace: 'one',
  });
});
