#!/bin/sh
# Delivery command for GitHub: commits the accepted fix on a branch of its own, pushes it, and opens a pull request with gh.
# The last line on standard output is the address of the pull request. docs/delivery.md has the policy for it.
#
# DELTAPORTS_CLONE  clone of DeltaPorts whose remote `origin` may be pushed to
# DELTAPORTS_BASE   branch that the fix is for; master unless set
# GH_TOKEN          for gh, unless it is logged in
set -eu

: "${PORTWRIGHT_DELIVERY_DIR:?is set by portwright}" "${PORTWRIGHT_DELIVERY_ID:?is set by portwright}"
: "${DELTAPORTS_CLONE:?must name a clone of DeltaPorts}"
files=$PORTWRIGHT_DELIVERY_DIR
base=${DELTAPORTS_BASE:-master}
branch=portwright/$PORTWRIGHT_DELIVERY_ID

cd "$DELTAPORTS_CLONE"
# A run before this one may have been ended anywhere: the branch has the delivery's id, so that its pull request is found.
url=$(gh pr list --head "$branch" --state all --json url --jq '.[0].url // empty')
if [ -n "$url" ]; then
	printf '%s\n' "$url"
	exit 0
fi

work=$(mktemp -d)
trap 'git worktree remove --force "$work/tree" >/dev/null 2>&1 || :; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

git fetch -q origin "$base"
git worktree prune
git worktree add -q --detach "$work/tree" FETCH_HEAD
git -C "$work/tree" -c core.hooksPath=/dev/null am -q "$files/fix.patch" >&2
git -C "$work/tree" push -q --force origin "HEAD:refs/heads/$branch"
gh pr create --base "$base" --head "$branch" --title="$(cat "$files/title.txt")" --body-file "$files/body.md"
