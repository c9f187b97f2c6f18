# A small ports framework for the demo: the targets, variables, hooks and messages of the real one that a repair needs,
# on bmake and POSIX tools. It is not a replacement: no options dialogs, no fetching, no package database.
#
# A stage runs once and is recorded by a cookie in WRKDIR. Each has hooks: pre-, do-, post- and, after them, dfly-.

.if !defined(_BSD_PORT_MK)
_BSD_PORT_MK=	yes

OPSYS?=		DragonFly
DFLYVERSION?=	600500
OSVERSION?=	9999999
ARCH?=		x86_64
PORTSDIR?=	${.CURDIR:H:H}
MASTERDIR?=	${.CURDIR}
PREFIX?=	/usr/local
LOCALBASE?=	/usr/local
DISTDIR?=	/usr/distfiles
FETCH_REGET?=	1

.if exists(${.CURDIR}/Makefile.DragonFly)
.include "${.CURDIR}/Makefile.DragonFly"
.endif

.if defined(__MAKE_CONF) && exists(${__MAKE_CONF})
.include "${__MAKE_CONF}"
.endif

.if !defined(PORTNAME) || (!defined(DISTVERSION) && !defined(PORTVERSION))
.error A port needs PORTNAME and DISTVERSION.
.endif

DISTVERSION?=	${PORTVERSION}
PORTVERSION?=	${DISTVERSION:tl:C/[^a-z0-9+.]+/./g}
PORTREVISION?=	0
PKGNAME=	${PKGNAMEPREFIX}${PORTNAME}${PKGNAMESUFFIX}${FLAVOR:D-${FLAVOR}}-${PORTVERSION}${PORTREVISION:N0:S/^/_/1:M_?*}
DISTNAME?=	${PORTNAME}-${DISTVERSION}
DISTFILES?=	${DISTNAME}.tar.gz
.if defined(WRKDIRPREFIX) && !empty(WRKDIRPREFIX)
WRKDIR?=	${WRKDIRPREFIX}/${.CURDIR:H:T}/${.CURDIR:T}
.else
WRKDIR?=	${.CURDIR}/work
.endif
WRKSRC?=	${WRKDIR}/${DISTNAME}
STAGEDIR?=	${WRKDIR}/stage
PKGFILE?=	${WRKDIR}/pkg/${PKGNAME}.txz
FILESDIR?=	${MASTERDIR}/files
PATCHDIR?=	${MASTERDIR}/files
DFLY_PATCHDIR?=	${PATCHDIR:H}/dragonfly
DISTINFO_FILE?=	${MASTERDIR}/distinfo
PLIST?=		${MASTERDIR}/pkg-plist
TMPPLIST=	${WRKDIR}/.PLIST.mktmp
MASTER_SITES?=

CC?=		cc
# Replaces the -O2 of sys.mk.
CFLAGS:=	-O2 -pipe -fstack-protector-strong -fno-strict-aliasing ${CFLAGS:N-O2}
LDFLAGS:=	-fstack-protector-strong ${LDFLAGS}
MAKE_JOBS_NUMBER?=	2
.if !defined(MAKE_JOBS_UNSAFE)
_MAKE_JOBS=	-j${MAKE_JOBS_NUMBER}
.endif
ALL_TARGET?=	all
INSTALL_TARGET?=	install
MAKE_ENV+=	PREFIX=${PREFIX:Q} LOCALBASE=${LOCALBASE:Q} CC=${CC:Q} CFLAGS=${CFLAGS:Q} LDFLAGS=${LDFLAGS:Q}
CONFIGURE_ENV+=	CC=${CC:Q} CFLAGS=${CFLAGS:Q} LDFLAGS=${LDFLAGS:Q}
CONFIGURE_SCRIPT?=	configure
.if defined(GNU_CONFIGURE)
HAS_CONFIGURE=	yes
CONFIGURE_ARGS+=	--prefix=${PREFIX}
.endif

