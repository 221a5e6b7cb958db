#!/bin/sh
# data.text: a text as symbols that are predicted one after another.
. tests/tap.sh
train=$BIN/rnntrain

# 13 characters in 16 bytes, 6 different; at the end of the last tenth stands one that is new.
printf 'aéa☃ba aéa\r\nb' >t.txt
cat >c.yaml <<'END'
data: {text: t.txt}
model: {layers: [embedding: {output_dim: 3}, lstm: 4, dense: {units: 7, activation: softmax, kernel_initializer: zeros}]}
train: {bptt: 5, batch_size: 2, metrics: [perplexity, bits_per_char, accuracy], optimizer: {sgd: 1.0e-30}}
END
run "$train" --check c.yaml
is 'characters, most frequent first; what is predicted is all but the first' \
  "data: t.txt, 12 characters
inputs: text (1 feature a step); target: next (7 classes)
chunks: of at most 5 steps, 2 tracks side by side
train: rows 1–12, 3 chunks of at most 5 steps; classes <unknown>: 0, a: 4, b: 2, é: 2, ?: 1,  : 1, ☃: 1" \
  "$(head -n 5 err | tail -n 4)"
run "$train" -q c.yaml
is 'equal chances: log 7, 7, log2 7' '1.94591 7.00000 2.80735' \
  "$(sed 's/.*"loss":\([^,]*\),.*"perplexity":\([^,]*\),.*"bits_per_char":\([^,]*\),.*/\1 \2 \3/' out | awk '{ printf "%.5f %.5f %.5f", $1, $2, $3 }')"
six='model.layers.2.dense.units=6'
run "$train" -q c.yaml 'data={text: t.txt, validation: 2}' $six
is 'a symbol that the training part lacks is <unknown>' '0' "$code"
run "$train" --check c.yaml 'data={text: t.txt, validation: 2}' $six
is '... and is told of' 'text: 1 of 12 symbols are not known' "$(sed -n 4p err)"

# The words of a text, its signs and line ends; a word met once is not known.
printf "One fish, two fish,\nred fish, don't fish.\n" >w.txt
run "$train" --check c.yaml 'data={text: w.txt, unit: word, min_count: 2}' model.layers.2.dense.units=4
is 'words' "data: w.txt, 14 words, signs and line ends
inputs: text (1 feature a step); target: next (4 classes)
text: 5 of 14 symbols are not known" "$(sed -n 2,4p err)"

# What can be foretold from all that was before, but from no chunk by itself, is learnt.
awk 'BEGIN { for (i = 0; i < 120; i++) printf "(abcdefg)%s", i % 2 ? "x" : "y" }' >long.txt
cat >l.yaml <<'END'
data: {text: long.txt, validation: 0.2}
model: {layers: [embedding: {output_dim: 8}, lstm: 24, dense: {units: 12, activation: softmax}]}
train: {bptt: 20, batch_size: 4, metrics: [perplexity, accuracy], epochs: 60, optimizer: {adam: 0.02}}
END
works 'a text of a rule' "$train" -q l.yaml
is '... is learnt' yes "$(sed 's/.*"val_perplexity":\([^,]*\),.*/\1/' out | awk '{ print $1 < 1.05 ? "yes" : $1 }')"
run "$BIN/rnneval" --json model.ckpt long.txt
is 'rnneval reads a text of its own' yes \
  "$(sed 's/"baseline.*//; s/.*"perplexity":\([0-9.]*\).*/\1/' out | awk '{ print $1 < 1.1 ? "yes" : $1 }')"
"$BIN/rnnpredict" -q model.ckpt long.txt 2>err | sed -n 200,209p | tr -d '\n' >out
is 'rnnpredict gives what follows each symbol' 'x(abcdefg)' "$(cat out)"

# ---- errors --------------------------------------------------------------------------------------
gives 'no such file' 3 'rnntrain: none.txt: No such file or directory' "$train" -q c.yaml data.text=none.txt
printf 'ab\ncd\377e' >bad.txt
gives 'not UTF-8' 3 'rnntrain: bad.txt:2: byte 0xff is not part of UTF-8; a text is read as UTF-8' \
  "$train" -q c.yaml data.text=bad.txt
printf 'ab\n\ncd\000e' >bad.txt
gives 'a NUL' 3 'rnntrain: bad.txt:3: a NUL byte (0x00), which no text has' "$train" -q c.yaml data.text=bad.txt
printf 'a' >short.txt
gives 'one character' 3 'rnntrain: short.txt has 1 character; a language model needs at least 2' \
  "$train" -q c.yaml data.text=short.txt
gives 'nothing to train on' 3 \
  'rnntrain: t.txt: the training part has 1 character, too few to predict one' \
  "$train" -q c.yaml data.validation=11
gives 'a key of tables' 2 "rnntrain: argument 'data.window=5': data.window and data.text exclude each other" \
  "$train" -q c.yaml data.window=5
gives 'another source' 2 "rnntrain: argument 'data.csv=a.csv': data.csv and data.text exclude each other" \
  "$train" -q c.yaml data.csv=a.csv
gives 'a loss for numbers' 2 \
  "rnntrain: c.yaml:1:14: data.text has symbols to predict, which are classes, but train.loss is for numbers; leave it out" \
  "$train" -q c.yaml train.loss=mse
gives 'a unit without a text' 2 \
  "rnntrain: argument 'data={csv: a.csv, unit: word}': data.unit belongs to data.text and data.pairs; for a column write data.columns: {NAME: {type: text, unit: ...}}" \
  "$train" -q c.yaml 'data={csv: a.csv, unit: word}'
gives 'the wrong size' 2 \
  "rnntrain: c.yaml:2:55: target 'next' has 7 classes, but the last layer gives 9 numbers; write - dense: {units: 7, activation: softmax}" \
  "$train" -q c.yaml train.loss=sparse_categorical_crossentropy model.layers.2.dense=9
done_testing
