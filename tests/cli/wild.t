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
done_testing
