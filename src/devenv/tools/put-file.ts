import {writable} from './paths.ts';
import {refused} from './results.ts';
import {schema, text} from './schema.ts';
import {writtenBefore} from './store-file.ts';
import type {Tool} from './tool.ts';
import {writeFile} from './write.ts';

export const putFile: Tool = {
  name: 'put_file',
  description:
    "Write a complete file, in the port's overlay /work/DeltaPorts/ports/<origin>/ or its work tree /work/obj/<origin>/. For a small change use replace_in_file; for overlay.dops dops_add.",
  parameters: schema({
    path: text('Absolute path.'),
    content: {type: 'string'},
    'encoding?': {type: 'string', enum: ['text', 'base64'], description: 'Of content. Default text.'},
    'expected_sha256?': text('Write only if it has this sha256 now.'),
  }),
  timeoutSeconds: 120,
  async run(args, context) {
    const checked = writable(args.path, context.origin);
    if (!checked.ok) return checked.outcome;
    const expected = String(args.expected_sha256 ?? '').toLowerCase();
    if (expected !== '' && !/^[0-9a-f]{64}$/.test(expected)) {
      return refused(
        'bad_arguments',
        'expected_sha256 must be 64 hex digits, as get_file gives them. Leave it out for a new file.',
      );
    }
    const content = decode(String(args.content), args.encoding === 'base64');
    if (content === undefined) return refused('bad_arguments', 'content must be base64 when encoding is base64.');
    return (await writtenBefore(context, checked.at)) ?? writeFile(context, checked.at, content, expected);
  },
};

function decode(content: string, base64: boolean): Buffer | undefined {
  if (!base64) return Buffer.from(content, 'utf8');
  const packed = content.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(packed) && packed.length % 4 === 0 ? Buffer.from(packed, 'base64') : undefined;
}
