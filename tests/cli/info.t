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
  layer                  output               parameters    multiply-adds
  body                   [6, 5]                      140       120 a step
  gru                    [4]                         132       108 a step
  dense                  [1]                           5                4
  total                                              277
  a sample takes 1372 multiply-adds (6 steps)
  the output sees all 6 steps
  memory to predict: M and N a sample
tensors
  body/kernel                  [1, 20]
  body/recurrent_kernel        [5, 20]
  body/bias                    [20]
  gru/kernel                   [5, 12]
  gru/recurrent_kernel         [4, 12]
  gru/bias                     [2, 12]
  dense/kernel                 [4, 1]
  dense/bias                   [1]
  and 24 more, of resume/
data
  windows of 6 rows, horizon 1, 1 feature a step
  inputs
    x: number, scale standard (center C, spread S)
  targets
    x: number, scale standard (center C, spread S)
training
  3 epochs, 6 steps, finished
  ended with the last of 3 epochs
  loss of epoch 3: L, val_loss L
  best val_loss V at epoch 3, whose weights predict
  adam, learning rate 0.001 at last, seed 1
  can be resumed
END
sed 's/rnntrain [0-9.]*$/rnntrain VERSION/; s/center [-0-9.e]*/center C/; s/spread [-0-9.e]*/spread S/
  s/best val_loss [-0-9.e]* /best val_loss V /; s/: [.0-9]*, val_loss [.0-9]*/: L, val_loss L/
  s/predict: .* and .* a sample/predict: M and N a sample/' out >found
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
sed -n '$p' history.csv | perl -F, -ane 'printf "%.12g,%.12g\n", @F[1, 3]' >wanted
"$info" --json model.ckpt | perl -MJSON::PP -e '
  local $/; my $t = decode_json(<STDIN>)->{training}; printf "%.12g,%.12g\n", $t->{loss}, $t->{val_loss}' >found
is '... the losses of the last epoch are those of the history' "$(cat wanted)" "$(cat found)"
"$info" --json model.ckpt | perl -MJSON::PP -e '
  local $/; my $o = decode_json(<STDIN>); my $t = $o->{training};
  print join(" ", @{$o->{multiply_adds}}{qw(step once sample)}, $o->{layers}[0]{multiply_adds}, $o->{layers}[2]{multiply_adds_per},
    @{$o->{receptive}}{qw(reach steps rows)}, @{$t}{qw(ended_by epochs monitor optimizer learning_rate seed)}), "\n"' >found
is '... and what it costs, sees and came from' \
  '228 4 1372 120 sample all 6 6 epochs 3 val_loss adam 0.001 1' "$(cat found)"
COLUMNS=40 "$info" model.ckpt >found
awk 'length > 40 { print "# " $0; bad = 1 } END { exit bad }' found
ok $? '40 columns are enough'
grep -qx '    140 parameters, 120 a step' found && grep -qx '      multiply-adds' found
ok $? '... and nothing is left out'
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

# ---- what an output sees -------------------------------------------------------------------------
# Two sequences that differ in one step of ten; which outputs tell?
perl -e 'print "id,x,y\n"; for $i (1 .. 4) { printf "%d,%.3f,%.3f\n", $i, sin($i * $_), cos($_) for 1 .. 10 }' >s.csv
sed '6s/.*/1,0.9,0/' s.csv >moved.csv
sees() { # LAYERS: the steps of the first sequence whose outputs change, and what rnninfo says
  "$BIN/rnntrain" -q s.yaml model.layers="$1" >/dev/null && "$info" --json model.ckpt |
    perl -MJSON::PP -e 'local $/; print decode_json(<STDIN>)->{receptive}{reach}, ":"'
  "$BIN/rnnpredict" -q model.ckpt s.csv | sed -n 2,11p >a
  "$BIN/rnnpredict" -q model.ckpt moved.csv | sed -n 2,11p | paste -d' ' a - | awk '$1 != $2 { printf " %d", NR }'
}
printf 'data: {csv: s.csv, sequence_id: id, targets: y, target_per: step}\nmodel: {layers: [dense: 1]}\n' >s.yaml
is 'a dense layer sees its own step' 'own: 5' "$(sees '[dense: 4, dense: 1]')"
is 'a recurrent layer what was before' 'past: 5 6 7 8 9 10' "$(sees '[gru: 4, dense: 1]')"
is 'both ways all' 'all: 1 2 3 4 5 6 7 8 9 10' "$(sees '[bidirectional: {gru: 4}, dense: 1]')"
cat >air.yaml <<'END'
data: {csv: w.csv, targets: y, window: 4, columns: {y: {difference: 7}}}
model: {layers: [gru: 2, dense: 1]}
output: {checkpoint: air.ckpt}
END
perl -e 'print "y\n"; print $_ + ($_ % 7) ** 2, "\n" for 1 .. 60' >w.csv
"$BIN/rnntrain" -q air.yaml >/dev/null && "$info" air.ckpt | grep 'rows of data' >found
is 'rows that differences need are told' '  the output sees all 4 steps; with its differences it needs 11 rows of data' "$(cat found)"
head -n 12 w.csv >enough && head -n 11 w.csv >short
is '... with them there is a prediction' 2 "$("$BIN/rnnpredict" -q air.ckpt enough | wc -l)"
"$BIN/rnnpredict" -q air.ckpt short >out 2>err
[ "$(wc -l <out)" -lt 2 ]
ok $? '... with one less there is none'
"$BIN/rnntrain" -q air.yaml train.epochs=50 'train.early_stopping={monitor: loss, patience: 1, min_delta: 1000}' >/dev/null
"$info" air.ckpt >found
grep -qx '  ended early: 1 epoch without a better loss' found && grep -qx '  2 epochs, 4 steps, finished' found
ok $? 'early stopping is said to have ended it'

