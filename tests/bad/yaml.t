#!/bin/sh
# Configs that are wrong, and some that only look it: exit code, message, nothing written.
BIN=$(cd "${BIN:-bin}" && pwd) || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/bad-yaml.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" && cd "$work/home" || exit 1
count=0

report() { # passed? name
  count=$((count + 1))
  if [ "$1" = yes ]; then
    echo "ok $count - $2"
  else
    echo "not ok $count - $2"
    echo "# exit code $code"
    sed 's/^/# /' ../stderr
  fi
}

# Run rnntrain --check; the folder must stay as it is but for what was in it before.
run() {
  ls -A | sort >../before
  "$BIN/rnntrain" --check "$@" >../stdout 2>../stderr
  code=$?
  ls -A | sort >../after
}

# check name code regex arguments...: for a code other than 0, one line on standard error that
# matches, nothing on standard output, no new file.
check() {
  name=$1 want=$2 regex=$3
  shift 3
  run "$@"
  good=yes
  [ "$code" = "$want" ] || good=no
  cmp -s ../before ../after || good=no
  if [ "$want" != 0 ]; then
    grep -Eq "^rnntrain: $regex" ../stderr || good=no
    [ "$(wc -l <../stderr)" -eq 1 ] || good=no
    [ -s ../stdout ] && good=no
  fi
  report "$good" "$name"
}

# The same with a config from standard input.
bad() {
  name=$1 want=$2 regex=$3
  cat >c.yaml
  check "$name" "$want" "$regex" c.yaml
}

# A config that is right but for one value: of train.KEY, or of a layer's KEY.
train_value() { # name key value regex
  printf '%s\nmodel: {layers: [{lstm: 4}, {dense: 1}]}\ntrain:\n  %s: %s\n' \
    'data: {generate: {task: linear}}' "$2" "$3" >c.yaml
  check "$1" 2 "c\\.yaml:4:[0-9]+: $4" c.yaml
}
layer_value() { # name key value regex
  printf '%s\nmodel:\n  layers:\n    - lstm:\n        units: 4\n        %s: %s\n    - dense: 1\n' \
    'data: {generate: {task: linear}}' "$2" "$3" |
    if [ "$2" = units ]; then sed 5d; else cat; fi >c.yaml
  check "$1" 2 "c\\.yaml:[56]:[0-9]+: $4" c.yaml
}

quick() { # name seconds: the last run took no longer
  good=no
  perl -e 'exit($ARGV[0] <= $ARGV[1] ? 0 : 1)' "$took" "$2" && good=yes
  report "$good" "$1"
}
timed() {
  began=$(perl -MTime::HiRes=time -e 'printf "%.3f", time')
  "$@"
  took=$(perl -MTime::HiRes=time -e 'printf "%.3f", time - shift' "$began")
}

start='data: {generate: {task: linear}}
model: {layers: [{lstm: 4}, {dense: 1}]}'
right="$start
train: {epochs: 2}"

echo "$right" >right.yaml
check 'a right config is taken' 0 '' right.yaml

# ---- files ----
check '01 missing file' 2 'c\.yaml: No such file or directory$' c.yaml
mkdir folder
check '02 directory' 2 'folder: is a directory$' folder
bad '03 empty file' 2 'c\.yaml: empty config: no document$' </dev/null
bad '03 only comments' 2 'c\.yaml: empty config: no document$' <<'END'
# nothing
END
perl -e 'print "#" x 1048577' >c.yaml
check '04 larger than 1 MiB' 2 'c\.yaml: config larger than 1048576 bytes$' c.yaml
perl -e 'print "[" x 131072' >c.yaml
timed check '05 nesting' 2 'c\.yaml:1:33: nesting deeper than 32$' c.yaml
quick '05 nesting is found at once' 1
cat >c.yaml <<'END'
a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
END
timed check '06 billion laughs' 2 'c\.yaml:[45]:[0-9]+: more than 10000 nodes$' c.yaml
quick '06 billion laughs are stopped at once' 1
bad '06 honest anchor' 0 '' <<'END'
data: {generate: {task: linear}}
model:
  layers:
    - lstm: &units 4
    - dense: {units: 1}
    - lstm: *units
    - dense: 1
END
bad '07 self alias' 2 'c\.yaml:1:8: alias contains itself' <<'END'
a: &a [*a]
END
bad '08 merge key' 2 'c\.yaml:3:3: merge keys are not supported$' <<'END'
data: &d {csv: a.csv}
train:
  <<: *d
END
bad '09 duplicate key' 2 "c\\.yaml:6:3: duplicate key 'epochs' \\(first at 4:3\\)\$" <<END
$start
train:
  epochs: 1
  shuffle: true
  epochs: 2
