#!/bin/sh
# shellcheck disable=SC2016 # $1 is that of an inner shell
# rnnpredict as a user runs it: columns by name, files and pipes, units, classes, horizons.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict

# A made-up file of sequences of three kinds, and one of a series.
awk 'BEGIN {
  print "id,when,a,b,kind"
  split("0.1 2 -3", level, " ")
  kind[1] = "\"low, cold\""; kind[2] = "mid"; kind[3] = "\"a \"\"high\"\"\""
  for (i = 0; i < 24; i++)
    for (t = 0; t < 3 + i % 4; t++)
      printf "s%d,day %d,%.2f,%.2f,%s\n", i, t, level[i % 3 + 1] + (i * 7 + t * 3) % 10 / 100, (i * 3 + t) % 7 / 7, kind[i % 3 + 1]
}' >kinds.csv
awk 'BEGIN { print "t,x,y"; for (i = 0; i < 60; i++) printf "%d,%.3f,%.1f\n", i, 100 + 50 * sin(i / 3), i * 2 }' >series.csv
cat >kinds.yaml <<'END'
data: {csv: kinds.csv, sequence_id: id, time: when, inputs: [a, b], targets: kind, scale: standard}
model:
  layers:
    - gru: 6
    - dense: {units: 3, activation: softmax}
train: {epochs: 60, batch_size: 4, optimizer: {adam: 0.03}}
output: {checkpoint: kinds.ckpt, history: kinds-history.csv}
END
cat >series.yaml <<'END'
data: {csv: series.csv, inputs: [x, y], targets: y, window: 4, horizon: 3, scale: minmax, time: t}
model:
  layers:
    - gru: 8
    - dense: 3
train: {epochs: 200, optimizer: {adam: 0.01}}
output: {checkpoint: series.ckpt, history: series-history.csv}
END
works 'sequences of kinds: trained' "$train" -q kinds.yaml
works 'a series with a horizon: trained' "$train" -q series.yaml

# ---- classes ---------------------------------------------------------------------------------
run "$predict" kinds.ckpt kinds.csv
cp out kinds.out
is 'classes: exit code 0, nothing on standard error' '0 0' "$code $(wc -c <err)"
is 'id, time and target; a row a sequence; texts as CSV has them' 'id,when,kind
s0,day 2,"low, cold"
s1,day 3,mid
s2,day 4,"a ""high"""' "$(head -n 4 out)"
is '... for all of them' 25 "$(wc -l <out)"
run "$predict" --probabilities kinds.ckpt kinds.csv
is '--probabilities: a column a class, in byte order' 'id,when,"p_a ""high""","p_low, cold",p_mid' "$(head -n 1 out)"
tail -n +2 out | awk -F, '{ s = $3 + $4 + $5; if (s < 0.99999 || s > 1.00001 || NF != 5) print }' >found
is '... that sum to 1' '' "$(cat found)"
"$predict" -p kinds.ckpt kinds.csv | awk -F, 'NR > 1 { best = 3; for (i = 4; i <= 5; i++) if ($i > $best) best = i; print best - 3 }' >best
tail -n +2 kinds.out | sed 's/.*high.*/0/; s/.*low, cold.*/1/; s/.*,mid/2/' >said
cmp -s best said
ok $? '... the largest is the class said'

run "$predict" --top-k 2 kinds.ckpt kinds.csv
cp out top.out
is '--top-k: classes and probabilities by rank' 'id,when,kind_1,p_1,kind_2,p_2' "$(head -n 1 out)"
"$predict" -p kinds.ckpt kinds.csv | perl -ne '
  @n = ("\"a \"\"high\"\"\"", "\"low, cold\"", "mid");
  next if $. == 1; chomp; ($id, $when, @p) = split /,/;
  @o = sort { $p[$b] <=> $p[$a] } 0 .. 2;
  print "$id,$when,$n[$o[0]],$p[$o[0]],$n[$o[1]],$p[$o[1]]\n"' >want
tail -n +2 top.out | cmp -s - want
ok $? '... those that --probabilities gives, sorted'
"$predict" --top-k 99 kinds.ckpt kinds.csv | head -n 1 >found
is '... no more than there are' 'id,when,kind_1,p_1,kind_2,p_2,kind_3,p_3' "$(cat found)"
gives '--top-k without classes' 2 "rnnpredict: --top-k: the target 'y' is a number, not a class" \
  "$predict" --top-k 2 series.ckpt series.csv
