#!/bin/sh
# The baselines beside a model's scores, against numbers worked out by other means.
. tests/tap.sh
train=$BIN/rnntrain

# figure PART BASELINE KEY: of the JSON object in `out`
figure() {
  perl -MJSON::PP -e '
    my $o = decode_json(join "", <STDIN>);
    my $v = $o->{baselines}{$ARGV[0]}{$ARGV[1]}{$ARGV[2]};
    printf "%.6g\n", $v if defined $v' "$1" "$2" "$3" <out
}
named() { # PART: the baselines that are there
  perl -MJSON::PP -e 'print join " ", sort keys %{decode_json(join "", <STDIN>)->{baselines}{$ARGV[0]}}' "$1" <out
}

# ---- a forecast ------------------------------------------------------------------------------
cat >airline.yaml <<'END'
data: {csv: passengers.csv, time: month, inputs: passengers, targets: passengers, window: 13, test: 48}
model: {layers: [{gru: 2}, {dense: 1}]}
train: {epochs: 1, metrics: [rmse, mae]}
END
cp "$root/data/airline-passengers.csv" passengers.csv
works 'airline: trained' "$train" -q airline.yaml
is '... what a forecast is measured by' 'linear mean persistence seasonal' "$(named test)"
# The same from the file alone.
perl -ne '
  next if $. == 1; /,\s*"?([0-9.]+)/ and push @y, $1;
  END {
    my ($m, @s) = (0); $m += $_ / 96 for @y[0 .. 95];
    for my $t (96 .. 143) {
      my @e = ($y[$t] - $m, $y[$t] - $y[$t - 1], $y[$t] - $y[$t - 12]);
      $s[$_] += $e[$_] ** 2 / 48, $a[$_] += abs($e[$_]) / 48 for 0 .. 2;
    }
    printf "%.6g %.6g\n", sqrt $s[$_], $a[$_] for 0 .. 2;
  }' passengers.csv >want
for b in mean persistence seasonal; do echo "$(figure test $b rmse) $(figure test $b mae)"; done >found
# The mean is that of the windows'\'' targets: it lacks the first 13 months.
is '... persistence and season (found from the months) as worked out' "$(sed 1d want)" "$(sed 1d found)"
loss=$(figure test persistence loss)
is '... their loss is their mse here' 1 \
  "$(awk -v l="$loss" -v r="$(figure test persistence rmse)" 'BEGIN { d = l / (r * r) - 1; print (d < 1e-5 && d > -1e-5) }')"
# A regression on the 13 months before, solved in exact fractions: 14.2575862.
is '... the regression' 14.2576 "$(figure test linear rmse)"
linear=$(figure test linear rmse)
works 'scaled: trained' "$train" -q airline.yaml data.scale=standard
is '... a scale changes no regression' "$(printf '%.4g' "$linear")" "$(printf '%.4g' "$(figure test linear rmse)")"
is '... nor what was' "$(sed 1d found)" \
  "$(for b in persistence seasonal; do echo "$(figure test $b rmse) $(figure test $b mae)"; done)"
works 'logarithm and difference: trained' "$train" -q airline.yaml data.window=6 \
  'data.columns.passengers={log: true, difference: 12}'
is '... nor do they what was a year ago' "$(sed -n 3p want)" \
  "$(figure test seasonal rmse) $(figure test seasonal mae)"
works 'data.season: 1' "$train" -q airline.yaml data.season=1
is '... no season' 'linear mean persistence' "$(named test)"
works 'a horizon of 3: trained' "$train" -q airline.yaml data.horizon=3 'model.layers=[gru: 2, dense: 3]'
perl -ne '
  next if $. == 1; /,\s*"?([0-9.]+)/ and push @y, $1;
  END {
    for my $t (96 .. 141) { $s += ($y[$t + $_] - $y[$t - 1]) ** 2, $n++ for 0 .. 2 }
    printf "%.6g\n", sqrt($s / $n);
  }' passengers.csv >want
is '... the last known value for each step' "$(cat want)" "$(figure test persistence rmse)"

# ---- classes, rows ---------------------------------------------------------------------------
awk 'BEGIN { print "a,b,kind"; for (i = 0; i < 60; i++) printf "%d,%d,%s\n", i % 7, i % 5, i % 10 < 6 ? "often" : i % 10 < 9 ? "rare" : "once" }' >kinds.csv
cat >kinds.yaml <<'END'
data: {csv: kinds.csv, targets: kind, validation: 10}
model: {layers: [{gru: 2}, {dense: {units: 3, activation: softmax}}]}
train: {epochs: 1}
END
works 'classes: trained' "$train" -q kinds.yaml
is '... the most frequent' 'majority' "$(named val)"
is '... right in 6 of 10' 0.6 "$(figure val majority accuracy)"
# -(0.6 ln 0.6 + 0.3 ln 0.3 + 0.1 ln 0.1)
is '... its loss the entropy of the shares' 0.897946 "$(figure val majority loss)"
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 40; i++) { a = i * 7 % 11; b = i * 5 % 13; printf "%d,%d,%d\n", a, b, 3 * a - 2 * b + 1 } }' >plane.csv
works 'rows: trained' "$train" -q kinds.yaml data.csv=plane.csv data.targets=y \
  'model.layers=[gru: 2, dense: 1]' data.scale=standard
is '... a plane is met by a plane' '1 linear mean' \
  "$(figure val linear rmse | awk '{ print ($1 < 1e-4) }') $(named val)"
is '... and not by the network' 1 "$(grep -c '"val_skill":-' out)"
# ---- figures that others have worked out -----------------------------------------------------
shared=$root/../shared/datasets
if [ -r "$shared/pm25/pollution.csv.gz" ] && [ -r "$shared/etth1/ETTh1.csv.gz" ]; then
  gunzip -c "$shared/pm25/pollution.csv.gz" | tr -d '\r' |
    awk -F, -v OFS=, 'NR == 1; NR > 25 { if ($6 == "NA") $6 = 0; print }' >pm.csv
  works 'pm25: trained' "$train" -q airline.yaml data.csv=pm.csv 'data.inputs=[pm2.5, DEWP, TEMP, PRES, Iws]' \
    'data.time=~' data.targets=pm2.5 data.window=1 data.scale=minmax data.test=35039 train.batch_size=256
  is '... as the hour before: 26.559 and 13.02' '26.559 13.02' \
    "$(printf '%.5g %.4g' "$(figure test persistence rmse)" "$(figure test persistence mae)")"
  gunzip -c "$shared/etth1/ETTh1.csv.gz" | head -n 14401 >ett.csv
  works 'etth1: trained' "$train" -q airline.yaml data.csv=ett.csv data.time=date 'data.targets=[HUFL..OT]' \
    'data.inputs=[HUFL..OT]' data.window=24 data.horizon=24 data.scale=standard data.validation=2880 \
    data.test=2880 'model.layers=[gru: 2, dense: 168]' train.batch_size=256
  is '... as the same hour yesterday: 0.424' 0.424 "$(printf '%.3g' "$(figure test seasonal loss)")"
else
  skip 'pm25 and etth1 as others have them' 'no data sets'
fi
done_testing
