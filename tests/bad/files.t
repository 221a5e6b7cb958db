#!/bin/sh
# Checkpoints that are none, are damaged, or lie: whichever tool reads one ends with 5 and one line
# that says what was found, prints nothing, and leaves every file as it is.
. tests/tap.sh
train=$BIN/rnntrain
awk 'BEGIN { OFS = ","; print "a,b,y"; for (i = 1; i <= 40; i++) print i % 7, i % 5, i % 7 + i / 40 }' >d.csv
cat >c.yaml <<'END'
data: {csv: d.csv, inputs: [a, b], targets: y, window: 3, scale: standard}
model: {layers: [lstm: 2, dense: 1]}
train: {batch_size: 8}
output: {checkpoint: m.ckpt, history: h.csv}
END
"$train" -q c.yaml >/dev/null || exit 1

all='predict eval info export resume init'
call() { # TOOL CHECKPOINT: leaves $code, out and err, and in $tool the name of the program
  tool=rnn$1
  case $1 in
  predict | eval) run "$BIN/$tool" "$2" d.csv ;;
  info) run "$BIN/$tool" "$2" ;;
  export) run "$BIN/$tool" "$2" x.c ;;
  resume) tool=rnntrain && run "$train" -q c.yaml --resume output.checkpoint="$2" train.epochs=2 ;;
  init) tool=rnntrain && run "$train" -q c.yaml --init-from "$2" ;;
  esac
}
state() { find . -type f ! -name out ! -name err ! -name before ! -name now -exec cksum {} + | sort; }

# refused NAME MESSAGE TOOLS: bad.ckpt, by each of them; the message is an extended regular expression
refused() {
  state >before
  trouble=
  for one in $3; do
    call "$one" bad.ckpt
    [ "$code" -eq 5 ] || trouble="$trouble; $one: exit $code"
    [ "$(wc -l <err)" -eq 1 ] && grep -Eq "^$tool: bad\.ckpt: $2" err || trouble="$trouble; $one: $(cat err)"
    [ -s out ] && trouble="$trouble; $one: said $(head -c 60 out)"
    state >now
    cmp -s before now || trouble="$trouble; $one: files changed"
  done
  is "$1" '' "$trouble"
}
craft() { perl "$root/tests/craft_checkpoint.pl" m.ckpt bad.ckpt "$1" || exit 1; }
crafted() { # NAME MESSAGE CODE [TOOLS]
  craft "$3"
  refused "$1" "$2" "${4:-$all}"
}

# ---- bytes -----------------------------------------------------------------------------------
for tool_name in predict eval info export resume init; do
  call $tool_name absent.ckpt
  case $tool_name in
  resume) wanted='5 rnntrain: nothing to resume: there is no absent.ckpt' ;;
  *) wanted="5 $tool: absent.ckpt: No such file or directory" ;;
  esac
  is "67 missing: $tool_name" "$wanted" "$code $(cat err)"
done
mkdir bad.ckpt
refused '67 a folder' 'is a directory$' 'predict eval info export init'
rmdir bad.ckpt
not='not a rnntrain checkpoint'
: >bad.ckpt && refused '67 no bytes' "$not" "$all"
printf x >bad.ckpt && refused '67 one byte' "$not" "$all"
echo 'epoch,loss' >bad.ckpt && refused '67 a text' "$not" "$all"
printf '\037\213' >bad.ckpt && refused '67 the beginning of gzip' 'truncated: have 0 of 8 bytes$' "$all"
gzip -c d.csv >bad.ckpt && refused '67 gzip of something else' "$not" "$all"
size=$(wc -c <m.ckpt)
for keep in 1 9 20 200 $((size / 2)) $((size - 9)) $((size - 8)) $((size - 1)); do
  head -c $keep m.ckpt >bad.ckpt
  refused "68 the first $keep of $size bytes" '(truncated|not a rnntrain)' "$all"
done
for at in 0 3 $((size / 3)) $((size - 5)) $((size - 1)); do
  perl -0777 -pe 'BEGIN { $at = shift } substr($_, $at, 1) ^= "\x04"' $at <m.ckpt >bad.ckpt
  refused "69 a bit flipped in byte $at" '' "$all"
