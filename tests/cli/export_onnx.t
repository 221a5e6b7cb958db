#!/bin/sh
# rnnexport to ONNX: for every layer that has operators, in scaled numbers and in the data's own, ONNX
# Runtime gives what rnnpredict gives.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict export=$BIN/rnnexport
node -e "require('onnxruntime-node')" 2>/dev/null && runtime=yes || runtime=

# Samples, one a line: steps with blanks between, numbers of a step with commas. Steps past the end
# of a shorter sample are 9.
cat >run.js <<'END'
const ort = require('onnxruntime-node'), fs = require('fs');
(async () => {
  const session = await ort.InferenceSession.create('net.onnx', {logSeverityLevel: 3});
  const samples = fs.readFileSync(0, 'utf8').trim().split('\n').map(l => l.split(' ').map(s => s.split(',').map(Number)));
  const n = samples.length, f = samples[0][0].length, t = Math.max(...samples.map(s => s.length));
  const x = new Float32Array(n * t * f).fill(9);
  samples.forEach((s, i) => s.forEach((step, j) => step.forEach((v, k) => { x[(i * t + j) * f + k] = v; })));
  const feeds = {input: new ort.Tensor('float32', x, [n, t, f])};
  if (session.inputNames.includes('lengths')) feeds.lengths = new ort.Tensor('int32', samples.map(s => s.length), [n]);
  const {dims, data} = (await session.run(feeds)).output;
  const units = dims[dims.length - 1], steps = dims.length === 3 ? dims[1] : 1;
  for (let i = 0; i < n; i++) for (let j = 0; j < steps; j++)
    if (steps !== t || steps === 1 || j < samples[i].length)
      console.log(Array.from(data.slice((i * steps + j) * units, (i * steps + j + 1) * units)).join(','));
})();
END
near() { # FILE FILE: the same numbers
  paste -d, "$1" "$2" | awk -F, '
    NF % 2 || NF == 0 { bad = 1 }
    { for (i = 1; i <= NF / 2; i++) { d = $i - $(i + NF / 2); if (d < 0) d = -d
      if (!(d <= 2e-5 * (1 + ($i < 0 ? -$i : $i)))) bad = 1 } }
    END { exit bad || NR == 0 }'
}
# same NAME EXPORT-OPTIONS: net.onnx of model.ckpt on `samples` against `wanted`
same() {
  name=$1
  shift
  rm -f net.onnx
  run "$export" "$@" model.ckpt net.onnx
  [ "$code" -eq 0 ] && [ -s net.onnx ]
  ok $? "$name: a graph is written"
  if [ -n "$runtime" ]; then
    node run.js <samples >found 2>err && near wanted found
    status=$?
    [ $status -eq 0 ] || { head -n 3 err; head -n 2 wanted found; } | sed 's/^/# /'
    ok $status "$name: ONNX Runtime predicts the same"
  else
    skip "$name: ONNX Runtime predicts the same" 'no onnxruntime-node'
  fi
}

# ---- windows ---------------------------------------------------------------------------------
perl -e 'print "a,b,y\n"; printf "%.3f,%.3f,%.3f\n", sin $_ / 3, cos($_ / 4) * 2, 1000 + 50 * sin($_ / 3) + $_ % 5 for 1 .. 40' >w.csv
perl -ne 'next if $. == 1; chomp; push @r, $_; print join(" ", @r[-5 .. -1]), "\n" if @r >= 5' w.csv >samples
windows() { # KEYS...: model.ckpt, and `wanted`
  "$train" -q w.yaml "$@" >out && "$predict" -q model.ckpt w.csv | sed 1d >wanted
}
cat >w.yaml <<'END'
data: {csv: w.csv, inputs: [a, b, y], targets: y, window: 5}
model: {layers: [{lstm: 4}, {dense: 1}]}
train: {epochs: 2}
END
for mode in concat sum mul ave; do
  windows "model.layers=[bidirectional: {gru: 3, merge_mode: $mode}, bidirectional: {lstm: {units: 3, go_backwards: true}, merge_mode: $mode}, bidirectional: {simple_rnn: 2, merge_mode: $mode}, dense: 1]"
  same "bidirectional, $mode"
done
for mode in last mean max; do
  windows "model.layers=[layer_normalization: {epsilon: 0.01}, gru: 4, layer_normalization: {scale: false}, pool: $mode, layer_normalization: {center: false}, repeat_vector: 3, lstm: 3, dense: 1]"
  same "layer_normalization, repeat_vector, pool $mode"
