import {type MasterPort, overlayLabel} from '../slave-port.ts';
import {pluralize} from './plural.ts';

/** Returns a master for display: its origin, its overlay, and the number of its other slave ports. */
export function masterLabel({origin, overlay, slaves}: MasterPort): string {
  return `${origin} (${overlayLabel(overlay)}; ${pluralize(slaves.length, 'other slave port')})`;
}
