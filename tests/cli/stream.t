#!/bin/sh
# rnnpredict --stream: a line for each line, as soon as it has come, the same as from a whole file; a
# state that is saved and gone on from.
# shellcheck source=tests/tap.sh
. tests/tap.sh
predict=$BIN/rnnpredict

# Six series of different lengths; then the same with their lines between each other; then with holes.
awk 'BEGIN { srand(3); print "id,time,x,z,sky,y"
  for (s = 1; s <= 6; s++)
    for (t = 1; t <= 15 + 3 * s; t++)
      printf "s%d,2024-01-01T%02d:%02d,%.4f,%.3f,%s,%.4f\n", s, t / 60, t % 60, sin(t / 3 + s) + rand() / 5 + 2,
        30 * cos(t / 2 * s) + rand(), rand() < 0.5 ? "sun" : "rain", t % 7 + rand() }' >d.csv
{
  head -n 1 d.csv
  tail -n +2 d.csv | awk -F, '{ print ++n[$1] "\t" $0 }' | sort -s -n -k1,1 | cut -f2-
} >mixed.csv
awk -F, -v OFS=, 'NR > 1 && NR % 7 == 0 { $3 = "" } NR > 1 && NR % 11 < 2 { $5 = "NA" } { print }' d.csv >holes.csv

model() { # NAME DATA LAYERS [KEY OF THEM]: NAME.ckpt
  printf 'seed: 1\ndata: {%s}\nmodel: {%s: [%s]}\ntrain: {epochs: 2, batch_size: 4}\n' \
    "$2" "${4:-layers}" "$3" >"$1.yaml"
  printf 'output: {checkpoint: %s.ckpt, history: %s-history.csv}\n' "$1" "$1" >>"$1.yaml"
  "$BIN/rnntrain" -q "$1.yaml" >/dev/null 2>err || { sed 's/^/# /' err; ok 1 "$1 is trained"; }
}

# like_file NAME MODEL DATA [OPTION...]: what a stream gives is what the file gives
like_file() {
  like_name=$1 like_model=$2 like_data=$3
  shift 3
  "$predict" -q --align "$@" "$like_model.ckpt" "$like_data" >whole &&
    "$predict" -q --stream "$@" "$like_model.ckpt" - <"$like_data" >streamed && cmp whole streamed &&
    [ "$(wc -l <whole)" -gt 5 ]
  ok $? "$like_name"
}

# ---- a step a line -----------------------------------------------------------------------------
steps='csv: d.csv, sequence_id: id, time: time, inputs: [x, z, sky], targets: y, target_per: step'
for cell in lstm gru simple_rnn 'gru: {units: 9, reset_after: false}' 'lstm: {units: 9, stateful: false}'; do
  case $cell in *:*) layer=$cell ;; *) layer="$cell: 9" ;; esac
  model one "$steps, scale: standard" "$layer, dense: 1"
  like_file "steps of a sequence: $layer" one d.csv
done
model deep "$steps, scale: robust, columns: {sky: {embed: 3}, x: {log: true, difference: 2}, y: {difference: 1}}" \
  'lstm: 16, layer_normalization: {}, dropout: 0.2, gru: 12, activation: tanh, simple_rnn: 8, dense: 5, dense: 1'
like_file 'a stack, an embedding, logarithms and differences' deep d.csv
like_file 'all columns of the input beside the answers' deep d.csv --append
like_file 'any instruction set' deep d.csv --isa generic
model filled "$steps, missing: forward, missing_indicator: true" 'gru: 5, dense: 1'
like_file 'values before fill in for missing ones' filled holes.csv
model classes "${steps%targets*}targets: sky, ignore: y, target_per: step" 'lstm: 5, dense: {units: 2, activation: softmax}'
like_file 'classes' classes d.csv
like_file 'probabilities' classes d.csv --probabilities
like_file 'the most probable classes' classes d.csv --top-k 2
model hours "$steps, columns: {time: {type: time, features: [hour]}}" 'gru: 4, dense: 1'
like_file 'times' hours d.csv

