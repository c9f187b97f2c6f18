export type {Family, Finding, Phase, RootCauses} from './finding.ts';
export {digest, normaliseLine, plainLine} from './normalise.ts';
export {RootCauseScan} from './scan.ts';
export {rootCauseText} from './text.ts';
