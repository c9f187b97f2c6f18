import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {PortType} from '../../dops/syntax/statement.ts';
import {type OverlayKind, overlayKind, textOf} from './overlay-kind.ts';
import type {PortFile} from './playbooks.ts';
import {quickReference} from './quick-reference.ts';

/** Source: contract, section 7.4. */
const FORMS: Readonly<Record<Exclude<OverlayKind, 'unknown'>, string>> = {
  dops: 'This port has `overlay.dops`, and that file alone counts: Makefile.DragonFly, diffs/, dragonfly/ and STATUS beside it do nothing by themselves.',
  none: 'This port has no `overlay.dops`, and no files of the older form. The first `dops_add` or `install_patches` creates `overlay.dops`; Makefile.DragonFly and diffs/ are not accepted any more.',
  compat:
    "This port has the older compat form, without `overlay.dops`. Repair it in that form; an `overlay.dops` beside its files would switch all of them off. Makefile.DragonFly is a fragment read after the Makefile: `mk add X v` is `X+= v` there, `mk remove X v` is `X:= ${X:Nv}`, `mk target set` a target with its recipe. dragonfly/patch-* apply by themselves. diffs/<file>.diff changes one of the port's own files: `patch_source` with path `pkg-plist` writes it.",
};

const TYPES: Readonly<Record<PortType, string>> = {
  port: '',
  dport: " Its type is dport: the port is `newport/` of the overlay, not FreeBSD's.",
  lock: ' Its type is lock: the port is frozen at its last good release.',
  mask: ' Its type is mask: the port is left out.',
};

/** Returns the section on the form of the port's overlay; empty without a snapshot of the port. */
export function overlaySection(files: readonly PortFile[]): string {
  const kind = overlayKind(files);
  if (kind === 'unknown') return '';
  return `## Overlay Form\n\n${FORMS[kind]}${kind === 'dops' ? TYPES[typeOf(files)] : ''}`;
}

/** Returns the same section, with the operations that a repair of this port may need. */
export function overlayGuide(files: readonly PortFile[], port: string): string {
  const kind = overlayKind(files);
  if (kind !== 'dops' && kind !== 'none') return overlaySection(files);
  const header = kind === 'none' ? [headerExample(port, files)] : [];
  return [overlaySection(files), ...header, 'Operations, `dops_reference` has them all:', quickReference(files)].join('\n\n');
}

function headerExample(origin: string, files: readonly PortFile[]): string {
  const type: PortType = files.some(({path}) => path.startsWith('overlay/newport/')) ? 'dport' : 'port';
  return [
    'Its header:',
    '',
    `    port ${origin}`,
    `    type ${type}`,
    '    reason "what DragonFly needs"',
    '    target @any',
  ].join('\n');
}

function typeOf(files: readonly PortFile[]): PortType {
  const {statements} = parseOverlay(textOf(files, 'overlay/overlay.dops'));
  return statements.find((one) => one.kind === 'type')?.type ?? 'port';
}
