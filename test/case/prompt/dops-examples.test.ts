import {readdirSync, readFileSync} from 'node:fs';
import {isToolName} from '../../../src/case/attempt/tool-names.ts';
import {DOPS_REFERENCE, helpOf} from '../../../src/case/prompt/dops-reference.ts';
import {quickReference} from '../../../src/case/prompt/quick-reference.ts';
import {checkSteps} from '../../../src/dops/check/check-steps.ts';
import {checkText} from '../../../src/dops/check/check-text.ts';
import {tracePlan} from '../../../src/dops/check/trace.ts';
import {planText} from '../../../src/dops/plan.ts';
import {GRAMMAR, isOperationKind} from '../../../src/dops/syntax/grammar.ts';
import {renderForm} from '../../../src/dops/syntax/render-form.ts';
import {treeOf} from '../../dops/support.ts';

const POLICY = new URL('../../../policy/', import.meta.url);
const TEXTS = ['prompts', 'playbooks'].flatMap((dir) =>
  readdirSync(new URL(`${dir}/`, POLICY)).map((file) => ({file, text: readFileSync(new URL(`${dir}/${file}`, POLICY), 'utf8')})),
);
const EXAMPLES = TEXTS.flatMap(({file, text}) =>
  [...text.matchAll(/^```dops\n([\s\S]*?)^```$/gm)].map(([, example = ''], at) => ({name: `${file} ${at + 1}`, example})),
);

/** A port of FreeBSD's in which every example finds what it changes. */
const PORT = {
  Makefile: [
    'PORTNAME=\tfoo',
    'USES=\t\tgmake alias',
    'OPTIONS_DEFAULT=\tBLACKLIST CAPSICUM GSSAPI_BASE NLS',
    'CONFIGURE_ARGS=\t--with-capsicum --enable-nls',
    'CFLAGS+=\t-O2 -D_POSIX_C_SOURCE=200112L',
    'MAKE_JOBS_UNSAFE=\tyes',
    'LIBS=\t-lm',
    'LDFLAGS=\t-s',
    'PLIST_FILES=\tbin/bar',
    '.if ${OPSYS} == FreeBSD',
    'EXTRA=\tyes',
    '.endif',
    'LIMIT?=\t3',
    '',
    'dfly-build:',
    '\t@${TRUE}',
    'pre-build:',
    '\t@${TRUE}',
    '',
    '.include <bsd.port.mk>',
    '',
  ].join('\n'),
  'pkg-plist': 'bin/foo\n%%DATADIR%%/freebsd.conf\nlib/freebsd/x\n',
};
const OVERLAY = {'dragonfly/patch-src_main.c': '--- src/main.c.orig\n+++ src/main.c\n'};

/** Returns what is wrong with operations on the port, and fails if they have errors. */
function faultsOf(operations: string): string[] {
  const text = operations.startsWith('port ') ? operations : `port net/foo\ntype port\nreason "test"\ntarget @any\n${operations}`;
  const {overlay, plan} = planText(text);
  expect(overlay.diagnostics).toEqual([]);
  if (plan === undefined) throw new Error(`There is no plan of ${operations}`);
  const applyPatch = (): never => {
    throw new Error('No example may apply a patch.');
  };
  const overlayTree = treeOf(OVERLAY);
  const {steps} = tracePlan({plan, overlay: overlayTree, port: treeOf(PORT), target: '@2026Q3', applyPatch});
  const warnings = [...checkText(overlay, 'net/foo', undefined), ...checkSteps(steps)];
  return warnings.map(({code, message}) => `${code} ${message}`);
}

test('there are examples in the playbooks', () => {
  expect(EXAMPLES.length).toBeGreaterThan(15);
});

test.each(EXAMPLES)('$name parses, applies and has an effect', ({example}) => {
  expect(faultsOf(example)).toEqual([]);
});

test('an example without effect, or with an error, would be found', () => {
  expect(faultsOf('mk add USES alias')).toEqual([expect.stringContaining('W_DOPS_NO_EFFECT')]);
  expect(faultsOf('mk unset NOTHING')).toEqual([expect.stringContaining('W_DOPS_OPERATION_FAILS')]);
  expect(() => faultsOf('mk add')).toThrow();
});

