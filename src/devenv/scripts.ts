import type {DevEnv, ExecOptions, ExecResult} from './client.ts';

/**
 * Start of every script that runs inside. Nothing of a model's is ever part of a script: it comes as a positional parameter.
 * `enter` changes into a directory and resolves its real path; all that follows names files relative to it, so that a link
 * that is swapped in later on the way leads nowhere.
 */
export const PRELUDE = `set -eu
umask 022
LC_ALL=C; export LC_ALL
unset CDPATH GREP_OPTIONS GREP_COLOR GREP_COLORS GZIP CLICOLOR CLICOLOR_FORCE POSIXLY_CORRECT
refuse() { printf '%s\\n' "$2" >&2; exit "$1"; }
# where: sets real to the real path of this directory, a line break at its end included.
where() { real=$(pwd -P; echo x); real=\${real%?x}; }
# home_of ROOT: sets home to ROOT. A system's directory may be a link, such as /usr/share/mk, to another one of its kind.
home_of() {
  home=$1
  case $1 in /usr/*) ;; *) return 0 ;; esac
  home=$(cd -P "$1" 2>/dev/null && pwd -P) || home=
  case $home in /usr/include | /usr/include/* | /usr/local/include | /usr/local/include/* | /usr/share/*) ;; *) home=$1 ;; esac
}
# enter ROOT DIR: be in DIR, which must be ROOT or below it by its real path, and not in .git.
enter() {
  [ -e "$2" ] || refuse 71 "There is no directory $2."
  [ -d "$2" ] || refuse 73 "$2 is not a directory."
  cd -P "$2" 2>/dev/null || refuse 73 "$2 cannot be entered."
  where
  home_of "$1"
  case $real/ in "$home"/*) ;; *) refuse 75 "$2 is really $real, outside $1; links out of it are not followed." ;; esac
  case $real/ in */.git/*) refuse 75 "$2 is really $real, in .git." ;; esac
}
# regular NAME PATH: NAME in this directory must be a regular file and no link.
regular() {
  if [ -h "./$1" ]; then refuse 74 "$2 is a symbolic link, to $(readlink "./$1"); give the file's own path."; fi
  [ -e "./$1" ] || refuse 71 "There is no file $2."
  [ ! -d "./$1" ] || refuse 72 "$2 is a directory; list it with list_dir."
  [ -f "./$1" ] || refuse 73 "$2 is not a regular file."
}
# bsd_stat: whether stat is BSD's, whose -f takes a format; GNU's asks for the file system of a file /%d then.
bsd_stat() { stat -f /%d / >/dev/null 2>&1; }
# number [FILE]: device and inode of FILE itself, or of the standard input.
number() {
  case $stat in bsd) stat -f %d:%i "$@" ;; *) stat -c %d:%i "\${1:--}" ;; esac
}
# open NAME PATH: descriptor 3 reads NAME, a regular file; a link that takes its place meanwhile is known by its number.
open() {
  regular "$1" "$2"
  if [ -z "\${stat-}" ]; then if bsd_stat; then stat=bsd; else stat=gnu; fi; fi
  exec 3<"./$1"
  [ "$(number <&3)" = "$(number "./$1")" ] || refuse 74 "$2 was replaced while it was opened; look at it again."
}
# way ROOT TOP PART...: be in TOP/PART/..., made where it is missing; no part may be a link, and the end is below ROOT.
way() {
  root=$1; enter /work "$2"; shift 2
  for part; do
    next=$real/$part
    [ ! -h "./$part" ] || refuse 74 "$next is a symbolic link; nothing is written through links."
    [ -e "./$part" ] || mkdir "./$part"
    cd -P "./$part" 2>/dev/null || refuse 73 "$next is not a directory."
    where
    [ "$real" = "$next" ] || refuse 74 "$next became a symbolic link to $real; nothing is written through links."
  done
  case $real/ in "$root"/*) ;; *) refuse 75 "$real is outside $root." ;; esac
}
# The digest comes first in a line of both.
if command -v sha256 >/dev/null 2>&1; then sums='sha256 -r'; else sums=sha256sum; fi
sha256() { command $sums | cut -d ' ' -f 1; }
`;

