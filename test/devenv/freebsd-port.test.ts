import {symlink} from 'node:fs/promises';
import {readFreebsdPort} from '../../src/devenv/freebsd-port.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());

const HOME = '/work/freebsd-ports/net/bar';

test('reads the files of a port, byte by byte', async () => {
  const texts = {
    Makefile: 'PORTNAME=\tbär\n9 odd\n',
    'files/empty': '',
    'files/patch-a+b.c': 'no newline at the end',
    'pkg-plist': '\n',
  };
  for (const [path, text] of Object.entries(texts)) await fake.put(`${HOME}/${path}`, text);
  await fake.put(`${HOME}/files/too-large`, 'x'.repeat(65_536));
  await fake.put(`${HOME}/files/large`, 'x'.repeat(65_535));
  await fake.put(`${HOME}/files/odd name`, 'x');
  await symlink('/etc/passwd', fake.at(`${HOME}/files/link`));
  const files = await readFreebsdPort(fake.env, 'net/bar');
  const found = Object.fromEntries((files ?? []).map(({path, text}) => [path, text]));
  expect(found).toEqual({...texts, 'files/large': 'x'.repeat(65_535)});
});

test('returns nothing where there is no such port', async () => {
  expect(await readFreebsdPort(fake.env, 'net/none')).toBeUndefined();
  expect(await readFreebsdPort(fake.env, '../DeltaPorts')).toBeUndefined();
});