/** Statements that playbooks have within a sentence, in backticks. */
const INLINE = TEXTS.flatMap(({file, text}) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`((?:mk|text|file|patch) [a-z-]+ [^`]+)`/g)].map(
    ([, statement = '']) => ({
      file,
      statement,
    }),
  ),
);

test.each(INLINE)('$file: `$statement` is a statement', ({statement}) => {
  const isForm =
    /^(text replace-once|mk target (set|append) [\w-]+|file materialize)$/.test(statement) || statement.endsWith(' USES');
  const {overlay} = planText(`port net/foo\n${statement}\n`);
  if (isForm)
    expect([...DOPS_REFERENCE.matchAll(/^ {2}(\S+ \S+)/gm)].map(([, head]) => head)).toContain(
      statement.split(' ').slice(0, 2).join(' '),
    );
  else expect(overlay.diagnostics).toEqual([]);
});

test('prompts and playbooks name tools that exist', () => {
  const named = TEXTS.flatMap(({file, text}) =>
    [...text.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name = '']) => `${file}: ${name}`),
  );
  expect(named.length).toBeGreaterThan(20);
  const others = [': from_line', ': blacklist_open', ': cap_enter'];
  const unknown = named.filter((one) => !isToolName(one.replace(/^.*: /, '')));
  expect(unknown.filter((one) => !others.some((other) => one.endsWith(other)))).toEqual([]);
});

describe('the reference', () => {
  const kinds = (Object.keys(GRAMMAR) as (keyof typeof GRAMMAR)[]).filter(isOperationKind);

  test('has every operation of the grammar, in its form, once, in 4 KB', () => {
    for (const kind of kinds) expect(DOPS_REFERENCE.split(`\n  ${helpOf(kind)}`)).toHaveLength(2);
    const parts = ['type port', '@any', '@main', 'reason', "<<'MK'", 'on-missing', 'an unassigned NAME becomes NAME= TOKEN'];
    for (const part of parts) expect(DOPS_REFERENCE).toContain(part);
    expect(Buffer.byteLength(DOPS_REFERENCE)).toBeLessThanOrEqual(4096);
  });

  test('its forms parse once the fields are filled in', () => {
    for (const kind of kinds) {
      const form = renderForm(kind).replace(/ \*$/, ' on-missing noop').replaceAll('[', '').replaceAll(']', '');
      const text = form.endsWith("<<'MK'") ? `${form}\n\t@true\nMK` : form;
      const {overlay} = planText(`port net/foo\n${text}\n`);
      expect([overlay.statements.map((one) => one.kind), overlay.diagnostics]).toEqual([['port', kind], []]);
    }
    expect(renderForm('mk.block.set', {short: true})).toBe('mk block set condition "CONDITION" <<\'MK\'');
    expect(renderForm('text.replace_once', {short: true})).toBe('text replace-once file FILE from "TEXT" to "NEW"');
    expect(renderForm('mk.target.rename')).toBe('mk target rename OLD -> NEW *');
  });

  test('what it holds of the language is so', () => {
    expect(DOPS_REFERENCE).toContain('"s/a\\\\.b/c/" for s/a\\.b/c/');
    expect(planText('port net/foo\nmk set A "s/a\\\\.b/c/"\n').overlay.statements[1]).toMatchObject({value: 's/a\\.b/c/'});
    expect(planText('port net/foo\nmk set A "s/a\\.b/c/"\n').overlay.diagnostics).toHaveLength(1);
    expect(planText('port net/foo\nmk target set a <<MK\n\tx\nMK\n').overlay.diagnostics).not.toEqual([]);
    expect(faultsOf('text replace-once file Makefile from "LIMIT?=\\t3" to "LIMIT?=\\t4"')).toEqual([]);
    const example = /^ {2}mk target set dfly-patch <<'MK'\n[\s\S]*?^MK$/m.exec(DOPS_REFERENCE)?.[0] ?? '';
    expect(faultsOf(example.trim())).toEqual([]);
  });
});

describe('the quick reference', () => {
  const file = (path: string, text = '') => ({path, text});
  const reference = (...files: ReturnType<typeof file>[]) => quickReference(files);
  const makefile = (text: string) => file('port/Makefile', text);

  test('has operations on variables, targets and patches for every port, in few bytes', () => {
    const text = reference(makefile('PORTNAME=\tx\n'));
    for (const kind of ['mk.var.set', 'mk.var.unset', 'mk.var.token_add', 'mk.target.set', 'file.materialize'] as const)
      expect(text).toContain(helpOf(kind, {short: true}));
    expect(text).not.toMatch(/OPTIONS_DEFAULT|pkg-plist|PLIST_FILES|replace-if|files\/patch/);
    expect(text.length).toBeLessThan(1200);
    const all = reference(
      makefile(PORT.Makefile),
      file('port/pkg-plist'),
      file('port/files/patch-a'),
      file('overlay/overlay.dops', 'port a/b\n'),
    );
    expect(all.length).toBeLessThan(1800);
  });

  test('has the plist’s operations by where the plist is', () => {
    expect(reference(file('port/pkg-plist'))).toContain('text line-insert-after file FILE anchor');
    expect(reference(makefile('PLIST_FILES=\tbin/a\n'))).toContain('`mk add PLIST_FILES bin/x`');
    expect(reference(file('port/pkg-plist'), makefile('PLIST_FILES=\tbin/a\n'))).not.toContain('`mk add PLIST_FILES');
    expect(reference(makefile('.if ${X}\nA=1\n.endif\n'))).toContain('mk replace-if from');
    expect(reference(file('port/files/patch-a'))).toContain('files/patch-* are applied before them');
  });

  test('switches an option off where the framework still reads it', () => {
    const off = (text: string) => /^- An option off: (.*)$/m.exec(reference(makefile(text)))?.[1];
    expect(off('A=1\n')).toBeUndefined();
    expect(off('OPTIONS_DEFAULT=\tA B\n.include <bsd.port.options.mk>\n')).toBe('`mk remove OPTIONS_DEFAULT NAME`.');
    expect(off('OPTIONS_DEFAULT=\tA\nOPTIONS_DEFAULT+=\tB\n.include <bsd.port.mk>\n')).toBe(
      '`mk eval OPTIONS_DEFAULT "${OPTIONS_DEFAULT:NNAME}"`.',
    );
    expect(off('OPTIONS_DEFAULT=\tA\nOPTIONS_DEFAULT+=\tB\n.include <bsd.port.options.mk>\n')).toMatch(/^`text replace-once`/);
  });

  test('names the step that is there already', () => {
    const overlay = "port a/b\nmk target set dfly-patch <<'MK'\n\tx\nMK\n";
    expect(reference(file('overlay/overlay.dops', overlay))).toContain('a second one would replace it');
    expect(reference(makefile('dfly-patch:\n\tx\n'))).toContain('`mk target append dfly-patch`');
    expect(reference(makefile('A=1\n'))).toContain('`mk target set dfly-patch`, dfly-configure');
  });
});
