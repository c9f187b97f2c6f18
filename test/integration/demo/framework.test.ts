import {readFileSync} from 'node:fs';
import {DemoEnv} from './demo-env.ts';

const env = new DemoEnv();
beforeAll(() => env.create());
afterAll(() => env.remove());

interface Shown {
  readonly origin: string;
  readonly args: string[];
  readonly said: string;
  readonly rc: number;
}

/** The runs in framework-output.txt: `$ make -C /work/DPorts/ORIGIN ARGS`, what it said, `[N ms, exit RC]`. */
function shown(): Shown[] {
  const text = readFileSync(new URL('framework-output.txt', import.meta.url), 'utf8');
  const runs = [...text.matchAll(/^\$ make -C \/work\/DPorts\/(\S+) (.*)\n([\s\S]*?)\n\[\d+ ms, exit (\d+)\]$/gm)];
  return runs.map(([, origin = '', args = '', said = '', rc]) => ({origin, args: args.split(' '), said, rc: Number(rc)}));
}

/** Without what the compiler's version decides: an address, and where its linker is. */
const plain = (text: string): string => text.replace(/\+0x[0-9a-f]+\)/g, '+0x0)').replace(/^\S*\/ld:/gm, 'ld:');

test('the recorded runs are all there', () => {
  expect(shown()).toHaveLength(9);
});

test.each(shown())('$origin $args: says what the real framework says', async ({origin, args, said, rc}) => {
  // The recorded tree had no devel/foobar.
  await env.sh('rm -rf "$DPORTS_COMPOSE_ROOT/devel/foobar"');
  const got = await env.make(origin, ...args);
  expect(plain(got.said).trimEnd()).toBe(plain(said));
  expect(got.rc === 0).toBe(rc === 0);
});

const PORT = 'misc/goodport';
const fresh = async (fragment: string, ...args: string[]) => {
  await env.make(PORT, 'clean');
  await env.write(PORT, 'Makefile.DragonFly', fragment);
  return env.make(PORT, ...args);
};

test('each stage runs once; clean before it makes it run again, in one call too', async () => {
  expect((await fresh('', 'build')).said).toContain('===>  Building for goodport-1.0');
  expect(await env.make(PORT, 'build')).toEqual({rc: 0, said: ''});
  const again = await env.make(PORT, 'clean', 'build');
  expect(again.said).toMatch(/^===> {2}Cleaning for goodport-1.0\n[\s\S]*===> {2}Building for goodport-1.0/);
});

test('hooks run around their stage, dfly- last, and in order under -j', async () => {
  const hooks = [
    'pre-patch',
    'post-patch',
    'dfly-patch',
    'dfly-configure',
    'pre-build',
    'dfly-build',
    'dfly-install',
    'post-stage',
  ];
  const {rc, said} = await fresh(hooks.map((hook) => `${hook}:\n\t@echo hook ${hook}\n`).join(''), '-j4', 'package');
  expect(rc).toBe(0);
  expect([...said.matchAll(/^hook (\S+)$/gm)].map((match) => match[1])).toEqual(hooks);
});

test('files/patch-*, then extra patches, then dragonfly/patch-*; a step may edit with REINPLACE_CMD', async () => {
  const patch = (from: string, to: string) =>
    `--- goodport.1.orig\n+++ goodport.1\n@@ -1,3 +1,3 @@\n .TH goodport 1\n .SH NAME\n-${from}\n+${to}\n`;
  await env.write(PORT, 'files/patch-a', patch('goodport \\- demo', 'first'));
  await env.write(PORT, 'extra-b', patch('first', 'second'));
  await env.write(PORT, 'dragonfly/patch-c', patch('second', 'third'));
  const fragment =
    "EXTRA_PATCHES=\t${.CURDIR}/extra-b\ndfly-patch:\n\t@${REINPLACE_CMD} -e 's/third/last/' ${WRKSRC}/goodport.1\n";
  expect((await fresh(fragment, 'patch')).rc).toBe(0);
  expect((await env.sh('tail -n 1 /work/obj/misc/goodport/goodport-1.0/goodport.1')).stdout).toBe('last');

  await env.write(PORT, 'dragonfly/patch-c', patch('elsewhere', 'third'));
  const failed = await fresh(fragment, 'patch');
  expect(failed.rc).not.toBe(0);
  expect(failed.said).toContain(
    '===>  FAILED Applying dragonfly patch-c\n===> FAILED to apply cleanly dragonfly patch(es)  patch-c\n',
  );
  await env.sh('cd "$DPORTS_COMPOSE_ROOT/$1" && rm -r files dragonfly extra-b', PORT);
});

test('a shared library is found where packages put it', async () => {
  await env.sh('mkdir -p /usr/local/lib && touch /usr/local/lib/libhere.so');
  const {rc, said} = await fresh('LIB_DEPENDS=\tlibhere.so:devel/here\n', 'lib-depends');
  expect({rc, said}).toEqual({rc: 0, said: '===>   goodport-1.0 depends on shared library: libhere.so - found'});
  await env.sh('rm /usr/local/lib/libhere.so');
  expect((await env.make(PORT, 'lib-depends')).said).toContain('libhere.so - not found');
});

test('an unknown USES, IGNORE and BROKEN stop before anything is done, each with its reason', async () => {
  expect((await fresh('USES+=\tbogus\n', 'build')).said).toContain('Unknown USES=bogus');
  expect((await fresh('IGNORE=\tis not (yet) "ours"\n', 'build')).said).toMatch(
    /^===> {2}goodport-1.0 is not \(yet\) "ours"\.$/m,
  );
  expect((await fresh('BROKEN=\tdoes not link\n', 'build')).said).toMatch(
    /^===> {2}goodport-1.0 is marked as broken: does not link\.$/m,
  );
  expect((await env.make(PORT, '-V', 'IGNORE')).said).toBe('is marked as broken: does not link');
  expect((await env.sh('ls /work/obj/misc')).stdout).not.toContain('goodport');
});

