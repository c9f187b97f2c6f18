# Makes the bundle of a failed port, for hook_pkg_failure; sourced after hook_common.sh.
# Every function works on $PW_ASIDE, the bundle under its dot name; docs/evidence.md has the formats.

# Lines that name a cause: all that the worker's own rules take for one (src/case/evidence/root-causes/rules/), and little more;
# test/hooks/patterns.test.ts compares the two. For grep -E and any awk: no slash, quote, backslash or {n}, and little .*, which is slow.
PW_CAUSES='error:|error.E[0-9]|:[0-9]+: Error: |^([^ ]+: )?(Error|ERROR|[Ff]atal( error)?|FATAL)([(]s[)])?[:!] |^error! '
# Messages of the ports tree, of patches, packages and downloads.
PW_CAUSES="$PW_CAUSES|Unknown USES|Missing license|is marked as|is forbidden|Error: (Orphaned|Missing)"
PW_CAUSES="$PW_CAUSES|^===> .*(broken|forbidden|ignored|IGNORE|is only for|does not run|conflicts with|cannot install|requires )|^==*> You (must|cannot) select "
PW_CAUSES="$PW_CAUSES|[Hh]unk.*(failed|FAILED|ignored)|FAILED Applying|previously applied|^No file to patch|malformed patch|find file to patch|Only garbage was found"
PW_CAUSES="$PW_CAUSES|(Checksum|Size) mismatch|size mismatch: expected|^fetch: |Couldn.t fetch it|No (checksum|SHA256) recorded"
PW_CAUSES="$PW_CAUSES|depends on .* not found|non[- ]?existing origin|No packages available to install matching|pkg: |pkg-static: |conflicts with installed package"
# make, the shell and its tools.
PW_CAUSES="$PW_CAUSES|know how to make|No rule to make target|missing separator|issing dependency operator|Malformed conditional|Need an operator"
PW_CAUSES="$PW_CAUSES|recipe commences|Unassociated shell command|: Could not find|Fatal errors encountered|:[0-9]+: [*][*][*] [^[]"
PW_CAUSES="$PW_CAUSES|^[^ ]*(sh|env|make|configure)[^ ]*: ([^*].*)?(not found|No such file|[Pp]ermission denied|[Cc]annot|not executable|[Ee]rror)"
PW_CAUSES="$PW_CAUSES|Bad substitution|[Ss]yntax error|bad interpreter"
PW_CAUSES="$PW_CAUSES|^[^ ]*(cp|mv|install|ln|sed|awk|tar|mkdir|strip|cat|ar|grep|chmod|cmp|find|gzip|xz): "
# Tools that configure a build.
PW_CAUSES="$PW_CAUSES|possibly undefined macro|overquoted macro|were not met|^Invalid configuration|config[.]sub .* failed"
PW_CAUSES="$PW_CAUSES|^(aclocal|auto[a-z0-9]+|libtoolize|m4)[^ ]*: .*not found|meson[a-z._]*:[0-9]+:[0-9]+: ERROR|ERROR: Program "
PW_CAUSES="$PW_CAUSES|CMake Error|or higher is required|^ +Could (NOT find|not find a package)"
# Languages.
PW_CAUSES="$PW_CAUSES|no matching package named|panicked at|[.]go:[0-9]+(:[0-9]+)?: |no required module provides package|is not in std|build constraints exclude all"
PW_CAUSES="$PW_CAUSES|^go: .*(not found|unknown revision|verifying|missing|no required module|disabled|cannot find)"
PW_CAUSES="$PW_CAUSES|^(E +)?[A-Za-z_][A-Za-z_0-9.]*(Error|Exception|Exit): |^[A-Za-z]+Error$"
PW_CAUSES="$PW_CAUSES|[.]pm in @INC|^Can.t (open|exec|locate|find) | at [^ ]+[.](pl|pm|PL|t) line [0-9]+[.]?$|[.]ad[abs]:[0-9]+:[0-9]+: "
# Compiler, assembler and linker.
PW_CAUSES="$PW_CAUSES|unrecognized command[- ]line option|standard input.: ?([0-9]+: )?(Error|Assembler)|undefined (reference|symbol)|multiple definition of|duplicate symbol"
PW_CAUSES="$PW_CAUSES|(cannot find|unable to find library) -l|^[^ ]*ld([.][a-z]+)?: .*(cannot|undefined|could not|relocation)|relocation R_|recompile with -fPIC|file not recognized|DSO missing"
# What ends a program or a test.
PW_CAUSES="$PW_CAUSES|No space left on device|memory exhausted|out of memory|annot allocate memory|failed to map segment|Killed signal|^Killed$|internal compiler error"
PW_CAUSES="$PW_CAUSES|Segmentation fault|core dumped|Bus error|Illegal instruction|Abort trap|signal terminated program|stack smashing|^ninja: build stopped"
PW_CAUSES="$PW_CAUSES|^FAIL: [0-9A-Za-z_.]|^FAIL(ED)? [A-Za-z_.]|^not ok [0-9]|ssertion .*failed|ld-elf[.]so[.][0-9]+: |Shared object |while loading shared libraries"
# The machine: memory, disk, processes, a watchdog; a compiler that crashes.
PW_CAUSES="$PW_CAUSES|[Dd]is[ck] quota exceeded|file ?system( is)? full|not writable by you; cannot fetch|is a broken symlink|[Hh]eap exhausted|OutOfMemoryError|insufficient memory for"
PW_CAUSES="$PW_CAUSES|std::bad_alloc|memory allocation of [0-9]+ bytes|[Ff]ork: |[Cc]annot v?fork|Killed: 9|[]] Killed|Signal 9$|[(]signal: 9|line [0-9]+: +[0-9]+ Killed|Text file busy"
PW_CAUSES="$PW_CAUSES|LLVM ERROR: |ghc: panic|GNAT BUG DETECTED|internal error, aborting|exception has occurred in the compiler|WATCHDOG|[Ww]atchdog t|^=>> Killing|[Kk]ill(ed|ing) .*(hung|runaway)|build timed out|loating point exception"
# More of the framework: licences, options, distinfo, bmake.
PW_CAUSES="$PW_CAUSES|^===> +License (not correctly|.*rejected by)|^To install the port you must agree|needs confirmation, but BATCH|^==*> (You (must|cannot) |Two or more enabled|Option .* conflicts|No option was|Only one of these)"
PW_CAUSES="$PW_CAUSES|^===> +.* (has known vulnerabilities|is already installed)|^===> +[^ ]+-[0-9.][^ ]* .*[^.][.]$|^ +The :[^ ]* group used for|^[*][*] Cannot find any information|^(Group|User) line for|^Environment variables? .*undefined"
PW_CAUSES="$PW_CAUSES|make[^ ]*: .[^ ]+. line [0-9]+: |^.[^ ]+., line [0-9]+: |make([[][0-9]+[]])?: ([*][*][*] [^[]|no target to|Unknown modifier|Unclosed |illegal option|invalid option|Graph cycles|Max recursion|Variable .* is recursive)|^scons: [*][*][*] [^[]|^ERROR at |^gyp: "
PW_CAUSES="$PW_CAUSES|unexpected EOF while|seem to find a patch in there|^patch: [*][*]|Fetched file size mismatch|is not in .*distinfo|No suitable checksum|No [A-Z0-9]+ checksum recorded|^=> No checksum file|^Checksum algorithm "
PW_CAUSES="$PW_CAUSES|^curl: [(]|^wget: |[Cc]ertificate verif|ould not resolve host|getaddrinfo |name resolution|Argument list too long|^cd: "
# More tools and languages.
PW_CAUSES="$PW_CAUSES|libtool: (link: )?(cannot find the library|Version mismatch)|^Project ERROR: |^qmake: |^Could not read qmake|^Cannot mix incompatible Qt|^Auto(Moc|Uic|Rcc)|^(moc|uic|rcc|lrelease|lupdate): "
PW_CAUSES="$PW_CAUSES|^go: |could not determine .*name for C[.]|^package .*: cannot find package|^.[^ ]*: (not found|Permission denied)$|^[[](ERROR|FATAL)[]] Failed to execute|^Unhandled [Ee]xception|^ *(CSC|VBC|FSC|MSBUILD) ?: error |^cgo: |^mkmf.rb can|cannot load such file|^Could not find .* among|[.]rb:[0-9]+:in .*Error[)]$|^npm (ERR!|error) (404|[Mm]issing|notarget|code E)|^error (Couldn|An unexpected|Command )|ERR_PNPM_"
PW_CAUSES="$PW_CAUSES|Module not found: |error TS[0-9]+: |there is no package called|^Error (in .* )?: |^ERROR:? (Missing dependencies|Backend )|^error in .* setup command|[.]p(yx|xd|xi):[0-9]+:[0-9]+: |[.](DistributionNotFound|VersionConflict|BackendUnavailable): (T[^r]|[^T])"
PW_CAUSES="$PW_CAUSES|^Base class package|^can.t find package|: module .* not found|^; caught ERROR|^Unhandled .*ERROR|^debugger invoked on|^invalid command name|[.](java|kt|scala|groovy):[[][0-9]|ould not resolve dependencies|Non-resolvable |ould not be resolved: "
PW_CAUSES="$PW_CAUSES|Could not (find|transfer) artifact|Fatal error compiling|Unsupported class file|invalid (target|source) release|in offline mode|No compiler is provided|^ *> (Could not|No |Unable to|Unresolved)|^e: [^ ]*[.]kts?:|^(Exception in thread|Caused by: )"
PW_CAUSES="$PW_CAUSES|missing or private dependencies|[Tt]he program .*(is required|version)|^[*] Missing |^Missing (dependenc|C librar)|^ *Could not find module|^rejecting: |[.]([ehyx]rl|asn1?|app[.]src)(:[0-9:]+|:none)?: |^[*][*] [(][A-Za-z]|^===> (Unable|Failed|Package not|Dependency |Error )"
PW_CAUSES="$PW_CAUSES|hidden symbol|library not found for|^Undefined symbols for|symbol[(]s[)] not found|., referenced from|ld: (unknown|unrecogni)|^Fatal Error: |[(][0-9]+(, ?[0-9]+)?[)]:? ([Ee]rror|Fatal)|[.]proto(:[0-9]+:[0-9]+)?: "
PW_CAUSES="$PW_CAUSES|^I.O error : |^cannot parse |load external entity|^! [A-Z]|[.]te?xi?(nfo)?:[0-9]+: |^help2man: |^(Extension|Configuration|Theme) error|^asciidoctor: |^a2x: |jade:[^ ]*:[0-9]+:[0-9]+:E:"
PW_CAUSES="$PW_CAUSES|^(msgfmt|xgettext|msgmerge|makeinfo|pod2man|doxygen|xmlto|pandoc|gtkdoc|g-ir-|glib-compile-|itstool|intltool-)[^ ]*: "
PW_CANDIDATES="$PW_CAUSES|ERROR: |No such file or directory"
PW_STOPPED='^===>[[:blank:]]+Stopped[[:blank:]]+in[[:blank:]]'
PW_ERRORS_CAP=200000

