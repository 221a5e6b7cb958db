#!/bin/sh
# Files as they are found: each is read with a few keys, and its rows and columns are those that its
# source counts. They lie beside the repository or not at all.
. tests/tap.sh
train=$BIN/rnntrain
sets=$(cd "$root/../shared/datasets" 2>/dev/null && pwd)

# reads FILE 'ROWS AND FORM' 'INPUTS AND TARGET' DATA-KEYS
reads() {
  if [ ! -f "$sets/$1" ]; then skip "$1" 'the file is not here'; return; fi
  cat >c.yaml <<END
data: {csv: "$sets/$1", $4}
model: {layers: [{gru: 2}, {dense: 1}]}
train: {loss: mse}
END
  run "$train" --check c.yaml
  is "$1" "data: $sets/$1, $2
$3" "$(grep -e '^data: ' -e '^rnntrain: ' err; sed -n 's/^inputs: .*(\([0-9]* feature\)/\1/p' err)"
}

day='ignore: [Date, Time], window: 24'
reads messy/air_quality/AirQualityUCI.csv.gz \
  '9357 rows, semicolon separated, header, decimal comma, 114 rows without a value at the end passed over' \
  '13 features a step); target: T' "targets: T, $day, missing: interpolate, missing_values: [-200]"
reads messy/air_quality/AirQualityUCI_bom_comma.csv.gz '9357 rows, comma separated, header' \
  '13 features a step); target: T' "targets: T, $day"
reads messy/air_quality/AirQualityUCI_quoted_decimal_comma.csv.gz \
  '9357 rows, comma separated, header, decimal comma' '13 features a step); target: T' "targets: T, $day"
reads messy/bikes_montreal/bikes.csv '310 rows, semicolon separated, header, Latin-1' \
  '7 features a step); target: Berri 1' \
  'targets: Berri 1, ignore: [Date, "*non disponibles*"], window: 7, encoding: latin-1'
reads messy/horse_colic/horse-colic.csv '300 rows, comma separated, no header' \
  '1 feature a step); target: c22' 'targets: c22, missing: mean'
reads messy/co2_mlo/co2_mm_mlo.txt '763 rows, space separated, no header' \
  '8 features a step); target: c3' 'targets: c3, window: 12, comment: hash'
reads messy/titanic/titanic.csv '891 rows, comma separated, header' '5 features a step); target: Fare' \
  'targets: Fare, inputs: [Pclass, SibSp, Sex, Age], missing: mean, window: 2'
reads messy/milk_incomplete/monthly-milk-incomplete.csv '155 rows, comma separated, header' \
  '1 feature a step); target: Pounds per cow' 'time: Month, window: 12'
reads pm25/pollution.csv.gz '43824 rows, comma separated, header' '15 features a step); target: pm2.5' \
  'targets: pm2.5, ignore: No, window: 24, missing: interpolate'
day='targets: Voltage, ignore: [Date, Time], window: 24'
reads power_minute/household_bom_semicolon.csv '1012 rows, semicolon separated, header' \
  '7 features a step); target: Voltage' "$day"
reads power_minute/household_power_consumption_subset.txt '2880 rows, semicolon separated, header' \
  '7 features a step); target: Voltage' "$day"
reads power_minute/household_33days_comma.csv.gz '47960 rows, comma separated, header' \
  '7 features a step); target: Voltage' "$day, missing: interpolate"
while read -r set train_rows test_rows; do
  reads "ucr/$set/${set}_TRAIN.tsv" "$train_rows rows, tab separated, no header" \
    '1 feature a step); target: c0' 'targets: c0, missing: 0'
  reads "ucr/$set/${set}_TEST.tsv" "$test_rows rows, tab separated, no header" \
    '1 feature a step); target: c0' 'targets: c0, missing: 0'
done <<END
Chinatown 20 345
ECG200 100 100
GunPoint 50 150
ItalyPowerDemand 67 1029
PickupGestureWiimoteZ 50 50
SyntheticControl 300 300
END
reads sunspots/SN_m_tot_V2.0.csv '3242 rows, semicolon separated, no header' \
  '7 features a step); target: c3' 'targets: c3, window: 12'
reads sms_spam/sms.tsv '5574 rows, tab separated, no header' '2 features a step); target: _row' \
  'targets: _row, inputs: c0, window: 1, quote: none, header: false'
reads ud_english_ewt/ewt_dev.tsv '25147 rows, tab separated, no header' '17 features a step); target: _row' \
  'targets: _row, inputs: c1, quote: none, header: false, sequence_by: blank_line'
reads cmudict/cmudict.dict.gz '135166 rows, one column, no header' \
  '1 feature a step); target: _row' 'targets: _row, inputs: _row, window: 2, header: false, delimiter: tab, quote: none'
reads airline/airline-passengers.csv '144 rows, comma separated, header' '1 feature a step); target: Passengers' \
  'time: Month, window: 12'
