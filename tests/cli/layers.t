#!/bin/sh
# Layers as a config gives them: nested cells, their overrides, and what cannot be.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data:
  generate: {task: sine, samples: 60, window: 8}
model:
  layers:
    - bidirectional: {gru: 4, merge_mode: mul}
    - dense: 1
train: {loss: mse}
END
first="rnntrain: argument 'model.layers.0"
check() { # NAME CODE 'STANDARD ERROR' VALUE: of the first layer
  gives "$1" "$2" "$first=$4': $3" "$train" --check c.yaml "model.layers.0=$4"
}

echo 1..12
# ---- bidirectional -----------------------------------------------------------------------------
works 'a bidirectional layer trains' "$train" --quiet c.yaml
is 'its tensors are named by the way' \
  'bidirectional/backward/bias bidirectional/backward/kernel bidirectional/backward/recurrent_kernel bidirectional/forward/bias bidirectional/forward/kernel bidirectional/forward/recurrent_kernel dense/bias dense/kernel' \
  "$(tensors model.ckpt | sed -n '/^resume/!s/ .*//p' | sort | tr '\n' ' ' | sed 's/ $//')"
"$train" --print-config c.yaml >full.yaml
"$train" --print-config full.yaml >again.yaml
cmp -s full.yaml again.yaml
ok $? 'a config with a cell inside a layer prints as itself'
is 'an override goes into the cell' 'units: 7' "$("$train" --print-config c.yaml \
  model.layers.0.bidirectional.gru.units=7 | sed -n '/gru:/{n;s/^ *//p;}')"
gives 'the cell stays what it is' 2 \
  "$first.bidirectional.lstm.units=7': this cell is 'gru', not 'lstm'" \
  "$train" --check c.yaml model.layers.0.bidirectional.lstm.units=7
check 'two cells' 2 "expected one cell, got a second, 'gru', beside 'lstm'" \
  '{bidirectional: {lstm: 3, gru: 4}}'
check 'no cell' 2 "missing required key 'lstm' in layer 'bidirectional'" \
  '{bidirectional: {merge_mode: sum}}'
check 'no keys at all' 2 \
  "missing value: layer 'bidirectional' needs 'lstm', as in 'bidirectional: {lstm: ...}'" bidirectional
check 'another layer inside' 2 \
  "unknown key 'dense' in layer 'bidirectional'; expected one of lstm, gru, simple_rnn, merge_mode, name, trainable" \
  '{bidirectional: {dense: 3}}'
check 'a slip in the cell' 2 "unknown key 'unit' in cell 'lstm'; did you mean 'units'?" \
  '{bidirectional: {lstm: {unit: 3}}}'
check 'a name inside' 2 \
  "layer 'bidirectional': the lstm inside has no name of its own; give the name beside it" \
  '{bidirectional: {lstm: {units: 3, name: x}}}'
"$train" --quiet c.yaml 'model.layers.0={bidirectional: {lstm: {units: 3, trainable: false}}}' \
  output.checkpoint=a.ckpt
"$train" --quiet c.yaml 'model.layers.0={bidirectional: {lstm: {units: 3, trainable: false}}}' \
  train.epochs=5 output.checkpoint=b.ckpt
is 'a frozen cell keeps its bits' "$(tensors a.ckpt | grep '^bidir')" "$(tensors b.ckpt | grep '^bidir')"
