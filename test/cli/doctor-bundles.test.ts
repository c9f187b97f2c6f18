import {chmodSync, unlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {findingsText} from '../../src/cli/doctor/finding.ts';
import {checkBundles} from '../../src/cli/doctor/unreadable-bundles.ts';
import {EvidenceDir} from '../evidence/evidence-dir.ts';
import {asNobody} from '../support/as-nobody.ts';

let evidence: EvidenceDir;
beforeEach(() => {
  evidence = new EvidenceDir();
  chmodSync(dirname(evidence.root), 0o755);
});
afterEach(() => evidence.remove());

const T = ['20260118-140501Z', '20260118-140502Z', '20260118-140503Z'] as const;
const check = () => asNobody(() => checkBundles({LOGS_ROOT: dirname(evidence.root), PORTWRIGHT_HOSTS: '/dev/null'}));

test('bundles that can be read are one line, and no evidence root is none', async () => {
  expect(await check()).toEqual([]);
  evidence.bundle(T[0]);
  evidence.job(T[0]);
  expect(findingsText(await check())).toBe(
    `ok bundles ${evidence.root}: every bundle can be read (1), and every request has its bundle.`,
  );
});

test('those that cannot, those that are malformed, and requests without one are told apart, with what to do', async () => {
  const [dir] = T.map((ts) => evidence.bundle(ts));
  chmodSync(join(dir ?? '', 'meta.txt'), 0);
  unlinkSync(join(evidence.root, 'runs/run-Live-1/ports', `devel_foo-${T[1]}`, 'meta.txt'));
  const job = evidence.job('20260118-140504Z');
  evidence.job(new Date(Date.now()).toISOString().replace(/[-:]/g, '').replace(/T/, '-').replace(/\.\d+/, ''));
  const [unreadable, malformed, lonely, ...others] = await check();
  expect(others).toEqual([]);
  expect(unreadable).toMatchObject({
    level: 'fail',
    found: expect.stringMatching(/^cannot be read: runs\/run-Live-1\/ports\/devel_foo-20260118-140501Z\. .*\(EACCES\)/),
    todo: expect.stringContaining('go on by themselves'),
  });
  expect(malformed).toMatchObject({level: 'warn', found: expect.stringMatching(/^not as the hooks .*140502Z.* has a meta\.txt/)});
  expect(lonely).toMatchObject({
    level: 'warn',
    name: `spool ${evidence.root}`,
    found: `without their bundle: pending/${job} (devel_foo-20260118-140504Z).`,
    todo: expect.stringContaining('--from-logs'),
  });
  chmodSync(join(evidence.root, 'runs/run-Live-1/ports'), 0);
  expect((await check())[0]?.found).toMatch(/^cannot be read: runs\/run-Live-1\/ports\. /);
});
