import {licenseFile} from '../../../src/case/recipes/license-file.ts';
import type {RecipeInput} from '../../../src/case/recipes/recipe.ts';
import {applied, composed, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const HEAD = 'PORTNAME=\tgnome_subr\n\nLICENSE=\tBSD2CLAUSE\n';
const LINE = 'LICENSE_FILE=\t${.CURDIR}/../../COPYRIGHT\n';
const TAIL = '\n.include <bsd.port.mk>\n';

function inputFor(overlay: Files, makefile: string): RecipeInput {
  const input = inputOf({}, overlay, {Makefile: makefile});
  const text = '===>  Missing license file for BSD2CLAUSE in /xports/COPYRIGHT';
  return {...input, causes: {...input.causes, findings: input.causes.findings.map((finding) => ({...finding, text}))}};
}

test('in a compat overlay the variable is removed by a diff of the Makefile', async () => {
  const base = {Makefile: HEAD + LINE + TAIL};
  const overlay = {'dragonfly/patch-a.c': 'x\n'};
  const after = await composed(base, await applied(fixOf(licenseFile, inputFor(overlay, base.Makefile)), overlay));
  expect(after.Makefile).toBe(HEAD + TAIL);
});

test('a diff that is there is cut anew, its change kept', async () => {
  const base = {Makefile: HEAD + LINE + TAIL};
  const overlay = {
    'diffs/Makefile.diff':
      '--- Makefile.orig\n+++ Makefile\n@@ -1,4 +1,4 @@\n-PORTNAME=\tgnome_subr\n+PORTNAME=\tsubr\n \n LICENSE=\tBSD2CLAUSE\n LICENSE_FILE=\t${.CURDIR}/../../COPYRIGHT\n',
  };
  const now = await composed(base, overlay);
  const after = await composed(base, await applied(fixOf(licenseFile, inputFor(overlay, now.Makefile ?? '')), overlay));
  expect(after.Makefile).toBe(HEAD.replace('gnome_subr', 'subr') + TAIL);
});

test('in overlay.dops it is an mk unset', async () => {
  const overlay = {'overlay.dops': 'port net/foo\ntarget @any\n'};
  const after = await applied(fixOf(licenseFile, inputFor(overlay, HEAD + LINE + TAIL)), overlay);
  expect(after).toEqual({'overlay.dops': 'port net/foo\ntarget @any\nmk unset LICENSE_FILE\n'});
});

test('a port without an overlay gets an overlay.dops, which replaces STATUS', async () => {
  const overlay = {STATUS: 'PORT\nLast success: 1.0\n'};
  const base = {Makefile: HEAD + LINE + TAIL};
  const after = await applied(fixOf(licenseFile, inputFor(overlay, base.Makefile)), overlay);
  expect(after).toEqual({
    'overlay.dops': 'port net/foo\ntype port\nreason "no COPYRIGHT in the ports tree"\n\ntarget @any\n\nmk unset LICENSE_FILE\n',
  });
  expect(composedByDops(base, after).Makefile).toBe(HEAD + TAIL);
});

test('an overlay that sets the variable itself is left to the model', () => {
  const overlay = {'overlay.dops': 'port net/foo\ntarget @any\nmk set LICENSE_FILE "${.CURDIR}/../../COPYRIGHT"\n'};
  expect(licenseFile.fix(inputFor(overlay, HEAD + LINE + TAIL), new Map())).toBeUndefined();
});

test.each([
  ['a file of the source', HEAD + LINE.replace('${.CURDIR}/../..', '${WRKSRC}') + TAIL],
  ['another file', HEAD + LINE.replace('COPYRIGHT', 'COPYING') + TAIL],
  ['a variable within .if', `${HEAD}.if 1\n${LINE}.endif\n${TAIL}`],
  ['no such variable', HEAD + TAIL],
])('no fix for %s', (_what, makefile) => {
  expect(licenseFile.fix(inputFor({}, makefile), new Map())).toBeUndefined();
});
