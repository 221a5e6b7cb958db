#!/bin/sh
# Losses as a user meets them: each trains and predicts, and what does not fit it is an error that
# says what to write.
. tests/tap.sh
train=$BIN/rnntrain
perl -e 'print "x,y,a,b\n"; for (0 .. 199) { my $x = ($_ * 37 % 100) / 100; my $w = (($_ * 17) % 11 - 5) / 10;
  printf "%g,%g,%g,%g\n", $x, 1 + $x + $w * $x, $x, 1 - $x }' >d.csv
cat >c.yaml <<'END'
data: {csv: d.csv, layout: rows, inputs: x, targets: y, validation: 50}
model:
  layers:
    - lstm: 8
    - dense: 1
train: {loss: mse, epochs: 25, batch_size: 16, optimizer: {adam: 0.02}}
END
column() { # NAME FILE: its values
  awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' "$2"
}
falls() { # of the loss from the first to the last epoch of the history
  column loss history.csv | awk 'NR == 1 { first = $1 } END { exit !($1 < 0.8 * first) }'
}
for loss in mse mae mape huber '{huber: {delta: 0.2}}' log_cosh '{quantile: 0.5}'; do
  run "$train" -q c.yaml "train.loss=$loss"
  [ "$code" -eq 0 ] && falls
  ok $? "$loss: the loss falls"
done
run "$train" -q c.yaml train.loss=msle 'model.layers.1.dense={units: 1, activation: softplus}'
[ "$code" -eq 0 ] && falls
ok $? 'msle: the loss falls'
run "$train" -q c.yaml train.loss=poisson 'model.layers.1.dense={units: 1, activation: exponential}'
[ "$code" -eq 0 ] && column loss history.csv | awk 'NR == 1 { first = $1 } END { exit !($1 < first) }'
ok $? 'poisson: the loss falls'
run "$train" -q c.yaml train.loss=kl_divergence 'data.targets=[a, b]' \
  'model.layers.1.dense={units: 2, activation: softmax}'
[ "$code" -eq 0 ] && falls
ok $? 'kl_divergence: the loss falls'

# ---- quantiles -------------------------------------------------------------------------------
works 'several quantiles' "$train" -q c.yaml 'train.loss={quantile: [0.1, 0.5, 0.9]}' model.layers.1.dense=3 \
  train.epochs=60 'train.metrics=[mae, rmse]' 'data.columns={y: {scale: standard}}'
run "$BIN/rnnpredict" -q model.ckpt d.csv
is 'a column for each' y_q10,y_q50,y_q90 "$(head -n 1 out)"
awk -F, 'NR > 1 && !($1 <= $2 && $2 <= $3) { bad = 1 } END { exit bad || NR != 201 }' out
ok $? '... which never cross'
paste -d, out d.csv | awk -F, 'NR > 1 { n++; low += $5 < $1; high += $5 > $3; middle += $5 < $2 }
  END { print "# below:", low / n, middle / n, 1 - high / n
    exit !(low / n < 0.25 && high / n < 0.25 && middle / n > 0.3 && middle / n < 0.7) }'
ok $? '... and hold the share that they are named for'
works 'a horizon and levels in parts of a per cent' "$train" -q c.yaml train.loss.quantile='[0.025, 0.5]' \
  model.layers.1.dense=4 train.epochs=1 data.layout=windows data.window=5 data.horizon=2
run "$BIN/rnnpredict" -q model.ckpt d.csv
is '... have names' y+1_q2.5,y+1_q50,y+2_q2.5,y+2_q50 "$(head -n 1 out)"

for change in 'train.loss={quantile: [0.1, 0.5, 0.9]}' 'train.optimizer={sgd: {learning_rate: 0.5}}' \
  'train.optimizer.adamw.learning_rate={piecewise_constant_decay: {boundaries: [1, 5], values: [0.1, 1e-3, 1e-9]}}' \
  'train.optimizer.nadam.learning_rate={cosine_decay: {initial_learning_rate: 0, decay_steps: 9, warmup_target: 1, warmup_steps: 3}}' \
  'train.metrics=[mae, {mase: 12}]' 'train.reduce_lr_on_plateau={patience: 3}'; do
  "$train" --print-config c.yaml "$change" >one.yaml 2>err && "$train" --print-config one.yaml >two.yaml 2>err &&
    cmp -s one.yaml two.yaml
  ok $? "printed and read again: $change"
done

# ---- what does not fit -----------------------------------------------------------------------
refuses() { # NAME MESSAGE ARGUMENTS...
  tap_name=$1 message=$2
  shift 2
  gives "$tap_name" 2 "rnntrain: $message" "$train" -q c.yaml "$@"
}
refuses 'too few outputs for the quantiles' \
  'c.yaml:5:7: the last layer gives 1 number, but 2 quantiles of 1 target ('\''y'\'') are 2; write - dense: 2' \
  'train.loss={quantile: [0.1, 0.9]}'
refuses 'levels out of order' "argument 'train.loss={quantile: [0.9, 0.1]}': quantile: levels must grow, but 0.1 comes after 0.9" \
  'train.loss={quantile: [0.9, 0.1]}' model.layers.1.dense=2
refuses 'a level of 1' "argument 'train.loss={quantile: 1}': quantiles: expected 0 < x < 1, got \"1\"" 'train.loss={quantile: 1}'
refuses 'no levels' "argument 'train.loss=quantile': missing value: loss 'quantile' needs 'quantiles', as in 'quantile: quantiles' or 'quantile: {quantiles: ...}'" \
  train.loss=quantile
refuses 'logarithms of outputs below 0' \
  'c.yaml:5:7: the loss msle needs outputs above 0, but the last activation is linear; write activation: exponential or softplus there' \
  train.loss=msle
refuses 'poisson of outputs below 0' \
  'c.yaml:5:7: the loss poisson needs outputs above 0, but the last activation is linear; write activation: exponential or softplus there' \
  train.loss=poisson
refuses 'a distribution without softmax' \
  'c.yaml:5:7: the loss kl_divergence needs probabilities, but the last activation is linear; write activation: softmax there' \
  train.loss=kl_divergence model.layers.1.dense=2 'data.targets=[a, b]'
for loss in mape msle; do
  refuses "$loss of scaled targets" \
    "c.yaml:5:7: the loss $loss means nothing for target 'y' with scale: standard, whose numbers are around 0; write data.columns: {y: {scale: none}}" \
    train.loss=$loss 'model.layers.1.dense={units: 1, activation: softplus}' 'data.columns={y: {scale: standard}}'
done
done_testing