done
windows data.scale=standard data.columns.a.scale=minmax data.columns.b.scale=robust data.horizon=2 'model.layers.1=dense: 2'
same 'scales' --scaled
windows data.scale=standard 'train.loss={quantile: [0.1, 0.5, 0.9]}' data.horizon=2 'model.layers.1=dense: 6' train.epochs=1
same 'quantiles are sorted' --scaled
windows data.columns.y.log=true
gives 'a logarithm is refused' 2 \
  'rnnexport: --scaled: column "y" has log: true, and the graph'"'"'s logarithm would not be rnntrain'"'"'s' \
  "$export" --scaled model.ckpt no.onnx
windows data.columns.y.difference=1
gives 'a difference is refused' 2 \
  'rnnexport: --scaled: column "y" has difference: 1, which needs rows that the graph is not given' \
  "$export" --scaled model.ckpt no.onnx
gives 'another form is refused' 2 \
  'rnnexport: --scaled is for .onnx; in other forms numbers go in and come out as the network has them' \
  "$export" --scaled model.ckpt no.c
[ ! -e no.onnx ] && [ ! -e no.c ]
ok $? '... and nothing is written'

# ---- rows ------------------------------------------------------------------------------------
awk 'BEGIN { OFS = ","; print "a,b,c,p,q,r"; for (i = 0; i < 20; i++) print i, 10 * i + i % 3, i % 5, 2 * i, i % 7, 100 + i }' >rows.csv
sed 1d rows.csv | cut -d, -f1-3 | tr , ' ' >samples
cat >rows.yaml <<'END'
data: {csv: rows.csv, inputs: a..c, targets: p..r, target_per: step, scale: standard}
model: {layers: [{gru: 3}, {dense: 1}]}
END
"$train" -q rows.yaml >out && "$predict" -q model.ckpt rows.csv | sed 1d >wanted
same 'a scale for each step' --scaled

# ---- sequences -------------------------------------------------------------------------------
# Ids of 1 to 6 steps; x = 0 is padding, anywhere.
perl -e '
  print "id,x,z,w,k\n";
  for $i (1 .. 24) { for $t (1 .. 1 + $i % 6) { $x = ($i * 7 + $t * 5) % 4;
    printf "%d,%d,%d,%.2f,%s\n", $i, $x, $x, $x ? ($i % 5) / 3 : 0, ("p", "q", "r")[$i % 3] } }' >s.csv
pick() { # COLUMNS (awk): samples of sequences
  awk -F, "NR > 1 { step = $1; if (\$1 != id) printf \"%s%s\", id == \"\" ? \"\" : \"\\n\", step; else printf \" %s\", step; id = \$1 } END { print \"\" }" s.csv >samples
}
cat >s.yaml <<'END'
data: {csv: s.csv, sequence_id: id, inputs: [x, w], targets: k}
model: {layers: [{gru: 4}, {dense: {units: 3, activation: softmax}}]}
train: {epochs: 2}
END
sequences() {
  "$train" -q s.yaml "$@" >out && "$predict" -q --probabilities model.ckpt s.csv | sed 1d | cut -d, -f2- >wanted
}
pick '$2 "," $4'
for mode in last mean max; do
  sequences "model.layers=[bidirectional: {gru: 3}, gru: {units: 3, go_backwards: true}, pool: $mode, dense: {units: 3, activation: softmax}]"
  same "different lengths, pool $mode"
done
sequences 'model.layers=[masking: 0, lstm: 4, dense: {units: 3, activation: softmax}]'
same 'masked steps'
sequences 'model.layers=[masking: 0, gru: 4, dense: {units: 3, activation: softmax}]' data.target_per=step
same 'masked steps, an output for each'
sequences 'model.layers=[gru: 4, dense: 3]' 'train.loss={sparse_categorical_crossentropy: {from_logits: true}}'
same 'logits become probabilities'
pick '$2'
sequences data.inputs=x 'model.layers=[embedding: {input_dim: 4, output_dim: 3, mask_zero: true}, lstm: 4, dense: {units: 3, activation: softmax}]'
same 'embedding, id 0 masked'
# Categories 0 to 3 have the ids 2 to 5.
pick '($3 + 2) "," $4'
sequences 'data.inputs=[z, w]' 'data.columns={z: {type: category, embed: 2}}'
same 'embed: a vector for a column'
pick '$4 "," ($3 + 2)'
sequences 'data.inputs=[w, z]' 'data.columns={z: {type: category, embed: 2}}'
same '... the last of them'

done_testing
