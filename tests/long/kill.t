#!/bin/sh
# kill -9 at any moment, 200 times and more, with a save after every epoch: there is always a whole
# checkpoint or none, and the resumed run ends as one that was never killed.
. tests/tap.sh
train=$BIN/rnntrain
kills=${KILLS:-250}
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
  epochs: 4000
  batch_size: 8
  early_stopping: {patience: 1000000, monitor: val_loss}
END
mkdir once killed
"$train" -q c.yaml output='{checkpoint: once/model.ckpt, history: once/history.csv}' >out 2>err
ok $? 'a run that is never killed'

# A killed run leaves at most its temporary file, which the next one takes away.
done=0 broken=0 finished=no
set -- c.yaml output='{checkpoint: killed/model.ckpt, history: killed/history.csv, every: 1}' --resume=auto
while [ "$finished" = no ]; do
  "$train" -q "$@" >out 2>err &
  child=$!
  # Of 5 to 44 milliseconds, each as often as another.
  sleep "0.0$(printf %02d $((5 + done * 7 % 40)))"
  if [ "$done" -lt "$kills" ]; then kill -s KILL "$child" 2>/dev/null; fi
  wait "$child" 2>/dev/null
  code=$?
  if [ "$code" -eq 137 ]; then
    done=$((done + 1))
    if [ -e killed/model.ckpt ] && ! tensors killed/model.ckpt >/dev/null 2>found; then
      broken=$((broken + 1))
      sed "s/^/# kill $done: /" found
    fi
  elif [ "$code" -eq 0 ]; then
    finished=yes
  else
    finished=failed
    sed "s/^/# after kill $done: /" err
  fi
done
is 'every resumed run could go on' yes "$finished"
is 'no checkpoint was ever broken' 0 "$broken"
[ "$done" -ge 200 ]
ok $? "at least 200 kills ($done)"
same_run 'the same tensors and history in the end' once killed
is 'nothing else is left' 'history.csv model.ckpt' "$(find killed -type f | sed 's|.*/||' | sort | tr '\n' ' ' | sed 's/ $//')"
done_testing