# pw_check_port: ORIGIN and FLAVOR become paths, so they must look like a port's.
pw_check_port() {
	pw_set_port
	case $PW_ORIGIN in
	*/*/* | */ | */[.-]* | [!A-Za-z0-9]* | *[!A-Za-z0-9._+/-]*) return 1 ;;
	*/*) ;;
	*) return 1 ;;
	esac
	case $PW_FLAVOR in
	*[!A-Za-z0-9._+-]*) return 1 ;;
	esac
}

# pw_claim: makes $PW_ASIDE, which nobody else can then have, for a bundle id that is not taken.
# A bundle appears only by renaming its own dot name: who holds that holds the id.
pw_claim() {
	pw_base=$(pw_sanitize "$PW_ORIGIN")${PW_FLAVOR:+@$(pw_sanitize "$PW_FLAVOR")}-$PW_TS
	PW_BUNDLE_ID=$pw_base
	pw_n=1
	while :; do
		PW_BUNDLE=$PW_RUN_DIR/ports/$PW_BUNDLE_ID
		PW_ASIDE=$PW_RUN_DIR/ports/.$PW_BUNDLE_ID
		if [ ! -e "$PW_BUNDLE" ] && mkdir "$PW_ASIDE" 2>/dev/null; then
			[ -e "$PW_BUNDLE" ] || return 0
			rmdir "$PW_ASIDE"
		fi
		pw_n=$((pw_n + 1))
		[ "$pw_n" -le 200 ] || return 1
		PW_BUNDLE_ID=$pw_base-$pw_n
	done
}

# pw_meta: the lines of meta.txt. Fails if one could not be written.
pw_meta() {
	printf '%s=%s\n' ts_utc "$PW_TS" result "$(pw_line "${RESULT:-failure}")" origin "$PW_ORIGIN" origin_base "$PW_ORIGIN" \
		flavor "${PW_FLAVOR:-$PW_ORIGIN}" pkgname "$(pw_line "$PKGNAME")" profile "$(pw_line "$PROFILE")" &&
		pw_dirs &&
		printf '%s=%s\n' target "$PW_TARGET"
}

# pw_tail LOG: the last 200 lines. Complete up to 150000 bytes; beyond that long lines lose their middle, and the section never its end.
pw_tail() {
	tail -n 200 "$1" | tr '\000' ' ' | awk '
		function short(s, head, end) {
			if (length(s) <= head + end + 60) return s
			return substr(s, 1, head) " [... " (length(s) - head - end) " bytes left out ...] " substr(s, length(s) - end + 1)
		}
		{ line[NR] = short($0, 3000, 1000); bytes += length(line[NR]) + 1 }
		END { for (i = 1; i <= NR; i++) print (bytes > 150000 ? short(line[i], 450, 150) : line[i]) }'
}

# pw_hits LOG: the numbers of the first 4000 lines that match. grep is several times faster at this than awk, but takes
# a log with NUL or non-ASCII bytes for a binary: so it sees others instead of them, and only the numbers are used.
pw_hits() {
	tr '\000-\010\200-\377' '[?*]' <"$1" | grep -nE "$PW_CANDIDATES|$PW_STOPPED" |
		awk -F : 'NR > 4000 { exit } { print $1 }'
}

# pw_matches LOG BUDGET: candidates and blocks, in at most BUDGET bytes. A line longer than 1000 bytes is shown
# around its matches. NUL bytes become blanks, for they would end a line for some awks.
pw_matches() {
	pw_hits "$1" >"$PW_ASIDE/.hits" || return 1
	tr '\000' ' ' <"$1" | awk -v budget="$2" -v cap="$PW_ERRORS_CAP" -v hits="$PW_ASIDE/.hits" '
		function excerpt(s,   out, k, from) {
			if (length(s) <= 1000) return s
			for (k = 0; k < 5 && match(s, /'"$PW_CANDIDATES"'/); k++) {
				from = RSTART > 200 ? RSTART - 200 : 1
				if (from > 1) out = out "[... " (from - 1) " bytes left out ...] "
				out = out substr(s, from, 600)
				s = substr(s, from + 600)
			}
			if (!k) { out = substr(s, 1, 600); s = substr(s, 601) }
			return out (length(s) ? " [... " length(s) " bytes left out ...]" : "")
		}
		function candidate(s) {
			candidateBytes += length(s) + 1
			if (candidateBytes > budget * 0.45) candidatesFull = 1
			else candidates[++nc] = s
		}
		function block(s) {
			blockBytes += length(s) + 1
			if (blockBytes > budget * 0.55) blocksFull = 1
			if (!blocksFull) blocks[++nb] = s
		}
		function context(n, s) {
			if (n > last) { block(n "-" substr(s, 1, 300)); last = n }
		}
		function start_block() {
			if (nb && NR - 2 > last + 1) block("--")
			if (NR > 2) context(NR - 2, before2)
			if (NR > 1) context(NR - 1, before1)
			last = NR
			after = 2
		}
		function next_hit() {
			if ((getline hit <hits) <= 0) hit = 0
			hit += 0
		}
		BEGIN { next_hit() }
		!after && !hit { exit }
		!after && NR < hit - 2 { next }
		NR == hit {
			text = NR ":" excerpt($0)
			if (nc < 60 && !candidatesFull && $0 ~ /'"$PW_CANDIDATES"'/) candidate(text)
			if ($0 ~ /'"$PW_CAUSES|$PW_STOPPED"'/) { start_block(); block(text) }
			next_hit()
		}
		after && NR > last { context(NR, $0); after-- }
		{ before2 = before1; before1 = $0 }
		END {
			more = "[truncated to " cap " bytes; the rest is in logs/full.log]"
			print "== First error candidates (max 60 matches) =="
			for (i = 1; i <= nc; i++) print candidates[i]
			if (candidatesFull) print more
			print "\n== Error blocks (context +/-2, truncated later) =="
			for (i = 1; i <= nb; i++) print blocks[i]
			if (blocksFull) print more
			print "\n== Tail (last 200 lines) =="
		}' && rm -f "$PW_ASIDE/.hits"
}

# pw_errors LOG NAME: logs/errors.txt from LOG, a copy of the log called NAME. The tail comes first in the budget, for it may not be cut.
pw_errors() {
	pw_tail "$1" >"$PW_ASIDE/.tail" || return 1
	pw_left=$((PW_ERRORS_CAP - $(wc -c <"$PW_ASIDE/.tail") - 1500))
	{
		printf '== Summary ==\nlogfile: %s\n\n' "$2" && pw_matches "$1" "$pw_left" && cat "$PW_ASIDE/.tail"
	} >"$PW_ASIDE/logs/errors.txt" && rm "$PW_ASIDE/.tail"
}

# pw_logs: the port's log, copied first of all because dsynth truncates it at the next try. Fails if what it has to write is
# not written completely; a copy that could not be made is noted.
pw_logs() {
	pw_log_file=$DIR_LOGS/${PW_ORIGIN%%/*}___${PW_ORIGIN#*/}${PW_FLAVOR:+@$PW_FLAVOR}.log
	printf 'logfile=%s\n' "$pw_log_file" >"$PW_ASIDE/logfile.txt" || return 1
	mkdir "$PW_ASIDE/logs" || return 1
	if ! pw_is_plain "$pw_log_file" || [ ! -r "$pw_log_file" ]; then
		pw_is_appendable "$pw_log_file" || pw_note "logs/full.log: the log is not a regular file, or is a link; not opened" || return 1
		printf 'missing_log=1\nlogfile=%s\n' "$pw_log_file" >"$PW_ASIDE/logs/errors.txt"
	elif pw_copy "$pw_log_file" "$PW_ASIDE/logs/full.log"; then
		pw_errors "$PW_ASIDE/logs/full.log" "$pw_log_file"
	else
		pw_note "logs/full.log: could not be copied" && pw_errors "$pw_log_file" "$pw_log_file"
	fi
}

