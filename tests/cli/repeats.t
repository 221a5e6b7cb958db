#!/bin/sh
# --repeats: the same training with several seeds, each as it would be alone.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
seed: 5
data: {generate: {task: linear, samples: 60}, validation: 20, test: 10}
model: {layers: [gru: 4, dense: 1]}
train: {epochs: 4, batch_size: 8, metrics: [mae], early_stopping: {patience: 1}}
END
figure() { # KEY FILE
  perl -MJSON::PP -e 'my $o = decode_json(do { local $/; <STDIN> }); my $v = $o->{$ARGV[0]}; print $v =~ /^[-0-9.e+]+$/ ? sprintf("%.9g", $v) : $v, "\n"' "$1" <"$2"
}
mkdir alone together
"$train" -q c.yaml output.checkpoint=alone/model.ckpt output.history=alone/history.csv >alone/out 2>err
run "$train" c.yaml --repeats 4 output.checkpoint=together/model.ckpt output.history=together/history.csv
is 'four seeds: exit code' 0 "$code"
cp out together/out
same_run 'the files that are kept are those of the seed alone' alone together
is '... and so is its part of the result' "$(figure val_loss alone/out) $(figure test_mae alone/out)" \
  "$(figure val_loss together/out) $(figure test_mae together/out)"
is 'each of the others has a line' 'run 1/4, seed 6: run 2/4, seed 7: run 3/4, seed 8:' \
  "$(grep -o '^run [^:]*:' err | tr '\n' ' ' | sed 's/ $//')"
grep -Eq '^4 runs, seeds 5 to 8: +median +least +most$' err && grep -Eq '^  val_mae +[0-9.]+ +[0-9.]+ +[0-9.]+$' err
ok $? '... and all together a table'

# ---- the table, the runs alone, and medians worked out here ------------------------------------
for seed in 5 6 7 8; do
  "$train" -q c.yaml --seed $seed output.checkpoint=x.ckpt output.history=x.csv >out 2>err
  echo "$seed $(figure epochs out) $(figure val_loss out) $(figure test_mae out)"
done >wanted
columns() { # NAMES...: of the table
  awk -F, -v names="$*" 'NR == 1 { n = split(names, want, " "); for (i = 1; i <= NF; i++) at[$i] = i; next }
    { for (i = 1; i <= n; i++) printf "%.9g%s", $at[want[i]], i < n ? " " : "\n" }' together/history.repeats.csv
}
columns seed epochs val_loss test_mae >found
is 'history.repeats.csv has a row for each, as it is alone' "$(cat wanted)" "$(cat found)"
perl -MJSON::PP -e '
  my $o = decode_json(do { local $/; <STDIN> });
  die "not 4 runs" if @{$o->{repeats}} != 4;
  for my $key (qw(val_loss test_mae)) {
    my @v = sort { $a <=> $b } map { $_->{$key} } @{$o->{repeats}};
    my %want = (least => $v[0], most => $v[3], median => ($v[1] + $v[2]) / 2);
    for (keys %want) { my $got = $o->{$_ . "_$key"}; die "$_ of $key: $got, not $want{$_}" unless abs($got - $want{$_}) < 1e-12 }
  }' <together/out
ok $? 'median and range of each figure'
run "$train" -q c.yaml --repeats 3 --repeats-csv seeds.csv
is '--repeats-csv names the table' '4 seeds.csv' "$(wc -l <seeds.csv) $(figure repeats_csv out)"
is '--quiet is quiet' '' "$(cat err)"
run "$train" -q c.yaml --repeats 3 --fail-if 'median_val_loss > 0'
is 'a median can be a gate' 6 "$code"
run "$train" -q c.yaml --repeats 3 --fail-if 'medium_val_loss > 0'
grep -q "^rnntrain: --fail-if: column 1: unknown name 'medium_val_loss', did you mean 'median_val_loss'?" err
is '... whose name is known beforehand' '2 0' "$code $?"

# ---- what does not go together -----------------------------------------------------------------
gives 'a single repeat' 2 "$("$train" -q c.yaml --repeats 1 2>&1 >/dev/null)" "$train" -q c.yaml --repeats 1
gives 'with --resume' 2 'rnntrain: --repeats and --resume exclude each other' "$train" -q c.yaml --repeats 2 --resume
gives 'with folds' 2 'rnntrain: --repeats and data.cross_validation exclude each other' \
  "$train" -q c.yaml --repeats 2 data.test=~ data.validation=~ data.cross_validation=3 train.early_stopping=~
gives 'a table in the place of the config' 2 "rnntrain: output 'c.yaml' would overwrite what is read" \
  "$train" -q c.yaml --repeats 2 --repeats-csv c.yaml
gives 'a table in the place of the history' 2 "rnntrain: two outputs have the name 'history.csv'" \
  "$train" -q c.yaml --repeats 2 --repeats-csv history.csv
run "$train" -q c.yaml --repeats 3 train.optimizer='{sgd: 1e+30}'
grep -q '^rnntrain: seed 6: diverged at epoch 1, step ' err
is 'a seed that diverges is named' '4 0' "$code $?"
done_testing
