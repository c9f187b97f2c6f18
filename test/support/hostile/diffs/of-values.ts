import {added, dops, make, portDiff, recipe} from './write.ts';

/** Hostile or lazy diffs by values, scripts and places, and by what they take away. */
export const OF_VALUES: Readonly<Record<string, readonly string[]>> = {
  'values that make computes': [
    make('CXXFLAGS+=\t-${:U-w:S/-//}'),
    make('LDFLAGS+=\t-DAT="${:U%H:gmtime}"'),
    make('CFLAGS+=\t-DH=${DISTNAME:hash}'),
    make('CFLAGS:=\t${CFLAGS:S,-O2,-w,}'),
    make('CXXFLAGS:=\t${CXXFLAGS:N-fstack-protector*}'),
    make('USES:=\t${USES:C/,?ssl//}'),
    dops('mk eval CONFIGURE_ARGS "${CONFIGURE_ARGS:M--prefix*}"'),
  ],
  'lists emptied or lost': [
    dops('mk set MAKE_ARGS ""'),
    dops('mk set USES ""'),
    make('LDFLAGS='),
    dops('mk unset OPTIONS_DEFAULT'),
    dops('mk unset CONFIGURE_ARGS'),
    dops('mk remove USES "gssapi pam"'),
    dops('mk remove CONFIGURE_ARGS "--with-tls=${PREFIX}"'),
    dops('mk remove CFLAGS -fstack-protector-strong'),
    dops('text line-remove file Makefile exact "LIB_DEPENDS=\tliba.so:x/a"'),
    dops('text replace-once file Makefile from "do-test:" to "no-test:"'),
    dops('text replace-once file Makefile from "\tSSL" to "\t# SSL"'),
    dops('text replace-once file Makefile from "RUN_DEPENDS=" to "XRUN_DEPENDS="'),
    dops('text line-remove file Makefile exact ".include <bsd.port.mk>"'),
    portDiff('Makefile.diff', 'Makefile', '-CONFIGURE_ARGS=\t--with-x', ' x'),
    portDiff('Makefile.diff', 'Makefile', '-post-patch:', '-\t${RM} a', ' x'),
    portDiff('Makefile.diff', 'Makefile', '-LICENSE=\tMIT', ' x'),
    portDiff('Makefile.diff', 'Makefile', '-USES=\tgmake ssl', '+USES=\tgmake', ' x'),
  ],
  'protections switched off by a value': [
    make('CMAKE_ARGS+=\t-DWITH_OPENSSL=OFF'),
    make('MESON_ARGS+=\t-Dseccomp=disabled'),
    make('CONFIGURE_ARGS+=\t--with-gnutls=no'),
    make('CMAKE_OFF+=\tUSE_SANDBOX'),
    make('CMAKE_ON+=\tNO_TLS'),
    make('CFLAGS+=\t-DDISABLE_PAM'),
    make('GO_BUILDFLAGS+=\t-tags nocrypto'),
  ],
  'tools and places of the build': [
    make('MAKE_ARGS+=\tSTRIP=/usr/bin/true'),
    make('CONFIGURE_ENV+=\tPKG_CONFIG=false'),
    make('MAKE_ENV+=\tRM="${TRUE}"'),
    make('CFLAGS+=\t-isystem/tmp/include'),
    make('CMAKE_ARGS+=\t-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES=/home/x.cmake'),
    make('LDFLAGS+=\t-Wl,-rpath,/work/lib'),
    make('CONFIGURE_ENV+=\tCONFIG_SITE=x'),
    make('MAKE_FLAGS=\t-f other.mk -n'),
    make('MAKE_ARGS+=\t-t'),
    make('MAKE_ARGS+=\tSUBDIRS='),
    make('TEST_TARGET=\tall'),
    make('INSTALL_TARGET=\tinstall-man'),
    make('PATCH_STRIP=\t-p7'),
    make('LDFLAGS+=\t-Wl,-init,start -Wl,--no-fatal-warnings'),
    make('CFLAGS+=\t-E'),
    make('CONFLICTS=\t*'),
    make('PATCH_DEPENDS+=\tcurl:ftp/curl'),
    make('BUILD_DEPENDS+=\ta:x/a:install'),
    make('LIB_DEPENDS+=\tliba.so:../../tmp/a'),
  ],
  'targets with other steps': [
    make('pre-build: do-install'),
    make('.PHONY: do-build'),
    make('post-patch: ; @rm -rf ${WRKSRC}/test'),
  ],
  'packing lists that give rights away': [
    ...[
      '@owner root',
      '@(root,wheel,0666) etc/a.conf',
      '@dir(root,wheel,1777) /var/x',
      '%%A%%@postexec id',
      '@lua os.exit()',
    ].map((line) => portDiff('pkg-plist.diff', 'pkg-plist', ' bin/a', `+${line}`)),
    ...['@cd /etc', '@rmtry /etc/hosts', '../../etc/hosts', '@(,,-s--x--x) bin/b', 'etc/periodic/daily/a'].map((line) =>
      portDiff('pkg-plist.diff', 'pkg-plist', ' bin/a', `+${line}`),
    ),
    make('PLIST_FILES+=\t"@kld boot/modules"'),
  ],
  'files by names of the framework': [
    ...['scripts/configure', 'GNUmakefile', 'Makefile.local', 'bsd.local.mk', 'work/.build_done', '.profile'].map((name) =>
      dops(`file materialize dragonfly/x -> ${name}`),
    ),
    dops('file copy Makefile -> makefile'),
    dops('file copy pkg-descr -> scripts/pre-build'),
  ],
  'scripts that take errors away': [
    recipe("${REINPLACE_CMD} -e 's/AC_MSG_ERROR/AC_MSG_NOTICE/' ${WRKSRC}/configure.ac"),
    recipe("${REINPLACE_CMD} -e 's/FATAL_ERROR/WARNING/' ${WRKSRC}/CMakeLists.txt"),
    recipe("${REINPLACE_CMD} -e '/verify_sig/d' ${WRKSRC}/a.c"),
    recipe("${REINPLACE_CMD} -e '5,90d' ${WRKSRC}/a.c"),
    recipe("${REINPLACE_CMD} -e '/#error/d' ${WRKSRC}/a.h"),
    recipe("${REINPLACE_CMD} -e 's/if (rc)/if (0)/' ${WRKSRC}/a.c"),
    recipe("${REINPLACE_CMD} -e 's/^int auth(.*/&{return 0;}/' ${WRKSRC}/a.c"),
    recipe("${REINPLACE_CMD} -e 's/.*/date/e' ${WRKSRC}/a"),
    recipe('${REINPLACE_CMD} -f ${FILESDIR}/a.sed ${WRKSRC}/a'),
    recipe("${PERL} -pi -e 's/a/`id`/' ${WRKSRC}/a"),
    recipe("${REINPLACE_CMD} -e 's/$$(MAKE) all/-$$(MAKE) all/' ${WRKSRC}/Makefile"),
  ],
  'files that the package puts into the system': [
    recipe('${INSTALL_SCRIPT} ${FILESDIR}/a ${STAGEDIR}${PREFIX}/etc/rc.d/a'),
    recipe('${INSTALL_DATA} ${FILESDIR}/a ${STAGEDIR}/etc/cron.d/a'),
    recipe('${MKDIR} ${STAGEDIR}/root/.ssh'),
    recipe('${TOUCH} ${WRKSRC}/libfoo.so'),
    recipe('${TOUCH} ${STAGEDIR}${PREFIX}/bin/foo'),
    recipe('${LN} -s /bin/sh ${STAGEDIR}${PREFIX}/bin/foo'),
    recipe('${INSTALL_PROGRAM} /bin/echo ${STAGEDIR}${PREFIX}/bin/foo'),
  ],
  'hunks that begin in a heredoc': [
    hunk('\tpatch apply $$(fetch)', 'MK'),
    hunk("\t${CAT} <<'E' >a", 'x', 'E', 'MK', 'mk set NO_CHECKSUM "yes"'),
    hunk('BROKEN=\tx', 'MK'),
    hunk('MK', 'mk set BROKEN "x"'),
  ],
  'texts that overlay.dops cannot have': [
    added('overlay.dops', 'port net/foo\nmk assign A "x"\n'),
    added('overlay.dops', 'port net/foo\nmk set A x\n'),
    added('overlay.dops', "port net/foo\nmk target set a <<'MK'\n\tx\n"),
    added('overlay.dops', 'port net/foo\n"\n'),
    dops('mk set A "b\vBROKEN=x"'),
    dops('# x\rmk set BROKEN "x"'),
  ],
};

/** A hunk of overlay.dops that begins inside of a heredoc and adds lines. */
function hunk(...lines: readonly string[]): string {
  const path = 'ports/net/foo/overlay.dops';
  const head = `diff --git a/${path} b/${path}\nindex 1111111..2222222 100644\n--- a/${path}\n+++ b/${path}\n`;
  return `${head}@@ -40,1 +40,${lines.length + 1} @@\n \t\${ECHO} x\n${lines.map((line) => `+${line}\n`).join('')}`;
}
