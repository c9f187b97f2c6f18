import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {program} from '../../src/cli/program.ts';
import {installRoot} from '../../src/setup/paths.ts';

const DIR = join(installRoot(), 'packaging', 'systemd');
const UNITS = readdirSync(DIR).filter((name) => name.endsWith('.service'));
const settings = readFileSync(join(installRoot(), 'docs', 'configuration.md'), 'utf8');
const guide = readFileSync(join(installRoot(), 'docs', 'install.md'), 'utf8');

const read = (name: string): string => readFileSync(join(DIR, name), 'utf8');

test.each(UNITS)(
  '%s starts a command that exists, with options that it has, as the dedicated user and with its umask',
  (name) => {
    const unit = read(name);
    const [, command = '', args = ''] = /^ExecStart=\/usr\/local\/bin\/portwright (\S+) ?(.*)$/m.exec(unit) ?? [];
    const options = program.commands.find((one) => one.name() === command)?.options.map(({long}) => long);
    expect(options).toEqual(expect.arrayContaining(args.match(/--[a-z-]+/g) ?? []));
    expect(unit).toMatch(/^User=portwright\nGroup=portwright\nUMask=0027\nStateDirectory=portwright\nStateDirectoryMode=0700$/m);
    expect(guide).toContain(`\`${name.replace('.service', '')}\``);
  },
);

const ANALYZE = '/usr/bin/systemd-analyze';
(existsSync(ANALYZE) ? test : test.skip)('systemd takes the units as they are', () => {
  const dir = mkdtempSync(join(tmpdir(), 'portwright-units-'));
  try {
    // The program is not installed here.
    for (const name of UNITS) writeFileSync(join(dir, name), read(name).replace('/usr/local/bin/portwright', process.execPath));
    const {stderr} = spawnSync(ANALYZE, ['verify', '--man=no', ...UNITS.map((name) => join(dir, name))], {encoding: 'utf8'});
    expect(stderr.split('\n').filter((line) => line.includes('portwright'))).toEqual([]);
  } finally {
    rmSync(dir, {recursive: true});
  }
});

test('an embedded server does not get the address of a cluster, which would replace it', () => {
  expect(read('portwright-server.service')).not.toMatch(/^Environment(File)?=.*(TEMPORAL_ADDRESS|portwright\.env)/m);
});

test('the sample of the settings has documented keys only', () => {
  const keys = [...read('portwright.env.sample').matchAll(/^#?([A-Z_]+)=/gm)].map(([, key = '']) => key);
  expect(keys.length).toBeGreaterThan(8);
  // The document names the keys of both models in one row.
  const documented = settings.replace(
    /DP_HARNESS_\{TRIAGE,PATCH\}_API_BASE`, `_API_KEY/,
    'DP_HARNESS_TRIAGE_API_BASE`, `DP_HARNESS_TRIAGE_API_KEY',
  );
  expect(keys.filter((key) => !documented.includes(`\`${key}\``))).toEqual([]);
});
