import {modelSettings, settingsOfCall} from '../../src/llm/settings.ts';

const TRIAGE = {DP_HARNESS_TRIAGE_MODEL: 'small', DP_HARNESS_TRIAGE_API_BASE: 'http://127.0.0.1:8080/v1'};

function missing(env: Record<string, string>, purpose: 'triage' | 'patch' = 'triage'): string {
  const settings = modelSettings(purpose, env);
  return 'missing' in settings ? settings.missing : `nothing is missing: ${JSON.stringify(settings)}`;
}

test('triage has its own settings, and a local server needs no key', () => {
  expect(modelSettings('triage', TRIAGE)).toEqual({
    purpose: 'triage',
    model: 'small',
    baseUrl: 'http://127.0.0.1:8080/v1',
    apiKey: '',
    timeoutMs: 120_000,
    window: 128_000,
    tools: 'auto',
    jsonTriage: false,
  });
});

test('patch falls back to triage’s model and address, with its own time limit', () => {
  expect(modelSettings('patch', TRIAGE)).toMatchObject({purpose: 'patch', model: 'small', timeoutMs: 600_000});
  expect(modelSettings('patch', {...TRIAGE, DP_HARNESS_PATCH_MODEL: 'large', DP_HARNESS_PATCH_TIMEOUT: '1.5'})).toMatchObject({
    model: 'large',
    baseUrl: 'http://127.0.0.1:8080/v1',
    timeoutMs: 1500,
  });
});

test('a review is asked of the repair’s model, of triage’s at its address, or of another one at the repair’s', () => {
  const env = {
    ...TRIAGE,
    DP_HARNESS_PATCH_MODEL: 'large',
    DP_HARNESS_PATCH_API_BASE: 'http://10.0.0.7/v1',
    DP_HARNESS_PATCH_API_KEY: 'key-of-patch',
  };
  const by = (review_model?: string) => settingsOfCall({purpose: 'review', policy: {review_model}}, env);
  const large = modelSettings('patch', env);
  expect(by()).toEqual(large);
  expect(by('openai/large')).toEqual(large);
  expect(by('small')).toMatchObject({model: 'small', baseUrl: TRIAGE.DP_HARNESS_TRIAGE_API_BASE, apiKey: '', timeoutMs: 600_000});
  expect(by('other')).toEqual({...large, model: 'other'});
  expect(settingsOfCall({purpose: 'triage', policy: {review_model: 'other'}}, env)).toEqual(modelSettings('triage', env));
  expect(settingsOfCall({purpose: 'review', policy: {review_model: 'other'}}, {})).toEqual(modelSettings('patch', {}));
});

test('no key goes to an address that was set without it', () => {
  const env = {
    ...TRIAGE,
    DP_HARNESS_TRIAGE_API_KEY: 'key-of-triage',
    DP_HARNESS_PATCH_MODEL: 'large',
    DP_HARNESS_PATCH_API_BASE: 'http://10.0.0.7/v1',
    OPENAI_API_KEY: 'key-of-openai',
  };
  expect(modelSettings('patch', env)).toMatchObject({baseUrl: 'http://10.0.0.7/v1', apiKey: ''});
  expect(modelSettings('triage', env)).toMatchObject({apiKey: 'key-of-triage'});
  const own = {...env, DP_HARNESS_PATCH_API_BASE: '', DP_HARNESS_PATCH_API_KEY: 'key-of-patch'};
  const patch = modelSettings('patch', own);
  expect(patch).toMatchObject({apiKey: 'key-of-patch'});
  expect(patch).not.toHaveProperty('baseUrl');
});

test('OPENAI_* are the last resort', () => {
  const env = {DP_HARNESS_TRIAGE_MODEL: 'openai/gpt-5-nano', OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'https://gateway.example/v1'};
  expect(modelSettings('triage', env)).toMatchObject({model: 'gpt-5-nano', baseUrl: 'https://gateway.example/v1', apiKey: 'k'});
});

test('what is missing is named', () => {
  expect(missing({})).toContain('DP_HARNESS_TRIAGE_MODEL');
  expect(missing({}, 'patch')).toContain('DP_HARNESS_PATCH_MODEL or DP_HARNESS_TRIAGE_MODEL');
  expect(missing({DP_HARNESS_TRIAGE_MODEL: 'gpt-5'})).toContain('Set DP_HARNESS_TRIAGE_API_KEY');
  expect(missing({...TRIAGE, DP_HARNESS_TRIAGE_API_BASE: 'https://far.example/v1', OPENAI_API_KEY: 'k'})).toContain(
    'No key for https://far',
  );
});

test('another provider needs an address', () => {
  expect(missing({...TRIAGE, DP_HARNESS_TRIAGE_PROVIDER: 'anthropic'})).toContain('DP_HARNESS_TRIAGE_API_BASE');
  const deepseek = {DP_HARNESS_TRIAGE_MODEL: 'deepseek/deepseek-chat', DP_HARNESS_TRIAGE_API_KEY: 'k'};
  expect(missing(deepseek)).toContain('DP_HARNESS_TRIAGE_API_BASE');
  const withBase = {...deepseek, DP_HARNESS_TRIAGE_API_BASE: 'https://far.example/v1', DP_HARNESS_TRIAGE_PROVIDER: 'openai'};
  expect(modelSettings('triage', withBase)).toMatchObject({model: 'deepseek/deepseek-chat', apiKey: 'k'});
});

test('addresses and time limits are checked', () => {
  expect(missing({...TRIAGE, DP_HARNESS_TRIAGE_API_BASE: '127.0.0.1:8080'})).toMatch(/must be a URL.*127\.0\.0\.1:8080/);
  expect(missing({...TRIAGE, DP_HARNESS_TRIAGE_API_BASE: 'http://[::1/v1'})).toContain('is not a URL');
  for (const seconds of ['0', '-5', 'long', '1e9'])
    expect(missing({...TRIAGE, DP_HARNESS_TIMEOUT: seconds})).toContain('DP_HARNESS_TIMEOUT must');
});

test('window, tools and JSON replies are the same for both purposes, and odd values are refused by name', () => {
  const set = {...TRIAGE, DP_HARNESS_CONTEXT_WINDOW: '8192', DP_HARNESS_TOOLS: 'text', DP_HARNESS_JSON_TRIAGE: '1'};
  for (const purpose of ['triage', 'patch'] as const)
    expect(modelSettings(purpose, set)).toMatchObject({window: 8192, tools: 'text', jsonTriage: true});
  for (const [name, value] of [
    ['DP_HARNESS_CONTEXT_WINDOW', '8k'],
    ['DP_HARNESS_CONTEXT_WINDOW', '100'],
    ['DP_HARNESS_TOOLS', 'xml'],
  ] as const)
    expect(modelSettings('triage', {...TRIAGE, [name]: value})).toEqual({missing: expect.stringContaining(`${name} must be`)});
});