gives '--top-k with --probabilities' 2 'rnnpredict: --probabilities and --top-k exclude each other' \
  "$predict" --top-k 2 -p kinds.ckpt kinds.csv

# ---- lines beside the input ------------------------------------------------------------------
"$predict" -q series.ckpt series.csv >series.out
run "$predict" --align series.ckpt series.csv
is '--align: as many lines as the input' "$(wc -l <series.csv)" "$(wc -l <out)"
is '... empty where no window ends' '0,,,
1,,,
2,,,' "$(sed -n 2,4p out)"
sed 2,4d out | cmp -s - series.out
ok $? '... the others as ever'
is '... told once' \
  'rnnpredict: 3 of 60 rows without a prediction: no whole window of 4 rows ends there' "$(cat err)"
gives 'without it, what would keep the lines' 0 \
  'rnnpredict: 3 of 60 rows without a prediction: no whole window of 4 rows ends there (--align keeps their lines)' \
  "$predict" series.ckpt series.csv
gives '... --quiet: nothing' 0 '' "$predict" -q series.ckpt series.csv
run "$predict" -q --align --append series.ckpt series.csv
is '--align --append: the input as it was, then the predictions' "$(cat series.csv)" "$(cut -d, -f1-3 out)"
tail -n +5 out | cut -d, -f4- >found
tail -n +2 series.out | cut -d, -f2- | cmp -s - found
ok $? '... at their rows'
is '... the header of both' 't,x,y,y+1,y+2,y+3' "$(head -n 1 out)"
run "$predict" --append --align kinds.ckpt kinds.csv
is 'sequences: an answer in the last row of each' 's0,day 0,0.10,0.00,"low, cold",
s0,day 1,0.13,0.14,"low, cold",
s0,day 2,0.16,0.29,"low, cold","low, cold"' "$(sed -n 2,4p out)"
is '... its name told from that of the column' 'id,when,a,b,kind,kind_predicted' "$(head -n 1 out)"
is '... nothing to tell' '' "$(cat err)"

# ---- input in other forms --------------------------------------------------------------------
same() { # NAME COMMAND...: gives kinds.out
  tap_name=$1
  shift
  run "$@"
  cmp -s kinds.out out
  ok $? "$tap_name"
}
same 'standard input' sh -c '"$1" kinds.ckpt <kinds.csv' sh "$predict"
same '- is standard input' sh -c 'cat kinds.csv | "$1" kinds.ckpt -' sh "$predict"
cut -d, -f1-4 kinds.csv >unlabelled.csv
same 'without the target' "$predict" kinds.ckpt unlabelled.csv
cut -d, -f1-4 kinds.csv | awk 'NR == 1 { print $0 ",kind"; next } { print $0 "," (NR % 2 ? "" : "news") }' >filled.csv
same 'a target that is empty or no class of the model: not looked at' "$predict" kinds.ckpt filled.csv
awk -F, '{ print "-," $4 "," $3 "," $1 ",0," $2 }' unlabelled.csv | sed '1s/.*/note,b,a,id,kind2,when/' >other.csv
same 'columns in another order, others among them' "$predict" kinds.ckpt other.csv
tr , ';' <unlabelled.csv | sed 's/$/\r/' >semicolon.csv
same 'semicolons and CRLF' "$predict" kinds.ckpt semicolon.csv
gzip -c unlabelled.csv >packed.csv.gz
same 'gzip' "$predict" kinds.ckpt packed.csv.gz
same '--threads 2 --isa generic' "$predict" --threads 2 --isa generic kinds.ckpt kinds.csv
{ head -n 1 kinds.csv; grep '^s17,' kinds.csv; } >one.csv
run "$predict" kinds.ckpt one.csv
is 'a sequence alone: the same as among others' "$(grep ^s17 kinds.out)" "$(tail -n +2 out)"

# ---- numbers ---------------------------------------------------------------------------------
run "$predict" series.ckpt series.csv
cp out series.out
is 'a horizon: y+1 to y+3' 't,y+1,y+2,y+3' "$(head -n 1 out)"
is '... one row for each whole window' '58 3' "$(wc -l <out) $(sed -n 2p out | cut -d, -f1)"
is '... the last of which looks past the end' 59 "$(tail -n 1 out | cut -d, -f1)"
# In the middle of the file the next values are known: y rises by 2.
awk -F, 'NR > 1 && $1 >= 15 && $1 <= 45 { for (i = 2; i <= 4; i++) { d = $i - 2 * ($1 + i - 1); if (d < -12 || d > 12) print } }' out >found
is '... in the units of the file' '' "$(cat found)"
"$predict" series.ckpt series.csv | head -n 1 >found
is '| head -n 1' 't,y+1,y+2,y+3' "$(cat found)"
head -n 5 series.csv >short.csv
run "$predict" series.ckpt short.csv
is 'as many rows as a window: one prediction, the same' "$(sed -n 2p series.out)" "$(tail -n +2 out)"

