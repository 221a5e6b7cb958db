#!/bin/sh
# rnnexport: what other programs make of the files is what rnnpredict makes of the checkpoint.
. tests/tap.sh
export=$BIN/rnnexport

# near NAME FILE FILE: numbers line by line, within 1e-5 of each other
near() {
  paste -d' ' "$2" "$3" | awk '
    NF != 2 { bad = 1 }
    { d = $1 - $2; if (d < 0) d = -d; if (d > 1e-5 * (1 + ($1 < 0 ? -$1 : $1))) bad = 1 }
    END { exit bad || NR == 0 }'
  ok $? "$1"
}

# model LAYERS...: train on a wave, and keep rnnpredict's answers in `wanted`
model() {
  printf 'data: {generate: {task: sine, samples: 40, window: 6, noise: 0.1}}\nmodel:\n  layers:\n' >c.yaml
  printf '    - %s\n' "$@" >>c.yaml
  printf 'train: {epochs: 3}\n' >>c.yaml
  "$BIN/rnntrain" -q c.yaml >out && "$BIN/rnntrain" -q --write-data d.csv c.yaml &&
    "$BIN/rnnpredict" -q model.ckpt d.csv | sed 1d >wanted
}

cat >main.c <<'END'
#include "net.h"
#include <stdio.h>
/* Windows of 6 rows, each predicted at once and step by step, which must be the same. */
int main(void) {
    char line[100];
    float v[200], y, again;
    int n = 0;
    if (!fgets(line, sizeof line, stdin)) return 1;
    while (scanf("%f", &v[n]) == 1) n++;
    for (int i = 0; i + 6 <= n; i++) {
        struct model m;
        model_predict(v + i, 6, &y);
        model_init(&m);
        for (int t = 0; t < 6; t++) model_step(&m, v + i + t, t == 5 ? &again : 0);
        if (y != again) return 2;
        printf("%.9g\n", y);
    }
    return 0;
}
END
cat >read_torch.py <<'END'
import json, struct, torch
raw = open('net.safetensors', 'rb').read()
size = struct.unpack('<Q', raw[:8])[0]
tensors = {}
for name, at in json.loads(raw[8:8 + size]).items():
    if name != '__metadata__':
        first, end = at['data_offsets']
        tensors[name] = torch.frombuffer(bytearray(raw[8 + size + first:8 + size + end]), dtype=torch.float32).reshape(at['shape'])
def load(module, layer):
    module.load_state_dict({k[len(layer) + 1:]: v for k, v in tensors.items() if k.split('.')[0] == layer})
    return module
v = [float(x) for x in open('d.csv').read().split()[1:]]
x = torch.tensor([v[i:i + 6] for i in range(len(v) - 5)]).unsqueeze(2)
x, _ = load(torch.nn.LSTM(1, 5, batch_first=True), 'lstm')(x)
x, _ = load(torch.nn.GRU(5, 7, batch_first=True), 'gru')(x)
x, _ = load(torch.nn.LSTM(7, 3, batch_first=True, bidirectional=True), 'both')(x)
x, _ = load(torch.nn.RNN(6, 4, batch_first=True), 'simple_rnn')(x)
for y in load(torch.nn.Linear(4, 1), 'dense')(x[:, -1])[:, 0].tolist(): print('%.9g' % y)
END
cat >onnx.js <<'END'
const ort = require('onnxruntime-node'), fs = require('fs');
(async () => {
  const session = await ort.InferenceSession.create('net.onnx', {logSeverityLevel: 3});
  const v = fs.readFileSync('d.csv', 'utf8').trim().split('\n').slice(1).map(Number), n = v.length - 5;
  const x = new Float32Array(n * 6);
  for (let i = 0; i < n; i++) for (let t = 0; t < 6; t++) x[i * 6 + t] = v[i + t];
  const result = await session.run({input: new ort.Tensor('float32', x, [n, 6, 1])});
  for (const y of result.output.data) console.log(y);
})();
END