done
perl -pe 's/\n/\r\n/' <m.ckpt >bad.ckpt && refused '70 copied as text' '' "$all"

# ---- what the header says --------------------------------------------------------------------
crafted '71 a newer format' 'format 7, made by a newer rnntrain; this one reads up to 1$' \
  '$h->{__metadata__}{format} = "7"' 'predict eval info export resume'
crafted '71 no number' "format 'x' is not a number" '$h->{__metadata__}{format} = "x"' 'predict info'
crafted '73 another dtype' 'tensor "lstm/kernel" has dtype F16; expected F32$' '$h->{"lstm/kernel"}{dtype} = "F16"'
crafted '74 a header of 2^63 bytes' "$not: header field too large or small" '$length = 1 << 63'
crafted '74 a header that cannot be there' 'decompression bomb or truncated: the header promises 10000000 bytes' \
  '$length = 9999992'
crafted '74 a header beyond the end' 'truncated: have [0-9]+ of 60000 bytes$' '$length = 59992'
crafted '74 the same, uncompressed' 'truncated: have [0-9]+ of 10000000 bytes$' '$length = 9999992; $plain = 1'
crafted '74 2^32-1 tensors are not there' 'tensor "a" has no dtype|expected dtype' \
  '$after = sub { s/}$/,"a":{"dtype":null,"shape":[4294967295],"data_offsets":[0,0]}}/ }'
crafted '75 five extents' 'tensor "lstm/kernel": invalid shape; expected at most 4 extents$' \
  '$h->{"lstm/kernel"}{shape} = [1, 1, 1, 2, 8]'
for extent in 0 -1 1.5 '"8"' 1e3 99999999999999999999; do
  crafted "75 an extent of $extent" 'tensor "lstm/kernel": invalid shape; extent 2 is not a whole number >= 1$' \
    '$after = sub { s/("lstm\/kernel".*?"shape":\[2,)8/${1}'"$extent"'/ }'
done
crafted '76 a product that wraps around' 'tensor "lstm/kernel": shape overflow$' \
  '$h->{"lstm/kernel"}{shape} = [4398046511105, 4194304]'
crafted '76 bytes that wrap around' 'tensor "lstm/kernel": shape overflow$' \
  '$h->{"lstm/kernel"}{shape} = [4611686018427387904]'
crafted '77 more than it can hold' 'decompression bomb or truncated: the header promises [0-9]{10,} bytes' \
  'my $n = 1 << 30; $h->{zz} = {dtype => "F32", shape => [$n], data_offsets => [length $data, 4 * $n + length $data]}'
crafted '77 more than it says' 'decompression bomb: it holds more than its header promises$' '$data .= "\0" x 1000000'
{ cat m.ckpt && printf x; } >bad.ckpt && refused '78 a byte after it' 'trailing data: 1 bytes after the gzip stream$' "$all"
cat m.ckpt m.ckpt >bad.ckpt && refused '78 another one after it' 'trailing data: ' "$all"
crafted '78 uncompressed, and a byte' 'trailing data: 1 bytes after the tensors$' '$plain = 1; $data .= "x"'
crafted '79 an overlap' 'tensor "[a-z_/]+": invalid offsets; it begins at ' \
  '$_ -= 4 for @{$h->{"lstm/bias"}{data_offsets}}'
crafted '79 offsets that do not fit' 'tensor "lstm/kernel": invalid offsets; its shape takes 64 bytes, not 68$' \
  '$h->{"lstm/kernel"}{data_offsets}[1] += 4'
crafted '79 the end before the beginning' 'tensor "lstm/kernel": invalid offsets; expected \[begin, end\]$' \
  '$h->{"lstm/kernel"}{data_offsets} = [8, 4]'
crafted '79 past the end' 'truncated: have [0-9]+ of [0-9]+ bytes$' 'chop $data'
crafted '80 the same name twice' 'JSON byte [0-9]+: duplicate key "lstm/kernel"$' \
  '$after = sub { s/^\{/{"lstm\/kernel":{"dtype":"F32","shape":[2,8],"data_offsets":[0,64]},/ }'
crafted '80 a tensor by another name' "tensor 'lstm/kernal' belongs to no layer\$" \
  '$h->{"lstm/kernal"} = delete $h->{"lstm/kernel"}' 'predict eval export'
