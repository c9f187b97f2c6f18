import {readFileSync, writeFileSync} from 'node:fs';
import {diagram, readImports, violations} from './imports.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const DOCUMENT = `${ROOT}ARCHITECTURE.md`;
const BLOCK = /(<!-- npm run diagram -->\n\n```mermaid\n)[\s\S]*?(\n```)/;

/**
 * `node test/structure/main.ts`: checks the imports of src/, and that ARCHITECTURE.md shows the diagram drawn from them. Exit code 1 if not.
 * With `--write`: puts the diagram into ARCHITECTURE.md.
 */
const imports = readImports(`${ROOT}src`);
const document = readFileSync(DOCUMENT, 'utf8');
const drawn = document.replace(BLOCK, (_, before: string, after: string) => `${before}${diagram(imports)}${after}`);
if (!BLOCK.test(document)) throw new Error('ARCHITECTURE.md has no block `<!-- npm run diagram -->` with a mermaid graph.');
if (process.argv.includes('--write')) writeFileSync(DOCUMENT, drawn);
const problems = violations(imports);
if (drawn !== document && !process.argv.includes('--write'))
  problems.push('ARCHITECTURE.md shows another diagram than the imports make. Run `npm run diagram`.');
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
