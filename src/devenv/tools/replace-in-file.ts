import {createHash} from 'node:crypto';
import {PRELUDE, runScript} from '../scripts.ts';
import {bytesOf, fitted, notFound} from './edit-text.ts';
import {findText} from './find-text.ts';
import {type CheckedPath, writable} from './paths.ts';
import {failed, refused, scriptRefusal} from './results.ts';
import {schema, text} from './schema.ts';
import {writtenBefore} from './store-file.ts';
import type {Tool, ToolContext, ToolOutcome} from './tool.ts';
import {writeFile} from './write.ts';

const MOST_BYTES = 1048576;

const SCRIPT = `${PRELUDE}
enter "$1" "$2"
open "$3" "$4"
cat <&3
`;

/** Works on bytes, one character each, so that a file need not be UTF-8. */
export const replaceInFile: Tool = {
  name: 'replace_in_file',
  description: 'Replace one place of a file (same directories as put_file). old_text must occur once; white space may differ.',
  parameters: schema({
    path: {type: 'string'},
    old_text: text('Whole lines, enough to be unique.'),
    new_text: text('Empty deletes.'),
  }),
  timeoutSeconds: 120,
  async run(args, context) {
    const checked = writable(args.path, context.origin);
    if (!checked.ok) return checked.outcome;
    const [wanted, fresh] = [bytesOf(args.old_text), bytesOf(args.new_text)];
    if (wanted.trim() === '')
      return refused('bad_arguments', 'old_text must have something in it. To write a complete file use put_file.');
    if (wanted === fresh) return refused('bad_arguments', 'old_text and new_text must differ.');
    const before = await writtenBefore(context, checked.at);
    if (before !== undefined) return before;
    const read = await readFile(context, checked.at);
    if (typeof read !== 'string') return read;
    const found = findText(read, wanted);
    if (found.kind !== 'found') return notFound(checked.at.path, found);
    const changed = read.slice(0, found.start) + fitted(fresh, found.how, read[found.end]) + read.slice(found.end);
    const sha256 = createHash('sha256').update(Buffer.from(read, 'latin1')).digest('hex');
    const done = await writeFile(context, checked.at, Buffer.from(changed, 'latin1'), sha256);
    return done.result.ok ? {...done, result: {...done.result, matched: found.how, line: found.line}} : done;
  },
};

async function readFile(context: ToolContext, at: CheckedPath): Promise<string | ToolOutcome> {
  const result = await runScript(context.env, SCRIPT, [at.root, at.dir, at.name, at.path], {
    timeoutSeconds: 120,
    tailBytes: MOST_BYTES,
    encoding: 'latin1',
    signal: context.signal,
  });
  if (result.rc !== 0) return scriptRefusal(result) ?? failed(`${at.path} was not read`, result);
  if (result.stdoutTruncated)
    return refused('too_large', `${at.path} has more than ${MOST_BYTES} bytes; this tool does not change such files.`);
  return result.stdout;
}
