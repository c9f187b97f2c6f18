import {defineSearchAttributeKey} from '@temporalio/common';

/** Search attributes of a case, all of type Keyword. The Web UI's list can be filtered by them. */
export const PortOrigin = defineSearchAttributeKey('PortOrigin', 'KEYWORD');
export const PortTarget = defineSearchAttributeKey('PortTarget', 'KEYWORD');
export const PortPhase = defineSearchAttributeKey('PortPhase', 'KEYWORD');
export const PortTier = defineSearchAttributeKey('PortTier', 'KEYWORD');
export const PortClassification = defineSearchAttributeKey('PortClassification', 'KEYWORD');
export const PortOutcome = defineSearchAttributeKey('PortOutcome', 'KEYWORD');
export const BuildRun = defineSearchAttributeKey('BuildRun', 'KEYWORD');

/** All search attributes, for registration. */
export const SEARCH_ATTRIBUTES = [
  PortOrigin,
  PortTarget,
  PortPhase,
  PortTier,
  PortClassification,
  PortOutcome,
  BuildRun,
] as const;
