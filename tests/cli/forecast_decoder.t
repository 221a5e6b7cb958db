#!/bin/sh
# A decoder that writes the numbers of a horizon: learns a sine, feeds itself when it forecasts, and
# any run of it is the same run.
. tests/tap.sh
train=$BIN/rnntrain
perl -e 'print "x,y\n"; printf "%.6f,%.6f\n", sin($_ * 0.35), cos($_ * 0.35) for 1 .. 300' >wave.csv
cat >c.yaml <<'END2'
seed: 4
data: {csv: wave.csv, targets: [x, y], window: 12, horizon: 6, validation: 60, scale: standard}
model:
  encoder:
    - lstm: 12
  decoder:
    - lstm: 12
    - attention: additive
    - dense: 2
train: {optimizer: {adam: {learning_rate: 0.02}}, epochs: 25, batch_size: 20, metrics: [mae]}
END2
in_folder() { # FOLDER ARGUMENTS...
  folder=$1
  shift
  mkdir -p "$folder"
  "$train" -q c.yaml output.checkpoint="$folder/model.ckpt" output.history="$folder/history.csv" "$@" \
    >"$folder/out" 2>"$folder/err"
}
works 'learns a wave' in_folder whole
works 'within 0.05, from its own numbers' "$BIN/rnneval" -q --fail-if 'mae>0.05' whole/model.ckpt
is 'a horizon for each target' 'x+1,x+2,x+3,x+4,x+5,x+6,y+1,y+2,y+3,y+4,y+5,y+6' \
  "$("$BIN/rnnpredict" whole/model.ckpt wave.csv | head -1)"
"$BIN/rnnpredict" -q whole/model.ckpt wave.csv | tail -1 >last
works 'the wave goes on after the end' perl -F, -lane \
  'for (1 .. 6) { exit 1 if abs($F[$_ - 1] - sin((300 + $_) * 0.35)) > 0.15 || abs($F[$_ + 5] - cos((300 + $_) * 0.35)) > 0.15 }' last
cp "$root/tests/data/checkpoints/data.csv" "$root/tests/data/checkpoints/decoder.ckpt" .
is 'a model that starts from zeros still does' '"loss":0.818220309388339' \
  "$("$BIN/rnneval" --json decoder.ckpt | grep -o '"loss":[0-9.]*' | head -1)"
in_folder one --threads 1 --isa generic train.epochs=2
in_folder three --threads 3 train.epochs=2
same_run 'threads and instruction sets do not matter' one three
in_folder parts train.epochs=1 && in_folder parts --resume train.epochs=2
same_run 'nor does a stop' one parts
gives 'as many numbers a step as targets' 2 \
  'rnntrain: c.yaml:9:7: a step of the decoder gives 6 numbers, but there are 2 targets; write - dense: 2' \
  "$train" -q c.yaml model.decoder.2.dense.units=6
awk -F, 'NR == 1 { print "x,y,sky" } NR > 1 { print $1 "," $2 "," (NR % 2 ? "sun" : "rain") }' wave.csv >sky.csv
gives 'states of another type, behind a column with a vector' 2 \
  "rnntrain: c.yaml:7:7: layer 'decoder/lstm' starts from the states of 'encoder/gru', so both must be of one type and size; write - gru: 12" \
  "$train" -q c.yaml 'data.csv=sky.csv' 'data.inputs=[sky, x, y]' 'data.columns={sky: {embed: 2}}' model.encoder.0='{gru: 12}'
gives 'numbers are not ids' 2 \
  "rnntrain: argument 'model.decoder.0=embedding: {output_dim: 2}': the decoder reads the numbers of target 'x', not ids; begin with a recurrent layer" \
  "$train" -q c.yaml 'model.decoder.0=embedding: {output_dim: 2}'
gives 'numbers in rows are for layers' 2 \
  'rnntrain: e.yaml:2:39: model.decoder writes texts, or the numbers of data.horizon in windows; for a text write data.columns: {y: {type: text}}' \
  sh -c 'printf "%s\n" "data: {csv: wave.csv, inputs: x, targets: y}" "model: {encoder: [lstm: 2], decoder: [lstm: 2, dense: 1]}" >e.yaml; "$0" -q e.yaml' "$train"
done_testing