/** Exit codes by which a script refuses, and the `kind` in the tool result. */
export const REFUSALS: Readonly<Record<number, string>> = {
  71: 'missing',
  72: 'is_directory',
  73: 'not_a_regular_file',
  74: 'symlink',
  75: 'outside',
  76: 'sha256_mismatch',
  77: 'stale_compose',
  78: 'another_build',
};

/**
 * `put NAME`, content on stdin: writes NAME in this directory atomically, by renaming a new file with the old one's mode.
 * A link that someone puts there meanwhile is replaced, never followed: `mv` to `.` renames, where `mv` to a link to a directory would
 * move into it. The new file is made in /work, on the same file system.
 */
export const PUT = `
fresh=
trap '[ -z "$fresh" ] || rm -rf "$fresh"' EXIT
trap 'exit 143' TERM INT HUP
put() {
  fresh=$(mktemp -d /work/.portwright-tmp.XXXXXX)
  if [ -f "./$1" ] && [ ! -h "./$1" ]; then cp -p "./$1" "$fresh/$1"; fi
  cat >"$fresh/$1"
  mv -f "$fresh/$1" .
  rmdir "$fresh"
  fresh=
}
`;

/**
 * Where dsynth writes, its log of a port (\`log_of ORIGIN FLAVOR\`), and the flag file that disables the hooks (contract 1.4).
 * \`dsynth_quietly VERB ORIGIN FLAVOR\` succeeds only if dsynth's own list has the port as built: dsynth exits with 0 whatever became of it.
 * Where another dsynth runs, for which dsynth exits with 1 at once, it retries for \`patience\` seconds, then refuses with 78.
 */
