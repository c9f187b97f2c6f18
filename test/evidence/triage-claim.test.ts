import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {claimTriage} from '../../src/evidence/triage-claim.ts';

const root = mkdtempSync(join(tmpdir(), 'claim-'));
afterAll(() => rmSync(root, {recursive: true}));
const claim = (signature: string, owner: string): Promise<boolean> => claimTriage(root, 'run-1', signature, owner);

test('one of several claims a signature, and may claim it again', async () => {
  const owners = ['a 1', 'b 1', 'c 1'];
  const won = await Promise.all(owners.map((owner) => claim('s', owner)));
  expect(won.filter(Boolean)).toHaveLength(1);
  const winner = owners[won.indexOf(true)] as string;
  expect(readFileSync(join(root, 'runs/run-1/triage/s'), 'utf8')).toBe(winner);
  expect(await claim('s', winner)).toBe(true);
  expect(await claim('t', 'b 1')).toBe(true);
});

test('a claim whose owner was killed before it wrote its name is nobody’s', async () => {
  expect(await claim('u', 'a 1')).toBe(true);
  writeFileSync(join(root, 'runs/run-1/triage/u'), '');
  expect(await claim('u', 'a 1')).toBe(false);
});
