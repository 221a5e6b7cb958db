#!/bin/sh
# The configs that are shipped do what their comments promise. What they are trained on is in data/,
# or for the user to fetch: those are only read through.
. tests/tap.sh
train=$BIN/rnntrain
ln -s "$root/data" data

# learns CONFIG CONDITION: an end that is worse than this is none of the seeds'
learns() {
  works "$1: not $2" "$train" -q --fail-if "$2" "$root/configs/$1.yaml"
}
learns linear-lstm 'val_loss>0.03'
learns linear-gru 'val_loss>0.03'
learns linear-stacked 'val_loss>0.04'
learns sine-gru 'val_rmse>0.13'
learns airline 'test_rmse>15.5'
learns classify 'test_accuracy<0.95'
learns sales 'test_mape>9.5 or test_skill<0.2'
learns machine 'test_accuracy<0.94'
run "$BIN/rnneval" -q --fail-if 'test_accuracy<0.94' machine.ckpt
is 'what machine.yaml has kept is as good' 0 "$code"
awk '{ print } END { for (i = 5; i < 12; i++) printf "2024-02-%02d,centre,,%d\n", i, i == 7 }' \
  data/sales.csv >ahead.csv
run "$BIN/rnnpredict" -q sales.ckpt ahead.csv
is 'a week ahead of the file, with what is planned' 'centre,2024-02-04 7' \
  "$(tail -n 1 out | awk -F, '{ print $1 "," $2, NF - 2 }')"

for config in "$root"/configs/*.yaml; do
  name=$(basename "$config" .yaml)
  works "$name is a config" "$train" --print-config "$config"
done
done_testing