END
bad '10 unknown key' 2 \
  "c\\.yaml:4:22: unknown key 'learning_rte' in optimizer 'adam'; did you mean 'learning_rate'\\?\$" <<END
$start
train:
  optimizer: {adam: {learning_rte: 1}}
END
bad '11 unknown key in a section' 2 "c\\.yaml:3:9: unknown key 'foo' in 'train'" <<END
$start
train: {foo: 1}
END
bad '11 unknown section' 2 "c\\.yaml:3:1: unknown key 'trian'; did you mean 'train'\\?\$" <<END
$start
trian: {epochs: 1}
END
printf 'train:\n\tepochs: 1\n' >c.yaml
check '12 tab' 2 'c\.yaml:2:1: found a tab character that violates indentation' c.yaml
printf 'a: 1\nb: \0\n' >c.yaml
check '13 NUL byte' 2 'c\.yaml:2:4: control characters are not allowed: byte 0x00 at offset 8$' c.yaml
printf 'a: \033[0m\n' >c.yaml
check '13 control byte' 2 'c\.yaml:1:4: control characters are not allowed: byte 0x1b at offset 3$' c.yaml
printf 'a: \303\n' >c.yaml
check '14 invalid UTF-8' 2 'c\.yaml:1:4: invalid UTF-8 at byte 3$' c.yaml
printf '\377\376a\0:' >c.yaml
check '14 UTF-16' 2 'c\.yaml: invalid UTF-8 at byte 0 \(looks like UTF-16' c.yaml
printf '\357\273\277%s\n' "$right" >c.yaml
check '15 byte order mark' 0 '' c.yaml
bad '16 two documents' 2 'c\.yaml:4:1: second document; one expected$' <<END
$right
---
a: 1
END
bad '17 a list' 2 'c\.yaml:1:1: expected a mapping at top level, got sequence$' <<'END'
- data
END
bad '17 a scalar' 2 'c\.yaml:1:1: expected a mapping at top level, got scalar$' <<'END'
data
END
bad '18 language tag' 2 'c\.yaml:1:7: tags are not supported' <<'END'
seed: !!python/object:x 1
END
bad '18 tag' 2 'c\.yaml:1:7: tags are not supported' <<'END'
seed: !foo 1
END
bad '19 other YAML' 2 'c\.yaml:1:1: found incompatible YAML document$' <<END
%YAML 3.0
---
$right
END

# ---- values ----
layer_value '20 quoted integer' units '"64x"' 'units: expected integer 1\.\.65536, got string "64x"$'
layer_value '20 fraction for an integer' units 64.5 'units: expected integer 1\.\.65536, got "64\.5"$'
layer_value '20 exponent for an integer' units 1e2 'units: expected integer 1\.\.65536, got "1e2"$'
layer_value '21 zero units' units 0 'units: expected integer 1\.\.65536, got "0"$'
layer_value '21 negative units' units -1 'units: expected integer 1\.\.65536, got "-1"$'
layer_value '21 no wrap' units 99999999999999999999 'units: expected integer 1\.\.65536, '
layer_value '22 leading zero' units 010 'units: ambiguous integer "010"; write decimal$'
layer_value '22 hexadecimal' units 0x10 'units: ambiguous integer "0x10"; write decimal$'
layer_value '22 underscore' units 1_000 'units: ambiguous integer "1_000"; write decimal$'
for value in .nan .inf 1e999 -0.1; do
  train_value "23 learning rate $value" optimizer "{adam: {learning_rate: $value}}" \
    'learning_rate: expected finite number > 0, got '
done
bad '24 decimal comma' 2 'c\.yaml:6:22: learning_rate: expected number, got "1,5" \(use "1\.5"\)$' <<END
$start
train:
  optimizer:
    adam:
      learning_rate: 1,5
END
for value in no off y NO; do
  train_value "25 shuffle: $value" shuffle $value 'shuffle: expected true or false, got '
