# config.sh: dsynth.ini as dsynth reads it. Read by dsynth.
# shellcheck shell=sh disable=SC2034,SC2154

# read_config: sets conf, profile, the directories and check_plist, and creates what the dev-env lacks of the directories below /work.
read_config() {
	conf=/etc/dsynth
	[ -f $conf/dsynth.ini ] || conf=/usr/local/etc/dsynth
	[ -f $conf/dsynth.ini ] ||
		fatal ParseConfiguration 'Configuration file missing, could not find /etc/dsynth/dsynth.ini or /usr/local/etc/dsynth/dsynth.ini'
	profile=LiveSystem ports=/usr/dports packages=/build/synth/live_packages repository=/build/synth/live_packages/All
	options=/build/synth/options distfiles=/build/synth/distfiles buildbase=/build/synth/build logs=/build/synth/logs
	while read -r key value; do
		take_key "$key" "$value"
	done <<-END
		$(ini_lines)
	END
	for directory in "$ports" "$packages" "$options" "$distfiles" "$buildbase" "$logs"; do
		case $directory in /work/dsynth/*) mkdir -p "$directory" ;; esac
		[ -d "$directory" ] || fatal ParseConfiguration "Directory missing: $directory"
	done
	case $repository in "$packages"*) mkdir -p "$repository" ;; esac
	[ -d "$repository" ] || fatal ParseConfiguration "Directory missing: $repository"
}

take_key() {
	case $1 in
	'!') fatal parseConfigFile "$2" ;;
	profile) profile=$2 ;;
	Directory_packages) packages=$2 ;;
	Directory_repository) repository=$2 ;;
	Directory_portsdir) ports=$2 ;;
	Directory_options) options=$2 ;;
	Directory_distfiles) distfiles=$2 ;;
	Directory_buildbase) buildbase=$2 ;;
	Directory_logs) logs=$2 ;;
	Check_plist) case $2 in 1 | [Tt][Rr][Uu][Ee]) check_plist=check-plist ;; esac ;;
	esac
}

# ini_lines: `KEY VALUE` of each line that counts, then the profile; `! ERROR` of the first wrong line. Of a value the first
# blank-separated part counts, of two equal keys the last; a last line without a line break is not read.
ini_lines() {
	{
		if [ -n "$(tail -c 1 "$conf/dsynth.ini")" ]; then sed '$d' "$conf/dsynth.ini"; else cat "$conf/dsynth.ini"; fi
	} | awk -v override="$override" '
		function wrong(text) { failed = 1; print "! " text " line " NR ": " line; exit }
		BEGIN {
			profile = override == "" ? "LiveSystem" : override
			keys = " Operating_system Directory_packages Directory_repository Directory_portsdir Directory_options" \
				" Directory_distfiles Directory_buildbase Directory_logs Directory_ccache Directory_system Package_suffix" \
				" Meta_version Number_of_builders Max_jobs_per_builder Tmpfs_workdir Tmpfs_localbase" \
				" Display_with_ncurses leverage_prebuilt Check_plist Numa_setsize "
		}
		{ line = $0; sub(/[ \t\r]+$/, "", line) }
		line == "" || line ~ /^[;#]/ { next }
		line ~ /^\[/ { mode = line == "[Global Configuration]" ? "global" : line == "[" profile "]" ? "own" : ""; next }
		{
			sub(/^=+/, "", line)
			at = index(line, "=")
			if (!at || split(substr(line, at + 1), part) == 0) wrong("Syntax error in config")
			key = substr(line, 1, at - 1)
			gsub(/^[ \t]+|[ \t]+$/, "", key)
		}
		mode == "global" && key != "profile_selected" { wrong("Unknown directive in config") }
		mode == "global" && override == "" { profile = part[1] }
		mode == "own" && index(keys, " " key " ") == 0 { wrong("Unknown directive in profile section") }
		mode == "own" { print key, part[1] }
		END { if (!failed) print "profile", profile }'
}

# init_config: dsynth.ini and the make.conf of its profile, while neither config directory exists.
init_config() {
	[ ! -e /etc/dsynth ] || fatal DoInit 'init will not overwrite /etc/dsynth'
	[ ! -e /usr/local/etc/dsynth ] || fatal DoInit 'init will not create /usr/local/etc/dsynth if /etc/dsynth exists'
	mkdir /etc/dsynth || fatal DoInit 'Unable to mkdir /etc/dsynth'
	cat >/etc/dsynth/dsynth.ini <<-'END'
		; This Synth configuration file is automatically generated
		; Take care when hand editing!

		[Global Configuration]
		profile_selected= LiveSystem

		[LiveSystem]
		Operating_system= DragonFly
		Directory_packages= /build/synth/live_packages
		Directory_repository= /build/synth/live_packages/All
		Directory_portsdir= /build/synth/dports
		Directory_options= /build/synth/options
		Directory_distfiles= /build/synth/distfiles
		Directory_buildbase= /build/synth/build
		Directory_logs= /build/synth/logs
		Directory_ccache= disabled
		Directory_system= /
		Package_suffix= .txz
		Number_of_builders= 0
		Max_jobs_per_builder= 0
	END
	echo '# Options of the ports' >/etc/dsynth/LiveSystem-make.conf
}
