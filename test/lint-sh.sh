#!/bin/sh
# Checks every sh file of hooks/, src/devenv/linux/, packaging/, demo/ and test/: shellcheck where it is installed, else `sh -n`.
# SC2317: functions that are called by name through pw_main and the like look unreachable to it.
set -eu
cd "$(dirname "$0")/.."

sh_files() {
	find hooks src/devenv/linux packaging demo test -type f | sort | while IFS= read -r file; do
		case $file in
		*.sh) printf '%s\n' "$file" ;;
		*.*) ;;
		*) if head -n 1 "$file" | grep -q '^#! */bin/sh'; then printf '%s\n' "$file"; fi ;;
		esac
	done
}

if command -v shellcheck >/dev/null 2>&1; then
	check() { shellcheck -s sh -x -P SCRIPTDIR -e SC2317 "$1"; }
	how=shellcheck
else
	check() { sh -n "$1"; }
	how='sh -n (install shellcheck for more)'
fi

files=$(sh_files)
bad=0 count=0
for file in $files; do
	count=$((count + 1))
	check "$file" || bad=$((bad + 1))
done
echo "lint-sh: $count files by $how, $bad with findings"
[ "$bad" -eq 0 ]
