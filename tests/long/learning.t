#!/bin/sh
# The configs for public data sets reach what their comments promise. The sets lie beside the
# repository or not at all.
. tests/tap.sh
train=$BIN/rnntrain
sets=$(cd "$root/../shared/datasets" 2>/dev/null && pwd)

# fetch FILE AS: false where it is not here
fetch() {
  if [ -f "$sets/$1.gz" ]; then gunzip -c "$sets/$1.gz" >"$2"; else cp "$sets/$1" "$2" 2>/dev/null; fi
}

# learns NAME CONFIG CONDITION [OPTION...|KEY=VALUE...]
learns() {
  learn_name=$1 config=$2 condition=$3
  shift 3
  works "$learn_name: not $condition" "$train" -q --fail-if "$condition" "$root/configs/$config.yaml" "$@"
}

if fetch etth1/ETTh1.csv ETTh1.csv; then
  head -n 14401 ETTh1.csv >etth1.csv
  # Better than the published LSTMa, and than the same hour of yesterday.
  learns 'ETTh1, all series' etth1 'test_scaled_mse>0.4 or test_scaled_mae>0.385'
  learns 'ETTh1, oil temperature' etth1 'test_scaled_mse>0.0343 or test_scaled_mae>0.1394' data.inputs=OT \
    data.targets=OT 'data.columns.OT={difference: 1}'
else
  skip 'ETTh1' 'the files are not here'
fi

if fetch japanese_vowels/ae.train ae.train && fetch japanese_vowels/ae.test ae.test; then
  # The commands in the config's comment.
  sed -n '/^#     csv() {/,/^#     csv "31/s/^#     //p' "$root/configs/vowels.yaml" >convert.sh
  sh convert.sh
  is 'the vowels are those of the source' '270 4274 370 5687' "$(for part in train test; do
    awk -F, 'NR > 1 { rows++; seen[$1] = 1 } END { for (id in seen) ids++; print ids, rows }' "vowels-$part.csv"
  done | xargs)"
  learns 'Japanese Vowels' vowels 'median_test_accuracy<0.95' --repeats 5
else
  skip 'Japanese Vowels' 'the files are not here'
fi

while read -r set least; do
  if fetch "ucr/$set/${set}_TRAIN.tsv" "${set}_TRAIN.tsv" && fetch "ucr/$set/${set}_TEST.tsv" "${set}_TEST.tsv"; then
    learns "$set" ucr "median_test_accuracy<$least" --repeats 5 "data.csv=${set}_TRAIN.tsv" "data.test=${set}_TEST.tsv"
  else
    skip "$set" 'the files are not here'
  fi
done <<SETS
SyntheticControl 0.956
ItalyPowerDemand 0.934
ECG200 0.77
GunPoint 0.907
SETS

if fetch pm25/pollution.csv pollution.csv; then
  learns 'Beijing PM2.5' pm25 'test_rmse>26.4 or test_mae>13.02'
else
  skip 'Beijing PM2.5' 'the files are not here'
fi

if fetch sms_spam/sms.tsv sms.tsv; then
  learns 'SMS Spam' sms-spam 'median_test_accuracy<0.9764' --repeats 5
else
  skip 'SMS Spam' 'the files are not here'
fi

if [ -d "$sets/names" ]; then
  mkdir names
  cp "$sets"/names/*.txt names
  learns 'names' names 'test_accuracy<0.8 or test_f1_macro<0.45'
else
  skip 'names' 'the files are not here'
fi

if fetch ud_english_ewt/ewt_train.tsv ewt_train.tsv && fetch ud_english_ewt/ewt_dev.tsv ewt_dev.tsv &&
  fetch ud_english_ewt/ewt_test.tsv ewt_test.tsv; then
  learns 'tags of the English Web Treebank' tagging 'test_accuracy<0.91'
else
  skip 'tags of the English Web Treebank' 'the files are not here'
fi
done_testing