test('plist: an option that is off takes its lines away, PLIST_FILES adds, PLIST_SUB is put in', async () => {
  const options = 'OPTIONS_DEFINE=\tDOCS EXTRA\nOPTIONS_DEFAULT=\tEXTRA\nPLIST_SUB+=\tNAME=goodport\n';
  const install = 'dfly-install:\n\t@touch ${STAGEDIR}${PREFIX}/bin/goodport-more ${STAGEDIR}${PREFIX}/bin/extra\n';
  const plist =
    'bin/%%NAME%%\nshare/man/man1/goodport.1.gz\n%%DOCS%%share/doc/goodport/README\n%%EXTRA%%bin/extra\n@comment nothing\n';
  await env.write(PORT, 'pkg-plist', plist);
  expect((await fresh(`${options}${install}PLIST_FILES+=\tbin/goodport-more\n`, 'check-plist')).rc).toBe(0);
  expect((await fresh(options + install, 'check-plist')).said).toContain('Error: Orphaned: bin/goodport-more\n');
  await env.write(PORT, 'pkg-plist', 'bin/goodport\nshare/man/man1/goodport.1.gz\n');
});

test('a slave port builds by its master’s files, under its own name and in its own WRKDIR', async () => {
  await fresh('', 'clean');
  const makefile = 'PKGNAMESUFFIX=\t-slave\nMASTERDIR=\t${.CURDIR}/../goodport\n.include "${MASTERDIR}/Makefile"\n';
  await env.write('misc/slave', 'Makefile', makefile);
  await env.write(PORT, 'dragonfly/patch-c', '--- goodport.1\n+++ goodport.1\n@@ -3 +3 @@\n-goodport \\- demo\n+patched\n');
  expect((await env.make('misc/slave', 'package')).rc).toBe(0);
  expect((await env.sh('tail -n 1 /work/obj/misc/slave/goodport-1.0/goodport.1')).stdout).toBe('patched');
  await env.sh('rm -r "$DPORTS_COMPOSE_ROOT/$1/dragonfly"', PORT);
  const file = (await env.make('misc/slave', '-V', 'PKGFILE')).said;
  expect(file).toBe('/work/obj/misc/slave/pkg/goodport-slave-1.0.txz');
  const members = (await env.sh('tar -tf "$1"', file)).stdout.split('\n');
  expect(members).toEqual(['usr/local/bin/goodport', 'usr/local/share/man/man1/goodport.1.gz']);
});

test('install puts the staged files in place, deinstall takes them away', async () => {
  expect((await fresh('', 'install')).rc).toBe(0);
  expect((await env.sh('/usr/local/bin/goodport')).rc).toBe(0);
  expect((await env.make(PORT, 'deinstall')).rc).toBe(0);
  expect((await env.sh('find /usr/local -type f')).stdout).toBe('');
});

test('makesum writes the sums of the distfiles that are there, and the port then passes', async () => {
  expect((await env.make('security/sumtool', 'makesum')).rc).toBe(0);
  const {rc, said} = await env.make('security/sumtool', 'checksum');
  expect(rc).toBe(0);
  expect(said).toContain('=> SHA256 Checksum OK for sumtool-3.1.tar.gz.');
});

test('a port may read options and the system before the targets', async () => {
  const head = 'PORTNAME=early\nDISTVERSION=2\nOPTIONS_DEFAULT=A\n.include <bsd.port.options.mk>\n';
  await env.write(
    'misc/early',
    'Makefile',
    `${head}.if \${PORT_OPTIONS:MA} && \${OPSYS} == DragonFly\nIGNORE=seen\n.endif\n.include <bsd.port.mk>\n`,
  );
  expect((await env.make('misc/early', '-V', 'IGNORE')).said).toBe('seen');
});

test('each name of the compiler has the macros of DragonFly and none of Linux', async () => {
  const script = `for compiler in "cc -x c" "gcc -x c -std=c99" "c++ -x c++" "g++ -x c++" cpp "cc -x assembler-with-cpp"; do
    echo "#if defined(__linux__) || defined(__linux) || defined(linux) || defined(__gnu_linux__)
    linux
    #endif
    __DragonFly__ __unix__" | $compiler -E -P -
  done`;
  expect((await env.sh(script)).stdout.trim().split(/\s*\n\s*/)).toEqual(Array(6).fill('1 1'));
});

test('a fix guarded by __DragonFly__ takes effect in a port, one guarded by __linux__ does not', async () => {
  const patch = (macro: string) =>
    `--- goodport.c.orig\n+++ goodport.c\n@@ -5,1 +5,5 @@\n {\n+#ifdef ${macro}\n+\tputs("guarded");\n+\treturn 0;\n+#endif\n`;
  const runs = async (macro: string): Promise<string> => {
    await env.write(PORT, 'dragonfly/patch-goodport.c', patch(macro));
    expect((await fresh('', 'build')).rc).toBe(0);
    return (await env.sh('/work/obj/misc/goodport/goodport-1.0/goodport')).stdout;
  };
  expect(await runs('__DragonFly__')).toBe('guarded');
  expect(await runs('__linux__')).toBe('good');
  await env.sh('rm -r "$DPORTS_COMPOSE_ROOT/$1/dragonfly"', PORT);
});
