import {recut} from './patch-states.ts';
import {dops, type FailingState, MAKEFILE, type Named, placeIn, upTo} from './state.ts';

/** A state in which nothing but the failure is known: each recipe has to decline. */
export function unknown(named: Named): FailingState {
  if (named.fix.causes.failedPhase === 'patch') return recut({...named, fix: {...named.fix, det: 'M'}});
  const place = placeIn(named.text);
  const sources = place === undefined ? {} : {[place.file]: upTo(place.line, [], ['int x;', ''])};
  return {overlay: {'overlay.dops': dops(named)}, freebsd: {Makefile: MAKEFILE}, sources, delivered: undefined};
}
