import {patchOf} from './source-patch.ts';
import {BOTH, type Builder, dops, END, type FailingState, MAKEFILE, PART, PLAIN} from './state.ts';
import {unknown} from './unknown-state.ts';

/** A command of dfly-patch that does not find its file. */
export const commandPath: Builder = (named) => {
  const path = /: \/\S*?\/[^/]+\/[^/]+\/[^/]+\/(\S+?): No such file/.exec(named.text)?.[1];
  if (path === undefined) return unknown(named);
  const recipe = (...files: string[]) =>
    dops(
      named,
      "mk target set dfly-patch <<'MK'",
      ...files.map((file) => `\t\${REINPLACE_CMD} -e "s/a/b/" \${WRKSRC}/${file}`),
      'MK',
    );
  const inside = path.replace(/^(\.\.\/)+/, '');
  const present = inside === path ? {} : {[inside]: 'a\n'};
  const after =
    inside !== path
      ? recipe('src/a.c', inside)
      : named.fix.det === 'P'
        ? recipe('src/a.c', `${inside}.renamed`)
        : recipe('src/a.c');
  return {
    overlay: {'overlay.dops': recipe('src/a.c', path)},
    freebsd: {Makefile: MAKEFILE},
    sources: {'src/a.c': 'a\n', ...present},
    delivered: {'overlay.dops': after},
  };
};

export const alias =
  (condition: boolean): Builder =>
  (named): FailingState => {
    const sources = {'src/main.c': PART(0, condition ? PLAIN : BOTH)};
    const overlay = {'overlay.dops': dops(named, 'mk add USES "alias"')};
    const state = {overlay, freebsd: {Makefile: MAKEFILE}, sources};
    const isFlag = /CFLAGS -D__FreeBSD__/.test(named.fix.fix);
    if (isFlag) return {...state, delivered: {'overlay.dops': dops(named, 'mk add CFLAGS "-D__FreeBSD__=9"')}};
    if (!condition) return {...state, delivered: {'overlay.dops': dops(named)}};
    const path = 'dragonfly/patch-src_main.c';
    const patch = patchOf('src/main.c', PART(0, PLAIN), PART(0, BOTH));
    return {...state, delivered: {'overlay.dops': dops(named, `file materialize ${path} -> ${path}`), [path]: patch}};
  };

export const plist =
  (isKnown: boolean): Builder =>
  (named) => {
    const paths = named.fix.causes.findings
      .flatMap(({facts}) => (facts.unstaged ?? '').split('\n'))
      .filter((path) => path !== '');
    const stale = [...new Set(paths)].map((path) => path.replace('/usr/local/', ''));
    const present = Array.from({length: 2 * stale.length + 4}, (_one, at) => `share/present/${at}`);
    const lines = stale.map((path) => `text line-remove file pkg-plist exact "${path}"`);
    return {
      overlay: {'overlay.dops': dops(named)},
      freebsd: {Makefile: MAKEFILE, 'pkg-plist': `${[...present, ...stale].join('\n')}\n`},
      sources: {},
      delivered: isKnown ? {'overlay.dops': dops(named, ...lines)} : undefined,
    };
  };

export const werror: Builder = (named) => ({
  overlay: {'overlay.dops': dops(named)},
  freebsd: {Makefile: `PORTNAME=\tport\nUSES=\tmeson pkgconfig\n${END}`},
  sources: {'meson.build': "project('port', 'c', default_options: ['werror=true'])\n"},
  delivered: {'overlay.dops': dops(named, 'mk add MESON_ARGS "-Dwerror=false"')},
});
export const iconv: Builder = (named) => ({
  overlay: {'overlay.dops': dops(named, 'mk add CFLAGS "-I${LOCALBASE}/include"')},
  freebsd: {Makefile: `PORTNAME=\tport\nUSES=\tcmake iconv\n${END}`},
  sources: {},
  delivered: {
    'overlay.dops': dops(named, 'mk add CFLAGS "-I${LOCALBASE}/include"', 'mk add LDFLAGS "-L${LOCALBASE}/lib -liconv"'),
  },
});
