#!/bin/sh
# rnneval as a user runs it: parts and files, groups, steps, classes, gates; against rnnpredict and
# rnntrain.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict eval=$BIN/rnneval

# get PATH: of the JSON object in out, such as by.0.rmse
get() {
  perl -MJSON::PP -e '
    my $v = decode_json(join "", <STDIN>);
    $v = ref $v eq "ARRAY" ? $v->[$_] : $v->{$_} for split /\./, $ARGV[0];
    print ref $v ? JSON::PP->new->canonical->encode($v) : defined $v ? sprintf("%.9g", $v) : "null"' "$1" <out
}

# ---- a series --------------------------------------------------------------------------------
awk 'BEGIN { print "place,t,y"; for (i = 0; i < 120; i++) printf "%s,%d,%.3f\n", i < 60 ? "north" : "south", i, 10 + 5 * sin(i / 3) + i % 7 / 5 }' >series.csv
cat >series.yaml <<'END'
data: {csv: series.csv, sequence_id: place, time: t, targets: y, inputs: y, window: 5, horizon: 2, scale: standard, test: 0.25}
model: {layers: [{gru: 6}, {dense: 2}]}
train: {epochs: 40, optimizer: {adam: 0.01}, metrics: [rmse, mae]}
output: {checkpoint: series.ckpt, history: h.csv}
END
run "$train" -q series.yaml
for key in test_loss test_rmse test_mae test_skill baselines.test; do get $key; echo; done >want
works 'the test part of the config' "$eval" --json series.ckpt
for key in loss rmse mae skill baselines; do get $key; echo; done >found
cmp -s want found
ok $? '... its figures are those of the summary'
is '... what was evaluated' '"test" 28' "$(sed 's/.*"data":\("[a-z]*"\).*/\1/' out) $(get samples)"
cp out json
run "$eval" --json --threads 2 --isa generic series.ckpt
cmp -s out json
ok $? '... for any threads and instruction set'

works 'a file' "$eval" --json --by place --per-step series.ckpt series.csv
# Predictions against the file: the i-th window of a place ends at its row 4 + i.
"$predict" -q series.ckpt series.csv | perl -e '
  open my $f, "<", "series.csv"; <$f>;
  my (%y, @w, %g);
  while (<$f>) { chomp; my ($p, $t, $y) = split /,/; $y{$t} = [$p, $y] }
  <STDIN>;
  while (<STDIN>) {
    chomp; my ($p, $t, @out) = split /,/;
    next unless $y{$t + 2} && $y{$t + 2}[0] eq $p;
    for my $h (0, 1) { my $e = $out[$h] - $y{$t + 1 + $h}[1]; push @{$g{$_}}, $e for "all", $p, "step$h" }
  }
  for (qw(all north south step0 step1)) {
    my ($s, $a) = (0, 0);
    $s += $_ * $_, $a += abs for @{$g{$_}};
    printf "%.5g %.5g\n", sqrt($s / @{$g{$_}}), $a / @{$g{$_}};
  }' >want
figures() { printf '%.5g %.5g\n' "$(get "$1rmse")" "$(get "$1mae")"; }
{ figures ''; figures by.0.; figures by.1.; figures per_step.0.; figures per_step.1.; } >found
is '... in all, of each group and step: as by hand from the predictions' "$(cat want)" "$(cat found)"
is '... windows whose targets are not in the file are passed over' 108 "$(get samples)"
is '... groups by name and size' '"north" "south" 54 54' \
  "$(sed 's/.*"by":\[{"group":\("[a-z]*"\).*{"group":\("[a-z]*"\).*/\1 \2/' out) $(get by.0.rows) $(get by.1.rows)"
run "$eval" -q --by place --per-step series.ckpt series.csv
is 'tables: in 80 columns' '' "$(awk 'length($0) > 80' out)"
is '... the groups and steps in them' '1 2 north 54 south 54' \
  "$(awk '$1 == 1 || $1 == 2 { print $1 } /^  (nor|sou)th / { print $1, $2 }' out | tr '\n' ' ' | sed 's/ $//')"
"$eval" -q series.ckpt - <series.csv >one
"$eval" -q series.ckpt series.csv | sed 's/series\.csv/-/' | cmp -s one -
ok $? 'standard input'

# ---- gates -----------------------------------------------------------------------------------
gives 'a gate that holds' 0 '' "$eval" -q --fail-if 'rmse>100 or test_mae>100 or loss<0' series.ckpt
run "$eval" -q --fail-if 'rmse>0' series.ckpt
is 'a gate that does not' '6 rnneval: --fail-if rmse>0: true (rmse = ...)' "$code $(sed 's/= .*)/= ...)/' err)"
is '... after the table' 'test' "$(sed -n 2p out | cut -d' ' -f1)"
gives 'an unknown name' 2 \
  "rnneval: --fail-if: column 1: unknown name 'rmsee', did you mean 'rmse'?; have: loss, rmse, mae, skill" \
  "$eval" -q --fail-if 'rmsee>0' series.ckpt series.csv
