/** `npm run licences`: a table of the production dependencies; exit code 1 if one has a licence that is not allowed. */
import {licencesOf} from './licences.ts';
import {productionPackages} from './lock.ts';

const licences = await licencesOf(await productionPackages());
const wide = Math.max(...licences.map(({name}) => name.length));
for (const {name, version, licence, allowed} of licences)
  console.log(`${name.padEnd(wide)}  ${version.padEnd(14)}  ${licence}${allowed ? '' : '  NOT ALLOWED'}`);
const refused = licences.filter(({allowed}) => !allowed);
console.log(`${licences.length} packages, ${refused.length} with a licence that is not allowed`);
if (refused.length > 0) {
  console.error('Replace them, or look at their licences and name them in test/supply-chain/licences.ts.');
  process.exitCode = 1;
}
