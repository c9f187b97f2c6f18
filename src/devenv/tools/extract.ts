import {makeStep} from './make-step.ts';

export const extract = makeStep(
  'extract',
  'extract',
  'Unpack the composed port anew, without any patch. Gives wrksrc. Other edits than patches are lost.',
);
