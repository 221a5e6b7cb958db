#!/bin/sh
# Metrics of a run: in the history and in the result, held against the predictions themselves.
. tests/tap.sh
train=$BIN/rnntrain
perl -e 'print "x,z,y,c,p\n"; for (0 .. 119) { my $x = ($_ * 37 % 100) / 100; my $z = ($_ * 61 % 97) / 97;
  printf "%g,%g,%g,%s,%s\n", $x, $z, 3 + $x - 2 * $z, $x + $z < 0.7 ? "low" : $x > $z ? "mid" : "top", $x > $z ? "yes" : "no" }' >d.csv
tail -n 40 d.csv | cat - >last.csv && { head -n 1 d.csv && cat last.csv; } >part.csv
cat >c.yaml <<'END'
data: {csv: d.csv, layout: rows, inputs: [x, z], targets: y, validation: 40, columns: {y: {scale: standard}}}
model: {input: [1, 2], layers: [gru: 6, dense: 1]}
train: {loss: mse, epochs: 6, batch_size: 16, optimizer: {adam: 0.02}}
END
figure() { # KEY FILE
  perl -MJSON::PP -e 'my $o = decode_json(do { local $/; <STDIN> }); printf "%.9g\n", $o->{$ARGV[0]}' "$1" <"$2"
}
near() { # NAME WANTED FOUND
  perl -e 'exit !(abs($ARGV[0] - $ARGV[1]) <= 1e-5 * (1 + abs $ARGV[0]))' "$2" "$3"
  result=$?
  [ $result -eq 0 ] || echo "# wanted $2, found $3"
  ok $result "$1"
}
column() {
  awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' "$2"
}

# ---- numbers ---------------------------------------------------------------------------------
"$train" -q c.yaml 'train.metrics=[mse, rmse, mae, mape, smape, r2]' >result 2>err
ok $? 'metrics of numbers'
"$BIN/rnnpredict" -q model.ckpt part.csv | paste -d, - part.csv >both.csv
awk -F, 'NR > 1 { n++; e = $1 - $4; a = e < 0 ? -e : e; s += e * e; m += a; p += 100 * a / $4; q += 200 * a / ($1 + $4)
    y += $4; yy += $4 * $4 }
  END { printf "%.9g %.9g %.9g %.9g %.9g %.9g\n", s / n, sqrt(s / n), m / n, p / n, q / n, 1 - s / (yy - y * y / n) }' both.csv >want
# shellcheck disable=SC2046 # words are meant
set -- $(cat want)
for name in mse rmse mae mape smape r2; do
  near "val_$name is that of the predictions" "$1" "$(figure "val_$name" result)"
  near '... and in the history' "$1" "$(column "val_$name" history.csv | tail -n 1)"
  shift
done

