#!/bin/sh
# The README's picture of a terminal shows what the tools say.
BIN=$(cd "${BIN:-bin}" && pwd) || exit 1
echo 1..1
folder=$(mktemp -d "${TMPDIR:-/tmp}/terminal.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
perl man/terminal.pl "$BIN" >"$folder/terminal.svg" && diff "$folder/terminal.svg" man/terminal.svg >"$folder/found"
code=$?
[ $code -eq 0 ] || sed 's/^/# /' "$folder/found"
[ $code -eq 0 ] || printf 'not '
echo 'ok 1 - man/terminal.svg is up to date (perl man/terminal.pl >man/terminal.svg)'
