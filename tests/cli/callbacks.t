#!/bin/sh
# What ends a run or changes its course: time, plateaus, divergence, epochs that count as done.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data: {generate: {task: linear, samples: 60}, validation: 20}
model: {layers: [gru: 4, dense: 1]}
train: {epochs: 6, batch_size: 8, optimizer: {sgd: 0.5}}
END
column() {
  awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' history.csv
}
lines() {
  tr '\n' ' ' | sed 's/ $//'
}

# ---- time ------------------------------------------------------------------------------------
run "$train" c.yaml train.epochs=100000000 --max-time 0.2s
is '--max-time: exit code 0' 0 "$code"
grep -q '"status":"out of time"' out
ok $? '... the result says why'
grep -Eqx 'stopped by max_time in epoch [0-9]+; model\.ckpt is written, --resume goes on' err
ok $? '... and so does the end of the report'
works '... and it can be resumed' "$train" -q c.yaml train.epochs=100000000 train.max_time=0.1s --resume
for time in 1h30m 90m 5400s 5400; do
  "$train" --print-config c.yaml --max-time "$time" | grep 'max_time' >found
  is "$time is a time" "$([ $time = 5400 ] && echo '  max_time: 5400' || echo '  max_time: 5400s')" "$(cat found)"
done
for time in 30m1h 5m5m 1d -5s 1h-3m h ''; do
  run "$train" -q c.yaml --max-time "$time"
  is "'$time' is none" 2 "$code"
done

# ---- plateaus --------------------------------------------------------------------------------
works 'reduce_lr_on_plateau' "$train" -q c.yaml \
  'train.reduce_lr_on_plateau={monitor: loss, patience: 1, factor: 0.5, min_delta: 100, min_lr: 0.1}'
is '... is seen in the history' '0.5 0.5 0.25 0.125 0.1 0.1' "$(column learning_rate | lines)"
gives '... and does not go with a schedule' 2 \
  "rnntrain: argument 'train.reduce_lr_on_plateau={}': reduce_lr_on_plateau and the schedule inverse_time_decay both set the learning rate; keep one" \
  "$train" -q c.yaml 'train.reduce_lr_on_plateau={}' \
  'train.optimizer.sgd.learning_rate={inverse_time_decay: {initial_learning_rate: 1, decay_steps: 5, decay_rate: 1}}'
works 'a schedule' "$train" -q c.yaml \
  'train.optimizer.sgd.learning_rate={inverse_time_decay: {initial_learning_rate: 1, decay_steps: 5, decay_rate: 1}}'
is '... is seen in the history, at the last step of each epoch' '0.55555556 0.35714286 0.26315789' \
  "$(column learning_rate | head -n 3 | awk '{ printf "%.8f\n", $1 }' | lines)"

# ---- averages --------------------------------------------------------------------------------
works 'use_ema' "$train" -q c.yaml 'train.optimizer={sgd: {learning_rate: 0.3, use_ema: true, ema_momentum: 0.9}}'
is '... is what an epoch is judged by, and what predicts' "$(column val_loss | tail -n 1)" \
  "$(sed 's/.*"val_loss":\([^,]*\),.*/\1/' out)"
is '... and resume/ has what training goes on from' 3 \
  "$(tensors model.ckpt | grep -c '^resume/weights/dense/\|^resume/sgd/average/dense/kernel')"

# ---- epochs ----------------------------------------------------------------------------------
works 'initial_epoch' "$train" -q c.yaml train.initial_epoch=4 output.history=rest.csv
is '... begins with the one after' '5 6' "$(cut -d, -f1 rest.csv | tail -n +2 | lines)"
gives '... and lies before the last' 2 \
  "rnntrain: argument 'train.initial_epoch=6': initial_epoch is 6, but the last epoch is 6 (epochs); write a number below it" \
  "$train" -q c.yaml train.initial_epoch=6

# ---- divergence ------------------------------------------------------------------------------
rm -f model.ckpt
run "$train" -q c.yaml train.epochs=5000 train.optimizer.sgd=3 train.loss=mse 'model.layers.0={dense: 4}' \
  'model.layers.1={gru: {units: 4, activation: relu}}' 'model.layers=[{gru: {units: 9, activation: relu}}, {dense: 1}]'
is 'divergence: exit code 4' 4 "$code"
grep -Eqx 'rnntrain: diverged at epoch [0-9]+, step [0-9]+: the (loss is -?(nan|inf)|gradient of [a-z_/]+ is not finite).* \(learning rate 3\); try a lower learning rate, global_clipnorm: 1 in the optimizer, or data\.scale; model\.ckpt holds step [0-9]+' err
result=$?
[ $result -eq 0 ] || sed 's/^/# /' err
ok $result '... with what, where, why, and what is left'
echo x >in.csv && echo 0.5 >>in.csv
works '... which predicts' "$BIN/rnnpredict" -q model.ckpt in.csv
is '... a number' 1 "$(grep -Ec '^-?[0-9.]+(e[+-][0-9]+)?$' out)"
run "$train" -q c.yaml train.epochs=5000 train.optimizer.sgd=3 train.loss=mse 'model.layers=[{gru: {units: 9, activation: relu}}, {dense: 1}]' --resume
is '... and is not resumed' 5 "$code"
done_testing
