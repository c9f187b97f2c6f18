import {type Overlay, parseOverlay} from '../syntax/parse-overlay.ts';
import type {PortType} from '../syntax/statement.ts';
import {emitStatement} from './emit-statement.ts';

/** Returns an overlay with a header and no operations. */
export function createOverlay(origin: string, reason: string, type: PortType = 'port'): Overlay {
  const header = [
    emitStatement({kind: 'port', origin}),
    emitStatement({kind: 'type', type}),
    emitStatement({kind: 'reason', text: reason}),
    '',
    emitStatement({kind: 'target', selectors: ['@any']}),
  ];
  return parseOverlay(`${header.join('\n')}\n\n`);
}
