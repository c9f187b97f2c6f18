/** Modifier that writes the line breaks of a value, which would end its line, as U+0001. */
export const ONE_LINE = ':S/\n/\u0001/g';

/**
 * make without the commands that a port runs while make reads it, unless they are allowed: `.SHELL` names a recorder as make's shell, which
 * records each command and runs those in `$aside/allowed`, or all with `mode=all`. So no command of a port that is being judged runs beside
 * the script and can write into its output. Needs `aside`, a directory of the script's own with the file `allowed`, and `mode`, `all` or `only`; in the port's
 * directory, with the names of its files in `$aside/plain`, `record_special` and `refuse_special` go before `port_make`, for which
 * `ports`, `flavor`, `proof` and `bulk`, the prefixes of work directories, are set.
 */
export const RECORDER = `make=$(command -v make)
searched=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
cat >"$aside/sh" <<'END'
#!/bin/sh
# As make's shell: -c COMMAND. Records the command; runs it only if that is allowed.
PATH=/bin:/usr/bin
command=$2
case $command in
*"
"*) command=$(printf '%s' "$command" | tr '\\n' '\\001') ;;
esac
here=\${0%/*}
printf '%s\\n' "$command" >>"$here/commands"
[ -f "$here/all" ] || grep -qxF -e "$command" "$here/allowed" || exit 0
exec env -i PATH="$(cat "$here/searched")" HOME=/root LANG=C TERM=dumb /bin/sh -c "$2"
END
chmod 755 "$aside/sh"
printf '%s\\n' "$searched" >"$aside/searched"
[ "$mode" = only ] || : >"$aside/all"
: >"$aside/commands"
printf '.SHELL: name=sh path=%s/sh\\n' "$aside" >"$aside/first.mk"
# A target that may be .SHELL would replace the recorder: one that names it, or whose name make computes; and a file from elsewhere
# may have one. make is not run on a new line of these forms.
special() {
  xargs sed -e 's/[$]{[.]CURDIR}/./g' -e 's/[$][{(][^{}()]*[})]/\u0002/g' -e 's/[$][{(][^{}()]*[})]/\u0002/g' -e 's/[$][{(][^{}()]*[})]/\u0002/g' /dev/null |
    grep -aE -e "$1" | grep -avE '^\t|^[.][[:blank:]]*(if|elif|else|endif|for|undef|info|warning|error|export|unexport)[a-z-]*[[:blank:]]' || :
}
# record_special: makes $aside/special the lines of the port that may select another shell, or read a file from elsewhere.
record_special() {
  grep -v '/patch-[^/]*$' "$aside/plain" | special '^[.][[:blank:]]*[-sd]?include[[:blank:]]*["<]([/]|.*\u0002|.*[.][.])|^[^#=:]*[.]SHELL|^[^#=:]*\u0002[^=:!]*[:!]([^=]|$)'
  grep '/patch-[^/]*$' "$aside/plain" | special '^[ +]*[.][^=:]*(SHELL|\u0002)[^=:!]*[:!]([^=]|$)'
} >"$aside/special"
# refuse_special: refuses such lines with mode=only where they are not allowed, and records them else.
refuse_special() {
  if [ "$mode" = only ]; then
    found=$(grep -avxF -f "$aside/allowed" "$aside/special" | head -n 1 | tr '\\002' '?') || :
    [ -z "$found" ] || refuse 72 "make is not run on a line that may select another shell or read a file from elsewhere: $found"
  else
    cat "$aside/special" >>"$aside/commands"
  fi
}
# port_make proof|bulk ARGUMENT...: make of the port with the surroundings of a proof, or of a bulk build.
port_make() {
  case $1 in
  proof) as="USER=root LOGNAME=root HOME=/root DEVELOPER=1 WRKDIRPREFIX=$proof" ;;
  *) as="USER=portbuilder LOGNAME=portbuilder HOME=/nonexistent UNAME_n=bulk.invalid HOST=bulk.invalid HOSTNAME=bulk.invalid WRKDIRPREFIX=$bulk" ;;
  esac
  shift
  ulimit -t 30
  ulimit -f 65536
  env -i PATH="$searched" LANG=C TERM=dumb $as \${flavor:+FLAVOR="$flavor"} PORTSDIR="$ports" DISTDIR=/usr/distfiles \\
    PACKAGES=/work/dsynth/packages BATCH=yes PACKAGE_BUILDING=yes __MAKE_CONF=/dev/null \\
    "$make" -f "$aside/first.mk" -f Makefile -f "$aside/last.mk" "$@" </dev/null
}
`;