# in_c NAME LAYERS...
in_c() {
  name=$1
  shift
  model "$@" && "$export" model.ckpt net.c &&
    "${CC:-cc}" -std=c99 -Wall -Wextra -Wpedantic -Werror -o net main.c net.c -lm && ./net <d.csv >found
  ok $? "$name: the program compiles without a warning and runs"
  near "$name: the program predicts the same" wanted found
}
in_c 'all cells' 'lstm: 5' 'gru: 7' 'gru: {units: 6, reset_after: false}' 'simple_rnn: 4' 'dropout: 0.2' 'dense: 1'
in_c 'activations' 'lstm: {units: 5, activation: softsign, recurrent_activation: hard_sigmoid, use_bias: false}' \
  'gru: {units: 4, activation: elu, use_bias: false}' 'activation: gelu' 'dense: {units: 3, activation: silu}' \
  'dense: {units: 3, activation: softmax}' 'dense: {units: 2, activation: mish}' 'activation: selu' 'dense: 1'

in_c 'layer_normalization, pool: last' 'layer_normalization: {epsilon: 0.01}' 'gru: 4' 'layer_normalization: {scale: false}' \
  'pool: last' 'layer_normalization: {center: false}' 'dense: {units: 3, activation: tanh}' 'dense: 1'
in_c 'pool: mean' 'gru: 4' 'pool: mean' 'dense: 1'
in_c 'pool: max' 'gru: 4' 'pool: max' 'dense: 1'

# A sequence in lines of numbers, one step a line.
cat >steps.c <<'END'
#include "net.h"
#include <stdio.h>
int main(void) {
    float x[MODEL_FEATURES], y[MODEL_OUTPUTS];
    struct model m;
    int i = 0;
    model_init(&m);
    while (scanf("%f%*[ ,]", &x[i]) == 1)
        if (++i == MODEL_FEATURES) {
            model_step(&m, x, y);
            i = 0;
        }
    for (i = 0; i < MODEL_OUTPUTS; i++) printf("%.9g\n", y[i]);
    return 0;
}
END
# steps_in_c NAME: net.c of model.ckpt, given `steps`, against `wanted`
steps_in_c() {
  "$export" model.ckpt net.c && "${CC:-cc}" -std=c99 -Wall -Wextra -Wpedantic -Werror -o net steps.c net.c -lm && ./net <steps >found
  ok $? "$1: the program compiles and runs"
  near "$1: the program predicts the same" wanted found
}
printf 'id,w,c,k\n1,0.5,a,p\n1,0.25,b,p\n2,1,b,q\n2,2,c,q\n3,0,a,r\n' >ids.csv
cat >ids.yaml <<'END'
data: {csv: ids.csv, sequence_id: id, targets: k, inputs: [c, w], columns: {c: {type: category, embed: 2}}}
model: {layers: [{gru: 3}, {dense: 3}]}
train: {loss: {sparse_categorical_crossentropy: {from_logits: true}}}
END
first() { # the prediction for the first id, a number a line
  "$BIN/rnnpredict" -q "$@" model.ckpt ids.csv | sed -n 2p | cut -d, -f2- | tr , '\n' >wanted
}
"$BIN/rnntrain" -q ids.yaml >out && first --probabilities
printf '2,0.5\n3,0.25\n' >steps
steps_in_c 'embed, logits'
"$BIN/rnntrain" -q ids.yaml 'data.inputs=[w, c]' >out && first --probabilities
printf '0.5,2\n0.25,3\n' >steps
steps_in_c 'embed of the last column'
"$BIN/rnntrain" -q ids.yaml data.inputs=c 'data.columns={c: {type: category, encode: index}}' \
  'model.layers=[embedding: {output_dim: 4}, lstm: 2, dense: 3]' >out && first --probabilities
printf '2\n3\n' >steps
steps_in_c 'embedding'
"$BIN/rnntrain" -q ids.yaml data.inputs=c data.targets=w 'data.columns={c: {type: category, encode: index}}' \
  'model.layers=[embedding: {output_dim: 4}, lstm: 2, dense: 3]' 'train.loss={quantile: [0.1, 0.5, 0.9]}' >out && first
