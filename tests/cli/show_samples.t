#!/bin/sh
# rnntrain --show-samples: what the model will see, and where it comes from.
. tests/tap.sh
train=$BIN/rnntrain
model='model: {layers: [{gru: 2}, {dense: 1}]}'

shows() { # NAME 'WANTED' COUNT CONFIG-TEXT...
  shows_name=$1 shows_wanted=$2 shows_count=$3
  printf '%s\n' "$4" "$model" >c.yaml
  run "$train" --show-samples "$shows_count" c.yaml
  is "$shows_name" "$shows_wanted" "$(cat out err)"
}

printf 't,x,u\n' >w.csv
i=0
while [ $i -lt 30 ]; do echo "day $i,$((10 * i)),$((i % 3))" >>w.csv; i=$((i + 1)); done
shows 'windows: lines, scaled values, targets in both units' \
  'sample 1 of 24: 3 steps, lines 2–4 of w.csv, t day 0
  step    line           x           u
     1       2           0           0
     2       3    0.037037         0.5
     3       4    0.074074           1
  target x+1, line 5: 30 (to the model 0.111111)
  target x+2, line 6: 40 (to the model 0.148148)

sample 2 of 24: 3 steps, lines 3–5 of w.csv, t day 1
  step    line           x           u
     1       3    0.037037         0.5
     2       4    0.074074           1
     3       5     0.11111           0
  target x+1, line 6: 40 (to the model 0.148148)
  target x+2, line 7: 50 (to the model 0.185185)' 2 \
  'data: {csv: w.csv, time: t, targets: x, window: 3, horizon: 2, validation: 2, scale: minmax}'
shows 'a target per step stands in the table; long samples are cut' \
  'sample 1 of 11: 20 steps, lines 2–21 of w.csv
  step    line           u           x
     1       2           0           0
     2       3           1          10
     3       4           2          20
     4       5           0          30
     5       6           1          40
     6       7           2          50
     7       8           0          60
     8       9           1          70
     … (9 more)
    18      19           2         170
    19      20           0         180
    20      21           1         190' 1 \
  'data: {csv: w.csv, ignore: t, targets: x, window: 20, target_per: step}'

printf '2020-01-06 06:00,1\n2020-01-06 12:00,2\n2020-01-06 18:00,3\n' | sed '1i when,x' >day.csv
shows 'what is read off a clock, now and ahead' \
  'sample 1 of 1: 2 steps, lines 2–3 of day.csv, when 2020-01-06 06:00
  step    line    hour sin    hour cos           x  hour sin+1  hour cos+1
     1       2           1           0           1           0          -1
     2       3           0          -1           2          -1           0
  target x, line 4: 3' 1 \
  'data: {csv: day.csv, time: when, targets: x, window: 2, future: when, columns: {when: {features: [hour]}}}'

printf 'a0,a1,a2,a3,kind\n1,2,3,4,one\n5,6,7,8,"two\nlines"\n' >r.csv
shows 'rows: names beside values; a class' \
  'sample 1 of 2: 4 steps, line 2 of r.csv
     1  a0 1
     2  a1 2
     3  a2 3
     4  a3 4
  target kind, line 2: one (class 0)

sample 2 of 2: 4 steps, line 3 of r.csv
     1  a0 5
     2  a1 6
     3  a2 7
     4  a3 8
  target kind, line 3: two?lines (class 1)' 9 \
  'data: {csv: r.csv, targets: kind}
train: {loss: {sparse_categorical_crossentropy: {from_logits: true}}}'

awk 'BEGIN { for (i = 0; i < 9; i++) printf "%scolumn number %d", i ? "," : "", i; print ",y"
  for (r = 0; r < 3; r++) { for (i = 0; i < 9; i++) printf "%g,", r + i / 7; print r } }' >wide.csv
shows 'wide tables are cut at 80 columns' \
  'sample 1 of 3: 1 step, line 2 of wide.csv
  step    line column num… column num… column num… column num… column num… …
  (4 features more)
     1       2           0     0.14286     0.28571     0.42857     0.57143
  target y, line 2: 0' 1 \
  'data: {csv: wide.csv, targets: y, window: 1, gap: -1}'
is '... no line is longer' '' "$(perl -CSD -ne 'chomp; print if length > 80' out)"

printf '%s\n' 'data: {generate: {task: linear, samples: 3, noise: 0}}' "$model" >c.yaml
is 'what is generated has lines, as --write-data writes them' 'sample 1 of 3: 1 step, line 2 of data.generate' \
  "$("$train" --show-samples 1 c.yaml | head -n 1)"
gives 'none at all is a mistake' 2 \
  "rnntrain: --show-samples: expected a whole number 1..18446744073709551615, got '0' (see rnntrain --help)" \
  "$train" --show-samples 0 c.yaml
gives 'what is wrong with the data is told' 3 'rnntrain: no.csv: No such file or directory' \
  "$train" --show-samples 1 c.yaml data.generate=~ data.csv=no.csv data.targets=y
printf 'say,kind\n"tea, tea please",a\ncoffee now please,b\n' >said.csv
cat >said.yaml <<'END'
data: {csv: said.csv, inputs: say, targets: kind, columns: {say: {type: text, unit: word, min_count: 2}}}
model: {layers: [{embedding: 2}, {gru: 2}, {dense: {units: 1, activation: sigmoid}}]}
END
run "$train" --show-samples 1 said.yaml
is 'of a text the words beside their ids' 'sample 1 of 2: 4 steps, line 2 of said.csv
  step      id  say
     1       3  tea
     2       1  <unk>
     3       3  tea
     4       2  please
  target kind, line 2: a (class 0)' "$(cat out)"
rm said.yaml
is '... nothing is written' c.yaml "$(ls ./*.yaml ./*.ckpt 2>/dev/null | sed 's,./,,')"
done_testing
