import {makeStep} from './make-step.ts';

export const extract = makeStep(
  'extract',
  'extract',
  'Unpack the composed port anew, without any patch. Gives wrksrc, the directory of the source. Edits in the work tree that were not made into patches are lost.',
);