export const DSYNTH = `
logs=\${DPORTS_DSYNTH_ROOT:-/work/dsynth}/logs
flag=/work/.dports-agent-hooks-disabled
log_path() { printf '%s/%s___%s%s.log\\n' "$logs" "\${1%%/*}" "\${1#*/}" "\${2:+@$2}"; }
# logs_of ORIGIN FLAVOR SUFFIX: the logs of the port that exist; without a flavor those of its flavors are among them.
logs_of() {
  one=$(log_path "$1" "$2")
  for one in "$one$3" "\${one%.log}"@*".log$3"; do
    if [ -e "$one" ] || [ -h "$one" ]; then printf '%s\\n' "$one"; fi
  done
}
# log_of ORIGIN FLAVOR: the port's log. A port that was built as its flavors has none of its own: then that of the flavor that failed, else of the first.
log_of() {
  path=$(log_path "$1" "$2")
  if [ -z "$2" ] && [ ! -e "$path" ] && [ ! -h "$path" ]; then
    failed=
    [ ! -f "$logs/02_failure_list.log" ] ||
      failed=$(awk -v start="$1@" '$2 == "FAILURE" && index($3, start) == 1 {print substr($3, length(start) + 1); exit}' "$logs/02_failure_list.log")
    first=$(logs_of "$1" "$2" '' | head -n 1)
    if [ -n "$failed" ]; then path=$(log_path "$1" "$failed"); else path=\${first:-$path}; fi
  fi
  printf '%s\\n' "$path"
}
dsynth_quietly() {
  verb=$1 origin_built=$2 flavor_built=\${3:-}
  errors=$(mktemp /tmp/portwright-dsynth.XXXXXX)
  others_flag=
  trap tidy_build EXIT
  trap 'exit 143' TERM INT HUP
  if [ -f "$flag" ] && [ ! -h "$flag" ]; then others_flag=$flag; else rm -rf "$flag"; : >"$flag"; fi
  # An ignored port gets no log: that of an earlier build would be taken for it.
  logs_of "$2" "$flavor_built" '' | while read -r one; do
    rm -rf "$one.before"
    mv -f "$one" "$one.before"
  done
  run_dsynth
  if [ "$rc" -eq 0 ] && ! listed "$2" "$flavor_built"; then rc=1; fi
  [ "$rc" -eq 0 ] || not_built "$2" "$flavor_built" >&2
  return "$rc"
}
tidy_build() {
  [ -n "$others_flag" ] || rm -f "$flag"
  rm -f "$errors"
  logs_of "$origin_built" "$flavor_built" .before | while read -r one; do rm -rf "$one"; done
}
run_dsynth() {
  waited=0
  while :; do
    rc=0
    dsynth -S -y -p "\${DPORTS_DSYNTH_PROFILE:?}" "$verb" "$origin_built\${flavor_built:+@$flavor_built}" 2>"$errors" || rc=$?
    if [ "$rc" -eq 0 ] || ! grep -q 'Another dsynth is using' "$errors"; then break; fi
    [ "$waited" -lt "\${patience:-0}" ] || another_build
    sleep 1
    waited=$((waited + 1))
  done
  others_flag=
  cat "$errors" >&2
}
# another_build: what the other build writes is left to it: the flag, where it is its own, and its log.
another_build() {
  logs_of "$origin_built" "$flavor_built" .before | while read -r one; do
    [ -e "\${one%.before}" ] || mv -f "$one" "\${one%.before}"
  done
  running=
  [ ! -f "$logs/00_last_results.log" ] ||
    running=$(awk '$2 == "START" {port = $3} ($2 == "SUCCESS" || $2 == "FAILURE") && $3 == port {port = ""} END {print port}' "$logs/00_last_results.log")
  refuse 78 "Another dsynth is running in this dev-env\${running:+, it builds $running}. There can be one at a time: nothing was built. Try again when it has ended."
}
# not_built ORIGIN FLAVOR: what became of a port that is not built, by dsynth's lists.
not_built() {
  port=$1\${2:+@$2}
  if named_in "$1" "$2" 02_failure_list; then
    echo "dsynth failed to build $port: $logs/02_failure_list.log lists it. Its log is $(log_of "$1" "$2")."
  elif named_in "$1" "$2" 03_ignored_list; then
    echo "dsynth ignored $port: $logs/03_ignored_list.log lists it. IGNORE, BROKEN or FORBIDDEN of the port have the reason."
  elif named_in "$1" "$2" 04_skipped_list; then
    echo "dsynth skipped $port: $logs/04_skipped_list.log lists it. A port that it depends on failed or was ignored."
  else
    echo "dsynth lists $port neither as built nor as failed, ignored or skipped: it was not built. Its output has the reason; $logs/00_last_results.log has more."
    [ ! -f "$logs/00_last_results.log" ] || awk -v start="$1: " 'index($0, start) == 1 && ++shown <= 5' "$logs/00_last_results.log"
  fi
}
# listed ORIGIN FLAVOR: a line with the verb SUCCESS for the very port, and none in the lists of other results. A port without a
# flavor may be built as its flavors: then at least one of them, and none failed. Other lines, such as "meta-node complete", do not count.
listed() {
  [ -f "$logs/01_success_list.log" ] || return 1
  for list in 02_failure_list 03_ignored_list 04_skipped_list; do
    ! named_in "$1" "\${2:-}" "$list" || return 1
  done
  awk '$2 == "SUCCESS" {print $1, $3}' "$logs/01_success_list.log" | names "$1" "\${2:-}" -
}
# named_in ORIGIN FLAVOR LIST: whether the list of this run names the port.
named_in() { [ -f "$logs/$3.log" ] && names "$1" "$2" "$logs/$3.log"; }
# names ORIGIN FLAVOR FILE: whether a line of the file is about the port: it is the second field, or the third behind a verb.
names() {
  awk -v port="$1\${2:+@$2}" -v any="\${2:+no}" '
    {at = $2 ~ /^[A-Z]+$/ ? $3 : $2}
    at == port || (any == "" && index(at, port "@") == 1) {found = 1}
    END {exit !found}' "$3"
}
`;

/** Runs a fixed script inside with positional parameters. */
export function runScript(env: DevEnv, script: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> {
  return env.exec(['/bin/sh', '-c', script, 'portwright', ...args], {cwd: '/work', ...options});
}
