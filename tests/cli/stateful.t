#!/bin/sh
# States that go on from chunk to chunk: chunks of a sequence give what the whole of it gives, whatever
# stands beside it, and a run that stops between two chunks goes on to the same bits.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict

# Sequences of 3 to 31 steps; the target remembers the whole past.
awk 'BEGIN { print "id,x,y"; for (s = 0; s < 23; s++) { m = 0; n = 3 + s * 17 % 29
  for (t = 0; t < n; t++) { x = sin(s * 7 + t * 3); m = 0.8 * m + x; printf "%d,%.4f,%.4f\n", s, x, m } } }' >many.csv
awk 'BEGIN { print "x,y"; for (t = 0; t < 400; t++) { x = sin(t * 3); m = 0.8 * m + x; printf "%.4f,%.4f\n", x, m } }' >long.csv
cat >c.yaml <<'END'
seed: 2
data: {csv: many.csv, sequence_id: id, inputs: x, targets: y, target_per: step, validation: 9}
model: {layers: [lstm: 5, {gru: {units: 4, recurrent_dropout: 0.2}}, simple_rnn: 3, dense: 1]}
train: {metrics: [mae], batch_size: 4, bptt: 7, epochs: 4}
END
in_folder() { # FOLDER ARGUMENTS...
  folder=$1
  shift
  mkdir -p "$folder"
  "$train" -q c.yaml output.checkpoint="$folder/model.ckpt" output.history="$folder/history.csv" "$@" \
    >"$folder/out" 2>"$folder/err" || sed 's/^/# /' "$folder/err"
}
figure() { sed -n "s/.*\"$2\":\([-0-9.e]*\).*/\1/p" "$1/out" | awk '{ printf "%.9f", $1 }'; }

# ---- chunks equal one pass ---------------------------------------------------------------------
# A rate too small to change a weight: what is measured is the first model.
still='train.optimizer={sgd: 1.0e-30}'
in_folder whole "$still" train.bptt=~ train.batch_size=100 train.epochs=1
whole=$(figure whole val_mae)
for chunk in 1 2 7 30 1000; do
  in_folder "chunk-$chunk" "$still" train.bptt=$chunk train.epochs=1 train.batch_size=$((chunk % 3 * 6 + 2))
  is "the validation part in chunks of $chunk: mae and loss of the whole" "$whole $(figure whole val_loss)" \
    "$(figure chunk-$chunk val_mae) $(figure chunk-$chunk val_loss)"
done
in_folder apart "$still" train.epochs=1 train.stateful=false
[ "$(figure apart val_mae)" != "$whole" ]
ok $? 'without states it is another'
in_folder some "$still" train.epochs=1 train.stateful=false \
  'model.layers=[{lstm: {units: 5, stateful: true}}, {gru: {units: 4, stateful: true, recurrent_dropout: 0.2}}, {simple_rnn: {units: 3, stateful: true}}, dense: 1]'
is 'what the layers say themselves comes first' "$whole" "$(figure some val_mae)"
in_folder none "$still" train.epochs=1 \
  'model.layers=[{lstm: {units: 5, stateful: false}}, {gru: {units: 4, stateful: false, recurrent_dropout: 0.2}}, {simple_rnn: {units: 3, stateful: false}}, dense: 1]'
is '... either way' "$(figure apart val_mae)" "$(figure none val_mae)"

# The tools, too: predictions of whole sequences have the error that chunks had in training.
in_folder learnt data.validation=many.csv train.epochs=9 'train.optimizer={adam: 0.01}'
works 'predictions of whole sequences' "$predict" -q learnt/model.ckpt many.csv
tail -n +2 many.csv | cut -d, -f3 >truth
error=$(tail -n +2 out | cut -d, -f2 | paste -d, - truth |
  awk -F, '{ d = $1 - $2; s += d < 0 ? -d : d } END { printf "%.6f", s / NR }')
is '... have the error that chunks had in training' "$(figure learnt val_mae | awk '{ printf "%.6f", $1 }')" "$error"
run "$BIN/rnneval" --json learnt/model.ckpt
grep -q "\"mae\":$(sed -n 's/.*"val_mae":\([-0-9.e]*\).*/\1/p' learnt/out)" out
ok $? 'rnneval measures the same number'

