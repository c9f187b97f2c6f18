import {toolchainsOf} from '../../../src/case/prompt/toolchains.ts';

const makefile = (text: string, path = 'port/Makefile') => toolchainsOf([{path, text}]);

test.each([
  ['USES=\tcmake:insource gmake python:3.9+', ['cmake', 'gmake', 'python']],
  ['USES= compiler:c11 \\\n\tlibtool \\\n\tpkgconfig', ['c', 'libtool', 'pkg-config']],
  ['USES+=perl5\nX11_USES=\tgo', ['go', 'perl5']],
  ['GNU_CONFIGURE=\tyes\nUSE_GMAKE=yes', ['autoconf', 'gmake']],
  ['.if defined(A)\nUSES+= cmake\n.endif', ['cmake']],
  ['#USES= meson\nCOMMENT= USES=meson # USES= meson', []],
  ['USES= ncurses constructor toString', []],
])('%j uses %j', (text, tools) => {
  expect(makefile(text)).toEqual(tools);
});

test('the overlay’s fragment counts as well as the composed Makefile', () => {
  expect(makefile('USES+= autoreconf', 'overlay/Makefile.DragonFly')).toEqual(['autoconf']);
  const both = [
    {path: 'overlay/Makefile.DragonFly', text: 'USES+= autoreconf'},
    {path: 'port/Makefile', text: 'USES= cargo'},
  ];
  expect(toolchainsOf(both)).toEqual(['autoconf', 'cargo']);
});

test('operations of overlay.dops count, what they remove does not', () => {
  const text =
    'port net/foo\nmk add USES cmake:insource\nmk set GNU_CONFIGURE "yes"\nmk remove USES go\nmk target set USES <<\'MK\'\nUSES=meson\nMK\n';
  expect(makefile(text, 'overlay/overlay.dops')).toEqual(['autoconf', 'cmake']);
});

test('files and the names of patches give tool chains away', () => {
  const named = (path: string) => toolchainsOf([{path, text: 'USES= meson'}]);
  expect(named('port/Makefile.crates')).toEqual(['cargo']);
  expect(named('port/files/patch-src_main.c')).toEqual(['c']);
  expect(named('overlay/dragonfly/patch-configure.ac')).toEqual(['autoconf']);
  expect(named('overlay/dragonfly/patch-CMakeLists.txt')).toEqual(['cmake']);
  expect(named('port/pkg-descr')).toEqual([]);
});

test('a comment ends with its line, wherever that line is', () => {
  expect(makefile('# USES= go\nUSES= ncurses # meson\nCOMMENT= x # cargo\nUSES+= cmake')).toEqual(['cmake']);
  expect(makefile('USES= cmake\n\nCOMMENT= x')).toEqual(['cmake']);
});
