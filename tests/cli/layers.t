#!/bin/sh
# Layers as a config gives them: nested cells, their overrides, and what cannot be.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data:
  generate: {task: sine, samples: 60, window: 8}
model:
  layers:
    - bidirectional: {gru: 4, merge_mode: mul}
    - dense: 1
train: {loss: mse}
END
first="rnntrain: argument 'model.layers.0"
check() { # NAME CODE 'STANDARD ERROR' VALUE: of the first layer
  gives "$1" "$2" "$first=$4': $3" "$train" --check c.yaml "model.layers.0=$4"
}

echo 1..53
# ---- bidirectional -----------------------------------------------------------------------------
works 'a bidirectional layer trains' "$train" --quiet c.yaml
is 'its tensors are named by the way' \
  'bidirectional/backward/bias bidirectional/backward/kernel bidirectional/backward/recurrent_kernel bidirectional/forward/bias bidirectional/forward/kernel bidirectional/forward/recurrent_kernel dense/bias dense/kernel' \
  "$(tensors model.ckpt | sed -n '/^resume/!s/ .*//p' | sort | tr '\n' ' ' | sed 's/ $//')"
"$train" --print-config c.yaml >full.yaml
"$train" --print-config full.yaml >again.yaml
cmp -s full.yaml again.yaml
ok $? 'a config with a cell inside a layer prints as itself'
is 'an override goes into the cell' 'units: 7' "$("$train" --print-config c.yaml \
  model.layers.0.bidirectional.gru.units=7 | sed -n '/gru:/{n;s/^ *//p;}')"
gives 'the cell stays what it is' 2 \
  "$first.bidirectional.lstm.units=7': this cell is 'gru', not 'lstm'" \
  "$train" --check c.yaml model.layers.0.bidirectional.lstm.units=7
check 'two cells' 2 "expected one cell, got a second, 'gru', beside 'lstm'" \
  '{bidirectional: {lstm: 3, gru: 4}}'
check 'no cell' 2 "missing required key 'lstm' in layer 'bidirectional'" \
  '{bidirectional: {merge_mode: sum}}'
check 'no keys at all' 2 \
  "missing value: layer 'bidirectional' needs 'lstm', as in 'bidirectional: {lstm: ...}'" bidirectional
check 'another layer inside' 2 \
  "unknown key 'dense' in layer 'bidirectional'; expected one of lstm, gru, simple_rnn, merge_mode, name, trainable" \
  '{bidirectional: {dense: 3}}'
check 'a slip in the cell' 2 "unknown key 'unit' in cell 'lstm'; did you mean 'units'?" \
  '{bidirectional: {lstm: {unit: 3}}}'
check 'a key of the cell beside it' 2 \
  "unknown key 'recurrent_dropout' in layer 'bidirectional'; it belongs to the cell: bidirectional: {lstm: {units: 37, recurrent_dropout: 0.1}}" \
  '{bidirectional: {lstm: 37, recurrent_dropout: 0.1}}'
check '... of one with keys' 2 \
  "unknown key 'units' in layer 'bidirectional'; it belongs to the cell: bidirectional: {gru: {..., units: 3}}" \
  '{bidirectional: {units: 3, gru: {dropout: 0.1}}}'
check 'a name inside' 2 \
  "layer 'bidirectional': the lstm inside has no name of its own; give the name beside it" \
  '{bidirectional: {lstm: {units: 3, name: x}}}'
run "$train" --quiet c.yaml 'model.layers.0={bidirectional: {lstm: {units: 3, trainable: false}}}' \
  output.checkpoint=a.ckpt
run "$train" --quiet c.yaml 'model.layers.0={bidirectional: {lstm: {units: 3, trainable: false}}}' \
  train.epochs=5 output.checkpoint=b.ckpt
is 'a frozen cell keeps its bits' "$(tensors a.ckpt | grep '^bidir')" "$(tensors b.ckpt | grep '^bidir')"

# ---- embedding ---------------------------------------------------------------------------------
printf 'id,word,y\n1,0,a\n1,3,a\n2,1,b\n2,2,b\n2,0,b\n' >ids.csv
cat >ids.yaml <<'END'
data: {csv: ids.csv, inputs: word, targets: y, sequence_id: id}
model: {layers: [embedding: {input_dim: 4, output_dim: 3}, lstm: 4, dense: {units: 2, activation: softmax}]}
train: {epochs: 2}
END
works 'an embedding trains' "$train" --quiet ids.yaml
works 'and predicts' "$BIN/rnnpredict" model.ckpt ids.csv
sed 's/^2,2/2,4/' ids.csv >far.csv
gives 'an id out of range has a place' 3 \
  "rnntrain: far.csv:5: column 'word': 4 is not an id; expected an integer 0..3 (the embedding's input_dim is 4)" \
  "$train" --quiet ids.yaml data.csv=far.csv
