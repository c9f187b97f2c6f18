import {parseFragment, parseUnended} from '../../src/dops/parse-fragment.ts';

function read(text: string): {body: readonly string[]; skipped: number; kinds: string[]} {
  const {body, skipped, overlay} = parseFragment(text.split('\n'));
  return {body, skipped, kinds: overlay.statements.map(({kind}) => kind)};
}

test('a part that begins with statements has no body', () => {
  expect(read('mk unset A\nfile remove b')).toEqual({body: [], skipped: 0, kinds: ['mk.var.unset', 'file.remove']});
  expect(read('# note')).toEqual({body: [], skipped: 0, kinds: []});
});

test('a part that begins in a heredoc has its lines up to the terminator', () => {
  expect(read('\ta\nB=1\nMK\nmk unset A')).toEqual({body: ['\ta', 'B=1'], skipped: 3, kinds: ['mk.var.unset']});
  expect(read('MK\nmk unset A')).toEqual({body: [], skipped: 1, kinds: ['mk.var.unset']});
  expect(read("\tcat <<'E'\n\tx\nMK\nmk unset A")).toMatchObject({skipped: 3, kinds: ['mk.var.unset']});
});

test('a part inside a heredoc is a body', () => {
  expect(read('\ta\n\tb')).toEqual({body: ['\ta', '\tb'], skipped: 2, kinds: []});
});

test('a line that is neither a statement nor a line of make is an unknown statement', () => {
  expect(read('delete everything now')).toEqual({body: [], skipped: 0, kinds: ['unknown']});
});

test('a heredoc without a terminator ends with the part', () => {
  expect(read("mk target set a <<'MK'\n\tb").kinds).toEqual(['mk.target.set']);
  expect(parseUnended("mk target set a <<'MK'\n\tb").statements).toMatchObject([{recipe: ['\tb']}]);
  expect(parseUnended("mk target set a <<'MK'").statements).toMatchObject([{recipe: []}]);
});
