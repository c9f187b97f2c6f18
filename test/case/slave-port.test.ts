import {masterOf, overlayKind, slavePortReason, slavesIn} from '../../src/case/slave-port.ts';

const ROOTS = ['/work/freebsd-ports', '/work/compose'];

test.each([
  ['', undefined],
  ['/work/freebsd-ports/net/foo-lite', undefined],
  ['/work/freebsd-ports/net/foo-lite/../foo', 'net/foo'],
  ['/work/freebsd-ports/net/foo-lite/../../x11/./foo/', 'x11/foo'],
  ['/work/compose/net/foo', 'net/foo'],
])('MASTERDIR %j names %j', (value, master) => {
  expect(masterOf(value, 'net/foo-lite', ROOTS)).toBe(master);
});

test.each([
  '/etc',
  '/work/freebsd-ports',
  '/work/freebsd-ports/net',
  '/work/freebsd-ports/net/foo/files',
  '/work/freebsd-ports/net/../../../etc/passwd',
  '/work/freebsd-portsx/net/foo',
  '../foo',
  '/work/freebsd-ports/net/foo\n/work/freebsd-ports/net/bar',
  '/work/freebsd-ports/net/-foo',
  '/work/freebsd-ports/net/$(id)',
])('MASTERDIR %j is refused', (value) => {
  expect(() => masterOf(value, 'net/foo-lite', ROOTS)).toThrow(/^MASTERDIR of net\/foo-lite must be a port's directory/);
});

test('an overlay has the form of its files', () => {
  expect(overlayKind([])).toBe('none');
  expect(overlayKind(['STATUS'])).toBe('none');
  expect(overlayKind(['Makefile.DragonFly.x'])).toBe('compat');
  expect(overlayKind(['dragonfly', 'overlay.dops'])).toBe('overlay.dops');
});

test('slave ports are found by the MASTERDIR lines of the tree; a computed value is left to make', () => {
  const lines = [
    'net/foo-a/Makefile:MASTERDIR=\t${.CURDIR}/../foo',
    'net/foo-b/Makefile:MASTERDIR?= ${.CURDIR:H}/foo # comment',
    'x11/foo-c/Makefile:MASTERDIR=${.CURDIR}/../../net/foo',
    'x11/foo-d/Makefile:MASTERDIR:= ${PORTSDIR}/net/foo/',
    'x11/foo-e/Makefile:MASTERDIR=\t${.CURDIR:H:H}/net/foo',
    'net/foo-f/Makefile:MASTERDIR=\t${.CURDIR}/../foo${SUFFIX}',
    'net/foo-g/Makefile:MASTERDIR=\t${MASTER}',
    'net/foo/Makefile:MASTERDIR?=\t${.CURDIR}',
    'net/other/Makefile:MASTERDIR=\t${.CURDIR}/../foobar',
    'net/another/Makefile:MASTERDIR=\t${.CURDIR}/../bar${SUFFIX}',
    'net/-odd/Makefile:MASTERDIR=\t${.CURDIR}/../foo',
    '',
  ];
  expect(slavesIn(lines, 'net/foo')).toEqual({
    slaves: ['net/foo-a', 'net/foo-b', 'x11/foo-c', 'x11/foo-d', 'x11/foo-e'],
    computed: ['net/foo-f', 'net/foo-g'],
  });
});

test('the reason names the master with its overlay', () => {
  expect(slavePortReason('net/foo-lite', {origin: 'net/foo', overlay: 'overlay.dops', slaves: []})).toBe(
    'net/foo-lite is a slave port: it builds from net/foo (its overlay is overlay.dops), and a fix belongs there. Repair net/foo.',
  );
  expect(slavePortReason('net/foo-lite', {refused: 'why not'})).toBe('why not');
});
