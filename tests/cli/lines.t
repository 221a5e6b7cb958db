#!/bin/sh
# Two files of lines that belong together: read as pairs of texts, answered line by line.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict eval=$BIN/rnneval
perl -e '$x = 7; open A, ">a.txt"; open B, ">b.txt"; @w = ("un", "du", "t\xc3\xa8s", "l\x27u");
  for (1 .. 800) { my @s; $x = $x * 1103515245 + 12345 & 0x7fffffff; my $n = 1 + ($x >> 16) % 3;
    for (1 .. $n) { $x = $x * 1103515245 + 12345 & 0x7fffffff; push @s, $w[($x >> 16) % 4] }
    print A "@s\n"; print B join(" ", reverse @s), "\n" }'
cat >c.yaml <<'END2'
seed: 3
data: {pairs: [a.txt, b.txt], unit: word, validation: 100}
model:
  encoder:
    - embedding: {output_dim: 8}
    - gru: 24
  decoder:
    - embedding: {output_dim: 8}
    - gru: 24
    - attention: dot
    - dense: {activation: softmax}
train: {optimizer: {adam: {learning_rate: 0.02}}, epochs: 8, batch_size: 20}
output: {checkpoint: m.ckpt, history: h.csv}
END2
works 'trains on two files of lines' "$train" c.yaml
is 'the report says what it took' 'data: a.txt, b.txt, 800 pairs of lines
inputs: source (1 feature a step); target: target (6 classes)' "$(sed -n 2,3p err)"
works 'lines are answered by lines, as they are' sh -c '"$0" m.ckpt a.txt >w.txt && cmp w.txt b.txt' "$predict"
works 'and in a pipe' sh -c 'head -3 a.txt | "$0" m.ckpt >w.txt && head -3 b.txt | cmp - w.txt' "$predict"
is 'with scores they are a table' 'target_1,score_1' "$("$predict" --top-k 1 m.ckpt a.txt | head -1)"
is 'and beside their sources' "source,target
$(head -1 a.txt),$(head -1 b.txt)" "$("$predict" --append m.ckpt a.txt | head -2)"
run "$eval" --json m.ckpt a.txt b.txt
is 'judged on two files' '"exact_match":1,"word_error_rate":0,' "$(grep -o '"exact_match":1,"word_error_rate":[^,]*,' out)"
works 'and on what was kept of its own' "$eval" --fail-if 'exact_match<1' m.ckpt

# ---- how lines may be written ------------------------------------------------------------------
cat >check.yaml <<'END2'
data: {pairs: [a.txt, b.txt], unit: word, validation: 100}
model: {encoder: [embedding: {output_dim: 2}, gru: 2], decoder: [embedding: {output_dim: 2}, gru: 2, dense: {activation: softmax}]}
END2
"$train" --show-samples 900 check.yaml | grep -v '^sample' >plain
gzip -c a.txt >a.txt.gz
works 'compressed' sh -c '"$0" --show-samples 900 check.yaml "data.pairs=[a.txt.gz, b.txt]" | grep -v ^sample | cmp - plain' "$train"
{ printf '\357\273\277' && sed 's/$/\r/' a.txt; } >dos.txt
works 'with a byte order mark and CR LF' sh -c '"$0" --show-samples 900 check.yaml "data.pairs=[dos.txt, b.txt]" | grep -v ^sample | cmp - plain' "$train"
printf '%s' "$(cat b.txt)" >cut.txt
works 'without a last line end' sh -c '"$0" --show-samples 900 check.yaml "data.pairs=[a.txt, cut.txt]" | grep -v ^sample | cmp - plain' "$train"
printf '%s\n' 'He said "no", twice' 'a,b' '' NA '  a  ' 'NULL' >s.txt
printf '%s\n' 'x' 'y' 'z' 'NA' 'y' ' ' >t.txt
cat >signs.yaml <<'END2'
data: {pairs: [s.txt, t.txt]}
model: {encoder: [embedding: {output_dim: 2}, gru: 2], decoder: [embedding: {output_dim: 2}, gru: 2, dense: {activation: softmax}]}
END2
is 'quotes and commas are signs like others, NA is a text, pairs with an empty line are left out' \
  '19 steps;3 steps;2 steps;1 step;' \
  "$("$train" --show-samples 9 signs.yaml | sed -n 's/^sample.*: \([0-9]* steps*\),.*/\1/p' | tr '\n' ';')"
works 'but for the blanks at their ends' sh -c '"$0" --show-samples 9 signs.yaml | grep -q "line 5: y (2 steps"' "$train"
is 'with their own line numbers' 'line 1;line 2;line 4;line 5;' \
  "$("$train" --show-samples 9 signs.yaml | sed -n 's/^sample.* steps*, \(line [0-9]*\) of.*/\1/p' | tr '\n' ';')"