steps_in_c 'quantiles'
"$BIN/rnntrain" -q ids.yaml data.inputs=w 'data.columns=~' 'model.layers=[masking: 0, lstm: 2, dense: 3]' >out
gives 'masks are refused' 2 \
  "rnnexport: layer 'masking' leaves steps out, which has no form in a program that is given one step at a time" \
  "$export" model.ckpt net3.c

# in_onnx NAME LAYERS...
in_onnx() {
  name=$1
  shift
  model "$@" && "$export" model.ckpt net.onnx
  ok $? "$name: a graph is written"
  if node -e "require('onnxruntime-node')" 2>/dev/null; then
    node onnx.js >found
    near "$name: ONNX Runtime predicts the same" wanted found
  else
    skip "$name: ONNX Runtime predicts the same" 'no onnxruntime-node (npm install onnxruntime-node, and NODE_PATH)'
  fi
}
in_onnx 'all cells' 'lstm: 5' 'gru: 7' 'gru: {units: 6, reset_after: false, go_backwards: true}' 'simple_rnn: 4' 'dropout: 0.2' 'dense: 1'
in_onnx 'activations' 'lstm: {units: 5, activation: softsign, recurrent_activation: hard_sigmoid, use_bias: false}' \
  'gru: {units: 4, activation: elu, use_bias: false}' 'activation: leaky_relu' 'dense: {units: 3, activation: silu}' \
  'dense: {units: 3, activation: softmax}' 'dense: {units: 2, activation: mish}' 'activation: selu' 'dense: 1'

model 'lstm: 5' 'gru: 7' 'bidirectional: {lstm: 3, name: both}' 'simple_rnn: 4' 'dense: 1' && "$export" --names pytorch model.ckpt net.safetensors
ok $? "weights under PyTorch's names"
python=$(for p in python3 /usr/bin/python3; do "$p" -c 'import torch' 2>/dev/null && echo "$p" && break; done)
if [ -n "$python" ]; then
  "$python" read_torch.py >found
  near 'PyTorch predicts the same' wanted found
else
  skip 'PyTorch predicts the same' 'no python3-torch'
fi
"$export" model.ckpt net.safetensors && gunzip -c model.ckpt >plain.safetensors
tensors plain.safetensors | grep -v resume/ | sort >a && tensors net.safetensors | sort >b && cmp a b
ok $? "under Keras' names, the tensors of the checkpoint"
gives 'what cannot go step by step is refused' 2 \
  "rnnexport: layer 'both': its type has no form in a program that goes step by step" "$export" model.ckpt net2.c
gives 'an unknown ending' 2 'rnnexport: net.txt: the name'"'"'s ending says what to write: .safetensors, .onnx or .c' "$export" model.ckpt net.txt
gives 'unknown names' 2 "rnnexport: --names is keras or pytorch, not 'jax' (see rnnexport --help)" "$export" --names jax model.ckpt net.safetensors
[ ! -e net2.c ] && [ ! -e net.txt ]
ok $? 'a refused export writes nothing'
"$BIN/rnninfo" --config model.ckpt | grep '^  loss:' >loss
perl "$root/tests/edit_checkpoint.pl" model.ckpt bad.ckpt config "$(cat loss)
" ''
gives 'a stranger'"'"'s checkpoint without a loss' 5 'rnnexport: bad.ckpt: its config has no loss' "$export" bad.ckpt net3.onnx
cat >plain.yaml <<'END'
data: {generate: {task: sine, samples: 40, window: 5}}
model: {layers: [{gru: 2}, {dense: 1}]}
END
works 'a plain model' "$BIN/rnntrain" -q plain.yaml
echo 'int mine;' >own.h
gives 'a header that is not ours' 2 \
  'rnnexport: own.h is there and was not made by rnnexport; give the program another name, or remove it' \
  "$export" model.ckpt own.c
is '... is as it was' 'int mine; none' "$(cat own.h) $([ -e own.c ] || echo none)"
works 'one of ours is written anew' sh -c '"$0" model.ckpt again.c && "$0" model.ckpt again.c' "$export"
done_testing
