#!/bin/sh
# The power fails between any two calls.
. tests/tap.sh
shim=$BUILD/tests/fault/shim.so
if [ -e "$shim" ]; then
  perl "$root/tests/fault/power_cut.pl" "$BIN" "$shim"
else
  skip 'power cuts' 'a sanitizer has calls of its own'
  done_testing
fi