awk 'BEGIN { srand(1); print "x,z,y"
  for (i = 0; i < 60; i++) {
    if (i % 13 == 12) print ""
    if (i % 5 == 0 || i % 13 == 12 || i % 7 == 3) printf "0,0,%.3f\n", rand()
    else printf "%.3f,%.3f,%.3f\n", rand(), rand(), rand()
  } }' >masked.csv
model masked 'csv: masked.csv, sequence_by: blank_line, inputs: [x, z], targets: y, target_per: step' \
  'masking: 0, lstm: 6, dense: 1'
like_file 'masked steps repeat the answer before; empty lines begin sequences' masked masked.csv
awk 'BEGIN { print "word,y"; for (i = 0; i < 40; i++) printf "%d,%d\n", i * 7 % 5, i % 3 }' >words.csv
model words 'csv: words.csv, sequence_by: file, inputs: word, targets: y, target_per: step, columns: {y: number}' \
  'embedding: {input_dim: 5, output_dim: 3, mask_zero: true}, gru: 4, dense: 1'
like_file 'ids, of which 0 is masked' words words.csv

"$predict" -q deep.ckpt d.csv | sort -t, -k1,1 -k2,2 >whole
"$predict" -q --stream deep.ckpt mixed.csv | grep -v ',$' | sort -t, -k1,1 -k2,2 >streamed
cmp whole streamed
ok $? 'lines of several sequences between each other'

# ---- an answer for a sequence --------------------------------------------------------------------
model last "${steps%, target_per*}, scale: minmax" 'masking: 0, gru: 6, pool: last, dense: 1'
"$predict" -q last.ckpt d.csv >whole
"$predict" -q --stream last.ckpt mixed.csv >streamed
{
  head -n 1 streamed
  awk -F, 'NR > 1 { last[$1] = $0 } END { for (id in last) print last[id] }' streamed | sort
} | cmp - whole
ok $? 'one target a sequence: each line is answered as if it were the last'
is '... with an answer for every line' "$(wc -l <mixed.csv)" "$(grep -c '[0-9]$\|y$' streamed)"

# ---- windows -------------------------------------------------------------------------------------
windows='csv: d.csv, sequence_id: id, time: time, inputs: [x, z, sky], targets: y, scale: standard'
model window "$windows, window: 6, horizon: 2, missing: forward, missing_indicator: true, columns: {x: {log: true, difference: 2}, y: {difference: 9}}" \
  'bidirectional: {lstm: 6}, dense: 2'
like_file 'windows, read both ways' window d.csv
like_file 'windows with what is missing' window holes.csv
model nowcast "$windows, window: 4, gap: -1" 'gru: 5, pool: mean, dense: 1'
like_file 'windows that answer their own last row' nowcast d.csv
model decoder 'csv: d.csv, sequence_id: id, inputs: [x, y], targets: y, window: 5, horizon: 3' \
  'lstm: 5], decoder: [lstm: 5, dense: 1' encoder
like_file 'windows of an encoder and a decoder' decoder d.csv
awk -F, -v OFS=, 'NR > 1 && NR % 23 == 0 { $4 = "" } { print }' d.csv >drops.csv
model drop "$windows, window: 4, missing: drop" 'gru: 5, dense: 1'
"$predict" -q drop.ckpt drops.csv >whole
"$predict" -q --stream drop.ckpt - <drops.csv >streamed
grep -v ',$' streamed | cmp - whole
ok $? 'a row that is left out ends the windows before it'
is '... and has a line of its own' "$(wc -l <drops.csv)" "$(wc -l <streamed)"
model each "$windows, window: 4, target_per: step" 'gru: 5, dense: 1'
"$predict" -q each.ckpt d.csv | awk 'NR == 1 || (NR - 1) % 4 == 0' >whole
"$predict" -q --stream each.ckpt d.csv | grep -v ',$' | cmp - whole
ok $? 'windows with a target per step: the answer of the last one'