crafted '80 a tensor too many' "tensor 'more' belongs to no layer\$" \
  '$h->{more} = {dtype => "F32", shape => [1], data_offsets => [length $data, 4 + length $data]}; $data .= "\0" x 4' \
  'predict eval export'
crafted '80 a tensor too few' "tensor 'resume/adam/m/lstm/kernel' is missing\$" \
  '$h->{"resume/adam/m/other"} = delete $h->{"resume/adam/m/lstm/kernel"}' resume
crafted '80 no layer at all' 'none of its [0-9]+ tensors has the name of one in the model$' \
  '%$h = map { (/__/ ? $_ : "x$_") => $h->{$_} } keys %$h' init
crafted '81 another shape' "tensor 'lstm/kernel': expected \\[2, 8\\], the file has \\[8, 2\\]\$" \
  '@{$h->{"lstm/kernel"}{shape}} = (8, 2)' 'predict eval export resume init'
crafted '81 a model far larger than its tensors' "tensor 'lstm/kernel': expected \\[2, 262144\\], the file has" \
  '$h->{__metadata__}{config} =~ s/units: 2\b/units: 65536/' 'predict eval export'
crafted '82 not a number' 'tensor "[a-z_/]+" has 1 non-finite value$' 'substr($data, 0, 4) = pack "V", 0x7fc00000'
crafted '82 infinities' 'tensor "[a-z_/]+" has 2 non-finite values$' 'substr($data, 4, 8) = pack "VV", 0x7f800000, 0xff800000'
for spread in 0 -1 1e999 null; do
  crafted "82 a spread of $spread" '' \
    '$h->{__metadata__}{schema} =~ s/("spread":)[-0-9.e]+/${1}'"$spread"'/ or die' 'predict eval info export resume'
done

# ---- what a resumed run may change -----------------------------------------------------------
resume_with() { # NAME CODE REGEX ARGUMENTS...: one line that matches, and all files as they are
  resume_name=$1 resume_code=$2 resume_text=$3
  shift 3
  state >before
  run "$train" -q --resume "$@"
  state >now
  [ "$code" -eq "$resume_code" ] && [ "$(wc -l <err)" -eq 1 ] && grep -Eq "^rnntrain: $resume_text" err && cmp -s before now
  resume_status=$?
  [ $resume_status -eq 0 ] || sed "s/^/# $code: /" err
  ok $resume_status "$resume_name"
}
resume_with '83 another config' 2 'm\.ckpt was trained with another config \(train\.batch_size: 8 -> 4;? ?\)' c.yaml train.batch_size=4
resume_with '83 another model' 2 'm\.ckpt was trained with another config \(.*units: 2 -> 3' c.yaml model.layers.0.lstm.units=3
sed 's/^1,1,/1,1.5,/' d.csv >other.csv
resume_with '84 other data' 3 'the data differs from what m\.ckpt was trained on' c.yaml data.csv=other.csv
head -n 30 d.csv >less.csv
resume_with '84 fewer rows' 3 'the data differs from what m\.ckpt was trained on' c.yaml data.csv=less.csv
head -c 300 m.ckpt >bad.ckpt
for how in --resume --resume=auto; do
  cp bad.ckpt kept.ckpt
  gives "86 a bad checkpoint is no missing one: $how" 5 "$("$BIN/rnninfo" bad.ckpt 2>&1 | sed s/rnninfo/rnntrain/)" \
    "$train" -q c.yaml $how output.checkpoint=bad.ckpt
  cmp -s bad.ckpt kept.ckpt
  ok $? '... and it stays'
done
# A process that is no more; one that is has its file left alone.
sh -c 'echo $$' >pid
touch ".m.ckpt.tmp.$(cat pid)" ".m.ckpt.tmp.$$"
works '87 leftovers' "$train" -q c.yaml
is '... of the dead are taken away' ".m.ckpt.tmp.$$" "$(find . -name '.m.ckpt.tmp.*' | sed 's|^\./||')"
rm -f ".m.ckpt.tmp.$$"
gives '87 nothing to resume' 5 'rnntrain: nothing to resume: there is no none.ckpt' \
  "$train" -q c.yaml --resume output.checkpoint=none.ckpt
