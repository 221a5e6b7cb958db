#!/bin/sh
# rnnplot's other figures: smoothed lines, forecasts beside what came, confusion matrices.
. tests/tap.sh
plot=$BIN/rnnplot
closed() { # FILE: every tag is closed
  perl -e 'local $/; $_ = <STDIN>; my @open;
    while (m{<(/?)([a-z]+)[^<>]*?(/?)>}g) {
      if ($1) { exit 1 if pop(@open) ne $2 } elsif (!$3) { push @open, $2 } }
    exit(@open ? 1 : 0)' <"$1"
}
narrow() { # COLUMNS FILE
  awk -v w="$1" 'length > w { print "# " $0; bad = 1 } END { exit bad || NR == 0 }' "$2"
}

# ---- several histories, smoothed ------------------------------------------------------------------
mkdir -p runs/lstm runs/gru
perl -e 'print "epoch,loss,val_loss\n"; printf "%d,%g,%g\n", $_, 1 / $_ + ($_ % 2) / 4, 1.2 / $_ for 1 .. 40' >runs/lstm/history.csv
perl -pe 's/,/,1/ if $. > 1' runs/lstm/history.csv >runs/gru/history.csv
"$plot" -W 60 runs/lstm/history.csv runs/gru/history.csv >found
is 'a legend has what tells the runs apart' 'lstm loss,lstm val_loss (best 0.03 at epoch 40),gru loss,gru val_loss (best 0.03 at epoch 40)' \
  "$(sed -n '1,4s/^ *[^ ] //p' found | paste -sd, -)"
"$plot" --smooth 0.8 -c loss -o a.svg runs/lstm/history.csv && closed a.svg
ok $? '--smooth in SVG'
is '... the curve as it was stands faint behind' 1 "$(grep -c 'stroke-opacity="0.35"' a.svg)"
is '... and its best value is told' 1 "$(grep -c '<text.*loss (best 0.025 at epoch 40)' a.svg)"
"$plot" -c loss runs/lstm/history.csv >rough
"$plot" -s 10 -c loss runs/lstm/history.csv >smooth
[ "$(tr -cd '*' <rough | wc -c)" -gt "$(tr -cd '*' <smooth | wc -c)" ] && narrow 80 smooth
ok $? 'smoothed by a window, the line in the terminal is a shorter one'
for bad in 1 -1 1.5 2.5 abc nan; do
  gives "--smooth=$bad" 2 "rnnplot: --smooth: expected 0 <= X < 1 or a whole number from 2 on, got '$bad' (see rnnplot --help)" \
    "$plot" --smooth="$bad" runs/lstm/history.csv
done

# ---- forecasts --------------------------------------------------------------------------------------
# y goes up by 1 a row; windows of 3 are predicted one too high, so that the error is 1.
perl -e 'print "day;y;z\n"; printf "d%02d;%d,5;%d\n", $_, $_, $_ for 1 .. 12' >data.csv
perl -e 'print "day,y\n"; printf "d%02d,%.1f\n", $_, $_ + 2.5 for 3 .. 12' >p.csv
"$plot" --height 12 --width 50 --actual data.csv:y p.csv >found 2>err
cat >wanted <<'END'
     * y
     o y predicted, 1 row ahead (rmse 1)
    |                                          ooo
    |                                   ooooooo
    |                            ooooooo****
 10 +                    oooooooo***
    |             ooooooo****
    |         **oo****
    |  *******
    |**
    +----+------+------+-------+------+------+----
