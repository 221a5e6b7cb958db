#!/bin/sh
# rnnpredict --generate: a text goes on as a language model has learnt it.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict

awk 'BEGIN { for (i = 0; i < 150; i++) printf "(abc☃defg)%s", i % 2 ? "x" : "y" }' >rule.txt
cat >c.yaml <<'END'
data: {text: rule.txt}
model: {layers: [embedding: {output_dim: 8}, gru: 24, dense: {units: 13, activation: softmax}]}
train: {bptt: 20, batch_size: 4, epochs: 60, optimizer: {adam: 0.02}}
END
works 'a text of a rule is learnt' "$train" -q c.yaml
run "$predict" model.ckpt --generate 30 --temperature 0 --prompt 'x(abc☃defg)y(a'
is 'and goes on by it: what stands 11 symbols back is remembered' \
  '0 x(abc☃defg)y(abc☃defg)x(abc☃defg)y(abc☃defg)' "$code $(cat out)"
is '... 30 characters' 45 "$(perl -CSD -ne 'print length' out)" # prompt, 30, line end
gives '... with nothing to tell' 0 '' "$predict" model.ckpt --generate 3 --prompt '(ab'
run "$predict" model.ckpt --generate 4 --prompt '(zab'
is 'a symbol that it does not know' \
  "0 rnnpredict: 1 of the prompt's 4 symbols are not known" "$code $(cat err)"
run "$predict" -q model.ckpt --generate 4 --prompt '(zab'
is '... is not told of with --quiet' '0 ' "$code $(cat err)"

# ---- chances -------------------------------------------------------------------------------------
# A model that knows nothing but how often each letter comes: 1/2, 1/4, 1/8, 1/8.
printf 'aaaabbcd%.0s' 1 2 3 4 5 6 7 8 9 >letters.txt
cat >l.yaml <<'END'
data: {text: letters.txt}
model: {layers: [embedding: {output_dim: 1, embeddings_initializer: zeros, trainable: false}, lstm: {units: 1, kernel_initializer: zeros, bias_initializer: zeros, unit_forget_bias: false, trainable: false}, dense: {units: 5, activation: softmax}]}
train: {epochs: 400, shuffle: false, optimizer: {adam: 0.05}}
output: {checkpoint: l.ckpt, history: l.csv}
END
works 'letters without an order' "$train" -q l.yaml
shares() { # ARGUMENTS...: of a b c d among 4000, in tenths, and which others there are
  "$predict" l.ckpt --generate 4000 "$@" | tr -d '\n' | fold -w 1 | sort | uniq -c |
    awk '{ printf "%s%s %.1f", (NR > 1 ? " " : ""), $2, $1 / 4000 * 8 }'
}
near() { # NAME WANTED FOUND: each number within 0.3 of eighths
  echo "$2 $3" | awk '{ n = NF / 2; for (i = 1; i <= n; i++) { d = $i - $(n + i); bad += i % 2 ? $i != $(n + i) : d > 0.3 || d < -0.3 } exit NF % 2 || bad > 0 }'
  ok $? "$1: $3"
}
near 'drawn as often as they come' 'a 4 b 2 c 1 d 1' "$(shares)"
near 'half the temperature squares the chances' 'a 5.8 b 1.45 c 0.36 d 0.36' "$(shares --temperature 0.5)"
near 'the two likeliest' 'a 5.33 b 2.67' "$(shares --top-k 2)"
near 'those that have 70 % together' 'a 5.33 b 2.67' "$(shares --top-p 0.7)"
near 'the likeliest has 40 % alone' 'a 8' "$(shares --top-p 0.4)"
near 'no temperature' 'a 8' "$(shares --temperature 0)"

"$predict" l.ckpt --generate 200 --seed 5 >one
"$predict" l.ckpt --generate 200 --seed 5 --isa generic --threads 3 >two
cmp one two
ok $? 'the same seed, the same text, whatever the machine'
"$predict" l.ckpt --generate 200 --seed 6 >two
! cmp -s one two
ok $? 'another seed, another text'
"$predict" l.ckpt --generate 100 --seed 5 | tr -d '\n' >two
head -c 100 one | cmp - two
ok $? 'a shorter text is the beginning of a longer one'

# ---- words ---------------------------------------------------------------------------------------
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do printf 'One fish (red), two fish.\n'; done >words.txt
works 'words' "$train" -q c.yaml data.text=words.txt data.unit=word model.layers.2.dense.units=10 \
  output.checkpoint=words.ckpt
run "$predict" words.ckpt --generate 17 --temperature 0 --prompt 'One fish'
is '... are set with their signs' 'One fish (red), two fish.
One fish (red), two fish.' "$(cat out)"
run "$predict" words.ckpt --generate 8 --temperature 0
is 'without a prompt a new line begins' 'One fish (red), two fish' "$(cat out)"

# ---- streaming -------------------------------------------------------------------------------------
"$predict" l.ckpt --generate 100000000 2>err | head -c 10 >out
is 'each symbol is there as soon as it is drawn; a closed pipe ends it' '10 0' "$(wc -c <out) $(wc -c <err)"

# ---- errors ----------------------------------------------------------------------------------------
gives 'a file' 2 'rnnpredict: --generate reads no file; --prompt gives a text' \
  "$predict" l.ckpt letters.txt --generate 5
gives 'another task' 2 \
  'rnnpredict: --generate excludes --align, --append, --attention, --beam, --probabilities and --steps' \
  "$predict" l.ckpt --generate 5 --align
gives '--prompt alone' 2 'rnnpredict: --prompt needs --generate' "$predict" l.ckpt --prompt a
gives 'no share' 2 'rnnpredict: --top-p: expected more than 0 (see rnnpredict --help)' "$predict" l.ckpt --generate 2 --top-p 0
gives 'a share above 1' 2 "rnnpredict: --top-p: expected a number from 0 to 1, got '1.5' (see rnnpredict --help)" \
  "$predict" l.ckpt --generate 2 --top-p 1.5
gives 'a prompt that is no text' 2 'rnnpredict: --prompt: expected UTF-8' \
  "$predict" l.ckpt --generate 2 --prompt "$(printf 'a\377')"
printf 'x,y\n1,2\n2,3\n3,4\n' >t.csv
printf 'data: {csv: t.csv, targets: y}\nmodel: {layers: [gru: 2, dense: 1]}\noutput: {checkpoint: t.ckpt}\n' >t.yaml
works 'a model of tables' "$train" -q t.yaml
gives '... writes no text' 2 'rnnpredict: --generate needs a model of data.text; this one reads tables' \
  "$predict" t.ckpt --generate 2
works 'a model that reads both ways' "$train" -q c.yaml train.stateful=false output.checkpoint=b.ckpt train.epochs=1 \
  'model.layers=[embedding: {output_dim: 8}, bidirectional: {gru: 4}, dense: {units: 13, activation: softmax}]'
gives '... cannot go on' 2 \
  'rnnpredict: --generate: the model has a layer (bidirectional) that reads a text from its end, which is not written yet' \
  "$predict" b.ckpt --generate 2
done_testing
