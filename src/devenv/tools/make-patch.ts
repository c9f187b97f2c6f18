import {makeStep} from './make-step.ts';

export const makePatch = makeStep(
  'make_patch',
  'patch',
  'Unpack the composed port anew and apply its patches, files/* then dragonfly/*: the state to start a new source patch from. Gives wrksrc. Edits in the work tree that were not made into patches are lost. If a patch fails to apply, the output names it.',
);
