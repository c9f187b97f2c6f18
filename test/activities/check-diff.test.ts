import {artifactActivities} from '../../src/activities/artifacts.ts';
import {KeptCase} from '../cli/kept-case.ts';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
});
afterEach(() => kept.remove());

const STATUS_DELETED = [
  'diff --git a/ports/devel/foo/STATUS b/ports/devel/foo/STATUS',
  'deleted file mode 100644',
  'index 1ad37e2..0000000',
  '--- a/ports/devel/foo/STATUS',
  '+++ /dev/null',
  '@@ -1 +0,0 @@',
  '-PORT',
  '',
].join('\n');

/** Returns whether the deletion of STATUS passes the guard, in an overlay with these files. */
async function statusMayGo(overlay: Record<string, string> | null): Promise<boolean> {
  kept.evidence.bundle('20260201-101500Z');
  const bundle = {bundleId: 'devel_foo-20260201-101500Z', runId: 'run-Live-1'};
  const captured = {
    diff: await kept.store.put(STATUS_DELETED),
    overlay: overlay === null ? null : await kept.store.putJson(overlay),
  };
  const worker = artifactActivities({env: {}, roots: [kept.evidence.root], client: undefined as never, taskQueue: ''});
  return (await worker.checkDiff({bundle, origin: 'devel/foo', captured})).passes;
}

test('the guard judges a diff with the files of the overlay that it leaves as they are', async () => {
  const dops = 'port devel/foo\ntype port\ntarget @any\n';
  expect(await statusMayGo({STATUS: 'PORT\n', 'overlay.dops': dops})).toBe(true);
  expect(await statusMayGo({STATUS: 'PORT\n', 'overlay.dops': dops.replace('type port', 'type mask')})).toBe(false);
  expect(await statusMayGo({STATUS: 'PORT\n'})).toBe(false);
  expect(await statusMayGo(null)).toBe(false);
});
