import {makeStep} from './make-step.ts';

export const makePatch = makeStep(
  'make_patch',
  'patch',
  'Unpack the composed port and apply its patches, files/* then dragonfly/*, for patch_source. Gives wrksrc. Edits that are no patches are lost.',
);