day     d02    d04    d06     d08    d10    d12
END
diff wanted found | sed 's/^/# /'
cmp -s wanted found && [ ! -s err ]
ok $? 'beside what came, by the column that both files have'
sed 's/^[^,]*,//' p.csv >bare.csv
"$plot" --actual data.csv:y bare.csv | grep -q 'y predicted, 1 row ahead (rmse 1)'
ok $? '... or by their ends'
(echo day,y; echo d01,; echo d02,; sed 1d p.csv) >aligned.csv
"$plot" --actual data.csv:y aligned.csv | grep -q '1 row ahead (rmse 1)'
ok $? '... or aligned'
perl -e 'print "y\n"; printf "%.2f\n", $_ + 0.75 for 1 .. 12' >own.csv
"$plot" --actual data.csv:y own.csv | grep -q 'o y predicted (rmse 0.25)'
ok $? 'as many as there are rows are for their own'
perl -e 'print "day,y+1,y+2,y+3\n"; printf "d%02d,%g,%g,%g\n", $_, $_ + 2.5, $_ + 4.5, $_ + 6.5 for 3 .. 12' >h.csv
"$plot" --actual data.csv:y h.csv | sed -n 's/^ *[o+x] //p' | paste -sd, - >found
is 'horizons are for the rows that they say' 'y+1 (rmse 1),y+2 (rmse 2),y+3 (rmse 3)' "$(cat found)"
"$plot" --actual data.csv:y -c y+2 h.csv | sed -n 's/^ *[o+x] //p' >found
is '--columns chooses' 'y+2 (rmse 2)' "$(cat found)"
perl -e 'print join(",", "day", map { "y+$_" } 1 .. 9), "\n"; for $i (3 .. 12) { print join(",", sprintf("d%02d", $i), map { $i } 1 .. 9), "\n" }' >many.csv
"$plot" --actual data.csv:y many.csv | sed -n 's/^ *[o+x] \(y+[0-9]\).*/\1/p' | paste -sd, - >found
is 'of many horizons the first and the last' y+1,y+9 "$(cat found)"
perl -e 'print "day,y,y_predicted\n"; printf "d%02d,%g,%g\n", $_, $_, $_ + 2 for 3 .. 12' >append.csv
run "$plot" --actual y append.csv
is 'beside the predictions: how far ahead is said' 'rnnplot: predictions are taken to be for the row after their own; --ahead 0 if they are for their own' "$(cat err)"
grep -q 'y_predicted, 1 row ahead (rmse 1)' out
ok $? '... and drawn so'
run "$plot" --ahead 0 --actual y append.csv
[ ! -s err ] && grep -q 'o y_predicted (rmse 2)' out
ok $? '--ahead 0'
COLUMNS=40 "$plot" --actual y -q append.csv >found
narrow 40 found
ok $? '40 columns'
"$plot" --actual data.csv:y --last 4 p.csv | grep -q '^day  *d10  *d11  *d12'
ok $? '--last'
"$plot" --actual data.csv:y -o f.svg p.csv && closed f.svg && grep -q '>d06</text>' f.svg
ok $? 'as SVG'
# From rnnpredict itself, against its own errors.
perl -e 'print "t,y\n"; printf "%d,%.4f\n", $_, sin($_ / 3) for 1 .. 80' >wave.csv
printf 'data: {csv: wave.csv, time: t, targets: y, window: 5}\nmodel: {layers: [gru: 4, dense: 1]}\ntrain: {epochs: 5}\n' >c.yaml
"$BIN/rnntrain" -q c.yaml >/dev/null && "$BIN/rnnpredict" -q model.ckpt wave.csv >pw.csv
rmse=$("$BIN/rnneval" --json model.ckpt wave.csv | perl -MJSON::PP -e 'local $/; my $o = decode_json(<STDIN>); my $r; my $find; $find = sub { my $v = shift; if (ref $v eq "HASH") { $r //= $v->{rmse} if exists $v->{rmse} && !ref $v->{rmse}; $find->($v->{$_}) for sort keys %$v } }; $find->($o); printf "%.4g", $r')
"$plot" --actual wave.csv:y pw.csv | grep -qF "y predicted, 1 row ahead (rmse $rmse)"
ok $? "rnneval's error is the figure's ($rmse)"

gives 'an unknown column' 3 'rnnplot: data.csv: no column "day_"; did you mean "day"?' "$plot" --actual data.csv:day_ -c y p.csv
gives 'nothing predicts it' 3 'rnnplot: p.csv: no column predicts "z": expected z, z_predicted or z+1; --columns names another' \
  "$plot" --actual data.csv:z p.csv
