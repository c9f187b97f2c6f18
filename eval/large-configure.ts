/** Checks of the script; each has six lines. */
const CHECKS = 498;
/** Check before which the script decides on the system. */
const SYSTEM_AT = 350;

/** Returns the configure script of the case `manychecks`: 3,000 lines, of which a `case` on the system is the cause of its failure. */
export function largeConfigure(): string {
  const checks = Array.from({length: CHECKS}, (_, at) => check(`feature${String(at).padStart(3, '0')}`));
  return [
    '#!/bin/sh\nos=$(uname -s)\nknown="feature000 feature101 feature202"\n\n',
    ...checks.slice(0, SYSTEM_AT),
    SYSTEM,
    ...checks.slice(SYSTEM_AT),
    'sed "s/@EVENTS@/$events/" Makefile.in >Makefile\n',
  ].join('');
}

const SYSTEM = `echo "checking for the event interface of $os"
case $os in
FreeBSD|OpenBSD)
	events=kqueue ;;
Linux)
	events=epoll ;;
*)
	echo "configure: error: no event interface is known for $os" >&2
	exit 1 ;;
esac

`;

function check(name: string): string {
  return `echo "checking for ${name}"
case " $known " in
*" ${name} "*) have_${name}=yes ;;
*) have_${name}=no ;;
esac

`;
}