# ---- two of them ----------------------------------------------------------------------------------
"$BIN/rnntrain" -q c.yaml output.checkpoint=a.ckpt >/dev/null
"$BIN/rnntrain" -q c.yaml output.checkpoint=b.ckpt train.epochs=4 model.layers.2.dense.use_bias=false data.generate.noise=0.2 >/dev/null
works '--diff' "$info" --diff a.ckpt b.ckpt
sed 's/[0-9.e-]* -> [0-9.]*$/A -> B/; s/up to .* largest/N/' out >found
cat >wanted <<'END'
config
  data.generate.noise: A -> B
  model.layers.2.dense.use_bias: true -> false
  train.epochs: A -> B
  output.checkpoint: a.ckpt -> b.ckpt
schema
  columns.x.center: A -> B
  columns.x.spread: A -> B
training
  epoch: A -> B
  iteration: A -> B
  loss: A -> B
  val_loss: A -> B
  best_epoch: A -> B
  best: A -> B
  data_check: A -> B
tensors
  body/kernel: differs by N
  body/recurrent_kernel: differs by N
  body/bias: differs by N
  gru/kernel: differs by N
  gru/recurrent_kernel: differs by N
  gru/bias: differs by N
  dense/kernel: differs by N
  dense/bias: [1] only in the first
  24 of resume/
32 of 32 tensors differ, 4 keys of the config, 2 of the schema
END
diff wanted found | sed 's/^/# /'
cmp -s wanted found
ok $? '... key by key, tensor by tensor'
"$info" --json --diff a.ckpt b.ckpt | perl -MJSON::PP -e '
  local $/; my $o = decode_json(<STDIN>); my ($t) = grep { $_->{name} eq "dense/bias" } @{$o->{tensors}};
  my ($k) = grep { $_->{name} eq "body/bias" } @{$o->{tensors}};
  print join(" ", $o->{equal} ? "equal" : "not", $o->{config}[2]{key}, $o->{config}[2]{a}, $o->{config}[2]{b}, $t->{a}[0], defined $t->{b} ? 1 : 0,
    $k->{max} > 0 && $k->{relative} > 0 && $k->{relative} <= 2 ? "apart" : "?"), "\n"' >found
is '--diff --json' 'not train.epochs 3 4 1 0 apart' "$(cat found)"
tensors a.ckpt | grep -c . >count
run "$info" --diff a.ckpt a.ckpt
is 'the same' "0 no difference: $(cat count) tensors, config, schema and training are the same" "$code $(cat out)"
gives '--diff of one' 2 'rnninfo: --diff compares two checkpoints: rnninfo --diff a.ckpt b.ckpt' "$info" --diff a.ckpt
gives 'two without --diff' 2 'rnninfo: expected one checkpoint; --diff compares two' "$info" a.ckpt b.ckpt
gives 'the second is missing' 5 'rnninfo: no.ckpt: No such file or directory' "$info" --diff a.ckpt no.ckpt
perl "$root/tests/edit_checkpoint.pl" a.ckpt old.ckpt state '"last_loss"' '"unused"'
perl "$root/tests/edit_checkpoint.pl" old.ckpt older.ckpt state '"last_val_loss"' '"unused_too"'
run "$info" older.ckpt
[ "$code" -eq 0 ] && ! grep -q 'loss of epoch' out
ok $? 'a checkpoint without the last losses loads, and nothing is made up'

gives 'a missing file' 5 'rnninfo: no.ckpt: No such file or directory' "$info" no.ckpt
gives 'another file' 5 'rnninfo: c.yaml: not a rnntrain checkpoint (neither gzip nor safetensors)' "$info" c.yaml
gives 'no operand' 2 'rnninfo: missing operand; usage: rnninfo [options] model.ckpt (see rnninfo --help)' "$info"
"$info" model.ckpt >&- 2>err
is 'standard output closed' '1 rnninfo: standard output: Bad file descriptor' "$? $(cat err)"
"$info" model.ckpt | head -n 1 >found
grep -q '^model.ckpt: format 1' found
ok $? '| head -n 1'
done_testing
