# repo.sh: packages and their repository. Read by dsynth.
# shellcheck shell=sh disable=SC2154

rebuild_if_wanted() {
	while [ -z "$yes" ]; do
		printf 'Rebuild the repository? '
		read -r answer || return 0
		case $answer in [yY]*) break ;; [nN]*) return 0 ;; esac
		echo 'Please type y/n'
	done
	rebuild_repository
}

# rebuild_repository: the list of all packages, packed.
rebuild_repository() {
	for file in "$repository"/*.new; do
		[ -f "$file" ] || continue
		rm -f "$file"
		echo "Deleted Garbage $file"
	done
	echo "pkg repo -m /tmp/meta.conf -o $packages $packages"
	printf 'version = 2;\npacking_format = "txz";\n' >"$packages/meta.conf"
	for file in "$repository"/*.txz; do
		[ ! -f "$file" ] || printf '{"path":"%s"}\n' "${file#"$packages/"}"
	done >"$state/packagesite.yaml"
	if tar -C "$state" -cJf "$state/packagesite.txz" packagesite.yaml && cp "$state/packagesite.txz" "$packages/packagesite.txz"; then
		echo 'Rebuild succeeded'
	else
		echo 'Rebuild failed'
	fi
}

# is_package FILE: whether it can be read as a package.
is_package() {
	[ -f "$1" ] && tar -tf "$1" >/dev/null 2>&1
}

# delete_package SPEC: the package of a port that was named, or those of its flavors.
delete_package() {
	for flavor in $(flavors_of "$1"); do
		delete_package "$1@$flavor"
	done
	package=$(package_of "$1")
	[ -n "$package" ] && [ -f "$repository/$package" ] || return 0
	rm -f "$repository/$package"
	echo "Removed: $repository/$package"
}

# store_package SPEC: copies the port's package to the repository under another name, then renames it: none is ever incomplete there.
store_package() {
	package=$(package_of "$1")
	# shellcheck disable=SC2016 # for make to expand
	made=$(port_make "$1" -V '${PKGFILE}' 2>/dev/null) || made=
	[ -f "$made" ] || made=/construction/${1%%@*}/pkg/$package
	[ "$made" != "$repository/$package" ] || return 0
	if [ -n "$package" ] && cp "$made" "$repository/$package.new" && mv "$repository/$package.new" "$repository/$package"; then return 0; fi
	report '' "[000] ${1%%@*} Unable to copy $made to $repository/$package"
	return 1
}
