#!/bin/sh
# The last layer's units need not be written: they are what the targets ask for.
. tests/tap.sh
train=$BIN/rnntrain

# finds NAME UNITS CONFIG [KEY=VALUE...]: the config's last dense layer has so many
finds() {
  finds_name=$1 finds_units=$2
  shift 2
  run "$train" --quiet "$@"
  [ "$code" -eq 0 ] || sed 's/^/# /' err
  is "$finds_name" "0 $finds_units" "$code $("$BIN/rnninfo" --config model.ckpt | sed -n '/- dense/,$s/ *units: //p' | tail -n 1)"
}

cat >series.yaml <<'END'
data: {csv: series.csv, window: 4, targets: a}
model:
  layers:
    - gru: 3
    - dense
END
awk 'BEGIN { print "a,b"; for (i = 0; i < 40; i++) printf "%g,%g\n", sin(i), cos(i) }' >series.csv
finds 'one number' 1 series.yaml
finds 'two targets' 2 series.yaml 'data.targets=[a, b]'
finds 'two targets of three steps' 6 series.yaml 'data.targets=[a, b]' data.horizon=3
finds 'three quantiles' 3 series.yaml 'train.loss={quantile: [0.1, 0.5, 0.9]}'
finds 'a number for each step' 1 series.yaml data.target_per=step
finds 'a layer without units after it' 1 series.yaml 'model.layers=[{gru: 3}, {dense: auto}, {dropout: 0.1}]'
finds 'a decoder writes a step at a time' 2 series.yaml 'data.targets=[a, b]' data.horizon=3 \
  'model={encoder: [{gru: 3}], decoder: [{gru: 3}, dense]}'

awk 'BEGIN { print "id,v,k,two"; for (i = 0; i < 30; i++) printf "%d,%g,%s,%d\n", i / 2, sin(i), substr("xyz", 1 + int(i / 2) % 3, 1), int(i / 2) % 2 }' >classes.csv
cat >classes.yaml <<'END'
data: {csv: classes.csv, sequence_id: id, inputs: v, targets: k}
model:
  layers:
    - gru: 3
    - dense: {activation: softmax}
END
finds 'three classes' 3 classes.yaml
finds 'a number that is a class' 2 classes.yaml 'data.columns={two: category}' data.targets=two
finds 'the chance of the second of two classes' 1 classes.yaml 'data.columns={two: category}' data.targets=two \
  model.layers.1.dense.activation=sigmoid

printf 'q,r\nab,ba\nba,ab\naa,aa\nabc,cba\n' >texts.csv
cat >texts.yaml <<'END'
data: {csv: texts.csv, inputs: q, targets: r, columns: {q: {type: text}, r: {type: text}}}
model:
  encoder: [{embedding: {output_dim: 2}}, {gru: 3}]
  decoder: [{embedding: {output_dim: 2}}, {gru: 3}, {dense: {activation: softmax}}]
END
finds 'the symbols of a text, its end and the unknown' 5 texts.yaml

# ---- as if they had been written -----------------------------------------------------------------
mkdir found written
(cd found && "$train" -q ../classes.yaml data.csv=../classes.csv)
(cd written && "$train" -q ../classes.yaml data.csv=../classes.csv model.layers.1.dense.units=3)
cmp found/model.ckpt written/model.ckpt
ok $? 'the checkpoint is that of the number'
(cd found && "$train" -q --resume ../classes.yaml data.csv=../classes.csv train.epochs=3)
(cd written && "$train" -q ../classes.yaml data.csv=../classes.csv model.layers.1.dense.units=3 train.epochs=3)
same_run 'a run goes on without it' found written
"$train" --print-config classes.yaml | grep -q 'units: auto'
ok $? '--print-config, which opens no data, leaves it to be found'
works 'folds' "$train" -q classes.yaml data.cross_validation=3

# ---- where it cannot be --------------------------------------------------------------------------
gives 'another layer than the last needs its own' 2 \
  "rnntrain: argument 'model.layers=[{gru: 3}, dense, dense]': layer 'dense' needs units: only the last layer's can be found from the data" \
  "$train" --check series.yaml 'model.layers=[{gru: 3}, dense, dense]'
gives 'a recurrent layer too' 2 \
  "rnntrain: argument 'model.layers=[lstm]': missing value: layer 'lstm' needs 'units', as in 'lstm: units' or 'lstm: {units: ...}'" \
  "$train" --check series.yaml 'model.layers=[lstm]'
done_testing