# ---- the same bits -----------------------------------------------------------------------------
in_folder once
for host in '1 generic' '2 auto' '3 generic'; do
  in_folder "on $host" --threads "${host% *}" --isa "${host#* }"
  same_run "threads and instruction set: $host" once "on $host"
done
in_folder twice train.epochs=2 && in_folder twice --resume
same_run '2 epochs and 2 more are 4' once twice

# An epoch of 3 steps ends in the middle of sequences, where states are not those of a beginning.
in_folder steps train.steps_per_epoch=3 train.epochs=9
for epoch in 1 2 3 4 5 6 7 8 9; do
  in_folder step train.steps_per_epoch=3 train.epochs=$epoch --resume=auto --threads $((epoch % 3 + 1))
done
same_run 'stopped after every third chunk' steps step
is 'the states are in the checkpoint, those of four tracks' \
  'resume/states/lstm F32 [4,10] resume/states/gru F32 [4,4] resume/states/simple_rnn F32 [4,3]' \
  "$(tensors step/model.ckpt | grep '^resume/states' | cut -d' ' -f-3 | paste -s -d' ')"

# ---- one long series -----------------------------------------------------------------------------
long='data={csv: long.csv, sequence_by: file, inputs: x, targets: y, target_per: step}'
in_folder long "$long" "$still" train.epochs=1 train.bptt=25 train.batch_size=1 'model.layers=[lstm: 5, dense: 1]'
in_folder pass "$long" "$still" train.epochs=1 train.bptt=~ train.batch_size=1 'model.layers=[lstm: 5, dense: 1]'
is 'a track in chunks of 25 has the error of the whole' "$(figure pass mae)" "$(figure long mae)"
run "$train" --check c.yaml "$long" train.bptt=20 train.batch_size=7
is 'tracks of 58 and 57 steps make 3 chunks each' \
  'chunks: of at most 20 steps, 7 tracks side by side
train: rows 1–400, 21 chunks of at most 20 steps' "$(grep -E '^(chunks|train:)' err)"

# ---- what cannot be ------------------------------------------------------------------------------
gives 'states without chunks' 2 \
  "rnntrain: argument 'train.stateful=true': stateful: true needs train.bptt, the steps of a chunk; write bptt: 100, or leave stateful out" \
  "$train" -q c.yaml train.bptt=~ train.stateful=true
argument='model.layers=[{lstm: {units: 3, stateful: true}}, dense: 1]'
gives '... of a layer' 2 \
  "rnntrain: argument '$argument': stateful: true needs train.bptt, the steps of a chunk; write bptt: 100, or leave stateful out" \
  "$train" -q c.yaml train.bptt=~ "$argument"
argument='model.layers=[{bidirectional: {lstm: 3}}, dense: 1]'
gives 'both ways' 2 \
  "rnntrain: argument '$argument': layer 'bidirectional' reads sequences from their ends too, so that no state goes on from one chunk to the next; take bidirectional out, or write stateful: false" \
  "$train" -q c.yaml "$argument"
works '... without states' "$train" -q c.yaml train.stateful=false "$argument"
argument='model.layers=[{lstm: {units: 3, go_backwards: true}}, dense: 1]'
gives 'backwards' 2 \
  "rnntrain: argument '$argument': layer 'lstm' reads sequences from their ends, so that no state goes on from one chunk to the next; take go_backwards out, or write stateful: false" \
  "$train" -q c.yaml "$argument"
gives 'windows' 2 \
  "rnntrain: c.yaml:4:46: train.bptt cuts long sequences into chunks, but the layout is windows; write data.sequence_id, or sequence_by: file" \
  "$train" -q c.yaml 'data={csv: long.csv, targets: y, window: 5}'
gives 'one target for a sequence' 2 \
  "rnntrain: c.yaml:4:46: train.bptt needs a target in every chunk; write data.target_per: step" \
  "$train" -q c.yaml data.target_per=sequence
done_testing
