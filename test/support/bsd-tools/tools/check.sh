# check.sh: read by each tool. Sets, by settings.sh: real (directory of this machine's tools) and log (file of the refusals).
# shellcheck shell=sh disable=SC2154,SC1091
. "${0%/*}/settings.sh"
me=${0##*/}

# refuse WHAT: records an option that DragonFly's tool does not have, and ends as its usage does.
refuse() {
	printf '%s: %s\n' "$me" "$1" >>"$log"
	printf '%s: %s is not an option of a BSD\n' "$me" "$1" >&2
	exit 64
}

# check LETTERS ARGUMENT...: refuses options other than these, as getopts has them, and options behind an operand, which a BSD takes for
# operands: its getopt does not permute. Long options are named in $long, as patterns. Sets OPTIND.
check() {
	letters=$1
	shift
	OPTIND=1
	while getopts ":$letters-:" letter "$@"; do
		case $letter in
		-) is_long "$OPTARG" || refuse "--$OPTARG" ;;
		'?' | :) refuse "-$OPTARG" ;;
		esac
	done
	case $((OPTIND - 1)) in
	0) ;;
	*) eval "[ \"\${$((OPTIND - 1))}\" != -- ]" || return 0 ;;
	esac
	operands "$OPTIND" "$@"
}

# is_long OPTION: whether one of the patterns in $long, separated by blanks, matches.
is_long() {
	for pattern in ${long-}; do
		# shellcheck disable=SC2254 # it is a pattern
		case $1 in $pattern) return 0 ;; esac
	done
	return 1
}

# operands FIRST ARGUMENT...: refuses operands that GNU's getopt would take for options.
operands() {
	shift "$1"
	for operand; do
		case $operand in -?*) refuse "$operand, behind an operand," ;; esac
	done
}
