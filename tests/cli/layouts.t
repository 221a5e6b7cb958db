#!/bin/sh
# Every layout from training to predictions: rows that end early, sequences between empty lines and
# by file, series by id, targets per step.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict

printf '1\t1\t2\t3\t4\n2\t5\t6\tNaN\tNaN\n1\t7\t8\t9\tNaN\n2\t0\t0\t\t\n' >u.tsv
cat >u.yaml <<'END'
data: {csv: u.tsv, targets: c0, columns: {c0: category}}
model: {layers: [{gru: 2}, {dense: {units: 2, activation: softmax}}]}
output: {checkpoint: u.ckpt}
END
works 'rows that end early: trained' "$train" u.yaml
is '... the report says how long they are' 'samples: rows of 2 to 4 steps' "$(grep ^samples err)"
run "$predict" --probabilities u.ckpt u.tsv
cp out all
is '... a prediction each' 5 "$(wc -l <all)"
printf '2\t5\t6\t\t\n' | "$predict" --probabilities u.ckpt >out
is '... which does not depend on the others' "$(sed -n 3p all)" "$(sed -n 2p out)"
printf '2\t5\t6\t1\t\n' | "$predict" --probabilities u.ckpt >out
[ "$(sed -n 3p all)" != "$(sed -n 2p out)" ]
ok $? '... but on every value that is there'

awk 'BEGIN { print "x,y"; for (s = 0; s < 6; s++) { for (t = 0; t <= s; t++) print s + t ",", s * t; if (s % 2) print "\n" } }' |
  sed 's/, /,/' >blank.csv
cat >blank.yaml <<'END'
data: {csv: blank.csv, targets: y, sequence_by: blank_line, target_per: step, validation: 1}
model: {layers: [{gru: 2}, {dense: 1}]}
output: {checkpoint: blank.ckpt}
END
works 'sequences between empty lines: trained' "$train" blank.yaml
is '... of which there are three' 'samples: sequences between empty lines, a target per step
train: rows 1–10, 2 sequences of at most 7 steps
validation: rows 11–21 (the last, before shuffling), 1 sequence of at most 11 steps' \
  "$(grep '^samples\|^train:\|^validation:' err)"
run "$predict" blank.ckpt blank.csv
cp out all
is '... a prediction for each step' '22 0' "$(wc -l <all) $code"
awk 'NR == 1; NR > 5 && NR < 14' blank.csv | "$predict" blank.ckpt >out
is '... a sequence by itself has the same' "$(sed -n 5,11p all)" "$(sed -n '2,8p' out)"

mkdir walks
for i in 1 2 3 4; do awk -v i="$i" 'BEGIN { print "x,kind"; for (t = 0; t < 2 + i; t++) print i * t % 5 ",", (i % 2 ? "odd" : "even") }' | sed 's/, /,/' >"walks/$i.csv"; done
cat >files.yaml <<'END'
data: {csv: walks/*.csv, targets: kind, sequence_by: file, split: stratified, validation: 0.5}
model: {layers: [{lstm: 2}, {dense: {units: 2, activation: softmax}}]}
output: {checkpoint: files.ckpt}
END
works 'a sequence a file: trained' "$train" files.yaml
is '... the classes are shared out' 2 "$(grep -c 'classes even: 1, odd: 1' err)"
run "$predict" files.ckpt walks/3.csv
is '... one prediction a file' 2 "$(wc -l <out)"

awk 'BEGIN { print "station,t,x"; for (s = 0; s < 3; s++) for (t = 0; t < 8; t++) print "s" s "," t "," s * 10 + t }' >ids.csv
cat >ids.yaml <<'END'
data: {csv: ids.csv, time: t, sequence_id: station, targets: x, window: 3, horizon: 2, split: group, validation: 1}
model: {layers: [{gru: 2}, {dense: 2}]}
output: {checkpoint: ids.ckpt}
END
works 'windows of several series: trained' "$train" ids.yaml
is '... whole series are held back' '8 4' \
  "$(sed -n 's/^train: .*, \([0-9]*\) windows.*/\1/p; s/^validation: .*, \([0-9]*\) windows.*/\1/p' err | tr '\n' ' ' | sed 's/ $//')"
run "$predict" ids.ckpt ids.csv
is '... predictions stay within a series' 's0,2 s0,3 s0,4 s0,5 s0,6 s0,7 s1,2' \
  "$(sed -n 2,8p out | cut -d, -f1,2 | tr '\n' ' ' | sed 's/ $//')"
# What is known ahead: tomorrow's sales follow tomorrow's plan, and nothing else tells them.
awk 'BEGIN { print "plan,sales"; for (t = 0; t < 200; t++) { p = (t * 7919 % 13) % 2; print p "," 10 * p + 5 } }' >plan.csv
cat >plan.yaml <<'END'
data: {csv: plan.csv, targets: sales, future: plan, window: 3, scale: standard}
model: {layers: [{gru: 4}, {dense: 1}]}
train: {epochs: 40, optimizer: {adam: 0.02}}
output: {checkpoint: plan.ckpt}
END
works 'known ahead: trained' "$train" plan.yaml
is '... the report says how far' 'inputs: plan, sales; 1 row ahead: plan (3 features a step); target: sales' "$(grep ^inputs err)"
{ head -n 20 plan.csv; printf '1,\n0,\n1,\n'; } >ahead.csv
gives '... only one row may lack the rest' 3 \
  'rnnpredict: ahead.csv:21: column "sales": missing value; only the last 1 row of a series may lack what data.future does not name' \
  "$predict" plan.ckpt ahead.csv
for plan in 1 0; do { head -n 20 plan.csv; echo "$plan,"; } | "$predict" -q plan.ckpt | tail -n 1 | awk '{ print int($1 / 5 + 0.5) }'; done >found
is '... a prediction follows the plan for its row' '3 1' "$(tr '\n' ' ' <found | sed 's/ $//')"
# ---- rows with a target for each step ---------------------------------------------------------
printf 'a,b,c,p,q,r\n1,2,3,10,20,30\n4,5,6,40,50,60\n' >steps.csv
cat >steps.yaml <<'END'
data: {csv: steps.csv, inputs: a..c, targets: p..r, target_per: step}
model: {layers: [{gru: 2}, {dense: 1}]}
output: {checkpoint: steps.ckpt, history: steps-h.csv}
END
works 'rows with a number for each step: trained' "$BIN/rnntrain" -q steps.yaml
works '... predicted' "$BIN/rnnpredict" -q steps.ckpt steps.csv
is '... a row for each step, under the name of the first' 'p 6' "$(head -n 1 out) $(sed 1d out | grep -c .)"
works '... evaluated' "$BIN/rnneval" -q steps.ckpt steps.csv

done_testing
