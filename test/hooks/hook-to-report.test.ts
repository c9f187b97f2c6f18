import {basename} from 'node:path';
import {jest} from '@jest/globals';
import {findBundle, listPortFiles, readMeta} from '../../src/evidence/bundle.ts';
import {logLines, readBundleFile} from '../../src/evidence/reading.ts';
import {causeLine} from '../../src/evidence/signature.ts';
import {type Delivery, deliverSpool} from '../../src/evidence/spool.ts';
import {BuildHost} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

test('what the hook leaves is delivered, found and read, also for a port with a flavor and a plus sign', async () => {
  const host = new BuildHost();
  try {
    host.conf('PORTWRIGHT_TARGET=2026Q2\n');
    host.write('logs/x11___gtk+@py311.log', "===>  Building\ngtk.c:7:11: error: 'X' undeclared\n*** Error code 1\n\nStop.\n");
    host.write('ports/x11/gtk+/Makefile', 'PORTNAME=gtk\n');
    const delivered: Delivery[] = [];
    for (const _ of [1, 2]) host.run('hook_pkg_failure', {ORIGIN: 'x11/gtk+', FLAVOR: 'py311', PKGNAME: 'py311-gtk-1.txz'});
    const result = await deliverSpool(host.evidence, async (report) => {
      delivered.push(report);
    });
    expect(result).toMatchObject({failed: [], waiting: []});
    // Both hooks ran in the same second, so the names of their jobs differ in the pid alone, whose order means nothing.
    delivered.sort((one, other) => one.iteration - other.iteration);
    expect(delivered.map(({iteration}) => iteration)).toEqual([1, 2]);
    expect(delivered[1]).toMatchObject({
      ...{target: '@2026Q2', origin: 'x11/gtk+', flavor: 'py311', profile: 'LiveSystem', runId: 'run-LiveSystem-unknown'},
      previousBundle: delivered[0]?.bundleId,
    });
    for (const report of delivered) {
      const {dir, root} = await findBundle(['/nonexistent', host.evidence], report);
      expect([root, basename(dir)]).toEqual([host.evidence, report.bundleId]);
      expect((await readMeta(dir)).get('origin')).toBe('x11/gtk+');
      expect(await listPortFiles(dir)).toEqual([{path: 'port/Makefile', size: 13}]);
      expect(await logLines(dir, 2, 2)).toEqual(["gtk.c:7:11: error: 'X' undeclared"]);
      const errors = await readBundleFile(dir, 'logs/errors.txt', 200_000);
      expect(causeLine(errors?.text ?? '')).toBe("gtk.c:7:11: error: 'X' undeclared");
    }
  } finally {
    host.remove();
  }
});
