import {execa} from 'execa';
import {HandleWarnings} from './handle-warnings.ts';

/** Opens a file, does `then`, and collects garbage until a warning comes, or a hundred times. */
const program = (then: string): string => `
  const {setImmediate: turn} = require('node:timers/promises');
  let warned = false;
  process.on('warning', () => { warned = true; });
  (async () => {
    await require('node:fs/promises').open(process.execPath).then(async (file) => { ${then} });
    for (let n = 0; n < 100 && !warned; n += 1) { gc(); await turn(); }
  })();
`;

test('a program that leaves a file to the garbage collector is reported, one that closes it is not', async () => {
  const env: NodeJS.ProcessEnv = {PATH: process.env.PATH};
  const warnings = new HandleWarnings(env);
  const ran = (then: string) =>
    execa(process.execPath, ['--no-warnings', '--expose-gc', '-e', program(then)], {env, extendEnv: false});
  await ran('await file.close();');
  expect(warnings.take()).toEqual([]);
  await ran('');
  expect(warnings.take().join('\n')).toContain('on garbage collection');
  expect(warnings.take()).toEqual([]);
});
