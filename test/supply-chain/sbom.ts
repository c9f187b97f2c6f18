import {execa} from 'execa';
import {installRoot} from '../../src/setup/paths.ts';
import {nameAt, productionPackages} from './lock.ts';

interface Sbom {
  metadata: {component: {name: string; purl: string; 'bom-ref': string}};
  components: {'bom-ref': string; purl: string; hashes?: {alg: string; content: string}[]}[];
  dependencies: {ref: string; dependsOn?: string[]}[];
}

/**
 * The production dependencies as CycloneDX, from package-lock.json alone, so that it is the same on every machine. npm's own
 * `--omit dev` would leave out what development tools need too (npm 11: 50 of 198 packages), and npm calls the project by its directory.
 */
export async function sbom(): Promise<Sbom> {
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const {stdout} = await execa('npm', args, {cwd: installRoot(), stdin: 'ignore'});
  const all = JSON.parse(stdout) as Sbom;
  const root = all.metadata.component;
  const kept = new Set([root['bom-ref']]);
  for (const [place, {version}] of await productionPackages()) kept.add(`${nameAt(place)}@${version}`);
  return {
    ...all,
    metadata: {...all.metadata, component: {...root, name: root['bom-ref'].replace(/@[^@]*$/, '')}},
    components: all.components.filter((one) => kept.has(one['bom-ref'])),
    dependencies: all.dependencies
      .filter(({ref}) => kept.has(ref))
      .map(({ref, dependsOn = []}) => ({ref, dependsOn: dependsOn.filter((one) => kept.has(one))})),
  };
}