# Commands for use in ports.
ECHO_CMD?=	echo
ECHO_MSG?=	echo
REINPLACE_ARGS?=	-i.bak
REINPLACE_CMD?=	sed ${REINPLACE_ARGS}
SETENV?=	env
INSTALL_DATA?=	install -m 0644
INSTALL_MAN?=	install -m 444
INSTALL_PROGRAM?=	install -s -m 555
INSTALL_SCRIPT?=	install -m 555
MKDIR?=		mkdir -p
.for _command in awk cat chmod cp cut false find grep ln mv patch printf rm rmdir sed sh sort tar touch tr true
${_command:tu}?=	${_command}
.endfor

# Options: defaults, and settings by ports.
.include "bsd.port.options.mk"
.for _o in ${OPTIONS_DEFINE}
.  if !empty(PORT_OPTIONS:M${_o})
CONFIGURE_ARGS+=	${${_o}_CONFIGURE_ON}
CFLAGS+=	${${_o}_CFLAGS}
LIB_DEPENDS+=	${${_o}_LIB_DEPENDS}
BUILD_DEPENDS+=	${${_o}_BUILD_DEPENDS}
PLIST_SUB+=	${_o}=""
.  else
PLIST_SUB+=	${_o}="@comment "
.  endif
.endfor
PLIST_SUB+=	PREFIX="${PREFIX}" PORTVERSION="${PORTVERSION}" OPSYS="${OPSYS}"

_KNOWN_USES=	autoreconf bison cmake compiler cpe desktop-file-utils fortran gettext gettext-runtime gettext-tools gmake gnome \
		iconv libtool localbase meson ncurses ninja perl5 pkgconfig python readline shebangfix ssl tar uidfix zip
