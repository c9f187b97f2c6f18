import {readdir, rm, symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork, PORT_MAKEFILE} from '../../support/fake-work.ts';
import {recompose, SRC} from '../../support/patch-work.ts';
import {resultOf} from '../../support/tool-run.ts';

/** With the framework's cookies. */
const PORT = `${PORT_MAKEFILE.replace('.endfor\nclean', '.endfor\n\t@touch ${WRKDIR}/.patch_done.foo\nclean')}
configure:
\t@[ ! -f \${WRKSRC}/broken ] || { echo "configure: error: broken"; exit 2; }
\t@echo configured; touch \${WRKDIR}/.configure_done.foo
`;
/** The source's own Makefile, with a compiler that knows one error. */
const OWN = `all: a.o b.o
.c.o:
\t@if grep -q NOT_ON $<; then echo "$<:1:22: error: 'NOT_ON_DRAGONFLY' undeclared"; exit 1; fi
\tcp $< $@
sleep:
\tsleep 100
where:
\t@pwd
`;

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
  await fake.put('/work/freebsd-ports/net/foo/Makefile', PORT);
});
afterAll(() => fake.end());
const make = (target: string, more: object = {}, context = fake.context) => resultOf(context, 'try_make', {target, ...more});

test('needs a patched work tree', async () => {
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  expect(await make('a.o')).toMatchObject({ok: false, kind: 'missing', error: expect.stringContaining('make_patch')});
  await resultOf(fake.context, 'extract', {origin: 'net/foo'});
  expect(await make('a.o')).toMatchObject({ok: false, kind: 'missing', error: expect.stringContaining('make_patch')});
});

test('configures once, compiles one object, and shows the first errors', async () => {
  await recompose(fake);
  await fake.put(`${SRC}/Makefile`, OWN);
  await fake.put(`${SRC}/a.c`, 'int a(void) { return NOT_ON_DRAGONFLY; }\n');
  await fake.put(`${SRC}/b.c`, 'int b;\n');
  await fake.put(`${SRC}/broken`, '');
  expect(await make('b.o')).toMatchObject({
    ok: false,
    rc: expect.any(Number),
    step: 'configure',
    findings: expect.stringContaining('broken'),
  });
  await rm(fake.at(`${SRC}/broken`));
  expect(await make('b.o')).toMatchObject({ok: true, target: 'b.o', stdout_tail: expect.stringContaining('configured')});
  const failed = await make('a.o');
  expect(failed).toMatchObject({
    ok: false,
    step: 'make',
    findings: expect.stringContaining("a.c:1:22: error: 'NOT_ON_DRAGONFLY' undeclared"),
    log_path: '/work/obj/net/foo/portwright-try.log',
  });
  expect(failed.stdout_tail).not.toContain('configured');
  await resultOf(fake.context, 'replace_in_file', {path: `${SRC}/a.c`, old_text: 'NOT_ON_DRAGONFLY', new_text: '0'});
  expect(await make('a.o')).toMatchObject({ok: true});
  expect(await readdir(fake.at(SRC))).toEqual(expect.arrayContaining(['a.o', 'b.o']));
});

test('works in a directory below the source, and in no other', async () => {
  await fake.put(`${SRC}/src/Makefile`, OWN);
  expect(await make('where', {dir: 'src'})).toMatchObject({ok: true, stdout_tail: `${SRC}/src\n`});
  await symlink('/work/DeltaPorts', fake.at(`${SRC}/out`));
  for (const dir of ['out', '../..', '/work', 'src/../..', '.git'])
    expect([dir, await make('where', {dir})]).toMatchObject([dir, {ok: false, kind: 'outside'}]);
  expect(await make('where', {dir: 'none'})).toMatchObject({ok: false, kind: 'missing'});
});

test('takes one target, which never becomes text of a shell', async () => {
  for (const target of ['-f/etc/passwd', 'a b', 'A=b', '$(id)', 'a;touch /work/ran', '../x', 'a`id`', '', 'x\n'])
    expect([target, await make(target)]).toMatchObject([target, {ok: false, kind: 'bad_arguments'}]);
});

test('is ended by its limits', async () => {
  expect(await make('sleep', {}, {...fake.context, buildIdleSeconds: 0.5})).toMatchObject({ok: false, timed_out: 'idle'});
});
