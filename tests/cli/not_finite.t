#!/bin/sh
# A weight that is no number is never loaded, whoever asks for it.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data: {generate: {task: linear, samples: 20}, validation: 5}
model: {layers: [{gru: 3}, {dense: 1}]}
train: {epochs: 3, early_stopping: {patience: 100}}
END
"$train" -q c.yaml train.epochs=2 output.checkpoint=good.ckpt >out 2>err
ok $? 'a run'
echo x >in.csv && echo 0.5 >>in.csv

# spoil TENSOR HEX FILE: the checkpoint with these four bytes for the tensor's second number
cat >spoil.pl <<'END'
use strict;
use warnings;
use JSON::PP;
my ($name, $hex) = @ARGV;
binmode STDIN;
binmode STDOUT;
my $bytes = do { local $/; <STDIN> };
my $length = unpack 'Q<', $bytes;
my $at = JSON::PP->new->utf8->decode(substr $bytes, 8, $length)->{$name}{data_offsets}[0];
substr($bytes, 8 + $length + $at + 4, 4) = pack 'H8', $hex;
print $bytes;
END
spoil() {
  gunzip -c good.ckpt | perl spoil.pl "$1" "$2" | gzip -n >"$3"
}
spoil gru/kernel 0000803f fine.ckpt
works 'a changed weight that is a number is taken' "$BIN/rnnpredict" -q fine.ckpt in.csv
for value in 'NaN 0000c07f' 'infinity 0000807f' 'minus-infinity 000080ff'; do
  # shellcheck disable=SC2086 # two words
  set -- $value
  spoil gru/kernel "$2" bad.ckpt
  gives "$1: rnnpredict" 5 \
    "rnnpredict: bad.ckpt: tensor \"gru/kernel\" has 1 non-finite value" \
    "$BIN/rnnpredict" -q bad.ckpt in.csv
  is '... prints nothing' 0 "$(wc -c <out)"
  gives "$1: --init-from" 5 \
    "rnntrain: bad.ckpt: tensor \"gru/kernel\" has 1 non-finite value" \
    "$train" -q c.yaml --init-from bad.ckpt
  for tensor in gru/kernel resume/weights/gru/kernel resume/adam/m/gru/kernel resume/adam/v/gru/kernel; do
    spoil "$tensor" "$2" model.ckpt
    cp model.ckpt before.ckpt
    gives "$1 in $tensor: --resume" 5 \
      "rnntrain: model.ckpt: tensor \"$tensor\" has 1 non-finite value" \
      "$train" -q c.yaml --resume
    cmp -s model.ckpt before.ckpt
    ok $? '... which leaves the checkpoint alone'
  done
done
done_testing
