/** `npm run --silent sbom > sbom.json` */
import {sbom} from './sbom.ts';

console.log(JSON.stringify(await sbom(), null, 2));
