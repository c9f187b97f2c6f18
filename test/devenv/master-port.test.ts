import {execa} from 'execa';
import {findMaster} from '../../src/devenv/master-port.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
  const slaves = {
    'net/foo-lite': 'MASTERDIR=${.CURDIR}/../foo\n',
    'x11/foo-more': 'SUFFIX=\nMASTERDIR=\t${.CURDIR}/../../net/foo${SUFFIX}\n',
    'net/foo-no': 'SUFFIX=x\nMASTERDIR=\t${.CURDIR}/../foo${SUFFIX}\n',
    'net/self': 'MASTERDIR=${.CURDIR}/../self\n',
    'net/outside': 'MASTERDIR=/work/DeltaPorts/ports/net/foo\n',
    'net/next': 'MASTERDIR=${.CURDIR}/../foo-lite\n',
    'net/bar': 'PORTNAME=bar\n',
    'net/bar-lite': 'MASTERDIR=${.CURDIR}/../bar\n',
    'net/broken': '.error no\n',
  };
  for (const [origin, makefile] of Object.entries(slaves)) await fake.put(`/work/freebsd-ports/${origin}/Makefile`, makefile);
});
afterAll(() => fake.end());

const find = (origin: string) => findMaster(fake.env, {origin});

test('a master is named with its overlay and its other slave ports', async () => {
  const overlay = 'compat';
  expect(await find('net/foo-lite')).toEqual({origin: 'net/foo', overlay, slaves: ['x11/foo-more']});
  expect(await find('x11/foo-more')).toEqual({origin: 'net/foo', overlay, slaves: ['net/foo-lite']});
  expect(await find('net/bar-lite')).toEqual({origin: 'net/bar', overlay: 'none', slaves: []});
  await fake.put('/work/DeltaPorts/ports/net/bar/overlay.dops', 'port net/bar\n');
  expect(await find('net/bar-lite')).toMatchObject({overlay: 'none'});
  const git = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  await execa('git', ['add', '-A'], {cwd: fake.at('/work/DeltaPorts')});
  await execa('git', [...git, 'commit', '-q', '-m', 'bar'], {cwd: fake.at('/work/DeltaPorts')});
  expect(await find('net/bar-lite')).toMatchObject({overlay: 'overlay.dops'});
});

test('a port with its own Makefile has no master, nor one that make cannot read or that is not there', async () => {
  for (const origin of ['net/foo', 'net/self', 'net/broken', 'net/none']) expect(await find(origin)).toBeUndefined();
});

test('a MASTERDIR outside of the ports tree and a slave of a slave are refused', async () => {
  expect(await find('net/outside')).toEqual({refused: expect.stringContaining('"/work/DeltaPorts/ports/net/foo"')});
  expect(await find('net/next')).toEqual({
    refused: 'net/next is a slave port of net/foo-lite, which is itself a slave port, of net/foo.',
  });
});
