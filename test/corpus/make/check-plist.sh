#! /bin/sh
# check-plist.sh STAGE PLIST: compares what was staged with a packing list, and says so as the ports framework does (Mk/Scripts/check_leftovers, qa).
# Directories do not count. The status is 1 if they differ.
set -eu
stage=$1
wanted=$(mktemp)
found=$(mktemp)
trap 'rm -f "$wanted" "$found"' EXIT
sort -u "$2" >"$wanted"
(cd "$stage/usr/local" && find . ! -type d | sed 's|^\./||' | sort -u) >"$found"
echo '===> Checking for items in STAGEDIR missing from pkg-plist'
comm -13 "$wanted" "$found" | sed 's/^/Error: Orphaned: /'
echo '===> Checking for items in pkg-plist which are not in STAGEDIR'
comm -23 "$wanted" "$found" | sed 's/^/Error: Missing: /'
cmp -s "$wanted" "$found" && exit 0
echo '===> Error: Plist issues found.'
exit 1
