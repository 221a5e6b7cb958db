#!/bin/sh
# Data in several files: lists, patterns, pseudo-columns, pipes; files to predict on are read as the
# one trained on was.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict

config() { # DATA-KEYS [UNITS]
  cat >c.yaml <<END
data: {$1}
model: {layers: [{gru: 2}, {dense: ${2:-1}}]}
train: {loss: mse}
END
}
reads() { # NAME WANTED-LINES DATA-KEYS: what the report says of files, inputs and parts
  config "$3"
  run "$train" --check c.yaml
  is "$1" "$2" "$(grep -e '^data: ' -e '^inputs: ' -e '^train: ' -e '^rnntrain: ' err)"
}

mkdir data
printf 'x,y\n1,2\n3,4\n' >data/b.csv
printf 'y,x\n6,5\n' >data/a.x.csv
printf 'x,y\n7,8\n' | gzip >data/c.csv.gz
printf 'x,y\n9,9\n' >'data/[c].csv'

reads 'a list, in its order' 'data: data/b.csv, 2 rows, comma separated, header
data: data/a.x.csv, 1 row, comma separated, header
inputs: x (1 feature a step); target: y
train: rows 1–3' 'csv: [data/b.csv, data/a.x.csv], targets: y'
reads 'a pattern, in the order of names' 'data: data/a.x.csv, 1 row, comma separated, header
data: data/b.csv, 2 rows, comma separated, header
data: data/c.csv.gz, 1 row, comma separated, header
inputs: x (1 feature a step); target: y
train: rows 1–4' 'csv: "data/[a-c]*.csv*", targets: y'
reads 'a name that looks like a pattern' 'data: data/[c].csv, 1 row, comma separated, header
inputs: x (1 feature a step); target: y
train: rows 1–1' 'csv: "data/[c].csv", targets: y'
reads 'no match' 'rnntrain: data/*.txt: no file matches' 'csv: data/*.txt, targets: y'
is '... is a data error' 3 "$code"
config 'csv: "*.csv", targets: y'
printf 'x,y\n1,2\n' >z.csv
run "$train" --check c.yaml
is 'a pattern that takes in the history' "2 rnntrain: c.yaml:1:1: output 'history.csv' would overwrite what is read" "$code $(cat err)"
rm z.csv

# ---- nothing that is read is written over ----------------------------------------------------
config 'csv: data/b.csv, targets: y'
cp c.yaml kept.yaml
"$train" -q c.yaml
for key in checkpoint history report plot; do
  run "$train" -q c.yaml "output.$key=./c.yaml"
  is "the config by output.$key" "2 rnntrain: argument 'output.$key=./c.yaml': output './c.yaml' would overwrite what is read" "$code $(cat err)"
done
printf 'data: {generate: {task: linear}}\nmodel: {layers: [lstm: 2, dense: 1]}\n' >g.yaml
gives '... by --write-data' 2 "rnntrain: output 'g.yaml' would overwrite what is read" "$train" --write-data g.yaml g.yaml
for file in model.ckpt data/b.csv; do
  gives "$file by --state-out" 2 "rnnpredict: output '$file' would overwrite what is read" \
    "$BIN/rnnpredict" --stream --state-out "$file" model.ckpt data/b.csv
  gives "$file by --attention" 2 "rnnpredict: output '$file' would overwrite what is read" \
    "$BIN/rnnpredict" --attention "$file" model.ckpt data/b.csv
done
cp model.ckpt model.safetensors
gives 'the model by rnnexport' 2 "rnnexport: output './model.safetensors' would overwrite what is read" \
  "$BIN/rnnexport" model.safetensors ./model.safetensors
cmp c.yaml kept.yaml && cmp model.ckpt model.safetensors
ok $? 'all is as it was'

reads '_file and _row are columns by their names' 'data: data/a.x.csv, 1 row, comma separated, header
data: data/b.csv, 2 rows, comma separated, header
inputs: x, _row, _file (4 features a step); target: y
train: rows 1–3, 1 window' 'csv: ["data/a*.csv", data/b.csv], inputs: [x, _row, _file], targets: y, window: 1'
reads '... of no pattern' 'data: data/b.csv, 2 rows, comma separated, header
inputs: x (1 feature a step); target: y
train: rows 1–2' 'csv: data/b.csv, inputs: "*x*", targets: y, ignore: _row'
printf '_row,_file,y\n5,p,1\n6,q,2\n7,q,3\n' >own.csv
reads "... the file's own come first" 'data: own.csv, 3 rows, comma separated, header
inputs: _row, _file (3 features a step); target: y
train: rows 1–3, 2 windows' 'csv: own.csv, inputs: [_row, _file], targets: y, window: 1'

# ---- prediction ------------------------------------------------------------------------------
cat >p.yaml <<'END'
data: {csv: "data/[ab]*.csv", sequence_id: _file, inputs: x, targets: y}
model: {layers: [{gru: 2}, {dense: 1}]}
train: {loss: mse}
END
works 'sequences by file: trained' "$train" -q p.yaml
run "$predict" model.ckpt data/b.csv
is '... and predicted, with the name' '_file,y b' "$(cut -d, -f1 out | tr '\n' ' ' | sed 's/_file /_file,y /; s/ $//')"
run sh -c 'cat data/b.csv | "$0" model.ckpt' "$predict"
is '... from a pipe' 'standard input' "$(tail -n 1 out | cut -d, -f1)"

printf '1,5;2,5;1\n2,5;3,5;2\n4,5;5,5;3\n' >de.csv
cat >de.yaml <<'END'
data: {csv: de.csv, targets: c2}
model: {layers: [{gru: 2}, {dense: 1}]}
train: {loss: mse}
END
works 'a decimal comma, no header: trained' "$train" -q de.yaml
printf '1,5;2,5;0\n1,125;2,250;0\n' >in.csv
printf '1,125;2,250\n' >one.csv
printf 'c0,c1\n1.125,2.25\n' >us.csv
"$predict" model.ckpt in.csv | tail -n 1 >wanted
"$predict" model.ckpt one.csv 2>err | tail -n 1 >found
is 'a line in doubt by itself is read alike' "$(cat wanted)" "$(cat found)"
"$predict" model.ckpt us.csv | tail -n 1 >found
is 'one written otherwise, too' "$(cat wanted)" "$(cat found)"
printf 'a;b\nx;y\n' >text.csv
run "$predict" model.ckpt text.csv
is 'no header is looked for' "rnnpredict: text.csv:1:1: column \"c0\": not a number: \"a\"" "$(cat err)"

# A file in two parts, by whatever name.
config 'csv: data/b.csv, targets: y'
ln -s b.csv data/again.csv
run "$train" --check c.yaml data.validation=data/again.csv
is 'the validation file is the training file' \
  'warning: data/again.csv is in the training part and in the validation part' "$(grep '^warning: .* part' err)"

# A pipe without a name, compressed files, one byte at a time.
config 'csv: "-", targets: y'
run sh -c '{ printf "x,y\n1,"; sleep 0.1; printf "2\n3,4"; } | "$0" --check c.yaml' "$train"
is 'standard input as it comes' 'data: standard input, 2 rows, comma separated, header' "$(grep '^data: ' err)"
run "$train" --check c.yaml data.csv=- <data/b.csv
is '... named on the command line' 'data: standard input, 2 rows, comma separated, header' "$(grep '^data: ' err)"
printf 'data:\n  csv: -\n  targets: y\n' >dash.yaml
gives '... in a config it wants quotes' 2 \
  'rnntrain: dash.yaml:2:8: a list begins on a line of its own; the text - needs quotes: "-"' "$train" --check dash.yaml
done_testing
