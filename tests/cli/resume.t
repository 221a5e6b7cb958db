#!/bin/sh
# Stopped and resumed is never stopped: the same tensors and the same history, bit for bit.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
seed: 3
data:
  generate: {task: sine, samples: 300, window: 10, noise: 0.1}
  scale: standard
  validation: 0.2
model:
  layers:
    - lstm: 5
    - dropout: 0.2
    - gru: 4
    - dense: 1
train:
  loss: mse
  optimizer: {adam: {learning_rate: 0.01, amsgrad: true}}
  metrics: [mae, rmse]
  epochs: 6
  batch_size: 7
END
# in FOLDER ARGUMENTS...: a run with its outputs there
in_folder() {
  folder=$1
  shift
  mkdir -p "$folder"
  "$train" -q c.yaml output.checkpoint="$folder/model.ckpt" output.history="$folder/history.csv" "$@" \
    >"$folder/out" 2>"$folder/err"
}
rest_of_state() { # FILE: what is under resume/
  tensors "$1" | grep -c '^resume/'
}

# ---- epochs ----------------------------------------------------------------------------------
for way in 'adam ' 'sgd train.optimizer={sgd: {momentum: 0.9}}' \
  'rmsprop train.optimizer={rmsprop: {momentum: 0.5, centered: true}}' \
  'adamw train.optimizer=adamw' 'adagrad train.optimizer=adagrad' 'adadelta train.optimizer=adadelta' \
  'adamax train.optimizer=adamax' 'nadam train.optimizer=nadam' \
  'accumulation train.optimizer={adam: {gradient_accumulation_steps: 4}}' \
  'average train.optimizer={sgd: {use_ema: true, ema_momentum: 0.9, ema_overwrite_frequency: 7}}' \
  'warm-up train.optimizer={adam: {learning_rate: {cosine_decay: {initial_learning_rate: 0, decay_steps: 90, warmup_target: 0.01, warmup_steps: 50}}}}' \
  'stopping train.early_stopping={patience: 2, monitor: mae, min_delta: 0.01}' \
  'steps train.steps_per_epoch=11' 'rare train.validation_freq=4'; do
  name=${way%% *}
  set -- "${way#* }"
  [ -n "$1" ] || set --
  in_folder "$name-once" "$@" && in_folder "$name-twice" "$@" train.epochs=3 &&
    in_folder "$name-twice" "$@" --resume
  same_run "$name: 3 epochs and 3 more are 6" "$name-once" "$name-twice"
done
is 'what resume needs is there: amsgrad has three moments of 8 tensors' 24 \
  "$(rest_of_state adam-once/model.ckpt)"
is 'with restore_best also the weights that training goes on from' 'resume/weights/lstm/kernel' \
  "$(tensors stopping-once/model.ckpt | grep -o '^resume/weights/lstm/kernel')"
in_folder hosts --threads 2 --isa generic train.epochs=2 && in_folder hosts --resume --threads 1 train.epochs=4 &&
  in_folder hosts --resume --threads 3
same_run 'other threads and another instruction set in between' adam-once hosts

# ---- signals ---------------------------------------------------------------------------------
# An epoch of this takes a second or so: a signal falls into the middle of one.
cat >slow.yaml <<'END'
data:
  generate: {task: sine, samples: 12000, window: 40, noise: 0.1}
  validation: 100
model:
  layers:
    - gru: 40
    - dense: 1
train:
  epochs: 2
  batch_size: 8
  metrics: [mae]
output: {every: 3600s}
END
step_of() {
  perl "$root/tests/read_safetensors.pl" --metadata "$1" | sed -n 's/^state\t.*"step":"\{0,1\}\([0-9]*\).*/\1/p'
}
mkdir slow-once
"$train" -q slow.yaml --threads 1 output.checkpoint=slow-once/model.ckpt \
  output.history=slow-once/history.csv >out 2>err