gives 'at prediction too' 3 \
  "rnnpredict: far.csv:5: column 'word': 4 is not an id; expected an integer 0..3 (the embedding's input_dim is 4)" \
  "$BIN/rnnpredict" model.ckpt far.csv
sed 's/^2,2/2,0.5/' ids.csv >far.csv
gives 'half an id' 3 \
  "rnntrain: far.csv:5: column 'word': 0.5 is not an id; expected an integer 0..3 (the embedding's input_dim is 4)" \
  "$train" --quiet ids.yaml data.csv=far.csv
embedding() { # NAME 'STANDARD ERROR' ARGUMENT: of the config with ids
  gives "$1" 2 "rnntrain: $2" "$train" --quiet --check ids.yaml "$3"
}
embedding 'no input_dim' \
  "ids.yaml:2:18: layer 'embedding': input_dim is missing, and the data does not say how many ids there are" \
  'model.layers.0.embedding.input_dim=~'
embedding 'scaled ids' \
  "data.columns: the model's first layer takes 'word' as ids, so it cannot be scaled; write word: {scale: none}" \
  data.scale=standard
embedding 'an embedding of numbers' \
  "argument 'model.layers.1={embedding: {input_dim: 4, output_dim: 2}}': layer 'embedding_1' reads the data's ids: it can only be first" \
  'model.layers.1={embedding: {input_dim: 4, output_dim: 2}}'
gives 'two numbers a step' 2 \
  "rnntrain: ids.yaml:2:18: layer 'embedding' takes one id a step, but the data has 2 features a step" \
  "$train" --quiet --check ids.yaml 'data.inputs=[word, id]'

cat >steps.yaml <<'END'
data: {generate: {task: linear, samples: 60}, window: 8, target_per: step}
model: {layers: [dense: 1]}
END

# ---- pool, repeat_vector -----------------------------------------------------------------------
works 'pool ends a sequence' "$train" --quiet c.yaml 'model.layers=[lstm: 4, pool: max, dense: 1]'
works 'repeat_vector begins one' "$train" --quiet c.yaml \
  'model.layers=[lstm: 4, repeat_vector: 3, lstm: 4, dense: 1]'
works 'with a target for each step' "$train" --quiet steps.yaml \
  'model.layers=[lstm: 4, repeat_vector: 8, lstm: 4, dense: 1]'
gives 'repeat_vector on steps' 2 \
  "rnntrain: argument 'model.layers=[repeat_vector: 3, lstm: 4, dense: 1]': layer 'repeat_vector' works on one output for a sequence, but the data gives one for each step; put a recurrent layer or pool before it" \
  "$train" --quiet c.yaml 'model.layers=[repeat_vector: 3, lstm: 4, dense: 1]'
gives 'another number of steps' 2 \
  "rnntrain: argument 'model.layers=[lstm: 4, repeat_vector: 3, lstm: 4, dense: 1]': repeat_vector gives 3 steps, but the data has a target for each of 8; write repeat_vector: 8" \
  "$train" --quiet steps.yaml \
  'model.layers=[lstm: 4, repeat_vector: 3, lstm: 4, dense: 1]'

