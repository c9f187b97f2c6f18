import {describeWarning} from '../../dops/check/advice.ts';
import {checkOverlay, newWarnings} from '../../dops/check/check-overlay.ts';
import {checkFiles} from '../../dops/check/check-text.ts';
import type {Warning} from '../../dops/check/warning.ts';
import {type Overlay, parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {OverlayContents} from './overlay-directory.ts';
import type {ToolContext} from './tool.ts';

/** Most lines of each kind in a result. */
const MOST_LINES = 20;

/** What is wrong with an overlay, as keys of a tool result. Keys without lines are missing. */
export interface OverlayFindings {
  /** Errors of overlay.dops, with which the port does not compose. */
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}

type Place = Pick<ToolContext, 'origin' | 'target'>;

/** Returns what is wrong with an overlay after an edit: what was not so before, and what concerns the files that the edit wrote. */
export function findingsAfter(
  place: Place,
  before: OverlayContents,
  after: OverlayContents,
  touched: readonly string[],
): OverlayFindings {
  const [old, now] = [before, after].map((state) => [state.dops ?? EMPTY, warningsOf(place, state)] as const);
  if (old === undefined || now === undefined) return {};
  const fresh = newWarnings(old, now);
  const again = now[1].filter((one) => !fresh.includes(one) && touched.some((path) => one.message.startsWith(`${path} `)));
  return asKeys(after, [...fresh, ...again]);
}

/** Returns all that is wrong with an overlay. */
export function findingsOf(place: Place, state: OverlayContents): OverlayFindings {
  return asKeys(state, warningsOf(place, state));
}

const EMPTY: Overlay = parseOverlay('');

function warningsOf({origin, target}: Place, state: OverlayContents): readonly Warning[] {
  const {files, port, dops} = state;
  if (dops !== undefined) return checkOverlay({overlay: dops, files, origin, target, port}).warnings;
  return checkFiles(undefined, files);
}

function asKeys({dops}: OverlayContents, found: readonly Warning[]): OverlayFindings {
  const errors = (dops?.diagnostics ?? []).map(
    ({code, message, line, column}) => `line ${line}, column ${column}: ${code}: ${message}`,
  );
  const warnings = found.map(describeWarning);
  return {
    ...(errors.length === 0 ? {} : {errors: errors.slice(0, MOST_LINES)}),
    ...(warnings.length === 0 ? {} : {warnings: warnings.slice(0, MOST_LINES)}),
  };
}
