import {lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {writeAnalysis} from '../../src/evidence/bundle.ts';
import {rebuildFixes} from '../../src/evidence/fixes.ts';
import {ImportedRun} from '../../src/evidence/imported-run.ts';
import {writeRunSummary} from '../../src/evidence/runs.ts';
import {deliverSpool} from '../../src/evidence/spool.ts';
import {RecordStore} from '../../src/evidence/store.ts';
import {EvidenceDir} from './evidence-dir.ts';

const CONFIG = {profile: 'Live', dirs: {}, target: undefined, deltaports: undefined};
const TS = '20260118-140501Z';
let evidence: EvidenceDir;
let umask: number;
beforeEach(() => {
  evidence = new EvidenceDir();
  umask = process.umask(0o027);
});
afterEach(() => {
  process.umask(umask);
  evidence.remove();
});

test('what is written into an evidence root is 0750 and 0640, whatever the umask', async () => {
  const dir = evidence.bundle(TS);
  evidence.job(TS);
  evidence.job('20260118-140502Z', {type: 'unknown'});
  process.umask(0);
  await deliverSpool(evidence.root, async () => {});
  await writeAnalysis(dir, 'deep/report.md', 'text');
  await new RecordStore(evidence.root).put('text');
  await rebuildFixes(evidence.root);
  await writeRunSummary(evidence.root, 'run-Live-1');
  const log = evidence.write('../devel___foo.log', 'cc: error: no\n');
  const run = await ImportedRun.open({root: evidence.root, target: '@main', profile: 'Live', config: CONFIG, suffix: 'by-hand'});
  await run.add({origin: 'devel/foo'}, log);
  await run.close();
  const paths = readdirSync(evidence.root, {recursive: true, encoding: 'utf8'});
  for (const part of ['deep/report.md', '.job.error', 'objects/sha256', 'fixes/.whole', 'summary.json', 'logfile.txt'])
    expect(paths.filter((path) => path.includes(part))).not.toEqual([]);
  const modes = paths.map((path) => [path, lstatSync(join(evidence.root, path))] as const);
  const wrong = modes.filter(([, stat]) => (stat.mode & 0o777) !== (stat.isDirectory() ? 0o750 : 0o640));
  expect(wrong.map(([path, {mode}]) => `${path} ${mode.toString(8)}`)).toEqual([]);
});
