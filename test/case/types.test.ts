import {addUsage, isOrigin, NO_USAGE, usageLabel} from '../../src/case/types.ts';
import {caseId, portOf} from '../../src/protocol/workflow-ids.ts';

test.each([
  {target: '@2026Q2', origin: 'devel/gettext-tools'},
  {target: '@demo', origin: 'lang/foo', flavor: 'py311'},
])('a case id tells its port: %j', (port) => {
  expect(portOf(caseId(port))).toEqual(port);
});

test.each(['port:@demo:../etc', 'port:@demo:net/../x', 'run:1', '', 'port:@demo:net/foo\n'])('%j is no case id', (id) => {
  expect(() => portOf(id)).toThrow(/got/);
});

test.each(['net/foo', 'x11-drivers/xf86-video.2', 'devel/p5-Foo_Bar', 'lang/c++'])('%s is an origin', (text) => {
  expect(isOrigin(text)).toBe(true);
});

test.each([
  'net',
  'net/',
  '/foo',
  'net/foo/bar',
  'net/..',
  '../foo',
  'net/.hidden',
  'net/foo;rm',
  'net/$x',
  'net/a b',
  `net/${'a'.repeat(200)}`,
])('%j is no origin', (text) => {
  expect(isOrigin(text)).toBe(false);
});

test('estimates add up and are labelled', () => {
  const one = {...NO_USAGE, prompt: 100, cached: 60, estimatedCached: 60};
  const sum = addUsage(addUsage(one, NO_USAGE), {...one, implausible: 1});
  expect(sum).toMatchObject({cached: 120, estimatedCached: 120, implausible: 1});
  expect(usageLabel(sum)).toBe(
    " (1 call estimated: the server's report was implausible; 120 of the cached tokens estimated: the server does not report its cache)",
  );
  expect(usageLabel(NO_USAGE)).toBe('');
  expect(addUsage(NO_USAGE, NO_USAGE)).toEqual(NO_USAGE);
});
