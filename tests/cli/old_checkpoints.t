#!/bin/sh
# Checkpoints of earlier versions load for ever, and predict what they predicted. Files are added to
# tests/data/checkpoints, never replaced.
. tests/tap.sh
old=$root/tests/data/checkpoints
cp "$old/data.csv" .
for file in "$old"/*.ckpt; do
  name=$(basename "$file" .ckpt)
  run "$BIN/rnnpredict" -q "$file" data.csv
  [ "$code" -eq 0 ] && cmp out "$old/$name.csv"
  ok $? "$name predicts as ever"
  works '... rnninfo' "$BIN/rnninfo" "$file"
  works '... rnnexport' "$BIN/rnnexport" -q "$file" "$name.safetensors"
  cp "$file" "$name.ckpt"
  "$BIN/rnninfo" --config "$file" >"$name.yaml"
  works '... and goes on' "$BIN/rnntrain" -q "$name.yaml" --resume train.epochs=2 output.history="$name.history"
done
[ "$tap_count" -ge 32 ]
ok $? 'there are some'
done_testing
