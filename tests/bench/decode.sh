#!/bin/sh
# How much faster texts are written in blocks on two threads than one by one on one:
# decode.sh BIN build/tests/bench/decode [MODEL.ckpt DATA]
#
# Without a model: strings of up to 10 digits turned around, by configs/reverse.yaml after two epochs.
bin=$(cd "$1" && pwd) || exit 1
decode=$(cd "$(dirname "$2")" && pwd)/$(basename "$2") || exit 1
model=$3 data=$4 rounds=${ROUNDS:-200}
if [ -z "$model" ]; then
  work=$(mktemp -d) || exit 1
  trap 'rm -rf "$work"' EXIT
  model=$work/model.ckpt data=$work/data.csv
  set -- configs/reverse.yaml output.checkpoint="$model" output.history="$work/history.csv"
  "$bin/rnntrain" --quiet "$@" train.epochs=2 >"$work/summary.json" || exit 1
  "$bin/rnntrain" --quiet "$@" --write-data "$work/all.csv" || exit 1
  head -n 1001 "$work/all.csv" >"$data"
fi
echo 'texts,beam,one by one ms,two threads ms,times as fast'
for beam in 1 4; do
  "$decode" "$model" "$data" $beam "$rounds" || exit 1
done
