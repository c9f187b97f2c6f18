import {outcome} from './results.ts';
import {schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** The language of overlay.dops (contract, 7.4), for a model: what it needs to edit one. At most 3 KB. */
export const DOPS_REFERENCE = `overlay.dops: where a port has it, only what it says is done to the port. Makefile.DragonFly, diffs/ and dragonfly/ beside it do nothing by themselves.

Header, once each:
  port category/name
  type port            (port | dport | mask | lock)
  reason "why"
  target @any          (or @main, @2026Q2, or several: @main,@2026Q2)
A target line holds for the operations below it, up to the next one. One for another target is skipped without a word.
One operation a line; \\ at the end continues it; # begins a comment. Strings are in "..." with \\" and \\\\ inside.
Operations run in order, on the port's files as the ones above left them.

Makefile variables (of the port's Makefile):
  mk set VAR "value"              VAR= value, in place of the one assignment there is
  mk unset VAR                    takes the assignment away
  mk add VAR word                 one word more
  mk remove VAR word              one word less
  mk eval VAR "\${VAR:Nword}"      VAR:= ..., for a value made from itself
  mk shell VAR "command"          VAR!= ...
  mk ensure-include bsd.port.options.mk    before an .if that needs OPSYS, DFLYVERSION ...
An option off: mk eval OPTIONS_DEFAULT "\${OPTIONS_DEFAULT:NLIBBLACKLIST}"

Conditionals:
  mk disable-if condition "\${OPSYS} == FreeBSD"
  mk replace-if from "\${OPSYS} == FreeBSD" to "\${OPSYS} == FreeBSD || \${OPSYS} == DragonFly"
  mk block set condition "\${DFLYVERSION} >= 600000" <<'MK'
	LIB_DEPENDS+=	libmd.so:security/libmd
MK

Targets; recipe lines begin with a tab, the tag stands alone on its line:
  mk target set dfly-patch <<'MK'
	\${REINPLACE_CMD} -e 's/a/b/' \${WRKSRC}/configure
MK
  mk target append post-install <<'MK' ...
  mk target remove NAME
  mk target rename OLD -> NEW

Text, in a file of the port (Makefile, pkg-plist ...), not of the unpacked source; lines must match whole:
  text line-remove file pkg-plist exact "bin/old"
  text line-insert-after file pkg-plist anchor "bin/a" line "bin/b"
  text replace-once file Makefile from "old text" to "new text"    (must be there exactly once)

Files:
  file materialize dragonfly/patch-a.c -> dragonfly/patch-a.c      overlay file into the port
  file copy A -> B                                                 within the port
  file remove files/patch-old                                      out of the port
  patch apply diffs/pkg-plist.diff                                 to the port's own files, -p0

Rules:
- A change of the unpacked source is a dragonfly/patch-* file and its file materialize line. Never patch apply for those.
- A patch that is dropped: delete its materialize line too, and the other way round.
- What is not found is an error; "on-missing warn" or "on-missing noop" at the end of mk, text and file remove operations makes it none.
- After an edit: validate_dops, then materialize_dports.
`;

export const dopsReference: Tool = {
  name: 'dops_reference',
  description: 'The language of overlay.dops. Call it once, only if this port has overlay.dops and you must edit it.',
  parameters: schema({}),
  timeoutSeconds: 10,
  run: () => Promise.resolve(outcome({ok: true, reference: DOPS_REFERENCE}, `${DOPS_REFERENCE.length} characters`)),
};