pw_note() {
	printf '%s\n' "$1" >>"$PW_ASIDE/capture_notes.txt"
}

# pw_copy_tree SOURCE NAME: the regular files of a port's directory below $PW_ASIDE/NAME: 1 MB a file, 2000 files and 16 MB in all.
# Links are not followed. What is left out is named in capture_notes.txt; fails if it cannot be.
pw_copy_tree() {
	[ -d "$1" ] || return 0
	[ ! -h "$1" ] || { pw_note "$2: is a link, not followed"; return; }
	mkdir "$PW_ASIDE/$2" && pw_list_tree "$1" "$2" >"$PW_ASIDE/.list" || return 1
	sed -n 's/^note //p' "$PW_ASIDE/.list" >"$PW_ASIDE/.notes" || return 1
	[ ! -s "$PW_ASIDE/.notes" ] || cat "$PW_ASIDE/.notes" >>"$PW_ASIDE/capture_notes.txt" || return 1
	sed -n 's/^copy //p' "$PW_ASIDE/.list" | sort | pw_copy_files "$1" "$PW_ASIDE/$2" && rm "$PW_ASIDE/.list" "$PW_ASIDE/.notes"
}

# pw_list_tree SOURCE NAME: a line "copy PATH" for each file to copy, "note TEXT" for what is left out.
pw_list_tree() {
	{
		(cd "$1" && find . \( -name work -o -name 'work-*' -o -name .git \) -prune -o \( -type f -o -type l \) -exec ls -ln {} +) ||
			echo unread
	} | awk -v name="$2" '
		function left(why) { print "note " name "/" path ": " why }
		$0 == "unread" { print "note " name ": could not be read completely"; next }
		{ link = /^l/; size = $5; path = $0
		  for (i = 1; i <= 8; i++) sub(/^ *[^ ]+ +/, "", path)
		  if (!sub(/^[.]\//, "", path)) next }
		link { left("is a link, not followed"); next }
		path !~ /^[A-Za-z0-9._+@,=~%:\/ -]+$/ { left("has an odd name"); next }
		size > 1048576 { left(size " bytes are more than 1 MB"); next }
		{ files++; bytes += size }
		files > 2000 || bytes > 16777216 { left("is beyond 2000 files or 16 MB"); exit }
		{ print "copy " path }'
}

# pw_copy_files SOURCE DEST: copies the sorted relative paths on stdin, one cp for neighbours in a directory. Fails if a file
# could neither be copied nor noted.
pw_copy_files() {
	set -- "$1" "$2"
	pw_dir=
	pw_status=0
	while IFS= read -r pw_path; do
		case $pw_path in
		*/*) pw_next=/${pw_path%/*} ;;
		*) pw_next= ;;
		esac
		if [ "$pw_next" != "$pw_dir" ] || [ $# -ge 200 ]; then
			pw_copy_some "$pw_dir" "$@" || pw_status=1
			set -- "$1" "$2"
			pw_dir=$pw_next
		fi
		set -- "$@" "$1/$pw_path"
	done
	pw_copy_some "$pw_dir" "$@" || pw_status=1
	return "$pw_status"
}

# pw_copy_some DIR SOURCE DEST FILE...: with -R, for -P alone follows links on BSD. Of a file that could not be copied nothing
# is left but its note.
pw_copy_some() {
	pw_to=$3$1
	shift 3
	[ $# -gt 0 ] || return 0
	mkdir -p "$pw_to" && cp -RP "$@" "$pw_to/" && return 0
	for pw_file in "$@"; do
		pw_copied=$pw_to/${pw_file##*/}
		pw_is_plain "$pw_file" && pw_is_plain "$pw_copied" && cmp -s "$pw_file" "$pw_copied" && continue
		rm -rf "$pw_copied"
		pw_note "${pw_copied#"$PW_ASIDE/"}: could not be copied" || return 1
	done
}

# pw_drop_odd: removes what is no regular file from the copied trees: something may have been put in a file's place after it was listed.
pw_drop_odd() {
	for pw_tree in port overlay; do
		[ ! -d "$PW_ASIDE/$pw_tree" ] || find "$PW_ASIDE/$pw_tree" ! -type f ! -type d -exec rm -f {} + || return 1
	done
}

# pw_compress BUNDLE: full.log becomes full.log.gz. If it is killed at any point, at least one of them is complete. A push waits for it:
# it would send the larger file, or find it gone.
pw_compress() {
	if nice gzip -9 -c "$1/logs/full.log" >"$1/logs/.full.log.gz"; then
		mv "$1/logs/.full.log.gz" "$1/logs/full.log.gz" && rm "$1/logs/full.log"
	else
		rm -f "$1/logs/.full.log.gz"
	fi
	pw_push
}

# pw_job: the start request, under a name that sorts by age.
pw_job() {
	pw_name=$PW_TS-$PW_PROFILE-$(pw_sanitize "$PW_ORIGIN")${PW_FLAVOR:+-@$(pw_sanitize "$PW_FLAVOR")}-$$
	PW_JOB=$PW_QUEUE/pending/$pw_name.job
	mkdir -p "$PW_QUEUE/pending" "$PW_QUEUE/inflight" "$PW_QUEUE/done" "$PW_QUEUE/failed" || return 1
	[ ! -h "$PW_QUEUE" ] && [ ! -h "$PW_QUEUE/pending" ] || return 1
	printf '%s=%s\n' type report created_ts_utc "$PW_TS" profile "$(pw_line "$PROFILE")" origin "$PW_ORIGIN" \
		flavor "${PW_FLAVOR:-$PW_ORIGIN}" run_id "$PW_RUN_ID" bundle_id "$PW_BUNDLE_ID" target "$PW_TARGET" \
		>"$PW_QUEUE/pending/.$pw_name" && mv "$PW_QUEUE/pending/.$pw_name" "$PW_JOB" && return 0
	rm -f "$PW_QUEUE/pending/.$pw_name"
	return 1
}