# ---- per step, binary, class numbers ---------------------------------------------------------
sed 's/targets: kind/targets: b, target_per: step/; s/dense: {.*/dense: 1/; s/inputs: \[a, b\]/inputs: a/; s/kinds\.ckpt/steps.ckpt/' kinds.yaml >steps.yaml
works 'a target per step: trained' "$train" -q steps.yaml train.epochs=2
run "$predict" steps.ckpt kinds.csv
is '... a row for each step, in the order of the file' "$(cut -d, -f1,2 kinds.csv)" "$(cut -d, -f1,2 out)"
is '... the target by its name' id,when,b "$(head -n 1 out)"
awk 'BEGIN { print "a,b,ok"; for (i = 0; i < 40; i++) printf "%.2f,%.2f,%s\n", i / 40, (40 - i) / 40, i < 20 ? "no" : "yes" }' >binary.csv
cat >binary.yaml <<'END'
data: {csv: binary.csv, targets: ok}
model:
  input: [2, 1]
  layers:
    - lstm: 8
    - dense: {units: 1, activation: sigmoid}
train: {epochs: 300, optimizer: {adam: 0.02}}
output: {checkpoint: binary.ckpt, history: binary-history.csv}
END
works 'one sigmoid for two classes: trained' "$train" -q binary.yaml
"$predict" binary.ckpt binary.csv >out
is 'binary: the classes'\'' texts' 'ok 18 18' \
  "$(head -n 1 out) $(sed -n 2,19p out | grep -cx no) $(sed -n 24,41p out | grep -cx yes)"
"$predict" -p binary.ckpt binary.csv >out
is '... both probabilities' p_no,p_yes "$(head -n 1 out)"
tail -n +2 out | awk -F, '{ s = $1 + $2; if (s < 0.99999 || s > 1.00001) print }' >found
is '... that sum to 1' '' "$(cat found)"
sed 's/,no$/,0/; s/,yes$/,1/' binary.csv >digits.csv
"$train" -q binary.yaml data.csv=digits.csv train.loss=binary_crossentropy >out 2>err
"$predict" binary.ckpt digits.csv >out
is 'classes that are numbers' 'ok 0 1' "$(sed -n '1p;2p;41p' out | tr '\n' ' ' | sed 's/ $//')"

# ---- what is wrong ---------------------------------------------------------------------------
gives 'a missing column' 3 'rnnpredict: standard input: no column "b"; the model was trained on a, b' \
  sh -c 'cut -d, -f1-3 unlabelled.csv | "$1" kinds.ckpt' sh "$predict"
is '... no output' 0 "$(wc -c <out)"
gives 'a missing file' 3 'rnnpredict: no.csv: No such file or directory' "$predict" series.ckpt no.csv
gives 'a missing checkpoint' 5 'rnnpredict: no.ckpt: No such file or directory' "$predict" no.ckpt series.csv
gives 'a wrong file' 5 'rnnpredict: series.csv: not a rnntrain checkpoint (neither gzip nor safetensors)' \
  "$predict" series.csv series.csv
gunzip -c <series.ckpt | head -c 2000 >cut.ckpt
run "$predict" cut.ckpt series.csv
is 'a truncated file' 5 "$code"
gives 'nothing on standard input' 3 'rnnpredict: standard input: empty file' "$predict" series.ckpt </dev/null
gives 'too few rows' 3 'rnnpredict: standard input has 3 rows; a window of 4 needs at least 4' \
  sh -c 'head -n 4 series.csv | "$1" series.ckpt' sh "$predict"
gives 'a text among numbers' 3 'rnnpredict: standard input:3:3: column "x": not a number: "much"' \
  sh -c 'sed "3s/,[0-9.]*,/,much,/" series.csv | "$1" series.ckpt' sh "$predict"
gives 'no operand' 2 \
  'rnnpredict: missing operand; usage: rnnpredict [options] model.ckpt [input.csv] (see rnnpredict --help)' "$predict"
"$predict" series.ckpt series.csv >&- 2>err
is 'standard output closed' '1 rnnpredict: standard output: Bad file descriptor' "$? $(cat err)"
done_testing