# ---- masking -----------------------------------------------------------------------------------
# The same sequences with and without steps of padding: before, between and after.
awk 'BEGIN {
  print "id,x,y" >"plain.csv"; print "id,x,y" >"padded.csv"
  for (id = 1; id <= 12; id++) {
    n = id % 5 + 1; y = id % 3
    for (t = 0; t < n; t++) {
      if ((id + t) % 3 == 0) print id ",-9," y >"padded.csv"
      line = id "," sin(id * 7 + t) "," y; print line >"plain.csv"; print line >"padded.csv"
    }
    if (id % 2) print id ",-9," y >"padded.csv"
  }
}'
cat >mask.yaml <<'END'
data: {csv: plain.csv, inputs: x, targets: y, sequence_id: id}
model: {layers: [lstm: 5, bidirectional: {gru: 4}, dense: 1]}
train: {loss: mse, epochs: 3, batch_size: 5}
END
masked='model.layers=[masking: -9, lstm: 5, bidirectional: {gru: 4}, dense: 1]'
weights() { tensors "$1" | grep -v '^resume'; }
"$train" --quiet mask.yaml >plain.json
"$BIN/rnnpredict" model.ckpt plain.csv >plain.out
weights model.ckpt >plain.txt
"$train" --quiet mask.yaml data.csv=padded.csv "$masked" >padded.json
"$BIN/rnnpredict" model.ckpt padded.csv >padded.out
weights model.ckpt >padded.txt
is 'masked padding changes no bit of the weights' "$(cat plain.txt)" "$(cat padded.txt)"
is 'nor of the predictions' "$(cat plain.out)" "$(cat padded.out)"
figures() { sed 's/.*"loss":\([^,]*\),"rmse":\([^,]*\),.*/\1 \2/' "$1"; }
is 'nor of loss and metric' "$(figures plain.json)" "$(figures padded.json)"
for threads in 1 2; do
  "$train" --quiet mask.yaml data.csv=plain.csv data.target_per=step --threads $threads >plain.json
  "$BIN/rnnpredict" model.ckpt plain.csv >plain.out
  "$train" --quiet mask.yaml data.csv=padded.csv data.target_per=step "$masked" \
    --threads $threads >padded.json
  "$BIN/rnnpredict" model.ckpt padded.csv >padded.out
  is "with a target for each step too, $threads threads" "$(figures plain.json)" "$(figures padded.json)"
done
awk -F, 'NR == FNR { if ($2 != "-9") keep[FNR] = 1; next } keep[FNR]' padded.csv padded.out >valid.out
is 'valid steps have their predictions' "$(cat plain.out)" "$(cat valid.out)"
awk -F, '
  NR == FNR { mask[FNR] = $2 == "-9"; id[FNR] = $1; next }
  mask[FNR] && $2 != (id[FNR] == id[FNR - 1] ? last : 0) { print FNR ": " $0 }
  { last = $2 }' padded.csv padded.out >found
is 'a masked step repeats the one before it, and 0 stands before the first' '' "$(cat found)"
sed 's/^7,[^,]*/7,-9/' padded.csv >empty.csv
works 'a sequence of padding alone trains' "$train" --quiet mask.yaml data.csv=empty.csv "$masked"
works 'and predicts' "$BIN/rnnpredict" model.ckpt empty.csv
gives 'masking behind another layer' 2 \
  "rnntrain: argument 'model.layers.1=masking': layer 'masking' looks at the data's steps: it can only be first" \
  "$train" --quiet mask.yaml model.layers.1=masking

# ---- regularizers, initialisers ----------------------------------------------------------------
cat >size.yaml <<'END'
data: {generate: {task: linear, samples: 40, noise: 0}, validation: 10}
model: {layers: [pool: last, dense: {units: 1, kernel_initializer: {constant: -3}}]}
train: {loss: mse, optimizer: {sgd: 1e-30}, batch_size: 8}
END
losses() { sed 's/.*"loss":\([^,]*\),.*"val_loss":\([^,]*\),.*/\1 \2/' "$1"; }
"$train" --quiet size.yaml >plain.json
"$train" --quiet size.yaml 'model.layers.1.dense.kernel_regularizer={l1: 0.25, l2: 0.5}' >cost.json
is 'loss and val_loss have the penalty, 0.25 3 + 0.5 9' '5.250000 5.250000' \
  "$(echo "$(losses cost.json) $(losses plain.json)" | awk '{ printf "%.6f %.6f", $1 - $3, $2 - $4 }')"
for threads in 1 2; do
  "$train" --quiet c.yaml --threads $threads output.checkpoint=r$threads.ckpt \
    'model.layers.0.bidirectional.gru.kernel_regularizer={l1: 0.01, l2: 0.02}' >r$threads.json
done
is 'threads change no bit of a penalty' "$(tensors r1.ckpt) $(figures r1.json)" \
  "$(tensors r2.ckpt) $(figures r2.json)"
gives 'an unknown initialiser' 2 \
  "rnntrain: argument 'model.layers.1.dense.kernel_initializer=glorot': unknown initializer 'glorot': expected one of zeros, ones, constant, identity, glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal, orthogonal, random_uniform, random_normal, truncated_normal" \
  "$train" --check size.yaml model.layers.1.dense.kernel_initializer=glorot
