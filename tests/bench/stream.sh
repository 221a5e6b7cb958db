#!/bin/sh
# Time the answers of rnnpredict --stream through a pair of pipes, and what a million lines take:
# stream.sh BIN
#
# Models of 128 units that read 4 columns and answer each line, scaling included.
bin=$(cd "$1" && pwd) || exit 1
here=$(cd "$(dirname "$0")" && pwd)
lines=${LINES_SENT:-20000} many=${LINES_MANY:-1000000}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
${CC:-cc} -O2 -std=gnu11 -o stream "$here/stream.c" || exit 1

awk 'BEGIN { srand(2); print "a,b,c,d,y"
  for (i = 0; i < 1000; i++) printf "%.4f,%.4f,%.4f,%.4f,%.4f\n", sin(i / 10), rand(), rand(), rand(), rand() }' >some.csv
for cell in lstm gru simple_rnn; do
  cat >$cell.yaml <<EOT
data: {csv: some.csv, sequence_by: file, inputs: [a, b, c, d], targets: y, target_per: step, scale: standard}
model: {layers: [$cell: 128, dense: 1]}
train: {epochs: 1, bptt: 50}
output: {checkpoint: $cell.ckpt, history: $cell.csv}
EOT
  "$bin/rnntrain" --quiet $cell.yaml >summary.json || exit 1
  ./stream "$lines" "$bin/rnnpredict" --quiet --stream $cell.ckpt - <some.csv | awk -F, -v cell=$cell \
    '{ printf "%s of 128 units: a line is answered after %s us (median), %s us in 99 of 100, %s us at worst\n", cell, $1, $2, $3 }'
done
begun=$(date +%s.%N)
awk -v many="$many" 'BEGIN { print "a,b,c,d"; for (i = 0; i < many; i++) print "0.5,0.25,0.125,-1" }' |
  "$bin/rnnpredict" --quiet --stream lstm.ckpt - | tail -n 1 >last || exit 1
echo "$(date +%s.%N) $begun" | awk -v many="$many" '{ printf "%d lines in a row: %.1f s\n", many, $1 - $2 }'
