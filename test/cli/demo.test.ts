import {PassThrough} from 'node:stream';
import {choosePorts, portFrom, portMenu} from '../../src/cli/demo/choose-ports.ts';
import {offerPorts} from '../../src/cli/demo/further-ports.ts';
import {stepLine} from '../../src/cli/demo/lines.ts';
import {DEMO_PORTS} from '../../src/demo/ports.ts';
import {until} from '../support/processes.ts';

test('ports are chosen by their options, and an unknown one is a wrong command line', () => {
  expect(choosePorts({})).toEqual([DEMO_PORTS[0]]);
  expect(choosePorts({all: true})).toBe(DEMO_PORTS);
  expect(choosePorts({port: ['devel/evloop', 'sysutils/dfwho']}).map(({origin}) => origin)).toEqual([
    'sysutils/dfwho',
    'devel/evloop',
  ]);
  const usage = expect.objectContaining({name: 'UsageError'});
  expect(() => choosePorts({port: ['net/other']})).toThrow(usage);
  expect(() => choosePorts({all: true, port: ['net/wifimedia']})).toThrow(usage);
});

test('a further port is named by its number, its origin or its name', () => {
  expect(portMenu()).toContain('\n   5  devel/evloop        its configure script does not support DragonFly\n');
  for (const text of ['5', ' devel/evloop ', 'evloop']) expect(portFrom(text)?.origin).toBe('devel/evloop');
  for (const text of ['0', '11', 'loop', '']) expect(portFrom(text)).toBeUndefined();
});

test('further ports fail one after the other; an error and a wrong name end nothing', async () => {
  const input = new PassThrough();
  const printed: string[] = [];
  const events: string[] = [];
  const stop = offerPorts(
    input,
    (line) => void printed.push(line),
    async ({origin}) => {
      events.push(`begin ${origin}`);
      await new Promise((done) => setImmediate(done));
      if (origin === 'sysutils/dfwho') throw new Error('dsynth left no evidence');
      events.push(`end ${origin}`);
    },
  );
  input.write('4\nnonsense\n\nevloop\n');
  await until('the second port', () => events.includes('end devel/evloop'));
  expect(events).toEqual(['begin sysutils/dfwho', 'begin devel/evloop', 'end devel/evloop']);
  expect(printed).toEqual(expect.arrayContaining([portMenu(), 'sysutils/dfwho: dsynth left no evidence']));
  expect(printed.find((line) => line.startsWith('"nonsense" is no port of the list.'))).toBeDefined();
  stop();
});

test('a step is one line, without terminal sequences of its text', () => {
  const entry = {atUtc: '2026-01-02T03:04:05.678Z', phase: 'patch', text: 'turn 1:\n\u001b[2Jgrep'} as const;
  expect(stepLine(entry, 'net/foo ')).toBe('net/foo 03:04:05 patch             turn 1: grep');
});