done
train_value '26 quoted boolean' shuffle '"true"' 'shuffle: expected boolean, got string "true"$'
train_value '27 tilde' epochs '~' 'epochs: missing value$'
train_value '27 empty value' epochs '' 'epochs: missing value$'
bad '28 unknown layer' 2 "c\\.yaml:2:19: unknown layer 'lstmm': expected one of .*lstm.*; did you mean 'lstm'\\?\$" <<'END'
data: {generate: {task: linear}}
model: {layers: [{lstmm: 4}]}
END
train_value '28 unknown optimizer' optimizer adm "unknown optimizer 'adm': expected one of .*; did you mean 'adam'\\?\$"
train_value '28 unknown loss' loss mes "unknown loss 'mes': expected one of .*; did you mean 'mse'\\?\$"
layer_value '28 unknown activation' activation tahn 'activation: expected one of .*, got "tahn"; did you mean .tanh.\?$'
bad '29 missing required key' 2 "c\\.yaml:1:1: missing required key 'model\\.layers'\$" <<'END'
data: {generate: {task: linear}}
END
bad '29 missing units' 2 "c\\.yaml:2:19: missing value: layer 'lstm' needs 'units', as in 'lstm: units'" <<'END'
data: {generate: {task: linear}}
model: {layers: [{lstm: ~}]}
END
bad '29 units beside the layer' 2 "c\\.yaml:5:7: 'units' stands beside layer 'lstm', not under it; indent it further\$" <<'END'
data: {generate: {task: linear}}
model:
  layers:
    - lstm:
      units: 4
END
train_value '30 list for a scalar' epochs '[1]' 'epochs: expected scalar, got sequence$'
bad '30 scalar for a section' 2 'c\.yaml:3:8: train: expected mapping, got scalar$' <<END
$start
train: 5
END
bad '31 key that is a list' 2 'c\.yaml:1:3: mapping keys must be plain strings$' <<'END'
? [a, b]
: 1
END
bad '32 dropout of all' 2 'c\.yaml:2:28: rate: expected 0 <= x < 1, got "1\.0"$' <<'END'
data: {generate: {task: linear}}
model: {layers: [{dropout: 1.0}, {dense: 1}]}
END

# ---- sizes ----
{
  echo 'data: {generate: {task: linear}}'
  echo 'model:'
  echo '  layers:'
  for _ in 1 2 3 4 5 6 7 8; do echo '    - lstm: 65536'; done
  echo '    - dense: 1'
} >c.yaml
check '33 more memory than there is' 1 '.*needs [0-9.]+ [A-Z]?B, this machine has [0-9.]+ [A-Z]?B$' c.yaml
{
  echo x
  seq 1 90
} >rows.csv
bad '34 window longer than the data' 3 '.*rows\.csv.*90 rows.*100.*101' <<'END'
data: {csv: rows.csv, window: 100}
model: {layers: [{lstm: 4}, {dense: 1}]}
END
train_value '35 no batch' batch_size 0 'batch_size: expected integer >= 1, got "0"$'
bad '35 a batch larger than the data' 0 '' <<END
$start
train: {batch_size: 1000000}
END
bad '36 two validation parts' 2 \
  'c\.yaml:3:27: train\.validation_split and data\.validation \(c\.yaml:1:[0-9]+\) both set' <<'END'
data: {generate: {task: linear}, validation: 0.1}
model: {layers: [{lstm: 4}, {dense: 1}]}
train: {validation_split: 0.1}
END
long=$(perl -e 'print "p" x 5000')
bad '37 path too long' 2 'c\.yaml:3:23: checkpoint: text or path too long \(5000 bytes' <<END
$start
output: {checkpoint:  $long}
END
bad '37 NUL in a path' 2 'c\.yaml:3:23: control characters are not allowed' <<END
$start
output: {checkpoint:  "a\\0b"}
END
check '37 config path too long' 2 'pp+.*path too long$' "$long"
bad '38 JSON' 0 '' <<'END'
{"data": {"generate": {"task": "linear"}},
 "model": {"layers": [{"lstm": {"units": 4}}, {"dense": 1}]}}
END
bad '38 CSV' 2 'c\.yaml:1:1: expected a mapping at top level, got scalar$' <<'END'
x,y
1,2
END
echo "$right" | gzip >c.yaml
check '38 gzip' 2 'c\.yaml: looks like gzip, expected YAML$' c.yaml

# ---- key=value ----
check 'override' 0 '' right.yaml train.epochs=5 model.layers.0.lstm.units=3 train.optimizer.sgd.learning_rate=1
check 'unknown key in an override' 2 \
  "argument 'train\\.epoch=5': unknown key 'epoch' in 'train'; did you mean 'epochs'\\?\$" right.yaml train.epoch=5
check 'wrong value in an override' 2 \
  "argument 'train\\.epochs=x': epochs: expected integer >= 1, got \"x\"\$" right.yaml train.epochs=x
check 'override of a layer that is not there' 2 \
  "argument 'model\\.layers\\.7\\.lstm\\.units=3': layers: no item 7; the list has 2\$" right.yaml model.layers.7.lstm.units=3
check 'override without a value' 2 \
  "argument 'train\\.epochs=': epochs: missing value\$" right.yaml train.epochs=
check 'override without a key' 2 \
  "argument '=5': expected key\\.path=value" right.yaml =5

echo "1..$count"