# A series: the training part's distance to two rows before is the scale.
awk 'BEGIN { print "s"; for (i = 0; i < 100; i++) print (i * i) % 17 + i / 10 }' >series.csv
cat >series.yaml <<'END'
data: {csv: series.csv, inputs: s, targets: s, window: 4, horizon: 2, validation: 20}
model: {layers: [gru: 4, dense: 2]}
train: {epochs: 3, optimizer: {adam: 0.02}, metrics: [mae, {mase: 2}]}
END
works 'mase' "$train" -q series.yaml
scale=$(awk 'NR > 1 && NR <= 81 { v[NR] = $1; if (NR > 3) { d = v[NR] - v[NR - 2]; s += d < 0 ? -d : d; n++ } }
  END { printf "%.12g", s / n }' series.csv)
near '... is mae over that of the forecast of two rows before' \
  "$(perl -e 'print $ARGV[0] / $ARGV[1]' "$(figure val_mae out)" "$scale")" "$(figure val_mase out)"
"$BIN/rnneval" -q --json model.ckpt >found 2>err
near '... and the same in rnneval' "$(figure val_mase out)" "$(figure mase found)"
"$BIN/rnneval" -q --json --per-step model.ckpt >found 2>err
near '... each step of the horizon by the same scale' "$(figure val_mase out)" \
  "$(perl -0777 -ne 'my @m = /"step":\d+,"mae":[^,]*,"mase":([^,]*)/g; print(($m[0] + $m[1]) / 2)' found)"
gives '... and asks for forecasts' 2 \
  "rnntrain: argument 'train.metrics=mase': metric 'mase' is for forecasts: windows whose targets come after them" \
  "$train" -q c.yaml train.metrics=mase

# Two series of different size: each error in deviations of its own series' training part.
awk 'BEGIN { print "a,b"; for (i = 0; i < 100; i++) print (i * i) % 17 "," 1000 + 30 * ((i * 7) % 11) }' >two.csv
cat >two.yaml <<'END'
data: {csv: two.csv, inputs: [a, b], targets: [a, b], window: 4, horizon: 2, test: 20, columns: {b: {difference: 1, scale: minmax}}}
model: {layers: [gru: 4, dense: 4]}
train: {epochs: 3, optimizer: {adam: 0.02}, metrics: [scaled_mse, scaled_mae]}
output: {checkpoint: two.ckpt, history: two-history.csv}
END
works 'errors in standard deviations' "$train" -q two.yaml
"$BIN/rnnpredict" -q two.ckpt two.csv >forecast.csv
# Forecasts a+1, a+2, b+1, b+2, the last of the rows after the file; the test part are rows 81 to 100.
perl -e 'sub rows { open my $in, "<", $_[0] or die; <$in>; map { chomp; [split /,/] } <$in> }
  my @v = rows("two.csv"); my @p = rows("forecast.csv"); my ($lead, $n, @sd, @of) = (101 - @p, 0);
  for my $c (0, 1) { my ($mean, $square) = (0, 0); $mean += $v[$_][$c] / 80 for 0 .. 79;
    $square += ($v[$_][$c] - $mean) ** 2 / 80 for 0 .. 79; $sd[$c] = sqrt $square }
  for my $row (80 .. 98) { $n++;
    for my $c (0, 1) { for my $h (0, 1) { my $e = ($p[$row - $lead][2 * $c + $h] - $v[$row + $h][$c]) / $sd[$c];
      $of[$h][0] += $e * $e / 2; $of[$h][1] += abs($e) / 2 } } }
  printf "%.9g %.9g %.9g\n", ($of[0][0] + $of[1][0]) / 2 / $n, ($of[0][1] + $of[1][1]) / 2 / $n, $of[1][0] / $n' >want
read -r squared absolute second <want
near 'scaled_mse is that of the predictions' "$squared" "$(figure test_scaled_mse out)"
near 'scaled_mae too' "$absolute" "$(figure test_scaled_mae out)"
run "$BIN/rnneval" -q --json --per-step two.ckpt
near '... in rnneval' "$squared" "$(figure scaled_mse out)"
near '... and of each step ahead' "$second" \
  "$(perl -MJSON::PP -e 'my $o = decode_json(do { local $/; <STDIN> }); print $o->{per_step}[1]{scaled_mse}' <out)"

# ---- classes ---------------------------------------------------------------------------------
"$train" -q c.yaml data.targets=c 'data.columns=~' 'model.layers.1.dense={units: 3, activation: softmax}' \
  train.loss=~ 'train.metrics=[accuracy, f1_macro, precision_weighted, recall_micro, perplexity, {top_k_accuracy: 2}]' >result 2>err
ok $? 'metrics of classes'
"$BIN/rnnpredict" -q -p model.ckpt part.csv | paste -d, - part.csv >both.csv
perl -e '
  chomp(my $header = <STDIN>); my @name = map { s/^p_//r } (split /,/, $header)[0 .. 2];
  my ($n, $right, $top, $log, %tp, %said, %there) = (0, 0, 0, 0);
  while (<STDIN>) { chomp; my @f = split /,/; my %p; @p{@name} = @f[0 .. 2]; my $c = $f[6];
    my @order = sort { $p{$b} <=> $p{$a} } @name; $n++;
    $right += $order[0] eq $c; $top += $order[0] eq $c || $order[1] eq $c; $log -= log $p{$c};
    $said{$order[0]}++; $there{$c}++; $tp{$c} += $order[0] eq $c }
  my ($f1, $precision, $classes) = (0, 0, 0);
  for (@name) { my ($t, $s, $r) = map { $_ // 0 } $tp{$_}, $said{$_}, $there{$_}; next unless $s + $r; $classes++;
    $f1 += 2 * $t / ($s + $r); $precision += $r * ($s ? $t / $s : 0) }
  printf "%.9g %.9g %.9g %.9g %.9g %.9g\n", $right / $n, $f1 / $classes, $precision / $n, $right / $n, exp($log / $n), $top / $n' <both.csv >want
# shellcheck disable=SC2046 # words are meant
set -- $(cat want)
for name in accuracy f1_macro precision_weighted recall_micro perplexity top_k_accuracy; do
  near "val_$name is that of the predictions" "$1" "$(figure "val_$name" result)"
  shift
done

# ---- two classes -----------------------------------------------------------------------------
two() {
  "$train" -q c.yaml data.targets=p 'data.columns=~' train.loss=~ "$@"
}
two 'model.layers.1.dense={units: 1, activation: sigmoid}' 'train.metrics=[auc, f1, precision, recall]' >result 2>err
ok $? 'metrics of two classes'
"$BIN/rnnpredict" -q -p model.ckpt part.csv | paste -d, - part.csv >both.csv
perl -F, -lane 'next if $. == 1; push @{$F[-1] eq "yes" ? \@pos : \@neg}, $F[1];
  END { for my $p (@pos) { $sum += $p > $_ ? 1 : $p == $_ ? 0.5 : 0 for @neg } printf "%.9g\n", $sum / (@pos * @neg) }' both.csv >want
near 'val_auc is the share of pairs in order' "$(cat want)" "$(figure val_auc result)"
is '... and the training part has none' '' "$(column auc history.csv | head -n 1)"
cp result sigmoid
works 'two outputs of a softmax have the same metrics' two 'model.layers.1.dense={units: 2, activation: softmax}' \
  'train.metrics=[auc, f1, precision, recall]'
works 'auc can be watched' two 'model.layers.1.dense={units: 1, activation: sigmoid}' train.metrics=auc \
  'train.early_stopping={monitor: val_auc}'

# ---- what does not fit -----------------------------------------------------------------------
gives 'a metric of the training part that it has not' 2 \
  "rnntrain: argument 'train.early_stopping={monitor: auc}': monitor 'auc' is not measured on the training part; write val_auc" \
  two 'model.layers.1.dense={units: 1, activation: sigmoid}' train.metrics=auc 'train.early_stopping={monitor: auc}'
gives 'auc without a part to measure it on' 2 \
  "rnntrain: argument 'train.metrics=auc': metric 'auc' needs a validation or a test part; set data.validation" \
  two 'model.layers.1.dense={units: 1, activation: sigmoid}' train.metrics=auc data.validation=~
gives 'f1 of three classes' 2 \
  "rnntrain: argument 'train.metrics=f1': metric 'f1' by itself is for two classes; add _macro, _micro or _weighted to its name" \
  "$train" -q c.yaml data.targets=c 'data.columns=~' 'model.layers.1.dense={units: 3, activation: softmax}' train.loss=~ train.metrics=f1
gives 'perplexity of one output' 2 "rnntrain: argument 'train.metrics=perplexity': metric 'perplexity' is for a softmax over classes" \
  two 'model.layers.1.dense={units: 1, activation: sigmoid}' train.metrics=perplexity
gives 'a metric of classes for numbers' 2 "rnntrain: argument 'train.metrics=auc': metric 'auc' is for classes, but the loss is for numbers" \
  "$train" -q c.yaml train.metrics=auc
done_testing
