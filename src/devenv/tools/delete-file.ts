import {deleteOverlayFile} from './delete-overlay-file.ts';
import {inOverlay} from './paths.ts';
import {schema} from './schema.ts';
import type {Tool} from './tool.ts';

export const deleteFile: Tool = {
  name: 'delete_file',
  description: 'Delete a file of the overlay with the statements of overlay.dops that use it.',
  parameters: schema({path: {type: 'string'}}),
  timeoutSeconds: 120,
  async run(args, context) {
    const checked = inOverlay(args.path, context.origin);
    return checked.ok ? deleteOverlayFile(context, checked.at) : checked.outcome;
  },
};