gives 'a broken expression' 2 \
  'rnneval: --fail-if: column 7: expected a name or a number, found the end (see rnneval --help)' \
  "$eval" --fail-if '(loss>' series.ckpt

# ---- classes ---------------------------------------------------------------------------------
awk 'BEGIN { print "a,b,kind"; split("low mid \"high, up\"", n, " "); for (i = 0; i < 90; i++) { k = i % 3; printf "%.2f,%.2f,%s\n", k + (i * 7 % 10) / 6, i % 4 / 4, k == 0 ? "low" : k == 1 ? "mid" : "\"high, up\"" } }' >kinds.csv
cat >kinds.yaml <<'END'
data: {csv: kinds.csv, targets: kind, validation: 30, scale: standard}
model: {layers: [{gru: 4}, {dense: {units: 3, activation: softmax}}]}
train: {epochs: 30, optimizer: {adam: 0.01}}
output: {checkpoint: kinds.ckpt, history: h.csv}
END
works 'classes: trained' "$train" -q kinds.yaml
works '... without a test part the validation part' "$eval" --json kinds.ckpt
is '... what was evaluated' '"validation" 30' "$(sed 's/.*"data":\("[a-z]*"\).*/\1/' out) $(get samples)"
works '... a file' "$eval" --json kinds.ckpt kinds.csv
"$predict" kinds.ckpt kinds.csv | tail -n +2 >said
tail -n +2 kinds.csv | cut -d, -f3- | paste - said | perl -ne '
  BEGIN { %n = ("\"high, up\"" => 0, low => 1, mid => 2); @c = map [0, 0, 0], 0 .. 2 }
  chomp; ($t, $a) = split /\t/; $c[$n{$t}][$n{$a}]++; $right += $t eq $a;
  END { print "[", join(",", map "[" . join(",", @$_) . "]", @c), "] ", sprintf("%.9g", $right / 90), "\n" }' >want
is '... the counts are those of the predictions, and so is the accuracy' "$(cat want)" \
  "$(get confusion.counts) $(get accuracy)"
is '... the classes' '["high, up","low","mid"]' "$(get confusion.classes)"
run "$eval" -q kinds.ckpt kinds.csv
is 'the matrix' 'true        predicted
           high, up      low      mid' "$(sed -n '/^true/,$p' out | head -n 2)"
awk 'BEGIN { print "x,kind"; for (i = 0; i < 200; i++) printf "%.2f,class number %d\n", i % 20 / 20 + i % 3 / 10, i % 20 }' >many.csv
works 'twenty classes: trained' "$train" -q kinds.yaml data.csv=many.csv data.validation=~ train.epochs=3 \
  'model.layers=[gru: 4, dense: {units: 20, activation: softmax}]' output.checkpoint=many.ckpt
run "$eval" -q many.ckpt many.csv
is '... in 80 columns' '' "$(awk 'length($0) > 80' out)"
is '... precision and recall of each, the most frequent confusions' '20 10 0' \
  "$(sed -n '/^class/,/^most/p' out | grep -c '^  class number') $(sed -n '/^most/,$p' out | grep -c '  for  ') $(grep -c '^true' out)"
gives 'no part to evaluate on' 2 \
  'rnneval: the config of many.ckpt has no test and no validation part; name a file to evaluate on' \
  "$eval" many.ckpt

# ---- baselines that are not those of the model -----------------------------------------------
hostile() { # FROM TO MESSAGE
  perl "$root/tests/edit_checkpoint.pl" series.ckpt bad.ckpt baselines "$1" "$2"
  gives "baselines: $2" 5 "rnneval: bad.ckpt: baselines: $3" "$eval" bad.ckpt series.csv
}
hostile '"mean":[' '"mean":[1,' '"mean": expected a list of as many numbers as the model asks for'
hostile '"mean":[' '"other":[' '"season": expected a number of rows, and forecasts'
hostile '"steps":5' '"steps":6' '"linear": expected a number of the inputs'\'' steps'
hostile '"steps":5' '"steps":4' '"weights": expected a list of as many numbers as the model asks for'
hostile '"season":1' '"season":0' '"season": expected a number of rows, and forecasts'
hostile '"weights":[' '"weights":["a",0,' '"weights": expected a list of as many numbers as the model asks for'