works 'and counted' sh -c '"$0" --check signs.yaml 2>&1 | grep -qx "pairs: 2 with an empty line left out"' "$train"
printf 'un\n\n  \nt\303\250s un\n' >gaps.txt
is 'an empty line is answered by one' 'un;;;un tès;' "$("$predict" -q m.ckpt gaps.txt | tr '\n' ';')"
is 'in a table too' 'target_1,score_1;,;,;' "$("$predict" -q --top-k 1 m.ckpt gaps.txt | sed -n '1p;3,4p' | tr '\n' ';')"
printf 'un\nx\n\nun t\303\250s\n' >gaps_b.txt
run "$eval" --json m.ckpt gaps.txt gaps_b.txt
is 'nor is it judged' 2 "$(grep -o '"samples":[0-9]*' out | cut -d: -f2)"
# shellcheck disable=SC1112 # a sign of the text
is 'blanks and signs beyond ASCII part words' 'vous|!|«|oui|»|l’eau|…|' \
  "$(printf 'vous\342\200\257! \302\253\302\240oui\302\240\302\273 l\342\200\231eau\342\200\246\n' >u.txt && "$train" --show-samples 1 signs.yaml data.unit=word 'data.pairs=[u.txt, u.txt]' | sed -n 's/^ *[0-9][0-9]*  *[0-9][0-9]*  *//p' | tr '\n' '|')"
cat a.txt b.txt >both.txt && cat b.txt a.txt >back.txt && sort both.txt | uniq -c | sort >all
"$train" --show-samples 2000 check.yaml data.split=group 'data.pairs=[both.txt, back.txt]' data.validation=0.5 |
  sed -n 's/^sample.*, source //p' | sort | uniq -c | sort >some
is 'equal sources stay together' '0 yes' \
  "$(comm -13 all some | grep -c .) $([ "$(wc -l <some)" -lt "$(wc -l <all)" ] && [ -s some ] && echo yes)"
is 'parts may be two files' 'validation: rows 1–800 (b.txt, a.txt)' \
  "$("$train" --check check.yaml 'data.validation=[b.txt, a.txt]' 2>&1 | grep '^validation')"
is 'a printed config says the same' 'validation: [b.txt, a.txt]' \
  "$("$train" --print-config check.yaml 'data.validation=[b.txt, a.txt]' | sed -n 's/^ *\(validation:\)/\1/p')"

# ---- what does not fit ---------------------------------------------------------------------------
head -5 b.txt >five.txt
gives 'other counts of lines' 3 'rnntrain: a.txt has 800 lines, five.txt has 5; a line of one belongs to a line of the other' \
  "$train" -q c.yaml 'data.pairs=[a.txt, five.txt]'
gives 'at judging too' 3 'rnneval: five.txt has 5 lines, a.txt has 800; a line of one belongs to a line of the other' \
  "$eval" m.ckpt five.txt a.txt
gives 'one file' 2 "rnntrain: argument 'data.pairs=a.txt': data.pairs: expected two files, [source, target], got 1" \
  "$train" -q c.yaml data.pairs=a.txt
gives 'a part of one file' 2 "rnntrain: argument 'data.validation=b.txt': data.validation: expected two files, [source, target], as in data.pairs, got \"b.txt\"" \
  "$train" -q c.yaml data.validation=b.txt
gives 'a file that is not there' 3 'rnntrain: none.txt: No such file or directory' \
  "$train" -q c.yaml 'data.pairs=[a.txt, none.txt]'
gives 'a table beside them' 2 "rnntrain: argument 'data.csv=a.txt': data.csv and data.pairs exclude each other" \
  "$train" -q c.yaml data.csv=a.txt
gives 'columns of another name' 2 \
  "rnntrain: argument 'data.columns.french={unit: char}': data.columns.french: the columns of data.pairs are source and target" \
  "$train" -q c.yaml 'data.columns.french={unit: char}'
gives 'bytes that are not UTF-8' 3 'rnntrain: bad.txt:2: byte 0xff is not part of UTF-8; a text is read as UTF-8' \
  sh -c 'printf "a\n\377\n" >bad.txt; "$0" -q c.yaml "data.pairs=[bad.txt, b.txt]"' "$train"
: >none
gives 'nothing at all' 3 'rnntrain: none, none: no data rows' "$train" -q c.yaml 'data.pairs=[none, none]'
gives 'an output over a source' 2 "rnntrain: c.yaml:13:9: output 'b.txt' would overwrite what is read" \
  "$train" -q c.yaml output.history=b.txt
gives 'one file to judge on' 2 \
  "rnneval: m.ckpt was trained on pairs of lines: name two files, the source's and the target's" "$eval" m.ckpt a.txt
done_testing
