#!/bin/sh
# output.report: one page that tells a run, with the same figures as the run's other outputs.
. tests/tap.sh
train=$BIN/rnntrain
ln -s "$root/data" data
table() { # PAGE N
  perl "$root/tests/html_table.pl" "$1" "$2"
}
sound() { # PAGE
  perl "$root/tests/check_html.pl" "$1"
  ok $? "$1 is well formed and fetches nothing"
}
member() { # FILE KEY...: a member of a JSON object
  perl -MJSON::PP -e 'my ($file, @keys) = @ARGV; local $/; open my $f, "<", $file or die; my $v = decode_json(<$f>);
    $v = $v->{$_} for @keys; printf "%.5g\n", $v' "$@"
}

# ---- a forecast ----
run "$train" -q "$root/configs/airline.yaml" train.epochs=20 output.report=air.html
is 'a run with a report says so in its JSON' '0 1' "$code $(grep -c '"report":"air.html"' out)"
sound air.html
is 'the model beside the baselines, the best of them first' \
  "model,$(member out test_loss),$(member out test_rmse)
linear,$(member out baselines test linear loss),$(member out baselines test linear rmse)" \
  "$(table air.html 1 | sed -n 2,3p)"
cut -d, -f1,2 airline.csv >wanted
table air.html 3 | diff wanted - >&2
ok $? 'the table behind the curve of the loss is history.csv'
"$BIN/rnnpredict" -q airline.ckpt data/airline-passengers.csv | sed -n '/^1956-12/,/^1960-11/p' | cut -d, -f2 >predicted
table air.html 2 | sed 1d | cut -d, -f3 | diff - predicted >&2
ok $? 'the forecasts are those of rnnpredict, each beside the month that it is for'
sed -n '/^1957-01/,/^1960-12/p' data/airline-passengers.csv >actual
table air.html 2 | sed 1d | cut -d, -f1,2 | diff - actual >&2
ok $? '... beside the actual values of the file'
grep -q '<p class="verdict bad">The model does not beat the baseline “linear” on the test part' air.html
ok $? 'what the model does not beat is said first'
grep -q '<dt>test</dt><dd>rows 97–144 (the last, before shuffling), 48 windows</dd>' air.html
ok $? 'data and split as in the start-up report'
table air.html 6 | grep -qx 'total,,273'
ok $? 'layers and parameters'
"$BIN/rnninfo" --config airline.ckpt >config
sed -n '/<pre/,/<\/pre>/p' air.html | sed 's/.*<pre[^>]*>//; s/<\/pre>.*//' | sed '$d' | diff - config >&2
ok $? 'the config is that of the checkpoint'

# ---- the same run, the same bytes ----
without_clock_lines() {
  sed '/class="clock"/d' "$1"
}
grep -c 'class="clock"' air.html >clocks
mkdir again
(cd again && ln -s "$root/data" data && "$train" -q "$root/configs/airline.yaml" train.epochs=20 threads=2 output.report=air.html >out)
without_clock_lines air.html >a && without_clock_lines again/air.html | cmp a - && [ "$(cat clocks)" -eq 1 ]
ok $? 'the same run writes the same bytes, but for one line of a clock'
mkdir resumed
(
  cd resumed && ln -s "$root/data" data
  "$train" -q "$root/configs/airline.yaml" train.epochs=9 &&
    "$train" -q --resume "$root/configs/airline.yaml" train.epochs=20 output.report=air.html
) >out
without_clock_lines resumed/air.html | cmp a -
ok $? '... also one that was stopped and resumed'
rm air.html
works 'a run that was over before writes it, too' "$train" -q --resume "$root/configs/airline.yaml" train.epochs=20 output.report=air.html
without_clock_lines air.html | cmp a -
ok $? '... the same'
run "$train" -q "$root/configs/airline.yaml" --max-time 0.05s train.epochs=100000 output.report=stopped.html
grep -q 'The run is not finished: out of time in epoch .* of 100000. --resume goes on.' stopped.html
ok $? 'a run that was stopped says so in its report'

# ---- classes, with names that are markup ----
awk 'BEGIN { print "a<b,\"x\"\"y\",kind"
  for (i = 0; i < 90; i++)
    print i % 3 "," i % 7 "," (i % 3 == 0 ? "<script>alert(1)</script>" : i % 3 == 1 ? "\"\"\"a\"\" & b\"" : "\" \"") }' >'odd & <i>.csv'
cat >'<b>.yaml' <<'END'
data: {csv: "odd & <i>.csv", targets: kind, validation: 30}
model: {layers: [{gru: 8}, {dense: {units: 3, activation: softmax}}]}
train: {epochs: 4}
output: {report: classes.html}
END
works 'classes whose names are markup' "$train" -q '<b>.yaml'
sound classes.html
is 'no script but the page'\''s own' 1 "$(grep -c '<script>' classes.html)"
grep -q '<h1>&lt;b&gt;.yaml</h1>' classes.html && grep -q 'odd &amp; &lt;i&gt;.csv' classes.html &&
  grep -q '<th scope="col">&lt;script&gt;alert(1)&lt;/script&gt;</th>' classes.html
