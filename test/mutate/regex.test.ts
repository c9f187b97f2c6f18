import {regexMutations} from '../../mutate/regex.ts';

test.each([
  [/^a$/, ['/a$/', '/^a/']],
  [/a+b*?/, ['/ab*?/', '/a+b/']],
  [/a{2,3}/, ['/a/']],
  [/\ba/, ['/a/']],
  [/^.*a(.*)$/, ['/^.a(.*)$/', '/^.*a(.)$/']],
  [/^/, ['/(?:)/']],
  [/[+^$]\+/, []],
  [/(?:a)(?<b>c)(?=d)/, []],
  [/a/gm, ['/a/m', '/a/g']],
  [/\p{L}/u, ['/\\p{L}/']],
])('%s', (form, expected) => {
  expect(regexMutations(form.source, form.flags).map(({text}) => text)).toEqual(expected);
});

test('a flag is left where the expression is none without it', () => {
  expect(regexMutations('[\\u{e0100}-\\u{e01ef}]', 'gu').map(({text}) => text)).toEqual(['/[\\u{e0100}-\\u{e01ef}]/u']);
});