gives 'a regularizer without its keys' 2 \
  "rnntrain: argument 'model.layers.1.dense.kernel_regularizer=l2': kernel_regularizer: expected mapping, got scalar; its keys are l1, l2" \
  "$train" --check size.yaml model.layers.1.dense.kernel_regularizer=l2
"$train" --print-config size.yaml 'model.layers.1.dense.kernel_regularizer={l2: 0.5}' >full.yaml
"$train" --print-config full.yaml >again.yaml
cmp -s full.yaml again.yaml
ok $? 'they print as themselves'

# ---- pretrained vectors ------------------------------------------------------------------------
printf 'id,word,y\n1,red,a\n1,blue,a\n2,green,b\n2,red,b\n2,big sea,b\n' >words.csv
cat >words.yaml <<'END'
data: {csv: words.csv, inputs: word, targets: y, sequence_id: id, columns: {word: {type: category, encode: index}}}
model:
  layers:
    - embedding: {output_dim: 2, vectors: words.txt, trainable: false, embeddings_initializer: zeros}
    - lstm: 4
    - dense: {units: 2, activation: softmax}
END
printf '4 2\nred 1 -2.5\nblack 3 4\r\nbig sea 5e-1 6\nred 8 9\n\n' >words.txt
run "$train" words.yaml
is 'words that have vectors are counted' 'embedding: 2 of 4 words have vectors in words.txt' \
  "$(grep 'have vectors' err)"
# Ids: padding, unknown, then the words in order of bytes: big sea, blue, green, red.
cat >vectors.pl <<'END'
open my $in, '-|', 'gunzip', '-c', 'model.ckpt' or die;
binmode $in; local $/; my $all = <$in>;
my $length = unpack 'Q<', $all;
my ($first) = substr($all, 8, $length) =~ /"embedding\/embeddings":\{[^}]*"data_offsets":\[(\d+),/ or die;
print join ' ', unpack 'f<12', substr $all, 8 + $length + $first, 48;
END
is 'they are what a frozen embedding keeps' '0 0 0 0 0.5 6 0 0 0 0 1 -2.5' "$(perl vectors.pl)"
gzip -c words.txt >words.txt.gz
run "$train" words.yaml model.layers.0.embedding.vectors=words.txt.gz
is 'from a compressed file too' '0 0 0 0 0.5 6 0 0 0 0 1 -2.5' "$(perl vectors.pl)"
works 'rnninfo knows how many ids there are' "$BIN/rnninfo" model.ckpt
gives 'vectors of another size' 3 \
  "rnntrain: words.txt:2: expected a word and 3 numbers (the embedding's output_dim), got 2" \
  "$train" --quiet words.yaml model.layers.0.embedding.output_dim=3
printf 'red 1 x\n' >bad.txt
gives 'what is no number' 3 'rnntrain: bad.txt:1: expected a number, got "x"' \
  "$train" --quiet words.yaml model.layers.0.embedding.vectors=bad.txt
gives 'no such file' 3 'rnntrain: none.txt: No such file or directory' \
  "$train" --quiet words.yaml model.layers.0.embedding.vectors=none.txt
gives 'vectors for numbers' 2 \
  "rnntrain: argument 'model.layers.0={embedding: {input_dim: 4, output_dim: 2, vectors: words.txt}}': layer 'embedding': vectors are those of words, but the data's ids are numbers; write data.columns: {NAME: {type: category, encode: index}}, or type: text" \
  "$train" --quiet ids.yaml 'model.layers.0={embedding: {input_dim: 4, output_dim: 2, vectors: words.txt}}'

# ---- ids in rows of different lengths ----------------------------------------------------------
printf 'a,b,c,y\n1,2,3,0.5\n3,1,,1\n2,,,1.5\n0,1,2,2\n' >rows.csv
cat >rows.yaml <<'END'
data: {csv: rows.csv, layout: rows, inputs: [a, b, c], targets: y}
model: {layers: [embedding: {input_dim: 4, output_dim: 2}, lstm: 3, dense: 1]}
train: {loss: mse}
END
works 'rows of ids may end early' "$train" --quiet rows.yaml
is "an embedding's short form is output_dim" 5 "$("$train" --print-config rows.yaml \
  'model.layers.0={embedding: 5}' | sed -n 's/^ *output_dim: //p')"
