#!/bin/sh
# kill -9 at any moment, KILLS (200) times and more, with a save after every epoch: there is always a
# whole checkpoint or none, and the resumed run ends as one that was never killed.
. tests/tap.sh
train=$BIN/rnntrain
kills=${KILLS:-200}
cat >c.yaml <<'END'
seed: 2
data:
  generate: {task: sine, samples: 120, window: 8, noise: 0.1}
  validation: 20
model:
  layers:
    - gru: 24
    - dropout: 0.1
    - dense: 1
train:
  epochs: 600
  batch_size: 8
  early_stopping: {patience: 1000000, monitor: val_loss}
END
mkdir once killed
"$train" -q c.yaml output='{checkpoint: once/model.ckpt, history: once/history.csv}' >out 2>err
ok $? 'a run that is never killed'

# Runs that are killed up to a hundred times, then left alone. A killed run leaves at most its
# temporary file and its locks, which the next one takes away.
done=0 broken=0 different=0 rounds=0 finished=yes
set -- c.yaml output='{checkpoint: killed/model.ckpt, history: killed/history.csv, every: 1}' --resume=auto
check_killed() {
  if [ -e killed/model.ckpt ] && ! "$BIN/rnninfo" killed/model.ckpt >/dev/null 2>found; then
    broken=$((broken + 1))
    sed "s/^/# kill $done: /" found
  fi
}
check_finished() {
  rounds=$((rounds + 1))
  left=$(find killed -type f | sed 's|.*/||' | sort | tr '\n' ' ')
  if [ "$left" != 'history.csv model.ckpt ' ] || ! same_run same once killed >found; then
    different=$((different + 1))
    echo "# round $rounds leaves $left"
  fi
  tap_count=$((tap_count - 1)) # that of same_run
}
while [ "$done" -lt "$kills" ] && [ "$finished" = yes ]; do
  rm -rf killed && mkdir killed
  code=137 last=$((done + 100))
  while [ "$code" -eq 137 ]; do
    "$train" -q "$@" >out 2>err &
    child=$!
    # Of 5 to 44 milliseconds, each as often as another.
    sleep "0.0$(printf %02d $((5 + done * 7 % 40)))"
    [ "$done" -ge "$last" ] || kill -s KILL "$child" 2>/dev/null
    wait "$child" 2>/dev/null
    code=$?
    if [ "$code" -eq 137 ]; then
      done=$((done + 1))
      check_killed
    elif [ "$code" -ne 0 ]; then
      finished=no
      sed "s/^/# after kill $done: /" err
    fi
  done
  [ "$finished" = no ] || check_finished
done
is 'every resumed run could go on' yes "$finished"
is 'no checkpoint was ever broken' 0 "$broken"
is "the same tensors and history in the end, and nothing else left ($done kills, $rounds rounds)" 0 "$different"
done_testing
