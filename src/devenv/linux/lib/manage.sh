# manage.sh: status, path, list, reset and destroy. Read by dev-env.
# shellcheck shell=sh disable=SC2154

# One line of JSON. git runs inside: the trees' git settings are in the hands of what was built there.
do_status() {
	open_env "$@"
	trees='' mounted=false
	if [ "$status" = ready ]; then
		lock_env -s
		if trees=$(within /bin/sh -c "$tree_script" status); then mounted=true; else status=failed trees=''; fi
	fi
	quoted=null
	[ -z "$origin" ] || quoted="\"$origin\""
	printf '{"name":"%s","target":"%s","origin":%s,"status":"%s","backend":"linux","oracle_profile":"off","root_mounted":%s,"env_dir":"%s","isolation":true%s}\n' \
		"$name" "$target" "$quoted" "$status" "$mounted" "$env" "$trees"
}

# Prints `,"deltaports":{...},"freebsd_ports":{...}`; branch names are cut to what JSON takes as it is.
# shellcheck disable=SC2016
tree_script='set -e
for tree in DeltaPorts freebsd-ports; do
	cd /work/$tree
	commit=$(git rev-parse HEAD)
	branch=$(git rev-parse --abbrev-ref HEAD | tr -cd "A-Za-z0-9._/@+-")
	dirty=true
	changes=$(git status --porcelain)
	[ -n "$changes" ] || dirty=false
	case $tree in DeltaPorts) key=deltaports ;; *) key=freebsd_ports ;; esac
	printf ",\"%s\":{\"branch\":\"%s\",\"commit\":\"%s\",\"dirty\":%s}" "$key" "$branch" "$commit" "$dirty"
done'

do_path() {
	part=
	case ${1-} in
	--writable) part=/writable; shift ;;
	-*) fail "path takes --writable; got '$1'." ;;
	esac
	open_env "$@"
	printf '%s%s\n' "$env" "$part"
}

# Roots are mounted only for the time of a command, so `mounted` says that one can be entered.
do_list() {
	[ $# -eq 0 ] || fail "list takes no argument; got '$1'."
	for file in "$envs"/*/env.json; do
		[ -f "$file" ] || continue
		name=${file%/env.json} name=${name##*/} env=$envs/$name
		read_env
		mounted=unmounted
		[ "$status" != ready ] || mounted=mounted
		printf '%s\tlinux\t%s\t%s\t%s\t%s\n' "$name" "$target" "${origin:--}" "$mounted" "$status"
	done
}

# Back to what create made. Waits for a command that is running inside, and refuses if it does not end.
do_reset() {
	open_env "$@"
	[ -f "$env/created.tar" ] || fail "Environment '$name' was never complete. Destroy it and create it again."
	lock_env -x
	write_env resetting
	rm -rf "$env/writable"
	mkdir "$env/writable"
	tar -C "$env/writable" -xpf "$env/created.tar" --same-owner
	write_env ready
}

do_destroy() {
	sure=
	[ "${1-}" != --yes ] || { sure=yes; shift; }
	open_env "$@"
	if [ -z "$sure" ]; then
		[ -t 0 ] || fail "destroy asks before it deletes '$name'; standard input is no terminal. Say: dev-env destroy --yes $name"
		printf "Delete environment '%s' and all in it? [y/N] " "$name"
		read -r sure || sure=
		case $sure in y | Y | yes) ;; *) fail 'Nothing deleted.' ;; esac
	fi
	lock_env -x
	write_env destroying
	rm -rf "$env"
}
