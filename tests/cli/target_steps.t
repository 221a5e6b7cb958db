#!/bin/sh
# Models that read all rows of a sample and write targets for the last ones: data.target_steps.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict evaluate=$BIN/rnneval

# Sequences of 3 to 8 rows; y is 100 times x of the row but one before, and weighs 1 to 3.
awk 'BEGIN { print "id,x,y,w"
  for (s = 1; s <= 40; s++) { a = b = 0
    for (t = 0; t < 3 + s % 6; t++) { x = (s * 7 + t * 13) % 17 / 17; print s "," x "," 100 * a "," 1 + t % 3; a = b; b = x } } }' >d.csv
cat >c.yaml <<'EOF'
data: {csv: d.csv, sequence_id: id, inputs: x, targets: y, target_per: step, target_steps: 2,
       validation: d.csv, scale: standard}
model: {layers: [{gru: 6}, {repeat_vector: 2}, {lstm: 4}, {dense: 1}]}
train: {epochs: 3, batch_size: 7, optimizer: {adam: {learning_rate: 0.02}}, metrics: [mae]}
output: {checkpoint: c.ckpt, history: c.csv}
EOF
works 'a model that writes fewer steps than it reads' "$train" c.yaml
is '... the report says so' 'samples: sequences by column "id", targets for the last 2 steps' \
  "$(grep ^samples: err)"
works '... it predicts' "$predict" c.ckpt d.csv
is '... two rows for each sequence' "$(awk 'BEGIN { for (s = 1; s <= 40; s++) print s "\n" s }')" \
  "$(sed 1d out | cut -d, -f1)"
# The last two rows of each id, from the data itself.
awk -F, 'NR > 1 { if ($1 != id && id != "") print a "\n" b; id = $1; a = b; b = $3 }
  END { print a "\n" b }' d.csv >truth
sed 1d out | cut -d, -f2 | paste -d, - truth |
  awk -F, '{ d = $1 - $2; sum += d < 0 ? -d : d } END { printf "%.4f\n", sum / NR }' >mae
is '... the metric is that of those rows' "$(cat mae)" \
  "$(tail -n 1 c.csv | cut -d, -f5 | awk '{ printf "%.4f\n", $1 }')"
works '... and rnneval measures the same' "$evaluate" --json c.ckpt d.csv
is '... as the history has it' "$(tail -n 1 c.csv | cut -d, -f5)" \
  "$(grep -o '"mae":[0-9.e-]*' out | head -n 1 | cut -d: -f2)"

mkdir one two
(cd one && "$train" --quiet --threads 1 ../c.yaml data.csv=../d.csv data.validation=../d.csv \
  output.checkpoint=model.ckpt output.history=history.csv >/dev/null)
(cd two && "$train" --quiet --threads 3 --isa generic ../c.yaml data.csv=../d.csv \
  data.validation=../d.csv output.checkpoint=model.ckpt output.history=history.csv >/dev/null)
same_run 'threads and instruction set change nothing' one two

works 'rows have weights' "$train" --quiet c.yaml train.sample_weight=w 'data.inputs=x'
works 'windows have them too' "$train" --quiet c.yaml data.window=3 data.sequence_id=id
works 'what the model will see' "$train" --show-samples 1 c.yaml data.scale=none
is '... with the targets of the last rows' '  target y, line 4: 41.1764984
  target y, line 5: 17.6471004' "$(grep '  target' out)"

gives 'a model that writes another number of steps' 2 \
  "rnntrain: c.yaml:3:60: repeat_vector gives 3 steps, but data.target_steps is 2" \
  "$train" c.yaml model.layers.1.repeat_vector=3
gives 'sequences that are too short' 3 \
  'rnntrain: d.csv:32: a sequence of 3 rows, fewer than data.target_steps (4)' \
  "$train" c.yaml data.target_steps=4 model.layers.1.repeat_vector=4
gives 'targets of sequences' 2 \
  "rnntrain: c.yaml:1:92: data.target_steps needs data.target_per: step" \
  "$train" c.yaml data.target_per=sequence
gives 'layout rows' 2 \
  'rnntrain: c.yaml:1:92: data.target_steps belongs to layouts windows and sequences; the layout is rows' \
  "$train" c.yaml data.layout=rows
gives 'windows that are too short' 2 \
  'rnntrain: c.yaml:1:92: data.target_steps: expected at most 1, data.window, got 2' \
  "$train" c.yaml data.window=1
sed 's/{gru: 6}, {repeat_vector: 2}, //' c.yaml >plain.yaml
gives 'a model that writes what it reads' 2 \
  'rnntrain: plain.yaml:3:30: data.target_steps is 2, but the model writes as many steps as it reads; write repeat_vector: 2 between what reads and what writes' \
  "$train" plain.yaml
gives 'a model that masks' 2 \
  'rnntrain: c.yaml:1:92: data.target_steps excludes masks (layer '"'masking'"')' \
  "$train" c.yaml 'model.layers=[{masking: 0}, {gru: 6}, {repeat_vector: 2}, {dense: 1}]'
done_testing
