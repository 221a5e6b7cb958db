#!/bin/sh
# Bad data files: each is refused (or taken) with the right exit code and one line that says what
# was found and where, and nothing is written.
bin=${BIN:-bin}
case $bin in /*) ;; *) bin=$PWD/$bin ;; esac
folder=$(mktemp -d "${TMPDIR:-/tmp}/rnntrain-csv-XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
count=0

# report NAME WHAT-IS-WRONG: a TAP line; nothing wrong is ok.
report() {
  count=$((count + 1))
  if [ -z "$2" ]; then printf 'ok %d - %s\n' "$count" "$1"; return; fi
  printf 'not ok %d - %s\n# %s\n' "$count" "$1" "$2"
  sed 's/^/# stderr: /' err
}

# run NAME CODE REGEX [DATA-KEYS [FILE]]: check a config on x.csv (or FILE). A failure says one
# line, and no run leaves a file behind.
run() {
  name=$1 code=$2 regex=$3 keys=${4:-targets: y} file=${5:-x.csv}
  cat >c.yaml <<EOF
data: {csv: $file, $keys}
model:
  layers:
    - lstm: 2
    - dense: {units: ${UNITS:-1}, activation: ${ACTIVATION:-linear}}
train: {loss: ${LOSS:-mse}}
EOF
  ls -A | grep -v -e '^out$' -e '^err$' -e '^before$' >before
  "$bin/rnntrain" --check c.yaml >out 2>err </dev/null
  found=$?
  wrong=
  [ "$found" -eq "$code" ] || wrong="exit code $found, not $code"
  grep -Eq -e "$regex" err || wrong="$wrong; no line matches: $regex"
  [ "$code" -eq 0 ] || [ "$(wc -l <err)" -eq 1 ] || wrong="$wrong; more than one line"
  ls -A | grep -v -e '^out$' -e '^err$' -e '^before$' | cmp -s - before || wrong="$wrong; files were made"
  report "$name" "$wrong"
}

# bad NAME REGEX BYTES [DATA-KEYS]: BYTES (for printf) as x.csv is a data error.
# shellcheck disable=SC2059 # the bytes are written with escapes
bad() { printf "$3" >x.csv; run "$1" 3 "^rnntrain: $2" "${4:-targets: y}"; }
# shellcheck disable=SC2059
good() { printf "$3" >x.csv; run "$1" 0 "$2" "${4:-targets: y}"; }

# 39-41: what is there at all
run '39 missing' 3 '^rnntrain: absent\.csv: No such file or directory$' 'targets: y' absent.csv
mkdir folder.csv
run '39 directory' 3 '^rnntrain: folder\.csv: Is a directory$' 'targets: y' folder.csv
mkfifo fifo.csv
(printf 'x,y\n1,2\n3,4\n' >fifo.csv) &
writer=$!
run '39 FIFO, read once' 0 'fifo\.csv, 2 rows' 'targets: y' fifo.csv
kill $writer 2>/dev/null # nobody opened it
wait
bad '40 empty' 'x\.csv: empty file$' ''
bad '41 header only' 'x\.csv: no data rows$' 'x,y\n'

# 42-49: fields and numbers
bad '42 short row' 'x\.csv:3: expected 2 fields, got 1$' 'x,y\n1,2\n3\n'
good '42 short of columns that are empty' '3 rows' 'x,y,z,\n1,2,,\n3,4\n5,6,\n' 'targets: y, inputs: x'
bad '42 short of a column that is not' 'x\.csv:3: expected 3 fields, got 2$' 'x,y,z\n1,2,\n3,4\n5,6,7\n' \
  'targets: y, inputs: x'
bad '43 long row' 'x\.csv:3: expected 2 fields, got 3$' 'x,y\n1,2\n3,4,5\n'
good '43 a delimiter too many' '2 rows' 'x,y\n1,2,\n3,4,,\n'
bad '43 not too many' 'x\.csv:3: expected 2 fields, got 3$' 'x,y\n1,2,\n3,4,""\n'
bad '43 comment' 'x\.csv:3: expected 2 fields, got 1 .data\.comment: hash passes over lines' \
  'x,y\n1,2\n# by hand\n3,4\n'
bad '58 comment' 'x\.csv: no column "y"; have: # by hand .data\.comment: hash passes over lines' \
  '# by hand\nx,y\n1,2\n'
bad '44 text' 'x\.csv:3:4: column "y": not a number: "abc"$' 'x,y\n1,2\n12,abc\n'
bad '45 empty field' 'x\.csv:3:1: column "x": missing value' 'x,y\n1,2\n,4\n'
for word in NA NaN nan null None '?'; do
  bad "46 $word" "x\\.csv:3:1: column \"x\": missing value \"$word\"" "x,y\n1,2\n$word,4\n"
done
for word in inf -Infinity 1e400 -1e39; do
  bad "47 $word" "x\\.csv:3:1: column \"x\": number out of float range: \"$word\"\$" \
    "x,y\n1,2\n$word,4\n"
done
good '47 1e-60' '^warning: 1 number too small for a float, taken as 0$' 'x,y\n1e-60,2\n3,4\n'
for word in 0x10 1_0 1.5f '+ 1' 1e5.5 '\331\241\331\242'; do
  bad "48 $word" 'x\.csv:3:1: column "x": not a number: ".+"$' "x,y\n1,2\n$word,4\n5,6\n"
done
good '49 decimal comma' '2 rows, semicolon separated, header, decimal comma$' 'x;y\n1,5;2\n3;4,25\n'
bad '49 comma or thousands' 'x\.csv: .*set data\.decimal to point or comma$' 'x;y\n1,234;2\n'
bad '49 comma and point' 'x\.csv: .*set data\.decimal to point or comma$' 'x;y\n1,5;2.5\n'
good '49 said' 'decimal comma$' 'x;y\n1,234;2\n' 'targets: y, decimal: comma'
good '49 thousands' 'comma separated, header, comma between thousands$' 'x,y\n"1,234.5",2\n3,4\n'
good '49 thousands said' 'header, comma between thousands$' 'x,y\n"1,234",2\n3,4\n' \
  'targets: y, thousands: comma'
good '49 blank thousands' 'header, space between thousands$' 'x,y\n1 234,2\n3,4\n' \
  'targets: y, thousands: space'
bad '49 not between thousands' 'x\.csv:3:1: .*not a number: "1,23" ' 'x;y\n1,234;2\n1,23;4\n' \
  'targets: y, thousands: comma'
bad '49 said otherwise' 'x\.csv:2:1: .*not a number: "1,5" \(see data\.decimal and data\.thousands\)$' 'x;y\n1,5;2\n' \
  'targets: y, decimal: point, columns: {x: number}'

# 50-56: bytes and lines
printf 'x,y\n1,2\n3,4\n' >x.csv
run '50 plain' 0 'x\.csv, 2 rows, comma separated, header$'
grep -v '^memory ' err >plain # which is measured
for form in 'x,y\r\n1,2\r\n3,4\r\n' 'x,y\r1,2\r3,4\r' 'x,y\n1,2\n3,4' '\357\273\277x,y\n1,2\n3,4\n\n\n'; do
  good "50 same as plain: $form" '2 rows' "$form"
  grep -v '^memory ' err >same
  cmp -s same plain
  report '50 the same report' "$(cmp same plain 2>&1)"
done
bad '51 UTF-16 with a mark' 'x\.csv: looks like UTF-16; convert to UTF-8$' '\377\376x\000,\000y\000\n\000'
bad '51 UTF-16 without' 'x\.csv: looks like UTF-16; convert to UTF-8$' 'x\000,\000y\000\n\000'
bad '51 Latin-1 name' 'x\.csv:1:5: byte 0xe9 in a column.s name is not UTF-8; write data\.encoding: latin-1' \
  'x,y,\351t\351\n1,2,3\n'
bad '51 Latin-1 category' 'x\.csv:3:2: column "x": byte 0xe9 is not UTF-8; write data\.encoding: latin-1' \
  'x,y\na,1\nb\351,2\nc,3\n' 'targets: y, window: 1'
good '51 Latin-1' 'header, Latin-1$' '\351t\351,y\n1,2\n' 'inputs: été, targets: y, encoding: latin-1'
bad '51 UTF-16, not Latin-1' 'x\.csv: looks like UTF-16; convert to UTF-8$' '\377\376x\000,\000y\000\n\000' \
  'targets: y, encoding: latin-1'
bad '52 NUL' 'x\.csv:3:2: NUL byte$' 'x,y\n1,2\n3\000,4\n'
bad '53 open quote' 'x\.csv:2:3: quote opened here is never closed$' 'x,y\n1,"2\n3,4\n'
bad '54 bare quote' 'x\.csv:2:4: quote inside a field' 'x,y\n1,2"3"\n'
bad '54 after a quote' 'x\.csv:2:6: expected a delimiter' 'x,y\n1,"2"3\n'
good '54 escapes and newlines' 'inputs: a "b"\?c ' '"a ""b""\nc",y\n1,2\n3,4\n'
bad '54 line after a newline in quotes' 'x\.csv:4:1: column "x": not a number' 'x,"y\n"\n1,2\na,4\n' \
  'targets: "y\n"'
good '54 no quotes' '2 rows' 'x,y,t\n1,2,a "b"\n3,4,"c\n' 'inputs: x, targets: y, quote: none'
good '54 other quotes' "inputs: a 'b" "'a ''b',y\n1,2\n3,4\n" "targets: y, quote: \"'\""
good '54 comments' '2 rows' '# "x\n\n  # z\nx,y\n1,2\n# 3\n3,4\n#' 'targets: y, comment: hash'
good '55 rows without a value at the end' '2 rows, .*, 3 rows without a value at the end passed over$' \
  'x,y\n1,2\n3,4\n,\n , \n,\n'
bad '55 row without a value' 'x\.csv:3:1: column "x": missing value' 'x,y\n1,2\n,\n,\n3,4\n'
bad '55 empty line' 'x\.csv:3: empty line$' 'x,y\n1,2\n\n3,4\n'
good '55 empty lines before the first' '2 rows' '\n \nx,y\n1,2\n3,4\n'
good '55 empty lines at the end' '2 rows' 'x,y\n1,2\n3,4\n\n \n'
{ printf 'x,y\n1,'; head -c 70000 /dev/zero | tr '\0' 1; echo; } >x.csv
run '56 long field' 3 '^rnntrain: x\.csv:2: field longer than the limit of 65536 bytes$'
{ printf 'x,y\n'; head -c 17000000 /dev/zero | tr '\0' ,; echo; } >x.csv
run '56 many fields' 3 '^rnntrain: x\.csv:2: more than 1048576 fields$'
{ printf 'x,y\n'; head -c 17000000 /dev/zero | tr '\0' 1 | fold -w 60000 | tr '\n' ,; echo; } >x.csv
run '56 long line' 3 '^rnntrain: x\.csv:2: line longer than the limit of 16777216 bytes$'
{ printf 'x,y\n1,"'; head -c 17000000 /dev/zero | tr '\0' 1; echo; } >x.csv
run '56 long quote' 3 '^rnntrain: x\.csv:2:3: quote opened here is never closed'

# 57-60: columns
bad '57 used twice' \
  'x\.csv: duplicate column "x" \(fields 1 and 3\); they are called "x_1" and "x_2" here$' \
  'x,y,x\n1,2,3\n' 'inputs: x, targets: y'
good '57 told apart' '^inputs: x_2, x_3 .*; target: y$' 'x,y,x_1,x\n1,2,3,4\n' \
  'inputs: [x_2, x_3], targets: y'
good '57 not used' '^warning: 1 column name stands twice' 'x,z,y,z\n1,0,2,0\n' \
  'inputs: x, targets: y'
good '57 no name' '^inputs: c0, x ' ',x,y\n7,1,2\n8,3,4\n'
good '57 neither name nor value' '^inputs: x ' 'x,y,,\n1,2,,\n3,4,,\n'
bad '58 absent' 'x\.csv: no column "z"; have: x, y$' 'x,y\n1,2\n' 'targets: z'
bad '58 near' 'x\.csv: no column "temprature"; have: temperature, y; did you mean "temperature"\?$' \
  'temperature,y\n1,2\n' 'inputs: temprature, targets: y'
good '59 header found' ', header$' 'x,y\n1,2\n'
good '59 delimiter in doubt' '^warning: comma divides its lines as evenly as semicolon; data\.delimiter decides' \
  'a;b,c\n1;x,2\n3;x,4\n5;y,6\n' 'targets: a, window: 1'
good '59 header in doubt' '^warning: all its columns hold text; the first line is taken for a header' \
  'a,b\np,q\nr,s\np,q\n' 'targets: _row, inputs: a, window: 1'
bad '59 no header said' 'x\.csv: no column "a"; have: c0, c1; its first line was taken for data \(data\.header: true makes it the header\)$' 'a,b\np,q\n' 'targets: a, header: false'
good '59 none found' ', no header$' '1,2\n3,4\n' 'targets: c1'
good '59 forced' '^warning: data\.header is true, but the first line looks like data$' \
  '1,2\n3,4\n' 'targets: "2", header: true'
bad '59 refused header' 'x\.csv:1:1: column "c0": not a number: "x"$' 'x,y\n1,2\n3,4\n' \
  'targets: c1, header: false'
good '60 constant' '^warning: column "x" is constant in the training part: std = 0, scaled by 1$' \
  'x,y\n1,2\n1,4\n' 'targets: y, scale: standard'

# 62, 65, 66 and 34
UNITS=3 ACTIVATION=softmax LOSS=sparse_categorical_crossentropy
bad '62 class too large' 'x\.csv:4: column "y": class 3; .* 3 units, for classes 0 to 2$' \
  'x,y\n1,0\n2,1\n3,3\n4,2\n'
bad '62 too many classes' 'x\.csv: column "y" has 4 classes .* 3 units' 'x,y\n1,a\n2,b\n3,c\n4,d\n'
bad '62 class that training lacks' 'x\.csv:4: column "y": category "c" is not one .*: a, b ' \
  'x,y\n1,a\n2,b\n3,c\n' 'targets: y, validation: 1'
UNITS=1 ACTIVATION=linear LOSS=mse
rm -f x.csv
if truncate -s 3G x.csv 2>/dev/null; then
  run '65 3 GB of nothing' 3 '^rnntrain: x\.csv:1:1: NUL byte$'
else
  count=$((count + 1)); echo "ok $count - 65 # SKIP no sparse files here"
fi
printf 'x,y\n1,2\n3,4\n' | gzip -c >x.csv
run '66 gzip by another name' 3 '^rnntrain: x\.csv: looks like gzip; its name should end in \.gz$'
mv x.csv x.csv.gz
run '66 gzip by its name' 0 'x\.csv\.gz, 2 rows' 'targets: y' x.csv.gz
printf 'x' >>x.csv.gz
run '66 trailing byte' 3 '^rnntrain: x\.csv\.gz: ' 'targets: y' x.csv.gz
bad '34 too few rows' 'x\.csv has 3 rows; a window of 3 and a horizon of 1 need at least 4$' \
  'y\n1\n2\n3\n' 'window: 3'

# keys against each other
printf 'x,y\n1,2\n3,4\n' >x.csv
run 'window in rows' 2 'data\.window belongs to layout windows; the layout is rows$' \
  'targets: y, layout: rows, window: 2'
run 'windows without a window' 2 'data\.layout is windows: data\.window is missing$' \
  'targets: y, layout: windows'
run 'target not said' 2 'missing required key data\.targets: which column of x\.csv .* It has x, y$' \
  'skip: 0'
run 'quote' 2 'data\.quote: expected one character or none, got "two"' 'targets: y, quote: two'
run 'two meanings' 2 'data\.delimiter and data\.quote are both ...$' \
  "targets: y, quote: \"'\", delimiter: \"'\""
run 'encoding' 2 'encoding' 'targets: y, encoding: latin1'
run 'delimiter' 2 'data\.delimiter: expected one character or tab, .*, got "comm"' \
  'targets: y, delimiter: comm'

echo "1..$count"