reads sunspots/monthly-sunspots.csv '2820 rows, comma separated, header' '1 feature a step); target: Sunspots' \
  'time: Month, window: 12'
reads min_temp/daily-min-temperatures.csv '3650 rows, comma separated, header' '1 feature a step); target: Temp' \
  'time: Date, window: 7'
reads shampoo/shampoo.csv '36 rows, comma separated, header' '1 feature a step); target: Sales' 'time: Month, window: 3'
reads mackey_glass/MackeyGlass_t17.txt '10000 rows, one column, no header' '1 feature a step); target: c0' \
  'targets: c0, inputs: c0, window: 10'
reads power_daily/household_power_consumption_days.csv '1442 rows, comma separated, header' \
  '8 features a step); target: Global_active_power' 'targets: Global_active_power, time: datetime, window: 14'
reads etth1/ETTh1.csv.gz '17420 rows, comma separated, header' '7 features a step); target: OT' \
  'targets: OT, time: date, window: 96'
reads ud_english_ewt/ewt_test.tsv '25094 rows, tab separated, no header' '17 features a step); target: _row' \
  'targets: _row, inputs: c1, quote: none, header: false, sequence_by: blank_line'
reads ud_english_ewt/ewt_train.tsv.gz '204577 rows, tab separated, no header' '17 features a step); target: _row' \
  'targets: _row, inputs: c1, quote: none, header: false, sequence_by: blank_line'
reads fra_eng/fra.txt.gz '18066 rows, tab separated, no header' '1 feature a step); target: _row' \
  'targets: _row, inputs: _row, window: 2, header: false, quote: none'

# counted FILE NAME 'COMMANDS' 'FROM REPORT' UNITS DATA-KEYS: what the report counts is what other
# programs count in the file.
counted() {
  if [ ! -f "$sets/$1" ]; then skip "$2" 'the file is not here'; return; fi
  cat >c.yaml <<END
data: {csv: "$sets/$1", $6}
model: {layers: [{gru: 2}, {dense: {units: $5, activation: softmax}}]}
END
  run "$train" --check c.yaml
  case $1 in *.gz) gunzip -c "$sets/$1" ;; *) cat "$sets/$1" ;; esac >plain
  is "$2" "$(eval "$3" <plain)" "$(sed -n "$4" err; grep '^rnntrain: ' err)"
}
tally() { # "CLASS: n, CLASS: m" of lines of classes, in the order that the options of sort give
  sort "$@" | uniq -c | awk '{ printf "%s%s: %s", (NR > 1 ? ", " : ""), $2, $1 } END { print "" }'
}
classes='s/^train: .*; classes //p'
counted sms_spam/sms.tsv 'ham and spam' 'cut -f1 | tally' "$classes" 2 'targets: c0, inputs: _row, layout: rows, quote: none, header: false'
words='targets: c1, inputs: _row, quote: none, sequence_by: blank_line, target_per: step, header: false'
counted ud_english_ewt/ewt_train.tsv.gz 'tags' 'cut -sf2 | tally' "$classes" 17 "$words"
counted ud_english_ewt/ewt_train.tsv.gz 'sentences' 'awk -v RS= "END { print NR }"' \
  's/^train: .* \([0-9]*\) sequences of.*/\1/p' 17 "$words"
while read -r set units; do
  counted "ucr/$set/${set}_TRAIN.tsv" "$set: classes" 'cut -f1 | tally -n' "$classes" "$units" \
    'targets: c0, columns: {c0: {type: category}}, header: false'
done <<END
Chinatown 2
ECG200 2
GunPoint 2
ItalyPowerDemand 2
PickupGestureWiimoteZ 10
SyntheticControl 6
END
counted pm25/pollution.csv.gz 'hours without a value' 'cut -d, -f6 | grep -cx NA' \
  's/^missing: column "pm2.5", \([0-9]*\) values.*/\1/p' 4 \
  'targets: cbwd, inputs: pm2.5, window: 2, missing: mean'
counted messy/horse_colic/horse-colic.csv 'question marks' 'cut -d, -f4 | grep -cFx "?"' \
  's/^missing: column "c3", \([0-9]*\) values.*/\1/p' 2 \
  'targets: c23, inputs: c3, window: 1, missing: 0, columns: {c23: {type: category}}'
if [ -d "$sets/names" ]; then
  cat >c.yaml <<END
data: {csv: "$sets/names/*.txt", header: false, delimiter: tab, inputs: c0, targets: _file, columns: {c0: {type: text}}}
model: {layers: [{embedding: {output_dim: 2}}, {gru: 2}, {dense: {units: 18, activation: softmax}}]}
END
  run "$train" --check c.yaml
  is 'names of each language' "$(for file in "$sets"/names/*.txt; do
    echo "$(basename "$file" .txt): $(wc -l <"$file")"
  done | paste -sd, - | sed 's/,/, /g')" "$(sed -n "$classes" err)"
else
  skip 'names of each language' 'the files are not here'
fi
done_testing