works '87 --resume=auto begins' "$train" -q c.yaml --resume=auto output.checkpoint=none.ckpt

# ---- data to predict on ----------------------------------------------------------------------
predicts() { # NAME CODE REGEX FILE: prediction ends so, with one line where it is not 0
  state >before
  run "$BIN/rnnpredict" -q m.ckpt "$4"
  state >now
  [ "$code" -eq "$2" ] && { [ "$2" -eq 0 ] || [ "$(wc -l <err)" -eq 1 ]; } && grep -Eq "$3" err out && cmp -s before now
  predicts_status=$?
  [ $predicts_status -eq 0 ] || sed "s/^/# $code: /" err
  ok $predicts_status "$1"
}
cut -d, -f1,3 d.csv >some.csv
predicts '61 an input is missing' 3 '^rnnpredict: some\.csv: no column "b"; the model was trained on a, b$' some.csv
awk -F, 'BEGIN { OFS = "," } { print "z", $2, "more", $1 }' d.csv | sed 1s/z,/q,/ >more.csv
"$BIN/rnnpredict" -q m.ckpt d.csv >plain
"$BIN/rnnpredict" -q m.ckpt more.csv >mixed
cmp plain mixed
ok $? '61 order and other columns are free'
sed '5s/.*/x,1,2/' d.csv >text.csv
predicts '44 a text for a number' 3 '^rnnpredict: text\.csv:5:1: column "a": not a number: "x"$' text.csv
sed '5s/.*/,1,2/' d.csv >hole.csv
predicts '45 a missing value' 3 '^rnnpredict: hole\.csv:5:1: column "a": missing value' hole.csv
head -n 1 d.csv >header.csv
predicts '41 a header only' 3 '^rnnpredict: header\.csv: no data rows$' header.csv
: >empty.csv
predicts '40 nothing' 3 '^rnnpredict: empty\.csv: empty file$' empty.csv
head -n 3 d.csv >short.csv
run "$BIN/rnnpredict" -q m.ckpt short.csv
[ "$code" -eq 3 ] || { [ "$code" -eq 0 ] && [ "$(wc -l <out)" -eq 1 ]; }
ok $? "34 fewer rows than a window ($code)"
predicts '39 no such file' 3 '^rnnpredict: none\.csv: No such file or directory$' none.csv

# ---- unknown categories, and files that change -----------------------------------------------
awk 'BEGIN { print "w,y"; for (i = 1; i <= 30; i++) print substr("abc", i % 3 + 1, 1) "," i }' >words.csv
for rule in error ignore; do
  cat >w.yaml <<END
data: {csv: words.csv, inputs: w, targets: y, window: 2, unknown: $rule}
model: {layers: [gru: 2, dense: 1]}
output: {checkpoint: $rule.ckpt, history: w.csv}
END
  "$train" -q w.yaml >out || exit 1
done
sed '4s/.*/zz,3/' words.csv >strange.csv
gives '63 a category that training had not' 3 \
  'rnnpredict: strange.csv:4: column "w": category "zz" is not one the model is trained on: a, b, c (data.unknown: ignore in training lets others pass)' \
  "$BIN/rnnpredict" -q error.ckpt strange.csv
run "$BIN/rnnpredict" ignore.ckpt strange.csv
[ "$code" -eq 0 ] && grep -q '1 ' err
ok $? '63 ... is counted where it may be ignored'
# What is added while a file is read belongs to the next reader; this one is slow, the file is long.
seq 400000 | awk 'BEGIN { print "a,b,y" } { print $1 % 7 ".123456," $1 % 5 ".123456,0.5" }' >long.csv
(for _ in 1 2 3 4 5 6 7 8 9 10; do echo '1,2,3'; sleep 0.01; done >>long.csv) &
run "$BIN/rnnpredict" -q m.ckpt long.csv
wait
is '64 a file that grows' 0 "$code"
"$BIN/rnnpredict" -q m.ckpt long.csv >out 2>err &
child=$!
sleep 0.02
: >long.csv
wait "$child"
code=$?
[ "$code" -eq 3 ] && grep -Eq 'long\.csv: (changed while being read|empty file)' err || [ "$code" -eq 0 ]
ok $? "64 a file that shrinks ($code)"
done_testing
