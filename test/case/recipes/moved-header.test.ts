import {applyPatch} from 'diff';
import {movedHeader} from '../../../src/case/recipes/moved-header.ts';
import {applied, composedByDops, fixOf, inputOf, withText} from './support.ts';

const OVERLAY = {'overlay.dops': 'port net/foo\ntarget @any\n'};
const FREEBSD = {Makefile: 'PORTNAME=\tfoo\n'};
const lines = (...all: string[]) => `${all.join('\n')}\n`;
const failing = (text: string, header: string, around: readonly string[] = []) =>
  withText(inputOf({header}, OVERLAY, composedByDops(FREEBSD, OVERLAY), FREEBSD), text, 'build', around);
const missing = (header: string, line: number) =>
  failing(`src/a.c:${line}:10: fatal error: ${header}: No such file or directory`, header);

async function repaired(input: ReturnType<typeof failing>, source: string): Promise<string | false> {
  const fix = fixOf(movedHeader, input, {'src/a.c': source});
  expect(fix.review).toBeDefined();
  const after = await applied(fix, OVERLAY);
  return applyPatch(source, after['dragonfly/patch-src_a.c'] ?? '', {fuzzFactor: 0});
}

test.each([
  ['cam/scsi/scsi_message.h', 'bus/cam/scsi/scsi_message.h'],
  ['cam/cam.h', 'bus/cam/cam.h'],
  ['dev/usb/usb_ioctl.h', 'bus/u4b/usb_ioctl.h'],
  ['net/if_tun.h', 'net/tun/if_tun.h'],
  ['net80211/ieee80211_ioctl.h', 'netproto/802_11/ieee80211_ioctl.h'],
  ['ufs/ffs/fs.h', 'vfs/ufs/fs.h'],
  ['sys/ata.h', 'sys/nata.h'],
])('%s is included as %s', async (header, moved) => {
  const source = (...includes: string[]) => lines('#include <stdio.h>', ...includes, 'int x;');
  expect(await repaired(missing(header, 2), source(`#include <${header}>`))).toBe(
    source('#ifdef __DragonFly__', `#include <${moved}>`, '#else', `#include <${header}>`, '#endif'),
  );
});

test('all moved headers of the file are included under one condition for each group', async () => {
  const source = lines(
    '# if 1',
    '# include <cam/cam.h>',
    '# include <cam/scsi/scsi_pass.h>',
    '# endif',
    '#include <net/if_tap.h>',
  );
  expect(await repaired(missing('cam/cam.h', 2), source)).toBe(
    lines(
      '# if 1',
      '# ifdef __DragonFly__',
      '# include <bus/cam/cam.h>',
      '# include <bus/cam/scsi/scsi_pass.h>',
      '# else',
      '# include <cam/cam.h>',
      '# include <cam/scsi/scsi_pass.h>',
      '# endif',
      '# endif',
      '#ifdef __DragonFly__',
      '#include <net/tap/if_tap.h>',
      '#else',
      '#include <net/if_tap.h>',
      '#endif',
    ),
  );
});

const REFUSED = '/usr/include/sys/disk.h:48:2: error: #error "This file should not be included by userland programs."';

test('sys/disk.h, which refuses programs, is replaced where it is included', async () => {
  const input = failing(REFUSED, '', ['In file included from ../src/a.c:2:', REFUSED, ' #error "x"']);
  expect(movedHeader.wants(input)).toEqual(['src/a.c']);
  expect(await repaired(input, lines('int a;', '#include <sys/disk.h>'))).toContain('#include <sys/diskslice.h>\n#else\n');
});

test.each([
  ['a header under a condition on DragonFly', lines('#ifdef __DragonFly__', '#include <cam/cam.h>', '#endif')],
  ['a line that includes another header', lines('int a;', '#include <x.h>', '#include <cam/cam.h>')],
  ['unbalanced conditions', lines('#if 1', '#include <cam/cam.h>')],
])('no fix for %s', (_what, source) => {
  expect(movedHeader.fix(missing('cam/cam.h', 2), new Map([['src/a.c', source]]))).toBeUndefined();
});

test.each([
  missing('none.h', 2),
  failing(REFUSED, '', [REFUSED]),
  failing('/usr/local/include/a.h:2:1: fatal error: cam/cam.h: No such file or directory', 'cam/cam.h'),
])('a header that is not known, or a file outside of the source, is none of its failures', (input) => {
  expect(movedHeader.wants(input)).toBeUndefined();
});
