#!/bin/sh
# The completion for bash, as bash uses it: a line, where the cursor is, and what is offered.
. tests/tap.sh
tools='rnntrain rnnpredict rnneval rnninfo rnnplot rnnexport'
for tool in $tools; do
  "$BIN/$tool" --print-completion >"$tool.bash" && [ -s "$tool.bash" ]
  ok $? "$tool --print-completion"
done
if command -v shellcheck >/dev/null; then
  shellcheck ./*.bash >found
  is 'shellcheck has nothing to say about them' '' "$(cat found)"
else
  skip 'shellcheck has nothing to say about them' 'no shellcheck'
fi
if ! bash -c '((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 403))' 2>/dev/null; then
  skip 'what is offered' 'no bash of 4.3 or later'
  done_testing
  exit
fi
mkdir data 'my data' model.d
: >a.yaml
: >b.yaml
: >a.csv
: >b.csv.gz
: >model.ckpt
: >'my data/c.csv'
: >notes.txt
# offers NAME 'WANTED ...' TOOL WORD...: for the last word of a line; = is a word of its own, as bash
# has it, and what is offered stands in the place of the last word
cat >offer.bash <<'BASH'
tool=$1
shift
source "./$tool.bash"
COMP_WORDS=("$tool")
for word; do
  case $word in
  *=*) COMP_WORDS+=("${word%%=*}" = ${word#*=}) ;;
  *) COMP_WORDS+=("$word") ;;
  esac
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
"_$tool" "$tool"
printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | tr '\n' ' ' | sed 's/ *$//'
BASH
offers() {
  tap_name=$1 wanted=$2
  shift 2
  is "$tap_name" "$wanted" "$(bash offer.bash "$@" 2>&1)"
}
offers 'options by their beginning' '--print-completion --print-config --print-manual --profile --progress' rnntrain --pr
offers 'of every tool' '--quiet' rnnplot --q
offers 'the words that an argument can be' 'auto avx2 avx512' rnntrain --isa a
offers '... after an equals sign' 'always auto' rnntrain --progress=a
offers '... with nothing of it' 'always auto never' rnntrain --progress=
offers 'an argument that may be left out' 'auto' rnntrain --resume=
offers '... is not waited for' 'a.yaml b.yaml data model.d my data' rnntrain --resume ''
offers 'nothing for a number' '' rnntrain --threads ''
offers 'any file' 'notes.txt' rnntrain --log-json no
offers 'a config' 'a.yaml b.yaml data model.d my data' rnntrain ''
offers '... after an option and its argument' 'a.yaml' rnntrain --seed 3 a
offers 'a checkpoint' 'model.ckpt model.d' rnnpredict mo
offers '... then data, compressed or not' 'a.csv b.csv.gz data model.d my data' rnnpredict --top-k 3 model.ckpt ''
offers '... in a folder whose name has a blank' 'my data/c.csv' rnnpredict model.ckpt 'my data/'
offers 'histories, any number' 'a.csv' rnnplot b.csv.gz c.csv a
offers 'any file where none has the ending' 'notes.txt' rnninfo no
offers 'the name of an export' 'notes.txt' rnnexport model.ckpt no
offers 'the names of weights' 'keras pytorch' rnnexport --names ''
offers 'keys of the config, level by level' 'data. model. output. seed= threads= train.' rnntrain a.yaml ''
offers '...' 'train.early_stopping. train.epochs=' rnntrain a.yaml train.e
offers '... of an optimizer' 'train.optimizer.adam.beta_1= train.optimizer.adam.beta_2=' \
  rnntrain a.yaml train.optimizer.adam.b
offers '... of a task' 'data.generate.samples=' rnntrain a.yaml train.epochs=3 data.generate.sa
offers 'the values of a key' 'adadelta adagrad adam adamax adamw' rnntrain a.yaml train.optimizer=ada
offers '... true and false' 'false true' rnntrain a.yaml train.shuffle=
offers '... a word' auto rnntrain a.yaml threads=a
offers '... files' 'a.csv a.yaml' rnntrain a.yaml data.csv=a
# shellcheck disable=SC2016 # not to be expanded is the point
offers 'nothing that a program could do harm with' '' rnntrain a.yaml 'data.$(touch harm)'
[ ! -e harm ]
ok $? '... and none was done'

# Every key that is offered can be set: the config's reader knows it.
cat >c.yaml <<'YAML'
data: {generate: {task: linear, samples: 20}}
model: {layers: [lstm: 2, dense: 1]}
YAML
sed -n "/^  cat <<'END'/,/^END/p" rnntrain.bash | grep '^[a-z]' | cut -d' ' -f1 >keys
is 'there are many keys' 1 "$([ "$(wc -l <keys)" -gt 150 ] && echo 1)"
sort keys | grep -v '^data.generate' | uniq -d >found
is '... each once' '' "$(cat found)"
# A value of a wrong kind: a known key is told by another message than an unknown one.
sort -u keys | grep -v '^data.generate' | sed -n '1~9p' | while read -r key; do
  "$BIN/rnntrain" --print-config c.yaml "$key=[{no: no}]" 2>&1 | grep "unknown key\|no such"
done >found
is '... that the config has' '' "$(cat found)"
done_testing
