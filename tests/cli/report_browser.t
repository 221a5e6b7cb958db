#!/bin/sh
# Reports in a real browser: values under the pointer, room on a narrow screen, contrast; nothing
# fetched, no error.
. tests/tap.sh
for name in chromium chromium-browser google-chrome chrome; do
  command -v "$name" >/dev/null && browser=$name && break
done
if [ -z "$browser" ]; then
  echo '1..0 # SKIP no chromium'
  exit 0
fi
ln -s "$root/data" data

# look FILE SCHEME PAGE...: what tests/browser.html finds out, in the colours of day (1) or night (0)
look() {
  file=$1 scheme=$2 pages=
  shift 2
  for page in "$@"; do pages="$pages${pages:+|}file://$work/$page"; done
  HOME=$work timeout 300 "$browser" --headless=new --no-sandbox --disable-gpu --user-data-dir="$work/profile" \
    --no-first-run --disable-extensions --disable-background-networking --allow-file-access-from-files \
    --blink-settings=preferredColorScheme="$scheme" --enable-logging=stderr --log-level=0 \
    --virtual-time-budget=60000 --dump-dom "file://$root/tests/browser.html#$pages" >dom 2>log
  sed '1,/<pre id="result">/d; /^<\/pre>/,$d' dom | sed 's/&amp;/\&/g; s/&lt;/</g; s/&gt;/>/g' >"$file"
  tail -n 1 "$file" | grep -qx end
  ok $? "the browser looked at $*"
  grep 'CONSOLE' log | grep -v "$root/tests/browser.html" >"$file.console"
  sed 's/^/# /' "$file.console"
}
none() { # NAME PATTERN: no line of what was seen
  grep -E "$2" seen | sed 's/^/# /' | head -n 5
  grep -qE "$2" seen
  ok $((1 - $?)) "$1"
}

"$BIN/rnntrain" -q "$root/configs/airline.yaml" train.epochs=20 output.report=air.html >out 2>err
"$BIN/rnntrain" -q "$root/configs/sales.yaml" train.epochs=2 output.report=sales.html >out 2>err
"$BIN/rnntrain" -q "$root/configs/classify.yaml" train.epochs=5 output.report=classes.html >out 2>err
"$BIN/rnntrain" -q "$root/configs/reverse.yaml" data.generate.samples=300 train.epochs=2 output.report=texts.html >out 2>err
"$BIN/rnnplot" --html curves.html airline.csv sales-history.csv

look seen 1 air.html sales.html classes.html texts.html curves.html
is 'no word on the console' 0 "$(wc -l <seen.console)"
none 'no error' ' error '
is 'nothing is fetched' '10 0' "$(grep -c ' requests ' seen) $(grep ' requests ' seen | grep -vc ' 0$')"
none 'nothing is wider than a screen of 375 or of 1200 pixels' 'overflow true|outside [1-9]'
none 'no two texts of a figure overlap' 'overlaps [1-9]'
none 'the values stay within their figure' 'tip outside'
none 'they go away when the pointer does' ' left [1-9]'

# shown NAME EPOCH COLUMN HISTORY: the value under the pointer is the one of the history
shown() {
  wanted=$(awk -F, -v name="$3" -v epoch="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
    $1 == epoch { print $c }' "$4")
  grep -qF " $1 second epoch=$2,$3=$wanted" seen
  ok $? "$3 of epoch $2, by the arrow keys: $wanted"
}
shown 1 2 loss airline.csv
shown 2 2 rmse airline.csv
shown 3 2 grad_norm airline.csv
grep '^air.html 1200 1 middle epoch=' seen | sed 's/.*epoch=\([0-9]*\),loss=/\1,/' >pointed
[ "$(wc -l <pointed)" -eq 1 ] && cut -d, -f1,2 airline.csv | grep -qxF "$(cat pointed)"
ok $? "and under the pointer: epoch,loss $(cat pointed)"
both=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "val_loss") c = i }
  $1 == 2 { print "epoch=2,loss=" $2 ",val_loss=" $c }' sales-history.csv)
grep -qF " 5 second $both" seen
ok $? "of two curves both: $both"

low() { # FILE: texts that are hard to read
  grep ' contrast ' "$1" | awk '$4 < 4.5'
}
is 'texts have the contrast of WCAG AA by day' '' "$(low seen)"
look night 0 air.html classes.html texts.html
is '... and by night' '' "$(low night)"
grep -q ' contrast ' night && ! cmp -s seen night
ok $? '(which was looked at)'
done_testing
