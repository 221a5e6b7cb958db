#!/bin/sh
# Cross-validation as a user runs it: folds, mean and deviation, the model that is kept.
. tests/tap.sh
train=$BIN/rnntrain

awk 'BEGIN { print "x,y"; for (i = 0; i < 20; i++) printf "%.2f,%.3f\n", i * 7 % 20 / 20, 2 * (i * 7 % 20 / 20) + i % 3 / 100 }' >line.csv
cat >line.yaml <<'END'
data: {csv: line.csv, targets: y}
model:
  layers:
    - gru: 4
    - dense: 1
train: {epochs: 3, batch_size: 5}
END

# ---- the figures -----------------------------------------------------------------------------
run "$train" line.yaml data.cross_validation=4
cp out cross.out
is 'four folds: exit code' 0 "$code"
is '... a line for each, one for all' 'fold 1/4 fold 2/4 fold 3/4 fold 4/4 cross-validation' \
  "$(grep -o '^fold ./.\|^cross-validation: val_loss' err | sed 's/:.*//' | tr '\n' ' ' | sed 's/ $//')"
is '... the report says how' 'cross-validation: 4 folds, consecutive rows or sequences, then the training whose model is kept' \
  "$(grep '^cross-validation: 4' err)"
perl -ne '
  my @v = /"val_loss":?([0-9.e+-]+), ?"val_rmse"/g;
  my ($n, $m, $s) = (scalar @v, 0, 0);
  $m += $_ / $n for @v; $s += ($_ - $m) ** 2 / ($n - 1) for @v;
  my ($mean) = /"cv_loss": ?([0-9.e+-]+)/; my ($sd) = /"cv_loss_sd": ?([0-9.e+-]+)/;
  print $n, abs($mean - $m) < 1e-12 && abs($sd - sqrt $s) < 1e-12 ? " right" : " wrong: $mean $m $sd";
' cross.out >found
is '... mean and sample deviation of what is listed' '4 right' "$(cat found)"

# Each fold is the training that a user would do by hand: the second of four is rows 6 to 10.
{ head -n 1 line.csv; sed -n '2,6p;12,21p' line.csv; } >others.csv
{ head -n 1 line.csv; sed -n '7,11p' line.csv; } >second.csv
"$train" -q line.yaml data.csv=others.csv data.validation=second.csv output.checkpoint=by-hand.ckpt output.history=by-hand.csv >hand.out
is 'a fold is the training without its rows' "$(sed 's/.*"val_loss":\([^,]*\),.*/\1/' hand.out)" \
  "$(perl -ne '@v = /"val_loss":([0-9.e+-]+)/g; print $v[1]' cross.out)"

# ---- what is kept ----------------------------------------------------------------------------
mkdir cross plain
mv model.ckpt history.csv cross
"$train" -q line.yaml >out
mv model.ckpt history.csv plain
same_run 'the model is that of a training without folds' cross plain
"$train" -q line.yaml data.cross_validation=4 threads=2 >out2
is 'the same for any number of threads' "$(sed 's/"seconds".*//' cross.out)" "$(sed 's/"seconds".*//' out2)"
works 'a resumed run does not repeat its folds' "$train" line.yaml data.cross_validation=4 train.epochs=4 --resume
is '... and says nothing of them' '' "$(grep '^fold' err)"

# ---- other orders ----------------------------------------------------------------------------
run "$train" -q line.yaml data.cross_validation=4 data.split=random --seed 3
is 'random folds' 0 "$code"
run "$train" line.yaml data.window=3 data.cross_validation=4 data.test=4
is 'windows: folds that look back' 'cross-validation: 4 folds, each trained on the rows before it, then the training whose model is kept' \
  "$(grep '^cross-validation: 4' err)"

# ---- gates and checks ------------------------------------------------------------------------
run "$train" -q line.yaml data.cross_validation=4 --fail-if 'cv_rmse>0'
is '--fail-if knows the means' 6 "$code"
rm -f model.ckpt
works '--check opens the folds' "$train" --check line.yaml data.cross_validation=4
is '... and trains nothing' '' "$(ls model.ckpt 2>/dev/null)"
gives 'more folds than rows' 3 'rnntrain: fold 1: line.csv: 20 rows do not make 21 folds' \
  "$train" -q --check line.yaml data.cross_validation=21
gives 'standard input cannot be read again' 2 \
  'rnntrain: argument '\''data.cross_validation=2'\'': data.cross_validation reads the data once for each fold; standard input can be read only once' \
  "$train" -q --check line.yaml data.cross_validation=2 data.csv='"-"'
gives 'one fold is none' 2 "rnntrain: argument 'data.cross_validation=1': cross_validation: expected integer 2..1000, got \"1\"" \
  "$train" -q --check line.yaml data.cross_validation=1
done_testing
