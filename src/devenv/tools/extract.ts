import {makeStep} from './make-step.ts';

export const extract = makeStep('extract', 'extract', 'As make_patch, without any patch.');