gives 'a day that is not there' 3 'rnnplot: p.csv:2: no row of short.csv from here on has day "d03"' \
  sh -c 'head -n 3 data.csv >short.csv; "$0" --actual short.csv:y p.csv' "$plot"
printf 'y\n1\nx\n' >bad.csv
gives 'not a number' 3 'rnnplot: bad.csv:3:1: column "y": not a number: "x"' "$plot" --actual data.csv:y bad.csv
gives 'no column' 2 "rnnplot: --actual: expected a column, or a file and a column, as data.csv:y, got 'data.csv:'" "$plot" --actual data.csv: p.csv
gives 'two files' 2 'rnnplot: --actual: expected one file of predictions, got 2' "$plot" --actual data.csv:y p.csv h.csv
gives 'more rows than there are' 3 'rnnplot: own.csv has 12 rows, but short.csv only 2' "$plot" --actual short.csv:y own.csv
gives '--ahead alone' 2 'rnnplot: --ahead needs --actual' "$plot" --ahead 1 p.csv

# ---- confusions -------------------------------------------------------------------------------------
perl -e 'print "k,k_predicted\n"; print "cat,cat\n" x 8, "cat,dog\n" x 2, "dog,dog\n" x 5, "bee,cat\n" x 3, ",dog\n"' >k.csv
"$plot" --confusion k,k_predicted k.csv >found
cat >wanted <<'END'
k         k_predicted
             bee    cat    dog  recall
bee            0     #3      0   0.000
cat            0     +8     .2   0.800
dog            0      0     #5   1.000
precision      -  0.727  0.714
0.722 of 18 rows are right
END
diff wanted found | sed 's/^/# /'
cmp -s wanted found
ok $? '--confusion'
LC_ALL=C.UTF-8 "$plot" --confusion k,k_predicted k.csv | grep -q '█3'
ok $? '... shaded'
perl -e 'print "a,b\n"; for $i (0 .. 11) { print "class $i,class ", ($i % 5 ? $i : 0), "\n" for 0 .. $i }' >many.csv
for columns in 40 60 80 120; do
  COLUMNS=$columns "$plot" --confusion a,b many.csv >found
  narrow $columns found && tail -n 1 found | grep -q '^0.782 of 78 rows are right$'
  ok $? "12 classes in $columns columns"
done
COLUMNS=40 "$plot" --confusion a,b many.csv | grep -q '^class 10 for class 0  *11$'
ok $? '... of which the narrowest has the confusions'
printf 'a,b\n10,9\n9,9\n9,10\n' >n.csv
is 'numbers are in their order' '9 10 recall' "$("$plot" --confusion a,b n.csv | awk 'NR == 2 { print $1, $2, $3 }')"
"$plot" --confusion a,b -o c.svg many.csv && closed c.svg && grep -q '<title>class 5 taken for class 0: 6 of 6</title>' c.svg
ok $? 'as SVG'
printf 'a,b\n<x>,\303\274\n' >x.csv
"$plot" --confusion a,b -o x.svg x.csv && closed x.svg && grep -q '&lt;x&gt;' x.svg && "$plot" --confusion a,b x.csv | grep -q '?'
ok $? 'names are escaped in the one and plain in the other'
gives 'one column' 2 "rnnplot: --confusion: expected the columns of true and predicted classes, as shape,shape_predicted, got 'k'" \
  "$plot" --confusion k k.csv
gives 'an unknown one' 3 'rnnplot: k.csv: no column "k_predictd"; did you mean "k_predicted"?' "$plot" --confusion k,k_predictd k.csv
perl -e 'print "a,b\n"; print "$_,$_\n" for 1 .. 300' >most.csv
gives 'too many' 3 'rnnplot: most.csv: 300 classes in "a" and "b"; at most 200 can be drawn' "$plot" --confusion a,b most.csv
gives 'lines and a matrix' 2 'rnnplot: --confusion: no lines are drawn, so --log means nothing' "$plot" --confusion k,k_predicted --log k.csv
gives 'two kinds at once' 2 'rnnplot: --actual, --confusion and --html exclude each other' "$plot" --confusion k,k_predicted --actual k k.csv
done_testing
