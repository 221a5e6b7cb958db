#!/bin/sh
# shellcheck disable=SC2016 # the variables are those of perl
# States of streams that are damaged, of another model, or that a stranger made: exit 5 and one line,
# and the file is as it was.
# shellcheck source=tests/tap.sh
. tests/tap.sh
predict=$BIN/rnnpredict

awk 'BEGIN { print "id,x,sky,y"; for (i = 1; i <= 60; i++)
  printf "s%d,%d,%s,%d\n", (i - 1) / 10, i % 7, i % 3 ? "sun" : "rain", i % 5 }' >d.csv
cat >m.yaml <<'END'
data: {csv: d.csv, sequence_id: id, targets: y, target_per: step, missing: forward, columns: {x: {difference: 2}, y: {type: number}, sky: {embed: 3}}}
model: {layers: [gru: 4, dense: 1]}
train: {epochs: 1}
output: {checkpoint: m.ckpt, history: h.csv}
END
"$BIN/rnntrain" -q m.yaml >/dev/null || exit 1
"$BIN/rnntrain" -q m.yaml seed=2 output.checkpoint=other.ckpt >/dev/null || exit 1
"$predict" -q --stream --state-out good.state m.ckpt d.csv >whole || exit 1

# refuses NAME FILE MESSAGE
refuses() {
  cp "$2" kept
  gives "$1" 5 "rnnpredict: $2: $3" "$predict" --stream --state-in "$2" --state-out "$2" m.ckpt d.csv
  cmp -s "$2" kept
  ok $? '... and it is as it was'
}
# crafted NAME MESSAGE CODE: CODE changes the header $h, of which $s is the account of the stream, and
# the tensors' bytes $data
crafted() {
  perl "$root/tests/craft_checkpoint.pl" good.state bad.state \
    "my \$m = \$h->{__metadata__}; my \$s = \$json->decode(\$m->{stream}); $3; \$m->{stream} = \$json->encode(\$s) if ref \$s" ||
    echo '# the craft failed'
  refuses "$1" bad.state "$2"
}

gives 'no state' 5 'rnnpredict: no.state: No such file or directory' \
  "$predict" --stream --state-in no.state m.ckpt d.csv
cp m.ckpt a.ckpt
refuses 'a checkpoint' a.ckpt 'not the state of a stream, which --state-out writes'
gives 'another model' 5 \
  'rnnpredict: good.state: the state of another model; go on with the one it was saved with, or begin anew without --state-in' \
  "$predict" --stream --state-in good.state other.ckpt d.csv
printf 'x' >text.state
run "$predict" --stream --state-in text.state m.ckpt d.csv
is 'a text' 5 "$code"
size=$(wc -c <good.state) cut=0 bad=0
while [ "$cut" -lt "$size" ]; do
  head -c "$cut" good.state >cut.state
  run "$predict" --stream --state-in cut.state m.ckpt d.csv
  { [ "$code" -eq 5 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ]; } || bad=$((bad + 1))
  cut=$((cut + 29))
done
is 'one that is cut off anywhere' 0 "$bad"

unsound='its account of the stream is not sound'
crafted 'a newer format' 'format 7, made by a newer rnntrain; this one reads up to 1' '$m->{format} = "7"'
crafted 'no account' "$unsound" 'delete $m->{stream}; $s = 0'
crafted 'an account that is a list' "$unsound" '$m->{stream} = "[]"; $s = 0'
crafted 'no sequences' "$unsound" 'delete $s->{sequences}'
crafted 'sequences that are numbers' "$unsound" '$s->{sequences} = [1, 2]'
crafted 'the same sequence twice' "$unsound" '$s->{sequences}[1]{id} = $s->{sequences}[0]{id}'
crafted 'more rows than are kept' "$unsound" '$s->{sequences}[0]{rows} = 3'
crafted 'rows without end' "$unsound" '$s->{sequences}[0]{rows} = 2 ** 60'
crafted 'rows below zero' "$unsound" '$s->{rows} = -1'
crafted 'more sequences than are kept' "$unsound" \
  '$s->{sequences} = [map { {id => "n$_", rows => 0, hole => $JSON::PP::false} } 1 .. 10001]; delete $h->{history}; delete $h->{"states/gru"}; $h->{a} = {dtype => "F32", shape => [length($data) / 4], data_offsets => [0, length $data]}'
crafted 'a sequence fewer' "tensor 'history': expected [10, 2]" 'pop @{$s->{sequences}}'
crafted 'no states' "tensor 'states/gru' is missing" '$h->{"states/gri"} = delete $h->{"states/gru"}'
crafted 'states of another shape' "tensor 'states/gru': expected [6, 4]" '$h->{"states/gru"}{shape} = [4, 6]'
crafted 'a state that is not a number' "tensor \"states/gru\" has 1 non-finite value" \
  'substr($data, $h->{"states/gru"}{data_offsets}[0], 4) = pack("V", 0x7fc00000)'
crafted 'a category that is none' 'column "sky": a category that is none' \
  'substr($data, $h->{history}{data_offsets}[0] + 4, 4) = pack("f<", 7)'
crafted 'half a category' 'column "sky": a category that is none' \
  'substr($data, $h->{history}{data_offsets}[0] + 4, 4) = pack("f<", 0.5)'
sed -i 1d d.csv
crafted 'a header without a name' 'the header that the state remembers is none' '$s->{header} = "\n"'
crafted 'a header with an open quote' 'the header that the state remembers is none' '$s->{header} = "\"a\n"'
crafted 'half a header' 'the header that the state remembers is none' '$s->{header} = "id,x,sky,y"'
perl "$root/tests/craft_checkpoint.pl" good.state odd.state '1'
run "$predict" -q --stream --state-in odd.state m.ckpt d.csv
is 'one that is only written again is taken' 0 "$code"
done_testing
