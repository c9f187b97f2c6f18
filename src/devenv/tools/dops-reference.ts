import {DOPS_REFERENCE} from '../../case/prompt/dops-reference.ts';
import {outcome} from './results.ts';
import {schema} from './schema.ts';
import type {Tool} from './tool.ts';

export const dopsReference: Tool = {
  name: 'dops_reference',
  description: 'The language of overlay.dops. Call it once, where the forms in the first message do not suffice.',
  parameters: schema({}),
  timeoutSeconds: 10,
  run: () => Promise.resolve(outcome({ok: true, reference: DOPS_REFERENCE}, `${DOPS_REFERENCE.length} characters`)),
};
