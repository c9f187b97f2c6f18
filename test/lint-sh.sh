#!/bin/sh
set -eu
cd "$(dirname "$0")/.."
find . -name node_modules -prune -o -type f -print >/dev/null
