#!/bin/sh
# output.every: while a run goes on its checkpoint is there, whole, and of the epochs asked for.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data: {generate: {task: linear, samples: 24}}
model: {layers: [{gru: 3}, {dense: 1}]}
train: {epochs: 100000000, batch_size: 8}
END
state() { # KEY of the training state
  "$BIN/rnninfo" --json model.ckpt | perl -MJSON::PP -e 'my $o = decode_json(<STDIN>); print $o->{training}{$ARGV[0]}, "\n"' "$1"
}

# cut_down ARGUMENTS...: a run that is killed, with no time to say farewell, soon after its
# checkpoint is there; no wait is longer than a minute.
cut_down() {
  rm -f model.ckpt history.csv
  "$train" -q c.yaml "$@" >out 2>err &
  child=$!
  wait_left=3000
  while [ ! -e model.ckpt ] && [ $wait_left -gt 0 ] && kill -0 "$child" 2>/dev/null; do
    sleep 0.02
    wait_left=$((wait_left - 1))
  done
  # Some looks at it, each at a whole file, while it is replaced again and again.
  : >looks
  for _ in 1 2 3 4 5 6; do
    [ -e model.ckpt ] && echo "$(state epoch) $(state step)" >>looks
  done
  kill -s KILL "$child" 2>/dev/null
  wait "$child" 2>/dev/null
  [ -e model.ckpt ]
}
cut_down output.every=3
ok $? 'every: 3: there is a checkpoint while the run goes on'
tensors model.ckpt >found
ok $? '... that is whole'
epoch=$(state epoch)
is '... of a third epoch, at its end' '0' "$((${epoch:-1} % 3))"
is '... and so it was at every look' '6 6' \
  "$(wc -l <looks) $(awk '$1 > 0 && $1 % 3 == 0 && $2 == 0' looks | wc -l)"
is '... whose epochs the history has' "$epoch" "$(sed -n "$((epoch + 1))s/,.*//p" history.csv)"

cut_down output.every=0.05s
ok $? 'every: a time: there is a checkpoint while the run goes on'
tensors model.ckpt >found && [ "$(($(state epoch) * 3 + $(state step)))" -gt 0 ]
ok $? '... that is whole, of some step'
# What was written last is what it goes on from.
end=$(($(state epoch) + 2))
mkdir once
"$train" -q c.yaml train.epochs=$end output='{checkpoint: once/model.ckpt, history: once/history.csv}' >out 2>err &&
  "$train" -q c.yaml train.epochs=$end --resume >out 2>err
same_run '... and it is resumed to what it would have been' once .

# Without an interval in reach only the end is saved.
"$train" -q c.yaml train.epochs=4 output.every=1000 >out 2>err
is 'the end is always saved' '4 0' "$(state epoch) $(state step)"
done_testing
