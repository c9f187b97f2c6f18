import {fileGone} from '../../../src/case/recipes/file-gone.ts';
import type {RecipeInput} from '../../../src/case/recipes/index.ts';
import {withoutFile} from '../../../src/case/recipes/recipe-lines.ts';
import {applied, composed, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const WORD = '${WRKSRC}/src/b.c';
const without = (...lines: string[]) => withoutFile(lines, {word: WORD, replacement: undefined});
const instead = (...lines: string[]) => withoutFile(lines, {word: WORD, replacement: '${WRKSRC}/lib/b.c'});

test.each([
  [['\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/src/b.c', '\ttrue'], ['\ttrue']],
  [['\t@${CHMOD} +x ${WRKSRC}/src/b.c'], []],
  [['\t-${CP} ${WRKSRC}/src/b.c ${WRKSRC}/src/new.c'], []],
  [['\tsed -i "" -e \'s@a;b|c@d@\' ${WRKSRC}/src/a.c ${WRKSRC}/src/b.c'], ['\tsed -i "" -e \'s@a;b|c@d@\' ${WRKSRC}/src/a.c']],
  [
    ['\t${REINPLACE_CMD} -e "s/a/b/" \\', '\t\t${WRKSRC}/src/a.c \\', '\t\t${WRKSRC}/src/b.c', '\ttrue'],
    ['\t${REINPLACE_CMD} -e "s/a/b/" \\', '\t\t${WRKSRC}/src/a.c', '\ttrue'],
  ],
  [
    ['\t${REINPLACE_CMD} -e "s/a/b/" \\', '\t\t${WRKSRC}/src/b.c \\', '\t\t${WRKSRC}/src/a.c'],
    ['\t${REINPLACE_CMD} -e "s/a/b/" \\', '\t\t${WRKSRC}/src/a.c'],
  ],
  [['\t${REINPLACE_CMD} -e "s/a/b/" \\', '\t\t${WRKSRC}/src/b.c'], []],
])('%j without the file is %j', (lines, expected) => {
  expect(without(...lines)).toEqual(expected);
});

test.each([
  ['another command', '\t${AWK} -f x ${WRKSRC}/src/b.c'],
  ['a pipe', '\tsed -e s/a/b/ ${WRKSRC}/src/b.c | cat'],
  ['a redirection', '\tsed -e s/a/b/ ${WRKSRC}/src/b.c >${WRKSRC}/src/c.c'],
  ['a list of commands', '\tcd ${WRKSRC} && chmod +x ${WRKSRC}/src/b.c'],
  ['a loop', '\tfor one in ${WRKSRC}/src/b.c; do chmod +x $$one; done'],
  ['a longer name', '\tchmod +x ${WRKSRC}/src/b.c.in'],
  ['a destination', '\t${CP} ${FILESDIR}/b.c ${WRKSRC}/src/b.c'],
  ['the file twice', '\tchmod +x ${WRKSRC}/src/b.c ${WRKSRC}/src/b.c'],
  ['no such file', '\tchmod +x ${WRKSRC}/src/a.c'],
])('%s is left alone', (_what, line) => {
  expect(without(line)).toBeUndefined();
});

test('a file is replaced by its new place in any simple command', () => {
  expect(instead('\t${AWK} -f x ${WRKSRC}/src/b.c', '\ttrue')).toEqual(['\t${AWK} -f x ${WRKSRC}/lib/b.c', '\ttrue']);
  expect(instead('\tcat ${WRKSRC}/src/b.c | sh')).toBeUndefined();
});

const FREEBSD = {Makefile: 'PORTNAME=\tfoo\n\n.include <bsd.port.mk>\n'};
const HEAD = 'port net/foo\ntarget @any\n';
const AT = '/construction/net/foo/foo-1.0';

function inputFor(text: string, overlay: Files, port: Files, phase = 'patch'): RecipeInput {
  const input = inputOf({}, overlay, port, FREEBSD);
  const findings = input.causes.findings.map((finding) => ({...finding, text, phase}));
  return {...input, causes: {...input.causes, findings}};
}

const dopsWith = (...lines: string[]): Files => ({
  'overlay.dops': `${HEAD}mk set A "1"\nmk target set dfly-patch <<'MK'\n${lines.map((line) => `${line}\n`).join('')}MK\n`,
});
const inputOfDops = (text: string, overlay: Files, phase?: string) =>
  inputFor(text, overlay, composedByDops(FREEBSD, overlay), phase);

test.each([
  `sed: ${AT}/src/b.c: No such file or directory`,
  `/usr/bin/sed: ${AT}/src/b.c: No such file or directory`,
  `sed: can't read ${AT}/src/b.c: No such file or directory`,
  `chmod: cannot access '${AT}/src/b.c': No such file or directory`,
])('a statement without another command is removed: %s', async (text) => {
  const overlay = dopsWith('\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/src/b.c');
  const fix = fixOf(fileGone, inputOfDops(text, overlay));
  expect(await applied(fix, overlay)).toEqual({'overlay.dops': `${HEAD}mk set A "1"\n`});
  expect(fix.review).toContain('src/b.c');
});

test('the only other file of the name is edited instead', async () => {
  const overlay = dopsWith('\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/src/b.c');
  const input = inputOfDops(`sed: ${AT}/src/b.c: No such file or directory`, overlay);
  expect(fileGone.wants(input)).toEqual(['src/b.c']);
  const fix = fixOf(fileGone, input, {'lib/b.c': 'x'});
  expect(await applied(fix, overlay)).toEqual(dopsWith('\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/lib/b.c'));
  expect(fileGone.fix(input, new Map([['src/b.c', 'x']]))).toBeUndefined();
});

test('a fragment without another line is deleted', async () => {
  const overlay = {STATUS: 'PORT\n', 'Makefile.DragonFly': '# why\ndfly-patch:\n\tchmod +x ${WRKSRC}/src/b.c\n'};
  const input = inputFor(`chmod: ${AT}/src/b.c: No such file or directory`, overlay, await composed(FREEBSD, overlay));
  expect(await applied(fixOf(fileGone, input), overlay)).toEqual({STATUS: 'PORT\n'});
});

test.each([
  ['another phase', `sed: ${AT}/src/b.c: No such file or directory`, 'build'],
  ['another port', 'sed: /construction/net/bar/bar-1.0/src/b.c: No such file or directory', 'patch'],
  ['a path that leads out within', `sed: ${AT}/src/../../Makefile: No such file or directory`, 'patch'],
  ['another program', `awk: ${AT}/src/b.c: No such file or directory`, 'patch'],
  ['WRKSRC itself', `chmod: ${AT}: No such file or directory`, 'patch'],
])('%s is none of its failures', (_what, text, phase) => {
  const overlay = dopsWith('\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/src/b.c');
  expect(fileGone.wants(inputOfDops(text, overlay, phase))).toBeUndefined();
});

test('a command of the port itself, or of a form that is not known, is left to the model', () => {
  const text = `sed: ${AT}/src/b.c: No such file or directory`;
  for (const overlay of [dopsWith('\ttrue'), dopsWith('\tsed -e s/a/b/ ${WRKSRC}/src/b.c | cat'), {STATUS: 'PORT\n'}]) {
    const port = overlay['overlay.dops'] === undefined ? FREEBSD : composedByDops(FREEBSD, overlay);
    expect(fileGone.fix(inputFor(text, overlay, port), new Map())).toBeUndefined();
  }
});

test('a path up from WRKSRC loses its steps where the file is in WRKSRC', async () => {
  const line = (file: string) => `\t${'$'}{REINPLACE_CMD} -e "s/a/b/" ${'$'}{WRKSRC}/${file}`;
  const overlay = dopsWith(line('../../Makefile'));
  const input = inputOfDops(`sed: ${AT}/../../Makefile: No such file or directory`, overlay);
  expect(fileGone.wants(input)).toEqual(['Makefile']);
  expect(await applied(fixOf(fileGone, input, {Makefile: 'x'}), overlay)).toEqual(dopsWith(line('Makefile')));
  expect(fileGone.fix(input, new Map())).toBeUndefined();
  expect(fileGone.fix(input, new Map([['lib/Makefile', 'x']]))).toBeUndefined();
});
