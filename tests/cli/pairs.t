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

# ---- writing ---------------------------------------------------------------------------------
predict=$BIN/rnnpredict
sed 's/.*,//' words.csv >back.csv
works 'texts are written' sh -c '"$0" whole/model.ckpt words.csv >written.csv' "$predict"
works 'as they are to be, in the order of the rows' cmp back.csv written.csv
works 'from standard input and without the target, one by one as well' \
  sh -c 'sed "s/,.*//" words.csv | head -40 | "$0" --threads 1 whole/model.ckpt >some.csv; for i in 2 21 40; do
    sed -n "1p;${i}p" words.csv | "$0" whole/model.ckpt - | tail -n +2; done >few.csv; sed -n "2p;21p;40p" some.csv | cmp - few.csv' "$predict"
"$predict" --top-k 3 --beam 4 --append --threads 1 --isa generic whole/model.ckpt words.csv >one.csv
"$predict" --top-k 3 --beam 4 --append --threads 3 whole/model.ckpt words.csv >three.csv
works 'threads and instruction sets do not matter to a beam' cmp one.csv three.csv
is 'the best texts with their scores' 'word,back,back_1,score_1,back_2,score_2,back_3,score_3' "$(head -1 one.csv)"
works 'scores fall, the best is the answer' perl -F, -ane \
  'next if $. == 1; $bad ||= $F[1] ne $F[2] || $F[3] > 0 || $F[3] < $F[5] || $F[5] < $F[7]; END { exit !!$bad }' one.csv
works 'where the decoder looked' "$predict" --attention looks.csv whole/model.ckpt words.csv
works 'weights of a step add up to 1, at every step of input and output' perl -F, -ane \
  'next if $. == 1; chomp $F[5]; $sum{"$F[0],$F[1]"} += $F[5]; $text{$F[0]} .= $F[2] if $F[3] == 1;
   END { for (values %sum) { exit 1 if abs($_ - 1) > 1e-5 } open B, "back.csv"; <B>;
         while (<B>) { chomp; exit 1 if $text{$. - 1} ne $_ } }' looks.csv
run "$BIN/rnneval" --json whole/model.ckpt words.csv
is 'texts are judged' '"exact_match":1,"character_error_rate":0,"word_error_rate":0,' \
  "$(grep -o '"exact_match":.*"word_error_rate":[^,]*,' out)"
perl -CSD -pe 's/,(.)/,$1$1/ if $. > 1' words.csv >longer.csv
run "$BIN/rnneval" --beam 3 whole/model.ckpt longer.csv
is 'one letter too few in each' "0.0000 $(perl -CSD -F, -lane 'if ($. > 1) { $n += length $F[1]; $m++ } END { printf "%.4f", $m / $n }' longer.csv) 1.0000" \
  "$(perl -ane 'push @f, sprintf "%.4f", $F[1] if $F[0] =~ /^(exact_match|.*_error_rate)$/; END { print "@f" }' out)"
gives 'a gate on the texts' 6 "rnneval: --fail-if exact_match<0.5: true (exact_match = 0)" \
  "$BIN/rnneval" -q --fail-if 'exact_match<0.5' whole/model.ckpt longer.csv
gives 'a beam for as many as are asked for' 2 'rnnpredict: --top-k 3 needs a --beam of at least as many, got 2' \
  "$predict" --top-k 3 --beam 2 whole/model.ckpt words.csv
gives 'no probabilities of texts' 2 \
  'rnnpredict: --probabilities is for classes, and the model writes texts; --top-k gives their scores' \
  "$predict" -p whole/model.ckpt words.csv
cat >sine.yaml <<'END2'
data: {generate: {task: sine, samples: 40, window: 5}}
model: {layers: [simple_rnn: 2, dense: 1]}
train: {loss: mse}
output: {checkpoint: sine.ckpt, history: sine.csv}
END2
"$train" -q sine.yaml >out && "$train" -q sine.yaml --write-data sine_data.csv >out
gives 'a beam is for texts' 2 'rnnpredict: --beam: the model writes no texts; it has no encoder and decoder' \
  "$predict" --beam 2 sine.ckpt sine_data.csv
gives 'no program for an encoder and a decoder' 2 \
  'rnnexport: m.onnx: an encoder and a decoder go to .safetensors only; ONNX and C have no words for writing step by step' \
  "$BIN/rnnexport" whole/model.ckpt m.onnx
works 'but their weights' "$BIN/rnnexport" whole/model.ckpt m.safetensors
works 'and what they are' sh -c '"$0" whole/model.ckpt >out && grep -q "^  decoder/attention  *\[steps, 64\]" out' "$BIN/rnninfo"
done_testing
