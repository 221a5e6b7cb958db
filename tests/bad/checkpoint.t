#!/bin/sh
# Checkpoints whose checksums are right and whose texts are not: exit 5 and one line, whatever reads
# them. Each case was once a crash or a wrong answer.
# shellcheck source=tests/tap.sh
. tests/tap.sh
train=$BIN/rnntrain

model() { # NAME DATA LAYERS: NAME.ckpt and its config NAME.yaml
  printf 'data: %s\nmodel: {layers: %s}\ntrain: {batch_size: 8}\noutput: {checkpoint: %s.ckpt, history: %s.csv}\n' \
    "$2" "$3" "$1" "$1" >"$1.yaml"
  "$train" -q "$1.yaml" >/dev/null || exit 1
}
awk 'BEGIN { OFS = ","; print "a,b,c,y"; for (i = 1; i <= 60; i++) print i % 7, i % 5, i / 60, i % 7 + i / 60 }' >d.csv
model rows '{csv: d.csv, inputs: [a, b, c], targets: y}' '[lstm: 4, dense: 1]'
model steps '{csv: d.csv, inputs: [a, b], targets: [c, y], target_per: step}' '[lstm: 4, dense: 1]'
model window '{csv: d.csv, inputs: [a, b], targets: y, window: 6, gap: 1, columns: {y: {difference: 9}}}' \
  '[gru: 4, dense: 1]'

refuses() { # NAME MODEL MESSAGE KEY FROM TO
  if ! perl "$root/tests/edit_checkpoint.pl" "$2.ckpt" bad.ckpt "$4" "$5" "$6" 2>edit; then
    cat edit
    ok 1 "$1: the edit"
    return
  fi
  cp bad.ckpt kept.ckpt
  gives "$1" 5 "rnnpredict: bad.ckpt: $3" "$BIN/rnnpredict" bad.ckpt d.csv
  run "$BIN/rnninfo" bad.ckpt
  [ "$code" -eq 5 ] || [ "$code" -eq 0 ]
  ok $? '... rnninfo'
  run "$train" -q "$2.yaml" output.checkpoint=bad.ckpt --resume train.epochs=3
  is '... --resume' 5 "$code"
  cmp -s bad.ckpt kept.ckpt
  ok $? '... and the file is as it was'
}
fit='its schema does not fit its config'
refuses 'a difference in layout rows' rows "$fit: a difference in layout rows" \
  schema '"difference":0' '"difference":3'
refuses 'no steps' rows "$fit: steps and features of a row" schema '"steps":3' '"steps":0'
refuses 'fewer steps than inputs' rows "$fit: steps and features of a row" schema '"steps":3' '"steps":1'
refuses 'no steps, targets per step' steps "$fit: steps and features of a row" \
  schema '"steps":2' '"steps":0'
refuses 'a delimiter that quotes' rows "$fit: a delimiter that is a quote or a comment sign" \
  schema '"delimiter":","' '"delimiter":"\""'
refuses 'another window' window "$fit: steps of a window" config 'window: 6' 'window: 4'
refuses 'a difference that wraps around' window "$fit: a difference without bounds" \
  schema '"difference":9' '"difference":18446744073709551556'
refuses 'a difference into the gap' window "$fit: a difference that reaches into the gap" \
  schema '"difference":9' '"difference":1'
refuses 'an iteration beyond bounds' rows \
  "training state: 'iteration' is missing or not what it should be" \
  state '"iteration":8' '"iteration":18446744073709551615'
refuses 'a window in layout rows' rows 'data.window belongs to layout windows; the layout is rows' \
  config 'horizon: 1' 'layout: rows
  window: 3
  horizon: 1'
done_testing
