import {makeStep} from './make-step.ts';

export const makePatch = makeStep(
  'make_patch',
  'patch',
  'Unpack the composed port anew and apply its patches, files/* then dragonfly/*: the state for patch_source. Gives wrksrc. Other edits than patches are lost. A patch that fails is named.',
);
