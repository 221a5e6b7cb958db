#!/bin/sh
# Time rnnpredict on a million rows of a window model, reading and writing CSV included, beside
# PyTorch at the best batch size and number of threads it has here: predict.sh BIN
#
# An LSTM of 64 units on windows of 24 steps. Programs take turns; seconds are medians of ROUNDS (3)
# runs on ROWS (1000000) rows.
bin=$(cd "$1" && pwd) || exit 1
here=$(cd "$(dirname "$0")" && pwd)
rows=${ROWS:-1000000} rounds=${ROUNDS:-3}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

awk -v rows="$rows" 'BEGIN { srand(2); print "x"; for (i = 0; i < rows; i++) printf "%.4f\n", sin(i / 10) + rand() / 5 }' >all.csv
head -n 1000 all.csv >some.csv
cat >model.yaml <<'EOF'
data: {csv: some.csv, inputs: x, targets: x, window: 24, scale: standard}
model: {layers: [lstm: 64, dense: 1]}
train: {epochs: 1}
EOF
"$bin/rnntrain" --quiet model.yaml >summary.json || exit 1

seconds() { # COMMAND...
  begun=$(date +%s.%N)
  "$@" >predictions.csv || exit 1
  echo "$(date +%s.%N) $begun" | awk '{ printf "%.3f\n", $1 - $2 }'
}
median() {
  sort -n "$1" | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}

torch=no
/usr/bin/python3 -c 'import torch' 2>errors && torch=yes
round=0
while [ $round -lt "$rounds" ]; do
  for threads in 1 2; do
    seconds "$bin/rnnpredict" --quiet --threads $threads model.ckpt all.csv >>own$threads
  done
  [ $torch = yes ] && "$here/torch_predict.py" all.csv 24 64 4000 2>>torch >predictions.csv
  round=$((round + 1))
done
echo "$rows rows, LSTM of 64 units, windows of 24 steps, CSV to CSV:"
for threads in 1 2; do echo "rnnpredict, threads $threads: $(median own$threads) s"; done
if [ $torch = yes ]; then
  cut -d, -f6 torch >passes
  cut -d, -f7 torch >all
  echo "PyTorch (batch, threads: $(cut -d, -f4,5 torch | tr '\n' ' ')): forward alone $(median passes) s, with CSV $(median all) s"
  awk -v a="$(median own2)" -v b="$(median passes)" 'BEGIN { printf "rnnpredict with two threads, CSV included, is %.1f times as fast as the forward passes\n", b / a }'
else
  echo 'PyTorch is not there to compare with: apt-get install python3-torch (Debian)'
fi
