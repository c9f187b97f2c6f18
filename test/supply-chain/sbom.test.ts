import {homedir} from 'node:os';
import {installRoot} from '../../src/setup/paths.ts';
import {nameAt, productionPackages} from './lock.ts';
import {sbom} from './sbom.ts';

test('the SBOM has each production dependency with its hash, and nothing of this machine', async () => {
  const made = await sbom();
  expect(made.metadata.component.name).toBe('portwright');
  const wanted = new Set((await productionPackages()).map(([place, {version}]) => `${nameAt(place)}@${version}`));
  expect(made.components.map((one) => one['bom-ref']).sort()).toEqual([...wanted].sort());
  expect(made.components.filter(({hashes}) => hashes?.[0]?.alg !== 'SHA-512')).toEqual([]);
  const text = JSON.stringify(made);
  expect(new Set(text.match(/\w+:\/\/[^/"]+/g))).toEqual(new Set(['http://cyclonedx.org']));
  for (const path of [installRoot(), homedir()].filter((one) => one.length > 1)) expect(text).not.toContain(`${path}`);
});
