#!/bin/sh
# One program under the tools' names.
. tests/tap.sh

for tool in rnntrain rnnpredict rnneval rnninfo rnnplot rnnexport; do
  run "$BIN/$tool" --version
  is "$tool answers to its name" "0 $tool" "$code $(sed 's/ .*//' out)"
done
cp "$BIN/rnnpredict" predict-1.0
run ./predict-1.0 --version
is 'a copy under another name is still that tool' '0 rnnpredict' "$code $(sed 's/ .*//' out)"
done_testing