middle=0
for try in TERM:143:1:auto INT:130:2:auto TERM:143:1:generic; do
  signal=${try%%:*} rest=${try#*:}
  wanted=${rest%%:*} rest=${rest#*:}
  threads=${rest%%:*} isa=${rest#*:}
  set -- slow.yaml output.checkpoint=slow-twice/model.ckpt output.history=slow-twice/history.csv
  for delay in 0.3 0.15 0.07 0.03; do # sooner where the machine was too quick
    rm -rf slow-twice
    mkdir slow-twice
    : >err
    "$train" "$@" --threads "$threads" --isa "$isa" >out 2>err &
    child=$!
    until [ -e slow-twice/history.csv ] || ! kill -0 "$child" 2>/dev/null; do sleep 0.01; done
    sleep "$delay"
    kill -s "$signal" "$child" 2>/dev/null
    wait "$child"
    got=$?
    [ $got -eq 0 ] || break
  done
  is "SIG$signal with $threads threads, $isa: the exit code" "$wanted" "$got"
  grep -q '"status":"interrupted"' out
  ok $? '... the result says so'
  [ "$(step_of slow-twice/model.ckpt)" -gt 0 ] && middle=$((middle + 1))
  works '... it resumes' "$train" -q "$@" --threads 1 --resume
  same_run '... to the same bits' slow-once slow-twice
done
[ "$middle" -gt 0 ]
ok $? "an epoch was cut in its middle ($middle of 3)"

# ---- a run that is over ----------------------------------------------------------------------
tensors adam-once/model.ckpt >before
cksum adam-once/model.ckpt adam-once/history.csv >sums
run "$train" c.yaml output.checkpoint=adam-once/model.ckpt output.history=adam-once/history.csv --resume
is 'a finished run resumed: exit code 0, and it says so' \
  '0 adam-once/model.ckpt: already finished after epoch 6; raise train.epochs to go on' "$code $(tail -n 1 err)"
is '... and its files are as they were' "$(cat sums)" "$(cksum adam-once/model.ckpt adam-once/history.csv)"
grep -q '"status":"finished"' out
ok $? '... with a result'
run "$train" -q c.yaml output.checkpoint=none.ckpt --resume
is 'no checkpoint: exit code 5' '5 rnntrain: nothing to resume: there is no none.ckpt' "$code $(cat err)"
in_folder auto --resume=auto && same_run '--resume=auto starts where there is none' adam-once auto
in_folder auto2 --resume=auto train.epochs=3 && in_folder auto2 --resume=auto &&
  same_run '... and goes on where there is one' adam-once auto2

# ---- what may not change ---------------------------------------------------------------------
refuses() { # NAME CODE MESSAGE ARGUMENTS...: and the checkpoint stays
  tap_name=$1 wanted=$2 message=$3
  shift 3
  cp adam-once/model.ckpt refused.ckpt
  run "$train" -q c.yaml --resume output.checkpoint=refused.ckpt output.history=refused.csv "$@"
  cmp -s adam-once/model.ckpt refused.ckpt && [ ! -e refused.csv ]
  is "$tap_name" "0 $wanted $message" "$? $code $(cat err)"
}
other='rnntrain: refused.ckpt was trained with another config'
may='a resumed run may change only epochs, max_time, init_from, threads, output and data.csv; --init-from starts a new run from its weights'
refuses 'another config lists its keys' 2 \
  "$other (seed: 3 -> 4; train.batch_size: 7 -> 8); $may" seed=4 train.batch_size=8
refuses 'another layer' 2 "$other (model.layers.0: lstm -> gru); $may" 'model.layers.0={gru: 5}'
refuses 'another size' 2 "$other (model.layers.0.lstm.units: 5 -> 6); $may" model.layers.0.lstm.units=6
"$train" -q c.yaml --write-data data.csv >out 2>err
sed 's/^data:/data:\n  csv: data.csv\n  window: 10\n  inputs: x\n  targets: x/; /generate:/d' c.yaml >csv.yaml
run "$train" -q csv.yaml train.epochs=2 output.checkpoint=csv.ckpt
cp csv.ckpt csv-before.ckpt
sed '5s/.*/0.25/' data.csv >changed.csv && mv changed.csv data.csv
run "$train" -q csv.yaml --resume output.checkpoint=csv.ckpt
is 'other data' '3 rnntrain: the data differs from what csv.ckpt was trained on; --init-from starts a new run from its weights' \
  "$code $(cat err)"
cmp -s csv.ckpt csv-before.ckpt
ok $? '... and the checkpoint stays'

# ---- checkpoints that are no good ------------------------------------------------------------
bad() { # NAME REGEX: of the file bad.ckpt
  cp bad.ckpt bad-before.ckpt
  for mode in --resume --resume=auto; do
    run "$train" -q c.yaml "$mode" output.checkpoint=bad.ckpt output.history=bad.csv
    [ "$code" -eq 5 ] && grep -Eqx "rnntrain: bad\.ckpt: $2" err && cmp -s bad.ckpt bad-before.ckpt && [ ! -e bad.csv ]
    result=$?
    [ $result -eq 0 ] || sed "s/^/# $code /" err
    ok $result "$1, $mode"
  done
}
size=$(wc -c <adam-once/model.ckpt)
: >bad.ckpt
bad 'an empty file' '.*'
echo 'weights: none' >bad.ckpt
bad 'a text' '.*'
head -c $((size - 1)) adam-once/model.ckpt >bad.ckpt
bad 'the last byte lost' '.*truncated.*'
head -c $((size / 2)) adam-once/model.ckpt >bad.ckpt
bad 'half of it' '.*'
perl -e 'local $/; open my $in, "<:raw", shift; $_ = <$in>; substr($_, length($_) / 2, 1) ^= "\x10"; binmode STDOUT; print' \
  adam-once/model.ckpt >bad.ckpt
bad 'one bit flipped' '.*'
{ cat adam-once/model.ckpt && echo; } >bad.ckpt
bad 'a byte too many' '.*'
in_folder stateless output.resume_state=false
is 'resume_state: false leaves nothing to resume' 0 "$(rest_of_state stateless/model.ckpt)"
gives '... which a resume says' 5 \
  'rnntrain: stateless/model.ckpt has no training state (output.resume_state was false, or the run diverged); --init-from starts a new run from its weights' \
  "$train" -q c.yaml --resume train.epochs=99 output.checkpoint=stateless/model.ckpt
done_testing
