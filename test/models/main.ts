/** `npm run test:models [-- accuracy ... | repair ...]`: the suite, the accuracy of triage, or the repair of a port. */
import {execaSync} from 'execa';

const [what, ...options] = process.argv.slice(2);
const file = (name: string): string => new URL(name, import.meta.url).pathname;
const isProgram = what === 'accuracy' || what === 'repair';
const args = isProgram ? [file(`${what}.ts`), ...options] : ['--test', file('suite.ts')];
process.exitCode = execaSync(process.execPath, args, {stdio: 'inherit', reject: false}).exitCode ?? 1;
