#!/bin/sh
# What a checkpoint holds, by an independent reader: names, Keras' shapes, metadata; and that equal
# runs give equal files, whenever they run.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data:
  generate: {task: sine, samples: 60, window: 6, noise: 0.1}
model:
  layers:
    - lstm: {units: 5, name: first}
    - gru: 4
    - gru: {units: 3, reset_after: false, use_bias: true}
    - simple_rnn: {units: 2, use_bias: false}
    - dropout: 0.1
    - dense: 1
train:
  epochs: 2
  optimizer: {adam: {amsgrad: true}}
END
works 'a run' "$train" -q c.yaml
weights='dense/bias F32 [1]
dense/kernel F32 [2,1]
first/bias F32 [20]
first/kernel F32 [1,20]
first/recurrent_kernel F32 [5,20]
gru/bias F32 [2,12]
gru/kernel F32 [5,12]
gru/recurrent_kernel F32 [4,12]
gru_1/bias F32 [9]
gru_1/kernel F32 [4,9]
gru_1/recurrent_kernel F32 [3,9]
simple_rnn/kernel F32 [3,2]
simple_rnn/recurrent_kernel F32 [2,2]'
shapes() { # FILE PREFIX
  tensors "$1" | cut -d' ' -f1-3 | grep "^$2" | sed "s|^$2||" | sort
}
is 'the weights, with Keras'\'' names and shapes' "$weights" "$(shapes model.ckpt '' | grep -v ^resume)"
for slot in m v v_hat; do
  is "adam's $slot" "$weights" "$(shapes model.ckpt "resume/adam/$slot/")"
done
is 'nothing else' 52 "$(tensors model.ckpt | wc -l)"

perl "$root/tests/read_safetensors.pl" --metadata model.ckpt >metadata
is 'the metadata'\''s keys' 'baselines config format program resume schema state' \
  "$(cut -f1 metadata | tr '\n' ' ' | sed 's/ $//')"
is 'format' 1 "$(sed -n 's/^format\t//p' metadata)"
is 'program' "$("$train" --version)" "$(sed -n 's/^program\t//p' metadata)"
is 'resume names the optimizer' adam "$(sed -n 's/^resume\t//p' metadata)"
perl -ne 'next unless s/^config\t//; chomp; s/\\x([0-9a-f]{2})/chr hex $1/ge; print' metadata >resolved.yaml
run "$train" --print-config resolved.yaml
cmp -s resolved.yaml out
ok $? 'the config is resolved: printed again it is the same'
grep -qx '  loss: mse' resolved.yaml && grep -qx '  input: \[6, 1\]' resolved.yaml && grep -qx '  metrics: \[rmse\]' resolved.yaml
ok $? '... with what was found from the data: input, loss, metrics'
perl -MJSON::PP -ne 'next unless s/^(state|schema)\t//; s/\\x([0-9a-f]{2})/chr hex $1/ge;
  my $o = decode_json($_); print join(" ", map { "$_=$o->{$_}" } grep { exists $o->{$_} } qw(epoch step iteration)), "\n" if $1 eq "state" || exists $o->{epoch}' \
  metadata >found
is 'schema and state are JSON; the state counts' 'epoch=2 step=0 iteration=4' "$(grep epoch found)"

mkdir later
sleep 1.1
"$train" -q c.yaml output.checkpoint=later/model.ckpt output.history=later/history.csv >out 2>err
perl "$root/tests/read_safetensors.pl" --metadata later/model.ckpt | sed 's|later/||g' >later.metadata
same_run 'the same run later: the same tensors' . later
cmp -s metadata later.metadata
ok $? '... and the same metadata'
cp model.ckpt first.ckpt
"$train" -q c.yaml >out 2>err
cmp -s first.ckpt model.ckpt
ok $? 'the same run into the same file: the same bytes'
gunzip -c <model.ckpt >plain.safetensors && [ "$(tensors plain.safetensors)" = "$(tensors model.ckpt)" ]
ok $? 'gunzip makes a plain safetensors file of it'
for level in 0 9; do
  "$train" -q c.yaml output.compression=$level output.checkpoint=level.ckpt >out 2>err
  [ "$(tensors level.ckpt)" = "$(tensors model.ckpt)" ]
  ok $? "compression $level: the same tensors"
done

"$train" -q c.yaml output.resume_state=false output.checkpoint=slim.ckpt >out 2>err
is 'resume_state: false leaves the weights' "$weights" "$(shapes slim.ckpt '')"
is '... and no optimizer' '' "$(perl "$root/tests/read_safetensors.pl" --metadata slim.ckpt | grep ^resume)"
is 'no temporary file is left' '' "$(find . -name '*.tmp.*')"

umask 027
rm -f model.ckpt history.csv
"$train" -q c.yaml >out 2>err
is 'new files have the rights that the umask leaves' '640 640' "$(stat -c %a model.ckpt history.csv | tr '\n' ' ' | sed 's/ $//')"
mkdir real
: >real/kept.ckpt
ln -s real/kept.ckpt link.ckpt
"$train" -q c.yaml output.checkpoint=link.ckpt >out 2>err
[ -L link.ckpt ] && [ "$(tensors real/kept.ckpt)" = "$(tensors first.ckpt)" ]
ok $? 'a symbolic link is written through'
# ---- more names than a header holds ----------------------------------------------------------
perl -e 'print "c,y\n"; printf "%060d%05d,%d\n", 0, $_, $_ % 3 for 1 .. 260000' >names.csv
cat >names.yaml <<'END'
data: {csv: names.csv, targets: y, columns: {c: {type: category, encode: index}}}
model: {layers: [{embedding: {input_dim: 260002, output_dim: 1}}, {pool: last}, {dense: 1}]}
train: {batch_size: 4096}
output: {checkpoint: names.ckpt, history: names-h.csv}
END
run "$BIN/rnntrain" -q names.yaml
is 'more names than can be read again: refused before the training' \
  "2 rnntrain: the checkpoint's header would take N bytes, and at most 16777216 are read again; fewer categories or words (data.columns.NAME.min_count) or columns make it shorter" \
  "$code $(sed 's/take [0-9]* bytes/take N bytes/' err)"
[ ! -e names.ckpt ]
ok $? '... and nothing is written'

done_testing
