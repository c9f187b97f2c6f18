#!/bin/sh
# Writes table.h.
case $(uname -s) in
FreeBSD) size=64 ;;
Linux) size=128 ;;
esac
echo "static const int table_size = $size;"
