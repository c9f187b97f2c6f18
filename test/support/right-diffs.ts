import {added, changed, dops, dopsRecipe, make, patch, patchText, portDiff} from './hostile/diffs/write.ts';

const PATCH = patchText('src/a.c', [
  ' #include <x.h>',
  '-#ifdef __FreeBSD__',
  '+#if defined(__FreeBSD__) || defined(__DragonFly__)',
  ' int a;',
]);
const PATCH_AGAIN = PATCH.replace('@@ -1,3 +1,3 @@', '@@ -11,3 +11,3 @@');

/** Right fixes of usual kinds: no rule refuses them or asks about them. */
export const RIGHT_DIFFS: Readonly<Record<string, string>> = {
  'USES alias dropped from a fragment': changed('Makefile.DragonFly', 'USES+=\talias ncurses', 'USES+=\tncurses'),
  'USES alias dropped from overlay.dops': changed('overlay.dops', 'port net/foo\nmk add USES alias', 'port net/foo'),
  'USES alias becomes a definition': dops('mk add CFLAGS "-DNEED_HTOBE32"'),
  'USES alias becomes the flag that it stood for': changed(
    'overlay.dops',
    'port net/foo\nmk add USES "alias ncurses"',
    'port net/foo\nmk add USES ncurses\nmk add CFLAGS "-D__FreeBSD__=9"\nmk add CXXFLAGS "-D__FreeBSD__=9"',
  ),
  'USES alias of a version becomes the flag that it stood for': changed(
    'Makefile.DragonFly',
    'USES+=\talias:11',
    'CFLAGS+=\t-D__FreeBSD__=11',
  ),
  'a library to link with': dops('mk add LDFLAGS "-liconv -L${LOCALBASE}/lib"'),
  'a dependency': dops('mk add LIB_DEPENDS "libiconv.so:converters/libiconv"', 'mk add BUILD_DEPENDS gmake:devel/gmake'),
  'an include directory': make('CPPFLAGS+=\t-I/usr/include/priv', 'LDFLAGS+=\t-L/usr/lib/priv -Wl,-rpath,/usr/lib/priv'),
  'arguments of configure': dops('mk add CONFIGURE_ARGS "--disable-werror --with-iconv=${LOCALBASE} --disable-nls"'),
  'arguments of meson and cmake': dops('mk add MESON_ARGS "-Dwerror=false"', 'mk add CMAKE_ARGS "-DENABLE_TESTS=OFF"'),
  'an option off by default': dops('mk eval OPTIONS_DEFAULT "${OPTIONS_DEFAULT:NLIBBLACKLIST}"'),
  'options excluded': dops('mk set OPTIONS_EXCLUDE "PULSEAUDIO DTRACE"', 'mk set OPTIONS_DEFAULT "NLS"'),
  'a variable unset': dops('mk unset LICENSE_FILE', 'mk remove USES alias on-missing noop', 'mk unset WITH_DEBUG'),
  'feature test macros': make('CFLAGS+=\t-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DHAVE_POLL=1 -DPREFIX=\\"${PREFIX}\\"'),
  'one job': dops('mk set MAKE_JOBS_UNSAFE "yes"', 'mk set USE_CXXSTD "c++17"', 'mk set USE_GCC_VERSION "12"'),
  'a fixed library path': make(
    'MAKE_ENV+=\tNOSTRIP=1',
    'MAKE_ARGS+=\tLIBDIR=${LOCALBASE}/lib -j1',
    'CONFIGURE_ENV+=\tCC="${CC}"',
  ),
  'sed of a condition': dopsRecipe(
    "${REINPLACE_CMD} -e 's@defined(__FreeBSD__)@& || defined(__DragonFly__)@g' \\",
    '\t-e "s|/etc/foo|${PREFIX}/etc/foo|" \\',
    '\t${WRKSRC}/src/a.c \\',
    '\t${WRKSRC}/src/b.h',
  ),
  'sed with alternatives and braces': dopsRecipe(
    "${REINPLACE_CMD} -e 's@\\(\\*freebsd\\*\\))@\\1|*dragonfly*)@g' ${WRKSRC}/configure",
    "${REINPLACE_CMD} '/CMAKE_SYSTEM_NAME STREQUAL/s,FreeBSD,DragonFly,' ${WRKSRC}/CMakeLists.txt",
  ),
  'perl and sed -i': dopsRecipe("${PERL} -pi -e 's/a/b/' ${WRKSRC}/a.h", "sed -i '' -e 's/a/b/' ${WRKSRC}/a.h"),
  'copies within the source': dopsRecipe(
    '@${MKDIR} ${WRKSRC}/build/dragonfly',
    '${CP} ${WRKSRC}/config.h.freebsd ${WRKSRC}/config.h.dragonfly',
    '${CP} -R ${WRKSRC}/src/bsd/* ${WRKSRC}/src/dragonfly/',
    '${LN} -sf freebsd.mk ${WRKSRC}/mk/dragonfly.mk',
    'cd ${WRKSRC} && ${MV} a.txt b.txt && ${RM} c.txt',
  ),
  'a loop over files': dopsRecipe('for f in a b; do \\', '\t${REINPLACE_CMD} -e "s/x/y/" ${WRKSRC}/$$f; \\', 'done'),
  'a guarded command': dopsRecipe(
    'if [ -f ${WRKSRC}/a ]; then ${RM} ${WRKSRC}/a; fi',
    '${FIND} ${WRKSRC} -name "*.orig" -delete',
  ),
  'text found and edited': dopsRecipe("${GREP} -rl FreeBSD ${WRKSRC}/src | ${XARGS} ${REINPLACE_CMD} -e 's/FreeBSD/DragonFly/'"),
  'files of the stage directory': make(
    'post-install:',
    '\t${RM} -r ${STAGEDIR}${PREFIX}/share/x',
    '\t@${MKDIR} ${STAGEDIR}${DOCSDIR}',
    '\t${INSTALL_DATA} ${WRKSRC}/README ${STAGEDIR}${DOCSDIR}/',
    '\t${CHMOD} 755 ${STAGEDIR}${PREFIX}/bin/foo',
  ),
  'a header at the end of another': dopsRecipe('${ECHO} "#include <unistd.h>" >> ${WRKSRC}/a.h'),
  'a block for old releases': dops('mk block set condition "${DFLYVERSION} >= 600400" <<\'MK\'', 'CFLAGS+=\t-DNEW_API', 'MK'),
  'a block for a flavor and an option': make(
    '.if ${FLAVOR:U} == lite && ${PORT_OPTIONS:MDOCS}',
    'USES+=\tgmake',
    '.elif !empty(PORT_OPTIONS:MX11) || defined(WITH_X)',
    'USE_XORG+=\tx11',
    '.else',
    'USES+=\tninja',
    '.endif',
  ),
  'a condition on the system': make('.include <bsd.port.options.mk>', '.if ${OPSYS} == "DragonFly"', 'LIBS+=\t-lkvm', '.endif'),
  'a new patch by overlay.dops':
    dops('file materialize dragonfly/patch-src_a.c -> dragonfly/patch-src_a.c') +
    patch('src/a.c', ' int a;', '-old(a);', '+new(a);'),
  'a new patch alone': added('dragonfly/patch-src_a.c', PATCH),
  'a patch that is cut again': changed('dragonfly/patch-src_a.c', PATCH, PATCH_AGAIN),
  'a stray mark in a patch': changed(
    'dragonfly/patch-a.c',
    '++  dumbterm = STREQ (term, "dumb");',
    '+  dumbterm = STREQ (term, "dumb");',
  ),
  'a condition nested in a patch': patch(
    'common.h',
    '-#if defined(__has_builtin) && __has_builtin(x)',
    '+#ifdef __has_builtin',
    '+# if __has_builtin(x)',
    ' int a;',
  ),
  'a call that takes another argument': patch('a.c', '-\tsystem(cmd);', '+\t(void)system(cmd);', ' }'),
  'an error path': patch('a.c', ' \tif (a == NULL)', '+\t\treturn -1;', ' \tuse(a);'),
  'a case of a platform': patch('configure', ' freebsd*)', '-freebsd)', '+freebsd|dragonfly)', ' esac'),
  'a gate of a crate': patch(
    'src/lib.rs',
    '-#[cfg(target_os = "freebsd")]',
    '+#[cfg(any(target_os = "freebsd", target_os = "dragonfly"))]',
  ),
  'a packing list by operations': dops(
    'text line-remove file pkg-plist exact "bin/x"',
    'text line-insert-after file pkg-plist anchor "bin/y" line "%%PORTDOCS%%%%DOCSDIR%%/z"',
    'text replace-once file pkg-plist from "freebsd" to "dragonfly"',
  ),
  'a packing list by a diff': portDiff('pkg-plist.diff', 'pkg-plist', ' bin/a', '-/etc/x.conf', '+etc/x.conf', '+@dir share/x'),
  'a stale line out of the diff of a packing list': changed(
    'diffs/pkg-plist.diff',
    '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1 +1,3 @@\n bin/a\n+bin/b\n+bin/c',
    '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1 +1,2 @@\n bin/a\n+bin/c',
  ),
  'files in a Makefile': make('PLIST_FILES+=\tlibexec/foo/bar \\', '\t\tshare/man/man8/bar.8.gz', 'PLIST_SUB+=\tOS=dragonfly'),
  'a line of the port by a diff': portDiff(
    'Makefile.diff',
    'Makefile',
    ' PORTNAME=\tfoo',
    '-LICENSE_FILE=\t${PORTSDIR}/COPYRIGHT',
    '+USES=\tgmake',
  ),
  'a line of the port by an operation': dops(
    'text line-remove file Makefile exact "BUILD_WRKSRC=\t${WRKSRC}/x"',
    'text replace-once file Makefile from "gmake" to "gmake ncurses"',
  ),
  'STATUS deleted as overlay.dops replaces it':
    changed('STATUS', 'PORT\nLast attempt: 1.0', undefined) + dops('mk add USES ncurses'),
  'a port of its own': changed('STATUS', 'DPORT', undefined) + added('overlay.dops', 'port net/foo\ntype dport\nreason "ours"\n'),
  'a fragment converted to operations':
    changed('Makefile.DragonFly', 'USES+=\tncurses\nCFLAGS+=\t-DX', undefined) +
    dops('mk add USES ncurses', 'mk add CFLAGS "-DX"'),
  'a source that is copied in':
    dops(
      'file materialize dragonfly/compat.h -> dragonfly/compat.h',
      "mk target set dfly-patch <<'MK'",
      '\t${CP} ${DFLY_PATCHDIR}/compat.h ${WRKSRC}/src/compat.h',
      'MK',
    ) + added('dragonfly/compat.h', '#ifndef COMPAT_H\n#define COMPAT_H\n#endif\n'),
  'a recipe of a later phase': dops(
    "mk target set dfly-install <<'MK'",
    '\t${INSTALL_SCRIPT} ${WRKSRC}/foo.sh ${STAGEDIR}${PREFIX}/bin/foo',
    'MK',
  ),
  'another argument of a USES': dops('mk eval USES "${USES:S/cargo/cargo:extra/}"'),
  'flags without -Werror': dops('mk eval CFLAGS "${CFLAGS:N-Werror}"'),
  'words of lists removed': dops(
    'mk remove OPTIONS_DEFAULT DTRACE on-missing noop',
    'mk remove PLIST_FILES libexec/old on-missing warn',
    'mk remove CONFIGURE_ARGS --enable-epoll',
    'mk unset USE_LINUX',
  ),
  'a line of the port in another form': dops(
    'text replace-once file Makefile from "CONFIGURE_ARGS=\t--with-x" to "CONFIGURE_ARGS=\t--with-x --disable-inotify"',
    'text replace-once file Makefile from "epoll" to "kqueue"',
  ),
  'patches, lists and messages put into the port':
    dops(
      'file materialize dragonfly/patch-Makefile.in -> dragonfly/patch-Makefile.in',
      'file materialize dragonfly/extra-patch-a -> files/extra-patch-a',
      'file materialize dragonfly/config.dragonfly -> dragonfly/config.dragonfly',
      'file copy files/pkg-message.in -> pkg-message',
    ) + added('dragonfly/config.dragonfly', 'os=dragonfly\n'),
  'a directory of a packing list': portDiff(
    'pkg-plist.diff',
    'pkg-plist',
    ' bin/a',
    '+@dir /var/db/foo',
    '+@sample etc/foo.conf.sample',
  ),
  'sed of what may resemble an error': dopsRecipe(
    "${REINPLACE_CMD} -e 's/return -ENOSYS/return -EINVAL/' -e 's/#ifdef __FreeBSD__/#ifdef __DragonFly__/' ${WRKSRC}/a.c",
    "${REINPLACE_CMD} -e '/epoll_create/d' -e 's,/dev/null 2>&1,/dev/null,g' ${WRKSRC}/configure",
  ),
  'checks that move or change their form': patch(
    'src/a.c',
    '-\tassert(n > 0);',
    '+\tassert(n >= 0);',
    '-\tif (verify(a) != 0) exit(1);',
    '+\tif (verify(a, 0) != 0) exit(1);',
    '-#error "unknown system"',
    '+#if defined(__DragonFly__)',
    '+\tstrlcpy(name, "dfly", sizeof(name));',
    '+#else',
    '+#error "unknown system"',
    '+#endif',
    '+\tif ((s = open_socket(AF_LOCAL, 0)) < 0) return (0);',
    '+\tfor (i = 0; i < 8; i++) continue;',
  ),
  'a list of a build file that grows': patch(
    'Makefile.am',
    '-SUBDIRS = lib src # all',
    '+SUBDIRS = lib src dragonfly',
    '-bin_PROGRAMS = a',
    '+bin_PROGRAMS = a b',
    '-all: a',
    '+all: a b',
    ' \tx',
  ),
  'an obsolete recipe removed': dops('mk target remove dfly-patch on-missing noop'),
};
