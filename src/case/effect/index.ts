export {compareEffect, unknownEffect} from './compare.ts';
export type {Effect, EffectChange} from './effect.ts';
export {withMaster} from './merge.ts';
export {type PackageFile, packageFindings, readPackageList} from './package.ts';
export {emptySnapshot, readSnapshot, WORK_PREFIX} from './read-snapshot.ts';
export {effectReport} from './report.ts';
export {ALL_ADJUSTABLE, EFFECT_RULES} from './rules.ts';
export type {PortSnapshot} from './snapshot.ts';
export {VARIABLES} from './variables.ts';
