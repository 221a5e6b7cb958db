#!/bin/sh
# Time the reading of CSV by a whole `rnntrain --check`, on one core: csv.sh BIN
#
# Files of SIZE (1000) megabytes with 2, 20 and 100 columns of numbers such as -12.345678, and one
# of whole numbers in quotes. A line for each: megabytes a second, the median of ROUNDS (3) runs,
# and, where GNU time is there, the peak of memory, in bytes for each cell kept.
bin=$(cd "$1" && pwd) || exit 1
size=${SIZE:-1000} rounds=${ROUNDS:-3}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cat >config.yaml <<'END'
data: {csv: data.csv, targets: y}
model: {layers: [gru: 2, dense: 1]}
END

# write COLUMNS FORMAT: data.csv, a block of lines over and over
write() {
  perl -e 'my ($columns, $format, $size) = @ARGV;
    srand 1;
    print join(",", map { "x$_" } 2 .. $columns), ",y\n";
    my ($block, $lines) = ("", 0);
    while (length $block < 4e6) {
      $block .= join(",", map { sprintf $format, rand(200) - 100 } 1 .. $columns) . "\n";
    }
    print $block for 1 .. $size * 1e6 / length($block)' "$1" "$2" "$size" >data.csv
}

once() {
  begun=$(date +%s.%N)
  if [ -x /usr/bin/time ]; then
    /usr/bin/time -f %M -o peak "$bin/rnntrain" --check config.yaml 2>report || { cat report; exit 1; }
  else
    "$bin/rnntrain" --check config.yaml 2>report || { cat report; exit 1; }
  fi
  echo "$(date +%s.%N) $begun $(wc -c <data.csv)" | awk '{ print $3 / 1e6 / ($1 - $2) }'
}

measure() { # NAME COLUMNS FORMAT
  write "$2" "$3"
  cat data.csv >/dev/null
  i=0
  : >rates
  while [ $((i += 1)) -le "$rounds" ]; do once >>rates; done
  rate=$(sort -n rates | awk '{ x[NR] = $1 } END { printf "%.0f", x[int((NR + 1) / 2)] }')
  cells=$(($(sed -n 's/^data: .*, \([0-9]*\) rows.*/\1/p' report) * $2))
  printf '%-24s %6s MB/s' "$1" "$rate"
  if [ -s peak ]; then awk -v cells="$cells" '{ printf "  %.2f bytes a cell at the peak", $1 * 1024 / cells }' peak; fi
  echo
}

measure '2 columns' 2 %.6f
measure '20 columns' 20 %.6f
measure '100 columns' 100 %.6f
measure '20 columns in quotes' 20 '"%d"'
