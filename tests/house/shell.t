#!/bin/sh
# Every shell script here is clean under shellcheck; .shellcheckrc says what is passed over, and why.
# (The completions are looked at in tests/cli/completion.t.)
name='shellcheck has nothing to say about the scripts'
if ! command -v shellcheck >/dev/null; then
  echo 1..1
  echo "ok 1 - $name # SKIP no shellcheck"
  exit
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/shell.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
echo 1..3
# By their first line; what the fuzzer keeps is no script of ours.
find . \( -path ./build -o -path ./bin -o -path ./.git -o -path ./tests/fuzz/corpus -o \
  -path ./tests/golden/vectors \) -prune -o -type f -print |
  while read -r file; do
    case $(head -n 1 "$file" | tr -d '\000') in
    '#!'*sh | '#!'*sh' '* | '# shellcheck shell='*) echo "$file" ;;
    esac
  done | sort >"$folder/scripts"
[ "$(wc -l <"$folder/scripts")" -gt 60 ]
code=$?
[ $code -eq 0 ] && echo 'ok 1 - scripts are found' || echo 'not ok 1 - scripts are found'
xargs shellcheck --format=gcc <"$folder/scripts" >"$folder/found" 2>&1
code=$?
if [ $code -eq 0 ]; then echo "ok 2 - $name"; else echo "not ok 2 - $name"; fi
sed 's/^/# /' "$folder/found"
printf '#!/bin/sh\nrm $1\n' >"$folder/bad.sh"
shellcheck "$folder/bad.sh" >"$folder/found"
code=$?
[ $code -ne 0 ] && echo 'ok 3 - ... and would, of a bad one' || echo 'not ok 3 - ... and would, of a bad one'
