#!/bin/sh
# An encoder and a decoder on pairs of texts: learns to turn a word around, and any run of it is the
# same run.
. tests/tap.sh
train=$BIN/rnntrain
perl -e '$x = 1; print "word,back\n"; for (1 .. 1100) {
  my $w = ""; $x = $x * 1103515245 + 12345 & 0x7fffffff; my $n = 2 + ($x >> 16) % 5;
  for (1 .. $n) { $x = $x * 1103515245 + 12345 & 0x7fffffff; $w .= ("a", "b", "c", "d", "\xc3\xa9")[($x >> 16) % 5] }
  utf8::decode($w); my $b = reverse $w; utf8::encode($w); utf8::encode($b); print "$w,$b\n" }' >words.csv
cat >c.yaml <<'END2'
seed: 2
data:
  csv: words.csv
  inputs: word
  targets: back
  columns: {word: {type: text}, back: {type: text}}
  validation: 100
model:
  encoder:
    - embedding: {output_dim: 8}
    - gru: 32
  decoder:
    - embedding: {output_dim: 8}
    - gru: 32
    - attention: dot
    - dropout: 0.1
    - dense: {units: 7, activation: softmax}
train:
  optimizer: {adam: {learning_rate: 0.02}}
  epochs: 20
  batch_size: 20
END2
in_folder() { # FOLDER ARGUMENTS...
  folder=$1
  shift
  mkdir -p "$folder"
  "$train" -q c.yaml output.checkpoint="$folder/model.ckpt" output.history="$folder/history.csv" "$@" \
    >"$folder/out" 2>"$folder/err"
}

works 'trains on pairs of texts' in_folder whole
works 'all words are turned around' grep -q '"val_accuracy":1,' whole/out
is 'tensors are named by their stack' 'decoder/dense/bias decoder/dense/kernel decoder/embedding/embeddings decoder/gru/bias decoder/gru/kernel decoder/gru/recurrent_kernel encoder/embedding/embeddings encoder/gru/bias encoder/gru/kernel encoder/gru/recurrent_kernel' \
  "$(tensors whole/model.ckpt | sed 's/ .*//; /^resume/d' | sort | tr '\n' ' ' | sed 's/ $//')"

# ---- the same bits ---------------------------------------------------------------------------
in_folder one --threads 1 --isa generic train.epochs=2
in_folder three --threads 3 train.epochs=2
same_run 'threads and instruction sets do not matter' one three
in_folder parts train.epochs=1 && in_folder parts --resume train.epochs=2
same_run 'nor does a stop' one parts

# ---- what does not fit -----------------------------------------------------------------------
gives 'layers cannot write a text' 2 \
  "rnntrain: argument 'model.layers=[lstm: 4, dense: 7]': model.layers excludes model.encoder and model.decoder" \
  "$train" -q c.yaml 'model.layers=[lstm: 4, dense: 7]'
sed 's/  decoder:/  other:/' c.yaml >d.yaml
run "$train" -q d.yaml
is 'an unknown stack' 2 "$code"
sed '/  decoder:/,/dense/d' c.yaml >d.yaml
gives 'an encoder alone' 2 \
  'rnntrain: d.yaml:10:7: model.encoder and model.decoder go together: model.decoder is missing' \
  "$train" -q d.yaml
gives 'a decoder of another size' 2 \
  "rnntrain: c.yaml:14:7: layer 'decoder/gru' starts from the states of 'encoder/gru', so both must be of one type and size; write - gru: 32" \
  "$train" -q c.yaml model.decoder.1.gru.units=16 'model.decoder.2=dropout: 0.1'
gives 'attention between different sizes' 2 \
  "rnntrain: c.yaml:15:7: layer 'decoder/attention' compares 16 numbers of the decoder with 32 of the encoder; give their last recurrent layers the same units" \
  "$train" -q c.yaml model.decoder.1.gru.units=16
gives 'a decoder of another depth' 2 \
  "rnntrain: c.yaml:13:7: the encoder has 1 recurrent layer with states to hand over, the decoder 0 to start from them; give both as many (bidirectional layers have none to hand over)" \
  "$train" -q c.yaml 'model.decoder.1=dense: 32'
gives 'a decoder that reads both ways' 2 \
  "rnntrain: argument 'model.decoder.1=bidirectional: {gru: 16}': a decoder writes step by step: 'bidirectional' has no place in it" \
  "$train" -q c.yaml 'model.decoder.1=bidirectional: {gru: 16}'
gives 'an encoder that repeats' 2 \
  "rnntrain: argument 'model.encoder.1=repeat_vector: 2': layer 'encoder/repeat_vector' works on one output for a sequence, but 'encoder/embedding' before it gives one for each step; put a recurrent layer or pool before it" \
  "$train" -q c.yaml 'model.encoder.1=repeat_vector: 2'
gives 'attention without an encoder' 2 \
  "rnntrain: e.yaml:4:33: layer 'attention' looks at an encoder's outputs: it stands in model.decoder, beside model.encoder" \
  sh -c 'printf "%s\n" "data: {generate: {task: sine, window: 5}}" "model:" "  layers:" "    [lstm: {units: 4, name: a}, attention: dot, dense: 1]" >e.yaml; "$0" -q e.yaml' "$train"
gives 'classes are the letters and the end' 2 \
  "rnntrain: c.yaml:17:7: target 'back' has 7 classes, but the last layer gives 5 numbers; write - dense: {units: 7, activation: softmax}" \
  "$train" -q c.yaml model.decoder.4.dense.units=5
gives 'text targets have a decoder' 2 \
  "rnntrain: d.yaml:11:7: target 'back' is a text, which a decoder writes; write model.encoder and model.decoder instead of model.layers" \
  sh -c 'sed "/  decoder:/,/dense/d; s/  encoder:/  layers:/; s/gru: 32/gru: {units: 32, activation: softsign}/" c.yaml >d.yaml; "$0" -q d.yaml train.loss=sparse_categorical_crossentropy' "$train"

run "$train" --show-samples 1 c.yaml
is 'a sample with its text' \
  "  target back, line 2: $(sed -n 2s/.*,//p words.csv) ($(($(sed -n 2s/.*,//p words.csv | perl -CS -ne 'chomp; print length') + 1)) steps to write, the end included)" \
  "$(tail -1 out)"
done_testing
