#!/bin/sh
# rnnpredict --steps: a forecast that goes on from its own predictions is what comes of appending
# each prediction to the file and predicting again.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict

awk 'BEGIN { print "place,y,z"; for (i = 0; i < 80; i++) printf "%s,%.3f,%.3f\n", i < 40 ? "north" : "south", 10 + 5 * sin(i / 3), 20 + i % 40 + i % 5 }' >two.csv
cut -d, -f2- two.csv | sed -n '1p;42,$p' >one.csv
cat >c.yaml <<'END'
data: {csv: one.csv, targets: [y, z], window: 5, scale: standard, columns: {z: {log: true, difference: 2}}}
model: {layers: [{gru: 6}, {dense: 2}]}
train: {epochs: 30, optimizer: {adam: 0.01}}
output: {history: h.csv}
END
works 'trained' "$train" -q c.yaml
run "$predict" --steps 7 model.ckpt one.csv
cp out ahead
is 'exit code 0, nothing on standard error' '0 0' "$code $(wc -c <err)"
is 'a step and the targets' 'step,y,z 8' "$(head -n 1 out) $(wc -l <out)"
cp one.csv by_hand.csv
for step in 1 2 3 4 5 6 7; do
  line=$("$predict" -q model.ckpt by_hand.csv | tail -n 1)
  echo "$line" >>by_hand.csv
  echo "$step,$line"
done >want
tail -n +2 ahead | cmp -s want -
ok $? 'as from a file to which each prediction is appended'

works 'a horizon of 3: trained' "$train" -q c.yaml data.horizon=3 'model.layers=[gru: 6, dense: 6]'
"$predict" --steps 7 model.ckpt one.csv | tail -n +2 >ahead
cp one.csv by_hand.csv
# shellcheck disable=SC2094 # tail says nothing before the file is read to its end
for step in 1 4 7; do # y+1 y+2 y+3 z+1 z+2 z+3
  "$predict" -q model.ckpt by_hand.csv | tail -n 1 |
    awk -F, '{ for (h = 1; h <= 3; h++) print $h "," $(h + 3) }' >>by_hand.csv
done
tail -n +42 by_hand.csv | head -n 7 | awk '{ print NR "," $0 }' | cmp -s - ahead
ok $? '... three rows at a time'

works 'two series: trained' "$train" -q c.yaml data.csv=two.csv data.sequence_id=place
run "$predict" --steps 4 model.ckpt two.csv
is '... each goes on' 'place,step,y,z north 1 north 4 south 1 south 4' \
  "$(head -n 1 out) $(sed -n '2p;5p;6p;9p' out | cut -d, -f1,2 | tr ',\n' '  ' | sed 's/ $//')"
{ head -n 1 two.csv; grep south two.csv; } >south.csv
"$predict" --steps 4 model.ckpt south.csv | tail -n +2 >alone
tail -n 4 out | cmp -s alone -
ok $? '... as it does alone'

gives 'too few rows' 3 'rnnpredict: short.csv has 4 rows; a forecast needs 7 at its end' \
  sh -c 'head -n 5 south.csv >short.csv; "$1" --steps 4 model.ckpt short.csv' sh "$predict"
gives 'with an option for lines beside the input' 2 \
  'rnnpredict: --steps excludes --align, --append, --probabilities and --top-k' "$predict" --steps 4 --align model.ckpt two.csv
works 'an input that is not predicted: trained' "$train" -q c.yaml data.targets=y 'data.inputs=[y, z]' 'model.layers=[gru: 6, dense: 1]'
gives '... cannot be known ahead' 2 \
  'rnnpredict: --steps: input "z" is not among the targets, so it is not known after the end of the data' \
  "$predict" --steps 4 model.ckpt one.csv
works 'rows: trained' "$train" -q c.yaml data.window=~ data.targets=y data.columns=~ 'model.layers=[gru: 6, dense: 1]'
gives '... are no forecast' 2 \
  'rnnpredict: --steps: the model is no forecast of numbers that goes on where its window ends (data.window, with a data.gap of 0)' \
  "$predict" --steps 4 model.ckpt one.csv
done_testing