_UNKNOWN_USES=
.for _u in ${USES:C/:.*//}
.  if empty(_KNOWN_USES:M${_u})
_UNKNOWN_USES+=	${_u}
.  endif
.endfor

# dsynth queries IGNORE before it starts.
.if defined(BROKEN) && !empty(BROKEN)
IGNORE?=	is marked as broken: ${BROKEN}
.endif

.MAIN: build
# Stages run in sequence, whatever the caller's -j; a port's own make runs with MAKE_JOBS_NUMBER.
.NOTPARALLEL:

# --- Actions of the stages ----------------------------------------------------------------------

_sanity:
.if !empty(_UNKNOWN_USES)
	@echo "/!\\ ERRORS /!\\"
	@echo
.  for _u in ${_UNKNOWN_USES}
	@echo "Unknown USES=${_u}"
.  endfor
	@echo
	@echo 'make: stopped making "check-sanity" in ${.CURDIR}'
	@false
.endif
.if defined(IGNORE) && !empty(IGNORE)
	@echo "===>  ${PKGNAME} "${IGNORE:Q}.
	@false
.endif

check-sanity: _sanity

pkg-depends:
	@echo "===>   ${PKGNAME} depends on file: /usr/local/sbin/pkg - found"

# NAME, the text for `depends on`, and the test for its presence, by the form of the dependency.
.for _kind in FETCH EXTRACT PATCH BUILD LIB RUN
${_kind:tl}-depends:
	@for depend in ${${_kind}_DEPENDS:@d@'${d}'@}; do \
	what=$${depend%%:*}; origin=$${depend#*:}; \
	case $$what in \
	lib*.so*) kind="shared library"; test -e ${LOCALBASE}/lib/$$what || test -e /usr/lib/$$what || test -e /lib/$$what; found=$$? ;; \
	/*) kind=file; test -e "$$what"; found=$$? ;; \
	*'>'*|*'<'*|*'='*) kind=package; ls ${PACKAGES:U/work/dsynth/packages}/All/$${what%%[<>=]*}-*.txz >/dev/null 2>&1; found=$$? ;; \
	*) kind=executable; command -v "$$what" >/dev/null 2>&1; found=$$? ;; \
	esac; \
	if [ $$found -eq 0 ]; then echo "===>   ${PKGNAME} depends on $$kind: $$what - found"; continue; fi; \
	echo "===>   ${PKGNAME} depends on $$kind: $$what - not found"; \
	if [ ! -f "${PORTSDIR}/$${origin%%[@:]*}/Makefile" ]; then \
		echo "Error a dependency refers to a non existing origin: ${PORTSDIR}/$$origin in ${_kind}_DEPENDS"; \
	else echo "===>   $$origin is not installed; build its package first"; fi; \
	echo "Errors with dependencies."; exit 1; \
	done
.endfor

.if !target(do-fetch)
do-fetch:
	@echo "===> Fetching all distfiles required by ${PKGNAME} for building"
	@for file in ${DISTFILES}; do \
		[ ! -f ${DISTDIR}/$$file ] || continue; \
		${_COULD_NOT_FETCH}; \
	done
.endif

_refetch: pkg-depends
	@file=${_FILE}; ${_COULD_NOT_FETCH}

# There is no network inside: every site is printed, as fetch would, and none answers.
_COULD_NOT_FETCH= \
	echo "=> $$file doesn't seem to exist in ${DISTDIR}/."; \
	for site in ${MASTER_SITES} http://distcache.FreeBSD.org/ports-distfiles/ http://avalon.dragonflybsd.org/misc/distfiles/; do \
		echo "=> Attempting to fetch $$site$$file"; \
	done; \
	echo "=> Couldn't fetch it - please try to retrieve this"; \
	echo "=> port manually into ${DISTDIR}/ and try again."; \
	exit 1

_checksum:
.if !defined(NO_CHECKSUM)
	@for file in ${DISTFILES}; do \
		wanted=$$(sed -n "s/^SHA256 ($$file) = //p" ${DISTINFO_FILE}); \
		got=$$(sha256sum ${DISTDIR}/$$file | cut -d ' ' -f 1); \
		if [ -z "$$wanted" ]; then echo "=> No SHA256 checksum recorded for $$file."; bad=yes; \
		elif [ "$$wanted" = "$$got" ]; then echo "=> SHA256 Checksum OK for $$file."; continue; \
		else echo "=> SHA256 Checksum mismatch for $$file."; fi; \
		if [ ${FETCH_REGET} -gt 0 ]; then \
			echo "===>  Refetch for ${FETCH_REGET} more times files:  $$file "; \
			cd ${.CURDIR} && exec ${MAKE} _refetch _FILE=$$file; \
		fi; \
		echo "===>  Giving up on fetching files:  $$file "; \
		echo "Make sure the Makefile and distinfo file (${DISTINFO_FILE})"; \
		echo "are up to date.  If you are absolutely sure you want to override this"; \
		echo "check, type \"make NO_CHECKSUM=yes [other args]\"."; \
		exit 1; \
	done
.endif

makesum: do-fetch
	@{ echo "TIMESTAMP = $$(date +%s)"; for file in ${DISTFILES}; do \
		echo "SHA256 ($$file) = $$(sha256sum ${DISTDIR}/$$file | cut -d ' ' -f 1)"; \
		echo "SIZE ($$file) = $$(wc -c < ${DISTDIR}/$$file | tr -d ' ')"; done; } > ${DISTINFO_FILE}

.if !target(do-extract)
do-extract:
	@mkdir -p ${WRKDIR}
	@for file in ${DISTFILES}; do gzip -dc ${DISTDIR}/$$file | tar -x -C ${WRKDIR} --no-same-owner -f - || exit 1; done
.endif

# Directory, display name, variable with patches from elsewhere
.for _dir _name _extra in ${PATCHDIR} ports EXTRA_PATCHES ${DFLY_PATCHDIR} dragonfly DFLY_EXTRA_PATCHES
_apply-${_name}:
	@set -- ${_dir}/patch-*; [ -f "$$1" ] || shift; \
	set -- "$$@" ${${_extra}}; [ $$# -gt 0 ] || exit 0; \
	echo "===>  Applying ${_name} patches for ${PKGNAME} from ${_dir}"; \
	failed=; \
	for one; do \
		case $$one in *.orig|*.rej|*~) continue ;; esac; \
		patch -d ${WRKSRC} -s -N -E -p0 < $$one && continue; \
		echo "===>  FAILED Applying ${_name} $${one##*/}"; failed="$$failed $${one##*/}"; \
	done; \
	[ -z "$$failed" ] || { echo "===> FAILED to apply cleanly ${_name} patch(es) $$failed"; exit 1; }
.endfor
.if !target(do-patch)
do-patch: _apply-ports _apply-dragonfly
.endif

.if !target(do-configure)
do-configure:
.  if defined(HAS_CONFIGURE)
	@cd ${WRKSRC} && env ${CONFIGURE_ENV} ./${CONFIGURE_SCRIPT} ${CONFIGURE_ARGS} || { \
		echo "===>  Script \"${CONFIGURE_SCRIPT}\" failed unexpectedly."; \
		echo "Please report the problem to ${MAINTAINER} [maintainer] and attach"; \
		echo "the \"${WRKSRC}/config.log\" including the output"; \
		echo "of the failure of your make command. Also, it might be a good idea to"; \
		echo "provide an overview of all packages installed on your system (e.g. a"; \
		echo "/usr/local/sbin/pkg-static info -g -Ea)."; exit 1; }
.  endif
.endif

.if !target(do-build)
do-build:
	@cd ${WRKSRC} && env ${MAKE_ENV} ${MAKE} ${_MAKE_JOBS} ${MAKE_ARGS} ${ALL_TARGET} || { \
		echo "===> Compilation failed unexpectedly."; \
		echo "Try to set MAKE_JOBS_UNSAFE=yes and rebuild before reporting the failure to"; \
		echo "the maintainer."; exit 1; }
.endif

.if !target(do-install)
do-install:
	@cd ${WRKSRC} && env ${MAKE_ENV} ${MAKE} DESTDIR=${STAGEDIR} ${MAKE_ARGS} ${INSTALL_TARGET}
.endif

_stage-dir:
	@rm -rf ${STAGEDIR}; mkdir -p ${STAGEDIR}${PREFIX}
	@echo "===>   Generating temporary packing list"

_compress-man:
	@echo "====> Compressing man pages (compress-man)"
	@for dir in ${STAGEDIR}${PREFIX}/share/man ${STAGEDIR}${PREFIX}/man; do \
		[ ! -d $$dir ] || find $$dir -type f ! -name '*.gz' -exec gzip -9n {} +; \
	done

# The plist with its variables expanded, without comments and keywords.
_plist:
	@{ cat ${PLIST} 2>/dev/null; printf '%s\n' ${PLIST_FILES}; } | sed ${PLIST_SUB:C/"//g:C/^([^=]*)=(.*)/s|%%\1%%|\2|g/:@s@-e '${s}'@} -e '/^@/d' -e '/^$$/d' | sort > ${TMPPLIST}

_check-plist: _plist
	@echo "====> Checking for pkg-plist issues (check-plist)"
	@echo "===> Parsing plist"
	@(cd ${STAGEDIR}${PREFIX} && find . ! -type d | sed 's,^\./,,' | sort) > ${WRKDIR}/.staged
	@echo "===> Checking for items in STAGEDIR missing from pkg-plist"
	@comm -23 ${WRKDIR}/.staged ${TMPPLIST} | sed 's/^/Error: Orphaned: /' > ${WRKDIR}/.orphaned; cat ${WRKDIR}/.orphaned
	@echo "===> Checking for items in pkg-plist which are not in STAGEDIR"
	@comm -13 ${WRKDIR}/.staged ${TMPPLIST} | sed 's/^/Error: Missing: /' > ${WRKDIR}/.missing; cat ${WRKDIR}/.missing
	@if [ -s ${WRKDIR}/.orphaned ] || [ -s ${WRKDIR}/.missing ]; then echo "===> Error: Plist issues found."; exit 1; fi

do-package: _plist
	@echo "===>  Building packages for ${PKGNAME}"
	@echo "===>   Building ${PKGNAME}"
	@while read -r file; do \
		[ -e ${STAGEDIR}${PREFIX}/$$file ] || [ -L ${STAGEDIR}${PREFIX}/$$file ] || { \
			echo "pkg-static: Unable to access file ${STAGEDIR}${PREFIX}/$$file:No such file or directory"; exit 1; }; \
	done < ${TMPPLIST}
	@mkdir -p ${PKGFILE:H}
	@sed 's,^,${PREFIX:C,^/,,}/,' ${TMPPLIST} > ${WRKDIR}/.members
	@tar -C ${STAGEDIR} -cf - -T ${WRKDIR}/.members | xz -c > ${PKGFILE}.new && mv ${PKGFILE}.new ${PKGFILE}

# --- Stages in order ------------------------------------------------------------------------------

.for _s _word in extract Extracting patch Patching configure Configuring build Building stage Staging
_say-${_s}:
	@echo "===>  ${_word} for ${PKGNAME}"
_done-${_s}:
	@mkdir -p ${WRKDIR}; touch ${WRKDIR}/.${_s}_done.${PORTNAME}
.endfor

.for _s in fetch checksum extract patch configure build install stage package
.  for _h in pre post dfly
.    if !target(${_h}-${_s})
${_h}-${_s}:
.    endif
.  endfor
.endfor

fetch: check-sanity pkg-depends fetch-depends pre-fetch do-fetch post-fetch
checksum: fetch pre-checksum _checksum post-checksum

_SEQ.extract=	check-sanity pkg-depends fetch-depends pre-fetch do-fetch post-fetch extract-depends _say-extract _checksum \
		pre-extract do-extract post-extract dfly-extract
_SEQ.patch=	extract patch-depends _say-patch pre-patch do-patch post-patch dfly-patch
_SEQ.configure=	patch build-depends lib-depends _say-configure pre-configure do-configure post-configure dfly-configure
_SEQ.build=	configure _say-build pre-build do-build post-build dfly-build
_SEQ.stage=	build run-depends _say-stage _stage-dir pre-install do-install post-install dfly-install post-stage dfly-stage _compress-man
.for _s in extract patch configure build stage
.  if exists(${WRKDIR}/.${_s}_done.${PORTNAME}) && empty(.TARGETS:M*clean)
${_s}:
.  else
${_s}: ${_SEQ.${_s}} _done-${_s}
.  endif
.endfor

check-plist: stage _check-plist
package: stage pre-package do-package post-package dfly-package

showconfig:
	@echo "===> The following configuration options are available for ${PKGNAME}:"
	@for option in ${OPTIONS_DEFINE}; do \
		case " ${PORT_OPTIONS} " in *" $$option "*) value=on ;; *) value=off ;; esac; \
		echo "     $$option=$$value"; \
	done
	@echo "===> Use 'make config' to modify these settings"

install: stage
	@echo "===>  Installing for ${PKGNAME}"
	@cp -R ${STAGEDIR}/. /
deinstall: _plist
	@echo "===>  Deinstalling for ${PKGNAME}"
	@while read -r file; do rm -f ${PREFIX}/$$file; done < ${TMPPLIST}

clean:
	@echo "===>  Cleaning for ${PKGNAME}"
	@rm -rf ${WRKDIR}
distclean: clean
	@for file in ${DISTFILES}; do rm -f ${DISTDIR}/$$file; done

.endif