# ---- rows ----------------------------------------------------------------------------------------
awk 'BEGIN { srand(1); print "t0,t1,t2,t3,y"
  for (i = 0; i < 40; i++) {
    b = i % 6 == 1 ? "" : rand(); c = i % 8 == 3 ? "" : rand(); d = c == "" || i % 4 == 2 ? "" : rand()
    print rand() "," b "," c "," d "," i / 40
  } }' >rows.csv
model rows 'csv: rows.csv, inputs: t*, targets: y, missing: interpolate, scale: standard' 'bidirectional: {gru: 4}, dense: 1'
like_file 'rows that are sequences, of different lengths, with values between others' rows rows.csv

# ---- how a stream is read ------------------------------------------------------------------------
tr ',' ';' <d.csv | sed 's/\([0-9]\)\.\([0-9]\)/\1,\2/g' >comma.csv
model comma "$(echo "$steps" | sed s/d.csv/comma.csv/)" 'gru: 4, dense: 1'
like_file 'the dialect of the training' comma comma.csv
tr -d '\r' <comma.csv | sed 's/$/\r/' | "$predict" -q --stream comma.ckpt >streamed
cmp whole streamed
ok $? '... with CR LF'
awk -F';' -v OFS=';' '{ print $6, $4, "extra", $5, $2, $3, $1 }' comma.csv | "$predict" -q --stream comma.ckpt >streamed
cmp whole streamed
ok $? 'columns are found by name'
gives 'lines without a header whose columns are not known' 3 \
  'rnnpredict: standard input: no column "x"; the model was trained on x, z, sky; the first line is no header: send that of the file first, as tail -n +1 -f FILE does, or go on with --state-in' \
  sh -c "tail -n 3 d.csv | '$predict' --stream deep.ckpt"
printf '0.5,0.25\n0,1\n' | "$predict" --stream masked.ckpt >streamed
is 'lines without a header in the order of the training' 3 "$(wc -l <streamed)"
is 'a header alone' 'id,time,y' "$(head -n 1 d.csv | "$predict" --stream deep.ckpt)"
gives 'nothing' 3 'rnnpredict: standard input: empty file' "$predict" --stream deep.ckpt - </dev/null
gives 'a header with a slip' 3 \
  'rnnpredict: standard input: no column "x"; the model was trained on x, z, sky' \
  sh -c "sed 's/,x,/,xx,/' d.csv | '$predict' --stream deep.ckpt"

# wrong NAME MODEL LINE MESSAGE: after five good lines
wrong() {
  { head -n 6 d.csv && echo "$3"; } >bad.csv
  gives "$1" 3 "rnnpredict: standard input:7$4" "$predict" --stream "$2.ckpt" - <bad.csv
  is '... and those before it are answered' 6 "$(wc -l <out)"
}
wrong 'no number' deep 's1,t,abc,5,sun,1' ':6: column "x": not a number: "abc"'
wrong 'a short line' deep 's1,t,1' ': expected 6 fields, got 3'
wrong 'a missing value' deep 's1,t,1,,sun,1' \
  ':8: column "z": missing value (the field is empty); data.missing says what to do about it'
wrong 'nothing at all' deep ',,,,,' \
  ':3: column "x": missing value (the field is empty); data.missing says what to do about it'
wrong 'a category of no training row' deep 's1,t,1,2,fog,3' \
  ': column "sky": category "fog" is not one the model is trained on: rain, sun (data.unknown: ignore in training lets others pass)'
wrong 'a number without a logarithm' deep 's1,t,-1,2,sun,3' \
  ': column "x": the logarithm of -1 does not exist; data.columns.x.log needs values above 0'
wrong 'no id' deep ',t,1,2,sun,3' ': column "id": missing value; every row needs its sequence'"'"'s id'

