#!/bin/sh
# rnnplot as a user runs it: figures, messages, exit codes.
plot=$BIN/rnnplot
folder=$(mktemp -d "${TMPDIR:-/tmp}/rnnplot.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
root=$PWD
cd "$folder" || exit 1
unset COLUMNS LINES NO_COLOR
LC_ALL=C
export LC_ALL

n=0
ok() { # STATUS NAME
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
# gives CODE 'MESSAGE' ARGUMENTS...: exit code, standard error, and nothing on standard output
gives() {
  code=$1 message=$2
  shift 2
  "$plot" "$@" >out 2>err
  got=$?
  [ "$got" -eq "$code" ] && [ "$(cat err)" = "$message" ] && [ ! -s out ]
  result=$?
  [ $result -eq 0 ] || echo "# got $got: $(cat err)"
  ok $result "$message"
}
skip() {
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}
echo 1..53

printf 'epoch,loss,val_loss,accuracy\n1,1.0,1.1,0.5\n2,0.5,0.6,0.7\n3,0.3,0.4,0.8\n4,0.2,0.5,0.9\n' >h.csv
printf 'epoch,loss\n1,0.8\n2,\n3,0.1\n' >g.csv

# ---- figures ------------------------------------------------------------------------------------
"$plot" --width 40 --height 12 h.csv >out 2>err
cat >wanted <<'END'
       * loss
       o val_loss (best 0.4 at epoch 3)
      |oo
  1.0 +**ooo
      |  ***oo
      |     **ooo
      |       ***oooooo
  0.5 +          ******ooooo@ooooooooooo
      |                ***********
      |                           ******
      ++----------+---------+----------+
epoch  1          2         3          4
END
cmp -s out wanted && [ ! -s err ]
ok $? 'draws with ASCII where the locale is not UTF-8'

LC_ALL=C.UTF-8 "$plot" --height 12 h.csv | grep -q '○○'
ok $? 'draws with Unicode where it is'
LC_ALL=C.UTF-8 "$plot" --height 12 --ascii h.csv | LC_ALL=C grep -q '[^ -~]'
ok $((1 - $?)) '--ascii keeps to ASCII'
"$plot" h.csv | awk 'length > 80 { exit 1 }'
ok $? 'is 80 columns wide where there is no terminal'
COLUMNS=120 "$plot" h.csv | awk 'length > w { w = length } END { exit w != 120 }'
ok $? 'COLUMNS says how wide'
"$plot" --log h.csv | grep -q '  0.2 +'
ok $? '--log puts ticks at 1, 2 and 5'
"$plot" --title 'A title' h.csv | sed -n 1p | grep -q '^ *A title$'
ok $? '--title stands above'
"$plot" --columns accuracy h.csv | grep -q 'accuracy (best 0.9 at epoch 4)'
ok $? '--columns chooses, and of an accuracy the largest is best'
"$plot" h.csv g.csv | grep -q 'g.csv loss (best 0.1 at epoch 3)'
ok $? 'several histories go by their names'
"$plot" - <h.csv | grep -q val_loss
ok $? '- reads standard input'
"$plot" h.csv | LC_ALL=C grep -q "$(printf '\033')"
ok $((1 - $?)) 'no colours where there is no terminal'

if script -qec true /dev/null >/dev/null 2>&1; then
  TERM=xterm script -qec "'$plot' h.csv" /dev/null | grep -q "$(printf '\033\\[36m')"
  ok $? 'colours on a terminal'
  NO_COLOR=1 TERM=xterm script -qec "'$plot' h.csv" /dev/null | grep -q "$(printf '\033')"
  ok $((1 - $?)) 'NO_COLOR is heeded'
else
  skip 'colours on a terminal' 'no script(1)'
  skip 'NO_COLOR is heeded' 'no script(1)'
fi

"$plot" -o loss.svg --title 'a < b' h.csv >out 2>err
[ $? -eq 0 ] && [ ! -s out ] && [ ! -s err ] && grep -q '<text.*>a &lt; b</text>' loss.svg
ok $? '-o writes SVG and says nothing'
perl -e 'local $/; $_ = <STDIN>; my @open;
  s/<!--.*?-->//gs;
  while (m{<(/?)([a-z]+)[^<>]*?(/?)>}g) {
    if ($1) { exit 1 if pop(@open) ne $2 } elsif (!$3) { push @open, $2 } }
  exit(@open ? 1 : 0)' <loss.svg
ok $? 'every tag is closed'
"$plot" --output=- h.csv | cmp -s - loss.svg
ok $((1 - $?)) 'a title makes a difference'
"$plot" --output=- --title 'a < b' h.csv | cmp -s - loss.svg
ok $? '-o - writes to standard output, the same bytes'
"$plot" -o loss.svg -W 300 -H 200 h.csv && grep -q 'width="300" height="200"' loss.svg
ok $? '--width and --height are pixels in SVG'
"$plot" h.csv -o after.svg && [ -s after.svg ]
ok $? 'options may stand after operands'
ls -A | grep -q '\.tmp\.'
ok $((1 - $?)) 'nothing is left beside the file'

# ---- a page -------------------------------------------------------------------------------------
"$plot" --html page.html --title '<b>two</b> runs' h.csv g.csv >out 2>err
[ $? -eq 0 ] && [ ! -s out ] && [ ! -s err ] && grep -q '<h1>&lt;b&gt;two&lt;/b&gt; runs</h1>' page.html
ok $? '--html writes a page and says nothing'
perl "$root/tests/check_html.pl" page.html
ok $? 'it is well formed and fetches nothing'
[ "$(grep -c '<figure' page.html)" -eq 2 ] && grep -q '<figcaption>accuracy' page.html
ok $? 'it has a chart for each measure, validation included'
perl "$root/tests/html_table.pl" page.html 1 >table
printf 'epoch,h.csv loss,h.csv val_loss,g.csv loss\n1,1,1.1,0.8\n2,0.5,0.6,\n3,0.3,0.4,0.1\n4,0.2,0.5,\n' | diff - table
ok $? 'the table behind it has the numbers of both histories'
"$plot" --html - --title '<b>two</b> runs' h.csv g.csv | cmp -s - page.html
ok $? '--html - writes to standard output, the same bytes'
printf 'epoch,loss,learning_rate\n1,1000,0.1\n2,1,0.1\n' | "$plot" --html - - >page.html
grep -q '<small>logarithmic scale</small>' page.html && grep -q '<p>learning_rate is 0.1 in all epochs.</p>' page.html
ok $? 'a wide range has a logarithmic scale, what is constant a sentence'
awk 'BEGIN { print "epoch,loss"; for (i = 1; i <= 5000; i++) print i "," 1 / i }' >long.csv
"$plot" --html long.html long.csv && perl "$root/tests/html_table.pl" long.html 1 >table
grep -q 'Table of 5000 rows, each 3rd of them and the last' long.html && [ "$(wc -l <table)" -le 2002 ] && tail -n 1 table | grep -q '^5000,'
ok $? 'a long history has a shorter table, which says so'

# ---- help ---------------------------------------------------------------------------------------
"$plot" --help >out 2>err
[ $? -eq 0 ] && [ ! -s err ] && sed -n 1p out | grep -q '^Usage: rnnplot \[options\] history.csv \.\.\.$'
ok $? '--help goes to standard output'
awk 'length > 80 { exit 1 }' out
ok $? '--help fits 80 columns'
[ "$("$plot" --version)" = 'rnnplot 0.1.0' ]
ok $? '--version'

# ---- usage errors -------------------------------------------------------------------------------
gives 2 'rnnplot: missing operand; usage: rnnplot [options] history.csv ... (see rnnplot --help)'
gives 2 "rnnplot: unknown option '--titel'; did you mean '--title'? (see rnnplot --help)" --titel x h.csv
gives 2 "rnnplot: unknown option '--foo' (see rnnplot --help)" --foo=1 h.csv
gives 2 "rnnplot: unknown option '-x' (see rnnplot --help)" -x h.csv
gives 2 "rnnplot: ambiguous option '--he'; did you mean '--height' or '--help'? (see rnnplot --help)" --he h.csv
gives 2 "rnnplot: option '--title' needs an argument: TEXT (see rnnplot --help)" h.csv --title
gives 2 "rnnplot: option '--log' takes no argument (see rnnplot --help)" --log=1 h.csv
gives 2 "rnnplot: --width: expected a whole number 30..10000, got 'abc' (see rnnplot --help)" --width abc h.csv
gives 2 "rnnplot: --height: expected a whole number 8..10000, got '1e2' (see rnnplot --help)" -H 1e2 h.csv
gives 2 "rnnplot: --output: expected a name that ends in .svg, got 'loss.png' (see rnnplot --help)" -o loss.png h.csv
gives 2 "rnnplot: --html: expected a name that ends in .html, got 'h.csv' (see rnnplot --help)" --html h.csv h.csv
gives 2 'rnnplot: --html: of the other options only --title goes with it' --html x.html --log h.csv
gives 2 "rnnplot: --columns: an empty name in 'loss,' (see rnnplot --help)" -c loss, h.csv

# ---- data and system ----------------------------------------------------------------------------
gives 3 'rnnplot: absent.csv: No such file or directory' absent.csv
gives 3 "rnnplot: h.csv: no column 'los'; did you mean 'loss'?; have: epoch, loss, val_loss, accuracy" -c los h.csv
printf 'epoch,loss\n1,x\n' >bad.csv
gives 3 "rnnplot: bad.csv:2: column 'loss': not a number: 'x'" -o never.svg bad.csv
[ ! -e never.svg ]
ok $? 'a data error makes no file'
gives 1 'rnnplot: cannot write absent/x.html: No such file or directory' --html absent/x.html h.csv
gives 1 'rnnplot: cannot write absent/loss.svg: No such file or directory' -o absent/loss.svg h.csv
if [ -w /dev/full ]; then
  "$plot" h.csv >/dev/full 2>err
  [ $? -eq 1 ] && [ "$(cat err)" = 'rnnplot: standard output: No space left on device' ]
  ok $? 'a full disk behind standard output'
else
  skip 'a full disk behind standard output' 'no /dev/full'
fi
"$plot" h.csv >&- 2>err
[ $? -eq 1 ] && [ "$(cat err)" = 'rnnplot: standard output: Bad file descriptor' ]
ok $? 'standard output closed'
(sleep 0.2; "$plot" h.csv 2>err; echo $? >code) | true
[ "$(cat code)" = 1 ] && [ ! -s err ]
ok $? 'a closed pipe ends it quietly with 1'
"$plot" -o low.svg h.csv <&- >&- 2>&- && grep -q '^</svg>$' low.svg
ok $? 'all standard streams closed: the file is whole'
cd "$root" || exit 1