ok $? 'they are shown as they are'
"$BIN/rnneval" -q --json model.ckpt >eval.json
perl -MJSON::PP -e 'local $/; my $v = decode_json(<STDIN>); print join(",", @$_), "\n" for @{$v->{confusion}{counts}}' <eval.json >counts
table classes.html 2 | sed -n 2,4p | sed 's/^[^,]*,//; s/,[^,]*$//' | diff - counts >&2
ok $? 'the confusion matrix is that of rnneval'

# ---- texts ----
run "$train" -q "$root/configs/reverse.yaml" data.generate.samples=300 train.epochs=2 output.report=texts.html
sound texts.html
"$BIN/rnneval" -q --json reverse.ckpt >eval.json
grep -q "<dt>exact_match</dt><dd>$(member eval.json exact_match)</dd>" texts.html &&
  grep -q "<dt>character_error_rate</dt><dd>$(member eval.json character_error_rate)</dd>" texts.html
ok $? 'how close the texts are is what rnneval says'
"$train" --write-data - "$root/configs/reverse.yaml" data.generate.samples=300 | tail -n 30 | head -n 12 >rows.csv
(echo question,answer && cat rows.csv) | "$BIN/rnnpredict" reverse.ckpt | sed 1d >written
table texts.html 3 | sed 1d | cut -d, -f1-2 | diff rows.csv - >&2
ok $? 'the samples are the first of the test part'
table texts.html 3 | sed 1d | cut -d, -f3 | diff written - >&2
ok $? '... with what rnnpredict writes'

# ---- other tasks ----
works 'samples without an order' "$train" -q "$root/configs/adding.yaml" data.generate.samples=200 \
  data.generate.length=10 train.epochs=1 data.test=100 output.report=points.html
sound points.html
grep -q 'data-kind="dots"' points.html
ok $? '... are points'
works 'several series and steps' "$train" -q "$root/configs/sales.yaml" train.epochs=1 output.report=sales.html
sound sales.html
is '... have a picture each, with the first and the last step ahead' \
  'date,actual,predicted 1 ahead,predicted 7 ahead' "$(table sales.html 3 | head -n 1)"
cat >steps.yaml <<'END'
data: {csv: steps.csv, sequence_id: id, inputs: x, targets: y, target_per: step, test: 0.5}
model: {layers: [{lstm: 4}, {dense: 1}]}
train: {epochs: 2, bptt: 4}
output: {report: steps.html}
END
awk 'BEGIN { print "id,x,y"; for (i = 0; i < 160; i++) print int(i / 10) "," i % 5 "," i % 3 }' >steps.csv
works 'a number for each step, in chunks' "$train" -q steps.yaml
sound steps.html
"$BIN/rnnpredict" model.ckpt steps.csv | sed -n '82,85p' | cut -d, -f2 >predicted
table steps.html 2 | sed 1d | cut -d, -f3 | diff - predicted >&2
ok $? '... of the first chunk'
"$BIN/rnnpredict" model.ckpt steps.csv | sed -n '86,89p' | cut -d, -f2 >predicted
table steps.html 3 | sed 1d | cut -d, -f3 | diff - predicted >&2
ok $? '... and of the next, from the states that the first leaves'
sed 's/, test: 0.5//' steps.yaml >all.yaml
works 'nothing held out' "$train" -q all.yaml output.report=all.html
grep -q 'Nothing was held out' all.html
ok $? '... is said first'
works 'folds and seeds' "$train" -q "$root/configs/linear-lstm.yaml" train.epochs=2 --repeats 2 output.report=seeds.html
sound seeds.html
grep -q '<th scope="row">median_val_rmse</th>' seeds.html
ok $? '... all figures are in the report'
works 'a history that is not kept' "$train" -q steps.yaml output.history=/dev/null output.report=device.html
sound device.html
grep -q '<p>There is no history to draw.</p>' device.html
ok $? '... leaves a report without curves'
works 'no epoch at all' "$train" -q steps.yaml --max-time 0.000001s train.epochs=1000000 output.report=none.html
sound none.html
grep -q '<p>No epoch has ended.</p>' none.html
ok $? '... leaves a report, too'
works 'epochs counted from elsewhere' "$train" -q steps.yaml train.initial_epoch=5 train.epochs=7 output.report=later.html
grep -q '<p>While training, in epoch 7: loss ' later.html
ok $? '... are those of the history'

# ---- where it goes ----
gives 'a folder that is not there is told before the training' 1 \
  'rnntrain: cannot write absent/r.html: No such file or directory' \
  "$train" -q steps.yaml output.report=absent/r.html train.epochs=1000000
gives 'a report in the place of another output' 2 \
  "rnntrain: steps.yaml:4:9: two outputs have the name 'history.csv'" "$train" -q steps.yaml output.report=history.csv
gives 'a report in the place of the data' 2 \
  "rnntrain: steps.yaml:4:9: output 'steps.csv' would overwrite what is read" "$train" -q steps.yaml output.report=steps.csv
gives 'a slip in the key' 2 \
  "rnntrain: argument 'output.reprot=x.html': unknown key 'reprot' in 'output'; did you mean 'report'?" \
  "$train" -q steps.yaml output.reprot=x.html
"$train" --check steps.yaml 2>&1 | grep -qx 'outputs model.ckpt, history.csv, steps.html'
ok $? 'the start-up report names it'
done_testing