# ---- in time -------------------------------------------------------------------------------------
wait_for() { # LINES FILE: at most ten seconds
  for _ in $(seq 200); do
    [ "$(wc -l <"$2")" -ge "$1" ] && return
    sleep 0.05
  done
  return 1
}
mkfifo pipe
"$predict" --stream --state-out stopped.state deep.ckpt - <pipe >streamed 2>err &
pid=$!
exec 3>pipe
head -n 1 d.csv >&3
wait_for 1 streamed
ok $? 'the header is answered at once'
sed -n 2p d.csv >&3
wait_for 2 streamed
ok $? 'and so is a line'
sed -n 3p d.csv | tr -d '\n' >&3
sleep 0.2
is 'half a line is not' 2 "$(wc -l <streamed)"
kill -INT $pid
wait $pid
is 'an interrupt ends the stream, saying nothing' "130 " "$? $(cat err)"
exec 3>&-
tail -n +3 d.csv | "$predict" -q --stream --state-in stopped.state deep.ckpt >rest
"$predict" -q --stream deep.ckpt d.csv >whole
cat streamed rest | cmp - whole
ok $? '... and leaves a state to go on from'
"$predict" --stream deep.ckpt pipe >streamed 2>err &
pid=$!
exec 3>pipe
kill -TERM $pid
wait $pid
is 'one before the header, too' "143 " "$? $(cat streamed err)"
exec 3>&-
head -n 60 d.csv >some.csv
tail -n +1 -f some.csv >pipe &
pid=$!
"$predict" -q --stream deep.ckpt - <pipe >streamed &
wait_for 60 streamed && sed -n 61,65p d.csv >>some.csv && wait_for 65 streamed
ok $? 'a file that grows'
kill $pid
wait
{ "$predict" --stream deep.ckpt d.csv; echo $? >code; } 2>err | true
wait_for 1 code
is 'a closed pipe ends a stream quietly' '1 ' "$(cat code) $(cat err)"

# ---- the state -----------------------------------------------------------------------------------
# splits NAME MODEL DATA STEP: cut after every STEP-th line, the second part going on from the first
splits() {
  "$predict" -q --stream "$2.ckpt" "$3" >whole
  split_lines=$(wc -l <"$3") split_at=1
  while [ "$split_at" -le "$split_lines" ]; do
    head -n "$split_at" "$3" | "$predict" -q --stream --state-out part.state "$2.ckpt" >first &&
      tail -n "+$((split_at + 1))" "$3" | "$predict" -q --stream --state-in part.state "$2.ckpt" >second &&
      cat first second | cmp - whole || break
    split_at=$((split_at + $4))
  done
  [ "$split_at" -gt "$split_lines" ]
  ok $? "cut at any line: $1"
}
splits 'a stack with differences, sequences between each other' deep mixed.csv 13
splits 'windows with what is missing' window holes.csv 17
splits 'windows around rows that are left out' drop drops.csv 19
splits 'masks and empty lines' masked masked.csv 3
splits 'one target a sequence' last mixed.csv 31
splits 'rows' rows rows.csv 13
model counted 'csv: words.csv, sequence_by: file, inputs: [word, _row], targets: y, target_per: step, columns: {y: number}' 'gru: 4, dense: 1'
like_file 'rows are counted' counted words.csv
splits 'rows that are counted' counted words.csv 5
awk 'BEGIN { for (i = 1; i <= 40; i++) printf "%d,%d\n", i * i % 7, i * i % 5 }' >bare.csv
model bare 'csv: bare.csv, header: false, targets: c1, window: 3' 'gru: 4, dense: 1'
splits 'columns without names' bare bare.csv 7
"$predict" -q --stream --state-out one.state deep.ckpt mixed.csv >/dev/null
{ head -n 1 d.csv && sed -n 3,20p d.csv; } >more.csv
"$predict" -q --stream --state-in one.state --state-out two.state deep.ckpt more.csv >second
is 'what goes on with a header is answered with one' 'id,time,y' "$(head -n 1 second)"
sed 1d more.csv | "$predict" -q --stream --state-in one.state --state-out three.state deep.ckpt >third
sed 1d second | cmp - third && cmp two.state three.state
ok $? '... and equal streams leave equal states'
"$predict" -q --stream --state-in one.state --state-out four.state deep.ckpt - </dev/null >none
cmp one.state four.state && [ ! -s none ]
ok $? 'what has no lines leaves the state as it was'
is 'the state is a safetensors file' 'states/gru 6,12;states/lstm 6,32;states/simple_rnn 6,8;' \
  "$(tensors one.state | sed -n 's/^\(states[^ ]*\) F32 \[\([0-9,]*\)\].*/\1 \2/p' | sort | tr '\n' ';')"
{ head -n 1 d.csv && awk 'BEGIN { for (i = 1; i <= 10001; i++) print "n" i ",t,1,2,sun,3" }'; } >many.csv
run "$predict" --stream deep.ckpt many.csv
is 'sequences without end' \
  '0 rnnpredict: more than 10000 sequences: the one that was not heard of for longest is forgotten, and begins anew if it comes again' \
  "$code $(cat err)"

