import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
});
afterAll(() => fake.end());
const find = (name: string) => resultOf(fake.context, 'find_symbol', {name});

test('names the header that declares a function first, and the library that defines it', async () => {
  const {headers, libraries, hint} = await find('dlopen');
  expect(String(headers)).toMatch(/^\/usr\/include\/\S+:\d+:.*\bdlopen ?\(/);
  // Without nm, those that have the name in them are listed.
  expect(`${libraries} ${hint ?? ''}`).toMatch(/\/lib(dl|c)[.-]|There is no nm/);
});

test('finds a header by its name, and reports what the system lacks', async () => {
  expect(await find('stdio.h')).toMatchObject({
    ok: true,
    headers: expect.stringContaining('/usr/include/stdio.h'),
    libraries: [],
  });
  expect(await find('portwright_has_no_such_thing')).toMatchObject({
    ok: true,
    header_lines: 0,
    hint: expect.stringContaining('does not have it'),
  });
});

test('takes an identifier or a header only', async () => {
  for (const name of ['a b', '', '-l', '../x.h', 'a;id', '$(id)', '.*'])
    expect(await find(name)).toMatchObject({ok: false, kind: 'bad_arguments'});
});
