import {deleteOverlayFile} from './delete-overlay-file.ts';
import {inOverlay} from './paths.ts';
import {schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

export const deleteFile: Tool = {
  name: 'delete_file',
  description:
    'Delete a file of the overlay, such as a patch that upstream has, with the statements of overlay.dops that use it.',
  parameters: schema({path: text('Absolute path.')}),
  timeoutSeconds: 120,
  async run(args, context) {
    const checked = inOverlay(args.path, context.origin);
    return checked.ok ? deleteOverlayFile(context, checked.at) : checked.outcome;
  },
};