# ---- what cannot be ------------------------------------------------------------------------------
refuses() { # NAME MODEL MESSAGE
  gives "$1" 2 "rnnpredict: --stream: $3" "$predict" --stream "$2.ckpt" d.csv
}
whole='and a stream has no end; predict on a file, without --stream, or train without it'
model both "$steps" 'lstm: 4, bidirectional: {lstm: 3}, dense: 1'
refuses 'a layer that reads both ways' both "layer 2 (bidirectional) reads a sequence from its end, too, $whole"
model back "$steps" 'gru: {units: 4, go_backwards: true}, dense: 1'
refuses 'one that reads backwards' back "layer 1 (gru) reads a sequence from its end, $whole"
model mean "${steps%, target_per*}" 'gru: {units: 4, return_sequences: true}, pool: mean, dense: 1'
refuses 'a mean over all steps' mean "layer 2 (pool) looks at a sequence as a whole, $whole"
model between "$steps, missing: interpolate" 'gru: 4, dense: 1'
refuses 'values between others' between \
  'column "x": missing: interpolate looks at rows to come; train with missing: forward, or predict on a file, without --stream'
model future "$windows, window: 4, future: z" 'gru: 4, dense: 1'
refuses 'inputs that are known ahead' future \
  'what data.future names is not known when a row comes; predict on a file, without --stream'

usage() { # MESSAGE OPTION...
  usage_text=$1
  shift
  gives "$*" 2 "rnnpredict: $usage_text" "$predict" "$@" deep.ckpt d.csv
}
usage '--state-in needs --stream' --state-in one.state
usage '--state-out needs --stream' --state-out two.state
usage '--stream excludes --align: it has a line for every row anyway' --stream --align
usage '--stream excludes --attention, --beam, --generate and --steps' --stream --steps 3
usage '--stream excludes --attention, --beam, --generate and --steps' --stream --generate 3
usage "--top-k: the target 'y' is a number, not a class" --stream --top-k 2
gives 'a state that cannot be written' 1 'rnnpredict: cannot write no/a.state: No such file or directory' \
  "$predict" --stream --state-out no/a.state deep.ckpt d.csv

# ---- memory --------------------------------------------------------------------------------------
# peak LINES: most memory, in kB, after so many
peak() {
  : >streamed
  "$predict" -q --stream drop.ckpt - <pipe >streamed &
  pid=$!
  {
    head -n 1 d.csv
    awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++)
      printf "s%d,t%d,%s,%d,%s,1\n", i % 50, i, i % 97 == 0 ? "" : i % 13, i % 29, i % 3 ? "sun" : "rain" }'
    wait_for $(($1 + 1)) streamed
    sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" >peak
  } >pipe
  wait $pid
  cat peak
}
case $BIN in
*/build/*) skip 'memory' 'a build with a sanitizer takes more' ;;
*)
  if [ -r /proc/self/status ]; then
    few=$(peak 20000)
    many=$(peak 200000)
    [ "$many" -gt 0 ] && [ "$many" -le $((few + 200)) ]
    ok $? "ten times the lines in the same memory ($few kB, $many kB)"
  else
    skip 'memory' 'the system does not say what a process takes'
  fi
  ;;
esac
done_testing
