import {assignmentLine, readAssignments} from '../../../src/case/migration/assignments.ts';
import {translateHooksConf} from '../../../src/case/migration/hooks-conf.ts';
import {translateSettings} from '../../../src/case/migration/settings.ts';

test('plain assignments are read as a shell reads them; what a shell computes has no value', () => {
  const text = '# conf\nA=1\nexport B=\'x y\' # why\nC="q"\nD=$A\nE=`id`\nF="$A"\nif true; then\nA=2;\nG=a b\n\n';
  const {assignments, otherLines} = readAssignments(text);
  const values = Object.fromEntries(assignments.map(({name, value}) => [name, value]));
  expect(values).toEqual({A: '2', B: 'x y', C: 'q', D: undefined, E: undefined, F: undefined, G: undefined});
  expect(otherLines).toBe(1);
  expect(assignmentLine('A', "it's; rm")).toBe("A='it'\\''s; rm'");
});

test('the hooks’ conf gets the names of now, and each key that goes has a reason', () => {
  const {items, conf} = translateHooksConf(
    'DPORTSV3_TRACKER_TARGET=2026Q2\nDELTAPORTS_ROOT=/x\nDPORTSV3_BIN=/bin/d\nARTIFACT_STORE_URL=http://a\nDPORTSV3_HOOKS_FLAG_FILE=$X\nMINE=1\nexit 0\n',
  );
  expect(conf.split('\n').slice(1)).toEqual(['PORTWRIGHT_TARGET=@2026Q2', 'DELTAPORTS_ROOT=/x', '']);
  expect(items.map(({name, result, detail}) => `${name} ${result}: ${detail}`)).toEqual([
    'DPORTSV3_TRACKER_TARGET taken: its name is PORTWRIGHT_TARGET now',
    'DELTAPORTS_ROOT taken: it has the same name and meaning',
    'DPORTSV3_BIN left: there is no tracker; set PORTWRIGHT_BIN if failures are to be reported at once',
    'ARTIFACT_STORE_URL left: there is no artifact store and no state.db: bundles are directories',
    'DPORTSV3_HOOKS_FLAG_FILE left: the shell computes its value; write it out by hand',
    'MINE left: the hooks have no such key',
    '1 other lines left: they are no KEY=value, and the conf is not run',
  ]);
  expect(translateHooksConf('DPORTSV3_TRACKER_TARGET=@${PROFILE}\n').items[0]?.detail).toBe('it is the default: @<PROFILE>');
});

test('variables are lines to set; keys and passwords are never among them', () => {
  const key = 'sk-abcdef0123456789abcdef0123456789';
  const env = {
    DP_HARNESS_TRIAGE_MODEL: 'deepseek-chat',
    DP_HARNESS_TRIAGE_API_BASE: 'https://ann:hunter22@models.example.org/v1',
    DP_HARNESS_TRIAGE_API_KEY: key,
    DPORTSV3_CMD: `/usr/bin/env KEY=${key} dportsv3`,
    DPORTSV3_DELIVERY_TOKEN: 'tok-hush-hush',
    DP_HARNESS_MAX_PATCH_ATTEMPTS: '5',
    DP_HARNESS_BUNDLE_BACKSTOP: 'many',
    DP_HARNESS_POLICY: '/old/policy.json',
    OPENCODE_MODEL: 'gpt-5-nano',
    EDITOR: 'vi',
  };
  const settings = Object.entries(env).map(([name, value]) => ({name, value}));
  const options = {from: '/etc/runner.env', policy: '/new/policy.json', onlyKnown: false};
  const {items, lines, repeats} = translateSettings(settings, options);
  expect(lines).toEqual([
    'DP_HARNESS_TRIAGE_MODEL=deepseek-chat',
    'DP_HARNESS_TRIAGE_API_BASE=https://ann:[masked: password]@models.example.org/v1',
    'DP_HARNESS_TRIAGE_API_KEY=[masked: key]',
    "DPORTSV3_CMD='/usr/bin/env KEY=[masked: own secret] dportsv3'",
    'DP_HARNESS_POLICY=/new/policy.json',
  ]);
  expect(repeats).toEqual({attempts: 5});
  const results = Object.fromEntries(items.map(({name, result}) => [name, result]));
  expect(results).toMatchObject({
    ...{DP_HARNESS_BUNDLE_BACKSTOP: 'failed', OPENCODE_MODEL: 'left', EDITOR: 'left', DPORTSV3_DELIVERY_TOKEN: 'left'},
    ...{DP_HARNESS_TRIAGE_API_KEY: 'taken'},
  });
  expect(items.find(({name}) => name === 'DP_HARNESS_TRIAGE_API_KEY')?.detail).toContain('copy the value from /etc/runner.env');
  expect(JSON.stringify({items, lines})).not.toMatch(/sk-abc|hunter22|hush/);
  expect(translateSettings(settings, {...options, onlyKnown: true}).items.map(({name}) => name)).not.toContain('EDITOR');
});
