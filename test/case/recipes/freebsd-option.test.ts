import {freebsdOption} from '../../../src/case/recipes/freebsd-option.ts';
import {applied, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const facts = {header: 'blacklist.h'};
const port = (defaults: string, more = '') => ({
  Makefile: `PORTNAME=\tfoo\n\nOPTIONS_DEFINE=\tLIBBLACKLIST DOCS\nOPTIONS_DEFAULT=\t${defaults}\n${more}\n.include <bsd.port.mk>\n`,
});
const noFix = (makefile: Files, overlay: Files = {}, header = 'blacklist.h') => {
  const input = inputOf({header}, overlay, makefile);
  expect(freebsdOption.fix(input, new Map())).toBeUndefined();
  return input;
};
const LINE = 'OPTIONS_DEFAULT:= ${OPTIONS_DEFAULT:NLIBBLACKLIST}\n';

test('in a compat overlay the option is removed from the defaults, and nothing else is changed', async () => {
  const overlay = {'Makefile.DragonFly': 'CFLAGS+=\t-DA\n\ndfly-patch:\n\ttrue\n'};
  const fix = fixOf(freebsdOption, inputOf(facts, overlay, port('DOCS \\\n\t\tLIBBLACKLIST')));
  expect(await applied(fix, overlay)).toEqual({'Makefile.DragonFly': `CFLAGS+=\t-DA\n${LINE}\ndfly-patch:\n\ttrue\n`});
  const patches = {'dragonfly/patch-a.c': 'x\n'};
  const created = await applied(fixOf(freebsdOption, inputOf(facts, patches, port('LIBBLACKLIST'))), patches);
  expect(created).toEqual({...patches, 'Makefile.DragonFly': LINE});
});

test('a port without an overlay gets an overlay.dops', async () => {
  const base = port('DOCS LIBBLACKLIST');
  const after = await applied(fixOf(freebsdOption, inputOf(facts, {STATUS: 'PORT\n'}, base)), {STATUS: 'PORT\n'});
  expect(after).toEqual({
    'overlay.dops':
      'port net/foo\ntype port\nreason "no blacklist.h, which the default option LIBBLACKLIST requires"\n\ntarget @any\n\n' +
      'mk eval OPTIONS_DEFAULT "${OPTIONS_DEFAULT:NLIBBLACKLIST}"\n',
  });
  expect(composedByDops(base, after).Makefile).toBe(base.Makefile.replace('\n.include', `\n${LINE}.include`));
});

test.each([
  ['sys/capsicum.h', 'CAPSICUM'],
  ['libcasper.h', 'CASPER'],
  ['bsm/audit.h', 'AUDIT'],
  ['libudev.h', 'UDEV'],
  ['netinet/sctp.h', 'SCTP'],
  ['systemd/sd-bus.h', 'BASU'],
  ['pulse/pulseaudio.h', 'PULSEAUDIO'],
  ['blocklist.h', 'BLOCKLIST'],
])('%s is what %s asks for', async (header, option) => {
  const after = await applied(fixOf(freebsdOption, inputOf({header}, {}, port(`DOCS ${option}`))), {});
  expect(after['overlay.dops']).toContain(`mk eval OPTIONS_DEFAULT "\${OPTIONS_DEFAULT:N${option}}"\n`);
});

test('two headers of two options take both', async () => {
  const input = inputOf([facts, {header: 'sys/capsicum.h'}, {header: 'x.h'}], {}, port('LIBBLACKLIST CAPSICUM'));
  const after = await applied(fixOf(freebsdOption, input), {});
  expect(after['overlay.dops']).toContain('mk eval OPTIONS_DEFAULT "${OPTIONS_DEFAULT:NLIBBLACKLIST:NCAPSICUM}"\n');
});

test('no fix where it would have no effect or leave a doubt', () => {
  expect(freebsdOption.wants(noFix(port('DOCS')))).toBeUndefined();
  noFix(port('LIBBLACKLIST'), {}, 'openssl/ssl.h');
  noFix(port('LIBBLACKLIST BLACKLISTD'));
  noFix(port('LIBBLACKLIST', 'OPTIONS_SINGLE=\tB\nOPTIONS_SINGLE_B=\tLIBBLACKLIST OTHER\n'));
  noFix(port('LIBBLACKLIST'), {'Makefile.DragonFly': 'OPTIONS_DEFAULT:=\t${OPTIONS_DEFAULT:NX:NLIBBLACKLIST}\n'});
});

test('in overlay.dops it is an mk eval', async () => {
  const overlay = {'overlay.dops': 'port net/foo\ntype port\ntarget @any\n'};
  const after = await applied(fixOf(freebsdOption, inputOf(facts, overlay, port('LIBBLACKLIST'))), overlay);
  expect(after).toEqual({
    'overlay.dops': `${overlay['overlay.dops']}mk eval OPTIONS_DEFAULT "\${OPTIONS_DEFAULT:NLIBBLACKLIST}"\n`,
  });
  noFix(port('LIBBLACKLIST'), after);
});
