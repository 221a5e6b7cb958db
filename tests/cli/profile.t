#!/bin/sh
# rnntrain --profile: a table of where the time went, and nothing else is different.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data: {generate: {task: sine, samples: 200, window: 8}, validation: 20}
model: {layers: [lstm: 8, dense: 1]}
train: {epochs: 3, batch_size: 16}
END
mkdir without with
works 'without' "$train" -q c.yaml output='{checkpoint: without/model.ckpt, history: without/history.csv}'
works 'with' "$train" -q --profile --threads 2 c.yaml output='{checkpoint: with/model.ckpt, history: with/history.csv}'
same_run 'the same tensors and history' without with
is 'the rows of the table' 'time
read and fit the data
start
gather
pack
forward
loss
backward
weight gradients
norms, clipping
update
metrics
waiting for threads
validation
history
saving
the rest
in all' "$(sed '$d; s/^  //; s/   *.*//' err)"
is 'its last line' '  36 steps on 2 threads' "$(tail -n 1 err | sed 's/, memory at most [0-9.]* [kM]B$//')"
is 'lines of more than 80 columns' '' "$(grep '.\{81,\}' err)"
# The parts add up to the whole, but for their rounding.
awk 'NR > 1 && !/ steps on / { s = substr($0, 28, 10) + 0; if (/in all/) all = s; else sum += s }
  END { exit !(all > 0 && sum - all < 0.001 && all - sum < 0.001) }' err
ok $? 'the parts add up'
run "$train" -q --profile --resume c.yaml output='{checkpoint: with/model.ckpt, history: with/history.csv}'
is 'a run with nothing left to do' '0   0 steps on 1 thread' "$code $(tail -n 1 err | sed 's/, memory at most.*//')"
done_testing
