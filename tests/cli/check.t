#!/bin/sh
# rnntrain --check: every problem of the data is told before any training.
. tests/tap.sh
train=$BIN/rnntrain

awk 'BEGIN { print "x,y,z"; for (i = 0; i < 12; i++) print i "," i * i "," 11 - i }' >d.csv
cat >d.yaml <<'END'
data: {csv: d.csv, targets: y, window: 2, validation: 3, test: 2}
model: {layers: [{gru: 2}, {dense: 1}]}
END
works 'good data' "$train" --check d.yaml
is '... standard output is empty, nothing is written' '0 d.csv d.yaml err out' "$(wc -c <out) $(echo *)"

fails() { # NAME CODE 'MESSAGE' SED-SCRIPT ARGUMENT...: the last row but one of the test part is bad
  fails_name=$1 fails_code=$2 fails_text=$3
  sed "$4" d.csv >bad.csv
  shift 4
  gives "$fails_name" "$fails_code" "rnntrain: $fails_text" "$train" -q --check d.yaml data.csv=bad.csv "$@"
}
fails 'a text in the test part' 3 'bad.csv:12:1: column "x": not a number: "ten"' '12s/^10/ten/'
fails 'a missing value there' 3 \
  'bad.csv:12:1: column "x": missing value (the field is empty); data.missing says what to do about it' '12s/^10//'
fails 'no logarithm there' 3 \
  'bad.csv:12: column "z": the logarithm of -1 does not exist; data.columns.z.log needs values above 0' \
  '12s/,1$/,-1/; 13s/,0$/,1/' data.columns.z.log=true
fails 'a target that the loss does not take' 3 \
  'bad.csv:12: column "y": target -100; the loss poisson takes targets of at least 0' '12s/,100/,-100/' train.loss=poisson model.layers.1.dense.activation=softplus
fails 'an output that cannot be written' 1 'cannot write no/m.ckpt: No such file or directory' '' output.checkpoint=no/m.ckpt
fails 'a category that is only in the test part' 3 \
  'bad.csv:12: column "z": category "q" is not one the model is trained on: a, b (a column that is no input belongs under data.ignore)' \
  '2,11s/,[0-9]*$/,a/; 9s/,a$/,b/; 3s/,a$/,b/; 12s/,1$/,q/; 13s/,0$/,a/'
printf 'x,y,z\n1,1,1\n2,2,2\n3,zero,3\n' >other.csv
gives 'a file of a part by itself' 3 'rnntrain: other.csv:4:3: column "y": not a number: "zero"' \
  "$train" -q --check d.yaml data.test=other.csv

# ---- memory: windows are views ---------------------------------------------------------------
case $BIN in
*address* | *thread*) skip 'windows of 720 rows take no memory of their own' 'the sanitizer takes its own' ;;
*)
  awk 'BEGIN { print "x"; for (i = 0; i < 200000; i++) print i % 97 }' >long.csv
  cat >long.yaml <<'END'
data: {csv: long.csv, window: 720}
model: {layers: [{gru: 4}, {dense: 1}]}
train: {steps_per_epoch: 1}
threads: 1
END
  # Copied out they would take 575 MB.
  works 'windows of 720 rows take no memory of their own' sh -c 'ulimit -v 200000; exec "$1" -q long.yaml' sh "$train"
  ;;
esac
done_testing