# ---- figures that are not there --------------------------------------------------------------
awk 'BEGIN { print "x,y"; for (i = 0; i < 40; i++) printf "%d,5\n", i % 7 }' >same.csv
cat >same.yaml <<'END'
data: {csv: same.csv, targets: y, test: 10}
model: {layers: [{gru: 2}, {dense: 1}]}
train: {metrics: [rmse]}
output: {checkpoint: same.ckpt, history: h.csv}
END
works 'a target that is always the same: trained' "$train" same.yaml
is '... no skill can be told, in the table' 'skill over mean - -' "$(sed -n 's/  */ /g; s/^ \(skill.*\)/\1/p' err)"
is '... and in JSON' 1 "$(grep -c '"test_skill":null' out)"
run "$eval" -q same.ckpt
is '... nor by rnneval' 'skill over mean - -' "$(sed -n 's/  */ /g; s/^ \(skill.*\)/\1/p' out)"
run "$eval" -q --by x same.ckpt same.csv
is '... nor by group' '-' "$(awk '$1 == 6 { print $5 }' out)"
run "$eval" -q --json --by x same.ckpt same.csv
is '... in JSON' 'null null' "$(get skill) $(get by.0.skill)"

works 'targets that may be missing: trained' "$train" -q kinds.yaml data.missing=drop
awk 'NR > 1 && NR % 10 == 1 { sub(/,("[^"]*"|[^,"]*)$/, ",") } { print }' kinds.csv >holes.csv
grep -v ',$' holes.csv >whole.csv
works '... evaluated where they are' "$eval" --json kinds.ckpt holes.csv
is '... the others are counted' '81 9' "$(get samples) $(get unlabelled)"
for key in loss accuracy skill confusion; do get $key; done >found
run "$eval" --json kinds.ckpt whole.csv
for key in loss accuracy skill confusion; do get $key; done >want
cmp -s want found
ok $? '... and change nothing'
run "$eval" -q kinds.ckpt holes.csv
is '... they are counted in the table too' \
  'kinds.ckpt: 81 samples of holes.csv, 9 passed over for a missing target' "$(head -n 1 out)"

# ---- names of any length ----------------------------------------------------------------------
printf 'x,g,y\n' >long.csv
awk 'BEGIN { for (i = 0; i < 30; i++) printf "%d,%s,%s\n", i % 10, i < 29 ? "many" : "one", i % 10 < 5 ? "low" : "high" }' >>long.csv
cat >long.yaml <<'END'
data: {csv: long.csv, ignore: g, targets: y, validation: 10}
model: {layers: [{gru: 2}, {dense: {units: 1, activation: sigmoid}}]}
train: {metrics: [precision_weighted, recall_weighted, f1, auc, accuracy]}
output: {checkpoint: long.ckpt, history: h.csv}
END
run "$train" -q long.yaml
run "$eval" -q --by g long.ckpt long.csv
is 'names of metrics are whole' 'data loss precision_weighted recall_weighted
data f1 auc accuracy' "$(grep '^data' out | sed 's/  */ /g')"
is '... in 80 columns' '' "$(awk 'length($0) > 80' out)"
is '... what has no room beside groups is told' '  (--json also has recall_weighted, f1, auc, accuracy)' "$(grep json out)"
run "$eval" -q --by g --json long.ckpt long.csv
is '... and there' 'null' "$(get by.1.auc)"
sed -i 's/metrics: .*/metrics: auc}/' long.yaml
run "$train" -q long.yaml
run "$eval" -q --by g long.ckpt long.csv
is 'an auc of one row is not there' '-' "$(awk '$1 == "one" { print $4 }' out)"

# ---- what is wrong ---------------------------------------------------------------------------
cut -d, -f1,2 kinds.csv >unlabelled.csv
gives 'no labels' 3 'rnneval: unlabelled.csv: no column "kind" to compare the predictions with' \
  "$eval" kinds.ckpt unlabelled.csv
gives '--by a column that is not there' 3 'rnneval: kinds.csv: no column "colour"; have: a, b, kind' \
  "$eval" --by colour kinds.ckpt kinds.csv
gives '--per-step without steps' 2 'rnneval: --per-step: the model has no horizon of several steps' \
  "$eval" --per-step kinds.ckpt kinds.csv
head -n 5 series.csv >short.csv
gives 'no target in the file' 3 'rnneval: short.csv has 4 rows; a window of 5 needs at least 5' "$eval" series.ckpt short.csv
head -n 6 series.csv >short.csv
gives '... nor after the only window' 3 'rnneval: short.csv: no sample whose targets are all in the file' \
  "$eval" series.ckpt short.csv
sed '$s/.*/south,119,99/' series.csv >other.csv
mv other.csv series.csv
gives 'other data than that of the training' 3 \
  'rnneval: the data of its config is not what series.ckpt was trained on; name the file to use' "$eval" series.ckpt
gives 'no operand' 2 \
  'rnneval: missing operand; usage: rnneval [options] model.ckpt [data.csv | source.txt target.txt] (see rnneval --help)' "$eval"
done_testing
