#!/bin/sh
# Generated tasks from config to prediction: what is filled in, and that the data is a file's.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict evaluate=$BIN/rnneval

cat >copy.yaml <<'EOF'
data: {generate: {task: copy, samples: 40, length: 2, delay: 3, symbols: 2}, validation: 0.25}
model: {layers: [{gru: 4}, {dense: {units: 3, activation: softmax}}]}
output: {checkpoint: copy.ckpt, history: copy.csv}
EOF
works 'what a task says of its data' "$train" --print-config copy.yaml
is '... is filled in' '  targets: answer
      type: category
      type: category
  sequence_id: id
  target_per: step' "$(grep -E '^  (targets|sequence_id|target_per):|type: category' out)"
cp out printed.yaml
is '... for good' "$(cat out)" "$("$train" --print-config printed.yaml)"
is '... but what the config says counts' '  target_per: sequence' \
  "$("$train" --print-config copy.yaml data.target_per=sequence | grep target_per)"
works 'a task is trained on' "$train" --quiet copy.yaml
works '... and evaluated without a file' "$evaluate" copy.ckpt
works '... written' "$train" --write-data data.csv copy.yaml
is '... its first sequence' 'id,symbol,answer 1,a,_ 1,b,_ 1,_,_ 1,_,_ 1,:,_ 1,_,a 1,_,b' \
  "$(head -n 8 data.csv | tr '\n' ' ' | sed 's/ $//')"
works '... and predicted' "$predict" copy.ckpt data.csv
is '... a row for each step' 281 "$(wc -l <out)"

for task in 'adding, length: 6' 'temporal_order, length: 20' copy reber 'reverse, form: steps' mackey_glass; do
  loss=mse last=1
  case $task in
  temporal*) loss=sparse_categorical_crossentropy last='{units: 4, activation: softmax}' ;;
  copy) loss=sparse_categorical_crossentropy last='{units: 9, activation: softmax}' ;;
  reverse*) loss=sparse_categorical_crossentropy last='{units: 10, activation: softmax}' ;;
  reber) loss=binary_crossentropy last='{units: 7, activation: sigmoid}' ;;
  esac
  cat >made.yaml <<EOF
data: {generate: {task: $task, samples: 60}, validation: 0.2}
model: {layers: [{gru: 3}, {dense: $last}]}
train: {loss: $loss, epochs: 2}
EOF
  "$train" --quiet made.yaml >/dev/null && cut -d, -f1-5 history.csv >made.csv
  "$train" --write-data read.csv made.yaml
  "$train" --print-config made.yaml |
    sed '/^  generate:/,/^  [a-z]/{/^    /d; s/^  generate:/  csv: read.csv/;}' >read.yaml
  "$train" --quiet read.yaml >/dev/null && cut -d, -f1-5 history.csv >read.history
  is "$task: the same from a file" "$(cat made.csv)" "$(cat read.history)"
done

works 'a grammar is learned from 10,000 strings' "$train" --quiet --fail-if 'test_accuracy<1' \
  "$root/configs/reber.yaml"

gives 'a setting that does not fit has its place' 2 \
  "rnntrain: c.yaml:1:55: data.generate.samples: expected at most 27, half of all the sums of numbers of up to 1 digit, got 50" \
  sh -c 'printf "data: {generate: {task: addition, digits: 1, samples: 50}}\nmodel: {layers: [{gru: 2}]}\n" >c.yaml; exec "$0" c.yaml' "$train"
gives 'a column that the task does not have' 3 'rnntrain: data.generate: no column "when"; have: x' \
  "$train" --check made.yaml data.generate=sine data.time=when
done_testing
