#!/bin/sh
# rnninfo as a user runs it: the text, the JSON object, the config, wrong files.
. tests/tap.sh
info=$BIN/rnninfo
cat >c.yaml <<'END'
data:
  generate: {task: sine, samples: 60, window: 6, noise: 0.1}
  scale: standard
  validation: 10
model:
  layers:
    - lstm: {units: 5, name: body}
    - gru: 4
    - dense: 1
train: {epochs: 3, early_stopping: {patience: 5}}
END
works 'a run' "$BIN/rnntrain" -q c.yaml
run "$info" model.ckpt
is 'exit code 0, nothing on standard error' '0 0' "$code $(wc -c <err)"
cat >wanted <<'END'
model.ckpt: format 1, rnntrain VERSION
model
  layer                  output               parameters
  body                   [steps, 5]                  140
  gru                    [4]                         132
  dense                  [1]                           5
  total                                              277
tensors
  body/kernel                  [1, 20]
  body/recurrent_kernel        [5, 20]
  body/bias                    [20]
  gru/kernel                   [5, 12]
  gru/recurrent_kernel         [4, 12]
  gru/bias                     [2, 12]
  dense/kernel                 [4, 1]
  dense/bias                   [1]
data
  inputs
    x: number, scale standard (center C, spread S)
  targets
    x: number, scale standard (center C, spread S)
training
  3 epochs, 6 steps, finished
  best val_loss V at epoch 3
  can be resumed
END
sed 's/rnntrain [0-9.]*$/rnntrain VERSION/; s/center [-0-9.e]*/center C/; s/spread [-0-9.e]*/spread S/
  s/best val_loss [-0-9.e]* /best val_loss V /' out >found
diff wanted found | sed 's/^/# /'
cmp -s wanted found
ok $? 'the text'

run "$info" --json model.ckpt
is '--json: one line' 1 "$(wc -l <out)"
perl -MJSON::PP -e '
  local $/; my $o = decode_json(<STDIN>);
  print join(" ", $o->{format}, $o->{parameters}, scalar @{$o->{layers}}, $o->{layers}[0]{name}, $o->{layers}[0]{type},
    join("x", @{$o->{layers}[1]{tensors}{bias}}), $o->{training}{epoch}, $o->{training}{finished} ? "finished" : "not",
    $o->{training}{best_epoch}, $o->{training}{resumes} ? "resumes" : "not", $o->{schema}{target}), "\n";' <out >found
is '... that holds it all' '1 277 3 body lstm 2x12 3 finished 3 resumes number' "$(cat found)"
run "$info" --config model.ckpt
cp out resolved.yaml
run "$BIN/rnntrain" --print-config resolved.yaml
cmp -s resolved.yaml out
ok $? '--config: the resolved config, which is one'
"$BIN/rnntrain" -q c.yaml --max-time 0.2s train.epochs=1000000 train.early_stopping.patience=1000000 output.resume_state=false >out 2>err
run "$info" model.ckpt
tail -n 1 out | grep -qx '  can be resumed'
ok $? 'a run out of time can be resumed, whatever resume_state says'
"$BIN/rnntrain" -q c.yaml output.resume_state=false >out 2>err
run "$info" model.ckpt
is 'a finished one without its state cannot' '  cannot be resumed' "$(tail -n 1 out)"

gives 'a missing file' 5 'rnninfo: no.ckpt: No such file or directory' "$info" no.ckpt
gives 'another file' 5 'rnninfo: c.yaml: not a rnntrain checkpoint (neither gzip nor safetensors)' "$info" c.yaml
gives 'no operand' 2 'rnninfo: missing operand; usage: rnninfo [options] model.ckpt (see rnninfo --help)' "$info"
"$info" model.ckpt >&- 2>err
is 'standard output closed' '1 rnninfo: standard output: Bad file descriptor' "$? $(cat err)"
"$info" model.ckpt | head -n 1 >found
grep -q '^model.ckpt: format 1' found
ok $? '| head -n 1'
done_testing
