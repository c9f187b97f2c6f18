/** `npm run test:models [-- accuracy ...]`: the suite, or the accuracy of triage. */
import {execaSync} from 'execa';

const [what, ...options] = process.argv.slice(2);
const file = (name: string): string => new URL(name, import.meta.url).pathname;
const args = what === 'accuracy' ? [file('accuracy.ts'), ...options] : ['--test', file('suite.ts')];
process.exitCode = execaSync(process.execPath, args, {stdio: 'inherit', reject: false}).exitCode ?? 1;
