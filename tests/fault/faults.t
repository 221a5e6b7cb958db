#!/bin/sh
# Calls that fail, in whole runs. FAULT_STRIDE=1 tries every allocation, not each 97th.
. tests/tap.sh
shim=$BUILD/tests/fault/shim.so
if [ -e "$shim" ]; then
  perl "$root/tests/fault/inject.pl" "$BIN" "$shim" "${FAULT_STRIDE:-97}"
else
  skip 'faults' 'a sanitizer has calls of its own'
  done_testing
fi
